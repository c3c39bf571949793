"""A robin, a drake and a goldfish. They face +y; metres."""

from __future__ import annotations

from functools import cache

import numpy as np

from scripts.scenery.animals import Animal
from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep
from scripts.scenery.garden import fur
from scripts.scenery.mesh import Mesh, ball, sheet, tube
from scripts.scenery.noise import fbm, noise
from scripts.scenery.render import Look, Surface
from scripts.scenery.sdf import egg, limb, melt, melt_all
from scripts.scenery.solid import solid


def _mirrored(p: Array) -> Array:
    return np.stack([np.abs(p[:, 0]), p[:, 1], p[:, 2]], -1)


def _robin_wing(q: Array) -> Array:
    wing = limb(q, (0.020, 0.014, 0.072), (0.009, -0.082, 0.026), 0.021, 0.006)
    return np.asarray(np.maximum(wing, 0.014 - q[:, 0]))


def _robin(p: Array) -> Array:
    q = _mirrored(p)
    body = melt_all(
        [
            limb(q, (0, -0.034, 0.046), (0, 0.018, 0.069), 0.024, 0.035),
            egg(q, (0, 0.033, 0.106), (0.0255, 0.0285, 0.0255)),
        ],
        0.026,
    )
    tail = np.maximum(limb(q, (0, -0.04, 0.042), (0, -0.125, 0.004), 0.014, 0.012), np.abs(q[:, 0]) - 0.014)
    return np.asarray(np.minimum(melt(body, tail, 0.02), _robin_wing(q)))


def _robin_paint(p: Array) -> Array:
    q = _mirrored(p)
    wobble = fbm(f32(p * 90), 3, 2) - 0.5
    brown = mix(rgb("#6b5637"), rgb("#57462d"), np.clip(wobble + 0.5, 0, 1))
    front = np.linalg.norm((p - [0, 0.046, 0.086]) * [0.8, 1, 0.92], axis=1) + 0.004 * wobble
    orange = smoothstep(0.043, 0.038, front) * smoothstep(0.125, 0.120, p[:, 2])
    grey = smoothstep(0.052, 0.046, front)
    belly = smoothstep(0.062, 0.048, p[:, 2] + 0.25 * p[:, 1]) * smoothstep(-0.05, -0.03, p[:, 1])
    tone = mix(mix(brown, rgb("#cfc8ba"), belly), rgb("#8a8d88"), grey)
    tone = mix(tone, rgb("#d4641c") * (1 + 0.5 * wobble[:, None]), orange)
    wing = _robin_wing(q) < 0.004
    quills = 0.72 + 0.4 * (np.mod((p[:, 2] * 0.9 + p[:, 1] * 0.35) * 220, 1) > 0.22)
    return f32(np.where(wing[:, None], rgb("#5f4a30") * quills[:, None], tone))


@cache
def robin() -> Animal:
    """Its feet stand on z = 0."""
    body = solid(_robin, (-0.05, -0.15, -0.02), (0.05, 0.08, 0.145), 0.0028, "skin", _robin_paint)
    dark = f32([0.012, 0.010, 0.009])
    beak = np.array([[0, 0.056, 0.106], [0, 0.066, 0.105], [0, 0.081, 0.102]])
    meshes = [body, tube(beak, np.array([0.0062, 0.0042, 0.0006]), "wet", dark, 10)]
    for side in (-1, 1):
        meshes.append(ball((0.0215 * side, 0.0455, 0.1135), (0.0045, 0.0052, 0.0052), "wet", dark, 14))
        leg = np.array(
            [[0.012 * side, -0.004, 0.036], [0.013 * side, -0.008, 0.018], [0.014 * side, 0.002, 0.002]]
        )
        meshes.append(tube(leg, 0.0016, "skin", rgb("#5a4034"), 6))
        for spread, ahead in ((-0.006, 0.018), (0, 0.021), (0.006, 0.018), (0, -0.014)):
            foot = np.array(
                [leg[2], leg[2] + [spread * 0.6, ahead * 0.6, 0.001], leg[2] + [spread, ahead, -0.005]]
            )
            meshes.append(tube(foot, np.array([0.0014, 0.0014, 0.0007]), "skin", rgb("#5a4034"), 6))
    hair = fur(body, 130_000, 0.0062, _robin_paint, (0, -0.9, -0.35), 6, lift=0.22, rough=0.2)
    return Animal(tuple(meshes), (hair,))


