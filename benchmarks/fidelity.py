"""How true a picture on the screen is: what structural similarity forgives. A grey picture in nine greys may have 0.94
of it, and shows edges that are not there.

The picture is compared with its original at the size that it has on the screen, resized by whichever common kernel is
the kindest to what is seen: terminals and programs scale in more ways than one, and none of them is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log10

import numpy as np
from numpy.typing import NDArray
from PIL import Image

KERNELS = (
    Image.Resampling.LANCZOS,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.HAMMING,
    Image.Resampling.BOX,
    Image.Resampling.NEAREST,
)
EQUAL = 99.0
"""dB of a picture that differs nowhere."""
_COMMON = 0.002
"""The share of the pixels from which on a grey value is a tone of the picture."""
_BLOCK = 16
_CALM, _CALM_RANGE = 5, 4
"""A smooth place: in a square of so many pixels the original has no more than this range of values."""
_EVEN, _STEP = 1, 4
"""Neighbours that differ by at most the one in the original are a step when they differ by at least the other."""

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fidelity:
    """`psnr`: dB over red, green and blue. `levels`: grey values with more than 0.2 % of the pixels each; `wanted`: how
    many the original has at this size; `in_percent`: how many it has in the hundred steps of a sixel's colours. `block`: the largest error of the mean of 16x16 pixels in any channel, of
    255. `banding`: the share of neighbours in smooth places that became a step, less that in the original."""

    psnr: float
    levels: int
    wanted: int
    in_percent: int
    block: float
    banding: float

    @property
    def tones(self) -> float:
        """The share of the original's grey values that is left."""
        return self.levels / max(1, self.wanted)

    @property
    def enough_levels(self) -> bool:
        """Whether it has 32 grey values, or nine of ten that the original has."""
        return self.levels >= min(32.0, 0.9 * self.wanted)

    @property
    def enough_for_sixels(self) -> bool:
        """The same where each colour is in whole percents, as in sixels: no more greys than the original has in these can be
        shown, whatever is dithered between them. What dithering makes up for is the means of blocks, which count in full."""
        return self.levels >= min(32.0, 0.9 * min(self.wanted, self.in_percent))

    @property
    def indistinguishable(self) -> bool:
        """Whether nobody would tell it from the original."""
        return self.psnr >= 43 and self.block <= 1 and self.banding <= 0.01


Part = tuple[float, float, float, float]
"""Left, top, right, bottom of a picture in shares of its sides."""
WHOLE: Part = (0.0, 0.0, 1.0, 1.0)


@dataclass(slots=True)
class Original:
    """A picture of which many are compared; what it is at each size and by each kernel is kept."""

    image: Image.Image
    _fitted: dict[tuple[tuple[int, int], Image.Resampling, Part], Image.Image] = field(default_factory=dict)

    def at(self, size: tuple[int, int], kernel: Image.Resampling, part: Part = WHOLE) -> Image.Image:
        """RGB of a part of it at that size, resized once."""
        key = size, kernel, part
        if key not in self._fitted:
            sides = (self.image.width, self.image.height) * 2
            box = tuple(share * side for share, side in zip(part, sides, strict=True))
            self._fitted[key] = self.image.convert("RGB").resize(
                size, kernel, (box[0], box[1], box[2], box[3])
            )
        return self._fitted[key]

    def kindest(self, seen: Image.Image, margin: int = 0, part: Part = WHOLE) -> Image.Image:
        """A part of the original at the size of `seen`, resized so that it is nearest to it but for a margin of pixels."""
        return min(
            (self.at(seen.size, kernel, part) for kernel in KERNELS),
            key=lambda fitted: _squared(_inner(seen, margin), _inner(fitted, margin)),
        )

    def is_exactly(self, seen: Image.Image) -> bool:
        """Whether `seen` is this picture in every pixel, resized once: by LANCZOS where it became smaller."""
        pixels = seen.convert("RGB").tobytes()
        smaller = seen.width < self.image.width
        kernels = KERNELS[:1] if smaller else KERNELS
        return any(self.at(seen.size, kernel).tobytes() == pixels for kernel in kernels)


def judge(seen: Image.Image, original: Original, part: Part = WHOLE) -> Fidelity:
    """`seen`: the picture's place on the screen, and no more, which shows this part of it. A twentieth of its width is
    left out at each edge, where kernels differ most."""
    margin = min(max(10, seen.width // 20), min(seen.size) // 4)
    got = _inner(seen, margin)
    true = _inner(original.kindest(seen, margin, part), margin)
    squared = _squared(got, true)
    return Fidelity(
        EQUAL if squared == 0 else 10 * log10(255**2 / squared),
        levels(got),
        levels(true),
        levels(np.rint(np.rint(true / 2.55) * np.float32(2.55))),
        block_error(got, true),
        steps(got, true) - steps(true, true),
    )


def levels(pixels: Values) -> int:
    """How many grey values (the mean of the channels, rounded) have more than 0.2 % of the pixels each. `pixels`:
    (height, width, 3), 0 to 255."""
    grey = np.rint(pixels.mean(axis=2)).astype(np.int64).ravel()
    return int((np.bincount(grey, minlength=256) > _COMMON * grey.size).sum())


def block_error(pixels: Values, true: Values) -> float:
    """The largest difference of the means of 16x16 pixels in any channel; what is left at the edges is not counted."""
    difference = pixels - true
    rows, columns = (length // _BLOCK for length in difference.shape[:2])
    if not rows * columns:
        return float(np.abs(difference.mean(axis=(0, 1))).max())
    whole = difference[: rows * _BLOCK, : columns * _BLOCK]
    means = whole.reshape(rows, _BLOCK, columns, _BLOCK, 3).mean(axis=(1, 3))
    return float(np.abs(means).max())


def steps(pixels: Values, true: Values) -> float:
    """The share of pixels beside each other in smooth places of `true` that differ by 4 or more in `pixels`; 0 where
    nothing is smooth."""
    grey, smooth = pixels.mean(axis=2), true.mean(axis=2)
    if min(smooth.shape) < _CALM:
        return 0.0
    calm = _over_window(smooth, np.maximum) - _over_window(smooth, np.minimum) <= _CALM_RANGE
    # Of each pair the left pixel is the middle of its window.
    here = slice(_CALM // 2, -(_CALM // 2))
    across, even = (
        np.abs(np.diff(values[here], axis=1))[:, here.start : here.stop + 1] for values in (grey, smooth)
    )
    wanted = calm[:, : even.shape[1]] & (even <= _EVEN)
    return float((across[wanted] >= _STEP).mean()) if wanted.any() else 0.0


def _over_window(values: Values, of_two: np.ufunc) -> Values:
    """The greatest or least value of each square of 5x5 pixels, one axis after the other."""
    for axis in (0, 1):
        count = values.shape[axis] - _CALM + 1
        shifted = [values.take(range(n, n + count), axis) for n in range(_CALM)]
        values = of_two.reduce(shifted)
    return values


def _inner(image: Image.Image, margin: int) -> Values:
    pixels = np.asarray(image.convert("RGB"), dtype=np.float32)
    return pixels[margin : image.height - margin, margin : image.width - margin]


def _squared(these: Values, those: Values) -> float:
    return float(np.mean((these - those) ** 2, dtype=np.float64))
