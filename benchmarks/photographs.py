"""Ten photographs for the benchmarks: scikit-image's samples at 12 megapixels, with the noise of a camera."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = (
    "astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field",
    "retina", "motorcycle_left", "camera", "ihc", "coins",
)  # fmt: skip
PIXELS = 12e6


def photographs(folder: Path | None = None) -> Iterator[Image.Image]:
    """The pictures of `folder` as they are, or the samples that scikit-image's wheel carries.

    Raises:
        SystemExit: there is neither.
    """
    if folder is not None:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
                yield Image.open(path).convert("RGB")
        return
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise SystemExit("no pictures: install scikit-image, or name a folder by --photos")
    samples = Path(spec.origin).parent / "data"
    for name in NAMES:
        for path in samples.glob(f"{name}.*"):
            yield enlarged(Image.open(path).convert("RGB"))


def enlarged(image: Image.Image) -> Image.Image:
    """To 12 megapixels, with noise of a few levels."""
    factor = (PIXELS / (image.width * image.height)) ** 0.5
    size = round(image.width * factor), round(image.height * factor)
    pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
    noise = np.random.default_rng(1).integers(-4, 5, (size[1], size[0], 1), dtype=np.int16)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
