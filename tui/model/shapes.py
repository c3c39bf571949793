"""Shapes: things drawn on an image, in image pixels after EXIF orientation, x right, y down.

Pixel (i, j) covers [i, i+1) x [j, j+1); a box is [x, x+width) x [y, y+height). Reading never fails: what
this version cannot understand becomes `Unknown`, which says why and is written back untouched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from tui.model import rle
from tui.model.annotation import Json
from tui.model.geometry import Point

EMPTY: Json = MappingProxyType({})
MOST = 1e7
"""No coordinate is farther from the origin, in image pixels."""
Curve = Literal["catmull-rom", "bezier"]
CORNERS = (
    "front top left", "front top right", "front bottom right", "front bottom left",
    "back top left", "back top right", "back bottom right", "back bottom left",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What all shapes have. `id`: unique in one annotation. `z`: shapes with more lie over those with less,
    among equals the later ones lie higher. `extra`: members from elsewhere (a "score", say), kept as they are."""

    id: int | str = 0
    label: str = ""
    attributes: Json = field(default_factory=lambda: EMPTY)
    occluded: bool = False
    truncated: bool = False
    z: int = 0
    extra: Json = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Box(Common):
    """`x`, `y`, `width`, `height` of the box before it is turned; `rotation`: degrees clockwise on the screen
    about its middle."""

    x: float
    y: float
    width: float
    height: float
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class Polygon(Common):
    """A closed outline; `holes` are outlines inside it. What is inside follows the even-odd rule."""

    points: tuple[Point, ...]
    holes: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Polyline(Common):
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Spline(Common):
    """`catmull-rom`: a centripetal curve through all points. `bezier`: point, two control points, point, two
    control points, ... (3n + 1 points; 3n when `closed`, the last three leading back to the first)."""

    points: tuple[Point, ...]
    curve: Curve = "catmull-rom"
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Cuboid(Common):
    """A block in perspective: eight corners as in `CORNERS`; `estimated`: those that nobody saw."""

    corners: tuple[Point, ...]
    estimated: tuple[bool, ...] = (False,) * 8


@dataclass(frozen=True, slots=True)
class Mask(Common):
    """Pixels of one class. `size`: height and width; `counts`: COCO run lengths as text (`tui.model.rle`)."""

    size: tuple[int, int]
    counts: str

    @property
    def runs(self) -> list[int]:
        return rle.unpack(self.counts)


@dataclass(frozen=True, slots=True)
class Unknown(Common):
    """Kept untouched and never drawn: a kind from a newer version, or members that make no sense.
    `problem`: a clause without its end, as "has the kind 'ellipse', which this version does not know"."""

    data: Json
    kind: str
    problem: str


Shape = Box | Polygon | Polyline | Spline | Cuboid | Mask | Unknown
KINDS: dict[type, str] = {
    Box: "box", Polygon: "polygon", Polyline: "polyline", Spline: "spline", Cuboid: "cuboid", Mask: "mask",
}  # fmt: skip
_COMMON = ("id", "kind", "label", "attributes", "occluded", "truncated", "z")


class _Wrong(ValueError):
    """A member that makes no sense; the text is the clause of `Unknown.problem`."""


def kind_of(shape: Shape) -> str:
    """The word that the JSON form has for it."""
    return shape.kind if isinstance(shape, Unknown) else KINDS[type(shape)]


def shape_of(data: Json) -> Shape:
    """The shape that a JSON object describes; `Unknown` when it describes none."""
    kind = str(data.get("kind", ""))
    read = _READ.get(kind)
    try:
        common = _common(data)
        if read is None:
            raise _Wrong(f"has the kind {kind!r}, which this version does not know")
        names, shape = read(data, common)
    except _Wrong as wrong:
        label = data.get("label")
        known = data.get("id", 0)
        return Unknown(
            data,
            kind,
            str(wrong),
            id=known if isinstance(known, int | str) else 0,
            label=label if isinstance(label, str) else "",
        )
    extra = {name: value for name, value in data.items() if name not in _COMMON and name not in names}
    return replace(shape, extra=extra) if extra else shape


def json_of(shape: Shape) -> dict[str, Any]:
    """The JSON object of a shape, members always in the same order; an `Unknown` gives back what was read."""
    if isinstance(shape, Unknown):
        return dict(shape.data)
    found: dict[str, Any] = {
        "id": shape.id,
        "kind": KINDS[type(shape)],
        "label": shape.label,
        "attributes": dict(shape.attributes),
        "occluded": shape.occluded,
        "truncated": shape.truncated,
    }
    if shape.z:
        found["z"] = shape.z
    found.update(_members(shape))
    found.update(shape.extra)
    return found


def _members(shape: Shape) -> dict[str, Any]:
    match shape:
        case Box():
            return {name: getattr(shape, name) for name in ("x", "y", "width", "height", "rotation")}
        case Polygon():
            return {"points": _lists(shape.points), "holes": [_lists(hole) for hole in shape.holes]}
        case Polyline():
            return {"points": _lists(shape.points)}
        case Spline():
            return {"points": _lists(shape.points), "curve": shape.curve, "closed": shape.closed}
        case Cuboid():
            return {"corners": _lists(shape.corners), "estimated": list(shape.estimated)}
        case Mask():
            return {"size": list(shape.size), "counts": shape.counts}
        case Unknown():
            return {}


