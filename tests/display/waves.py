"""Pictures for the tests of what is displayed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tui.display.jobs import Picture


def waves(seed: int, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """A picture that looks like no other seed's, with coarse grain: smooth shades would show the palette's steps."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]] / 100.0
    planes = [
        np.sin(x * (1 + 0.3 * n + 0.2 * seed) + seed) * np.cos(y * (1.2 + 0.25 * seed) - n) for n in range(3)
    ]
    grain = (
        np.random.default_rng(seed)
        .normal(0, 0.3, (size[1] // 12, size[0] // 12, 1))
        .repeat(12, 0)
        .repeat(12, 1)
    )
    values = (np.stack(planes, -1) * 0.6 + grain + 1) * 127
    return Image.fromarray(values.clip(0, 255).astype(np.uint8), "RGB")


def saved(path: Path, seed: int, size: tuple[int, int] = (1200, 900)) -> Picture:
    """The same in a file, a PNG that takes little time to write."""
    waves(seed, size).save(path, compress_level=1)
    return Picture(path, 100_000_000)
