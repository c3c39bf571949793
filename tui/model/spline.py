"""Curves: centripetal Catmull-Rom and cubic Bézier, flattened to lines within a tolerance.

A Catmull-Rom stretch is a cubic, so it is turned into a Bézier stretch exactly (Barry and Goldman 1988 for
the curve; Yuksel, Schaefer and Keyser 2011 for why the centripetal knots neither loop nor overshoot).
The number of lines is Wang's bound (1984): a cubic cut evenly into n parts strays from its chords by at most
3/4 of its greatest second difference over n squared.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from tui.model.geometry import Point
from tui.model.shapes import Spline

Stretch = tuple[Point, Point, Point, Point]
"""Point, two control points, point."""
TOLERANCE = 0.25
"""Image pixels."""
MAX_LINES = 4096
"""Of one stretch; reached by no curve on a picture."""


def stretches(spline: Spline) -> list[Stretch]:
    """The cubic stretches of a curve, in order. Points left over at the end of a Bézier are joined straight."""
    if spline.curve == "bezier":
        return _bezier(spline.points, spline.closed)
    return _catmull_rom(spline.points, spline.closed)


def flattened(spline: Spline, tolerance: float = TOLERANCE) -> tuple[Point, ...]:
    """Points on the curve; the lines between them stray from it by at most `tolerance` (image pixels).
    The first point is not repeated at the end of a closed curve."""
    parts = stretches(spline)
    if not parts:
        return spline.points[:1]
    found = [parts[0][0]]
    for stretch in parts:
        found.extend(_lines(stretch, tolerance))
    if spline.closed and len(found) > 1 and found[-1] == found[0]:
        found.pop()
    return tuple(found)


def point_at(stretch: Stretch, t: float) -> Point:
    """`t` from 0 to 1 (Bernstein's form)."""
    a, b, c, d = stretch
    s = 1 - t
    k0, k1, k2, k3 = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return (
        k0 * a[0] + k1 * b[0] + k2 * c[0] + k3 * d[0],
        k0 * a[1] + k1 * b[1] + k2 * c[1] + k3 * d[1],
    )


def as_bezier(spline: Spline) -> Spline:
    """The same curve through Bézier points."""
    if spline.curve == "bezier":
        return spline
    parts = stretches(spline)
    points = [point for stretch in parts for point in stretch[:3]]
    if not spline.closed:
        points.append(parts[-1][3] if parts else spline.points[0])
    return replace(spline, points=tuple(points), curve="bezier")


def _lines(stretch: Stretch, tolerance: float) -> list[Point]:
    a, b, c, d = stretch
    bend = max(
        math.hypot(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1]),
        math.hypot(b[0] - 2 * c[0] + d[0], b[1] - 2 * c[1] + d[1]),
    )
    count = min(MAX_LINES, max(1, math.ceil(math.sqrt(0.75 * bend / max(tolerance, 1e-6)))))
    return [*(point_at(stretch, step / count) for step in range(1, count)), d]


def _bezier(points: Sequence[Point], closed: bool) -> list[Stretch]:
    found = []
    count = len(points)
    start = 0
    while start + 3 < count:
        found.append((points[start], points[start + 1], points[start + 2], points[start + 3]))
        start += 3
    rest = points[start:]
    if closed and len(rest) == 3:
        return [*found, (rest[0], rest[1], rest[2], points[0])]
    found.extend(_straight(a, b) for a, b in itertools.pairwise(rest))
    if closed and count > 1 and points[-1] != points[0]:
        found.append(_straight(points[-1], points[0]))
    return found


def _straight(a: Point, b: Point) -> Stretch:
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return (a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b)


def _catmull_rom(given: Sequence[Point], closed: bool) -> list[Stretch]:
    points = _apart(given, closed)
    if len(points) < 2:
        return []
    if len(points) == 2:
        there = _straight(points[0], points[1])
        return [there, _straight(points[1], points[0])] if closed else [there]
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [_mirrored(points[1], points[0]), *points, _mirrored(points[-2], points[-1])]
    return [_stretch(*around[i : i + 4]) for i in range(len(around) - 3)]


def _apart(given: Sequence[Point], closed: bool) -> list[Point]:
    """Points that follow at the same place once; between them a curve would have no direction."""
    points = [point for point, _ in itertools.groupby(given)]
    if closed and len(points) > 1 and points[-1] == points[0]:
        points.pop()
    return points


def _mirrored(point: Point, at: Point) -> Point:
    """Stands in for the missing neighbour of an end, so that the curve leaves it straight."""
    return (2 * at[0] - point[0], 2 * at[1] - point[1])


def _stretch(a: Point, b: Point, c: Point, d: Point) -> Stretch:
    """From `b` to `c` with the neighbours `a` and `d`; knots are square roots of the distances."""
    k1, k2, k3 = (math.sqrt(math.dist(p, q)) for p, q in ((a, b), (b, c), (c, d)))
    first, second = [], []
    for i in (0, 1):
        leaving = (b[i] - a[i]) / k1 - (c[i] - a[i]) / (k1 + k2) + (c[i] - b[i]) / k2
        arriving = (c[i] - b[i]) / k2 - (d[i] - b[i]) / (k2 + k3) + (d[i] - c[i]) / k3
        first.append(b[i] + leaving * k2 / 3)
        second.append(c[i] - arriving * k2 / 3)
    return (b, (first[0], first[1]), (second[0], second[1]), c)
