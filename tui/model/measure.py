"""What can be asked of any shape: where it lies, how large it is, what it covers, whether it was hit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from tui.model import rle
from tui.model.cuboid import EDGES
from tui.model.even_odd import inside, rings_iou
from tui.model.geometry import (
    Bounds,
    Point,
    Ring,
    Segment,
    bounds_of,
    box_iou,
    edges,
    nearest_on,
    ring_area,
    rotated,
)
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.model.spline import flattened


def box_corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Top left, top right, bottom right, bottom left of the upright box, turned by its rotation."""
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    if box.rotation == 0:
        return corners
    middle = ((left + right) / 2, (top + bottom) / 2)
    a, b, c, d = (rotated(corner, middle, box.rotation) for corner in corners)
    return a, b, c, d


def points_of(shape: Shape) -> tuple[Point, ...]:
    """The points that make it, as one can take hold of them; none of a mask."""
    match shape:
        case Box():
            return box_corners(shape)
        case Polygon():
            return tuple(itertools.chain(shape.points, *shape.holes))
        case Polyline() | Spline():
            return shape.points
        case Cuboid():
            return shape.corners
        case Mask() | Unknown():
            return ()
        case _:
            assert_never(shape)


def rings_of(shape: Shape) -> tuple[Ring, ...]:
    """The outlines of what it covers; none for lines, masks and the unknown. A block covers its hull."""
    match shape:
        case Box():
            return (box_corners(shape),)
        case Polygon():
            return (shape.points, *shape.holes)
        case Spline():
            return (flattened(shape),) if shape.closed else ()
        case Cuboid():
            return (hull(shape.corners),)
        case Polyline() | Mask() | Unknown():
            return ()
        case _:
            assert_never(shape)


def lines_of(shape: Shape) -> tuple[Segment, ...]:
    """The stretches of its lines, curves flattened; of an outline its edges."""
    match shape:
        case Polyline():
            return tuple(itertools.pairwise(shape.points))
        case Spline():
            points = flattened(shape)
            return tuple(itertools.pairwise((*points, points[0]) if shape.closed else points))
        case Cuboid():
            return tuple((shape.corners[a], shape.corners[b]) for a, b in EDGES)
        case Box() | Polygon() | Mask() | Unknown():
            return tuple(itertools.chain.from_iterable(map(edges, rings_of(shape))))
        case _:
            assert_never(shape)


def bounds(shape: Shape) -> Bounds:
    """The smallest upright box around it in image pixels: x, y, width, height; all 0 for what is empty or unknown."""
    match shape:
        case Box(rotation=0):
            return (shape.x, shape.y, shape.width, shape.height)
        case Mask():
            return _mask_bounds(shape.counts, shape.size)
        case Spline():
            return bounds_of(flattened(shape))
        case Box() | Polygon() | Polyline() | Cuboid() | Unknown():
            return bounds_of(points_of(shape))
        case _:
            assert_never(shape)


@lru_cache(maxsize=64)
def _mask_bounds(counts: str, size: tuple[int, int]) -> Bounds:
    x, y, width, height = rle.box(rle.unpack(counts), size)
    return (float(x), float(y), float(width), float(height))


def area(shape: Shape) -> float:
    """What it covers, in square pixels: of a mask its pixels, of lines 0."""
    match shape:
        case Box():
            return shape.width * shape.height
        case Mask():
            return float(rle.area(shape.runs))
        case Polygon():
            return max(0.0, ring_area(shape.points) - sum(map(ring_area, shape.holes)))
        case Polyline() | Spline() | Cuboid() | Unknown():
            return sum(map(ring_area, rings_of(shape)))
        case _:
            assert_never(shape)


def iou(a: Shape, b: Shape) -> float:
    """Intersection over union of what two shapes cover, 0 to 1. Lines cover nothing: they count by the boxes around
    them, and only among their own kind."""
    if isinstance(a, Mask) and isinstance(b, Mask):
        return _masks_iou(a, b)
    around = box_iou(bounds(a), bounds(b))
    if _is_upright(a) and _is_upright(b):
        return around
    return _outlines_iou(a, b) if around else 0.0


def _outlines_iou(a: Shape, b: Shape) -> float:
    rings_a, rings_b = rings_of(a), rings_of(b)
    if rings_a and rings_b:
        return rings_iou(rings_a, rings_b)
    return box_iou(bounds(a), bounds(b)) if type(a) is type(b) else 0.0


def _is_upright(shape: Shape) -> bool:
    return isinstance(shape, Box) and shape.rotation == 0


def _masks_iou(a: Mask, b: Mask) -> float:
    if a.size != b.size:
        return 0.0
    first, second = a.runs, b.runs
    both = rle.common(first, second)
    union = rle.area(first) + rle.area(second) - both
    return both / union if union else 0.0


def hit(shape: Shape, at: Point, within: float = 0.0) -> bool:
    """Whether a point lies on or in it; lines are hit from `within` image pixels (screen pixels / scale)."""
    if isinstance(shape, Mask):
        return _covers(shape, at)
    if inside(at, rings_of(shape)):
        return True
    return any(nearest_on(at, a, b)[1] <= within for a, b in lines_of(shape))


def _covers(mask: Mask, at: Point) -> bool:
    column, row = math.floor(at[0]), math.floor(at[1])
    height, width = mask.size
    return 0 <= column < width and 0 <= row < height and _set_at(mask.runs, column * height + row)


def _set_at(runs: Sequence[int], index: int) -> bool:
    end = 0
    for number, run in enumerate(runs):
        end += run
        if index < end:
            return number % 2 == 1
    return False


def hull(points: Sequence[Point]) -> tuple[Point, ...]:
    """The convex outline around points (Andrew's monotone chain, 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return tuple(ordered)

    def half(line: Sequence[Point]) -> list[Point]:
        found: list[Point] = []
        for p in line:
            while len(found) > 1 and _left(found[-2], found[-1], p) <= 0:
                found.pop()
            found.append(p)
        return found[:-1]

    return (*half(ordered), *half(ordered[::-1]))


def _left(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
