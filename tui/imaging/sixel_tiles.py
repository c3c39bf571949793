"""Strips of a picture as sixels, all with one palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PIL import Image

from tui.imaging.encode import Rgb, Tile, tiles
from tui.imaging.ladder import Step, dithers
from tui.imaging.outline import PixelBox
from tui.imaging.raster import Raster
from tui.imaging.worker_pool import Check, unchecked

_MAX_SIXEL_BYTES = 7_000
"""Bytes of a sixel string at most; nothing can interrupt it, and two are to be under way on a line of 1 Mbit/s, as
otherwise it lies idle for a round trip after each. Smaller ones repeat their colours too often (6 % more bytes)."""


class Sixels(Protocol):
    """What encodes sixels (the module `tui.terminal.sixel`)."""

    def reduced(
        self, image: Image.Image, colours: int, *, dithered: bool, check: Check = unchecked
    ) -> Image.Image:
        """`image` (RGB) with a palette of at most so many colours, their errors evened out when `dithered`."""

    def sparing(self, image: Image.Image, colours: int, check: Check = unchecked) -> Image.Image:
        """The same in fewer bytes, the errors evened out as far as these allow."""

    def rimmed(self, image: Image.Image, inside: PixelBox, colour: Rgb) -> Image.Image:
        """A palette image with what is outside of a box in one more colour, which it is to hold as it is."""

    def sixels(self, image: Image.Image) -> bytes:
        """A palette image as one sixel string, without a position."""

    def rows_of_whole_bands(self, cell_height: float) -> int:
        """The fewest rows of cells that hold whole bands of sixels. `cell_height`: in pixels."""


def sixel_tiles(
    cut: Raster, step: Step, cell: tuple[float, float], ground: Rgb, encoder: Sixels, check: Check
) -> Iterator[Tile]:
    """A raster as strips of sixels, all with one palette. `ground`: RGB of what lies outside its picture."""
    rim = cut.inside != (0, 0, *cut.image.size)
    # The ground has a register of its own: cells beside the picture have exactly that colour.
    colours = (step.quality or 256) - rim
    if dithers(step):
        reduced = encoder.reduced(cut.image, colours, dithered=True, check=check)
    else:
        reduced = encoder.sparing(cut.image, colours, check)
    check()
    if rim:
        reduced = encoder.rimmed(reduced, cut.inside, ground)

    def encode(box: PixelBox) -> bytes:
        check()
        return encoder.sixels(reduced.crop(box))

    return tiles(
        cut, cell, 1, encoder.rows_of_whole_bands(cell[1]), step.strip_bytes or _MAX_SIXEL_BYTES, encode
    )
