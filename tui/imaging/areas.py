"""Masks on the canvas: sampled at the pixels that are seen, without ever filling the whole image."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.model.class_map import ClassMap, Column

Bits = NDArray[np.bool_]
Numbers = NDArray[np.uint16]


def sampled(
    counts: tuple[int, ...], size: tuple[int, int], columns: NDArray[np.intp], rows: NDArray[np.intp]
) -> Bits:
    """(len(rows), len(columns)): whether the mask covers these image columns and rows, both ascending.

    `counts`: run lengths column by column, beginning with zeros, over `size` (height, width), as in COCO. The
    work goes with the number of runs and of samples, not with the image's pixels. Samples outside are False.
    """
    height, width = size
    seen_columns, which_column = np.unique(columns, return_inverse=True)
    seen_rows, which_row = np.unique(rows, return_inverse=True)
    ends = np.cumsum(np.asarray(counts, dtype=np.int64))
    ends = ends[ends < height * width]
    column, row = np.divmod(ends, height)
    # How many samples lie before each change, when the samples are counted column by column as the runs are.
    before_column = np.searchsorted(seen_columns, np.arange(width + 1))
    before_row = np.searchsorted(seen_rows, np.arange(height + 1))
    is_seen = np.zeros(width + 1, dtype=bool)
    is_seen[seen_columns[(seen_columns >= 0) & (seen_columns < width)]] = True
    place = before_column[column] * len(seen_rows) + np.where(is_seen[column], before_row[row], 0)
    total = len(seen_columns) * len(seen_rows)
    changes = np.bincount(place, minlength=total + 1)[:total].astype(np.uint8)
    grid = (np.cumsum(changes, dtype=np.uint8) & 1).reshape(len(seen_columns), len(seen_rows)).astype(bool)
    inside_columns = (seen_columns >= 0) & (seen_columns < width)
    inside_rows = (seen_rows >= 0) & (seen_rows < height)
    grid[~inside_columns] = False
    grid[:, ~inside_rows] = False
    if len(seen_columns) < len(columns):
        grid = grid[which_column]
    if len(seen_rows) < len(rows):
        grid = grid[:, which_row]
    return np.ascontiguousarray(grid.T)


class SampleCache:
    """The last masks sampled, by the identity of their run lengths: comparing these would take longer."""

    def __init__(self, limit: int = 48) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[int, bytes], tuple[tuple[int, ...], Bits]] = OrderedDict()

    def get(
        self,
        counts: tuple[int, ...],
        size: tuple[int, int],
        columns: NDArray[np.intp],
        rows: NDArray[np.intp],
    ) -> Bits:
        """As `sampled`, known for the last masks."""
        key = id(counts), columns.tobytes() + rows.tobytes()
        found = self._kept.get(key)
        if found is not None and found[0] is counts:
            self._kept.move_to_end(key)
            return found[1]
        bits = sampled(counts, size, columns, rows)
        self._kept[key] = counts, bits
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return bits


class NumberCache:
    """The last painting on each of a few grids. Of the next one only the columns that are other ones are sampled: a
    brush touches few, and all others are shared."""

    def __init__(self, limit: int = 4) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[int, bytes], tuple[ClassMap, Numbers]] = OrderedDict()
        self._last: OrderedDict[bytes, tuple[ClassMap, Numbers]] = OrderedDict()

    def get(self, classes: ClassMap, columns: NDArray[np.intp], rows: NDArray[np.intp]) -> Numbers:
        """(len(rows), len(columns)): the class number at these image columns and rows; 0 outside."""
        place = columns.tobytes() + rows.tobytes()
        found = self._kept.get((id(classes), place))
        if found is not None and found[0] is classes:
            return found[1]
        last = self._last.get(place)
        numbers = _numbers(classes, columns, rows, last)
        self._kept[id(classes), place] = self._last[place] = classes, numbers
        for kept in (self._kept, self._last):
            while len(kept) > self._limit:
                kept.popitem(last=False)
        return numbers


def _numbers(
    classes: ClassMap,
    columns: NDArray[np.intp],
    rows: NDArray[np.intp],
    last: tuple[ClassMap, Numbers] | None,
) -> Numbers:
    """`last`: a map whose numbers at these places are known: only columns that differ from it are computed."""
    inside = (rows >= 0) & (rows < classes.height)
    before: tuple[Column, ...] = ()
    numbers = np.zeros((len(rows), len(columns)), dtype=np.uint16)
    if last is not None and (last[0].width, last[0].height) == (classes.width, classes.height):
        before, numbers = last[0].columns, last[1].copy()
    for place, column in enumerate(columns.tolist()):
        if not 0 <= column < classes.width or (before and before[column] is classes.columns[column]):
            continue
        if place and column == columns[place - 1]:
            numbers[:, place] = numbers[:, place - 1]
            continue
        ends, found = zip(*classes.columns[column], strict=True)
        at = np.searchsorted(ends, rows[inside], side="right")
        numbers[inside, place] = np.asarray(found, dtype=np.uint16)[at]
    return numbers


def margined(whole: NDArray[Any], box: tuple[int, int, int, int]) -> NDArray[Any]:
    """A part of an array (left, top, right, bottom) and one more on every side. At the edge of the whole the next is
    taken to be like the last: what is cut off there has no edge."""
    left, top, right, bottom = box
    height, width = whole.shape
    part = whole[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1]
    missing = (int(top == 0), int(bottom >= height)), (int(left == 0), int(right >= width))
    return np.pad(part, missing, mode="edge")


def _beside(margined: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """The pixels above, below, left and right of each of an array with a margin of one."""
    return margined[:-2, 1:-1], margined[2:, 1:-1], margined[1:-1, :-2], margined[1:-1, 2:]


def at_edge(margined: NDArray[Any]) -> Bits:
    """Whether each of what has a margin of one differs from one beside it."""
    middle = margined[1:-1, 1:-1]
    above, below, left, right = _beside(margined)
    return np.asarray((middle != above) | (middle != below) | (middle != left) | (middle != right))


def largest_beside(margined: Numbers) -> Numbers:
    """The largest number beside each of what has a margin of one."""
    above, below, left, right = _beside(margined)
    largest: Numbers = np.maximum(np.maximum(above, below), np.maximum(left, right))
    return largest
