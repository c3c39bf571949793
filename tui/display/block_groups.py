"""Cells that are to be painted, in groups of so many bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

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


def groups_in_order(
    goal: Cells, without: Cells | None, before: Cells, origin: tuple[int, int], max_chars: int, max_first: int
) -> list[tuple[tuple[CellSpan, ...], str]]:
    """The same; first, in one group of at most `max_first` characters, that by which cells differ from what they would be
    `without` a scene."""
    if without is not None:
        touched = (goal.top != without.top) | (goal.bottom != without.bottom)
        then = Cells(np.where(touched, goal.top, before.top), np.where(touched, goal.bottom, before.bottom))
        rows = np.flatnonzero(touched.any(axis=1)).tolist()
        text = "".join(row_bytes(then, y, origin, before).decode() for y in rows)
        if text and len(text) <= max_first:
            spans = tuple((y, *ends) for y in rows for ends in _runs(touched[y]))
            return [(spans, text), *groups_of(goal, then, origin, max_chars)]
    return list(groups_of(goal, before, origin, max_chars))


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and the end of each run."""
    edges: list[int] = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


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
