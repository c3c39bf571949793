"""Pictures of animals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.scenery import animals, birds, dogs, facade, plants, town, vehicles
from scripts.scenery.arrays import Array, f32, mix, rgb
from scripts.scenery.camera import Camera
from scripts.scenery.film import Film
from scripts.scenery.garden import beach, grass, gravel, lawn, pond
from scripts.scenery.light import Weather
from scripts.scenery.mesh import Mesh, ball, tube
from scripts.scenery.noise import fbm
from scripts.scenery.plants import thick_hedge
from scripts.scenery.render import Look, Material, Scene, Surface
from scripts.scenery.strands import Strands
from scripts.scenery.truth import View


def materials() -> dict[str, Material]:
    return {
        "skin": vehicles.plain(0.01, 8.0),
        "wet": vehicles.plain(0.05, 300.0),
        "scales": birds.scales,
        "fin": birds.fin,
        "leaf": plants.leaf,
        "bark": plants.bark,
        "twig": twig_bark,
        "stone": town.stone,
        "wall": facade.wall,
        "tiles": town.tiles,
        "metal": vehicles.plain(0.22, 60.0),
        "paint": vehicles.plain(0.06, 160.0),
    }


def twig_bark(s: Surface) -> Look:
    p = f32(s.local * [60, 260, 260])
    return Look(f32(s.colour * (0.35 + 1.2 * fbm(p, 4))[:, None]), 0.008, 6.0)


def tabby_on_lawn() -> View:
    """A ginger cat sits in the grass before a hedge."""
    made, hair = animals.cat("#b8722c", "#6e3812", "#e8ddcc", "#b9b24a").at((0, 0, 0), np.pi - 0.45, 1)
    meshes: list[Mesh] = [*made, *thick_hedge(3.6)]
    blades: list[Strands] = [grass((-1.0, -0.9), (1.0, 2.2), 60000, 0.055, 11)]
    camera = Camera((0.10, -1.25, 0.42), (0.03, 0, 0.235), 36)
    weather = Weather(sun=(-0.7, -0.6, 0.8), clouds=0.4, seed=4, haze=0)
    scene = Scene(camera, weather, meshes, materials(), lawn, [*hair, *blades], ((0, 0.5, 0.2), 1.6),
                  film=Film(focus=1.2, aperture=10, seed=21))  # fmt: skip
    return View(scene, {1: "cat"})


def hound_on_meadow() -> View:
    made, hair = dogs.dog("hound", "#b3202a").at((0, 0, 0), np.pi * 0.5 + 0.55, 1)
    meshes: list[Mesh] = [*made]
    blades = [grass((-1.4, -1.0), (1.4, 2.2), 60000, 0.05, 12, colour="#6b8f2e")]
    camera = Camera((0.0, -1.85, 0.62), (-0.03, 0, 0.35), 34)
    weather = Weather(sun=(-0.5, -0.7, 0.7), clouds=0.5, seed=9, haze=0.002)
    for i in range(7):
        meshes += plants.tree((-9 + 3.1 * i, 13 + (i % 3) * 2.5), 5.5 + (i % 2), 200 + i, leaves=5000)
    scene = Scene(camera, weather, meshes, materials(), lawn, [*hair, *blades], ((0, 0.3, 0.3), 1.9),
                  film=Film(focus=1.75, aperture=9, seed=22))  # fmt: skip
    return View(scene, {1: "dog"})


def robin_on_branch() -> View:
    made, hair = birds.robin().at((0.0, 0, 0.0), np.pi * 0.5 + 0.25, 1)
    twig = np.array(
        [
            [-0.35, 0.02, -0.05],
            [-0.12, 0.0, -0.012],
            [0.05, 0.0, -0.013],
            [0.2, -0.01, 0.005],
            [0.4, -0.03, 0.05],
        ]
    )
    meshes: list[Mesh] = [
        *made,
        tube(twig, np.array([0.016, 0.013, 0.012, 0.011, 0.008]), "twig", rgb("#6b5a48"), 24),
    ]
    camera = Camera((0.0, -0.62, 0.09), (0.0, 0, 0.058), 30)
    meshes += thick_hedge(2.6, 1.6, 2.2, bottom=-1.2)
    weather = Weather(sun=(-0.5, -0.7, 0.7), clouds=0.4, seed=9, haze=0)
    scene = Scene(camera, weather, meshes, materials(), None, hair, ((0, 0.5, 0.3), 1.2),
                  film=Film(focus=0.6, aperture=14, seed=23))  # fmt: skip
    return View(scene, {1: "bird"})


def drake_on_pond() -> View:
    made, hair = birds.drake().at((0.0, 0, -0.012), np.pi * 0.5 + 0.3, 1)
    meshes: list[Mesh] = [*made]
    reeds = [
        grass((-1.6, 1.6), (1.6, 2.4), 2600, 0.85, 12, colour="#6b8a3a"),
        grass((-1.6, 1.75), (1.6, 2.6), 1500, 1.1, 13, colour="#8a8a48"),
    ]
    camera = Camera((0.0, -1.0, 0.36), (0.0, 0, 0.10), 32)
    weather = Weather(sun=(-0.5, -0.6, 0.7), clouds=0.5, seed=9, haze=0.0)
    scene = Scene(camera, weather, meshes + thick_hedge(3.0), materials(), pond, [*hair, *reeds], ((0, 0.5, 0.3), 2.0),
                  surroundings=(0.06, 0.10, 0.03), film=Film(focus=1.0, aperture=7, seed=24))  # fmt: skip
    return View(scene, {1: "bird"})


def goldfish_in_tank() -> View:
    meshes: list[Mesh] = []
    places = (
        (-0.03, 0.0, 0.155, 0.5 * np.pi + 0.25, 1.25),
        (0.17, 0.16, 0.235, -0.5 * np.pi + 0.2, 1.0),
        (-0.17, 0.25, 0.09, 0.5 * np.pi - 0.3, 0.95),
    )
    for thing, (x, y, z, yaw, scale) in enumerate(places, 1):
        meshes += birds.goldfish().at((x, y, z), yaw, thing, scale)[0]
    rng = np.random.default_rng(4)
    for _ in range(90):
        x, y, r = rng.uniform(-0.6, 0.6), rng.uniform(-0.25, 0.9), rng.uniform(0.010, 0.035)
        grey = rgb(rng.choice(["#8d8578", "#6b6a66", "#a89878", "#5a5248"]))
        meshes.append(ball((x, y, r * 0.3), (r * 1.2, r, r * 0.7), "stone", grey, 10))
    plants = [
        grass((-0.5, 0.28), (-0.12, 0.6), 320, 0.42, 3, colour="#3f7a2a"),
        grass((0.2, 0.25), (0.5, 0.6), 320, 0.36, 5, colour="#5b8a2a"),
    ]
    plants = [replace(one, wide=6) for one in plants]
    camera = Camera((0.0, -0.85, 0.19), (0.0, 0, 0.165), 34)
    weather = Weather(sun=(-0.25, -0.4, 0.9), sun_light=(2.6, 2.8, 2.7), zenith=(0.10, 0.42, 0.50), horizon=(0.02, 0.16, 0.24),
                      ground=(0.10, 0.13, 0.10), clouds=0.0, haze=0.28)  # fmt: skip
    scene = Scene(camera, weather, meshes, materials(), gravel, plants, ((0, 0.2, 0.1), 0.9), backdrop=deep_water,
                  film=Film(focus=0.85, aperture=3, seed=25, exposure=1.0))  # fmt: skip
    return View(scene, dict.fromkeys((1, 2, 3), "fish"))


def deep_water(directions: Array, _rays: Array) -> Array:
    """Light that comes from above and is lost in the distance."""
    up = np.clip(directions[:, 2] * 2.2 + 0.35, 0, 1)
    shafts = 0.75 + 0.5 * fbm(
        f32(np.stack([directions[:, 0] * 9 + directions[:, 2] * 3, up * 0.4], -1)), 3, 6
    )
    return mix([0.010, 0.085, 0.13], [0.10, 0.48, 0.55], up * shafts)


def cat_at_wall() -> View:
    """A grey cat on the pavement before a brick house."""
    made, hair = animals.cat("#8f8a80", "#33302c", "#b8b2a4", "#8fae3a").at((0, 0, 0), np.pi + 0.30, 1)
    house = town.house((-4.9, 0.75), (4.9, 4.0), 2, "#a04e38", 1.0)
    camera = Camera((-0.12, -1.15, 0.36), (-0.03, 0, 0.262), 31)
    weather = Weather(sun=(-0.55, -0.8, 0.7), clouds=0.4, seed=4, haze=0)
    scene = Scene(camera, weather, [*made, *house], materials(), town.paved, hair, ((0, 0.3, 0.3), 1.4),
                  film=Film(focus=1.12, aperture=6, seed=26))  # fmt: skip
    return View(scene, {1: "cat"})


def dog_on_beach() -> View:
    """A golden dog, seen from before it."""
    made, hair = dogs.dog("#b9813f", "#2456a0").at((0, 0, 0), np.pi - 0.75, 1)
    camera = Camera((0.05, -1.80, 0.52), (0.0, 0, 0.335), 36)
    weather = Weather(sun=(0.6, -0.6, 0.6), clouds=0.55, seed=14, haze=0.003)
    scene = Scene(camera, weather, made, materials(), beach, hair, ((0, 0.3, 0.3), 1.6),
                  film=Film(focus=1.5, aperture=5, seed=27, warmth=0.02))  # fmt: skip
    return View(scene, {1: "dog"})


ANIMALS = {
    "garden": tabby_on_lawn,
    "doorstep": cat_at_wall,
    "meadow": hound_on_meadow,
    "beach": dog_on_beach,
    "hedge": robin_on_branch,
    "pond": drake_on_pond,
    "tank": goldfish_in_tank,
}
