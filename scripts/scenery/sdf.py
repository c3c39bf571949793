"""Signed distances of simple bodies and how to melt them together (after I. Quilez's articles)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scripts.scenery.arrays import Array


def limb(p: Array, a: Sequence[float], b: Sequence[float], ra: float, rb: float) -> Array:
    """A capsule from a to b whose radius goes from ra to rb."""
    a_, b_ = np.asarray(a, float), np.asarray(b, float)
    ab = b_ - a_
    t = np.clip((p - a_) @ ab / max(float(ab @ ab), 1e-9), 0, 1)
    return np.asarray(np.linalg.norm(p - a_ - t[:, None] * ab, axis=1) - (ra + (rb - ra) * t))


def egg(p: Array, centre: Sequence[float], radii: Sequence[float]) -> Array:
    """An ellipsoid; distances near it are good enough to mesh."""
    r = np.asarray(radii, float)
    q = p - np.asarray(centre, float)
    k0 = np.linalg.norm(q / r, axis=1)
    k1 = np.linalg.norm(q / (r * r), axis=1)
    return np.asarray(k0 * (k0 - 1) / np.maximum(k1, 1e-9))


def block(p: Array, centre: Sequence[float], half: Sequence[float], round_: float = 0.0) -> Array:
    q = np.abs(p - np.asarray(centre, float)) - (np.asarray(half, float) - round_)
    outside = np.linalg.norm(np.maximum(q, 0), axis=1)
    return np.asarray(outside + np.minimum(q.max(axis=1), 0) - round_)


def outline(y: Array, z: Array, corners: Sequence[tuple[float, float]]) -> Array:
    """Distance to a closed polygon in a plane, negative inside."""
    v = np.asarray(corners, float)
    best = np.full(len(y), np.inf)
    sign = np.ones(len(y))
    for i in range(len(v)):
        (ax, ay), (bx, by) = v[i - 1], v[i]
        ex, ey = bx - ax, by - ay
        wx, wy = y - ax, z - ay
        t = np.clip((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1)
        best = np.minimum(best, (wx - ex * t) ** 2 + (wy - ey * t) ** 2)
        cross = ex * wy - ey * wx
        up = (z >= ay) & (z < by) & (cross > 0)
        down = (z < ay) & (z >= by) & (cross < 0)
        sign = np.where(up | down, -sign, sign)
    return np.asarray(sign * np.sqrt(best))


def melt(a: Array, b: Array, k: float) -> Array:
    """Union with a fillet of about k."""
    h = np.maximum(k - np.abs(a - b), 0) / k
    return np.asarray(np.minimum(a, b) - h * h * k * 0.25)


def meet(a: Array, b: Array, k: float) -> Array:
    """Intersection with a rounded edge."""
    return -melt(-a, -b, k)


def melt_all(parts: Sequence[Array], k: float) -> Array:
    result = parts[0]
    for part in parts[1:]:
        result = melt(result, part, k)
    return result
