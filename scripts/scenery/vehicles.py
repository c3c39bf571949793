"""Cars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep
from scripts.scenery.mesh import Mesh, lathe
from scripts.scenery.render import Look, Material, Surface
from scripts.scenery.sdf import block, egg, meet, melt, outline
from scripts.scenery.solid import solid

WHEEL = 0.32


@dataclass(frozen=True, slots=True)
class Shape:
    """Side view of a car, (y ahead, z up) in metres: the body, the cabin, the glass in its side."""

    name: str
    body: tuple[tuple[float, float], ...]
    cabin: tuple[tuple[float, float], ...]
    glass: tuple[tuple[float, float], ...]
    pillars: tuple[float, ...]
    axles: tuple[float, float]
    half_width: float
    roof: float
    belt: float

    @property
    def length(self) -> float:
        ys = [y for y, _ in self.body]
        return max(ys) - min(ys)


HATCH = Shape(
    "hatch",
    body=((2.02, 0.24), (2.10, 0.44), (2.05, 0.66), (1.86, 0.80), (1.05, 0.98), (-1.60, 1.02), (-1.95, 0.96),
          (-2.02, 0.60), (-1.96, 0.26)),
    cabin=((1.16, 0.92), (0.30, 1.40), (-0.30, 1.475), (-1.05, 1.46), (-1.62, 1.36), (-1.98, 0.94)),
    glass=((0.92, 0.985), (0.24, 1.34), (-0.30, 1.395), (-1.05, 1.38), (-1.46, 1.28), (-1.62, 1.06)),
    pillars=(-0.22, -1.12), axles=(1.28, -1.28), half_width=0.88, roof=1.475, belt=0.98,
)  # fmt: skip
SEDAN = Shape(
    "sedan",
    body=((2.26, 0.24), (2.34, 0.44), (2.28, 0.64), (2.05, 0.78), (1.10, 0.95), (-1.55, 1.00), (-2.20, 0.98),
          (-2.34, 0.66), (-2.28, 0.28)),
    cabin=((1.18, 0.90), (0.32, 1.36), (-0.25, 1.43), (-0.80, 1.42), (-1.20, 1.34), (-1.90, 0.95)),
    glass=((0.95, 0.965), (0.28, 1.30), (-0.25, 1.355), (-0.80, 1.345), (-1.12, 1.27), (-1.52, 1.02)),
    pillars=(-0.20, -1.05), axles=(1.40, -1.38), half_width=0.90, roof=1.43, belt=0.965,
)  # fmt: skip
ESTATE = Shape(
    "suv",
    body=((2.20, 0.34), (2.28, 0.56), (2.22, 0.84), (1.95, 0.98), (1.10, 1.12), (-1.70, 1.15), (-2.18, 1.10),
          (-2.26, 0.72), (-2.20, 0.36)),
    cabin=((1.20, 1.05), (0.48, 1.56), (-0.20, 1.66), (-1.30, 1.65), (-1.80, 1.58), (-2.20, 1.06)),
    glass=((1.00, 1.125), (0.42, 1.50), (-0.20, 1.575), (-1.30, 1.565), (-1.80, 1.49), (-1.98, 1.18)),
    pillars=(-0.18, -1.15), axles=(1.36, -1.36), half_width=0.93, roof=1.66, belt=1.12,
)  # fmt: skip
VAN = Shape(
    "van",
    body=((2.42, 0.30), (2.50, 0.52), (2.44, 0.86), (2.20, 1.02), (1.75, 1.18), (-2.30, 1.25), (-2.45, 1.20),
          (-2.48, 0.60), (-2.44, 0.32)),
    cabin=((1.95, 1.05), (1.18, 1.78), (0.60, 1.94), (-1.80, 1.96), (-2.30, 1.92), (-2.46, 1.10)),
    glass=((1.74, 1.16), (1.08, 1.70), (0.55, 1.72), (0.38, 1.70), (0.38, 1.16)),
    pillars=(9.0,), axles=(1.55, -1.45), half_width=0.96, roof=1.96, belt=1.16,
)  # fmt: skip
SHAPES = {shape.name: shape for shape in (HATCH, SEDAN, ESTATE, VAN)}


def _width(shape: Shape, y: Array, z: Array) -> Array:
    """Half the width of the body at a place of its side view."""
    ends = np.clip(np.abs(y) / (shape.length / 2), 0, 1.1)
    plan = 1 - 0.13 * ends**5
    lean = 0.70 if shape.name != "van" else 0.35
    above = np.clip(z - shape.belt, 0, None)
    belly = 0.05 * ((z - 0.62) / 0.5) ** 2
    return np.asarray(
        shape.half_width * plan - lean * 0.42 * above - 0.25 * above**2 - np.clip(belly, 0, 0.08)
    )


def _body(shape: Shape, p: Array) -> Array:
    x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    side = x - _width(shape, y, z)
    body = meet(outline(y, z, shape.body), side, 0.16)
    cabin = meet(outline(y, z, shape.cabin), side, 0.14)
    d = melt(body, cabin, 0.07)
    for axle in shape.axles:
        arch = np.hypot(y - axle, z - WHEEL) - (WHEEL + 0.065)
        d = np.maximum(d, -np.maximum(arch, 0.52 - x))
    q = np.stack([x, y, z], -1)
    mirror_y = shape.glass[0][0] - 0.12
    mirror = egg(q, (shape.half_width + 0.08, mirror_y, shape.belt + 0.10), (0.10, 0.06, 0.075))
    return np.minimum(d, mirror)


@cache
def _parts(name: str) -> tuple[Mesh, ...]:
    shape = SHAPES[name]
    half = shape.length / 2 + 0.12
    body = solid(lambda p: _body(shape, p), (-1.14, -half, 0.16), (1.14, half, shape.roof + 0.08), 0.034,
                 "car:" + name, f32([0.5, 0.5, 0.5]))  # fmt: skip
    tyre = lathe(
        np.array([[0.02, 0.085], [0.20, 0.075], [0.215, 0.10], [0.29, 0.105], [WHEEL, 0.08], [WHEEL, -0.08],
                  [0.28, -0.105], [0.02, -0.10]]), "wheel", f32([0.02, 0.02, 0.02]), 40, "x")  # fmt: skip
    wheels = [
        replace(tyre, points=f32(tyre.points * [sx, 1, 1] + [sx * (shape.half_width - 0.12), axle, WHEEL]),
                normals=f32(tyre.normals * [sx, 1, 1]))
        for axle in shape.axles
        for sx in (-1, 1)
    ]  # fmt: skip
    under = solid(lambda p: block(p, (0, 0, 0.42), (0.80, shape.length / 2 - 0.15, 0.17), 0.05),
                  (-0.9, -half, 0.2), (0.9, half, 0.65), 0.08, "rubber", f32([0.012, 0.012, 0.012]))  # fmt: skip
    return body, under, *wheels


def car(
    name: str, colour: str, position: tuple[float, float], yaw: float, thing: int, seed: float
) -> list[Mesh]:
    """`yaw` 0 drives along +y."""
    paint = rgb(colour)
    place = (position[0], position[1], 0.0)
    made = []
    for part in _parts(name):
        one = part.painted(paint, seed) if part.material.startswith("car:") else part
        made.append(one.at(place, yaw).of(thing))
    return made


def car_corners(name: str, position: tuple[float, float], yaw: float) -> Array:
    """The eight corners of the block around a car: front top-left, top-right, bottom-right, bottom-left as
    its driver looks ahead turned round (seen from in front of it), then the back alike."""
    shape = SHAPES[name]
    ys = [y for y, _ in shape.body]
    w = shape.half_width
    corners = [
        (x, y, z) for y in (max(ys), min(ys)) for x, z in ((w, shape.roof), (-w, shape.roof), (-w, 0), (w, 0))
    ]
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[position[0] + c * x - s * y, position[1] + s * x + c * y, z] for x, y, z in corners])


def car_material(name: str) -> Material:
    shape = SHAPES[name]

    def look(s: Surface) -> Look:
        x, y, z = np.abs(s.local[:, 0]), s.local[:, 1], s.local[:, 2]
        side_on = x > _width(shape, y, z) - 0.05
        crease = np.exp(-(((z - (shape.belt - 0.16)) / 0.012) ** 2)) * side_on
        albedo = s.colour * (1 - 0.25 * crease)[:, None]
        gloss = np.full(len(x), 0.05, np.float32)
        glass, frame = _glazing(shape, x, y, z, side_on)
        joints = _joints(shape, y, z, side_on)
        front = _front(shape, x, y, z, side_on)
        dark = f32([0.012, 0.012, 0.014])
        for where, tone, mirror in (
            (joints["trim"] | front["intake"], dark, 0.03),
            (front["grille"], dark, 0.10),
            (joints["door"], dark, 0.02),
            (joints["handle"], albedo * 0.45, 0.10),
            (front["plate"], f32([0.75, 0.75, 0.70]), 0.03),
            (frame, dark, 0.04),
            (glass, f32([0.010, 0.013, 0.014]), 0.11),
            (front["lamp"], f32([0.55, 0.57, 0.60]), 0.25),
            (front["tail"], f32([0.45, 0.010, 0.012]), 0.10),
        ):
            albedo = np.where(where[:, None], tone, albedo)
            gloss = np.where(where, mirror, gloss)
        albedo[front["grille"] & (np.mod(z * 40, 1) < 0.35)] = [0.30, 0.30, 0.31]
        glow = np.zeros_like(albedo)
        glow[front["lamp"] & (np.hypot(x - 0.66, z - (shape.belt - 0.28)) < 0.05)] = [0.9, 0.9, 0.85]
        return Look(f32(albedo), f32(gloss), 220.0, glow=f32(glow))

    return look


def _glazing(shape: Shape, x: Array, y: Array, z: Array, side_on: Array) -> tuple[Array, Array]:
    """(glass, the frame around the windows of the sides)."""
    inside = outline(y, z, shape.glass)
    glass = side_on & (inside < 0)
    for pillar in shape.pillars:
        glass &= np.abs(y - pillar) > 0.035
    frame = side_on & (inside < 0.022) & ~glass
    ends = ~side_on & (z > shape.belt + 0.03) & (z < shape.roof - 0.085) & (x < 0.80)
    ends &= (y > shape.glass[1][0] + 0.04) | (y < shape.glass[-2][0] - 0.06)
    if shape.name == "van":
        ends &= y > 0
    return glass | ends, frame


def _joints(shape: Shape, y: Array, z: Array, side_on: Array) -> dict[str, Array]:
    """Gaps of the doors, handles, and the dark lower edge."""
    doors = _near(y, (shape.axles[0] - 0.45, *shape.pillars[:1], -0.98), 0.009)
    handles = _near(y, (shape.pillars[0] + 0.14,), 0.08) | _near(y, (-0.88,), 0.08)
    return {
        "door": side_on & (z > 0.36) & (z < shape.belt) & doors,
        "handle": side_on & (np.abs(z - (shape.belt - 0.10)) < 0.017) & handles,
        "trim": z < (0.30 if shape.name in ("hatch", "sedan") else 0.42),
    }


def _front(shape: Shape, x: Array, y: Array, z: Array, side_on: Array) -> dict[str, Array]:
    """Lamps, grille, intake and plates, in front and behind."""
    front, back, belt = shape.length / 2, -shape.length / 2, shape.belt
    tail = (y < back + 0.30) & (x > 0.52) & (np.abs(z - (belt - 0.16)) < 0.10)
    if shape.name in ("van", "suv"):
        tail = (y < back + 0.30) & (x > 0.66) & (np.abs(z - (belt - 0.10)) < 0.20)
    return {
        "lamp": (y > front - 0.42) & (x > 0.48) & (np.abs(z - (belt - 0.28)) < 0.075 - 0.06 * (0.9 - x)),
        "tail": tail,
        "grille": (y > front - 0.35) & (x < 0.55) & (np.abs(z - (belt - 0.42)) < 0.085),
        "intake": (y > front - 0.35) & (x < 0.70) & (np.abs(z - 0.33) < 0.05),
        "plate": (np.abs(y) > front - 0.42) & (x < 0.26) & (np.abs(z - 0.50) < 0.055) & ~side_on,
    }


def _near(y: Array, places: tuple[float, ...], width: float) -> Array:
    return np.asarray(np.any([np.abs(y - place) < width for place in places], axis=0))


def wheel(s: Surface) -> Look:
    x, y, z = np.abs(s.local[:, 0]), s.local[:, 1], s.local[:, 2]
    r, turn = np.hypot(y, z), np.arctan2(z, y)
    spokes = np.abs(np.mod(turn * 5 / (2 * np.pi), 1) - 0.5) * 2
    rim = (r < 0.215) & (x > 0.03)
    metal = rim & ((spokes < 0.52) | (r > 0.19) | (r < 0.06))
    albedo = np.where(metal[:, None], f32([0.42, 0.43, 0.45]), f32([0.018, 0.018, 0.019]))
    albedo = np.where((rim & ~metal)[:, None], f32([0.008, 0.008, 0.008]), albedo)
    return Look(f32(albedo), np.where(metal, 0.18, 0.012), 40.0)


def plain(gloss: float, sharp: float) -> Material:
    def look(s: Surface) -> Look:
        return Look(s.colour, gloss, sharp)

    return look


def dusty(s: Surface) -> Look:
    dust = smoothstep(0.25, 0.0, s.world[:, 2])
    return Look(f32(mix(s.colour, [0.12, 0.11, 0.10], dust * 0.3)), 0.015, 20.0)
