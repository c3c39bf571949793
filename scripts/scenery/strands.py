"""Hair, feathers and grass: many thin curved strands, drawn as dots over what is behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from scripts.scenery.arrays import Array, f32
from scripts.scenery.camera import Camera
from scripts.scenery.mesh import Mesh


@dataclass(frozen=True, slots=True)
class Strands:
    """Curves from `roots` over `middles` to `tips`, (n, 3) each. `root_shade`: how dark the root is.
    `wide`: samples across at the root."""

    roots: Array
    middles: Array
    tips: Array
    normals: Array
    colours: Array
    thing: int = 0
    root_shade: float = 0.45
    through: float = 0.0
    tip: tuple[float, float, float] = (0.03, 0.03, 0.03)
    wide: int = 1
    first: int = field(default=0)

    def chunks(self, size: int) -> Iterator[Strands]:
        for start in range(0, len(self.roots), size):
            cut = slice(start, start + size)
            yield replace(
                self,
                roots=self.roots[cut],
                middles=self.middles[cut],
                tips=self.tips[cut],
                normals=self.normals[cut],
                colours=self.colours[cut],
                first=start,
            )

    def fragments(self, camera: Camera) -> tuple[Array, Array, Array, Array]:
        """(pixel, nearness, strand, place along it 0..1) of every dot on the picture."""
        w, h = camera.size
        a, depth = camera.project(self.roots)
        b, _ = camera.project(self.middles)
        c, _ = camera.project(self.tips)
        length = np.linalg.norm(b - a, axis=1) + np.linalg.norm(c - b, axis=1)
        inside = (depth > 0.05) & (a[:, 0] > -60) & (a[:, 0] < w + 60) & (a[:, 1] > -60) & (a[:, 1] < h + 90)
        steps = np.where(inside, np.clip(np.ceil(length * 1.15), 2, 400), 0).astype(np.int64)
        owner = np.repeat(np.arange(len(steps)), steps)
        start = np.cumsum(steps) - steps
        t = f32((np.arange(len(owner)) - start[owner]) / np.maximum(steps[owner] - 1, 1))
        world = _curve(self.roots, self.middles, self.tips, owner, t)
        xy, depth = camera.project(world)
        dots = []
        for k in range(self.wide):
            keep = t < 1 - k / self.wide * 0.75
            dots.append((xy[keep] + [k, 0], depth[keep], owner[keep], t[keep]))
        xy = np.concatenate([d[0] for d in dots])
        depth, owner, t = (np.concatenate([d[i] for d in dots]) for i in (1, 2, 3))
        x, y = np.floor(xy[:, 0]).astype(np.int64), np.floor(xy[:, 1]).astype(np.int64)
        seen = (x >= 0) & (y >= 0) & (x < w) & (y < h) & (depth > 0.05)
        return (y * w + x)[seen], f32(1 / depth[seen]), owner[seen], t[seen]


def _curve(a: Array, b: Array, c: Array, owner: Array, t: Array) -> Array:
    u = t[:, None]
    return np.asarray(a[owner] * (1 - u) ** 2 + b[owner] * (2 * u * (1 - u)) + c[owner] * (u * u))


def scatter(mesh: Mesh, count: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """(points, normals, colours) evenly spread over a surface."""
    p = mesh.points[mesh.triangles]
    area = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1)
    total = np.cumsum(area)
    chosen = np.searchsorted(total, rng.random(count) * total[-1])
    chosen = np.minimum(chosen, len(area) - 1)
    u, v = rng.random(count), rng.random(count)
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    weights = np.stack([1 - u - v, u, v], -1)[..., None]
    corners = mesh.triangles[chosen]
    return (
        f32((mesh.points[corners] * weights).sum(1)),
        f32((mesh.normals[corners] * weights).sum(1)),
        f32((mesh.colour[corners] * weights).sum(1)),
    )
