"""Pictures of flowers."""

from __future__ import annotations

import numpy as np

from scripts.scenery import blossoms, plants, vehicles
from scripts.scenery.arrays import Array
from scripts.scenery.blossoms import grown, leaf, stem
from scripts.scenery.camera import Camera
from scripts.scenery.film import Film
from scripts.scenery.garden import grass, lawn, soil
from scripts.scenery.light import Weather
from scripts.scenery.mesh import Mesh
from scripts.scenery.plants import thick_hedge
from scripts.scenery.render import Material, Scene
from scripts.scenery.truth import View


def materials() -> dict[str, Material]:
    return {
        "petal": blossoms.petal_skin,
        "blade": blossoms.leaf_skin,
        "seeds": blossoms.seeds,
        "stalk": blossoms.mottled,
        "leaf": plants.leaf,
        "bark": plants.bark,
        "skin": vehicles.plain(0.01, 8.0),
    }


def _spread(rng: np.random.Generator, count: int, low: tuple[float, float], high: tuple[float, float],
            apart: float) -> list[Array]:  # fmt: skip
    """Places at random that keep a distance."""
    places: list[Array] = []
    for _ in range(count * 40):
        place = rng.uniform(low, high)
        if all(np.hypot(*(place - other)) > apart for other in places):
            places.append(place)
        if len(places) == count:
            break
    return sorted(places, key=lambda place: -place[1])


def daisies() -> View:
    """A meadow full of daisies, from low down."""
    rng = np.random.default_rng(3)
    meshes, things = list[Mesh](), dict[int, str]()
    for place in _spread(rng, 75, (-0.55, -0.22), (0.55, 1.3), 0.045):
        thing = len(things) + 1
        things[thing] = "flower"
        height, lean = rng.uniform(0.09, 0.15), rng.normal(0, 0.014, 2)
        path = [[-lean[0], -lean[1], 0], [-lean[0] * 0.2, -lean[1] * 0.2, height * 0.6], [0, 0, height]]
        meshes += grown(
            blossoms.daisy(rng), [], place, height, rng.uniform(0, 6.3), 0.0, thing, rng.uniform(0.85, 1.15)
        )
        stalk = stem(path, 0.0016, "#5d8a34").at((place[0], place[1], 0)).of(thing)
        meshes.append(stalk)
    camera = Camera((0.0, -0.62, 0.30), (0.0, 0.10, 0.085), 36, 840, 630)
    weather = Weather(sun=(-0.6, 0.2, 0.75), clouds=0.4, seed=5, haze=0)
    blades = [grass((-0.8, -0.45), (0.8, 1.6), 52000, 0.085, 31, colour="#4a7a24")]
    meshes += thick_hedge(2.6)
    scene = Scene(camera, weather, meshes, materials(), lawn, blades, ((0, 0.4, 0), 1.2),
                  film=Film(focus=0.62, aperture=8, seed=31))  # fmt: skip
    return View(scene, things)


TULIPS = (("#b8860b", "#c21f1f"), ("#c9a21e", "#f0c419"), ("#e8d9c0", "#d65a8a"), ("#4a1f4f", "#6b2a78"))


