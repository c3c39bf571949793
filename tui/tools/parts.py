"""What can be done with every kind of shape: its parts moved, grown and turned; points added and taken away.

Boxes have rules of their own (`tui.tools.boxes`); all others but masks are made of points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import assert_never

from tui.model.cuboid import corner_put
from tui.model.geometry import Point, rotated
from tui.model.measure import points_of
from tui.model.shapes import CORNERS, Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.tools import boxes
from tui.tools.moves import MIN_SIDE, Part, limited, within

PointShape = Polygon | Polyline | Spline | Cuboid
"""Shapes that are told by points which move freely."""
Line = Polygon | Polyline | Spline
"""Shapes to which points can be added, and from which they can be taken away."""


def parts_of(shape: Shape) -> tuple[Part, ...]:
    """The parts in the order in which `w` goes through them; a mask and the unknown have none."""
    match shape:
        case Box():
            return boxes.PARTS
        case Cuboid():
            return _cuboid_parts()
        case Polygon() | Polyline() | Spline():
            return _point_parts(len(points_of(shape)))
        case Mask() | Unknown():
            return ()
        case _:
            assert_never(shape)


def has_parts(shape: Shape) -> bool:
    """Whether it can be moved at all: a mask is painted, the unknown is kept as it is."""
    return bool(parts_of(shape))


@lru_cache(maxsize=64)
def _point_parts(count: int) -> tuple[Part, ...]:
    every = tuple(range(count))
    return (Part("whole", every, every), *(Part(f"point {i + 1}", (i,), (i,)) for i in every))


@lru_cache(maxsize=1)
def _cuboid_parts() -> tuple[Part, ...]:
    every, front, back = tuple(range(8)), (0, 1, 2, 3), (4, 5, 6, 7)
    return (
        Part("whole", every, every),
        Part("front", front, front),
        Part("back", back, back),
        *(Part(name, (i,), (i,)) for i, name in enumerate(CORNERS)),
    )


def part_moved(shape: Shape, part: Part, by: Point, size: Point) -> Shape:
    """The shape with a part moved by `by` image pixels, no farther than the image (`size`: width, height)
    goes; what lies outside already may come nearer. An edge of a box stops before the one across."""
    match shape:
        case Box():
            return boxes.moved(shape, part, by, size)
        case Polygon() | Polyline() | Spline() | Cuboid():
            return _points_moved(shape, part, by, size)
        case Mask() | Unknown():
            return shape
        case _:
            assert_never(shape)


def _points_moved(shape: PointShape, part: Part, by: Point, size: Point) -> PointShape:
    points = points_of(shape)
    dx = limited(by[0], [points[i][0] for i in part.xs], size[0])
    dy = limited(by[1], [points[i][1] for i in part.ys], size[1])
    if not dx and not dy:
        return shape
    if isinstance(shape, Cuboid) and len(part.xs) == 1:
        index = part.xs[0]
        return corner_put(shape, index, (points[index][0] + dx, points[index][1] + dy))
    return _with_points(shape, _shifted(points, part, dx, dy))


def _shifted(points: Sequence[Point], part: Part, dx: float, dy: float) -> list[Point]:
    xs, ys = set(part.xs), set(part.ys)
    return [(x + dx * (i in xs), y + dy * (i in ys)) for i, (x, y) in enumerate(points)]


def _with_points(shape: PointShape, points: Sequence[Point]) -> PointShape:
    """The shape through as many other points."""
    match shape:
        case Polygon():
            rest = iter(points)
            outer, *holes = (tuple(islice(rest, len(ring))) for ring in (shape.points, *shape.holes))
            return replace(shape, points=outer, holes=tuple(holes))
        case Polyline() | Spline():
            return replace(shape, points=tuple(points))
        case Cuboid():
            return replace(shape, corners=tuple(points))
        case _:
            assert_never(shape)


def grown(shape: Shape, part: Part, by: float, size: Point) -> Shape:
    """Every edge of the part moved outwards by `by` image pixels (inwards when negative). Shapes of points
    grow from their middle until their larger side is 2 `by` longer."""
    match shape:
        case Box():
            return boxes.grown(shape, part, by, size)
        case Polygon() | Polyline() | Spline() | Cuboid():
            return _points_grown(shape, by, size)
        case Mask() | Unknown():
            return shape
        case _:
            assert_never(shape)


def _points_grown(shape: PointShape, by: float, size: Point) -> PointShape:
    points = points_of(shape)
    if not points:
        return shape
    xs, ys = zip(*points, strict=True)
    side = max(max(xs) - min(xs), max(ys) - min(ys))
    factor = max(side + 2 * by, MIN_SIDE) / side if side > 0 else 1.0
    columns = _scaled(xs, factor, size[0])
    rows = _scaled(ys, factor, size[1])
    return _with_points(shape, list(zip(columns, rows, strict=True)))


def _scaled(places: Sequence[float], factor: float, side: float) -> list[float]:
    """Places drawn apart from the middle between the outermost, none beyond 0 or `side`."""
    middle = (max(places) + min(places)) / 2
    return [within(middle + (at - middle) * factor, side) for at in places]


def scaled(shape: Shape, factor: float) -> Shape:
    """As it lies in a picture so many times as large."""
    match shape:
        case Box():
            x, y, width, height = (each * factor for each in (shape.x, shape.y, shape.width, shape.height))
            return replace(shape, x=x, y=y, width=width, height=height)
        case Polygon() | Polyline() | Spline() | Cuboid():
            return _with_points(shape, [(x * factor, y * factor) for x, y in points_of(shape)])
        case Mask() | Unknown():
            return shape
        case _:
            assert_never(shape)


def turned(shape: Shape, degrees: float) -> Shape:
    """Clockwise about its middle; a box keeps its sides and gets another rotation, from -180 to 180."""
    match shape:
        case Box():
            return boxes.turned(shape, degrees)
        case Polygon() | Polyline() | Spline() | Cuboid():
            return _points_turned(shape, degrees)
        case Mask() | Unknown():
            return shape
        case _:
            assert_never(shape)


def _points_turned(shape: PointShape, degrees: float) -> PointShape:
    points = points_of(shape)
    middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    return _with_points(shape, [rotated(point, middle, degrees) for point in points])


def clamped(shape: Shape, size: Point) -> Shape:
    """The shape within the image: a box keeps what lies inside, points go to the border. A box that was turned
    stays as it is: cut, it would be no box."""
    match shape:
        case Box():
            return boxes.clamped(shape, size)
        case Polygon() | Polyline() | Spline() | Cuboid():
            return _points_clamped(shape, size)
        case Mask() | Unknown():
            return shape
        case _:
            assert_never(shape)


def _points_clamped(shape: PointShape, size: Point) -> PointShape:
    points = points_of(shape)
    inner = tuple((within(x, size[0]), within(y, size[1])) for x, y in points)
    return shape if points == inner else _with_points(shape, inner)


def line_of(shape: Shape | None) -> Line | None:
    """The shape, when points can be added to it and taken away."""
    match shape:
        case Polygon() | Polyline() | Spline():
            return shape
        case Box() | Cuboid() | Mask() | Unknown() | None:
            return None
        case _:
            assert_never(shape)


def edge_count(line: Line) -> int:
    """How many edges it has; edge n leads from point n to the next, of a closed one the last to the first."""
    match line:
        case Polygon():
            return len(line.points)
        case Polyline():
            return len(line.points) - 1
        case Spline():
            return len(line.points) - (not line.closed)
        case _:
            assert_never(line)


def edge_of(line: Line, index: int) -> tuple[Point, Point]:
    """The ends of an edge."""
    return line.points[index], line.points[(index + 1) % len(line.points)]


def min_points(line: Line) -> int:
    """Fewer points are no such shape."""
    return 3 if isinstance(line, Polygon) else 2


def with_point(line: Line, index: int, at: Point) -> Line:
    """One point more, between those before and from `index` on."""
    return replace(line, points=(*line.points[:index], at, *line.points[index:]))


def without_point(line: Line, index: int) -> Line:
    """One point less."""
    return replace(line, points=(*line.points[:index], *line.points[index + 1 :]))
