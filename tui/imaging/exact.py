"""The picture as it is: what lies on the canvas as PNGs of all its colours, in strips that lie there pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.imaging.ladder import StripTerms
from tui.imaging.outline import PixelBox
from tui.imaging.png import full_png
from tui.imaging.raster import Raster
from tui.imaging.rounding import Likely, Rounded, chosen
from tui.imaging.worker_pool import Check, unchecked


@dataclass(frozen=True, slots=True)
class ExactStrip:
    """`box`: left, top, right, bottom on the canvas, in its pixels. `data`: a PNG of exactly these. `rounded`: one of
    far fewer bytes that can hardly be told from it, to go first; None: there is none."""

    box: PixelBox
    data: bytes
    rounded: bytes | None = None


def exact_strips(
    cut: Raster, cell: tuple[float, float], terms: StripTerms, check: Check = unchecked
) -> tuple[ExactStrip, ...]:
    """What a raster in full size holds of the picture, from the top; between cells of the canvas, whose size in pixels is
    `cell`. A picture without colours is sent without."""
    pixels = without_colours(np.asarray(cut.image))
    boxes = list(_boxes(cut, cell, terms))
    data = []
    for box in boxes:
        check()
        data.append(full_png(_part(pixels, box), terms.level))
    first: Sequence[bytes | None] = [None] * len(boxes)
    if terms.rounded and pixels.ndim == 3:
        first = _rounded_first(pixels, boxes, data, terms.level, check)
    x, y = round(cut.column * cell[0]), round(cut.row * cell[1])
    return tuple(
        ExactStrip((x + left, y + top, x + right, y + bottom), png, rounded)
        for (left, top, right, bottom), png, rounded in zip(boxes, data, first, strict=True)
    )


def sent_bytes(strips: Sequence[ExactStrip]) -> int:
    """On the wire, those that go first among them."""
    return sum(len(strip.data) + len(strip.rounded or b"") for strip in strips) * 4 // 3


def _boxes(cut: Raster, cell: tuple[float, float], terms: StripTerms) -> Iterator[PixelBox]:
    """In pixels of the raster, without what lies outside the picture."""
    left, top, right, bottom = cut.inside
    columns, rows = _cells(cut.columns, cell[0], terms)
    for first, last in _spans(cut.row, cut.rows, cell[1], rows, (top, bottom)):
        for start, end in _spans(cut.column, cut.columns, cell[0], columns, (left, right)):
            yield start, first, end, last


def _cells(across: int, width: float, terms: StripTerms) -> tuple[int, int]:
    """Columns and rows of a strip of a raster that is so many cells `across`. Where cells are a fraction of a pixel wide
    two strips side by side would share one, which only one of them can have: strips are as wide as the raster, and
    lower."""
    columns = terms.columns or across
    if columns >= across or abs(width - round(width)) < 0.01:
        return columns, terms.rows
    return across, max(1, terms.rows * columns // across)


def _spans(
    cell: int, cells: int, size: float, step: int, inside: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """From the first `cell` on in parts of `step` cells, whose size is in pixels: first pixel and the one after the last,
    counted from that cell's."""
    origin = round(cell * size)
    for at in range(cell, cell + cells, step):
        first, last = (round(edge * size) - origin for edge in (at, at + step))
        if max(first, inside[0]) < min(last, inside[1]):
            yield max(first, inside[0]), min(last, inside[1])


def _part(pixels: NDArray[np.uint8], box: PixelBox) -> NDArray[np.uint8]:
    return np.ascontiguousarray(pixels[box[1] : box[3], box[0] : box[2]])


def _rounded_first(
    pixels: NDArray[np.uint8], boxes: Sequence[PixelBox], data: Sequence[bytes], level: int, check: Check
) -> list[bytes | None]:
    """Rounded PNGs of the parts for which they pay."""
    picture = Rounded.of(pixels)
    made, likely = [], []
    for box, exact in zip(boxes, data, strict=True):
        check()
        made.append(full_png(_part(picture.values, box), level))
        likely.append(Likely(len(exact), len(made[-1]), picture.squares(box), picture.steps(box)))
    taken = chosen(likely, pixels.size, picture.smooth)
    return [png if n in taken else None for n, png in enumerate(made)]


def without_colours(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width) where all three channels of (height, width, 3) are the same, else what was given."""
    grey = pixels[..., 0]
    same = np.array_equal(grey, pixels[..., 1]) and np.array_equal(grey, pixels[..., 2])
    return grey if same else pixels
