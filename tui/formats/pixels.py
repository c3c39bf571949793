"""Masks as arrays of pixels: from runs and outlines to pixels and back. Arrays are (height, width) booleans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.model import rle
from tui.model.even_odd import filled_rows
from tui.model.geometry import Point, Ring, edges
from tui.model.shapes import Mask

MaskGrid = NDArray[np.bool_]
PixelCorner = tuple[int, int]
"""Of a pixel: column and row; also a step from one to the next."""


def grid_of(mask: Mask) -> MaskGrid:
    """The pixels of a mask."""
    height, width = mask.size
    runs = np.asarray(mask.runs, dtype=np.int64)
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return flat.reshape(width, height).T


def runs_of(flat: NDArray[np.bool_]) -> list[int]:
    """Lengths of runs of equal values, the first counting False."""
    if not flat.size:
        return []
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths: list[int] = np.diff(changes, prepend=0, append=flat.size).tolist()
    return [0, *lengths] if flat[0] else lengths


def mask_of(grid: MaskGrid, **common: Any) -> Mask:
    """The mask of an array; `common`: label, attributes ... of the shape."""
    height, width = grid.shape
    return Mask((height, width), rle.pack(runs_of(grid.T.reshape(-1))), **common)


def cropped(mask: Mask) -> tuple[MaskGrid, int, int]:
    """The smallest part of a mask that holds all of its pixels, and its left and top edge in image pixels."""
    x, y, width, height = rle.box(mask.runs, mask.size)
    return grid_of(mask)[y : y + height, x : x + width], x, y


def pasted(crop: MaskGrid, left: int, top: int, size: tuple[int, int], **common: Any) -> Mask | None:
    """The mask of an array laid on an image with its left and top edge there; None when it leads out of it.

    `size`: width and height of the image in pixels. `common`: as for `mask_of`.
    """
    (width, height), (rows, columns) = size, crop.shape
    if not (0 <= left <= width - columns and 0 <= top <= height - rows):
        return None
    grid = np.zeros((height, width), dtype=np.bool_)
    grid[top : top + rows, left : left + columns] = crop
    return mask_of(grid, **common)


def from_runs(runs: Sequence[int], width: int, height: int) -> MaskGrid | None:
    """The array of runs that go row by row, the first counting False; None when they do not fill it."""
    if not runs or min(runs) < 0 or sum(runs) != width * height:
        return None
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)


def filled(rings: Sequence[Ring], width: int, height: int) -> MaskGrid:
    """The pixels whose middle lies inside outlines (`tui.model.even_odd`)."""
    grid = np.zeros((height, width), dtype=np.bool_)
    for row, first, last in filled_rows(rings, width, height):
        grid[row, first:last] = True
    return grid


def outlines(grid: MaskGrid) -> list[tuple[Point, ...]]:
    """The outer outlines of the parts of an area, along the edges of its pixels, top part first.

    Parts that touch only at a corner are apart. The walk keeps the area on its right, so outer outlines
    run clockwise on the screen and holes do not; those are passed over.
    """
    ways = _ways(np.pad(grid, 1).astype(np.int8))
    found = []
    for start in sorted(ways, key=lambda at: (at[1], at[0])):
        while start in ways:
            ring = _ring(ways, start)
            if sum(ax * by - bx * ay for (ax, ay), (bx, by) in edges(ring)) > 0:
                found.append(ring)
    return found


def _ring(ways: dict[PixelCorner, list[PixelCorner]], start: PixelCorner) -> tuple[Point, ...]:
    """Walk one closed border, turning right where two meet, and take its edges out of `ways`."""
    ring: list[Point] = []
    at, heading = start, ways[start][0]
    while True:
        heads = ways[at]
        right = (-heading[1], heading[0])
        following = right if right in heads and len(heads) > 1 else heads[0]
        heads.remove(following)
        if not heads:
            del ways[at]
        if following != heading or not ring:
            ring.append((float(at[0]), float(at[1])))
        at, heading = (at[0] + following[0], at[1] + following[1]), following
        if at == start:
            return tuple(ring)


def _ways(padded: NDArray[np.int8]) -> dict[PixelCorner, list[PixelCorner]]:
    """From each corner of a pixel on the border: the directions in which a border edge leaves it."""
    ways: dict[PixelCorner, list[PixelCorner]] = {}
    down, across = np.diff(padded, axis=0), np.diff(padded, axis=1)
    for array, value, offset, heading in (
        (down, 1, (-1, 0), (1, 0)),  # The top edge of a pixel runs right,
        (down, -1, (0, 0), (-1, 0)),  # the bottom edge left,
        (across, -1, (0, -1), (0, 1)),  # the right edge down,
        (across, 1, (0, 0), (0, -1)),  # the left edge up.
    ):
        for row, column in np.argwhere(array == value).tolist():
            ways.setdefault((column + offset[0], row + offset[1]), []).append(heading)
    return ways
