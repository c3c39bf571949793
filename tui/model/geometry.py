"""Points, outlines and what can be said of them. Units are the caller's, mostly image pixels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]
Ring = Sequence[Point]
"""A closed outline; the first point is not repeated at the end."""
Segment = tuple[Point, Point]
"""A straight stretch from one point to another."""
Bounds = tuple[float, float, float, float]
"""x, y, width, height."""


def bounds_of(points: Iterable[Point]) -> Bounds:
    """The smallest upright box around points; all 0 without any."""
    found = list(points)
    if not found:
        return (0.0, 0.0, 0.0, 0.0)
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def ring_area(ring: Ring) -> float:
    """The area inside an outline that does not cross itself (Gauss's shoelace formula), never negative."""
    return abs(signed_area(ring))


def signed_area(ring: Ring) -> float:
    """Positive when the outline runs clockwise on the screen."""
    if len(ring) < 3:
        return 0.0
    # Relative to the first point: far from the origin the products would lose digits.
    x0, y0 = ring[0]
    total = 0.0
    for (ax, ay), (bx, by) in edges(ring):
        total += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    return total / 2


def edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    """The edges of a closed outline, the last one leads back to the first point."""
    for index in range(len(ring)):
        yield ring[index], ring[(index + 1) % len(ring)]


def length(points: Sequence[Point]) -> float:
    """Of an open line."""
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def nearest_on(point: Point, a: Point, b: Point) -> tuple[Point, float]:
    """The point of the stretch from `a` to `b` that is nearest, and how far it is."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square
    along = min(max(along, 0.0), 1.0)
    near = (a[0] + along * dx, a[1] + along * dy)
    return near, math.dist(point, near)


def crossing(ring: Ring) -> tuple[int, int] | None:
    """The first two edges of an outline that touch without being neighbours, None when it crosses itself nowhere.

    Edge n leads from point n to the next one. Points that follow at the same place count once.
    """
    indices = [i for i in range(len(ring)) if ring[i] != ring[(i + 1) % len(ring)]]
    points = [ring[i] for i in indices]
    count = len(points)
    if count < 4:
        return None
    for i, j in _side_by_side(list(edges(points))):
        if abs(i - j) not in (1, count - 1) and _touch(*_edge(points, i), *_edge(points, j)):
            return (indices[min(i, j)], indices[max(i, j)])
    return None


def _edge(ring: Ring, index: int) -> Segment:
    return ring[index], ring[(index + 1) % len(ring)]


def _side_by_side(sides: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Pairs of edges that share an x, by the left ends of the edges."""
    left = [min(a[0], b[0]) for a, b in sides]
    right = [max(a[0], b[0]) for a, b in sides]
    order = sorted(range(len(sides)), key=left.__getitem__)
    for place, i in enumerate(order):
        for j in itertools.islice(order, place + 1, None):
            if left[j] > right[i]:
                break
            yield i, j


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the stretches ab and cd have a point in common."""
    u, v, w, z = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if u * v < 0 and w * z < 0:
        return True
    ends = ((u, a, b, c), (v, a, b, d), (w, c, d, a), (z, c, d, b))
    return any(turn == 0 and _between(begin, end, at) for turn, begin, end, at in ends)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """Whether `c`, known to lie on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def rotated(point: Point, middle: Point, degrees: float) -> Point:
    """Clockwise on the screen, as y points down. Quarter turns are exact."""
    dx, dy = point[0] - middle[0], point[1] - middle[1]
    cos, sin = _QUARTERS.get(degrees % 360) or (
        math.cos(math.radians(degrees)),
        math.sin(math.radians(degrees)),
    )
    return (middle[0] + dx * cos - dy * sin, middle[1] + dx * sin + dy * cos)


_QUARTERS = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}


def box_iou(a: Bounds, b: Bounds) -> float:
    """Intersection over union of two upright boxes, 0 when both are empty."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0.0, width) * max(0.0, height)
    union = a[2] * a[3] + b[2] * b[3] - both
    return min(1.0, both / union) if union > 0 else 0.0