def _drake(p: Array) -> Array:
    q = _mirrored(p)
    body = melt_all(
        [
            egg(q, (0, 0.0, 0.045), (0.088, 0.165, 0.078)),
            limb(q, (0, -0.13, 0.070), (0, -0.225, 0.108), 0.045, 0.010),
            limb(q, (0, 0.115, 0.075), (0, 0.150, 0.190), 0.052, 0.031),
        ],
        0.05,
    )
    head = melt(egg(q, (0, 0.163, 0.225), (0.036, 0.049, 0.037)), body, 0.03)
    wing = egg(q, (0.064, -0.045, 0.078), (0.030, 0.125, 0.045))
    return np.minimum(head, melt(head, wing, 0.012))


def _drake_paint(p: Array) -> Array:
    x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    fine = noise(f32(p * [160, 420, 260]), 3)
    wobble = fbm(f32(p * 40), 3, 2) - 0.5
    grey = rgb("#9c9a93") * (0.75 + 0.5 * fine[:, None])
    tone = mix(grey, rgb("#6f5f4c"), smoothstep(0.085, 0.11, z + wobble * 0.02) * smoothstep(0.06, 0.03, x))
    wing = egg(np.stack([x, y, z], -1), (0.064, -0.045, 0.078), (0.030, 0.125, 0.045)) < 0.002
    quill = 0.75 + 0.4 * (np.mod((z - y * 0.25) * 75, 1) > 0.2)
    tone = np.where(wing[:, None], rgb("#857a6b") * quill[:, None], tone)
    patch = wing & (y < -0.07) & (y > -0.12) & (z < 0.072)
    tone = np.where(patch[:, None], rgb("#2b46a0"), tone)
    tone = mix(tone, rgb("#4a2b1e"), smoothstep(0.075, 0.105, y + wobble * 0.03))
    tone = mix(tone, f32([0.012, 0.012, 0.012]), smoothstep(-0.150, -0.165, y))
    tone = mix(tone, rgb("#d8d6cf"), smoothstep(-0.195, -0.205, y))
    tone = mix(tone, rgb("#e8e6df"), smoothstep(0.142, 0.148, z) * smoothstep(0.05, 0.07, y))
    sheen = mix(rgb("#0c5a34"), rgb("#143f6b"), smoothstep(0.2, 0.9, np.sin(z * 60 + y * 30)) * 0.6)
    return f32(mix(tone, sheen, smoothstep(0.156, 0.160, z) * smoothstep(0.05, 0.07, y)))


@cache
def drake() -> Animal:
    """A mallard; z = 0 is the water."""
    body = solid(_drake, (-0.11, -0.25, -0.01), (0.11, 0.225, 0.275), 0.006, "skin", _drake_paint)
    yellow = rgb("#c9a21e")
    meshes = [
        body,
        ball((0, 0.228, 0.214), (0.0185, 0.034, 0.0085), "wet", yellow, 18),
        ball((0, 0.212, 0.220), (0.0150, 0.020, 0.0130), "wet", yellow, 16),
        ball((0, 0.226, 0.2035), (0.0150, 0.028, 0.0050), "wet", yellow * 0.6, 14),
    ]
    for side in (-1, 1):
        meshes.append(
            ball((0.0315 * side, 0.184, 0.236), (0.0055, 0.0065, 0.0065), "wet", f32([0.005] * 3), 12)
        )
    hair = fur(body, 110_000, 0.008, _drake_paint, (0, -1.0, -0.15), 7, lift=0.12, rough=0.12)
    return Animal(tuple(meshes), (hair,))


def _goldfish(p: Array) -> Array:
    q = _mirrored(p)
    return melt_all(
        [
            egg(q, (0, 0.0, 0.0), (0.027, 0.070, 0.042)),
            egg(q, (0, 0.045, -0.002), (0.022, 0.036, 0.027)),
            limb(q, (0, -0.055, 0.004), (0, -0.095, 0.006), 0.016, 0.011),
        ],
        0.03,
    )


