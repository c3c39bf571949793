"""From a scene to a picture: nearest surface of each sample, its material, its light, the film."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from scripts.scenery.arrays import Array, f32, mix, unit
from scripts.scenery.camera import Camera
from scripts.scenery.film import Film, develop, lens_blur
from scripts.scenery.light import Shadows, Weather, dome
from scripts.scenery.mesh import Mesh
from scripts.scenery.raster import rasterise, splat, weights_at
from scripts.scenery.strands import Strands


@dataclass(slots=True)
class Surface:
    """Points of one material that are seen. `view`: unit, towards the eye. `footprint`: metres a sample covers."""

    local: Array
    world: Array
    normal: Array
    view: Array
    colour: Array
    seed: Array
    footprint: Array


@dataclass(slots=True)
class Look:
    """What a material does with light. `gloss`: mirror share seen straight on. `sharp`: exponent of the
    sun's highlight. `through`: share of light that shines through from behind (petals, leaves)."""

    albedo: Array
    gloss: Array | float = 0.02
    sharp: float = 30.0
    through: float = 0.0
    glow: Array | float = 0.0
    normal: Array | None = None


Material = Callable[[Surface], Look]


@dataclass(slots=True)
class Scene:
    """`ground`: material of the plane z = 0, None for nothing. `around`: centre and radius of what casts shadow.
    `surroundings`: light that mirrors see near the horizon, in place of the sky (houses, hedges)."""

    camera: Camera
    weather: Weather
    meshes: list[Mesh]
    materials: dict[str, Material]
    ground: Material | None = None
    strands: list[Strands] = field(default_factory=list)
    around: tuple[tuple[float, float, float], float] = ((0.0, 20.0, 0.0), 45.0)
    surroundings: tuple[float, float, float] | None = None
    backdrop: Callable[[Array, Array], Array] | None = None
    film: Film = field(default_factory=Film)
    ambient_maps: int = 9


@dataclass(slots=True)
class Shot:
    """`pixels`: (h, w, 3) bytes. `things`, `depth`: the object and the depth of each *sample*."""

    pixels: Array
    things: Array
    depth: Array
    camera: Camera


class Soup:
    """All meshes of a scene in one list of triangles."""

    def __init__(self, meshes: Sequence[Mesh]) -> None:
        offset = np.cumsum([0] + [len(m.points) for m in meshes])
        self.points = np.concatenate([m.points for m in meshes])
        self.normals = np.concatenate([m.normals for m in meshes])
        self.local = np.concatenate([m.local for m in meshes])
        self.colour = np.concatenate([m.colour for m in meshes])
        self.triangles = np.concatenate([m.triangles + o for m, o in zip(meshes, offset, strict=False)])
        counts = [len(m.triangles) for m in meshes]
        self.names = sorted({m.material for m in meshes})
        self.material = np.repeat([self.names.index(m.material) for m in meshes], counts)
        self.thing = np.repeat([m.thing for m in meshes], counts)
        self.seed = np.repeat([m.seed for m in meshes], counts).astype(np.float32)


class Lights:
    """Sun and sky of a scene with everything in their way."""

    def __init__(self, scene: Scene, soup: Soup) -> None:
        centre, radius = np.asarray(scene.around[0]), scene.around[1]
        self.weather = scene.weather
        sun = scene.weather.towards_sun
        self.sun = Shadows(sun, soup.points, soup.triangles, centre, radius, 3072)
        self.dome = [
            Shadows(d, soup.points, soup.triangles, centre, radius, 1024) for d in dome(scene.ambient_maps)
        ]

    def on(self, points: Array, normals: Array, through: float = 0.0) -> tuple[Array, Array, Array]:
        """(diffuse light, how much sun arrives 0..1, how much sky arrives 0..1)."""
        weather = self.weather
        facing = normals @ self.sun.direction
        reach = self.sun.reach(points, normals, taps=3)
        sun = np.clip(facing, 0, 1) * (1 - through) + through * (0.35 + 0.65 * np.abs(facing))
        light = f32(weather.sun_light) * (sun * reach)[:, None]
        sky = np.zeros_like(light)
        open_: Array = np.zeros(len(points), np.float32)
        for shadows in self.dome:
            seen = shadows.reach(points, normals, bias=2.0)
            tone = weather.sky(f32(shadows.direction[None]), detail=False)[0]
            tone = tone * (1 - weather.clouds * 0.6) + f32(weather.cloud) * weather.clouds * 0.5
            part = 0.35 + 0.65 * (normals @ shadows.direction)
            sky += tone * (np.clip(part, 0.04, 1) * seen)[:, None]
            open_ += seen
        n = len(self.dome)
        bounce = f32(weather.ground) * f32(weather.sun_light) * 0.5
        open_ = open_ / n
        light += sky / n + bounce * ((0.55 - 0.45 * normals[:, 2]) * (0.25 + 0.75 * open_))[:, None]
        return light, reach, open_


