"""Marks of a scene as rectangles and lines of whole pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from tui.imaging.ink import ink_on
from tui.imaging.viewport import Viewport
from tui.model.geometry import Point
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Text

PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a grid; right and bottom are outside."""
CASING = 1
"""Pixels of casing along both sides of a line: black or white, whichever differs more from the line's own colour, so
that one of the two is seen on any ground."""
DASH, GAP = 7, 5
"""Pixels drawn and left out along a dashed line."""
_BLOCK_DASH, _BLOCK_GAP = 2, 1
_FAR = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where image points lie among the pixels that are drawn on. `across`, `down`: canvas pixels per drawn pixel:
    1, 1 for the canvas itself, a cell's width and half its height for half-blocks."""

    view: Viewport
    across: float = 1.0
    down: float = 1.0

    @classmethod
    def of_blocks(cls, view: Viewport) -> Grid:
        """The grid of half-blocks: two pixels in each cell, one over the other."""
        return cls(view, view.cell[0], view.cell[1] / 2)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in drawn pixels."""
        return round(self.view.canvas[0] / self.across), round(self.view.canvas[1] / self.down)

    @property
    def fine(self) -> bool:
        """Lines have their own thickness; else one pixel, as pixels are large."""
        return self.across <= 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Image to drawn pixels, kept within what can be drawn with."""
        px, py = self.view.to_canvas(x, y)
        return max(-_FAR, min(_FAR, px / self.across)), max(-_FAR, min(_FAR, py / self.down))

    def dashes(self) -> tuple[int, int]:
        """Drawn pixels drawn and left out along a dashed line."""
        return (DASH, GAP) if self.fine else (_BLOCK_DASH, _BLOCK_GAP)


@dataclass(frozen=True, slots=True)
class FilledBox:
    """A filled rectangle."""

    box: PixelBox
    colour: str


@lru_cache(maxsize=4096)
def filled_boxes(mark: Mark, grid: Grid) -> tuple[FilledBox, ...] | None:
    """The mark as filled rectangles clipped to the grid, lowest first; None when it is none of that kind.

    An edge of two pixels lies one outside and one inside of where the shape ends; one of a single pixel inside.
    """
    match mark:
        case Frame():
            found = list(_frame(mark, grid))
        case Handle():
            found = _handle(mark, grid)
        case Cross():
            found = _cross(mark, grid)
        case Path() | Area() | Layers() | Text() | Ruler():
            return None
        case _:
            assert_never(mark)
    return _on_grid(found, grid)


def _on_grid(found: Sequence[FilledBox], grid: Grid) -> tuple[FilledBox, ...]:
    whole = (0, 0, *grid.size)
    return tuple(
        FilledBox(box, rule.colour) for rule in found if (box := clipped(rule.box, whole)) is not None
    )


@lru_cache(maxsize=4096)
def casing_boxes(mark: Frame | Handle | Cross, grid: Grid) -> tuple[FilledBox, ...]:
    """What lies under the mark's lines and is seen along both sides of them. In half-blocks, whose pixels are large,
    only outside of a box, and none along a crosshair."""
    match mark:
        case Frame() if not grid.fine:
            x0, y0, x1, y1 = _wider(frame_box(mark, grid), CASING)
            ring = ((x0, y0, x1, y0 + 1), (x0, y1 - 1, x1, y1), (x0, y0, x0 + 1, y1), (x1 - 1, y0, x1, y1))
            return _on_grid([FilledBox(box, ink_on(mark.colour)) for box in ring], grid)
        case Frame():
            lines = list(_frame(mark, grid))
        case Handle():
            lines = _handle(mark, grid)[:1] if grid.fine else []
        case Cross():
            lines = _cross(mark, grid) if grid.fine else []
        case _:
            assert_never(mark)
    return _on_grid([FilledBox(_wider(line.box, CASING), ink_on(mark.colour)) for line in lines], grid)


