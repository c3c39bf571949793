"""Shapes: things drawn on an image, in image pixels after EXIF orientation, x right, y down.

Pixel (i, j) covers [i, i+1) x [j, j+1); a box is [x, x+width) x [y, y+height). Reading never fails: what
this version cannot understand becomes `Unknown`, which says why and is written back untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Literal, assert_never, get_args

from tui.model import members, rle
from tui.model.annotation import Json
from tui.model.geometry import Point
from tui.model.members import MemberError, needed, truth

EMPTY: Json = MappingProxyType({})
DrawnKind = Literal["box", "polygon", "polyline", "spline", "cuboid"]
"""What the JSON form says for the kinds that are drawn point by point."""
ShapeKind = Literal[DrawnKind, "mask"]
"""The same for all kinds that this version knows; a mask is painted."""
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
    """An open line through points."""

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
        """Run lengths in pixels, column by column, the first run counting zeros."""
        return rle.unpack(self.counts)


@dataclass(frozen=True, slots=True)
class Unknown(Common):
    """Kept untouched and never drawn: a kind from a newer version, or members that make no sense.
    `problem`: a clause without its end, as "has the kind 'ellipse', which this version does not know"."""

    data: Json
    kind: str
    problem: str


KnownShape = Box | Polygon | Polyline | Spline | Cuboid | Mask
"""The closed set of kinds. A further one is added here and in `DrawnKind` (or `ShapeKind`), and then wherever mypy says
that an argument of `assert_never` is no `Never`; a format that does not name it counts it as lost."""
Shape = KnownShape | Unknown
SHAPE_KINDS: tuple[ShapeKind, ...] = get_args(ShapeKind)


def kind_of(shape: Shape) -> str:
    """The word that the JSON form has for its kind."""
    return shape.kind if isinstance(shape, Unknown) else known_kind(shape)


def known_kind(shape: KnownShape) -> ShapeKind:
    """The same of a kind that this version knows."""
    match shape:
        case Box():
            return "box"
        case Polygon():
            return "polygon"
        case Polyline():
            return "polyline"
        case Spline():
            return "spline"
        case Cuboid():
            return "cuboid"
        case Mask():
            return "mask"
        case _:
            assert_never(shape)


# Writing.


_SHARED_MEMBERS = {each.name for each in fields(Common)}
_OWN_MEMBERS: dict[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind) if each.name not in _SHARED_MEMBERS)
    for kind in get_args(KnownShape)
}
"""The members that only one kind has: its fields, under the same names."""


def json_of(shape: Shape) -> dict[str, Any]:
    """The JSON object of a shape, members always in the same order; an `Unknown` gives back what was read."""
    if isinstance(shape, Unknown):
        return dict(shape.data)
    found: dict[str, Any] = {
        "id": shape.id,
        "kind": known_kind(shape),
        "label": shape.label,
        "attributes": dict(shape.attributes),
        "occluded": shape.occluded,
        "truncated": shape.truncated,
    }
    if shape.z:
        found["z"] = shape.z
    for name in _OWN_MEMBERS[type(shape)]:
        found[name] = _as_lists(getattr(shape, name))
    found.update(shape.extra)
    return found


def _as_lists(value: Any) -> Any:
    """Tuples as JSON has them."""
    return [_as_lists(each) for each in value] if isinstance(value, tuple) else value


# Reading.

_COMMON = {"id", "kind", "label", "attributes", "occluded", "truncated", "z"}
_Reader = Callable[[Json, dict[str, Any]], KnownShape]
"""From a JSON object and the members that all shapes have, to a shape; raises `MemberError`."""


def shape_of(data: Json) -> Shape:
    """The shape that a JSON object describes; `Unknown` when it describes none."""
    kind = str(data.get("kind", ""))
    try:
        shape = _known(data, kind)
    except MemberError as error:
        return _unknown(data, kind, str(error))
    extra = _extra(data, shape)
    return replace(shape, extra=extra) if extra else shape


def _extra(data: Json, shape: KnownShape) -> dict[str, Any]:
    """Members from elsewhere, kept as they are."""
    known = _COMMON.union(_OWN_MEMBERS[type(shape)])
    return {name: value for name, value in data.items() if name not in known}


def shapes_of(data: Sequence[Json]) -> tuple[Shape, ...]:
    """All shapes of an annotation."""
    return tuple(shape_of(each) for each in data)


def _known(data: Json, kind: str) -> KnownShape:
    common = _common(data)
    for known in SHAPE_KINDS:
        if kind == known:
            return _reader(known)(data, common)
    raise MemberError(f"has the kind {kind!r}, which this version does not know")


def _unknown(data: Json, kind: str, problem: str) -> Unknown:
    label, known = data.get("label"), data.get("id", 0)
    return Unknown(
        data,
        kind,
        problem,
        id=known if isinstance(known, int | str) else 0,
        label=label if isinstance(label, str) else "",
    )


def _reader(kind: ShapeKind) -> _Reader:
    match kind:
        case "box":
            return _box
        case "polygon":
            return _polygon
        case "polyline":
            return _polyline
        case "spline":
            return _spline
        case "cuboid":
            return _cuboid
        case "mask":
            return _mask
        case _:
            assert_never(kind)


def _common(data: Json) -> dict[str, Any]:
    return {
        "label": _label(data.get("label")),
        "attributes": _attributes(data.get("attributes", EMPTY)),
        "id": _id(data.get("id", 0)),
        "z": _level(data.get("z", 0)),
        "occluded": truth(data.get("occluded", False), "occluded"),
        "truncated": truth(data.get("truncated", False), "truncated"),
    }


def _label(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise MemberError(f"has the label {value!r}, which is no text")
    return value or ""


def _attributes(value: Any) -> Json:
    if value is not None and not isinstance(value, Mapping):
        raise MemberError("has attributes that are no object")
    return value or EMPTY


def _id(value: Any) -> int | str:
    if isinstance(value, str) or members.is_whole(value):
        known: int | str = value
        return known
    raise MemberError(f"has the id {value!r}, which is neither a whole number nor a text")


def _level(value: Any) -> int:
    if not members.is_whole(value):
        raise MemberError(f"has the z {value!r}, which is no whole number")
    return int(value)


def _box(data: Json, common: dict[str, Any]) -> Box:
    x, y = (members.coordinate(needed(data, name), name) for name in ("x", "y"))
    width, height = (members.extent(needed(data, name), name) for name in ("width", "height"))
    rotation = members.coordinate(data.get("rotation") or 0.0, "rotation")
    return Box(x, y, width, height, rotation, **common)


def _points(data: Json) -> tuple[Point, ...]:
    return members.points(needed(data, "points"), "points")


def _polygon(data: Json, common: dict[str, Any]) -> Polygon:
    holes = data.get("holes") or ()
    if not members.is_list(holes):
        raise MemberError("has holes that are no list")
    return Polygon(_points(data), tuple(members.points(hole, "holes") for hole in holes), **common)


def _polyline(data: Json, common: dict[str, Any]) -> Polyline:
    return Polyline(_points(data), **common)


def _spline(data: Json, common: dict[str, Any]) -> Spline:
    curve = data.get("curve", "catmull-rom")
    if curve not in get_args(Curve):
        raise MemberError(f"has the curve {curve!r}, which this version does not know")
    closed = truth(data.get("closed", False), "closed")
    return Spline(_points(data), curve, closed, **common)


def _cuboid(data: Json, common: dict[str, Any]) -> Cuboid:
    corners = members.points(needed(data, "corners"), "corners", 8)
    estimated = data.get("estimated", [False] * 8)
    if len(corners) != 8 or not members.is_list(estimated) or len(estimated) != 8:
        raise MemberError("has corners or estimated that are not eight")
    return Cuboid(corners, tuple(truth(each, "estimated") for each in estimated), **common)


def _mask(data: Json, common: dict[str, Any]) -> Mask:
    given, counts = needed(data, "size"), needed(data, "counts")
    size, runs = _size(given), _runs(counts)
    if problem := rle.check(runs, size):
        raise MemberError(problem)
    return Mask(size, counts if isinstance(counts, str) else rle.pack(runs), **common)


def _size(value: Any) -> tuple[int, int]:
    """Height and width in pixels."""
    if not members.is_list(value) or len(value) != 2 or not all(map(members.is_side, value)):
        raise MemberError(f"has the size {value!r}, which is not height and width")
    return (value[0], value[1])


def _runs(counts: Any) -> list[int]:
    """Run lengths in pixels, from a list or from their text form."""
    if members.is_list(counts):
        return members.whole_numbers(counts, "counts")
    if not isinstance(counts, str):
        raise MemberError("has counts that are neither a list nor a text")
    try:
        return rle.unpack(counts)
    except ValueError as error:
        raise MemberError(f"has counts that cannot be read ({error})") from error