def scales(s: Surface) -> Look:
    """Rows of overlapping scales, pale below; smooth on the head."""
    y, z = s.local[:, 1], s.local[:, 2]
    row = np.floor(y / 0.0062)
    u = z / 0.0074 + 0.5 * np.mod(row, 2)
    r = np.hypot((np.mod(u, 1) - 0.5) * 1.1, np.mod(y / 0.0062, 1) - 1.0)
    rim = smoothstep(0.60, 0.90, r) * (r < 0.92) * (y < 0.042)
    tone = mix(rgb("#ee5a0c"), rgb("#f5b060"), smoothstep(0.0, -0.036, z))
    tone = tone * (1 - 0.45 * rim)[:, None] * (0.9 + 0.25 * noise(f32(s.local * 60), 3))[:, None]
    cover = np.abs(np.hypot(y - 0.020, z * 0.8) - 0.030) < 0.0011
    tone = np.where((cover & (y > 0.02))[:, None], tone * 0.5, tone)
    return Look(f32(tone), 0.09, 60.0, through=0.1)


def fin(s: Surface) -> Look:
    """Rays in a thin skin; `local` holds (place across the rays, way along them)."""
    ray = 0.6 + 0.4 * np.abs(np.sin(s.local[:, 0] * 40))
    tone = mix(rgb("#ee5a0c"), rgb("#f6a050"), np.clip(s.local[:, 1], 0, 1)) * ray[:, None]
    return Look(f32(tone), 0.03, 40.0, through=0.7)


def _fan(base: tuple[Array, Array], edge: Array, wave: float = 0.0) -> Mesh:
    """A fin between a base line and an edge of (n, 3) points."""
    n, rows = len(edge), 12
    t = np.linspace(0, 1, rows)[:, None, None]
    start = base[0] + (base[1] - base[0]) * np.linspace(0, 1, n)[:, None]
    points = start[None] * (1 - t) + edge[None] * t
    points[..., 0] += wave * np.sin(t[..., 0] * 4 + np.arange(n)[None] * 0.5) * t[..., 0]
    made = sheet(points, "fin", f32([1, 1, 1]))
    across = np.broadcast_to(np.linspace(0, 1, n), (rows, n))
    along = np.broadcast_to(t[..., 0], (rows, n))
    local = f32(np.stack([across, along, along], -1).reshape(-1, 3))
    return Mesh(made.points, made.triangles, made.normals, local, made.colour, "fin")


def _arc(points: list[tuple[float, float, float]], n: int = 25) -> Array:
    p = np.asarray(points)
    at = np.linspace(0, len(p) - 1, n)
    return np.stack([np.interp(at, np.arange(len(p)), p[:, i]) for i in range(3)], -1)


@cache
def goldfish() -> Animal:
    """Its middle is the origin."""
    body = solid(_goldfish, (-0.04, -0.12, -0.055), (0.04, 0.09, 0.055), 0.0035, "scales", f32([1, 1, 1]))
    v = np.array
    meshes = [
        body,
        _fan((v([0, -0.094, 0.012]), v([0, -0.094, 0.0])), _arc(
            [(0, -0.125, 0.050), (0, -0.170, 0.062), (0, -0.150, 0.022), (0, -0.138, 0.004), (0, -0.152, -0.018),
             (0, -0.168, -0.052), (0, -0.122, -0.038)]), 0.010),
        _fan((v([0, 0.030, 0.036]), v([0, -0.055, 0.024])), _arc(
            [(0, 0.022, 0.066), (0, -0.008, 0.078), (0, -0.045, 0.064), (0, -0.080, 0.046)]), 0.004),
        _fan((v([0, -0.030, -0.036]), v([0, -0.062, -0.022])), _arc(
            [(0, -0.040, -0.060), (0, -0.062, -0.060), (0, -0.085, -0.040)]), 0.003),
    ]  # fmt: skip
    for side in (-1, 1):
        low = _arc(
            [(0.030 * side, 0.012, -0.052), (0.040 * side, -0.010, -0.050), (0.036 * side, -0.020, -0.032)]
        )
        meshes.append(_fan((v([0.020 * side, 0.026, -0.018]), v([0.021 * side, 0.016, -0.014])), low, 0.003))
        meshes.append(
            ball((0.0205 * side, 0.056, 0.008), (0.0060, 0.0092, 0.0086), "wet", rgb("#d9b23c"), 14)
        )
        meshes.append(
            ball((0.0242 * side, 0.0565, 0.008), (0.0032, 0.0054, 0.0054), "wet", f32([0.005] * 3), 12)
        )
    mouth = np.array([[-0.008, 0.0765, -0.010], [0, 0.0815, -0.009], [0.008, 0.0765, -0.010]])
    meshes.append(tube(mouth, 0.0016, "skin", rgb("#8a3a10"), 6))
    return Animal(tuple(meshes), ())
