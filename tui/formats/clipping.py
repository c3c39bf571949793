"""Shapes cut off at the edges of the image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tui.model.geometry import Point, Ring, ring_area
from tui.model.measure import bounds
from tui.model.shapes import Box, Mask, Polygon, Shape


def clipped(shape: Shape, width: int, height: int) -> Shape | None:
    """The part of a shape inside an image of `width` x `height` pixels; the shape itself when all of it is, None when
    nothing is left.

    Only upright boxes, polygons and masks are cut: of other kinds there is no such shape for their part. They stay
    whole while the box around them touches the image.
    """
    return _CUTTERS.get(type(shape), _uncut)(shape, width, height)


def _uncut(shape: Shape, width: int, height: int) -> Shape | None:
    x, y, w, h = bounds(shape)
    touches = -w <= x <= width and -h <= y <= height
    return shape if touches and (w or h) else None


def _clipped_box(box: Box, width: int, height: int) -> Shape | None:
    if box.rotation:
        return _uncut(box, width, height) if box.width and box.height else None
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    inside = (max(edges[0], 0.0), max(edges[1], 0.0), min(edges[2], width), min(edges[3], height))
    if inside != edges:
        x, y, right, bottom = inside
        box = replace(box, x=x, y=y, width=right - x, height=bottom - y)
    return box if box.width > 0 and box.height > 0 else None


def _clipped_mask(mask: Mask, width: int, height: int) -> Mask | None:
    fits = mask.size == (height, width) and any(mask.runs[1::2])
    return mask if fits else None


def _clipped_polygon(polygon: Polygon, width: int, height: int) -> Polygon | None:
    rings = (polygon.points, *polygon.holes)
    if all(_is_inside(ring, width, height) for ring in rings):
        return polygon if ring_area(polygon.points) > 0 else None
    outer, *holes = (_clipped_ring(ring, width, height) for ring in rings)
    if ring_area(outer) <= 0:
        return None
    return replace(polygon, points=outer, holes=tuple(hole for hole in holes if ring_area(hole) > 0))


def _is_inside(ring: Ring, width: int, height: int) -> bool:
    return all(0 <= x <= width and 0 <= y <= height for x, y in ring)


def _clipped_ring(ring: Ring, width: int, height: int) -> tuple[Point, ...]:
    """Against each edge of the image in turn (Sutherland and Hodgman, 1974)."""
    points: Sequence[Point] = ring
    for axis, limit, sign in ((0, 0.0, 1), (0, float(width), -1), (1, 0.0, 1), (1, float(height), -1)):
        points = _clipped_at(points, axis, limit, sign)
    return tuple(points)


def _clipped_at(ring: Ring, axis: int, limit: float, sign: int) -> list[Point]:
    """What lies on one side of an upright or level line: `sign` 1 keeps what is greater than `limit` on the axis."""
    kept: list[Point] = []
    for before, point in zip((*ring[-1:], *ring[:-1]), ring, strict=True):
        inside, was = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
        if inside != was:
            kept.append(_crossing(before, point, axis, limit))
        if inside:
            kept.append(point)
    return kept


def _crossing(a: Point, b: Point, axis: int, limit: float) -> Point:
    """Where the line from `a` to `b` meets the edge."""
    other = a[1 - axis] + (limit - a[axis]) / (b[axis] - a[axis]) * (b[1 - axis] - a[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


_CUTTERS: dict[type, Callable[[Any, int, int], Shape | None]] = {
    Box: _clipped_box,
    Polygon: _clipped_polygon,
    Mask: _clipped_mask,
}
"""Kinds that can be cut; the others stay whole."""
