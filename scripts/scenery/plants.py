"""Trees, hedges and turf."""

from __future__ import annotations

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, unit
from scripts.scenery.mesh import Mesh, box, join, mesh, tube
from scripts.scenery.noise import fbm, noise
from scripts.scenery.render import Look, Surface

TRUNK = rgb("#6b5a48")


def leaf(s: Surface) -> Look:
    return Look(s.colour, 0.022, 14.0, through=0.45)


def bark(s: Surface) -> Look:
    p = f32(s.local * [16, 16, 3])
    return Look(f32(s.colour * (0.45 + 1.1 * fbm(p, 4))[:, None]), 0.008, 6.0)


def tree(position: tuple[float, float], height: float, seed: int, *, colour: str = "#4d7a2a", leaves: int = 16000,
         bare: float = 0.36, thing: int = 0) -> list[Mesh]:  # fmt: skip
    """A trunk, limbs and a crown of separate leaves in clumps."""
    rng = np.random.default_rng(seed)
    top, crown = height * bare, height * 0.5
    bend = rng.normal(0, 0.02 * height, 2)
    path = np.array([[0, 0, 0], [*(bend * 0.3), top * 0.5], [*bend, top], [*(bend * 1.3), height * 0.72]])
    wood = [tube(path, np.array([0.026, 0.020, 0.016, 0.004]) * height, "bark", TRUNK, 12)]
    clumps = []
    for _ in range(26):
        reach = unit(rng.normal(size=3)) * np.array([0.27, 0.27, 0.30]) * height * rng.random() ** 0.4
        centre = np.array([0, 0, top + crown * 0.55]) + reach
        clumps.append((centre, height * rng.uniform(0.07, 0.13)))
        start = path[2] * rng.uniform(0.75, 1.05)
        limb = np.array([start, (start + centre) / 2 + [0, 0, -0.02 * height], centre])
        wood.append(tube(limb, np.array([0.008, 0.005, 0.002]) * height, "bark", TRUNK, 6))
    which = rng.integers(0, len(clumps), leaves)
    centres = np.array([c for c, _ in clumps])[which]
    radii = np.array([r for _, r in clumps])[which]
    out = unit(rng.normal(size=(leaves, 3)))
    at = centres + out * (radii * rng.random(leaves) ** 0.35)[:, None] * [1, 1, 0.8]
    normals = unit(out + rng.normal(0, 0.5, (leaves, 3)) + [0, 0, 0.4])
    parts = (join(wood), foliage(at, normals, height * 0.0135, rgb(colour), rng))
    return [part.at((*position, 0.0)).of(thing) for part in parts]


def foliage(at: Array, normals: Array, size: float, colour: Array, rng: np.random.Generator) -> Mesh:
    """Leaves: two triangles each, bent along the middle."""
    n = len(at)
    side = unit(np.cross(normals, rng.normal(size=(n, 3))))
    ahead = np.cross(normals, side)
    s = (size * rng.uniform(0.6, 1.3, n))[:, None]
    points = np.stack(
        [
            at - ahead * s,
            at + side * s * 0.62 - normals * s * 0.15,
            at + ahead * s,
            at - side * s * 0.62 - normals * s * 0.15,
        ],
        1,
    )
    index = np.arange(n)[:, None] * 4
    triangles = np.concatenate([index + np.array([0, 1, 2]), index + np.array([0, 2, 3])])
    tone = (
        rng.uniform(0.65, 1.35, (n, 1))
        * colour
        * np.concatenate([rng.uniform(0.85, 1.25, (n, 1)), np.ones((n, 1)), rng.uniform(0.6, 1.1, (n, 1))], 1)
    )
    made = mesh(points.reshape(-1, 3), triangles, np.repeat(normals, 4, axis=0), "leaf", f32([0, 1, 0]))
    return made.painted(f32(np.repeat(tone, 4, axis=0)))


def hedge(
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    seed: int,
    leaves: int,
    colour: str = "#3f6b2b",
    size: float = 0.07,
) -> Mesh:
    rng = np.random.default_rng(seed)
    lo, hi = np.array(low), np.array(high)
    at = lo + rng.random((leaves, 3)) * (hi - lo)
    axis = rng.integers(0, 3, leaves)
    face = np.where(rng.random(leaves) < 0.5, lo[axis], hi[axis])
    at[np.arange(leaves), axis] = face + rng.normal(0, 0.05, leaves)
    normals = np.zeros((leaves, 3))
    normals[np.arange(leaves), axis] = np.where(face == lo[axis], -1, 1)
    return foliage(at, unit(normals + rng.normal(0, 0.6, (leaves, 3)) + [0, 0, 0.3]), size, rgb(colour), rng)


def turf(p2: Array, footprint: Array) -> Array:
    """Grass from afar."""
    fine = np.clip(1.3 - footprint * 14, 0, 1)
    patch, blade = fbm(f32(p2) * 0.5, 4, 31), noise(f32(p2) * [26, 12], 5)
    tone = 0.72 + 0.5 * patch + 0.7 * (blade - 0.5) * fine
    green = mix([0.075, 0.14, 0.028], [0.16, 0.18, 0.05], np.clip(patch * 1.6 - 0.4, 0, 1))
    return np.asarray(green * tone[:, None])


def thick_hedge(y: float, height: float = 2.9, width: float = 3.6, *, bottom: float = 0.0,
                size: float = 0.04) -> list[Mesh]:  # fmt: skip
    """A hedge across the view that nothing shines through."""
    low, high = (-width, y, bottom), (width, y + 0.8, height)
    core = box((-width, y + 0.12, bottom), (width, y + 0.7, height - 0.1), "leaf", rgb("#16290f"))
    return [core, hedge(low, high, 3, 60000, "#2f5a26", size)]
