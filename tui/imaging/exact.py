"""The picture as it is: what lies on the canvas as PNGs of all its colours, in strips that lie there pixel by pixel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.ladder import StripTerms
from tui.imaging.outline import PixelBox
from tui.imaging.raster import Raster
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
    left, top, right, bottom = cut.inside
    x, y = round(cut.column * cell[0]), round(cut.row * cell[1])
    pixels = without_colours(np.asarray(cut.image)[top:bottom, left:right])
    strips = []
    for first, last in _edges(cut, cell, terms.rows):
        check()
        rows = pixels[first - top : last - top]
        box = (x + left, y + first, x + right, y + last)
        strips.append(ExactStrip(box, full_png(rows, terms.level)))
    return tuple(strips)


def _edges(cut: Raster, cell: tuple[float, float], rows: int) -> Iterator[tuple[int, int]]:
    """First row of pixels of the raster and the one after the last, for each strip of so many `rows` of cells."""
    _, top, _, bottom = cut.inside
    origin = round(cut.row * cell[1])
    for row in range(cut.row, cut.row + cut.rows, rows):
        first, last = round(row * cell[1]) - origin, round((row + rows) * cell[1]) - origin
        if max(first, top) < min(last, bottom):
            yield max(first, top), min(last, bottom)


def without_colours(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width) where all three channels of (height, width, 3) are the same, else what was given."""
    grey = pixels[..., 0]
    same = np.array_equal(grey, pixels[..., 1]) and np.array_equal(grey, pixels[..., 2])
    return grey if same else pixels


def full_png(pixels: NDArray[np.uint8], level: int) -> bytes:
    """A PNG of all colours of (height, width, 3), or of all greys of (height, width). `level`: of compression."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=level)
    return out.getvalue()
