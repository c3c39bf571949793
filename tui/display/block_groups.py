"""Cells that are to be painted, in groups of so many bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

from tui.display.jobs import CellSpan
from tui.terminal.blocks import Cells, row_bytes


def groups_of(
    goal: Cells, before: Cells, origin: tuple[int, int], max_chars: int
) -> Iterator[tuple[tuple[CellSpan, ...], str]]:
    """Cells that differ, and their text, in groups of at most about `max_chars` characters."""
    group: list[CellSpan] = []
    text = ""
    for span, part in _parts(goal, before, origin, max_chars):
        if group and len(text) + len(part) > max_chars:
            yield tuple(group), text
            group, text = [], ""
        group.append(span)
        text += part
    if group:
        yield tuple(group), text


def _parts(
    goal: Cells, before: Cells, origin: tuple[int, int], max_chars: int
) -> Iterator[tuple[CellSpan, str]]:
    """Rows in which cells differ, and their text; those of more than `max_chars` characters in parts of one length."""
    for y in range(goal.rows):
        row = row_bytes(goal, y, origin, before).decode()
        many = min(goal.columns, ceil(len(row) / max_chars))
        edges = [goal.columns * n // many for n in range(many + 1)] if many else []
        for first, end in pairwise(edges):
            part = row if many == 1 else row_bytes(goal, y, origin, before, (first, end)).decode()
            if part:
                yield (y, first, end), part
