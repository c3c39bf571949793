"""Houses, trees, lamps, signs, kerbs, and the road itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep, unit
from scripts.scenery.mesh import Mesh, ball, box, mesh, tube
from scripts.scenery.noise import cell_value, fbm, noise
from scripts.scenery.plants import turf
from scripts.scenery.render import Look, Material, Surface


def house(low: tuple[float, float], high: tuple[float, float], floors: int, colour: str, seed: float, *,
          thing: int = 0, roof: str = "#5a2f25", pitched: bool = True, storey: float = 3.1) -> list[Mesh]:  # fmt: skip
    """Walls with windows by texture, a cornice, a roof and chimneys by shape. Walls face -x or +x and -y."""
    height = floors * storey + 0.8
    (x0, y0), (x1, y1) = low, high
    walls = box((x0, y0, 0), (x1, y1, height), "wall", rgb(colour))
    walls = walls.painted(rgb(colour), seed)
    # local: (along the wall, which wall, height)
    along = np.where(np.abs(walls.normals[:, :1]) > 0.5, walls.points[:, 1:2] - y0, walls.points[:, 0:1] - x0)
    local = np.concatenate([along, np.abs(walls.normals[:, 2:3]), walls.points[:, 2:3]], 1)
    walls = Mesh(walls.points, walls.triangles, walls.normals, f32(local), walls.colour, "wall", thing, seed)
    stone = rgb(colour) * 0.75 + 0.12
    made = [
        walls,
        box((x0 - 0.3, y0 - 0.3, height - 0.25), (x1 + 0.3, y1 + 0.3, height), "stone", stone).of(thing),
        box((x0 - 0.12, y0 - 0.12, storey + 0.25), (x1 + 0.12, y1 + 0.12, storey + 0.5), "stone", stone).of(
            thing
        ),
        box((x0 - 0.06, y0 - 0.06, 0), (x1 + 0.06, y1 + 0.06, 0.55), "stone", stone * 0.6).of(thing),
    ]
    if pitched:
        made.append(_roof(x0, y0, x1, y1, height, rgb(roof)).of(thing))
        for k in range(2):
            cy = y0 + (y1 - y0) * (0.25 + 0.5 * k)
            cx = (x0 + x1) / 2 + 0.8
            made.append(
                box((cx, cy, height + 1), (cx + 0.7, cy + 0.9, height + 4.2), "stone", rgb("#7a4a3c")).of(
                    thing
                )
            )
    return made


def _roof(x0: float, y0: float, x1: float, y1: float, z: float, colour: Array) -> Mesh:
    ridge = (x0 + x1) / 2
    rise = min((x1 - x0) * 0.38, 3.4)
    e = 0.45
    p = np.array(
        [[x0 - e, y0 - e, z], [ridge, y0 - e, z + rise], [ridge, y1 + e, z + rise], [x0 - e, y1 + e, z],
         [x1 + e, y0 - e, z], [ridge, y0 - e, z + rise], [ridge, y1 + e, z + rise], [x1 + e, y1 + e, z],
         [x0 - e, y0, z], [x1 + e, y0, z], [ridge, y0, z + rise]], float)  # fmt: skip
    left, right = unit(np.array([-rise, 0, (x1 - x0) / 2])), unit(np.array([rise, 0, (x1 - x0) / 2]))
    normals = np.concatenate([np.tile(left, (4, 1)), np.tile(right, (4, 1)), np.tile([0, -1.0, 0], (3, 1))])
    return mesh(
        p, np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7], [8, 9, 10]]), normals, "tiles", colour
    )


def tiles(s: Surface) -> Look:
    u, v = s.local[:, 1] / 0.28, s.local[:, 2] / 0.22
    tone = 0.7 + 0.5 * cell_value(np.floor(u + 0.5 * np.mod(np.floor(v), 2)), np.floor(v), 1)
    edge = np.mod(v, 1) < 0.2
    fade = np.clip(1.2 - s.footprint * 8, 0, 1)
    tone = 1 + (np.where(edge, tone * 0.6, tone) - 0.95) * fade
    return Look(f32(s.colour * tone[:, None]), 0.015, 12.0)


def stone(s: Surface) -> Look:
    p = s.world * 4
    return Look(f32(s.colour * (0.82 + 0.36 * fbm(f32(p), 4))[:, None]), 0.012, 12.0)


def cloth(s: Surface) -> Look:
    fold = fbm(f32(s.local * [14, 14, 6]), 3)
    return Look(f32(s.colour * (0.72 + 0.56 * fold)[:, None]), 0.012, 8.0)


def lamp(position: tuple[float, float], arm: float, height: float = 6.5) -> list[Mesh]:
    grey = f32([0.10, 0.11, 0.11])
    post = np.array(
        [
            [0, 0, 0],
            [0, 0, 1.0],
            [0, 0, 1.01],
            [0, 0, height - 0.6],
            [arm * 0.15, 0, height - 0.15],
            [arm * 0.5, 0, height],
            [arm, 0, height + 0.05],
        ]
    )
    made = tube(post, np.array([0.11, 0.11, 0.075, 0.055, 0.05, 0.045, 0.04]), "metal", grey, 10)
    head = ball((arm, 0, height + 0.02), (0.38, 0.15, 0.09), "metal", f32([0.32, 0.32, 0.32]))
    return [made.at((*position, 0.0)), head.at((*position, 0.0))]


def sign(position: tuple[float, float], kind: str, yaw: float = 0.0) -> list[Mesh]:
    """A round or triangular road sign that faces -y."""
    post = tube(np.array([[0, 0, 0], [0, 0, 2.9]]), 0.032, "metal", f32([0.4, 0.4, 0.4]), 8)
    turn = np.linspace(0, 2 * np.pi, 3 if kind == "yield" else 36, endpoint=False) + (
        np.pi / 6 if kind == "yield" else 0
    )
    if kind == "yield":
        turn = turn + np.pi / 3
    disc = np.stack([np.cos(turn) * 0.32, 0 * turn - 0.045, np.sin(turn) * 0.32 + 2.6], -1)
    points = np.concatenate([disc, [[0, -0.045, 2.6]]])
    n = len(disc)
    triangles = np.stack([np.arange(n), (np.arange(n) + 1) % n, np.full(n, n)], 1)
    face = mesh(points, triangles, np.tile([0, -1.0, 0], (n + 1, 1)), "sign:" + kind, f32([1, 1, 1]))
    return [post.at((*position, 0.0), yaw), face.at((*position, 0.0), yaw)]


def sign_face(kind: str) -> Material:
    def look(s: Surface) -> Look:
        x, z = s.local[:, 0], s.local[:, 2] - 2.6
        r = np.hypot(x, z)
        white, red, blue = f32([0.8, 0.8, 0.8]), f32([0.55, 0.02, 0.02]), f32([0.02, 0.10, 0.45])
        if kind == "limit":
            ring = r > 0.24
            ink = (np.abs(z) < 0.12) & (
                (
                    (np.abs(x + 0.09) < 0.07)
                    & ~((np.abs(x + 0.10) < 0.035) & (np.abs(np.abs(z) - 0.05) < 0.03))
                )
                | ((np.abs(x - 0.09) < 0.07) & ~((np.abs(x - 0.09) < 0.03) & (np.abs(z) < 0.08)))
            )
            albedo = np.where(ring[:, None], red, np.where(ink[:, None], f32([0.01, 0.01, 0.01]), white))
        elif kind == "park":
            ink = ((np.abs(x + 0.06) < 0.03) & (np.abs(z) < 0.17)) | (
                (np.abs(np.hypot(x + 0.03, z - 0.08) - 0.075) < 0.028) & (x > -0.06)
            )
            albedo = np.where((ink | (r > 0.30))[:, None], white, blue)
        else:
            top = np.maximum(z / 0.16, (-z * 0.5 + np.abs(x) * 0.866) / 0.16)
            albedo = np.where((top > 0.55)[:, None], red, white)
        return Look(f32(albedo), 0.03, 40.0)

    return look


def _straight(y: Array) -> Array:
    return f32(0 * y)


@dataclass(frozen=True, slots=True)
class Road:
    """A road along +y whose middle is x = bend(y). Metres from the middle: half of the roadway, parking strips
    inside it, the kerb, the pavement's far edge. `lines`: (offset, dash length or 0, width) of markings."""

    half: float = 4.6
    pavement: float = 8.0
    lines: tuple[tuple[float, float, float], ...] = ((0.0, 3.0, 0.12),)
    crossing: float | None = None
    bend: Callable[[Array], Array] = field(default=_straight)
    seed: int = 3
    wet: float = 0.0

    def material(self, s: Surface) -> Look:
        x, y = s.world[:, 0] - self.bend(s.world[:, 1]), s.world[:, 1]
        fine = np.clip(1.3 - s.footprint * 18, 0, 1)
        p2 = f32(np.stack([x, y], -1))
        grit = (noise(p2 * 90, 1) - 0.5) * np.clip(1.2 - s.footprint * 90, 0, 1) + (
            noise(p2 * 30, 2) - 0.5
        ) * 0.6 * fine
        patch = fbm(p2 * [0.35, 0.12], 4, self.seed)
        wheel = np.exp(-((np.abs(np.abs(x) - 1.7) - 0.75) ** 2) / 0.08)
        tone = 0.075 * (0.78 + 0.5 * patch + 0.35 * grit - 0.10 * wheel)
        crack = np.abs(fbm(p2 * 0.5, 5, 40) - 0.5) + 0.02 * smoothstep(0.56, 0.5, patch)
        tone = tone * (1 - 0.3 * smoothstep(0.004, 0.001, crack) * fine)
        albedo = np.stack([tone * 1.02, tone, tone * 0.99], -1)
        paint = np.zeros(len(x), bool)
        for offset, dash, width in self.lines:
            line = np.abs(x - offset) < width / 2
            if dash:
                line &= np.mod(y, dash * 2.2) < dash
            paint |= line
        if self.crossing is not None:
            paint &= np.abs(y - self.crossing) > 2.6
            paint |= (
                (np.abs(y - self.crossing) < 1.7)
                & (np.abs(x) < self.half - 0.35)
                & (np.mod(x + 0.25, 1.0) < 0.5)
            )
        worn = fbm(p2 * 5, 4, 60)
        albedo = mix(albedo, [0.62, 0.61, 0.57], paint * smoothstep(0.22, 0.42, worn) * 0.95)
        beside = np.abs(x) > self.half
        albedo = np.where(beside[:, None], _paving(x, y, s.footprint), albedo)
        gutter = (np.abs(x) > self.half - 0.28) & ~beside
        albedo = np.where(gutter[:, None], albedo * 0.72, albedo)
        grass = np.abs(x) > self.pavement
        albedo = np.where(grass[:, None], turf(p2, s.footprint), albedo)
        gloss = np.where(beside, 0.012, 0.018 + self.wet * smoothstep(0.45, 0.6, patch))
        return Look(f32(albedo), f32(gloss), 12.0)


