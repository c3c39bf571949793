"""Tags of shapes side by side: each on cells of its own, so that the number with which it begins is always read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.imaging.viewport import Viewport
from tui.model.geometry import Point
from tui.model.scene import Anchor, Text

_CASING = "▌▐"
"""Half-cells in the colour of the text at both ends of a tag, which is then seen on a ground of its label's colour."""
_NEAR = 6
"""How far a tag moves aside before it becomes shorter, in columns; a row counts as two."""
_Cell = tuple[int, int]
"""Row and column."""
_STEP = {"above": -1, "below": 1, "inside": 0}


class Placed(NamedTuple):
    """A tag's text from a cell on."""

    row: int
    column: int
    text: str


class TagRoom:
    """The cells of a canvas of `size` (columns, rows) that are free for tags."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._taken = [bytearray(size[0]) for _ in range(size[1])]

    def take(self, row: int, column: int, width: int) -> None:
        """Cells that no tag may lie on from now on."""
        self._fill(row, column, width, b"\1")

    def _fill(self, row: int, column: int, width: int, value: bytes) -> None:
        cells = self._taken[row]
        cells[column : column + width] = value * len(cells[column : column + width])

    def placed(self, marks: Sequence[Text], viewport: Viewport) -> Iterator[tuple[Text, Placed]]:
        """Where tags stand: those in hand first, at their own places; then all others have room for their shortest form, and
        what is left makes them longer. Each at the first of its places that is free, or a little aside. Those whose points
        are not on the canvas are left out."""
        tags = [(mark, places) for mark in marks if (places := self._places(mark, viewport)) and mark.text]
        for mark, places in tags:
            if mark.strong:
                yield mark, self._whole(mark, places)
        others = [(mark, places) for mark, places in tags if not mark.strong]
        least = [self._least(mark, places) for mark, places in others]
        for (mark, places), short in zip(others, least, strict=True):
            yield mark, self._whole(mark, places, short)

    def _least(self, mark: Text, places: Sequence[_Cell]) -> Placed | None:
        """Room for the shortest form, as near as there is any."""
        text = self._forms(mark)[-1]
        found = self._found([text], places) or self._nearest(text, places[0], 2 * sum(self._size))
        if found is not None:
            self.take(found.row, found.column, cell_len(found.text))
        return found

    def _whole(self, mark: Text, places: Sequence[_Cell], short: Placed | None = None) -> Placed:
        """As long as there is room; `short`: what was kept for it."""
        if short is not None:
            self._fill(short.row, short.column, cell_len(short.text), b"\0")
        forms = self._forms(mark)
        found = self._found(forms, places) or short
        if found is None:
            row, column = places[0]
            found = Placed(row, min(column, self._size[0] - cell_len(forms[-1])), forms[-1])
        self.take(found.row, found.column, cell_len(found.text))
        return found

    def _places(self, mark: Text, viewport: Viewport) -> list[_Cell]:
        found = (self._cell(at, anchor, viewport) for at, anchor in ((mark.at, mark.anchor), *mark.places))
        return [cell for cell in found if cell is not None]

    def _cell(self, at: Point, anchor: Anchor, viewport: Viewport) -> _Cell | None:
        """Row and column, brought onto the canvas; None for a point that lies elsewhere."""
        x, y = viewport.to_canvas(*at)
        column, row = int(x // viewport.cell[0]), int(y // viewport.cell[1])
        columns, rows = self._size
        if not (-1 <= row <= rows and -1 <= column <= columns):
            return None
        return min(max(row + _STEP[anchor], 0), rows - 1), max(column, 0)

    def _forms(self, mark: Text) -> list[str]:
        """From the longest to the shortest, with their ends."""
        ends = _CASING if mark.cased else "  "
        most = self._size[0]
        texts = (mark.text, *mark.shorter)
        return [set_cell_size(ends[0] + t, min(cell_len(t) + 2, most) - 1) + ends[1] for t in texts]

    def _found(self, forms: Sequence[str], places: Sequence[_Cell]) -> Placed | None:
        for text in forms:
            width = cell_len(text)
            for row, at in places:
                column = min(at, self._size[0] - width)
                if not any(self._taken[row][column : column + width]):
                    return Placed(row, column, text)
            if (aside := self._nearest(text, places[0], _NEAR)) is not None:
                return aside
        return None

    def _nearest(self, text: str, place: _Cell, most: int) -> Placed | None:
        """The nearest free cells that are no further away than `most`."""
        width = cell_len(text)
        column = min(place[1], self._size[0] - width)
        best: tuple[int, int, int] | None = None
        for row, taken in enumerate(self._taken):
            away = 2 * abs(row - place[0])
            if away > most:
                continue
            free = bytes(width)
            starts = (taken.rfind(free, 0, column + width), taken.find(free, column))
            for start in starts:
                far = away + abs(start - column)
                if start >= 0 and far <= most and (best is None or far < best[0]):
                    best = far, row, start
        return Placed(best[1], best[2], text) if best is not None else None
