"""What drawing tools ask of a picture in full size: where its edges are, and which pixels look alike."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.model.class_map import connected
from tui.model.even_odd import ColumnSpan
from tui.model.geometry import Bounds, Point

REACH_PIXELS, REACH_SHARE = 6.0, 0.05
"""An edge moves at most so far: image pixels, or this share of the side across, whichever is more."""
FAINT = 4.0
"""Steps in brightness (of 255) below this are no edge."""
STRONG = 0.5
"""The nearest edge counts that has this share of the strength of the strongest within reach."""
ALONG = 5
"""Brightness is averaged over so many pixels along an edge: texture goes, edges stay."""
Array = NDArray[np.float32]


class Pixels:
    """A picture's pixels, for the tools. Holds the whole picture: 3 bytes a pixel."""

    def __init__(self, image: Image.Image) -> None:
        # Of what is RGB already `convert` would make a copy, of hundreds of megabytes.
        self._rgb: NDArray[np.uint8] = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self._rgb.shape[1], self._rgb.shape[0]

    def tightened(self, box: Bounds) -> Bounds:
        """Each edge moved to the nearest strong edge within reach; an edge without one stays."""
        x, y, width, height = box
        across, down = _reach(width), _reach(height)
        left = self._vertical(x, y, y + height, across)
        right = self._vertical(x + width, y, y + height, across)
        # The level edges are looked for between the upright ones that were found, and these once more.
        top = self._level(y, left, right, down)
        bottom = self._level(y + height, left, right, down)
        left = self._vertical(x, top, bottom, across)
        right = self._vertical(x + width, top, bottom, across)
        if right - left < 1 or bottom - top < 1:
            return box
        return (left, top, right - left, bottom - top)

    def _vertical(self, x: float, top: float, bottom: float, reach: float) -> float:
        return _nearest(self._rgb, x, top, bottom, reach)

    def _level(self, y: float, left: float, right: float, reach: float) -> float:
        return _nearest(self._rgb.transpose(1, 0, 2), y, left, right, reach)

    def alike(self, at: Point, tolerance: float) -> Iterator[ColumnSpan]:
        """The pixels that hang together (by their sides) with the one at a point and whose colours differ from
        its by at most `tolerance` in every channel."""
        height, width = self._rgb.shape[:2]
        column, row = math.floor(at[0]), math.floor(at[1])
        if not (0 <= column < width and 0 <= row < height):
            return
        # The mean around the point: one odd pixel must not decide.
        near = self._rgb[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        seed = near.reshape(-1, 3).mean(axis=0)

        @cache
        def spans_in(at: int) -> list[ColumnSpan]:
            same = (np.abs(self._rgb[:, at].astype(np.float32) - seed) <= tolerance).all(axis=1)
            ends = np.flatnonzero(np.diff(np.concatenate(([False], same, [False]))))
            return [(at, int(a), int(b)) for a, b in zip(ends[0::2], ends[1::2], strict=True)]

        yield from connected(column, row, width, spans_in)


def _reach(side: float) -> float:
    return max(REACH_PIXELS, REACH_SHARE * side)


def _nearest(rgb: NDArray[np.uint8], x: float, top: float, bottom: float, reach: float) -> float:
    """The place of the nearest strong upright edge around `x` between two rows; `x` itself when there is none."""
    height, width = rgb.shape[:2]
    first, last = max(1, math.floor(x - reach)), min(width - 1, math.ceil(x + reach))
    begin, end = max(0, math.floor(top)), min(height, math.ceil(bottom))
    if last < first or end - begin < 1:
        return x
    strength = _strength(rgb[begin:end, first - 1 : last + 1].astype(np.float32))
    near = [
        place
        for place in (first + _centre(strength, i) for i in _peaks(strength))
        if abs(place - x) <= reach + 0.5
    ]
    return min(near, key=lambda place: abs(place - x), default=x)


def _peaks(strength: Array) -> list[int]:
    """Where steps are strong, and not less than their neighbours; none in what is faint."""
    strongest = float(strength.max())
    if strongest < FAINT:
        return []
    around = np.concatenate((strength[:1], strength, strength[-1:]))
    peak = (strength >= STRONG * strongest) & (strength >= around[:-2]) & (strength >= around[2:])
    return np.flatnonzero(peak).tolist()


def _strength(part: Array) -> Array:
    """Mean steps from column to column: entry i is the step from column i to column i + 1."""
    steps = np.diff(part, axis=1)
    window = min(ALONG, steps.shape[0])
    sums = np.cumsum(np.concatenate((np.zeros_like(steps[:1]), steps)), axis=0)
    smooth = (sums[window:] - sums[:-window]) / window
    found: Array = np.abs(smooth).max(axis=2).mean(axis=0)
    return found


def _centre(strength: Array, peak: int) -> float:
    """The place of a step between pixels: the mean of a peak and its neighbours over what lies around them."""
    begin, end = max(0, peak - 1), min(len(strength), peak + 2)
    part = strength[begin:end] - float(strength.min())
    total = float(part.sum())
    return float((part * np.arange(begin, end)).sum()) / total if total > 0 else float(peak)
