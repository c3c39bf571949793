"""A dog that stands, facing +y; metres."""

from __future__ import annotations

from functools import cache

import numpy as np

from scripts.scenery.animals import Animal
from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep, unit
from scripts.scenery.garden import Paint, fur
from scripts.scenery.mesh import Mesh, ball, tube
from scripts.scenery.noise import fbm
from scripts.scenery.sdf import egg, limb, melt, melt_all
from scripts.scenery.solid import solid

EYE = (0.0385, 0.4180, 0.6240)


def _trunk(q: Array) -> Array:
    return melt_all(
        [
            limb(q, (0, -0.20, 0.375), (0, 0.16, 0.375), 0.092, 0.112),
            egg(q, (0, 0.16, 0.345), (0.098, 0.115, 0.130)),
            limb(q, (0, 0.20, 0.42), (0, 0.31, 0.555), 0.088, 0.066),
        ],
        0.06,
    )


def _legs(q: Array) -> Array:
    front = [
        limb(q, (0.066, 0.165, 0.31), (0.064, 0.175, 0.15), 0.050, 0.031),
        limb(q, (0.064, 0.175, 0.15), (0.064, 0.170, 0.035), 0.029, 0.026),
        egg(q, (0.064, 0.192, 0.023), (0.033, 0.047, 0.025)),
    ]
    hind = [
        limb(q, (0.066, -0.20, 0.345), (0.078, -0.150, 0.215), 0.080, 0.050),
        limb(q, (0.078, -0.155, 0.205), (0.074, -0.262, 0.125), 0.043, 0.026),
        limb(q, (0.074, -0.262, 0.125), (0.072, -0.245, 0.035), 0.026, 0.024),
        egg(q, (0.072, -0.222, 0.022), (0.032, 0.046, 0.024)),
    ]
    return np.asarray(np.minimum(melt_all(front, 0.03), melt_all(hind, 0.03)))


def _head(q: Array) -> Array:
    skull = melt_all(
        [
            egg(q, (0, 0.345, 0.607), (0.078, 0.092, 0.074)),
            limb(q, (0, 0.400, 0.588), (0, 0.482, 0.574), 0.047, 0.035),
            egg(q, (0.030, 0.395, 0.634), (0.028, 0.030, 0.020)),
            egg(q, (0.024, 0.455, 0.560), (0.026, 0.045, 0.024)),
        ],
        0.03,
    )
    jaw = limb(q, (0, 0.385, 0.545), (0, 0.462, 0.527), 0.030, 0.021)
    ear = melt_all(
        [
            limb(q, (0.066, 0.318, 0.648), (0.094, 0.318, 0.610), 0.020, 0.024),
            egg(q, (0.096, 0.325, 0.565), (0.017, 0.047, 0.072)),
        ],
        0.02,
    )
    return np.asarray(np.minimum(melt(skull, jaw, 0.012), ear))


def _dog(p: Array) -> Array:
    q = np.stack([np.abs(p[:, 0]), p[:, 1], p[:, 2]], -1)
    bends = [(0, -0.26, 0.41), (0, -0.345, 0.475), (0, -0.385, 0.565), (0, -0.360, 0.655)]
    radii = (0.034, 0.029, 0.023, 0.015)
    tail = melt_all([limb(q, bends[i], bends[i + 1], radii[i], radii[i + 1]) for i in range(3)], 0.02)
    whole = melt(melt(_trunk(q), _legs(q), 0.05), _head(q), 0.03)
    return melt(whole, tail, 0.03)


