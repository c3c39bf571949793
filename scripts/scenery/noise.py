"""Repeatable noise for textures: hashed lattices, no tables, the same on every machine."""

from __future__ import annotations

import numpy as np

from scripts.scenery.arrays import Array


def _hash(x: Array, y: Array, z: Array, seed: int) -> Array:
    """One float in 0..1 for each lattice point."""
    h = x.astype(np.uint32) * np.uint32(374761393)
    h += y.astype(np.uint32) * np.uint32(668265263)
    h += z.astype(np.uint32) * np.uint32(2147483647 // 3)
    h += np.uint32(seed * 144665 + 974711)
    h ^= h >> np.uint32(13)
    h *= np.uint32(1274126177)
    h ^= h >> np.uint32(16)
    h *= np.uint32(2246822519)
    h ^= h >> np.uint32(15)
    return (h & np.uint32(0xFFFFFF)).astype(np.float32) / np.float32(0xFFFFFF)


def noise(points: Array, seed: int = 0) -> Array:
    """Smooth value noise in 0..1 at (n, 2) or (n, 3) points, lattice distance 1."""
    cell = np.floor(points).astype(np.int64)
    f = (points - cell).astype(np.float32)
    f = f * f * (3 - 2 * f)
    x, y = cell[:, 0], cell[:, 1]
    if points.shape[1] == 2:
        zero = np.zeros_like(x)
        a = _hash(x, y, zero, seed) * (1 - f[:, 0]) + _hash(x + 1, y, zero, seed) * f[:, 0]
        b = _hash(x, y + 1, zero, seed) * (1 - f[:, 0]) + _hash(x + 1, y + 1, zero, seed) * f[:, 0]
        return np.asarray(a * (1 - f[:, 1]) + b * f[:, 1])
    z = cell[:, 2]
    layers = []
    for dz in (0, 1):
        a = _hash(x, y, z + dz, seed) * (1 - f[:, 0]) + _hash(x + 1, y, z + dz, seed) * f[:, 0]
        b = _hash(x, y + 1, z + dz, seed) * (1 - f[:, 0]) + _hash(x + 1, y + 1, z + dz, seed) * f[:, 0]
        layers.append(a * (1 - f[:, 1]) + b * f[:, 1])
    return np.asarray(layers[0] * (1 - f[:, 2]) + layers[1] * f[:, 2])


def fbm(points: Array, octaves: int = 4, seed: int = 0) -> Array:
    """Noise of several scales, 0..1, mean near 0.5."""
    total = np.zeros(len(points), np.float32)
    weight, scale, whole = 0.5, 1.0, 0.0
    for octave in range(octaves):
        total += weight * noise(points * np.float32(scale) + np.float32(17.3 * octave), seed + octave)
        whole += weight
        weight *= 0.5
        scale *= 2.03
    return total / np.float32(whole)


def cell_value(i: Array, j: Array, seed: int = 0) -> Array:
    """One repeatable float in 0..1 for each pair of whole numbers."""
    i = np.asarray(i).astype(np.int64)
    j = np.asarray(j).astype(np.int64)
    return _hash(i, j, np.zeros_like(i), seed)