def _paving(x: Array, y: Array, footprint: Array) -> Array:
    u, v = x / 0.5, y / 0.5
    joint = (np.mod(u, 1) < 0.03) | (np.mod(v, 1) < 0.03)
    fade = np.clip(1.3 - footprint * 22, 0, 1)
    tone = 0.24 * (0.84 + 0.3 * cell_value(np.floor(u), np.floor(v), 2) * fade)
    tone = tone * (0.85 + 0.3 * fbm(f32(np.stack([x, y], -1)) * 1.5, 4, 8))
    tone = np.where(joint, tone * (1 - 0.5 * fade), tone)
    return np.stack([tone, tone * 0.97, tone * 0.91], -1)


def paved(s: Surface) -> Look:
    """Paving slabs all over."""
    return Look(f32(_paving(s.world[:, 0], s.world[:, 1], s.footprint)), 0.012, 12.0)


def kerb(road: Road, start: float, end: float) -> list[Mesh]:
    """Kerb stones on both sides, a little higher than the road."""
    made = []
    y = np.linspace(start, end, 60)
    for side in (-1, 1):
        x = road.bend(y) + side * (road.half + 0.09)
        path = np.stack([x, y, 0 * y + 0.03], -1)
        made.append(tube(path, 0.10, "stone", f32([0.30, 0.29, 0.27]), 8))
    return made
