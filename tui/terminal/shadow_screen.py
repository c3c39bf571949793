"""What has been painted on each cell of the screen, so that what is painted again as it was is not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.terminal.sgr import Codes

Cell = tuple[str, Codes]
"""A character with what combines with it, '' on the second half of a wide one; and how it looks."""
_UNKNOWN: Cell = ("\0", ("", "", ""))
GAP = 14
"""Cells that are the same are sent along when there are fewer of them: going past them takes about as many bytes."""


class ShadowScreen:
    """Only text: pictures are other people's business. To be told when the terminal may hold something else."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """Everything is to be painted."""
        self._rows.clear()

    def unknown(self, y: int, x: int, width: int) -> None:
        """These cells are painted by somebody who does not tell how."""
        self._take(y, x, [_UNKNOWN] * width)

    def changed(self, y: int, x: int, cells: Sequence[Cell]) -> list[tuple[int, int]]:
        """Takes in what is painted from column `x` of row `y` on. Returned: (first, end) of what differs from what was
        there, counted in `cells`; no wide character is cut."""
        old = self._rows.get(y, [])[x : x + len(cells)]
        old += [_UNKNOWN] * (len(cells) - len(old))
        if old == list(cells):
            return []
        found = [(_start(cells, a), _end(cells, b)) for a, b in _runs(cells, old)]
        self._take(y, x, cells)
        return found

    def _take(self, y: int, x: int, cells: Sequence[Cell]) -> None:
        row = self._rows.setdefault(y, [])
        row += [_UNKNOWN] * (x - len(row))
        row[x : x + len(cells)] = cells


def _runs(new: Sequence[Cell], old: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    first = end = -1
    for at, (now, before) in enumerate(zip(new, old, strict=True)):
        if now == before:
            continue
        if first >= 0 and at - end >= GAP:
            yield first, end
            first = at
        first, end = (at if first < 0 else first), at + 1
    if first >= 0:
        yield first, end


def _start(cells: Sequence[Cell], at: int) -> int:
    while at > 0 and not cells[at][0]:
        at -= 1
    return at


def _end(cells: Sequence[Cell], at: int) -> int:
    while at < len(cells) and not cells[at][0]:
        at += 1
    return at