def render(scene: Scene) -> Shot:
    camera = scene.camera
    soup = Soup(scene.meshes)
    w, h = camera.size
    xy, depth = camera.project(soup.points)
    near = np.where(depth > 0.05, 1 / np.maximum(depth, 1e-3), 0).astype(np.float32)
    number, nearness = rasterise(xy, near, soup.triangles, w, h)
    rays = camera.rays()
    directions = unit(rays)
    light = scene.weather.sky(directions) if scene.backdrop is None else scene.backdrop(directions, rays)
    things = np.where(number >= 0, soup.thing[number], 0)
    lights = Lights(scene, soup)
    ground = _ground(scene, rays, nearness)
    if ground is not None:
        at, points, near_ground = ground
        number[at] = -1
        things[at] = 0
        nearness[at] = near_ground
        assert scene.ground is not None
        up = np.broadcast_to(f32([0, 0, 1]), points.shape).copy()
        surface = Surface(points, points, up, -directions[at], np.ones_like(points) * 0.5,
                          np.zeros(len(points), np.float32), 1 / near_ground / np.float32(camera.focal))  # fmt: skip
        light[at] = _shade(scene, lights, surface, scene.ground(surface))
    for index, name in enumerate(soup.names):
        at = np.nonzero((number >= 0) & (soup.material[number] == index))[0]
        for part in np.array_split(at, len(at) // 700_000 + 1):
            if len(part):
                surface = _surface(soup, camera, xy, near, number, nearness, directions, part)
                light[part] = _shade(scene, lights, surface, scene.materials[name](surface))
    for strands in scene.strands:
        _draw_strands(strands, camera, lights, light, nearness, things)
    _haze(scene.weather, light, nearness, directions)
    picture = light.reshape(h, w, 3)
    distance = np.where(nearness > 0, 1 / np.maximum(nearness, 1e-6), 1e6).reshape(h, w)
    picture = lens_blur(picture, distance, scene.film)
    pixels = develop(picture, camera.over, scene.film)
    return Shot(pixels, things.reshape(h, w), distance, camera)


def _surface(soup: Soup, camera: Camera, xy: Array, near: Array, number: Array, nearness: Array,
             directions: Array, at: Array) -> Surface:  # fmt: skip
    w, _ = camera.size
    triangle = number[at]
    corners = soup.triangles[triangle]
    y, x = np.divmod(at, w)
    weights = weights_at(xy, near, corners, f32(x + 0.5), f32(y + 0.5))[..., None]

    def blend(values: Array) -> Array:
        return np.asarray((values[corners] * weights).sum(1))

    normal = unit(blend(soup.normals))
    view = -directions[at]
    turned = (normal * view).sum(1) < 0
    normal = np.where(turned[:, None], -normal, normal)
    return Surface(blend(soup.local), blend(soup.points), normal, view, blend(soup.colour),
                   soup.seed[triangle], f32(1 / nearness[at] / camera.focal))  # fmt: skip


def _ground(scene: Scene, rays: Array, nearness: Array) -> tuple[Array, Array, Array] | None:
    if scene.ground is None:
        return None
    height = scene.camera.position[2]
    with np.errstate(divide="ignore"):
        distance = np.where(rays[:, 2] < -1e-5, -height / rays[:, 2], np.inf)
    near = f32(1 / distance)
    at = np.nonzero((near > nearness) & (distance < 900))[0]
    points = np.asarray(scene.camera.position) + rays[at] * distance[at][:, None]
    return at, f32(points), near[at]


def _shade(scene: Scene, lights: Lights, s: Surface, look: Look) -> Array:
    normal = s.normal if look.normal is None else look.normal
    diffuse, sun, sky = lights.on(s.world, normal, look.through)
    light = look.albedo * diffuse + look.glow
    weather = scene.weather
    facing = np.clip((normal * s.view).sum(1), 0, 1)
    gloss = np.broadcast_to(np.asarray(look.gloss, np.float32), facing.shape)
    fresnel = gloss + (1 - gloss) * (1 - facing) ** 5 * np.minimum(1, gloss * 9)
    mirror = 2 * facing[:, None] * normal - s.view
    seen = weather.sky(unit(mirror), detail=bool(np.max(gloss) > 0.03))
    if scene.surroundings is not None:
        low = np.clip(1 - mirror[:, 2] / 0.34, 0, 1) * (mirror[:, 2] > -0.02)
        ragged = 0.55 + 0.45 * np.sin(mirror[:, 0] * 23) * np.sin(mirror[:, 1] * 17 + 1)
        seen = mix(seen, scene.surroundings, np.clip(low * 2.2 * ragged, 0, 0.9))
    light = light + seen * (fresnel * (0.3 + 0.7 * sky))[:, None]
    half = unit(s.view + weather.towards_sun)
    shine = np.clip((half * normal).sum(1), 0, 1) ** look.sharp * (look.sharp + 8) / 40
    return f32(light + f32(weather.sun_light) * (shine * sun * fresnel)[:, None])


def _draw_strands(strands: Strands, camera: Camera, lights: Lights, light: Array, nearness: Array,
                  things: Array) -> None:  # fmt: skip
    lit, _, _ = lights.on(strands.roots, strands.normals, strands.through)
    for chunk in strands.chunks(60_000):
        pixel, near, owner, along = chunk.fragments(camera)
        number = splat(nearness, pixel, near)
        at = np.nonzero(number >= 0)[0]
        chosen = number[at]
        who, t = owner[chosen], along[chosen]
        shade = strands.root_shade + (1 - strands.root_shade) * t
        colour = chunk.colours[who] * shade[:, None] + f32(strands.tip) * (t**3)[:, None]
        light[at] = colour * lit[chunk.first + who]
        nearness[at] = near[chosen]
        things[at] = strands.thing


def _haze(weather: Weather, light: Array, nearness: Array, directions: Array) -> None:
    if weather.haze <= 0:
        return
    at = np.nonzero(nearness > 0)[0]
    away = 1 - np.exp(-weather.haze / np.maximum(nearness[at], 1e-6))
    flat = directions[at] * np.array([1, 1, 0]) + np.array([0, 0, 0.04])
    light[at] = mix(light[at], weather.sky(unit(flat), detail=False), away)
