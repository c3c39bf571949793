"""The grey places of a picture that has colours as well, as grey pictures on a contact sheet. Mixed of colours that are near
they would get a tint, which the eye sees first in what has none: their pixels are of grey registers only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_AROUND = 2
"""Pixels to each side of which half are to be grey: among colours a grey pixel is there by chance."""
_SHARE = 0.005
"""Of all pixels: what grey places must cover to have registers."""
_OF_REGISTERS, _LEAST = 8, 64
"""An eighth of the registers at most is for greys, none where there are few."""
_HALF = 128


@dataclass(frozen=True, slots=True, eq=False)
class Greys:
    """`levels`: (number,), as registers hold them, from the darkest on. `there`: (height, width), whether a pixel is of a grey
    place."""

    levels: NDArray[np.uint8]
    there: NDArray[np.bool_]

    @property
    def colours(self) -> NDArray[np.uint8]:
        """(number, 3): the levels as colours."""
        return np.repeat(self.levels[:, None], 3, axis=1)

    def on(self, image: Image.Image, dither: Image.Dither) -> Image.Image:
        """`image` (RGB) with its grey places in these levels, so that nothing of them is left for colours to make up for."""
        if not len(self.levels):
            return image
        listed = Image.new("P", (1, 1))
        listed.putpalette(self.colours.tobytes())
        # Nor do colours hand anything on to them.
        pixels, there = np.asarray(image), self.there[..., None]
        alone = Image.fromarray(np.where(there, pixels, self.levels[0]).astype(np.uint8))
        mapped = np.asarray(alone.quantize(palette=listed, dither=dither))
        return Image.fromarray(np.where(there, self.colours[mapped], pixels))


def greys(image: Image.Image, flat: NDArray[np.bool_], registers: int, percents: NDArray[np.uint8]) -> Greys:
    """Those of an image in RGB, but for pixels that are `flat` (height, width); none where all of it is grey, as it then has
    nothing else. `percents`: (101,), what terminals make of a register's percents."""
    pixels = np.asarray(image)
    grey = (pixels[..., 0] == pixels[..., 1]) & (pixels[..., 0] == pixels[..., 2])
    near = np.asarray(Image.fromarray(grey.astype(np.uint8) * 255).filter(ImageFilter.BoxBlur(_AROUND)))
    there = grey & ~flat & (near >= _HALF)
    if grey.all() or there.mean() < _SHARE or registers < _LEAST:
        return Greys(np.empty(0, np.uint8), np.zeros_like(there))
    values = pixels[..., 0][there]
    low, high = (round(int(value) * 100 / 255) for value in (values.min(), values.max()))
    chosen = np.linspace(low, high, min(high - low + 1, registers // _OF_REGISTERS))
    return Greys(percents[chosen.round().astype(np.int64)], there)


def of_grey(palette: NDArray[np.number]) -> NDArray[np.bool_]:
    """(colours,): which of a palette (colours, 3) are grey."""
    grey: NDArray[np.bool_] = (palette == palette[:, :1]).all(axis=1)
    return grey
