"""The cells that keep pictures in a terminal which forgets what no cell shows."""

from __future__ import annotations

from collections.abc import Collection

from tui.display.jobs import Rung, StoredStrip
from tui.imaging.viewport import CellBox

ImageKey = Rung | StoredStrip
"""A whole picture, or a strip of an exact one, which lies over it."""


class Anchors:
    """One image to a cell of a column of the screen."""

    def __init__(self) -> None:
        self._rows_of: dict[ImageKey, int] = {}
        """The one that was used longest ago first."""
        self._column, self._rows = 0, range(0)

    @property
    def held(self) -> Collection[ImageKey]:
        """The images that have one."""
        return self._rows_of.keys()

    @property
    def box(self) -> CellBox | None:
        """Cells of the screen that hold all; None while there are none."""
        rows = self._rows_of.values()
        return (self._column, min(rows), 1, max(rows) + 1 - min(rows)) if rows else None

    def beside(self, box: CellBox) -> CellBox:
        """These cells without those next to the anchors: where cells are a fraction of a pixel wide, the terminal draws
        what ends there over the anchors too, and what they held would be gone."""
        x, y, columns, rows = box
        return x, y, min(columns, self._column - 1 - x) if x < self._column else columns, rows

    def moved(self, column: int, rows: range) -> None:
        """They have these cells of the screen now, and there are none yet."""
        self._column, self._rows = column, rows
        self._rows_of.clear()

    def overwritten(self, rows: Collection[int]) -> None:
        """Text went over those in these rows of the screen."""
        self._rows_of = {key: row for key, row in self._rows_of.items() if row not in rows}

    def drop(self, key: ImageKey) -> None:
        """An image is gone."""
        self._rows_of.pop(key, None)

    def clear(self) -> None:
        """All images are gone."""
        self._rows_of.clear()

    def take(self, key: ImageKey, needed: Collection[ImageKey]) -> tuple[int, int] | None:
        """The cell for an image, its own or that of another which loses it; None when there is none to spare. `needed`:
        images that are not to lose theirs."""
        row = self._rows_of.pop(key, None)
        if row is None:
            row = self._spare(isinstance(key, StoredStrip), needed)
        if row is None:
            return None
        self._rows_of[key] = row
        return self._column, row

    def _spare(self, strip: bool, needed: Collection[ImageKey]) -> int | None:
        """A free row, else that of a `strip`, else that of the picture that was shown longest ago. Strips never have more
        than half of them."""
        taken = set(self._rows_of.values())
        strips = [key for key in self._rows_of if isinstance(key, StoredStrip)]
        free = next((row for row in self._rows if row not in taken), None)
        if free is not None and not (strip and len(strips) * 2 >= len(self._rows)):
            return free
        spare = [key for key in (*strips, *(() if strip else self._rows_of)) if key not in needed]
        return self._rows_of.pop(spare[0]) if spare else None