def clipped(box: PixelBox, bounds: PixelBox) -> PixelBox | None:
    """What of `box` lies within `bounds`; None when nothing does."""
    left, top = max(box[0], bounds[0]), max(box[1], bounds[1])
    right, bottom = min(box[2], bounds[2]), min(box[3], bounds[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def bounds(mark: Mark, grid: Grid) -> PixelBox | None:
    """A box that holds every pixel of the mark, clipped to the grid; None when nothing is on it."""
    reach = _reach(mark, grid)
    return clipped(reach, (0, 0, *grid.size)) if reach is not None else None


def _reach(mark: Mark, grid: Grid) -> PixelBox | None:
    match mark:
        case Frame():
            return _wider(frame_box(mark, grid), mark.thick // 2 + CASING)
        case Handle():
            return _between(mark.at, mark.at, grid, mark.size // 2 + 4)
        case Path():
            ends = _extent(mark)
            return _between(*ends, grid, mark.thick + 1 + CASING) if ends is not None else None
        case Area():
            return _between((0, 0), (mark.size[1], mark.size[0]), grid, 1 + CASING)
        case Layers():
            return _between((0, 0), (mark.classes.width, mark.classes.height), grid, 1 + CASING)
        case Cross():
            return (
                _between(mark.at, mark.at, grid, mark.arm + 2 + CASING)
                if mark.arm is not None
                else (0, 0, *grid.size)
            )
        case Text() | Ruler():
            return None
        case _:
            assert_never(mark)


def _between(first: Point, last: Point, grid: Grid, out: int) -> PixelBox:
    """The box between two image points, wider by `out` pixels on every side."""
    (left, top), (right, bottom) = grid.at(*first), grid.at(*last)
    return _wider((math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)), out)


def _wider(box: PixelBox, out: int) -> PixelBox:
    return box[0] - out, box[1] - out, box[2] + out, box[3] + out


def frame_box(frame: Frame, grid: Grid) -> PixelBox:
    """The pixels inside of a frame's ends, at least one each way."""
    left, top = grid.at(frame.x, frame.y)
    right, bottom = grid.at(frame.x + frame.width, frame.y + frame.height)
    x0, y0 = round(left), round(top)
    return x0, y0, max(x0 + 1, round(right)), max(y0 + 1, round(bottom))


@lru_cache(maxsize=4096)
def _extent(path: Path) -> tuple[Point, Point] | None:
    """Top left and bottom right in image pixels; None without points, or when one is no number."""
    if not path.points or not all(math.isfinite(x) and math.isfinite(y) for x, y in path.points):
        return None
    xs, ys = zip(*path.points, strict=True)
    return (min(xs), min(ys)), (max(xs), max(ys))


def _frame(frame: Frame, grid: Grid) -> Iterator[FilledBox]:
    thick = frame.thick if grid.fine else 1
    x0, y0, x1, y1 = _wider(frame_box(frame, grid), thick // 2)
    if x1 - x0 <= 2 * thick or y1 - y0 <= 2 * thick:
        yield FilledBox((x0, y0, x1, y1), frame.colour)
        return
    across = ((x0, y0, x1, y0 + thick), (x0, y1 - thick, x1, y1))
    down = ((x0, y0 + thick, x0 + thick, y1 - thick), (x1 - thick, y0 + thick, x1, y1 - thick))
    boxes = _dashed_boxes(across, down, grid) if frame.dashed else (*across, *down)
    yield from (FilledBox(box, frame.colour) for box in boxes)


def _dashed_boxes(across: Sequence[PixelBox], down: Sequence[PixelBox], grid: Grid) -> Iterator[PixelBox]:
    width, height = grid.size
    for left, top, right, bottom in across:
        yield from ((start, top, end, bottom) for start, end in _dashed(left, right, grid, width))
    for left, top, right, bottom in down:
        yield from ((left, start, right, end) for start, end in _dashed(top, bottom, grid, height))


def _dashed(first: int, last: int, grid: Grid, end: int) -> Iterator[tuple[int, int]]:
    """The drawn parts of a line that are on the grid."""
    dash, gap = grid.dashes()
    step = dash + gap
    start = first + max(0, -first // step) * step
    for at in range(start, min(last, end), step):
        yield at, min(at + dash, last)


def _handle(handle: Handle, grid: Grid) -> list[FilledBox]:
    """A full square; the strong one is larger and hollow. On half-blocks two pixels wide, so that it lies on its edge
    from whichever side, and the strong one in ink."""
    if not grid.fine:
        return [
            FilledBox(_square(handle, grid, 2), ink_on(handle.colour) if handle.strong else handle.colour)
        ]
    if not handle.strong:
        return [FilledBox(_square(handle, grid, handle.size), handle.colour)]
    return [
        FilledBox(_square(handle, grid, handle.size + 4), handle.colour),
        FilledBox(_square(handle, grid, handle.size), ink_on(handle.colour)),
    ]


def _square(handle: Handle, grid: Grid, size: int) -> PixelBox:
    x, y = grid.at(*handle.at)
    left, top = (math.floor(at - (size - 1) / 2) if size % 2 else round(at) - size // 2 for at in (x, y))
    return left, top, left + size, top + size


def _cross(cross: Cross, grid: Grid) -> list[FilledBox]:
    left, top, width, height = grid.view.placed
    x0, y0 = math.floor(left / grid.across), math.floor(top / grid.down)
    x1, y1 = math.ceil((left + width) / grid.across), math.ceil((top + height) / grid.down)
    x, y = (math.floor(at) for at in grid.at(*cross.at))
    # A point on the far edge belongs to the last pixel.
    x, y = min(x, x1 - 1), min(y, y1 - 1)
    if cross.arm is not None:
        x0, y0 = max(x0, x - cross.arm), max(y0, y - cross.arm)
        x1, y1 = min(x1, x + cross.arm + 1), min(y1, y + cross.arm + 1)
    return [FilledBox((x0, y, x1, y + 1), cross.colour), FilledBox((x, y0, x + 1, y1), cross.colour)]
