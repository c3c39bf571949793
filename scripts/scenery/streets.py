"""Streets, each with cars, bicycles or people whose outlines are known."""

from __future__ import annotations

import numpy as np

from scripts.scenery import plants, town
from scripts.scenery.arrays import Array, f32, rgb
from scripts.scenery.builder import BAY, BUILT, Builder, Houses, scene_of
from scripts.scenery.camera import Camera
from scripts.scenery.film import Film
from scripts.scenery.garden import grass
from scripts.scenery.light import Weather
from scripts.scenery.mesh import box
from scripts.scenery.town import Road
from scripts.scenery.truth import View

WEST: Houses = (
    (4, 4, "#d9c7a3", 0), (5, 4, "#a14f38", 1), (4, 5, "#b8c4c2", 2), (5, 4, "#c9896a", 0.3), (6, 4, "#e3ddd0", 2.3),
    (6, 5, "#a14f38", 1.2),
)  # fmt: skip
EAST: Houses = (
    (5, 4, "#9c4a35", 3), (5, 5, "#e3ddd0", 2.5), (4, 4, "#d8b25e", 0.6), (6, 4, "#93a5ad", 2.7),
    (6, 5, "#b0583f", 1.7), (6, 4, "#d9c7a3", 0.8),
)  # fmt: skip
PARKED_WEST = (("hatch", "#a31621"), ("sedan", "#cfd2d4"), ("suv", "#20344f"), ("hatch", "#e2e2df"),
               ("sedan", "#3a3d40"), ("van", "#e8e8e6"))  # fmt: skip
PARKED_EAST = (("sedan", "#23262b"), ("hatch", "#2d6a8c"), ("suv", "#8f9498"), ("sedan", "#7d1d22"),
               ("hatch", "#d6a72c"))  # fmt: skip


def terrace() -> View:
    """A residential street in the afternoon: parked cars on both sides, one coming, a cyclist, people."""
    road = Road(half=5.6, pavement=8.6)
    b = Builder(road)
    b.row(-1, 2, WEST)
    b.row(1, -3, EAST)
    for i, (name, colour) in enumerate(PARKED_WEST):
        b.car(name, colour, -4.55, 7.5 + 6.1 * i, 0.0)
    for i, (name, colour) in enumerate(PARKED_EAST):
        b.car(name, colour, 4.55, 5.2 + 6.0 * i, 0.0)
    b.car("sedan", "#2f5d8a", -1.5, 15.5, np.pi)
    b.rider("#b8321f", 2.2, 11.0, 0.0, "#d9a520", "#2b3240")
    b.person(6.9, 9.4, np.pi, coat="#8c2f39", legs="#2a2f3a", stride=0.7, long_hair=True)
    b.person(-7.2, 10.5, 0.15, coat="#33475b", legs="#5a5348", stride=-0.6, bag="#6b4f2a")
    b.person(7.6, 15.5, np.pi, coat="#4c6b4f", legs="#22252b", stride=0.4, tall=0.96)
    for i, (x, y) in enumerate(((-6.4, 13.3), (-6.4, 25.5), (6.4, 20.0), (6.4, 32.0), (-6.4, 38.0))):
        b.meshes += plants.tree((x, y), 7.6 + 0.4 * i, 20 + i, colour=("#4f7d2c", "#5d8a30")[i % 2])
    b.meshes += town.lamp((6.2, 13.0), -1.6) + town.lamp((-6.2, 19.5), 1.6)
    b.meshes += town.sign((6.3, 7.6), "limit")
    b.meshes += town.kerb(road, 1.0, 90.0)
    camera = Camera((0.9, -1.5, 1.75), (-0.25, 14, 1.95), 58)
    weather = Weather(sun=(-0.62, -0.45, 0.72), clouds=0.5, seed=4)
    return b.view(scene_of(b, camera, weather, Film(seed=1)))


