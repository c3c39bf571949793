"""The front of a house: plaster or brick, windows, doors and shops, all painted on a plain wall."""

from __future__ import annotations

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, smoothstep
from scripts.scenery.noise import cell_value, fbm
from scripts.scenery.render import Look, Surface

STOREY, BAY = 3.1, 2.45
HALF = 0.58
"""Half the width of a window."""
SIGNS = f32([rgb("#7a1f1f"), rgb("#1f4a3a"), rgb("#24365e"), rgb("#c9a24a")])
DOORS = f32([rgb("#3b2416"), rgb("#1f3d2b"), rgb("#203a5c"), rgb("#5c1a1a")])


class _Grid:
    """Where on the front the points are: in which storey and bay, and where in those."""

    def __init__(self, s: Surface) -> None:
        self.u, self.z = s.local[:, 0], s.local[:, 2]
        self.brick = np.mod(s.seed, 2) >= 1
        self.shops = np.mod(s.seed, 4) >= 2
        self.house = s.seed.astype(np.int64)
        self.floor, self.column = np.floor(self.z / STOREY), np.floor(self.u / BAY)
        self.fu = self.u - self.column * BAY - BAY / 2
        self.fz = self.z - self.floor * STOREY
        self.window = (self.floor >= 1) & (np.abs(self.fu) < HALF) & (self.fz > 0.85) & (self.fz < 2.55)
        ground, plain = self.floor == 0, ~self.shops & (self.floor == 0)
        self.shop = self.shops & ground & (np.abs(self.fu) < 1.02) & (self.z > 0.55) & (self.z < 2.75)
        self.sign = self.shops & ground & (self.z >= 2.80) & (self.z < 3.22)
        self.door = plain & (np.mod(self.column, 3) == 1) & (np.abs(self.fu) < 0.52) & (self.z < 2.35)
        self.low = plain & (np.mod(self.column, 3) != 1) & (np.abs(self.fu) < HALF)
        self.low &= (self.fz > 1.05) & (self.fz < 2.5)


def wall(s: Surface) -> Look:
    """`local`: (along the wall, 1 for its top, height). The seed says what it is made of: 1 and 3 of four brick,
    2 and 3 with shops below."""
    g = _Grid(s)
    albedo = _masonry(s, g)
    albedo = _surrounds(s, g, albedo)
    hue = (cell_value(np.floor(g.column / 3), g.house, 5) * 3.99).astype(int)
    albedo = np.where(g.sign[:, None], SIGNS[hue], albedo)
    albedo, gloss = _glass(g, albedo)
    albedo = _doors(g, albedo)
    roof = s.local[:, 1] > 0.5
    albedo = np.where(roof[:, None], f32([0.2, 0.2, 0.2]), albedo)
    return Look(f32(albedo), np.where(roof, 0.01, gloss), 90.0)


def _masonry(s: Surface, g: _Grid) -> Array:
    """Plaster with streaks, or bricks, which blur with distance."""
    u, z = g.u, g.z
    tone = 0.86 + 0.28 * fbm(f32(np.stack([u * 0.7, z * 0.7], -1)) + s.seed[:, None], 4)
    streak = fbm(f32(np.stack([u * 3.0, z * 0.25], -1)) + 3, 3)
    plaster = s.colour * tone[:, None] * (1 - 0.25 * smoothstep(0.5, 0.8, streak))[:, None]
    row = np.floor(z / 0.085)
    bu = u / 0.24 + 0.5 * np.mod(row, 2)
    joint = (np.mod(z / 0.085, 1) < 0.14) | (np.mod(bu, 1) < 0.06)
    tone = 0.72 + 0.5 * cell_value(np.floor(bu), row, 3)
    bricks = np.where(joint[:, None], f32([0.42, 0.38, 0.33]), s.colour * tone[:, None])
    fade = np.clip(1.2 - s.footprint * 14, 0, 1)
    return np.where(g.brick[:, None], mix(plaster, bricks, fade), plaster)


def _surrounds(s: Surface, g: _Grid, albedo: Array) -> Array:
    """Frames of stone, sills, and the shadow below them."""
    upper, across, fz = g.floor >= 1, np.abs(g.fu), g.fz
    frame = upper & (across < HALF + 0.13) & (fz > 0.72) & (fz < 2.72) & ~g.window
    sill = upper & (across < HALF + 0.20) & (fz > 0.62) & (fz <= 0.78)
    under = upper & (across < HALF + 0.18) & (fz > 0.48) & (fz <= 0.62)
    albedo = np.where(frame[:, None], s.colour * 0.5 + 0.34, albedo)
    albedo = np.where(sill[:, None], f32([0.55, 0.53, 0.50]), albedo)
    return np.where(under[:, None], albedo * 0.72, albedo)


def _glass(g: _Grid, albedo: Array) -> tuple[Array, Array]:
    """Panes with frames, curtains and rooms behind them; shop windows with wares. (colours, gloss)."""
    u, z, fu, fz = g.u, g.z, g.fu, g.fz
    pane, glass = g.window | g.low, g.window | g.low | g.shop
    bars = (np.abs(np.abs(fu) - HALF) < 0.06) | (np.abs(fu) < 0.035) | (np.abs(fz - 2.05) < 0.03)
    frame = pane & (bars | (fz < 0.93) | (fz > 2.48))
    recess = pane & ~frame & ((fz > 2.36) | (fu < -HALF + 0.16))
    drawn = cell_value(g.column, g.floor, 9) > 0.45
    curtain = pane & ~frame & drawn & (np.abs(fu) > 0.27 + 0.08 * np.sin(fu * 60))
    room = 0.02 + 0.10 * cell_value(g.column, g.floor, 11) ** 3
    albedo = np.where(glass[:, None], np.stack([room * 1.1, room, room * 0.85], -1), albedo)
    albedo = np.where(curtain[:, None], f32([0.42, 0.40, 0.36]), albedo)
    shelf = 1.5 + 0.7 * cell_value(np.floor(u / 0.35), g.column, 13)
    goods = g.shop & (z < shelf) & (np.abs(fu) < 0.94)
    wares = np.stack([cell_value(np.floor(u / 0.35), np.floor(z / 0.3), k) for k in (21, 22, 23)], -1)
    wares = (0.25 * wares + 0.75 * wares.mean(1, keepdims=True)) ** 2 * 0.30 + 0.01
    albedo = np.where(goods[:, None], wares, albedo)
    albedo = np.where(recess[:, None], albedo * 0.4, albedo)
    albedo = np.where(frame[:, None], f32([0.62, 0.62, 0.60]), albedo)
    gloss = np.where(glass, np.where(g.shop, 0.05, 0.09), np.full(len(u), 0.012, np.float32))
    return albedo, np.where(frame, 0.02, np.where(recess, 0.03, gloss))


def _doors(g: _Grid, albedo: Array) -> Array:
    kind = (cell_value(g.column, g.house, 15) * 3.99).astype(int)
    panel = g.door & (np.abs(np.abs(g.fu) - 0.25) < 0.17) & (np.abs(np.mod(g.z, 0.8) - 0.42) < 0.28)
    albedo = np.where(g.door[:, None], DOORS[kind], albedo)
    return np.where(panel[:, None], DOORS[kind] * 0.7, albedo)
