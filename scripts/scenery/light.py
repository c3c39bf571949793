"""Sky, sun and what stands in their way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.scenery.arrays import Array, Vector, f32, mix, smoothstep, unit
from scripts.scenery.noise import fbm
from scripts.scenery.raster import rasterise


@dataclass(frozen=True, slots=True)
class Weather:
    """Colours are linear light. `sun`: direction towards it. `clouds`: 0 none to 1 overcast."""

    sun: Vector = (-0.5, -0.4, 0.75)
    sun_light: Vector = (3.0, 2.75, 2.35)
    zenith: Vector = (0.12, 0.30, 0.78)
    horizon: Vector = (0.62, 0.75, 0.92)
    cloud: Vector = (1.0, 1.0, 1.02)
    ground: Vector = (0.16, 0.15, 0.13)
    clouds: float = 0.45
    haze: float = 0.0018
    seed: int = 1
    softness: float = 1.0

    @property
    def towards_sun(self) -> Array:
        return unit(np.asarray(self.sun, float))

    def sky(self, directions: Array, detail: bool = True) -> Array:
        """Light from (n, 3) unit directions above the horizon; a plain tone below it."""
        z = directions[:, 2]
        light = mix(self.horizon, self.zenith, np.clip(z, 0, 1) ** 0.55)
        glow = np.clip(directions @ self.towards_sun, 0, 1)
        light = light + f32(self.sun_light) * (0.10 * glow**8 + 0.35 * glow**90)[:, None]
        if detail and self.clouds > 0:
            plane = directions[:, :2] / np.maximum(z, 0.03)[:, None] * np.array([0.55, 0.9])
            body = fbm(f32(plane) + 5.0, 6, self.seed)
            low = 0.78 - 0.5 * self.clouds
            cover = smoothstep(low, low + 0.25, body) * smoothstep(0.0, 0.16, z)
            lit = 0.78 + 0.5 * fbm(f32(plane * 1.3 + 9.0), 4, self.seed + 7)
            light = light * (1 - cover)[:, None] + f32(self.cloud) * (lit * cover)[:, None]
        return mix(light, self.ground, 1 - smoothstep(-0.05, 0.02, z))


class Shadows:
    """What a far light from one direction reaches, as a map of nearest distances (L. Williams 1978)."""

    def __init__(self, direction: Array, points: Array, triangles: Array, centre: Array, radius: float,
                 size: int) -> None:  # fmt: skip
        d = unit(np.asarray(direction, float))
        side = unit(np.cross(d, [0.13, 1.0, 0.07]))
        up = np.cross(d, side)
        scale = np.array([0.5 * size / radius, 0.5 * size / radius, 1.0])
        basis = np.stack([side, up, d], 1) * scale
        self._basis, self._shift = f32(basis), f32([size / 2, size / 2, 500.0] - np.asarray(centre) @ basis)
        self._radius, self._size = radius, size
        q = self._place(points)
        _, near = rasterise(q[:, :2], np.maximum(q[:, 2], 0), triangles, size, size)
        self._near = near
        self.direction = d

    def _place(self, points: Array) -> Array:
        """(place on the map, distance towards the light)."""
        q = f32(points) @ self._basis
        q += self._shift
        return np.asarray(q)

    def reach(self, points: Array, normals: Array, bias: float = 1.5, taps: int = 1) -> Array:
        """How much of the light arrives at each point, 0..1; `taps` a side soften the edge."""
        texel = 2 * self._radius / self._size
        q = self._place(points + normals * (bias * texel))
        lit = np.zeros(len(q), np.float32)
        span = np.arange(taps) - (taps - 1) / 2
        for dx in span:
            for dy in span:
                x = np.floor(q[:, 0] + dx).astype(np.int64)
                y = np.floor(q[:, 1] + dy).astype(np.int64)
                out = (x < 0) | (y < 0) | (x >= self._size) | (y >= self._size)
                at = np.where(out, 0, y * self._size + x)
                lit += out | (self._near[at] <= q[:, 2] + bias * texel)
        return lit / np.float32(taps * taps)


def dome(count: int) -> Array:
    """Directions spread over the upper half, weighted towards the zenith (cosine), always the same."""
    i = np.arange(count) + 0.5
    z = np.sqrt(1 - i / count * 0.97)
    turn = i * np.pi * (3 - np.sqrt(5))
    r = np.sqrt(1 - z * z)
    return np.stack([r * np.cos(turn), r * np.sin(turn), z], -1)
