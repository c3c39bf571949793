"""Pictures for tests, made on the spot."""

from __future__ import annotations

import numpy as np
from PIL import Image


def scenery(width: int, height: int, seed: int = 1) -> Image.Image:
    """Something with smooth parts, edges and a little noise, as a photograph has."""
    y, x = np.mgrid[0:height, 0:width]
    random = np.random.default_rng(seed)
    waves = [np.sin(x / random.uniform(20, 90) + y / random.uniform(30, 90) + n) for n in range(3)]
    pixels = 120 + 70 * np.stack(waves, axis=-1)
    for _ in range(12):
        left, top = random.integers(0, width), random.integers(0, height)
        pixels[top : top + height // 6, left : left + width // 8] = random.integers(0, 256, 3)
    pixels += random.normal(0, 2, (height, width, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