def _walkers(b: Builder) -> None:
    """Four people on the crossing and one who waits."""
    left, right = -np.pi / 2, np.pi / 2
    b.person(-2.6, 8.3, left, coat="#a83232", legs="#20242c", stride=0.8, long_hair=True)
    b.person(-0.6, 9.2, left, coat="#27405e", legs="#3d3a36", stride=-0.7, bag="#45513c")
    b.person(1.5, 7.9, right, coat="#c8a13c", legs="#2d3d57", stride=0.55, skin="#8d5b40", hair="#15100c")
    b.person(
        3.5, 8.9, right, coat="#5f7d62", legs="#1f2126", stride=-0.5, tall=0.93, skirt=True, long_hair=True
    )
    b.person(6.3, 8.0, right, coat="#454a52", legs="#2c2f36", stride=0.1)


def crossing() -> View:
    """People on a zebra crossing under a broken sky, cars waiting."""
    lines = ((0.0, 3.0, 0.12), (-4.7, 0, 0.10), (4.7, 0, 0.10))
    road = Road(half=5.0, pavement=9.0, crossing=8.5, lines=lines, seed=9)
    b = Builder(road)
    b.row(
        -1, -4, ((6, 4, "#e3ddd0", 2.1), (5, 5, "#93a5ad", 2.6), (6, 4, "#c9896a", 2.9), (7, 5, "#d9c7a3", 2))
    )
    b.row(
        1,
        -4,
        ((7, 5, "#c7a08a", 2.4), (5, 4, "#9c4a35", 3.2), (6, 5, "#d9c7a3", 2.8), (7, 4, "#b8c4c2", 2.2)),
    )
    b.car("hatch", "#d8d9d6", 2.3, 14.2, np.pi)
    b.car("suv", "#5b1a1f", -2.4, 14.6, np.pi)
    b.car("sedan", "#2a4a73", 2.4, 21.5, np.pi)
    b.car("van", "#e4e4e0", -2.3, 21.8, np.pi)
    _walkers(b)
    b.bicycle("#1f6b4a", 7.4, 11.0, 0.1)
    b.bicycle("#b02a2a", 7.8, 11.9, 0.2)
    for i, (x, y) in enumerate(((-7.2, 16.0), (7.3, 19.0), (-7.2, 27.0), (7.3, 30.0))):
        b.meshes += plants.tree((x, y), 6.8, 40 + i, colour="#5d8a30")
    b.meshes += town.lamp((5.7, 12.0), -1.5) + town.lamp((-5.7, 6.5), 1.5)
    b.meshes += town.sign((5.6, 10.6), "limit") + town.kerb(road, 1.0, 90.0)
    camera = Camera((-0.5, -1.0, 1.65), (0.25, 9, 1.55), 60)
    weather = Weather(sun=(0.55, -0.5, 0.8), clouds=0.75, seed=12, horizon=(0.68, 0.76, 0.86))
    return b.view(scene_of(b, camera, weather, Film(seed=2)))


def bend() -> View:
    """A country road that turns, with its middle line as the lane's truth."""

    def turn(y: Array) -> Array:
        return np.asarray(0.0085 * np.clip(y - 6, 0, None) ** 2 / (1 + 0.012 * np.clip(y - 6, 0, None)))

    road = Road(
        half=3.7, pavement=3.7, lines=((0.0, 0, 0.16), (-3.4, 0, 0.12), (3.4, 0, 0.12)), bend=turn, seed=21
    )
    b = Builder(road)
    b.car("suv", "#b5541c", float(turn(f32([17.0]))[0]) - 1.8, 17.0, np.pi - 0.18)
    b.car("hatch", "#e6e6e2", float(turn(f32([34.0]))[0]) + 1.7, 34.0, -0.40)
    b.rider("#2b6cb0", 2.9, 11.5, -0.10, "#c0392b", "#1f2430")
    rng = np.random.default_rng(5)
    for i in range(15):
        y = float(rng.uniform(16, 75))
        x = float(turn(f32([y]))[0]) + float(rng.choice([-1, 1])) * float(rng.uniform(8, 22))
        b.meshes += plants.tree(
            (x, y),
            float(rng.uniform(6, 10)),
            60 + i,
            leaves=9000,
            bare=0.25,
            colour=("#486b28", "#5f7f2f", "#6d7a2a")[i % 3],
        )
    b.meshes.append(plants.hedge((-26, 58, 0), (-9, 60, 1.8), 3, 9000))
    b.meshes += town.house((-19, 44), (-19 + 4 * BAY, 44 + 3 * BAY), 2, "#e3ddd0", 0.4, thing=BUILT)
    b.meshes += town.sign((5.0, 9.0), "limit")
    for k in range(14):
        y = 6 + 5.0 * k
        x = float(turn(f32([y]))[0]) - 4.6
        b.meshes.append(box((x - 0.06, y - 0.04, 0), (x + 0.06, y + 0.04, 0.95), "stone", rgb("#e8e8e4")))
    lane_y = np.array([5.0, 9.0, 14.0, 20.0, 28.0, 38.0])
    lane = np.stack([turn(lane_y), lane_y, 0 * lane_y], -1)
    camera = Camera((0.9, -1.0, 1.7), (3.2, 20, 1.2), 56)
    weather = Weather(sun=(-0.5, 0.15, 0.75), clouds=0.55, seed=31, ground=(0.12, 0.14, 0.06))
    return b.view(scene_of(b, camera, weather, Film(seed=3), ((2, 24, 0), 48)), lane)


