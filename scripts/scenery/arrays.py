"""Short words for arrays of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Vector = tuple[float, float, float]


def f32(values: Any) -> Array:
    return np.asarray(values, np.float32)


def unit(v: Array) -> Array:
    """Vectors along the last axis, made length 1."""
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9))


def smoothstep(low: float, high: float, x: Array) -> Array:
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def mix(a: Any, b: Any, t: Array) -> Array:
    """From colour(s) a to colour(s) b by a weight for each point."""
    t = np.asarray(t)[:, None]
    return np.asarray(np.asarray(a, np.float32) * (1 - t) + np.asarray(b, np.float32) * t)


def rgb(text: str) -> Array:
    """'#rrggbb' as linear light."""
    values = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return np.asarray(values**2.2, np.float32)
