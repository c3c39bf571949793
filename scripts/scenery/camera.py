"""Where the picture is taken from and how points come onto it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.scenery.arrays import Array, Vector, f32, unit


@dataclass(frozen=True, slots=True)
class Camera:
    """`fov`: horizontal angle in degrees. `width`, `height`: the finished picture. `over`: samples a side."""

    position: Vector
    target: Vector
    fov: float
    width: int = 900
    height: int = 675
    over: int = 2

    @property
    def size(self) -> tuple[int, int]:
        return self.width * self.over, self.height * self.over

    @property
    def axes(self) -> tuple[Array, Array, Array]:
        """(right, down, ahead)"""
        ahead = unit(np.subtract(self.target, self.position).astype(float))
        right = unit(np.cross(ahead, [0, 0, 1.0]))
        return right, np.cross(ahead, right), ahead

    @property
    def focal(self) -> float:
        """In samples."""
        return self.size[0] / 2 / float(np.tan(np.radians(self.fov) / 2))

    def project(self, points: Array) -> tuple[Array, Array]:
        """((n, 2) places in samples, depth along the view)."""
        right, down, ahead = self.axes
        q = np.asarray(points, np.float64) - np.asarray(self.position)
        depth = q @ ahead
        safe = np.where(depth > 1e-3, depth, 1e-3)
        w, h = self.size
        xy = np.stack([q @ right / safe * self.focal + w / 2, q @ down / safe * self.focal + h / 2], -1)
        return f32(xy), f32(depth)

    def to_picture(self, points: Array) -> Array:
        """(n, 2) places in pixels of the finished picture."""
        return np.asarray(self.project(points)[0] / self.over)

    def rays(self) -> Array:
        """Directions through all samples, (h*w, 3), length 1 along the view axis."""
        right, down, ahead = self.axes
        w, h = self.size
        x = (np.arange(w) + 0.5 - w / 2) / self.focal
        y = (np.arange(h) + 0.5 - h / 2) / self.focal
        rays = ahead + y[:, None, None] * down + x[None, :, None] * right
        return f32(rays.reshape(-1, 3))