def _lists(points: Sequence[Point]) -> list[list[float]]:
    return [[x, y] for x, y in points]


def shapes_of(data: Sequence[Json]) -> tuple[Shape, ...]:
    """All shapes of an annotation."""
    return tuple(shape_of(each) for each in data)


# Reading.

_Read = tuple[tuple[str, ...], Shape]


def _common(data: Json) -> dict[str, Any]:
    found: dict[str, Any] = {}
    label, attributes, known = data.get("label"), data.get("attributes", EMPTY), data.get("id", 0)
    if label is not None and not isinstance(label, str):
        raise _Wrong(f"has the label {label!r}, which is no text")
    if attributes is not None and not isinstance(attributes, Mapping):
        raise _Wrong("has attributes that are no object")
    if isinstance(known, bool) or not isinstance(known, int | str):
        raise _Wrong(f"has the id {known!r}, which is neither a whole number nor a text")
    z = data.get("z", 0)
    if isinstance(z, bool) or not isinstance(z, int):
        raise _Wrong(f"has the z {z!r}, which is no whole number")
    found.update(id=known, label=label or "", attributes=attributes or EMPTY, z=z)
    for name in ("occluded", "truncated"):
        found[name] = _truth(data.get(name, False), name)
    return found


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"has {name} {value!r}, which is neither true nor false")
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"has {name} {value!r}, which is no number")
    if not math.isfinite(value) or abs(value) > MOST:
        raise _Wrong(f"has {name} {value!r}, which lies on no picture")
    return float(value)


def _side(value: Any, name: str) -> float:
    number = _number(value, name)
    if number < 0:
        raise _Wrong(f"has {name} {value!r}, which is less than nothing")
    return number


def _points(value: Any, name: str, least: int = 1) -> tuple[Point, ...]:
    if not isinstance(value, list | tuple) or len(value) < least:
        raise _Wrong(f"has {name} that are no list of at least {least}")
    found = []
    for point in value:
        if not isinstance(point, list | tuple) or len(point) != 2:
            raise _Wrong(f"has {name} with {point!r}, which is no point")
        found.append((_number(point[0], name), _number(point[1], name)))
    return tuple(found)


def _need(data: Json, name: str) -> Any:
    if name not in data:
        raise _Wrong(f"has no {name}")
    return data[name]


def _box(data: Json, common: dict[str, Any]) -> _Read:
    x, y = (_number(_need(data, name), name) for name in ("x", "y"))
    width, height = (_side(_need(data, name), name) for name in ("width", "height"))
    rotation = _number(data.get("rotation") or 0.0, "rotation")
    return ("x", "y", "width", "height", "rotation"), Box(x, y, width, height, rotation, **common)


def _polygon(data: Json, common: dict[str, Any]) -> _Read:
    holes = data.get("holes") or ()
    if not isinstance(holes, list | tuple):
        raise _Wrong("has holes that are no list")
    points = _points(_need(data, "points"), "points")
    return ("points", "holes"), Polygon(points, tuple(_points(hole, "holes") for hole in holes), **common)


def _polyline(data: Json, common: dict[str, Any]) -> _Read:
    return ("points",), Polyline(_points(_need(data, "points"), "points"), **common)


def _spline(data: Json, common: dict[str, Any]) -> _Read:
    curve = data.get("curve", "catmull-rom")
    if curve not in get_args(Curve):
        raise _Wrong(f"has the curve {curve!r}, which this version does not know")
    closed = _truth(data.get("closed", False), "closed")
    points = _points(_need(data, "points"), "points")
    return ("points", "curve", "closed"), Spline(points, curve, closed, **common)


def _cuboid(data: Json, common: dict[str, Any]) -> _Read:
    corners = _points(_need(data, "corners"), "corners", 8)
    estimated = data.get("estimated", [False] * 8)
    if len(corners) != 8 or not isinstance(estimated, list | tuple) or len(estimated) != 8:
        raise _Wrong("has corners or estimated that are not eight")
    return ("corners", "estimated"), Cuboid(
        corners, tuple(_truth(each, "estimated") for each in estimated), **common
    )


def _mask(data: Json, common: dict[str, Any]) -> _Read:
    size, counts = _need(data, "size"), _need(data, "counts")
    if not isinstance(size, list | tuple) or len(size) != 2 or not all(_is_side(each) for each in size):
        raise _Wrong(f"has the size {size!r}, which is not height and width")
    if isinstance(counts, list | tuple):
        if not all(isinstance(run, int) and not isinstance(run, bool) for run in counts):
            raise _Wrong("has counts that are no whole numbers")
        runs = list(counts)
    elif isinstance(counts, str):
        try:
            runs = rle.unpack(counts)
        except ValueError as error:
            raise _Wrong(f"has counts that cannot be read ({error})") from error
    else:
        raise _Wrong("has counts that are neither a list nor a text")
    problem = rle.check(runs, (size[0], size[1]))
    if problem:
        raise _Wrong(problem)
    return ("size", "counts"), Mask(
        (size[0], size[1]), counts if isinstance(counts, str) else rle.pack(runs), **common
    )


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST


_READ = {
    "box": _box,
    "polygon": _polygon,
    "polyline": _polyline,
    "spline": _spline,
    "cuboid": _cuboid,
    "mask": _mask,
}
