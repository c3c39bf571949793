"""Walking and riding people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.scenery.arrays import Array, f32, rgb
from scripts.scenery.mesh import Mesh
from scripts.scenery.sdf import block, egg, limb, melt_all
from scripts.scenery.solid import solid

Part = tuple[str, Array]


def _walking(p: Array, stride: float, arms: float, skirt: bool) -> list[Part]:
    hip, knee_bend = 0.92, 0.06 + 0.10 * abs(stride)
    parts: list[Part] = []
    for side in (-1, 1):
        swing = stride * side
        x = 0.095 * side
        knee = (x, 0.30 * swing + knee_bend, hip - 0.43)
        foot = (x, 0.50 * swing - (0.08 if swing < 0 else 0.0), 0.09 + (0.06 if swing < 0 else 0.0))
        parts.append(("legs", limb(p, (x, 0, hip), knee, 0.095, 0.070)))
        parts.append(("legs", limb(p, knee, foot, 0.068, 0.048)))
        toe = (x * 1.2, foot[1] + 0.15, max(0.045, foot[2] - 0.06))
        parts.append(("shoes", limb(p, (x, foot[1] - 0.03, foot[2] - 0.03), toe, 0.052, 0.040)))
        shoulder = (0.195 * side, -0.01, 1.43)
        elbow = (0.245 * side, -0.20 * swing * arms - 0.03, 1.15)
        hand = (0.235 * side, -0.32 * swing * arms + 0.10, 0.92)
        parts.append(("coat", limb(p, shoulder, elbow, 0.062, 0.050)))
        parts.append(("coat", limb(p, elbow, hand, 0.050, 0.038)))
        parts.append(("skin", egg(p, (hand[0], hand[1] + 0.02, hand[2] - 0.06), (0.035, 0.045, 0.075))))
    if skirt:
        parts.append(("coat", limb(p, (0, 0, 0.96), (0, 0.01, 0.62), 0.135, 0.20)))
    return parts


def _riding(p: Array) -> list[Part]:
    parts: list[Part] = []
    for side, low in ((-1, 0.14), (1, -0.07)):
        x = 0.10 * side
        pedal = (0.10 * side, 0.0 - 1.2 * low, 0.30 + low)
        knee = (0.11 * side, 0.26, 0.72 + low * 0.75)
        parts.append(("legs", limb(p, (x, -0.28, 1.0), knee, 0.095, 0.068)))
        parts.append(("legs", limb(p, knee, pedal, 0.065, 0.046)))
        parts.append(("shoes", limb(p, pedal, (x, pedal[1] + 0.16, pedal[2] - 0.03), 0.05, 0.04)))
        parts.append(("coat", limb(p, (0.19 * side, 0.0, 1.46), (0.25 * side, 0.10, 1.20), 0.06, 0.05)))
        parts.append(("coat", limb(p, (0.25 * side, 0.10, 1.20), (0.25 * side, 0.30, 1.05), 0.05, 0.038)))
        parts.append(("skin", egg(p, (0.25 * side, 0.32, 1.04), (0.04, 0.055, 0.04))))
    return parts


def _upper(p: Array, riding: bool, long_hair: bool, bag: bool) -> list[Part]:
    """Trunk, neck and head; a rider leans forward over a bar."""
    lean, base, up = (0.12, -0.26, 0.06) if riding else (0.0, 0.0, 0.0)
    neck = (0, base + lean * 2 + 0.02, 1.50 + up)
    head = (0, base + lean * 2.3 + 0.03, 1.655 + up)
    found = [("coat", limb(p, (0, base, 0.98), (0, base + lean * 1.6, 1.36 + up), 0.135, 0.150))]
    for side in (-1, 1):
        inner = (0.06 * side, base + lean * 1.6, 1.36 + up)
        outer = (0.17 * side, base + lean * 1.8, 1.42 + up)
        found.append(("coat", limb(p, inner, outer, 0.12, 0.075)))
    found.append(("skin", limb(p, neck, head, 0.055, 0.055)))
    found.append(("skin", egg(p, head, (0.078, 0.098, 0.118))))
    found.append(("skin", egg(p, (0, head[1] + 0.098, head[2] - 0.015), (0.014, 0.022, 0.022))))
    crown = egg(p, (0, head[1] - 0.022, head[2] + 0.030), (0.090, 0.104, 0.108))
    found.append(("hair", np.maximum(crown, p[:, 1] - head[1] - 0.030 - 1.2 * (p[:, 2] - head[2]))))
    if long_hair:
        low = (0, head[1] - 0.10, head[2] - 0.22)
        found.append(("hair", limb(p, (0, head[1] - 0.06, head[2]), low, 0.08, 0.06)))
    if bag:
        found.append(("bag", block(p, (0, base - 0.21, 1.22 + up), (0.14, 0.085, 0.21), 0.06)))
    return found


def person(position: tuple[float, float], yaw: float, thing: int, *, coat: str, legs: str, skin: str = "#c68f6f",
           hair: str = "#2b1d14", shoes: str = "#1d1b1a", stride: float = 0.6, tall: float = 1.0,
           bag: str | None = None, skirt: bool = False, riding: bool = False, long_hair: bool = False) -> Mesh:  # fmt: skip
    """Facing +y before the turn by `yaw`; `stride` -1..1 is the phase of the walk."""
    colours = {"coat": rgb(coat), "legs": rgb(legs), "skin": rgb(skin), "hair": rgb(hair), "shoes": rgb(shoes),
               "bag": rgb(bag or coat)}  # fmt: skip

    def parts(p: Array) -> list[Part]:
        lower = _riding(p) if riding else _walking(p, stride, 1.0, skirt)
        return lower + _upper(p, riding, long_hair, bag is not None)

    def distance(p: Array) -> Array:
        groups: dict[str, list[Array]] = {}
        for name, d in parts(p):
            groups.setdefault(name, []).append(d)
        return np.asarray(np.min([melt_all(ds, 0.06) for ds in groups.values()], axis=0))

    def paint(p: Array) -> Array:
        found = parts(p)
        nearest = np.argmin([d for _, d in found], axis=0)
        return np.asarray(np.array([colours[name] for name, _ in found])[nearest])

    made = solid(distance, (-0.42, -0.75, 0.0), (0.42, 0.75, 1.86), 0.024, "cloth", f32(0.5))
    painted = replace(made, colour=f32(paint(made.points)))
    return painted.at((*position, 0.0), yaw, tall).of(thing)
