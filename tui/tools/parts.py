"""What the arrows move: the whole shape, one edge, one corner. A part is told by the points that go along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tui.model.cuboid import corner_put
from tui.model.geometry import Point, rotated
from tui.model.measure import box_corners, points_of
from tui.model.shapes import CORNERS, Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown

LEAST = 1.0
"""A box keeps this much width and height while its edges are moved, in image pixels."""


@dataclass(frozen=True, slots=True)
class Part:
    """`xs`, `ys`: indices into `points_of(shape)` of the points whose x or y moves along."""

    name: str
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The points that lie on it."""
        if not self.xs or not self.ys:
            return self.xs or self.ys
        return tuple(i for i in self.xs if i in self.ys)


# Points of a box: 0 top left, 1 top right, 2 bottom right, 3 bottom left.
_BOX = (
    Part("whole", (0, 1, 2, 3), (0, 1, 2, 3)),
    Part("right edge", (1, 2), ()),
    Part("bottom edge", (), (2, 3)),
    Part("left edge", (0, 3), ()),
    Part("top edge", (), (0, 1)),
    Part("bottom right", (1, 2), (2, 3)),
    Part("top left", (0, 3), (0, 1)),
    Part("top right", (1, 2), (0, 1)),
    Part("bottom left", (0, 3), (2, 3)),
)


def parts_of(shape: Shape) -> tuple[Part, ...]:
    """The parts in the order in which `w` goes through them; a mask and the unknown have none."""
    match shape:
        case Box():
            return _BOX
        case Cuboid():
            return _cuboid_parts()
        case Mask() | Unknown():
            return ()
        case _:
            return _point_parts(len(points_of(shape)))


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
    if isinstance(shape, Box):
        return _box_moved(shape, part, by, size)
    points = points_of(shape)
    dx = _limited(by[0], [points[i][0] for i in part.xs], size[0])
    dy = _limited(by[1], [points[i][1] for i in part.ys], size[1])
    if not dx and not dy:
        return shape
    if isinstance(shape, Cuboid) and len(part.xs) == 1:
        index = part.xs[0]
        return corner_put(shape, index, (points[index][0] + dx, points[index][1] + dy))
    xs, ys = set(part.xs), set(part.ys)
    moved = [(x + dx * (i in xs), y + dy * (i in ys)) for i, (x, y) in enumerate(points)]
    return with_points(shape, moved)


def with_points(shape: Shape, points: list[Point]) -> Shape:
    """The shape through as many other points. A box is told by its upper left and lower right corner."""
    match shape:
        case Box():
            (left, top), (right, bottom) = points[0], points[2]
            return replace(shape, x=left, y=top, width=right - left, height=bottom - top)
        case Polygon():
            rest = points[len(shape.points) :]
            holes = []
            for hole in shape.holes:
                holes.append(tuple(rest[: len(hole)]))
                rest = rest[len(hole) :]
            return replace(shape, points=tuple(points[: len(shape.points)]), holes=tuple(holes))
        case Polyline() | Spline():
            return replace(shape, points=tuple(points))
        case Cuboid():
            return replace(shape, corners=tuple(points))
        case Mask() | Unknown():
            return shape


def _box_moved(box: Box, part: Part, by: Point, size: Point) -> Box:
    if box.rotation:
        return _turned_box_moved(box, part, by, size)
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    xs = [right if i in (1, 2) else left for i in part.xs]
    ys = [bottom if i in (2, 3) else top for i in part.ys]
    dx, dy = _limited(by[0], xs, size[0]), _limited(by[1], ys, size[1])
    return _stretched(box, part, dx, dy)


def _stretched(box: Box, part: Part, dx: float, dy: float) -> Box:
    """Edges moved in the box's own directions, each stopping `LEAST` before the one across."""
    x, width = _side(box.x, box.width, 0 in part.xs, 1 in part.xs, dx)
    y, height = _side(box.y, box.height, 0 in part.ys, 2 in part.ys, dy)
    return replace(box, x=x, y=y, width=width, height=height)