def hound(tan: str, saddle: str, white: str) -> Paint:
    """A dark saddle, tan head and flanks, white muzzle, blaze, chest, legs and tip of the tail."""
    colours = rgb(tan), rgb(saddle), rgb(white)

    def paint(p: Array) -> Array:
        x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
        wobble = fbm(f32(p * 9), 3, 4) - 0.5
        back = smoothstep(0.335, 0.365, z + wobble * 0.10) * smoothstep(0.235, 0.20, y + wobble * 0.08)
        tone = mix(np.broadcast_to(colours[0], p.shape) * (1 + 0.6 * wobble[:, None]), colours[1], back)
        head = smoothstep(0.27, 0.30, y) * smoothstep(0.50, 0.53, z)
        blaze = smoothstep(0.020, 0.010, x) * (y > 0.33)
        muzzle = smoothstep(0.408, 0.440, y + wobble * 0.03)
        chest = (1 - head) * smoothstep(0.18, 0.25, y + wobble * 0.1) * smoothstep(0.53, 0.47, z)
        low = smoothstep(0.20, 0.15, z + wobble * 0.06) + smoothstep(0.60, 0.615, z) * (y < 0)
        return mix(tone, colours[2], np.clip(chest + low + head * np.maximum(blaze, muzzle), 0, 1))

    return paint


def plain_coat(colour: str) -> Paint:
    def paint(p: Array) -> Array:
        light = smoothstep(0.15, 0.55, p[:, 2])
        return np.asarray(rgb(colour) * (0.75 + 0.35 * light + 0.4 * (fbm(f32(p * 9), 3, 4) - 0.5))[:, None])

    return paint


def _length(p: Array) -> Array:
    """Short on the head and the lower legs."""
    head = smoothstep(0.34, 0.24, p[:, 1]) * 0.75 + 0.25
    return np.asarray(0.016 * head * (0.35 + 0.65 * smoothstep(0.10, 0.28, p[:, 2])))


def _face() -> list[Mesh]:
    black, pink = f32([0.006, 0.006, 0.006]), rgb("#b8535a")
    made = [
        ball((0, 0.512, 0.587), (0.021, 0.014, 0.0155), "wet", black, 14),
        ball((0, 0.466, 0.532), (0.018, 0.030, 0.007), "wet", pink, 12),
        ball((0, 0.489, 0.514), (0.017, 0.008, 0.024), "wet", pink, 12),
    ]
    for side in (-1, 1):
        x, y, z = EYE[0] * side, EYE[1], EYE[2]
        made.append(ball((x, y - 0.003, z), (0.0170, 0.0150, 0.0150), "skin", rgb("#140d09"), 14))
        made.append(ball((x, y + 0.002, z), (0.0138, 0.0132, 0.0128), "wet", rgb("#3a1e0c"), 14))
        made.append(ball((x + 0.001 * side, y + 0.0085, z), (0.0075, 0.0075, 0.0080), "wet", black, 12))
    return made


def _collar(colour: str) -> list[Mesh]:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ahead = unit(np.array([0, 0.11, 0.135]))
    up = np.cross([1.0, 0, 0], ahead)
    centre = np.array([0, 0.262, 0.497])
    ring = centre + 0.092 * (np.cos(turn)[:, None] * [1.0, 0, 0] + np.sin(turn)[:, None] * up)
    tag = centre - 0.098 * up * np.sign(up[1]) * -1
    return [
        tube(ring, 0.013, "paint", rgb(colour), 8, closed=True),
        ball((tag[0], tag[1] + 0.010, tag[2] - 0.022), (0.015, 0.004, 0.018), "metal", rgb("#c9a23a"), 12),
    ]


@cache
def dog(kind: str, collar: str) -> Animal:
    """`kind`: "hound" or the colour of a plain coat."""
    paint = hound("#a8622c", "#221a16", "#e9e4da") if kind == "hound" else plain_coat(kind)
    body = solid(_dog, (-0.165, -0.42, -0.005), (0.165, 0.53, 0.70), 0.009, "skin", paint)
    centre = body.points[body.triangles].mean(1)
    off = np.linalg.norm(np.stack([np.abs(centre[:, 0]), centre[:, 1], centre[:, 2]], -1) - EYE, axis=1)
    nose = np.linalg.norm(centre - [0, 0.512, 0.587], axis=1) < 0.018
    bare = Mesh(
        body.points, body.triangles[(off > 0.019) & ~nose], body.normals, body.local, body.colour, "skin"
    )
    hair = fur(bare, 230_000, _length, paint, (0, -0.9, -0.5), 5, lift=0.35)
    return Animal((body, *_face(), *_collar(collar)), (hair,))