def kerbside() -> View:
    """Seen from across the road: a car in front of houses that hides half of the next one. Four classes only:
    road, building, vehicle, and the rest (sky)."""
    road = Road(half=5.2, pavement=8.2, lines=((0.0, 3.0, 0.12),), seed=33)
    b = Builder(road)
    b.row(
        1,
        -24.5,
        [
            (4, 3, "#d8b25e", 0.2),
            (5, 3, "#9c4a35", 1.4),
            (4, 3, "#b8c4c2", 2.3),
            (5, 3, "#c9896a", 0.9),
            (4, 3, "#e3ddd0", 2.7),
        ],
    )
    b.car("sedan", "#93202a", 4.2, -0.9, 0.0)
    b.car("hatch", "#1f5f7a", 4.25, 4.3, 0.0)
    b.car("suv", "#d9dad6", 1.6, 6.2, 0.0)
    b.meshes += town.kerb(road, -30, 30)
    camera = Camera((-6.6, -3.4, 1.6), (5, 2.6, 1.95), 62)
    weather = Weather(sun=(-0.65, -0.35, 0.62), clouds=0.35, seed=44)
    return b.view(scene_of(b, camera, weather, Film(seed=4), ((2, 2, 0), 34)), classes=True)


def stand() -> View:
    """Bicycles at a brick wall, tall picture."""
    road = Road(half=2.0, pavement=7.0, lines=(), seed=51)
    b = Builder(road)
    b.row(1, -17.15, [(7, 3, "#a04e38", 1.0), (7, 3, "#9c4a35", 1.6)], depth=8)
    for i, colour in enumerate(("#20508a", "#b3261e", "#2f7d4f")):
        b.bicycle(colour, 6.3 - 0.05 * i, -0.85 + 1.2 * i, 0.35 + 0.12 * i, 0.10)
    b.person(5.3, 2.75, 2.6, coat="#d0b26a", legs="#27344d", stride=0.7, long_hair=True, bag="#7a2f2f")
    b.meshes += plants.tree((6.2, 6.0), 6.2, 77, colour="#5d8a30")
    b.meshes += town.lamp((5.6, -3.0), -1.0, 5.5) + town.kerb(road, -20, 30)
    b.meshes += town.sign((5.2, 4.0), "park", -1.2)
    camera = Camera((1.2, -1.9, 1.6), (6.4, 1.0, 1.42), 46, 630, 840)
    weather = Weather(sun=(-0.75, -0.35, 0.6), clouds=0.3, seed=52)
    return b.view(scene_of(b, camera, weather, Film(seed=5), ((4, 1, 0), 22)))


