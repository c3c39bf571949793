"""From signed distances to meshes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from scripts.scenery.arrays import Array, unit
from scripts.scenery.mesh import Mesh, mesh

Field = Callable[[Array], Array]
"""Signed distance at (n, 3) points."""


def solid(distance: Field, low: Sequence[float], high: Sequence[float], step: float, material: str,
          paint: Callable[[Array], Array] | Array) -> Mesh:  # fmt: skip
    """The surface of a signed distance field as a mesh (naive surface nets, S. F. Gibson 1998):
    one point in each cell that the surface crosses, at the mean of the crossings of its edges."""
    axes = [np.arange(lo, hi + step, step) for lo, hi in zip(low, high, strict=True)]
    lattice = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    value = np.concatenate([distance(part) for part in np.array_split(lattice, len(lattice) // 200_000 + 1)])
    value = value.reshape(tuple(len(a) for a in axes))
    total, count = _crossings(value)
    mixed = count > 0
    number = np.full(count.shape, -1, np.int64)
    number[mixed] = np.arange(mixed.sum())
    corner = np.stack(np.nonzero(mixed), -1)
    points = np.asarray(low) + (corner + total[mixed] / count[mixed][:, None]) * step
    triangles = _quads(value < 0, number)
    for _ in range(2):
        points = points - normal_of(distance, points, step) * distance(points)[:, None] * 0.9
    normals = normal_of(distance, points, step * 0.7)
    colour = paint(points) if callable(paint) else paint
    return mesh(points, triangles, normals, material, colour)


def _crossings(value: Array) -> tuple[Array, Array]:
    """Of each cell: the sum of the places where the surface crosses its edges, and how many those are."""
    inside = value < 0
    cells = tuple(n - 1 for n in value.shape)
    total, count = np.zeros((*cells, 3)), np.zeros(cells)
    for axis in range(3):
        a, b = value, np.roll(value, -1, axis)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(a != b, a / (a - b), 0.5)
        crossed = (inside != np.roll(inside, -1, axis)) & (np.abs(t - 0.5) <= 0.5)
        others = [i for i in range(3) if i != axis]
        for corner in np.ndindex(2, 2):
            window: list[slice] = [slice(0, -1)] * 3
            shift = np.zeros(3)
            for other, d in zip(others, corner, strict=True):
                window[other] = slice(d, d + cells[other])
                shift[other] = d
            here = crossed[tuple(window)]
            count += here
            total += here[..., None] * shift
            total[..., axis] += np.where(here, t[tuple(window)], 0)
    return total, count


def _quads(inside: Array, number: Array) -> Array:
    """Two triangles around each edge that is crossed, between the points of its four cells."""
    triangles = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        inner: list[slice] = [slice(1, -1)] * 3
        inner[axis] = slice(0, -1)
        crossed = (inside != np.roll(inside, -1, axis))[tuple(inner)]
        at = np.stack(np.nonzero(crossed), -1) + [1 if i != axis else 0 for i in range(3)]
        eu, ev = np.eye(3, dtype=int)[u], np.eye(3, dtype=int)[v]
        quad = [number[tuple((at - p).T)] for p in (eu + ev, ev, 0 * eu, eu)]
        whole = np.all(np.stack(quad) >= 0, axis=0)
        a, b, c, d = (q[whole] for q in quad)
        triangles += [np.stack([a, b, c], 1), np.stack([a, c, d], 1)]
    return np.concatenate(triangles)


def normal_of(distance: Field, points: Array, step: float) -> Array:
    """The slope of a field, length 1."""
    slope = np.empty_like(points)
    for axis in range(3):
        d = np.zeros(3)
        d[axis] = step * 0.5
        slope[:, axis] = distance(points + d) - distance(points - d)
    return unit(slope)
