"""What a street is put together from: its materials, and a builder that numbers what stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.scenery import bicycles, facade, people, plants, town, vehicles
from scripts.scenery.arrays import Array
from scripts.scenery.camera import Camera
from scripts.scenery.film import Film
from scripts.scenery.light import Weather
from scripts.scenery.mesh import Mesh
from scripts.scenery.render import Material, Scene
from scripts.scenery.town import Road
from scripts.scenery.truth import View

BUILT = 900
"""Number of houses in the sample truth; living and driving things count from 1."""
BAY = facade.BAY
Houses = Sequence[tuple[int, int, str, float]]
"""Bays, floors, colour and seed of each (see `facade.wall`)."""


def materials() -> dict[str, Material]:
    table: dict[str, Material] = {
        "wall": facade.wall,
        "tiles": town.tiles,
        "stone": town.stone,
        "cloth": town.cloth,
        "leaf": plants.leaf,
        "bark": plants.bark,
        "wheel": vehicles.wheel,
        "rubber": vehicles.dusty,
        "metal": vehicles.plain(0.22, 60.0),
        "paint": vehicles.plain(0.06, 160.0),
    }
    for name in vehicles.SHAPES:
        table["car:" + name] = vehicles.car_material(name)
    for kind in ("limit", "park", "yield"):
        table["sign:" + kind] = town.sign_face(kind)
    return table


class Builder:
    """Collects what stands in a street and numbers it."""

    def __init__(self, road: Road) -> None:
        self.road, self.meshes = road, list[Mesh]()
        self.things: dict[int, str] = {}
        self.cuboids: dict[int, Array] = {}

    def _next(self, kind: str) -> int:
        self.things[len(self.things) + 1] = kind
        return len(self.things)

    def car(self, name: str, colour: str, x: float, y: float, yaw: float = 0.0) -> None:
        thing = self._next("car")
        self.meshes += vehicles.car(name, colour, (x, y), yaw, thing, float(thing))
        self.cuboids[thing] = vehicles.car_corners(name, (x, y), yaw)

    def bicycle(self, colour: str, x: float, y: float, yaw: float, lean: float = 0.0) -> None:
        self.meshes += bicycles.bicycle(colour, (x, y), yaw, self._next("bicycle"), lean)

    def rider(self, colour: str, x: float, y: float, yaw: float, coat: str, legs: str) -> None:
        thing = self._next("cyclist")
        self.meshes += bicycles.bicycle(colour, (x, y), yaw, thing)
        self.meshes.append(
            people.person((x, y), yaw, thing, coat=coat, legs=legs, riding=True, bag="#8a3b1f")
        )

    def person(self, x: float, y: float, yaw: float, **style: object) -> None:
        made = people.person((x, y), yaw, self._next("person"), **style)  # type: ignore[arg-type]
        self.meshes.append(made)

    def row(self, side: int, start: float, plan: Houses, depth: float = 11.0) -> None:
        """Houses along a side, one after the other."""
        y = start
        for bays, floors, colour, seed in plan:
            long = bays * BAY
            x0 = self.road.pavement if side > 0 else -self.road.pavement - depth
            self.meshes += town.house(
                (x0, y), (x0 + depth, y + long - 0.02), floors, colour, seed, thing=BUILT
            )
            y += long

    def view(self, scene: Scene, lane: Array | None = None, classes: bool = False) -> View:
        """`classes`: every pixel's class is known (there is nothing but road, houses, vehicles and sky)."""
        groups = {BUILT: "building", **dict.fromkeys(self.things, "vehicle")} if classes else {}
        return View(scene, self.things, self.cuboids, lane, groups)


def scene_of(
    b: Builder,
    camera: Camera,
    weather: Weather,
    film: Film,
    around: tuple[tuple[float, float, float], float] = ((0, 22, 0), 42.0),
) -> Scene:
    ground = b.road.material
    return Scene(
        camera,
        weather,
        b.meshes,
        materials(),
        ground,
        around=around,
        surroundings=(0.16, 0.14, 0.12),
        film=film,
    )
