"""How like two pictures of one size are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def psnr(first: Image.Image, second: Image.Image) -> float:
    """Peak signal-to-noise ratio in dB over red, green and blue; 99 for the same picture."""
    difference = np.asarray(first.convert("RGB"), np.float64) - np.asarray(second.convert("RGB"), np.float64)
    error = float(np.mean(difference**2))
    return 99.0 if error == 0 else 10 * math.log10(255 * 255 / error)


def ssim(first: Image.Image, second: Image.Image, window: int = 8) -> float:
    """Mean structural similarity of luma, -1 to 1, over boxes of `window` pixels square side by side, and over such
    boxes half a window further right and down (Wang et al. 2004, with the mean over a box for weights)."""
    a, b = (np.asarray(image.convert("L"), np.float64) for image in (first, second))
    found: list[NDArray[np.float64]] = []
    for offset in (0, window // 2):
        mean_a, mean_b, square_a, square_b, product = (
            _means(values[offset:, offset:], window) for values in (a, b, a * a, b * b, a * b)
        )
        spread = square_a - mean_a**2 + square_b - mean_b**2
        together = product - mean_a * mean_b
        above = (2 * mean_a * mean_b + _C1) * (2 * together + _C2)
        found.append(above / ((mean_a**2 + mean_b**2 + _C1) * (spread + _C2)))
    return float(np.mean(np.concatenate([values.ravel() for values in found])))


def _means(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Over whole boxes from the top left; what is left at the edges is not counted."""
    rows, columns = (length // window for length in values.shape)
    whole = values[: rows * window, : columns * window]
    means: NDArray[np.float64] = whole.reshape(rows, window, columns, window).mean(axis=(1, 3))
    return means
