"""Flowers and their leaves. The stem's foot is the origin, z up; metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, rgb, unit
from scripts.scenery.mesh import Mesh, ball, join, sheet, tube
from scripts.scenery.noise import cell_value, fbm
from scripts.scenery.render import Look, Surface

GOLDEN = np.pi * (3 - np.sqrt(5))


def petal_skin(s: Surface) -> Look:
    """Thin: light shines through it. `local` holds (across, along) for the veins."""
    vein = 0.88 + 0.12 * np.abs(np.sin(s.local[:, 0] * 11))
    return Look(f32(s.colour * vein[:, None]), 0.012, 14.0, through=0.40)


def leaf_skin(s: Surface) -> Look:
    rib = np.exp(-((s.local[:, 0] / 0.05) ** 2))
    vein = np.exp(-((np.abs(np.mod(s.local[:, 1] * 7 - np.abs(s.local[:, 0]) * 1.6, 1) - 0.5) / 0.07) ** 2))
    tone = s.colour * (1 + 0.5 * rib + 0.22 * vein)[:, None]
    return Look(f32(tone), 0.02, 18.0, through=0.30)


def seeds(s: Surface) -> Look:
    """The middle of a sunflower or a daisy: dots in spirals. `local`: place on the disc, radius 1."""
    x, y = s.local[:, 0], s.local[:, 1]
    r, turn = np.hypot(x, y), np.arctan2(y, x)
    a, b = r * 26 - turn * 21 / (2 * np.pi), r * 26 + turn * 34 / (2 * np.pi)
    bump = np.sin(a * np.pi) ** 2 * np.sin(b * np.pi) ** 2
    tone = s.colour * (0.35 + 1.1 * bump * (0.7 + 0.5 * cell_value(np.floor(a), np.floor(b), 2)))[:, None]
    return Look(f32(tone * (0.55 + 0.6 * np.clip(r, 0, 1))[:, None]), 0.01, 10.0)


def _skin(points: Array, base: Array, tip: Array, material: str) -> Mesh:
    """A sheet of (rows along, columns across, 3) points, coloured from base to tip."""
    made = sheet(f32(points), material, f32([1, 1, 1]))
    rows, columns = points.shape[:2]
    along, across = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    local = f32(np.stack([across, along, 0 * along], -1).reshape(-1, 3))
    colour = mix(base, tip, f32(along.ravel()))
    return Mesh(made.points, made.triangles, made.normals, local, f32(colour), material)


def petal(length: float, width: float, base: Array, tip: Array, *, curl: float = 0.1, cup: float = 0.3,
          start: float = 0.0, pointed: float = 0.6, material: str = "petal", n: tuple[int, int] = (9, 5)) -> Mesh:  # fmt: skip
    """A tongue along +y that lies flat: `curl` raises its end, `cup` its sides, `start` is where it begins."""
    v, u = np.linspace(0, 1, n[0])[:, None], np.linspace(-1, 1, n[1])[None, :]
    half = width * np.clip(np.sin(np.pi * (0.06 + 0.94 * v) ** pointed), 0.02, 1) ** 0.7
    x = u * half
    z = curl * length * v**2 + cup * x**2 / width
    y = start + v * length + 0 * u
    return _skin(np.stack([x, y, z], -1), base, tip, material)


def cupped(height: float, radius: float, spread: float, base: Array, tip: Array, *, flare: float = 0.0, close: float = 0.35,
           wave: float = 0.0, n: tuple[int, int] = (12, 11)) -> Mesh:  # fmt: skip
    """A petal that stands around the axis towards +y. `spread`: half its angle; `flare`: how far its edge turns out;
    `close`: how far the top comes in again."""
    v, u = np.linspace(0, 1, n[0])[:, None], np.linspace(-1, 1, n[1])[None, :]
    swell = np.sin(np.pi * (0.5 * v**0.62)) - close * v**2.2
    r = radius * (0.10 + 0.90 * swell) + flare * v**3 * (1 - 0.25 * u**2)
    angle = u * spread * np.clip(1 - v**5, 0.0, 1) ** 0.45 * (0.55 + 0.45 * v**0.4) * 1.15
    r = r + wave * np.sin(u * 7) * v**2
    z = height * (v - 0.10 * u**2 * v - (0.5 * flare / max(height, 1e-6)) * v**4)
    return _skin(np.stack([r * np.sin(angle), r * np.cos(angle), z], -1), base, tip, "petal")


def leaf(length: float, width: float, colour: str, *, curl: float = -0.2, cup: float = 0.8) -> Mesh:
    tone = rgb(colour)
    return petal(
        length, width, tone, tone * 1.15, curl=curl, cup=cup, pointed=0.75, material="blade", n=(14, 9)
    )


def stem(path: Sequence[Sequence[float]] | Array, radius: float, colour: str) -> Mesh:
    return tube(np.asarray(path, float), radius, "stalk", rgb(colour), 8)


def _ring(
    made: Mesh, count: int, tilt: float, turn: float, rng: np.random.Generator, loose: float
) -> list[Mesh]:
    """Copies around the axis."""
    return [
        made.at(
            (0, 0, 0), turn + 2 * np.pi * (k + rng.normal(0, loose)) / count, rng.uniform(0.9, 1.06), tilt
        )
        for k in range(count)
    ]


def grown(head: list[Mesh], rest: list[Mesh], position: Array, height: float, yaw: float, tilt: float, thing: int,
          scale: float = 1.0) -> list[Mesh]:  # fmt: skip
    """A head on its stem: `tilt` leans the head (not the stem), `yaw` turns all."""
    x, y = float(position[0]), float(position[1])
    kinds = sorted({mesh.material for mesh in head})
    parts = [join([mesh for mesh in head if mesh.material == kind]) for kind in kinds]
    made = [part.at((x, y, height), yaw, scale, tilt).of(thing) for part in parts]
    return made + [mesh.at((x, y, 0), yaw, 1.0).of(thing) for mesh in rest]


def _disc(radius: float, thick: float, z: float, colour: str) -> Mesh:
    made = ball((0, 0, z), (radius, radius, thick), "seeds", rgb(colour), 18)
    local = made.points / f32([radius, radius, 1])
    return Mesh(made.points, made.triangles, made.normals, f32(local), made.colour, "seeds")


def daisy(rng: np.random.Generator) -> list[Mesh]:
    white, base = f32([0.82, 0.82, 0.80]), f32([0.62, 0.66, 0.50])
    one = petal(0.021, 0.0040, base, white, curl=-0.05, cup=0.25, start=0.006, pointed=0.8, n=(6, 4))
    two = petal(0.019, 0.0038, base, white, curl=0.05, cup=0.25, start=0.006, pointed=0.8, n=(6, 4))
    petals = _ring(one, 15, 0.10, 0.0, rng, 0.16) + _ring(two, 14, 0.22, 0.2, rng, 0.16)
    return [*petals, _disc(0.0088, 0.0048, 0.001, "#e0a80c")]


def tulip(rng: np.random.Generator, base: str, tip: str) -> list[Mesh]:
    inner = cupped(0.064, 0.027, 0.95, rgb(base), rgb(tip), close=0.42)
    outer = cupped(0.060, 0.030, 1.00, rgb(base), rgb(tip), close=0.30, flare=0.004)
    return _ring(inner, 3, 0.0, 0.5, rng, 0.03) + _ring(outer, 3, 0.0, 0.5 + np.pi / 3, rng, 0.03)


def rose(rng: np.random.Generator, base: str, tip: str, petals: int = 30) -> list[Mesh]:
    """Petals in a spiral: tight and upright in the middle, wide and turned out at the edge."""
    made = []
    for k in range(petals):
        t = k / (petals - 1)
        height = 0.040 - 0.014 * t + rng.normal(0, 0.0012)
        one = cupped(height, 0.0055 + 0.030 * t**0.85, 1.25 - 0.45 * t, rgb(base), rgb(tip) * rng.uniform(0.82, 1.1),
                     flare=0.001 + 0.022 * t**1.6, close=0.55 * (1 - t) + 0.05, wave=0.0012 * (0.3 + t))  # fmt: skip
        made.append(one.at((0, 0, -0.004 * t), k * GOLDEN))
    sepal = petal(0.040, 0.0065, rgb("#39591f"), rgb("#4f7a2a"), curl=-0.5, cup=0.5)
    made += _ring(sepal, 5, 0.15, 0.4, rng, 0.05)
    return [*made, ball((0, 0, -0.006), (0.011, 0.011, 0.011), "stalk", rgb("#3f6524"), 10)]


def sunflower(rng: np.random.Generator) -> list[Mesh]:
    one = petal(
        0.088, 0.0150, rgb("#d98a04"), rgb("#f2b705"), curl=0.05, cup=0.6, start=0.062, pointed=0.85, n=(9, 6)
    )
    petals = _ring(one, 19, 0.10, 0.0, rng, 0.14) + _ring(one, 18, 0.28, 0.15, rng, 0.14)
    back = petal(0.060, 0.017, rgb("#4f7a2a"), rgb("#6a8f35"), curl=-0.1, start=0.045)
    return [*petals, *_ring(back, 14, -0.05, 0.1, rng, 0.1), _disc(0.074, 0.020, 0.004, "#6b3d14")]


def mottled(s: Surface) -> Look:
    return Look(f32(s.colour * (0.75 + 0.5 * fbm(f32(s.world * 60), 3))[:, None]), 0.02, 16.0)


def facing_up(points: Array) -> Array:
    """Unit normals for blades lit from above."""
    return unit(np.broadcast_to(f32([0, 0, 1]), points.shape).copy())
