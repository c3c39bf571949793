"""From a scene to what a terminal with stored pictures is told: lines cut out of rule images, a held shape with its
handles as one small image, which moves for the price of one placement, and tiles for whatever is neither. Handles of
other shapes and boxes too small for four lines are small images as well. All of them carry their casing.

Of a box that is held at one edge, this edge and the one across are such images, and the others lines between them:
the box then changes its size for the price of three placements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from typing import assert_never

from tui.display.stored_painter import Sprite
from tui.imaging import draw
from tui.imaging.changes import OverlayTiles
from tui.imaging.outline import CASING, Grid, PixelBox, bounds, filled_boxes, frame_box
from tui.imaging.overlay import OverlayLayer
from tui.imaging.rule import Rule, RuledLine, box_lines, dashed_lines
from tui.imaging.viewport import Viewport
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Scene, Text
from tui.terminal import wire


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is to be placed for a scene, in pixels of the canvas."""

    lines: tuple[RuledLine, ...] = ()
    sprites: tuple[Sprite, ...] = ()


def overlay_of(scene: Scene, viewport: Viewport, sheet: OverlayTiles) -> Overlay:
    """Everything of the scene but its tags. `sheet`: the tiles of the scene before."""
    grid = Grid(viewport)
    frame, handles, rest = held(scene)
    lines, sprites = list[RuledLine](), list[Sprite]()
    if frame is not None:
        lines, sprites = _by_edges(frame, handles, grid) or ([], _whole(frame, handles, grid))
    for mark in rest:
        found_lines, found_sprites = _apart(mark, grid)
        lines, sprites = [*lines, *found_lines], [*sprites, *found_sprites]
    tiled = tuple(mark for mark in rest if _medium(mark) is Medium.TILES)
    sprites += [_sprite(tile, wire.Z_AREA) for tile in sheet.tiles(tiled, grid).values()]
    return Overlay(tuple(lines), tuple(sprites))


class Medium(Enum):
    """How a mark reaches the screen: by itself, as lines cut out of rule images or a small image; as tiles of an
    overlay; or as text cells."""

    APART = auto()
    TILES = auto()
    CELLS = auto()


def _medium(mark: Mark) -> Medium:
    match mark:
        case Frame() | Handle() | Cross():
            return Medium.APART
        case Path() | Area() | Layers():
            return Medium.TILES
        case Text() | Ruler():
            return Medium.CELLS
        case _:
            assert_never(mark)


def held(scene: Scene) -> tuple[Frame | None, tuple[Handle, ...], tuple[Mark, ...]]:
    """The frame on which all handles lie, these, and the other marks but tags. No frame when they lie elsewhere."""
    marks = tuple(mark for mark in scene if _medium(mark) is not Medium.CELLS)
    handles = tuple(mark for mark in marks if isinstance(mark, Handle))
    frame = _held_frame(marks, handles)
    if frame is None:
        return None, (), marks
    return frame, handles, tuple(m for m in marks if m is not frame and not isinstance(m, Handle))


def _held_frame(marks: Sequence[Mark], handles: Sequence[Handle]) -> Frame | None:
    """The lowest frame, not a dashed one, on which all handles lie; None without handles."""
    frames = (mark for mark in marks if isinstance(mark, Frame) and not mark.dashed)
    on_it = (frame for frame in frames if all(_on(handle, frame) for handle in handles))
    return next(on_it, None) if handles else None


def _on(handle: Handle, frame: Frame) -> bool:
    xs = (frame.x, frame.x + frame.width / 2, frame.x + frame.width)
    ys = (frame.y, frame.y + frame.height / 2, frame.y + frame.height)
    return any(abs(handle.at[0] - x) < 1e-6 for x in xs) and any(abs(handle.at[1] - y) < 1e-6 for y in ys)


def _whole(frame: Frame, handles: Sequence[Handle], grid: Grid) -> list[Sprite]:
    layer = draw.sprite(_snapped((frame, *handles), frame, grid.view), grid)
    return [_sprite(layer, wire.Z_EDGE)] if layer is not None else []


def _by_edges(
    frame: Frame, handles: Sequence[Handle], grid: Grid
) -> tuple[list[RuledLine], list[Sprite]] | None:
    """A box held in the middle of an edge; None for one held otherwise, or too small to be cut apart."""
    axis = _moving_axis(frame, handles)
    if axis is None:
        return None
    edges, squares = _rounded_frame(frame, grid), [_rounded_handle(handle, grid) for handle in handles]
    ends = _ends(frame, squares, grid, axis)
    if ends is None:
        return None
    first, last = ends
    lines = list(_between(_outer(edges, grid), frame, (first[axis + 2], last[axis]), axis, grid))
    return lines, [_sprite(draw.draw((edges, *squares), grid, end), wire.Z_EDGE) for end in ends]


def _between(
    outer: PixelBox, frame: Frame, span: tuple[int, int], axis: int, grid: Grid
) -> Iterator[RuledLine]:
    """The two sides of a box along an axis, from one pixel to another; `outer`: its outermost pixels."""
    rule = Rule(frame.colour, frame.thick, wide=axis == 0)
    for side in (outer[1 - axis], outer[3 - axis] - rule.across):
        start, end, beside = span[0], span[1], side + rule.across
        box = (start, side, end, beside) if axis == 0 else (side, start, beside, end)
        yield from rule.cut(box, "", (0, 0, *grid.size))


