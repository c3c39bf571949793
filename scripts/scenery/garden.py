"""What flowers and animals stand in: lawns, hedges, soil, water, and the fur and feathers of bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scripts.scenery.arrays import Array, Vector, f32, mix, rgb, smoothstep, unit
from scripts.scenery.mesh import Mesh, turning
from scripts.scenery.noise import fbm, noise
from scripts.scenery.plants import turf
from scripts.scenery.render import Look, Surface
from scripts.scenery.strands import Strands, scatter

Paint = Callable[[Array], Array]
"""Colours of (n, 3) points of a body, before it is placed."""


def lawn(s: Surface) -> Look:
    """The ground below grass: darker than turf seen from afar."""
    p = f32(s.world[:, :2])
    near = smoothstep(0.012, 0.002, s.footprint)
    return Look(f32(turf(p, s.footprint) * (1.3 - 0.75 * near)[:, None]), 0.01, 8.0)


def soil(s: Surface) -> Look:
    p = f32(s.world[:, :2])
    crumbs = 0.5 * fbm(p * 22, 4, 3) + 0.5 * noise(p * 90, 8)
    return Look(f32(mix([0.035, 0.022, 0.014], [0.14, 0.095, 0.06], crumbs)), 0.01, 8.0)


def pond(s: Surface) -> Look:
    """Water with ripples that run outwards and across."""
    p = f32(s.world[:, :2])
    x, y = p[:, 0], p[:, 1]
    r = np.hypot(x, y) + 1e-3
    ring = 0.10 * np.sin(r * 34) * np.exp(-r * 1.5)
    slope_x = ring * x / r + 0.10 * (fbm(p * [7, 16], 3, 2) - 0.5)
    slope_y = ring * y / r + 0.22 * (fbm(p * [5, 22], 3, 5) - 0.5)
    normal = unit(np.stack([slope_x, slope_y, np.ones_like(x)], -1))
    return Look(f32(np.broadcast_to([0.010, 0.030, 0.026], s.world.shape)), 0.045, 320.0, normal=f32(normal))


def grass(low: tuple[float, float], high: tuple[float, float], count: int, height: float, seed: int, *,
          colour: str = "#547f2a", bare: Callable[[Array], Array] | None = None) -> Strands:  # fmt: skip
    """Blades on a patch of ground; `bare`: where none grow, of (n, 2) places."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(low, high, (count, 2))
    if bare is not None:
        place = place[~bare(place)]
    n = len(place)
    roots = np.concatenate([place, np.zeros((n, 1))], 1)
    tall = height * rng.uniform(0.45, 1.15, (n, 1)) * (0.7 + 0.6 * fbm(f32(place * 3), 3, seed))[:, None]
    lean = rng.normal(0, 0.35, (n, 2))
    middles = roots + np.concatenate([lean * 0.2, np.ones((n, 1)) * 0.6], 1) * tall
    tips = roots + np.concatenate([lean, np.ones((n, 1))], 1) * tall
    tone = rng.uniform(0.72, 1.22, (n, 1)) * rgb(colour)
    dry = (rng.random(n) < 0.06)[:, None]
    colours = np.where(dry, tone * [1.9, 1.25, 1.2], tone)
    up = np.broadcast_to(f32([0, 0, 1]), roots.shape)
    return Strands(
        f32(roots), f32(middles), f32(tips), up, f32(colours), root_shade=0.35, through=0.35, wide=2
    )


def fur(body: Mesh, count: int, length: Paint | float, paint: Paint, flow: Vector, seed: int, *, lift: float = 0.5,
        rough: float = 0.25, wide: int = 1) -> Strands:  # fmt: skip
    """Hair on a body that is not placed yet. `flow`: which way it lies; `lift`: how far it stands off."""
    rng = np.random.default_rng(seed)
    points, normals, _ = scatter(body, count, rng)
    normals = unit(normals)
    along = f32(flow) - normals * (normals @ f32(flow))[:, None]
    way = unit(normals * lift + along + rng.normal(0, rough, points.shape))
    long = length(points) if callable(length) else np.full(count, length)
    long = (long * rng.uniform(0.6, 1.2, count))[:, None]
    middles = points + unit(normals * (lift + 0.4) + way) * long * 0.5
    tone = rng.uniform(0.78, 1.18, (count, 1))
    return Strands(f32(points), f32(middles), f32(points + way * long), f32(normals), f32(paint(points) * tone),
                   root_shade=0.62, through=0.15, tip=(0.02, 0.02, 0.018), wide=wide)  # fmt: skip


def placed(strands: Strands, position: tuple[float, float, float], yaw: float, scale: float, thing: int) -> Strands:  # fmt: skip
    """As `Mesh.at` and `Mesh.of`."""
    turn = turning(yaw)

    def moved(points: Array) -> Array:
        return f32(points @ turn.T * scale + np.asarray(position))

    return replace(strands, roots=moved(strands.roots), middles=moved(strands.middles), tips=moved(strands.tips),
                   normals=f32(strands.normals @ turn.T), thing=thing)  # fmt: skip


def gravel(s: Surface) -> Look:
    """The ground of a fish tank, with the light that ripples throw on it."""
    p = f32(s.world[:, :2])
    grain = noise(p * 240, 3) * 0.6 + noise(p * 90, 4) * 0.4
    net = np.abs(fbm(p * 9, 3, 7) - 0.5)
    tone = (
        mix([0.22, 0.18, 0.12], [0.52, 0.45, 0.33], grain) * (0.8 + 0.9 * smoothstep(0.05, 0.0, net))[:, None]
    )
    return Look(f32(tone), 0.01, 8.0)


def beach(s: Surface) -> Look:
    """Sand with the sea behind it from y = 7."""
    p = f32(s.world[:, :2])
    x, y = p[:, 0], p[:, 1]
    grain = noise(p * 300, 3) * np.clip(1.2 - s.footprint * 300, 0, 1) + fbm(p * 7, 4, 4)
    dune = 0.5 + 0.5 * np.sin(y * 26 + 9 * fbm(p * 1.6, 3, 5))
    sand = mix([0.34, 0.26, 0.16], [0.62, 0.52, 0.36], np.clip(grain * 0.7 + dune * 0.16, 0, 1))
    shore = y - 7 + 1.6 * (fbm(f32(np.stack([x * 0.35, 0 * x], -1)), 3, 2) - 0.5)
    wave = 0.5 + 0.5 * np.sin(np.sqrt(np.clip(y, 0, None)) * 26 + 5 * fbm(p * [0.3, 0.8], 3, 9))
    sea = mix([0.02, 0.11, 0.16], [0.10, 0.27, 0.31], wave)
    foam = smoothstep(0.25, 0.0, np.abs(shore - 0.2)) + 0.7 * smoothstep(0.9, 1.0, wave) * smoothstep(
        9, 2, shore
    )
    tone = mix(mix(sand, sand * 0.5, smoothstep(-0.9, -0.3, shore)), sea, smoothstep(0.0, 0.15, shore))
    tone = mix(tone, [0.75, 0.78, 0.78], np.clip(foam, 0, 1) * (shore > -0.2))
    return Look(f32(tone), np.where(shore > 0, 0.04, 0.012), 60.0)
