"""Boxes moved, grown, turned and clamped. An edge moves along the box's own directions, also when it is turned."""

from __future__ import annotations

from dataclasses import replace

from tui.model.geometry import Point, rotated
from tui.model.measure import box_corners
from tui.model.shapes import Box
from tui.tools.moves import MIN_SIDE, Part, limited, within

# Points: 0 top left, 1 top right, 2 bottom right, 3 bottom left.
RIGHT = Part("right edge", (1, 2), ())
BOTTOM = Part("bottom edge", (), (2, 3))
LEFT = Part("left edge", (0, 3), ())
TOP = Part("top edge", (), (0, 1))
PARTS = (
    Part("whole", (0, 1, 2, 3), (0, 1, 2, 3)),
    RIGHT,
    BOTTOM,
    LEFT,
    TOP,
    Part("bottom right", (1, 2), (2, 3)),
    Part("top left", (0, 3), (0, 1)),
    Part("top right", (1, 2), (0, 1)),
    Part("bottom left", (0, 3), (2, 3)),
)
_OUTWARDS: tuple[tuple[Part, Point], ...] = (
    (RIGHT, (1.0, 0.0)),
    (BOTTOM, (0.0, 1.0)),
    (LEFT, (-1.0, 0.0)),
    (TOP, (0.0, -1.0)),
)


def moved(box: Box, part: Part, by: Point, size: Point) -> Box:
    """The box with a part moved by `by` image pixels, no farther than the image (`size`: width, height) goes. An edge
    stops `MIN_SIDE` before the one across."""
    if box.rotation:
        return _turned_moved(box, part, by, size)
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    xs = [right if i in (1, 2) else left for i in part.xs]
    ys = [bottom if i in (2, 3) else top for i in part.ys]
    return _stretched(box, part, (limited(by[0], xs, size[0]), limited(by[1], ys, size[1])))


def _turned_moved(box: Box, part: Part, by: Point, size: Point) -> Box:
    """What lies across the edge stays where it is."""
    if part.is_whole:
        xs, ys = zip(*box_corners(box), strict=True)
        return replace(box, x=box.x + limited(by[0], xs, size[0]), y=box.y + limited(by[1], ys, size[1]))
    found = _stretched(box, part, rotated(by, (0.0, 0.0), -box.rotation))
    middle = rotated(_middle(found), _middle(box), box.rotation)
    return replace(found, x=middle[0] - found.width / 2, y=middle[1] - found.height / 2)


def _stretched(box: Box, part: Part, by: Point) -> Box:
    """Edges moved in the box's own directions."""
    x, width = _side(box.x, box.width, 0 in part.xs, 1 in part.xs, by[0])
    y, height = _side(box.y, box.height, 0 in part.ys, 2 in part.ys, by[1])
    return replace(box, x=x, y=y, width=width, height=height)


def _side(begin: float, length: float, first: bool, last: bool, by: float) -> tuple[float, float]:
    """Begin and length of a side after its first end, its last end or both moved."""
    minimum = min(MIN_SIDE, length)
    match first, last:
        case True, True:
            return begin + by, length
        case True, False:
            by = min(by, length - minimum)
            return begin + by, length - by
        case False, True:
            return begin, max(minimum, length + by)
        case _:
            return begin, length


def _middle(box: Box) -> Point:
    return (box.x + box.width / 2, box.y + box.height / 2)


def grown(box: Box, part: Part, by: float, size: Point) -> Box:
    """Every edge of the part moved outwards by `by` image pixels, inwards when negative."""
    for edge, (x, y) in _OUTWARDS:
        if part.is_whole or _belongs(edge, part):
            box = moved(box, edge, rotated((x * by, y * by), (0.0, 0.0), box.rotation), size)
    return box


def _belongs(edge: Part, part: Part) -> bool:
    return (bool(edge.xs) and set(edge.xs) <= set(part.xs)) or (
        bool(edge.ys) and set(edge.ys) <= set(part.ys)
    )


def turned(box: Box, degrees: float) -> Box:
    """Clockwise about its middle; the rotation stays from -180 to 180 degrees."""
    return replace(box, rotation=(box.rotation + degrees + 180) % 360 - 180)


def clamped(box: Box, size: Point) -> Box:
    """What of it lies inside the image. One that was turned stays as it is: cut, it would be no box."""
    if box.rotation:
        return box
    left, right = (within(x, size[0]) for x in (box.x, box.x + box.width))
    top, bottom = (within(y, size[1]) for y in (box.y, box.y + box.height))
    if (left, top, right - left, bottom - top) == (box.x, box.y, box.width, box.height):
        return box
    return replace(box, x=left, y=top, width=right - left, height=bottom - top)
