"""A picture's pixels, each of one class: kept as runs of every column, so that a brush touches few of them and
what was before costs nothing to keep (columns that did not change are shared).

A pixel belongs to an outline or a brush when its middle does.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from tui.model.even_odd import ColumnSpan
from tui.model.geometry import Point

Column = tuple[tuple[int, int], ...]
"""(end, class) from the top down; the last end is the height, neighbours differ in class."""


@dataclass(frozen=True, slots=True)
class ClassMap:
    """`names`: the classes, the first is number 1; 0 is a pixel without a class."""

    height: int
    width: int
    names: tuple[str, ...]
    columns: tuple[Column, ...]

    @classmethod
    def blank(cls, size: tuple[int, int], names: Sequence[str]) -> ClassMap:
        """`size`: height and width."""
        return cls(size[0], size[1], tuple(names), (((size[0], 0),),) * size[1])

    def number(self, name: str) -> int:
        """Of a class; 0 for one that is not there."""
        return self.names.index(name) + 1 if name in self.names else 0

    def with_names(self, names: Iterable[str]) -> ClassMap:
        """The same with further classes behind those that are there."""
        more = tuple(name for name in names if name not in self.names)
        return replace(self, names=self.names + more) if more else self

    def at(self, x: float, y: float) -> int:
        """The class of the pixel that holds a point, 0 outside."""
        column, row = math.floor(x), math.floor(y)
        if not (0 <= column < self.width and 0 <= row < self.height):
            return 0
        return next(number for end, number in self.columns[column] if row < end)

    def painted(self, spans: Iterable[ColumnSpan], number: int, over: int | None = None) -> ClassMap:
        """These pixels made of class `number`; `over`: only those that were of this class before."""
        changed: dict[int, Column] = {}
        for column, top, bottom in spans:
            top, bottom = max(0, top), min(self.height, bottom)
            if 0 <= column < self.width and top < bottom:
                now = changed.get(column, self.columns[column])
                changed[column] = _put(now, top, bottom, number, over)
        if not changed:
            return self
        columns = list(self.columns)
        for column, found in changed.items():
            columns[column] = found
        return replace(self, columns=tuple(columns))

    def region(self, x: float, y: float) -> list[ColumnSpan]:
        """The pixels of the same class that hang together with the one that holds a point (by their sides)."""
        column, row = math.floor(x), math.floor(y)
        if not (0 <= column < self.width and 0 <= row < self.height):
            return []
        number = self.at(x, y)
        return sorted(connected(column, row, self.width, lambda beside: self._spans(beside, number)))

    def pieces(self, span: ColumnSpan) -> Iterator[tuple[int, ColumnSpan]]:
        """The parts of a span on the map, each of one class, with its number."""
        column, top, bottom = span
        begin = 0
        for end, number in self.columns[column] if 0 <= column < self.width else ():
            first, last = max(begin, top), min(end, bottom)
            if first < last:
                yield number, (column, first, last)
            begin = end

    def _spans(self, column: int, number: int) -> Iterator[ColumnSpan]:
        begin = 0
        for end, found in self.columns[column]:
            if found == number:
                yield (column, begin, end)
            begin = end

    @property
    def occurring(self) -> tuple[str, ...]:
        """The classes of which there is a pixel, in the order of `names`."""
        found = {number for column in self.columns for _, number in column}
        return tuple(name for number, name in enumerate(self.names, 1) if number in found)

    def runs(self) -> dict[str, list[int]]:
        """COCO run lengths by class, of the classes that occur, in the order of `names`."""
        runs: list[list[int]] = [[] for _ in range(len(self.names) + 1)]
        last = [0] * len(runs)
        begin = 0
        for index, column in enumerate(self.columns):
            base = index * self.height
            for end, number in column:
                stop = base + end
                if number:
                    mine = runs[number]
                    if mine and last[number] == begin:
                        # The last run of the column before goes on.
                        mine[-1] += stop - begin
                    else:
                        mine.append(begin - last[number])
                        mine.append(stop - begin)
                    last[number] = stop
                begin = stop
        return {
            name: [*mine, begin - stop] if stop < begin else mine
            for name, mine, stop in zip(self.names, runs[1:], last[1:], strict=True)
            if mine
        }


def connected(
    column: int, row: int, width: int, spans_in: Callable[[int], Iterable[ColumnSpan]]
) -> Iterator[ColumnSpan]:
    """The spans that hang together by the sides of their pixels with the one that holds a pixel. `spans_in`: all
    spans of a column from 0 to `width` - 1 that count."""
    waiting = [span for span in spans_in(column) if _touch(span, (column, row, row + 1))]
    seen = set(waiting)
    while waiting:
        span = waiting.pop()
        yield span
        for beside in range(max(0, span[0] - 1), min(width, span[0] + 2)):
            new = {other for other in spans_in(beside) if _touch(other, span)} - seen
            seen |= new
            waiting += new


def _touch(a: ColumnSpan, b: ColumnSpan) -> bool:
    """Whether spans of one column or of neighbours have a row in common."""
    return a[1] < b[2] and b[1] < a[2]


def from_runs(size: tuple[int, int], masks: Iterable[tuple[str, Sequence[int]]]) -> ClassMap:
    """Masks by class, in COCO run lengths, laid over one another; the later ones win."""
    found = ClassMap.blank(size, ())
    for name, runs in masks:
        found = found.with_names([name])
        found = found.painted(spans_of(runs, size[0]), found.number(name))
    return found


def spans_of(runs: Sequence[int], height: int) -> Iterator[ColumnSpan]:
    """The pixels set in COCO run lengths."""
    ends = list(accumulate(runs))
    for begin, end in zip(ends[0::2], ends[1::2], strict=False):
        while begin < end:
            column, top = divmod(begin, height)
            bottom = min(height, top + end - begin)
            yield (column, top, bottom)
            begin += bottom - top


def disc(middle: Point, diameter: float) -> Iterator[ColumnSpan]:
    """A dab of a round brush; the smallest is the one pixel under it."""
    x, y = middle
    radius = diameter / 2
    found = False
    for column in range(math.ceil(x - radius - 0.5), math.floor(x + radius - 0.5) + 1):
        half = math.sqrt(max(0.0, radius * radius - (column + 0.5 - x) ** 2))
        top, bottom = math.ceil(y - half - 0.5), math.floor(y + half - 0.5) + 1
        if top < bottom:
            found = True
            yield (column, top, bottom)
    if not found:
        yield (math.floor(x), math.floor(y), math.floor(y) + 1)


def stroke(a: Point, b: Point, diameter: float) -> list[ColumnSpan]:
    """A round brush drawn from `a` to `b`. What it covers has no dent, so each column is one span."""
    steps = max(1, math.ceil(math.dist(a, b) / max(0.5, diameter / 16)))
    found: dict[int, tuple[int, int]] = {}
    for step in range(steps + 1):
        t = step / steps
        for column, top, bottom in disc((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t), diameter):
            before = found.get(column, (top, bottom))
            found[column] = (min(before[0], top), max(before[1], bottom))
    return [(column, top, bottom) for column, (top, bottom) in sorted(found.items())]


def _put(column: Column, top: int, bottom: int, number: int, over: int | None) -> Column:
    """A column with its rows from `top` to before `bottom` made of class `number`; other pieces stay as they are."""
    first, last = bisect_left(column, (top + 1, -1)), bisect_left(column, (bottom, -1))
    pieces = [*column[max(0, first - 1) : first]]
    if (pieces[0][0] if pieces else 0) < top:
        pieces.append((top, column[first][1]))
    for end, found in column[first : last + 1]:
        pieces.append((min(end, bottom), number if over is None or found == over else found))
    if column[last][0] > bottom:
        pieces.append(column[last])
    pieces += column[last + 1 : last + 2]
    return (*column[: max(0, first - 1)], *_joined(pieces), *column[last + 2 :])


def _joined(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbours of one class as one piece."""
    joined: list[tuple[int, int]] = []
    for piece in pieces:
        if joined and joined[-1][1] == piece[1]:
            joined[-1] = piece
        else:
            joined.append(piece)
    return joined
