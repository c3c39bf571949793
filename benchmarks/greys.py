"""Pictures with few tones, which are the first to be falsified: what microscopes, telescopes and scanners make.

scikit-image's samples, and two of more than eight bits, made here.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.fidelity import Original

SAMPLES = ("cell", "camera", "coins", "moon", "page", "clock_motion")
_WINDOW = (0.5, 99.5)
"""Percentiles of the values that become black and white."""
_SIDE = (900, 700)


@dataclass(frozen=True, slots=True)
class TruePicture:
    """A file, and what it should look like."""

    path: Path
    original: Original

    @property
    def name(self) -> str:
        return self.path.stem


def make_greys(folder: Path) -> list[TruePicture]:
    """The grey set in `folder`; without scikit-image only what is made here."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        *_samples(folder),
        _deep(folder / "deep12.tif", np.uint16),
        _deep(folder / "deepfloat.tif", np.float32),
    ]


def _samples(folder: Path) -> list[TruePicture]:
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        return []
    made = []
    for name in SAMPLES:
        path = folder / f"{name}.png"
        with Image.open(Path(spec.origin).parent / "data" / path.name) as image:
            # Without the colour profile that one of them has: what its values mean is not the question here.
            plain = Image.fromarray(np.asarray(image))
        plain.save(path)
        made.append(TruePicture(path, Original(plain.convert("RGB"))))
    return made


def _deep(path: Path, kind: type[np.uint16] | type[np.float32]) -> TruePicture:
    """Faint spots in 12 bits of 16, or in parts of one, with a few values far above all others."""
    random = np.random.default_rng(12)
    y, x = np.mgrid[0 : _SIDE[1], 0 : _SIDE[0]]
    values = 300 + 120 * np.sin(x / 140) * np.cos(y / 110) + random.normal(0, 6, x.shape)
    for _ in range(25):
        away = np.hypot(y - random.uniform(0, _SIDE[1]), x - random.uniform(0, _SIDE[0]))
        values += random.uniform(100, 400) * np.exp(-((away / random.uniform(15, 60)) ** 2))
    values[random.random(x.shape) < 0.0005] = 4095
    deep = np.clip(values, 0, 4095)
    kept: NDArray[np.uint16] | NDArray[np.float32] = (
        np.rint(deep).astype(np.uint16) if kind is np.uint16 else (deep / 4095).astype(np.float32)
    )
    Image.fromarray(kept).save(path)
    return TruePicture(path, Original(_windowed(kept)))


def _windowed(values: NDArray[np.uint16] | NDArray[np.float32]) -> Image.Image:
    """RGB; black and white are percentiles of the values."""
    low, high = np.percentile(values, _WINDOW)
    grey = np.clip((values.astype(np.float64) - low) / (high - low), 0, 1) * 255
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB")