def _ends(frame: Frame, squares: Sequence[Handle], grid: Grid, axis: int) -> tuple[PixelBox, PixelBox] | None:
    """What the handles before and behind the frame's middle on an axis cover; None when these meet."""
    middle = (frame.x + frame.width / 2, frame.y + frame.height / 2)[axis]
    first = draw.union(bounds(square, grid) for square in squares if square.at[axis] < middle)
    last = draw.union(bounds(square, grid) for square in squares if square.at[axis] >= middle)
    if first is None or last is None or first[axis + 2] >= last[axis]:
        return None
    return first, last


def _moving_axis(frame: Frame, handles: Sequence[Handle]) -> int | None:
    """0 when the frame is held in the middle of its left or right edge, 1 when at the top or bottom; None when it is
    held otherwise. Where the strong handle is in the middle of one axis, its edge moves along the other."""
    strong = [handle.at for handle in handles if handle.strong]
    if len(strong) != 1:
        return None
    (x, y), middle_x, middle_y = strong[0], frame.x + frame.width / 2, frame.y + frame.height / 2
    if abs(x - middle_x) < 1e-6:
        return 1
    return 0 if abs(y - middle_y) < 1e-6 else None


def _rounded(x: float, y: float, viewport: Viewport) -> tuple[float, float]:
    """The nearest point of the image on whole pixels of the canvas; a little more, as in `_snapped`."""
    at = viewport.to_canvas(x, y)
    return viewport.to_image(round(at[0]) + 1e-4, round(at[1]) + 1e-4)


def _rounded_frame(frame: Frame, grid: Grid) -> Frame:
    x, y = _rounded(frame.x, frame.y, grid.view)
    right, bottom = _rounded(frame.x + frame.width, frame.y + frame.height, grid.view)
    return replace(frame, x=x, y=y, width=right - x, height=bottom - y)


def _rounded_handle(handle: Handle, grid: Grid) -> Handle:
    return replace(handle, at=_rounded(*handle.at, grid.view))


def _snapped(marks: Sequence[Frame | Handle], by: Frame, viewport: Viewport) -> Scene:
    """Moved by less than a pixel of the canvas so that the frame begins on one: its image is then the same wherever
    it lies."""
    x, y = viewport.to_canvas(by.x, by.y)
    # A little more, so that what lies on whole pixels does not fall now on this side, now on that.
    right, down = ((round(at) - at + 1e-4) / viewport.scale for at in (x, y))
    return tuple(
        replace(mark, x=mark.x + right, y=mark.y + down)
        if isinstance(mark, Frame)
        else replace(mark, at=(mark.at[0] + right, mark.at[1] + down))
        for mark in marks
    )


def _sprite(layer: OverlayLayer, z: int) -> Sprite:
    height, width = layer.indices.shape
    return Sprite(("drawn", layer.key), layer.png, (width, height), (layer.left, layer.top), z)


def _apart(mark: Mark, grid: Grid) -> tuple[list[RuledLine], list[Sprite]]:
    """A mark by itself; nothing of one that is drawn with others."""
    match mark:
        case Frame():
            return _box(mark, grid)
        case Cross():
            return list(_cross(mark, grid)), []
        case Handle():
            return [], _square(mark, grid)
        case Path() | Area() | Layers() | Text() | Ruler():
            return [], []
        case _:
            assert_never(mark)


def _box(frame: Frame, grid: Grid) -> tuple[list[RuledLine], list[Sprite]]:
    x0, y0, x1, y1 = outer = _outer(frame, grid)
    if min(x1 - x0, y1 - y0) <= 2 * (frame.thick + 2 * CASING):
        layer = draw.sprite((frame,), grid)
        return [], [_sprite(layer, wire.Z_EDGE)] if layer is not None else []
    sides = dashed_lines if frame.dashed else box_lines
    return list(sides(outer, frame.colour, frame.thick, (0, 0, *grid.size))), []


def _outer(frame: Frame, grid: Grid) -> PixelBox:
    """The outermost pixels of a frame with its casing."""
    (x0, y0, x1, y1), out = frame_box(frame, grid), frame.thick // 2 + CASING
    return x0 - out, y0 - out, x1 + out, y1 + out


def _cross(cross: Cross, grid: Grid) -> Iterator[RuledLine]:
    for line in filled_boxes(cross, grid) or ():
        x0, y0, x1, y1 = line.box
        wide = x1 - x0 >= y1 - y0
        cased = (x0, y0 - CASING, x1, y1 + CASING) if wide else (x0 - CASING, y0, x1 + CASING, y1)
        yield from Rule(line.colour, 1, wide).cut(cased, "", (0, 0, *grid.size))


def _square(handle: Handle, grid: Grid) -> list[Sprite]:
    """A handle. All of a kind are one image, unless the canvas ends in its midst."""
    box = bounds(handle, grid)
    squares = filled_boxes(handle, grid) or ()
    if box is None or not squares:
        return []
    x0, y0, x1, y1 = squares[0].box
    width, height = grid.size
    if x0 <= CASING or y0 <= CASING or x1 + CASING >= width or y1 + CASING >= height:
        layer = draw.sprite((handle,), grid)
        return [_sprite(layer, wire.Z_HANDLE)] if layer is not None else []
    layer = _square_layer(handle.colour, handle.size, handle.strong)
    at = (x0 - CASING, y0 - CASING)
    return [replace(_sprite(layer, wire.Z_HANDLE), at=at)]


@lru_cache(maxsize=256)
def _square_layer(colour: str, size: int, strong: bool) -> OverlayLayer:
    """A handle of this kind, wherever it lies."""
    room = 4 * (size + 8)
    grid = Grid(Viewport.fit((room, room), (room, room), (1.0, 1.0)))
    layer = draw.sprite((Handle((room / 2, room / 2), colour, size, strong),), grid)
    assert layer is not None
    return layer
