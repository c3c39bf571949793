"""How near one picture comes to another: for tests and benchmarks, and for choosing what to send."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(a: Image.Image, b: Image.Image, window: int = 8) -> float:
    """Mean structural similarity of luma (Wang et al. 2004) over square windows in two half-shifted tilings."""
    luma_a, luma_b = (np.asarray(image.convert("L"), dtype=np.float64) for image in (a, b))
    products = (luma_a, luma_b, luma_a * luma_a, luma_b * luma_b, luma_a * luma_b)
    found = []
    for shift in (0, window // 2):
        u, v, uu, vv, uv = (_means(values, window, shift) for values in products)
        above = (2 * u * v + _C1) * (2 * (uv - u * v) + _C2)
        below = (u * u + v * v + _C1) * (uu - u * u + vv - v * v + _C2)
        found.append((above / below).ravel())
    return float(np.concatenate(found).mean())


def psnr(a: Image.Image, b: Image.Image) -> float:
    """Peak signal to noise ratio over all channels, in dB; infinite for equal pictures."""
    difference = np.asarray(a.convert("RGB"), dtype=np.float64) - np.asarray(
        b.convert("RGB"), dtype=np.float64
    )
    error = float((difference**2).mean())
    return 10 * float(np.log10(255**2 / error)) if error else float("inf")


def _means(values: NDArray[np.float64], window: int, shift: int) -> NDArray[np.float64]:
    rows, columns = ((size - shift) // window for size in values.shape)
    part = values[shift : shift + rows * window, shift : shift + columns * window]
    means: NDArray[np.float64] = part.reshape(rows, window, columns, window).mean(axis=(1, 3))
    return means
