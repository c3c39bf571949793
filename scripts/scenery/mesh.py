"""Triangle meshes: what they are made of and how the simple ones are made. Metres; x right, y ahead, z up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from scripts.scenery.arrays import Array, f32, unit


@dataclass(frozen=True, slots=True)
class Mesh:
    """`local`: where a point was before the mesh was placed, for textures. `thing`: number of the object
    it belongs to in the truth, 0 = none. `seed`: varies textures between copies."""

    points: Array
    triangles: Array
    normals: Array
    local: Array
    colour: Array
    material: str
    thing: int = 0
    seed: float = 0.0
    extra: dict[str, float] = field(default_factory=dict)

    def at(self, position: Sequence[float], yaw: float = 0.0, scale: float = 1.0, tilt: float = 0.0) -> Mesh:
        """Turned about its z axis by `yaw` (and before that about x by `tilt`), grown, moved."""
        turn = turning(yaw) @ tilting(tilt)
        return replace(
            self,
            points=f32(self.points @ turn.T * scale + np.asarray(position)),
            normals=f32(self.normals @ turn.T),
        )

    def of(self, thing: int) -> Mesh:
        return replace(self, thing=thing)

    def painted(self, colour: Array, seed: float = 0.0) -> Mesh:
        return replace(self, colour=np.broadcast_to(f32(colour), self.points.shape).copy(), seed=seed)


def turning(yaw: float) -> Array:
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def tilting(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def mesh(points: Array, triangles: Array, normals: Array, material: str, colour: Array) -> Mesh:
    points = f32(points)
    paint = np.broadcast_to(f32(colour), points.shape).copy()
    return Mesh(points, np.asarray(triangles, np.int32), f32(normals), points, paint, material)


def join(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of several of the same material."""
    offsets = np.cumsum([0] + [len(m.points) for m in meshes[:-1]])
    return replace(
        meshes[0],
        points=np.concatenate([m.points for m in meshes]),
        triangles=np.concatenate([m.triangles + o for m, o in zip(meshes, offsets, strict=True)]),
        normals=np.concatenate([m.normals for m in meshes]),
        local=np.concatenate([m.local for m in meshes]),
        colour=np.concatenate([m.colour for m in meshes]),
    )


def box(low: Sequence[float], high: Sequence[float], material: str, colour: Array) -> Mesh:
    """An upright block between two corners."""
    lo, hi = np.asarray(low, float), np.asarray(high, float)
    points, normals = list[Array](), list[Array]()
    triangles = list[list[int]]()
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            face = np.zeros((4, 3))
            face[:, axis] = hi[axis] if side else lo[axis]
            face[:, u] = [lo[u], hi[u], hi[u], lo[u]]
            face[:, v] = [lo[v], lo[v], hi[v], hi[v]]
            normal = np.zeros(3)
            normal[axis] = 1 if side else -1
            base = 4 * len(normals)
            triangles += [[base, base + 1, base + 2], [base, base + 2, base + 3]]
            points.append(face)
            normals.append(np.tile(normal, (4, 1)))
    return mesh(np.concatenate(points), np.array(triangles), np.concatenate(normals), material, colour)


def tube(
    path: Array, radius: Array | float, material: str, colour: Array, sides: int = 8, closed: bool = False
) -> Mesh:
    """A pipe along a path of (n, 3) points."""
    path = np.asarray(path, float)
    n = len(path)
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not closed:
        ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    ahead = unit(ahead)
    up = np.where(np.abs(ahead[:, 2:]) > 0.9, [[1.0, 0, 0]], [[0, 0, 1.0]])
    right = unit(np.cross(ahead, up))
    up = np.cross(right, ahead)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = np.cos(angle)[None, :, None] * right[:, None] + np.sin(angle)[None, :, None] * up[:, None]
    width = np.broadcast_to(np.asarray(radius, float), (n,))
    points = path[:, None] + ring * width[:, None, None]
    return mesh(points.reshape(-1, 3), _grid(n, sides, closed, True), ring.reshape(-1, 3), material, colour)


def _grid(rows: int, columns: int, wrap_rows: bool, wrap_columns: bool) -> Array:
    """Triangles of a grid of points, row by row."""
    down, wide = rows - (not wrap_rows), columns - (not wrap_columns)
    i, j = np.divmod(np.arange(down * wide), wide)
    i2, j2 = (i + 1) % rows, (j + 1) % columns
    a, b, c, d = i * columns + j, i2 * columns + j, i2 * columns + j2, i * columns + j2
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])


def sheet(points: Array, material: str, colour: Array) -> Mesh:
    """A surface through an (rows, columns, 3) grid of points; normals from its slopes."""
    along = np.gradient(points, axis=0)
    across = np.gradient(points, axis=1)
    normals = unit(np.cross(along, across))
    rows, columns = points.shape[:2]
    return mesh(
        points.reshape(-1, 3), _grid(rows, columns, False, False), normals.reshape(-1, 3), material, colour
    )


def lathe(profile: Array, material: str, colour: Array, sides: int = 32, axis: str = "z") -> Mesh:
    """A (n, 2) outline of (radius, height) turned about z (or x, for wheels)."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    r, h = profile[:, 0][:, None], profile[:, 1][:, None]
    points = np.stack([r * np.cos(angle), r * np.sin(angle), np.broadcast_to(h, (len(r), sides))], -1)
    slope = np.gradient(profile, axis=0)
    flat = unit(np.stack([slope[:, 1], -slope[:, 0]], -1))
    nr, nh = flat[:, 0][:, None], flat[:, 1][:, None]
    normals = np.stack([nr * np.cos(angle), nr * np.sin(angle), np.broadcast_to(nh, (len(r), sides))], -1)
    if axis == "x":
        points, normals = points[..., [2, 0, 1]], normals[..., [2, 0, 1]]
    return mesh(
        points.reshape(-1, 3),
        _grid(len(profile), sides, False, True),
        normals.reshape(-1, 3),
        material,
        colour,
    )


def ball(centre: Sequence[float], radii: Sequence[float], material: str, colour: Array, n: int = 20) -> Mesh:
    """An ellipsoid."""
    t = np.linspace(1e-3, np.pi - 1e-3, n)
    turned = lathe(np.stack([np.sin(t), np.cos(t)], -1), material, colour, 2 * n)
    radii_ = np.asarray(radii, float)
    points = f32(turned.points * radii_ + np.asarray(centre))
    return replace(turned, points=points, local=points, normals=f32(unit(turned.points / radii_)))
