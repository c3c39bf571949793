"""Cats and dogs. They face +y; metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep
from scripts.scenery.garden import Paint, fur, placed
from scripts.scenery.mesh import Mesh, ball, tube
from scripts.scenery.noise import fbm
from scripts.scenery.sdf import egg, limb, melt, melt_all
from scripts.scenery.solid import solid
from scripts.scenery.strands import Strands


@dataclass(frozen=True, slots=True)
class Animal:
    """A body with everything on it, not placed yet."""

    meshes: tuple[Mesh, ...]
    hair: tuple[Strands, ...]

    def at(self, position: tuple[float, float, float], yaw: float, thing: int, scale: float = 1.0,
           ) -> tuple[list[Mesh], list[Strands]]:  # fmt: skip
        """(meshes, strands) where it stands."""
        meshes = [mesh.at(position, yaw, scale).of(thing) for mesh in self.meshes]
        return meshes, [placed(hair, position, yaw, scale, thing) for hair in self.hair]


def _pair(x: float, y: float, z: float) -> tuple[tuple[float, float, float], ...]:
    return ((-x, y, z), (x, y, z))


def _cat(p: Array) -> Array:
    q = np.stack([np.abs(p[:, 0]), p[:, 1], p[:, 2]], -1)
    body = melt_all(
        [
            limb(q, (0, -0.06, 0.105), (0, 0.035, 0.25), 0.098, 0.066),
            egg(q, (0.060, -0.045, 0.085), (0.060, 0.098, 0.085)),
            egg(q, (0, 0.055, 0.215), (0.066, 0.062, 0.095)),
            limb(q, (0, 0.05, 0.27), (0, 0.085, 0.34), 0.062, 0.056),
        ],
        0.05,
    )
    legs = melt_all(
        [
            limb(q, (0.040, 0.075, 0.20), (0.033, 0.098, 0.03), 0.031, 0.021),
            egg(q, (0.034, 0.118, 0.019), (0.026, 0.036, 0.020)),
            egg(q, (0.085, 0.030, 0.020), (0.028, 0.062, 0.021)),
        ],
        0.02,
    )
    head = melt_all(
        [
            egg(q, (0, 0.10, 0.374), (0.074, 0.064, 0.062)),
            egg(q, (0.034, 0.126, 0.350), (0.038, 0.032, 0.029)),
            egg(q, (0.013, 0.158, 0.346), (0.019, 0.018, 0.015)),
            limb(q, (0, 0.150, 0.372), (0, 0.166, 0.356), 0.016, 0.010),
        ],
        0.022,
    )
    ear = limb(q, (0.040, 0.086, 0.410), (0.056, 0.088, 0.478), 0.031, 0.002)
    ear = np.maximum(ear, np.abs(q[:, 1] - 0.086 - 0.0) - 0.018)
    turn = np.linspace(0, 2.6, 9)
    ring = np.stack([0.165 * np.sin(turn), -0.02 - 0.125 * np.cos(turn), 0.026 + 0 * turn], -1)
    tail = melt_all([limb(p, ring[i], ring[i + 1], 0.024, 0.023) for i in range(8)], 0.01)
    whole = melt(melt(body, legs, 0.03), head, 0.03)
    return np.asarray(np.minimum(melt(whole, ear, 0.014), melt(tail, body, 0.02)))


def tabby(base: str, dark: str, pale: str) -> Paint:
    """Stripes over the back and round legs and tail; pale muzzle, chest and paws."""
    colours = rgb(base), rgb(dark), rgb(pale)

    def paint(p: Array) -> Array:
        x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
        wobble = fbm(f32(p * 26), 3, 4)
        head = z > 0.315
        phase = np.where(head, x * 150 + wobble * 3, (z * 0.8 - y) * 62 + wobble * 5)
        stripe = smoothstep(0.15, 0.75, np.sin(phase))
        stripe = stripe * np.where(head, (z > 0.382) & (y > 0.06), 1.0)
        tone = mix(colours[0] * (0.85 + 0.3 * wobble[:, None]), colours[1], stripe * 0.8)
        chest = smoothstep(0.050, 0.030, x) * smoothstep(0.075, 0.105, y) * smoothstep(0.33, 0.29, z)
        muzzle = smoothstep(0.040, 0.030, np.hypot(x * 0.85, z - 0.336)) * smoothstep(0.128, 0.142, y)
        paws = smoothstep(0.052, 0.040, z) * smoothstep(-0.03, -0.01, y) * (x < 0.125)
        return mix(tone, colours[2], np.clip(chest + muzzle + paws, 0, 1))

    return paint


def _cat_hair(p: Array) -> Array:
    """Short on face, ears and paws."""
    face = smoothstep(0.055, 0.095, np.linalg.norm((p - [0, 0.145, 0.37]) * [1, 1, 0.9], axis=1))
    low = smoothstep(0.03, 0.08, p[:, 2]) * 0.7 + 0.3
    ears = smoothstep(0.43, 0.40, p[:, 2]) * 0.7 + 0.3
    return np.asarray((0.005 + 0.015 * face) * low * ears)


def _whiskers() -> list[Mesh]:
    made = []
    for side in (-1, 1):
        for k in range(5):
            a = np.array([0.016 * side, 0.168, 0.346 - 0.002 * k])
            out = np.array([(0.075 + 0.006 * k) * side, -0.004 * k, 0.020 - 0.011 * k])
            path = np.stack([a, a + out * 0.5 + [0, 0.008, 0.006], a + out])
            made.append(tube(path, np.array([0.0007, 0.0006, 0.0003]), "paint", f32([0.8, 0.8, 0.78]), 4))
    for side in (-1, 1):
        lip = np.array(
            [
                [0, 0.1805, 0.352],
                [0, 0.1810, 0.3435],
                [0.008 * side, 0.1785, 0.3375],
                [0.017 * side, 0.169, 0.3385],
            ]
        )
        made.append(tube(lip, np.array([0.0016, 0.0016, 0.0014, 0.0006]), "skin", rgb("#3a1f18"), 5))
    return made


def _ear_linings(pink: Array) -> list[Mesh]:
    made = []
    for side in (-1, 1):
        points = f32(
            [[0.026 * side, 0.107, 0.418], [0.064 * side, 0.107, 0.412], [0.055 * side, 0.1055, 0.462]]
        )
        normal = np.tile(f32([0, 1, 0.1]), (3, 1))
        made.append(
            Mesh(points, np.array([[0, 1, 2]], np.int32), normal, points, np.tile(pink, (3, 1)), "skin")
        )
    return made


@cache
def cat(base: str, dark: str, pale: str, iris: str) -> Animal:
    """A cat that sits."""
    paint = tabby(base, dark, pale)
    body = solid(_cat, (-0.21, -0.19, -0.005), (0.21, 0.20, 0.485), 0.0065, "skin", paint)
    meshes = [body, ball((0, 0.176, 0.357), (0.0085, 0.006, 0.0055), "wet", rgb("#a9635c"), 10)]
    for x, y, z in _pair(0.0310, 0.1490, 0.3820):
        lid = 0.004 * np.sign(x)
        meshes.append(ball((x, y - 0.002, z), (0.0185, 0.0145, 0.0158), "skin", rgb("#1d140d"), 14))
        meshes.append(ball((x + lid * 0.1, y + 0.0025, z), (0.0150, 0.0135, 0.0130), "wet", rgb(iris), 16))
        meshes.append(
            ball((x - lid * 0.1, y + 0.0125, z), (0.0052, 0.0050, 0.0105), "wet", f32([0.004] * 3), 12)
        )
    meshes += [*_whiskers(), *_ear_linings(rgb("#c78d80"))]
    hair = fur(
        _without_eyes(body, 0.0310, 0.1490, 0.3820, 0.0205), 230_000, _cat_hair, paint, (0, -0.5, -0.9), 3
    )
    return Animal(tuple(meshes), (hair,))


def _without_eyes(body: Mesh, x: float, y: float, z: float, radius: float) -> Mesh:
    """A body without the triangles where hair would hang over the eyes."""
    centre = body.points[body.triangles].mean(1)
    off = np.linalg.norm(np.stack([np.abs(centre[:, 0]) - x, centre[:, 1] - y, centre[:, 2] - z], -1), axis=1)
    nose = np.linalg.norm(centre - [0, 0.176, 0.357], axis=1) < 0.010
    return Mesh(
        body.points, body.triangles[(off > radius) & ~nose], body.normals, body.local, body.colour, "skin"
    )