def _side(begin: float, length: float, first: bool, last: bool, by: float) -> tuple[float, float]:
    if first and last:
        return begin + by, length
    least = min(LEAST, length)
    if first:
        by = min(by, length - least)
        return begin + by, length - by
    return begin, max(least, length + by) if last else length


def _turned_box_moved(box: Box, part: Part, by: Point, size: Point) -> Box:
    """Edges move along the box's own directions; what lies across stays where it is."""
    if part.name == "whole":
        corners = box_corners(box)
        dx = _limited(by[0], [x for x, _ in corners], size[0])
        dy = _limited(by[1], [y for _, y in corners], size[1])
        return replace(box, x=box.x + dx, y=box.y + dy)
    own = rotated(by, (0.0, 0.0), -box.rotation)
    found = _stretched(box, part, *own)
    old, new = (_middle(each) for each in (box, found))
    middle = rotated(new, old, box.rotation)
    return replace(found, x=middle[0] - found.width / 2, y=middle[1] - found.height / 2)


def _middle(box: Box) -> Point:
    return (box.x + box.width / 2, box.y + box.height / 2)


def _limited(by: float, places: list[float], most: float) -> float:
    """As much of `by` as keeps all places within 0 to `most`; 0 when they lie outside and would go farther."""
    if not places or not by:
        return 0.0
    if by > 0:
        return max(0.0, min(by, most - max(places)))
    return min(0.0, max(by, -min(places)))


def grown(shape: Shape, part: Part, by: float, size: Point) -> Shape:
    """Every edge of the part moved outwards by `by` image pixels (inwards when negative). Shapes of points
    grow from their middle until their larger side is 2 `by` longer."""
    if isinstance(shape, Box):
        edges = _BOX[1:5] if part.name == "whole" else [e for e in _BOX[1:5] if _within(e, part)]
        for edge in edges:
            sign = 1 if edge.name in ("right edge", "bottom edge") else -1
            along = (sign * by, 0.0) if edge.xs else (0.0, sign * by)
            if shape.rotation:
                along = rotated(along, (0.0, 0.0), shape.rotation)
            shape = _box_moved(shape, edge, along, size)
        return shape
    points = list(points_of(shape))
    if not points:
        return shape
    xs, ys = [x for x, _ in points], [y for _, y in points]
    side = max(max(xs) - min(xs), max(ys) - min(ys))
    factor = max(side + 2 * by, LEAST) / side if side > 0 else 1.0
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    scaled = [
        (
            min(max(middle[0] + (x - middle[0]) * factor, 0.0), size[0]),
            min(max(middle[1] + (y - middle[1]) * factor, 0.0), size[1]),
        )
        for x, y in points
    ]
    return with_points(shape, scaled)


def _within(edge: Part, part: Part) -> bool:
    return (bool(edge.xs) and set(edge.xs) <= set(part.xs)) or (
        bool(edge.ys) and set(edge.ys) <= set(part.ys)
    )


def turned(shape: Shape, degrees: float) -> Shape:
    """Clockwise about its middle; a box keeps its sides and gets another rotation, from -180 to 180."""
    match shape:
        case Box():
            rotation = (shape.rotation + degrees + 180) % 360 - 180
            return replace(shape, rotation=rotation)
        case Mask() | Unknown():
            return shape
        case _:
            points = points_of(shape)
            middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
            return with_points(shape, [rotated(p, middle, degrees) for p in points])


def clamped(shape: Shape, size: Point) -> Shape:
    """The shape within the image: a box keeps what lies inside, points go to the border. A box that was turned
    stays as it is: cut, it would be no box."""
    width, height = size
    if isinstance(shape, Box):
        if shape.rotation:
            return shape
        left, right = (min(max(v, 0.0), width) for v in (shape.x, shape.x + shape.width))
        top, bottom = (min(max(v, 0.0), height) for v in (shape.y, shape.y + shape.height))
        if (left, top, right - left, bottom - top) == (shape.x, shape.y, shape.width, shape.height):
            return shape
        return replace(shape, x=left, y=top, width=right - left, height=bottom - top)
    points = points_of(shape)
    inner = [(min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in points]
    return shape if list(points) == inner else with_points(shape, inner)
