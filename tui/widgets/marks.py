"""From a scene to what a terminal with stored pictures is told: lines cut out of rule images, a held shape with its
handles as one small image, which moves for the price of one placement, and tiles for whatever is neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tui.imaging import draw
from tui.imaging.damage import Sheet
from tui.imaging.ink import rgb
from tui.imaging.outline import Box, Grid, clipped, frame_box, rules
from tui.imaging.scene import Area, Cross, Frame, Handle, Mark, Path, Scene, Text
from tui.imaging.viewport import Viewport
from tui.terminal import wire
from tui.terminal.stored import LONGEST, MOST_THICK, Line, Sprite


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is to be placed for a scene, in pixels of the canvas."""

    lines: tuple[Line, ...] = ()
    sprites: tuple[Sprite, ...] = ()


def overlay_of(scene: Scene, viewport: Viewport, sheet: Sheet) -> Overlay:
    """Everything of the scene but its tags. `sheet`: the tiles of the scene before."""
    grid = Grid(viewport)
    frame, handles, rest = held(scene)
    lines: list[Line] = []
    sprites: list[Sprite] = []
    if frame is not None:
        whole = draw.sprite(_snapped((frame, *handles), frame, viewport), grid)
        if whole is not None:
            sprites.append(_sprite(whole, wire.Z_EDGE))
    for mark in rest:
        lines += _lines(mark, grid)
    tiled = tuple(mark for mark in rest if isinstance(mark, Path | Area))
    sprites += [_sprite(tile, wire.Z_AREA) for tile in sheet.tiles(tiled, grid).values()]
    return Overlay(tuple(lines), tuple(sprites))


def held(scene: Scene) -> tuple[Frame | None, tuple[Handle, ...], tuple[Mark, ...]]:
    """The frame on which all handles lie, these, and the other marks but tags. No frame when they lie elsewhere."""
    marks = tuple(mark for mark in scene if not isinstance(mark, Text))
    handles = tuple(mark for mark in marks if isinstance(mark, Handle))
    for frame in marks:
        if isinstance(frame, Frame) and not frame.dashed and handles and all(_on(h, frame) for h in handles):
            return frame, handles, tuple(m for m in marks if m is not frame and not isinstance(m, Handle))
    return None, (), marks


def _on(handle: Handle, frame: Frame) -> bool:
    xs = (frame.x, frame.x + frame.width / 2, frame.x + frame.width)
    ys = (frame.y, frame.y + frame.height / 2, frame.y + frame.height)
    return any(abs(handle.at[0] - x) < 1e-6 for x in xs) and any(abs(handle.at[1] - y) < 1e-6 for y in ys)


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


def _sprite(layer: draw.Layer, z: int) -> Sprite:
    height, width = layer.indices.shape
    return Sprite(("drawn", layer.key), layer.png, (width, height), (layer.left, layer.top), z)


def _lines(mark: Mark, grid: Grid) -> Iterator[Line]:
    """An axis-aligned mark as lines on the canvas; paths and areas are none."""
    if isinstance(mark, Frame) and mark.dashed:
        for box in _edges(mark, grid):
            yield from _cut(box, mark.colour, True)
        return
    if isinstance(mark, Frame | Handle | Cross):
        for rule in rules(mark, grid) or ():
            yield from _cut(rule.box, rule.colour, False)


def _edges(frame: Frame, grid: Grid) -> list[Box]:
    x0, y0, x1, y1 = frame_box(frame, grid)
    thick, out = frame.thick, frame.thick // 2
    x0, y0, x1, y1 = x0 - out, y0 - out, x1 + out, y1 + out
    edges = (
        (x0, y0, x1, y0 + thick),
        (x0, y1 - thick, x1, y1),
        (x0, y0 + thick, x0 + thick, y1 - thick),
        (x1 - thick, y0 + thick, x1, y1 - thick),
    )
    return [box for edge in edges if (box := clipped(edge, (0, 0, *grid.size))) is not None]


def _cut(box: Box, colour: str, dashed: bool) -> Iterator[Line]:
    """In pieces that can be cut out of a rule image."""
    left, top, right, bottom = box
    wide = right - left >= bottom - top
    across, down = (LONGEST, MOST_THICK) if wide else (MOST_THICK, LONGEST)
    for x in range(left, right, across):
        for y in range(top, bottom, down):
            yield Line((x, y, min(right - x, across), min(bottom - y, down)), rgb(colour), dashed)
