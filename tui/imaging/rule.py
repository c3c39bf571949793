"""Rule images: straight lines with their casing, cut out of one long picture of their kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui.imaging.ink import ink_on, rgb
from tui.imaging.outline import CASING, DASH, GAP, PixelBox, clipped
from tui.imaging.png import palette_png

MAX_LENGTH = 2048
"""Pixels of a rule image along its line."""
End = Literal["first", "last", ""]
"""Which end of a line is a corner of its box; the other one meets the corner of the next line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of line: `thick` pixels in `colour` between two of casing, from left to right when `wide`, else downwards.

    Its image begins with the corner that a line begins with when a box is gone round clockwise from its upper left
    one, and ends with the corner where a line of the opposite side ends: each of four lines brings one corner.
    """

    colour: str
    thick: int
    wide: bool
    dashed: bool = False

    @property
    def across(self) -> int:
        """Pixels across the line, with its casing."""
        return self.thick + 2 * CASING

    def png(self) -> bytes:
        """The image, about 110 bytes."""
        palette = np.array(
            [(0, 0, 0, 0), (*rgb(ink_on(self.colour)), 255), (*rgb(self.colour), 255)], dtype=np.uint8
        )
        return palette_png(self._indices(), palette, level=9)

    def _indices(self) -> NDArray[np.uint8]:
        """(height, width): 0 clear, 1 casing, 2 line."""
        size = self.across
        across = np.full(size, 1, dtype=np.uint8)
        across[CASING:-CASING] = 2
        image = np.repeat(across[:, None], MAX_LENGTH, axis=1)
        if self.dashed:
            along = np.arange(MAX_LENGTH) % (DASH + GAP)
            image[:, (along < CASING) | (along >= CASING + DASH)] = 1
            image[:, along >= DASH + 2 * CASING] = 0
        else:
            corner = _corner(size)
            image[:, :size], image[:, -size:] = corner, corner[::-1, ::-1]
        return image if self.wide else np.ascontiguousarray(np.rot90(image, -1))

    def cut(self, box: PixelBox, end: End, within: PixelBox) -> Iterator[RuledLine]:
        """A line on the pixels of `box`, as far as they lie `within` another, in pieces that the image holds."""
        axis = 0 if self.wide else 1
        length = box[axis + 2] - box[axis]
        longest = MAX_LENGTH - 2 * self.across
        for start in range(0, length, longest):
            stop = min(start + longest, length)
            piece = list(box)
            piece[axis], piece[axis + 2] = box[axis] + start, box[axis] + stop
            seen = clipped((piece[0], piece[1], piece[2], piece[3]), within)
            if seen is not None:
                yield RuledLine(self, seen, self._source(seen, box, end))

    def _source(self, seen: PixelBox, box: PixelBox, end: End) -> tuple[int, int]:
        """Where on the image what is seen of a line is cut out."""
        axis = 0 if self.wide else 1
        start, stop = seen[axis] - box[axis], box[axis + 2] - seen[axis + 2]
        along = 0 if self.dashed else self.across
        if end == "first" and start < self.across:
            along = start
        elif end == "last" and stop < self.across:
            along = MAX_LENGTH - stop - (seen[axis + 2] - seen[axis])
        side = seen[1 - axis] - box[1 - axis]
        return (along, side) if self.wide else (side, along)


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A piece of a line: on the pixels `box` of the canvas, cut out of its rule's image from the pixel `source` on."""

    rule: Rule
    box: PixelBox
    source: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


@lru_cache(maxsize=16)
def _corner(size: int) -> NDArray[np.uint8]:
    """(size, size): the upper left corner of a box, where its line turns."""
    row, column = np.indices((size, size))
    inside = (row >= CASING) & (column >= CASING)
    turning = (row < size - CASING) | (column < size - CASING)
    return np.where(inside & turning, 2, 1).astype(np.uint8)


def box_lines(outer: PixelBox, colour: str, thick: int, within: PixelBox) -> Iterator[RuledLine]:
    """The four sides of a box, each with one of its corners. `outer`: their outermost pixels."""
    wide, high = Rule(colour, thick, wide=True), Rule(colour, thick, wide=False)
    (x0, y0, x1, y1), t = outer, wide.across
    yield from wide.cut((x0, y0, x1 - t, y0 + t), "first", within)
    yield from high.cut((x1 - t, y0, x1, y1 - t), "first", within)
    yield from wide.cut((x0 + t, y1 - t, x1, y1), "last", within)
    yield from high.cut((x0, y0 + t, x0 + t, y1), "last", within)


def dashed_lines(outer: PixelBox, colour: str, thick: int, within: PixelBox) -> Iterator[RuledLine]:
    """The four sides of a dashed box; corners are as the dashes fall."""
    wide, high = Rule(colour, thick, wide=True, dashed=True), Rule(colour, thick, wide=False, dashed=True)
    (x0, y0, x1, y1), t = outer, wide.across
    for top in (y0, y1 - t):
        yield from wide.cut((x0, top, x1, top + t), "", within)
    for left in (x0, x1 - t):
        yield from high.cut((left, y0 + t, left + t, y1 - t), "", within)
