"""The pictures of the benchmarks: scikit-image's samples at 12 megapixels, with the noise of a camera.

`python -m benchmarks.photos FOLDER [N]` writes them as JPEG. Where scikit-image is missing, the demo pictures stand in.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from tui.resources import bundled

NAMES = (
    "astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field",
    "retina", "motorcycle_left", "camera", "ihc", "coins",
)  # fmt: skip
PIXELS = 12e6
QUALITY = 90


def make_photos(folder: Path, n: int = 10) -> list[Path]:
    """Write the first `n` pictures into `folder` as JPEG, in a fixed order; those there already are left as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, source in enumerate(islice(_sources(), n), 1):
        path = folder / f"{number:02}-{source.stem}.jpg"
        if not path.exists():
            with Image.open(source) as image:
                enlarged(image.convert("RGB"), seed=number).save(path, quality=QUALITY)
        made.append(path)
    return made


def photographs(folder: Path | None = None) -> Iterator[Image.Image]:
    """The pictures of `folder` as they are, or the ten of the benchmarks."""
    if folder is None:
        for source in islice(_sources(), len(NAMES)):
            with Image.open(source) as image:
                yield enlarged(image.convert("RGB"))
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
            with Image.open(path) as image:
                yield image.convert("RGB")


def _sources() -> Iterator[Path]:
    """The samples that scikit-image's wheel carries, then the demo pictures."""
    spec = importlib.util.find_spec("skimage")
    if spec is not None and spec.origin is not None:
        samples = Path(spec.origin).parent / "data"
        for name in NAMES:
            yield from samples.glob(f"{name}.*")
    yield from sorted(bundled("demo_images").glob("*.jpg"))


def enlarged(image: Image.Image, seed: int = 1) -> Image.Image:
    """To 12 megapixels, with noise of a few levels."""
    factor = (PIXELS / (image.width * image.height)) ** 0.5
    size = round(image.width * factor), round(image.height * factor)
    pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
    noise = np.random.default_rng(seed).integers(-4, 5, (size[1], size[0], 1), dtype=np.int16)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m benchmarks.photos FOLDER [N]")
    for written in make_photos(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else len(NAMES)):
        print(written)
