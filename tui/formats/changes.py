"""Shapes into shapes that a format can hold, and shapes cut off at the edges of the image.

Every function takes a shape and the image's width and height, and gives the shapes that stand for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from tui.formats import pixels
from tui.formats.rules import FeatureRule, Fidelity
from tui.model.geometry import Point, Ring, ring_area
from tui.model.measure import bounds, box_corners, rings_of
from tui.model.shapes import Box, Common, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown, known_kind
from tui.model.spline import flattened

_COMMON = [field.name for field in fields(Common)]


def common(shape: Shape) -> dict[str, Any]:
    """The members that all shapes have."""
    return {name: getattr(shape, name) for name in _COMMON}


def kept_as(shape: Shape, member: str, value: Any) -> dict[str, Any]:
    """The common members with what is lost kept as an attribute, for formats that have attributes."""
    found = common(shape)
    found["attributes"] = {**shape.attributes, member: value}
    return found


def enclose(shape: Shape, width: int, height: int) -> list[Shape]:
    """The upright box around it. What it was stays as an attribute `rotation` or `cuboid`."""
    match shape:
        case Box():
            kept = kept_as(shape, "rotation", shape.rotation)
            kept["attributes"]["rotated_box"] = [shape.x, shape.y, shape.width, shape.height]
        case Cuboid():
            kept = kept_as(shape, "cuboid", [number for point in shape.corners for number in point])
        case _:
            kept = common(shape)
    return [Box(*bounds(shape), **kept)]


def corners(shape: Shape, width: int, height: int) -> list[Shape]:
    """A box as the polygon of its four corners."""
    assert isinstance(shape, Box)
    return [Polygon(box_corners(shape), **common(shape))]


def flatten(shape: Shape, width: int, height: int) -> list[Shape]:
    """A curve as lines within a quarter of a pixel; the curve itself stays as an attribute `spline`."""
    assert isinstance(shape, Spline)
    kept = kept_as(shape, "spline", {"curve": shape.curve, "closed": shape.closed, "points": shape.points})
    points = flattened(shape)
    return [Polygon(points, **kept) if shape.closed else Polyline(points, **kept)]


def fill(shape: Shape, width: int, height: int) -> list[Shape]:
    """An area as the mask of the pixels whose middle lies in it."""
    grid = pixels.filled(rings_of(shape), width, height)
    return [pixels.mask_of(grid, **common(shape))]


def filled_in(shape: Shape, width: int, height: int) -> list[Shape]:
    """A polygon without its holes."""
    assert isinstance(shape, Polygon)
    return [replace(shape, holes=())]


def area_of_curve(shape: Shape, width: int, height: int) -> list[Shape]:
    """A closed curve as a polygon; nothing of an open one."""
    assert isinstance(shape, Spline)
    return flatten(shape, width, height) if shape.closed else []


def outline(shape: Shape, width: int, height: int) -> list[Shape]:
    """A mask as the polygons around its parts, along the edges of the pixels; holes are filled."""
    assert isinstance(shape, Mask)
    return [Polygon(ring, **common(shape)) for ring in pixels.outlines(pixels.grid_of(shape))]


def _approximated(how: str, change: Callable[[Shape, int, int], list[Shape]]) -> FeatureRule:
    return FeatureRule(Fidelity.APPROXIMATED, how, change)


ENCLOSED = _approximated("enclosed in an upright box", enclose)
KEPT = _approximated("enclosed in an upright box, corners kept as attributes", enclose)
CORNERS = _approximated("as a polygon of four corners", corners)
FLATTENED = _approximated("flattened to lines", flatten)
FILLED = _approximated("filled into a mask", fill)
HOLES_FILLED = _approximated("holes filled", filled_in)
CLOSED_FLATTENED = _approximated("closed ones flattened to polygons", area_of_curve)
OUTLINED = _approximated("outlined, holes filled", outline)


def box_of_corners(points: Sequence[Point], tolerance: float, **kept: Any) -> Box | None:
    """The box, turned or not, whose corners these are in order from its top left; None when they are not
    those of a box to within `tolerance` pixels."""
    if len(points) != 4:
        return None
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    width, height = (
        (math.dist(points[0], points[1]) + math.dist(points[3], points[2])) / 2,
        math.dist(points[1], points[2]),
    )
    middle = ((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4)
    turn = math.degrees(math.atan2(by - ay + cy - dy, bx - ax + cx - dx))
    if abs(turn) * max(width, height) < 30 * tolerance:
        turn = 0.0
    box = Box(middle[0] - width / 2, middle[1] - height / 2, width, height, turn, **kept)
    near = all(math.dist(a, b) <= tolerance for a, b in zip(points, box_corners(box), strict=True))
    return box if near else None


def kind_of(shape: Shape) -> str:
    """The feature that the shape is, as in `base.SHAPES`. A kind that no format names is left out by all, by its
    own name."""
    match shape:
        case Box() if shape.rotation % 360:
            return "rotated box"
        case Polygon() if shape.holes:
            return "polygon with holes"
        case Unknown():
            return "unknown"
        case _:
            return known_kind(shape)


def clipped(shape: Shape, width: int, height: int) -> Shape | None:
    """The part of a shape inside the image; the shape itself when all of it is, None when nothing is left.

    Lines, blocks and turned boxes are not cut: there is no such shape for their part. They stay whole
    while the box around them touches the image.
    """
    match shape:
        case Box(rotation=0):
            return _clipped_box(shape, width, height)
        case Polygon():
            return _clipped_polygon(shape, width, height)
        case Mask():
            fits = shape.size == (height, width) and any(shape.runs[1::2])
            return shape if fits else None
        case _:
            x, y, w, h = bounds(shape)
            flat = (w == 0 and h == 0) or (isinstance(shape, Box) and not (shape.width and shape.height))
            outside = x > width or y > height or x + w < 0 or y + h < 0
            return None if flat or outside else shape


def _clipped_box(box: Box, width: int, height: int) -> Box | None:
    right, bottom = box.x + box.width, box.y + box.height
    if box.x >= 0 and box.y >= 0 and right <= width and bottom <= height:
        return box if box.width > 0 and box.height > 0 else None
    x, y = max(box.x, 0.0), max(box.y, 0.0)
    w, h = min(right, width) - x, min(bottom, height) - y
    return replace(box, x=x, y=y, width=w, height=h) if w > 0 and h > 0 else None


def _clipped_polygon(polygon: Polygon, width: int, height: int) -> Polygon | None:
    rings = (polygon.points, *polygon.holes)
    if all(0 <= x <= width and 0 <= y <= height for ring in rings for x, y in ring):
        return polygon if ring_area(polygon.points) > 0 else None
    outer, *holes = (_clipped_ring(ring, width, height) for ring in rings)
    if ring_area(outer) <= 0:
        return None
    return replace(polygon, points=tuple(outer), holes=tuple(tuple(h) for h in holes if ring_area(h) > 0))


def _clipped_ring(ring: Ring, width: int, height: int) -> Sequence[Point]:
    """Against each edge of the image in turn (Sutherland and Hodgman, 1974)."""
    points = list(ring)
    for axis, limit, sign in ((0, 0.0, 1), (0, float(width), -1), (1, 0.0, 1), (1, float(height), -1)):
        kept: list[Point] = []
        for before, point in zip(points[-1:] + points[:-1], points, strict=True):
            inside, was = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
            if inside != was:
                kept.append(_at(before, point, axis, limit))
            if inside:
                kept.append(point)
        points = kept
    return points


def _at(a: Point, b: Point, axis: int, limit: float) -> Point:
    """Where the line from `a` to `b` meets the edge."""
    other = a[1 - axis] + (limit - a[axis]) / (b[axis] - a[axis]) * (b[1 - axis] - a[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)
