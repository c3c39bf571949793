"""Where the tag of a shape stands: at its own outline, on the canvas, and beside the shape rather than over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from tui.model import rle
from tui.model import scene as s
from tui.model.geometry import Point
from tui.tools.view import View

Place = tuple[Point, s.Anchor]
_ROW = 24.0
"""Screen pixels of a row of text where its height is not known."""


def tag_places(marks: Sequence[s.Mark], view: View, columns: int) -> list[Place]:
    """Points in image pixels, and on which side of each a tag of so many `columns` of text can stand, the best first: over
    the topmost point that is visible, under the lowest one, beside the outermost, over the shape. None when nothing of the
    outline is visible. What has no outline has its tag in the corner of the visible part."""
    if not marks:
        return [((view.x, view.y), "inside")]
    points = list(_visible(marks, view))
    if not points:
        return []
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    first = min(x for x, y in points if y == top), top
    row, (left, upper, right, lower) = _row(view), _seen(view)
    last = min(x for x, y in points if y == bottom), bottom
    above: list[Place] = [(first, "above")] if top - row >= upper else []
    below: list[Place] = [(last, "below")] if bottom + row <= lower else []
    return [*above, *below, *_beside(points, columns * _column(view), left, right), (first, "inside")]


def _beside(points: Sequence[Point], wide: float, left: float, right: float) -> Iterator[Place]:
    """Where there is room between it and the visible part's `left` and `right`."""
    (least, at_least), (most, at_most) = min(points), max(points, key=lambda point: (point[0], -point[1]))
    if most + wide <= right:
        yield (most, at_most), "inside"
    if least - wide >= left:
        yield (least - wide, at_least), "inside"


def _row(view: View) -> float:
    """The height of a row of text in image pixels."""
    return view.cell[1] or _ROW / (view.scale or 1.0)


def _column(view: View) -> float:
    return view.cell[0] or _ROW / 2 / (view.scale or 1.0)


def _seen(view: View) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the visible part."""
    width, height = view.width or view.image_width, view.height or view.image_height
    return view.x, view.y, view.x + width, view.y + height


def _visible(marks: Sequence[s.Mark], view: View) -> Iterator[Point]:
    """Points of the outline within the visible part, those among them where its lines leave that."""
    box = _seen(view)
    for mark in marks:
        if isinstance(mark, s.Area):
            yield from _of_mask(mark.counts, mark.size, box)
        else:
            yield from _of_line(s.line_of(mark), box)


def _of_line(line: Sequence[Point], box: tuple[float, float, float, float]) -> Iterator[Point]:
    if not line:
        return
    left, top, right, bottom = box
    xs, ys = zip(*line, strict=True)
    if min(xs) >= left and max(xs) <= right and min(ys) >= top and max(ys) <= bottom:
        yield from line
        return
    if max(xs) < left or min(xs) > right or max(ys) < top or min(ys) > bottom:
        return
    for a, b in pairwise(line):
        yield from _cut(a, b, box)


def _cut(a: Point, b: Point, box: tuple[float, float, float, float]) -> Iterator[Point]:
    """Both ends of what of a stretch lies in a box (Liang and Barsky, 1984); nothing when nothing does."""
    (x, y), dx, dy = a, b[0] - a[0], b[1] - a[1]
    left, top, right, bottom = box
    start, end = 0.0, 1.0
    for step, room in ((-dx, x - left), (dx, right - x), (-dy, y - top), (dy, bottom - y)):
        if step == 0 and room < 0:
            return
        if step < 0:
            start = max(start, room / step)
        elif step > 0:
            end = min(end, room / step)
    if start <= end:
        yield x + start * dx, y + start * dy
        yield x + end * dx, y + end * dy


@lru_cache(maxsize=32)
def _of_mask(
    counts: tuple[int, ...], size: tuple[int, int], box: tuple[float, float, float, float]
) -> tuple[Point, ...]:
    """The ends of each column of its pixels, as far as they are visible."""
    left, top, right, bottom = box
    columns = (
        (float(column), max(float(first), top), min(float(end), bottom))
        for column, first, end in rle.columns(counts, size)
        if left <= column <= right and first <= bottom and end >= top
    )
    return tuple(point for x, first, end in columns for point in ((x, first), (x, end)))