def tulips() -> View:
    """Rows of tulips in four colours."""
    rng = np.random.default_rng(6)
    meshes, things = list[Mesh](), dict[int, str]()
    for row in range(9):
        for column in range(-7, 8):
            x = column * 0.115 + rng.normal(0, 0.014) + 0.05 * (row % 2)
            y = row * 0.17 + rng.normal(0, 0.018)
            thing = len(things) + 1
            things[thing] = "flower"
            height = rng.uniform(0.25, 0.32)
            path = [
                [rng.normal(0, 0.012), rng.normal(0, 0.01), 0],
                [0, 0, height * 0.6],
                [0, 0, height + 0.002],
            ]
            blades = [leaf(rng.uniform(0.15, 0.22), 0.017, "#3f6f3a", curl=rng.uniform(-0.5, -0.1)).at(
                (0, 0, 0.01), rng.uniform(0, 6.3), 1.0, rng.uniform(1.05, 1.35)) for _ in range(3)]  # fmt: skip
            base, tip = TULIPS[(row // 2 + (rng.random() < 0.06)) % 4]
            head = blossoms.tulip(rng, base, tip)
            meshes += grown(head, [stem(path, 0.0036, "#5f8f4a"), *blades], np.array([x, y]), height,
                            rng.uniform(0, 6.3), rng.normal(0, 0.06), thing, rng.uniform(0.9, 1.12))  # fmt: skip
    camera = Camera((0.06, -0.78, 0.50), (0.02, 0.22, 0.215), 38, 840, 630)
    weather = Weather(sun=(-0.7, -0.25, 0.7), clouds=0.4, seed=15, haze=0)
    scene = Scene(camera, weather, meshes + thick_hedge(3.0), materials(), soil, [], ((0, 0.6, 0.1), 1.4),
                  film=Film(focus=0.85, aperture=6, seed=32))  # fmt: skip
    return View(scene, things)


def _sprig(rng: np.random.Generator, root: Array, way: float) -> list[Mesh]:
    """Five leaves of a rose."""
    out = np.array([np.cos(way), np.sin(way), 0.25])
    made = [stem(np.stack([root, root + out * 0.045, root + out * 0.10]), 0.0013, "#4a6b2a")]
    for t, side in ((0.05, -1), (0.05, 1), (0.085, -1), (0.085, 1), (0.10, 0)):
        one = leaf(0.058, 0.021, "#2c5222", curl=rng.uniform(-0.35, -0.1), cup=0.9)
        made.append(
            one.at(
                tuple(root + out * t),
                way - np.pi / 2 + side * 1.0,
                rng.uniform(0.8, 1.1),
                rng.uniform(-0.1, 0.35),
            )
        )
    return made


def roses() -> View:
    """Red roses against dark leaves, tall picture."""
    rng = np.random.default_rng(9)
    meshes, things = list[Mesh](), dict[int, str]()
    plan = ((0.0, 0.0, 0.42, 0.75, 1.25), (-0.105, 0.06, 0.315, 0.55, 1.0), (0.105, 0.05, 0.30, 0.9, 1.0),
            (0.075, 0.16, 0.50, 0.5, 0.9), (-0.12, 0.20, 0.48, 0.7, 0.9))  # fmt: skip
    for thing, (x, y, z, tilt, scale) in enumerate(plan, 1):
        things[thing] = "flower"
        head = blossoms.rose(rng, "#5c0710", "#b3101f")
        meshes += grown(head, [], np.array([x, y]), z, rng.normal(0, 0.35), tilt, thing, scale)
        foot = np.array([x * 0.4, y + 0.10, 0.0])
        top = np.array([x, y + 0.012, z - 0.010])
        path = np.stack([foot, (foot + top) / 2 + [0, 0.02, 0], top])
        meshes.append(stem(path, 0.0035, "#4a6b2a"))
        for t in np.linspace(0.35, 0.92, 5):
            meshes += _sprig(rng, foot + (top - foot) * t, rng.uniform(0, 6.3))
    for _ in range(46):
        root = np.array([rng.uniform(-0.30, 0.30), rng.uniform(0.14, 0.42), rng.uniform(0.05, 0.62)])
        meshes += _sprig(rng, root, rng.uniform(0, 6.3))
    camera = Camera((0.02, -0.62, 0.52), (0.0, 0.05, 0.375), 30, 660, 880)
    weather = Weather(sun=(-0.6, -0.5, 0.75), clouds=0.5, seed=25, haze=0)
    scene = Scene(camera, weather, meshes + thick_hedge(1.6), materials(), soil, [], ((0, 0.2, 0.3), 0.9),
                  film=Film(focus=0.60, aperture=8, seed=33))  # fmt: skip
    return View(scene, things)


def sunflowers() -> View:
    """Sunflowers that look over a field into a summer sky."""
    rng = np.random.default_rng(12)
    meshes, things = list[Mesh](), dict[int, str]()
    plan = [(-0.02, 0.0, 1.50, 1.15), (0.52, 0.62, 1.40, 1.0), (-0.58, 0.72, 1.46, 1.0)]
    plan += [(float(x), float(y), rng.uniform(1.15, 1.45), rng.uniform(0.8, 1.0))
             for x, y in _spread(rng, 60, (-3.2, 1.4), (3.2, 8.0), 0.42)]  # fmt: skip
    for thing, (x, y, z, scale) in enumerate(plan, 1):
        things[thing] = "flower"
        turn = rng.normal(0.10, 0.16)
        path = [[0, 0.05, 0], [0, 0.06, z * 0.6], [0, 0.055, z - 0.05], [0, 0.005, z - 0.004]]
        leaves = [leaf(0.26, 0.085, "#46752e", curl=-0.35, cup=0.5).at((0, 0.06, h * z), rng.uniform(0, 6.3), 1.0, rng.uniform(0, 0.5))
                  for h in (0.40, 0.52, 0.64, 0.76)]  # fmt: skip
        meshes += grown(blossoms.sunflower(rng), [stem(path, 0.012, "#6a8f3a"), *leaves], np.array([x, y]), z, turn,
                        1.25, thing, scale)  # fmt: skip
    camera = Camera((0.0, -1.05, 1.50), (0.0, 0.3, 1.46), 42)
    weather = Weather(sun=(-0.45, -0.6, 0.7), clouds=0.45, seed=35, haze=0.002)
    scene = Scene(camera, weather, meshes, materials(), lawn, [], ((0, 2.0, 0.8), 3.4),
                  film=Film(focus=1.1, aperture=7, seed=34))  # fmt: skip
    return View(scene, things)


FLOWERS = {"daisies": daisies, "bed": tulips, "bush": roses, "field": sunflowers}
