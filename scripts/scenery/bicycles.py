"""Bicycles. They drive along +y, wheels on the ground at y = -0.52 and 0.52; metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scripts.scenery.arrays import Array, f32, rgb
from scripts.scenery.mesh import Mesh, join, tube

AXLES = (-0.52, 0.52)
RADIUS = 0.335
CRANK, SEAT, HEAD = (0.0, -0.08, 0.29), (0.0, -0.25, 0.80), (0.0, 0.36, 0.82)
BLACK, STEEL = f32([0.02, 0.02, 0.02]), f32([0.45, 0.45, 0.47])
Line = Sequence[Sequence[float]]


def bicycle(
    colour: str, position: tuple[float, float], yaw: float, thing: int, lean: float = 0.0
) -> list[Mesh]:
    """`lean`: to its right, in radians."""
    c, s = np.cos(lean), np.sin(lean)
    tip = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return [
        replace(m, points=f32(m.points @ tip.T), normals=f32(m.normals @ tip.T))
        .at((*position, 0.0), yaw)
        .of(thing)
        for m in (_painted(rgb(colour)), _rubber(), _bright())
    ]


def _circle(x: float, y: float, z: float, radius: float, n: int = 48) -> Array:
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([x + 0 * turn, y + radius * np.cos(turn), z + radius * np.sin(turn)], -1)


def _painted(paint: Array) -> Mesh:
    """Frame, fork and mudguards."""
    lines: list[tuple[Line, float, int]] = [
        ([CRANK, SEAT], 0.019, 10),
        ([CRANK, (0, 0.39, 0.70)], 0.019, 10),
        ([SEAT, HEAD], 0.019, 10),
        ([(0, 0.34, 0.90), (0, 0.41, 0.66)], 0.019, 10),
    ]
    for side in (-0.05, 0.05):
        lines += [
            ([(side, -0.52, 0.345), (side * 0.6, CRANK[1], CRANK[2])], 0.011, 8),
            ([(side, -0.52, 0.345), (side * 0.4, SEAT[1], SEAT[2])], 0.011, 8),
            ([(side, 0.52, 0.345), (side, 0.46, 0.55), (side * 0.5, 0.41, 0.66)], 0.011, 8),
        ]
    made = [tube(np.array(line), radius, "paint", paint, sides) for line, radius, sides in lines]
    turn = np.linspace(0.35, 2.6, 14)
    for y in AXLES:
        arc = np.stack([0 * turn, y - 0.375 * np.cos(turn), 0.345 + 0.375 * np.sin(turn)], -1)
        made.append(tube(arc, 0.018, "paint", paint, 6))
    return join(made)


def _rubber() -> Mesh:
    """Tyres, grips, saddle and pedal."""
    tyres = [
        tube(_circle(0, y, RADIUS + 0.01, RADIUS), 0.019, "rubber", BLACK, 8, closed=True) for y in AXLES
    ]
    bar = [(-0.29, 0.22, 1.0), (-0.22, 0.30, 1.01), (0, 0.36, 0.98), (0.22, 0.30, 1.01), (0.29, 0.22, 1.0)]
    saddle = np.array([(0, -0.42, 0.945), (0, -0.30, 0.955), (0, -0.14, 0.945)])
    return join(
        [
            *tyres,
            tube(np.array(bar), 0.015, "rubber", BLACK, 8),
            tube(saddle, np.array([0.065, 0.055, 0.018]), "rubber", BLACK, 12),
            tube(np.array([(0.06, 0.03, 0.22), (0.06, 0.11, 0.22)]), 0.022, "rubber", BLACK),
        ]
    )


def _bright() -> Mesh:
    """Rims, spokes, stem, seat post and cranks."""
    made = []
    for y in AXLES:
        rim = _circle(0, y, RADIUS + 0.01, 0.31)
        made.append(tube(rim, 0.009, "metal", STEEL, 5, closed=True))
        for k, end in enumerate(_circle(0, y, RADIUS + 0.01, 0.31, 14)):
            hub = [0.02 * (-1) ** k, y, RADIUS + 0.01]
            made.append(tube(np.array([hub, end]), 0.0022, "metal", STEEL, 4))
    lines: list[tuple[Line, float]] = [
        ([(0, 0.34, 0.88), (0, 0.36, 0.98)], 0.016),
        ([SEAT, (0, -0.29, 0.93)], 0.014),
        ([(0.03, CRANK[1], CRANK[2]), (0.07, 0.07, 0.22)], 0.012),
        ([(-0.03, CRANK[1], CRANK[2]), (-0.07, -0.23, 0.36)], 0.012),
    ]
    made += [tube(np.array(line), radius, "metal", STEEL) for line, radius in lines]
    made.append(tube(_circle(0.05, CRANK[1], CRANK[2], 0.09), 0.010, "metal", STEEL, 5, closed=True))
    return join(made)