def evening() -> View:
    """Low sun along a shopping street."""
    road = Road(
        half=4.8, pavement=8.6, lines=((0.0, 3.0, 0.12), (-4.6, 0, 0.1), (4.6, 0, 0.1)), seed=71, wet=0.25
    )
    b = Builder(road)
    b.row(
        -1,
        0,
        [(5, 5, "#c7a08a", 2.2), (6, 4, "#9c4a35", 3.1), (5, 5, "#d9c7a3", 2.6), (6, 5, "#b8c4c2", 2.8)],
    )
    b.row(
        1,
        -3,
        [(6, 4, "#93a5ad", 2.5), (5, 5, "#d8b25e", 2.9), (6, 4, "#b0583f", 3.4), (6, 5, "#e3ddd0", 2.1)],
    )
    b.car("van", "#d9d6cc", 2.4, 12.5, 0.0)
    b.car("sedan", "#1c1f24", -2.2, 9.6, np.pi)
    b.car("hatch", "#a63d2a", -2.3, 19.0, np.pi)
    b.car("suv", "#4a5a4a", 2.4, 22.0, 0.0)
    b.rider("#d0d0cc", 3.9, 7.4, 0.0, "#2f6f8f", "#23262e")
    b.person(6.6, 8.6, 0.1, coat="#3b3f54", legs="#1f2228", stride=0.7, bag="#b5742e")
    b.person(6.2, 11.5, np.pi, coat="#93404b", legs="#2c3440", stride=-0.6, long_hair=True)
    b.person(-6.6, 9.0, 3.0, coat="#6a7a52", legs="#2a2622", stride=0.6)
    for i, y in enumerate((15.0, 25.0, 35.0)):
        b.meshes += plants.tree((6.9, y), 6.6, 90 + i, colour="#7a7a2c") + plants.tree(
            (-6.9, y + 4), 6.6, 95 + i, colour="#8a6f2a"
        )
    b.meshes += town.lamp((5.5, 9.5), -1.5) + town.lamp((-5.5, 14.0), 1.5) + town.kerb(road, 1.0, 90.0)
    camera = Camera((0.6, -1.2, 1.6), (0.1, 12, 1.9), 58)
    weather = Weather(sun=(0.22, 0.9, 0.30), sun_light=(3.6, 2.3, 1.15), zenith=(0.20, 0.27, 0.50),
                      horizon=(0.98, 0.68, 0.42), cloud=(1.05, 0.80, 0.66), clouds=0.55, haze=0.006, seed=73)  # fmt: skip
    return b.view(scene_of(b, camera, weather, Film(exposure=1.05, warmth=0.03, seed=6)))


def drive() -> View:
    """One car on a paved drive before a hedge."""
    road = Road(half=-1, pavement=60, seed=81)
    b = Builder(road)
    b.car("hatch", "#d6a72c", 0.0, 0.0, np.pi - 0.62)
    b.meshes += plants.thick_hedge(5.2, 2.3, 9.0, size=0.09)
    b.meshes += plants.tree((-5.0, 9.0), 7.5, 31, colour="#5d8a30") + plants.tree((5.5, 10.0), 8.5, 32)
    camera = Camera((0.6, -6.6, 1.5), (-0.15, 0, 0.80), 44)
    weather = Weather(sun=(-0.55, -0.7, 0.7), clouds=0.45, seed=82)
    return b.view(scene_of(b, camera, weather, Film(seed=7, focus=6.3, aperture=2.5), ((0, 3, 0), 14)))


def fence() -> View:
    """A bicycle on a lawn before a hedge."""
    road = Road(half=-1, pavement=-1, seed=91)
    b = Builder(road)
    b.bicycle("#8a1f2d", 0.0, 0.0, np.pi / 2 + 0.25, 0.08)
    b.meshes += plants.thick_hedge(2.2, 2.2, 5.0, size=0.06)
    camera = Camera((0.35, -2.6, 1.05), (0.0, 0, 0.55), 42, 720, 540)
    weather = Weather(sun=(-0.5, -0.75, 0.7), clouds=0.45, seed=92)
    view = b.view(scene_of(b, camera, weather, Film(seed=8, focus=2.5, aperture=7), ((0, 1, 0), 5)))
    view.scene.strands = [grass((-2.6, -1.8), (2.6, 2.3), 70000, 0.07, 93)]
    return view


STREETS = {
    "drive": drive,
    "fence": fence,
    "terrace": terrace,
    "crossing": crossing,
    "bend": bend,
    "kerbside": kerbside,
    "stand": stand,
    "evening": evening,
}
