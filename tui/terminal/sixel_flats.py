"""The flat colours of a picture in sixels: those that are the same over a notable share of it, as the ground of a contact
sheet, what lies beside a picture, or the paper of a page. Each has a register of its own, and its pixels are of no other
one: on what is flat the eye finds every pixel that is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.terminal.sixel_greys import Greys, greys

_SHARE = 0.005
"""Of all pixels: what a colour must cover to be a flat one."""
_OF_REGISTERS = 4
"""A quarter of the registers at most is for flat colours."""
_SLOPE = 0.25
"""A colour is a step of a slope when one beside it, by a level in any channel, covers this share of what it covers."""


@dataclass(frozen=True, slots=True, eq=False)
class Flats:
    """`colours`: (number, 3), in whole percents, each once. `places`: (height, width), which of them a pixel is of, -1 for
    none of them. `greys`: of what is grey in it and not flat."""

    colours: NDArray[np.uint8]
    places: NDArray[np.int32]
    greys: Greys

    @property
    def fixed(self) -> NDArray[np.uint8]:
        """(number, 3): the colours that have a register in any case."""
        return np.concatenate([self.colours, self.greys.colours])

    def on(self, image: Image.Image) -> Image.Image:
        """`image` with the flat colours as registers hold them, so that nothing of them is left for others to make up for."""
        if not len(self.colours):
            return image
        pixels = np.array(image)
        flat = self.places >= 0
        pixels[flat] = self.colours[self.places[flat]]
        return Image.fromarray(pixels)

    def members(self, palette: NDArray[np.uint8]) -> NDArray[np.int32]:
        """(height, width): the places in `palette` (colours, 3) of the pixels that are flat, -1 for others. All flat colours
        are in it."""
        return np.append(numbers(self.colours, palette), -1).astype(np.int32)[self.places]

    def kept(
        self, pixels: NDArray[np.uint8], found: NDArray[np.uint8], palette: NDArray[np.uint8]
    ) -> NDArray[np.int32]:
        """`found` members (height, width) of a palette for `pixels` (height, width, 3), but for those that are flat or grey, which
        have the colour of a register: theirs."""
        if not len(self.fixed):
            return found.astype(np.int32)
        of_level = np.zeros(256, np.int32)
        of_level[self.greys.levels] = numbers(self.greys.colours, palette)
        greyed = np.where(self.greys.there, of_level[pixels[..., 0]], found)
        members = self.members(palette)
        return np.where(members >= 0, members, greyed).astype(np.int32)


def numbers(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The places of colours in `palette`, which has all of them."""
    found: NDArray[np.intp] = (palette[None] == colours[:, None]).all(axis=2).argmax(axis=1)
    return found


def flats(image: Image.Image, registers: int, percents: NDArray[np.uint8]) -> Flats:
    """Those of an image in RGB, the most frequent first where there are many. `percents`: (101,), what terminals make of a
    register's percents."""
    pixels = np.asarray(image).astype(np.int32)
    packed = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
    found = _flat_colours(packed, registers // _OF_REGISTERS)
    places = np.full(packed.shape, -1, dtype=np.int32)
    if not len(found):
        return Flats(np.empty((0, 3), np.uint8), places, greys(image, places >= 0, registers, percents))
    channels = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    snapped = percents[np.round(channels * (100 / 255)).astype(np.int64)]
    colours, of_found = np.unique(snapped, axis=0, return_inverse=True)
    for colour, place in zip(found, of_found.ravel(), strict=True):
        places[packed == colour] = place
    return Flats(np.ascontiguousarray(colours), places, greys(image, places >= 0, registers, percents))


def _flat_colours(packed: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    """The numbers of at most so many colours, of pixels (height, width) as numbers of 24 bits."""
    here = packed[:-1, :-1]
    same = here[(here == packed[:-1, 1:]) & (here == packed[1:, :-1])]
    colours, counts = np.unique(same, return_counts=True)
    least = _SHARE * packed.size
    known = counts >= _SLOPE * least
    colours, counts = colours[known], counts[known]
    flat = (counts >= least) & ~_on_slopes(colours, counts)
    return colours[flat][np.argsort(-counts[flat])][:most]


def _on_slopes(colours: NDArray[np.int32], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(colours,): which are a step between others that are a level lighter or darker: there dithering hides the steps,
    as between two registers there are two and a half levels."""
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    apart = np.abs(channels[:, None] - channels[None]).max(axis=2)
    steps: NDArray[np.bool_] = ((apart == 1) & (counts[None] >= _SLOPE * counts[:, None])).any(axis=1)
    return steps
