"""How true pixels are to others, by what likeness of structure forgives: lost tones, blocks that are off, false steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK = 16
_CALM_PAIR, _CALM_RANGE, _STEP = 1, 4, 4
"""Of 255: what neighbours and the 5 x 5 pixels round them may differ by in a smooth place, and from which on a
difference there is a false step."""


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """`psnr`: in decibels, 99 when equal. `block`: the largest error of the mean of 16 x 16 pixels in any channel, of
    255. `banding`: the share of neighbours in smooth places between which there is a step."""

    psnr: float
    block: float
    banding: float

    @property
    def indistinguishable(self) -> bool:
        """Whether nobody would tell the two apart."""
        return self.psnr >= 43.0 and self.block <= 1.0 and self.banding <= 0.01


def fidelity(shown: NDArray[np.uint8], true: NDArray[np.uint8]) -> Faithfulness:
    """Of pixels (height, width) in grey or (height, width, channels) to others of the same shape."""
    first, second = (pixels.reshape(*pixels.shape[:2], -1).astype(np.int32) for pixels in (shown, true))
    off = first - second
    error = float((off**2).mean())
    psnr = 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))
    return Faithfulness(
        psnr, _block_error(off), _false_steps(first.sum(axis=2), second.sum(axis=2), first.shape[2])
    )


def _block_error(off: NDArray[np.int32]) -> float:
    high, wide = (min(_BLOCK, size) for size in off.shape[:2])
    down, across = off.shape[0] // high, off.shape[1] // wide
    blocks = off[: down * high, : across * wide].reshape(down, high, across, wide, -1)
    return float(np.abs(blocks.mean(axis=(1, 3))).max())


def _false_steps(shown: NDArray[np.int32], true: NDArray[np.int32], channels: int) -> float:
    """Sums of the channels stand for brightness."""
    if min(true.shape) < 5:
        return 0.0
    calm = _around(true, np.maximum) - _around(true, np.minimum) <= _CALM_RANGE * channels
    inner = (slice(2, -2), slice(2, -2))
    pairs = np.abs(np.diff(true[inner], axis=1)) <= _CALM_PAIR * channels
    smooth = calm[:, :-1] & pairs
    if not smooth.any():
        return 0.0
    steps = np.abs(np.diff(shown[inner], axis=1)) >= _STEP * channels
    return float(steps[smooth].mean())


def _around(pixels: NDArray[np.int32], most: np.ufunc) -> NDArray[np.int32]:
    """The largest or smallest of the 5 x 5 pixels round each; the two outermost rows and columns have none."""
    height, width = pixels.shape
    rows = pixels[: height - 4]
    for n in range(1, 5):
        rows = most(rows, pixels[n : height - 4 + n])
    found: NDArray[np.int32] = rows[:, : width - 4]
    for n in range(1, 5):
        found = most(found, rows[:, n : width - 4 + n])
    return found
