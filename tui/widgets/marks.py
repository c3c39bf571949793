"""From a scene to what a terminal with stored pictures can place without being sent pixels: lines cut out of rule
images, and a selected box with its handles as one small image, which moves for the price of one placement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tui.imaging.png import palette_png
from tui.imaging.scene import Area, Cross, Frame, Handle, Mark, Path, Scene, Text
from tui.imaging.viewport import Viewport
from tui.terminal.stored import LONGEST, MOST_THICK, Line, Sprite
from tui.widgets.tags import rgb

Rect = tuple[int, int, int, int]
"""x, y, width, height in pixels of the canvas."""


def held(scene: Scene) -> tuple[tuple[Frame, tuple[Handle, ...]] | None, list[Mark]]:
    """A frame with the handles on it, and the other marks without tags."""
    handles = [mark for mark in scene if isinstance(mark, Handle)]
    for frame in scene:
        if not isinstance(frame, Frame) or frame.dashed:
            continue
        own = tuple(handle for handle in handles if _on(handle, frame))
        if own and len(own) == len(handles):
            rest: list[Mark] = [m for m in scene if m is not frame and not isinstance(m, Handle | Text)]
            return (frame, own), rest
    return None, [mark for mark in scene if not isinstance(mark, Text)]


def _on(handle: Handle, frame: Frame) -> bool:
    xs = (frame.x, frame.x + frame.width / 2, frame.x + frame.width)
    ys = (frame.y, frame.y + frame.height / 2, frame.y + frame.height)
    return any(abs(handle.at[0] - x) < 1e-6 for x in xs) and any(abs(handle.at[1] - y) < 1e-6 for y in ys)


def lines_of(marks: Sequence[Mark], viewport: Viewport) -> list[Line]:
    """Axis-aligned marks as lines on the canvas; paths and areas are left out."""
    lines: list[Line] = []
    for mark in marks:
        match mark:
            case Frame():
                lines += _frame(mark, viewport)
            case Handle():
                lines += _handle(mark, viewport)
            case Cross():
                lines += _cross(mark, viewport)
    return lines


def drawn(marks: Sequence[Mark]) -> Scene:
    """The marks that need pixels of their own."""
    return tuple(mark for mark in marks if isinstance(mark, Path | Area))


def _frame(frame: Frame, viewport: Viewport) -> list[Line]:
    left, top, width, height = frame_rect(frame, viewport)
    thick = min(frame.thick, MOST_THICK)
    inner = max(height - 2 * thick, 0)
    rects = (
        (left, top, width, thick),
        (left, top + height - thick, width, thick),
        (left, top + thick, thick, inner),
        (left + width - thick, top + thick, thick, inner),
    )
    return _clipped(rects, frame.colour, viewport, frame.dashed)


def frame_rect(frame: Frame, viewport: Viewport) -> Rect:
    """The outer edge of a frame. Its size does not depend on where it lies, so that a move changes nothing else."""
    x, y = viewport.to_canvas(frame.x, frame.y)
    least = 2 * frame.thick
    width = max(round(frame.width * viewport.scale), least)
    height = max(round(frame.height * viewport.scale), least)
    return round(x), round(y), width, height


def _handle(handle: Handle, viewport: Viewport) -> list[Line]:
    x, y = viewport.to_canvas(*handle.at)
    size = min(handle.size, MOST_THICK)
    left, top = round(x) - size // 2, round(y) - size // 2
    lines = _clipped(((left, top, size, size),), handle.colour, viewport)
    if handle.strong:
        lines += _clipped(((left + 2, top + 2, size - 4, size - 4),), "#ffffff", viewport)
    return lines


def _cross(cross: Cross, viewport: Viewport) -> list[Line]:
    x, y = (round(at) for at in viewport.to_canvas(*cross.at))
    left, top, width, height = (round(part) for part in viewport.placed)
    return _clipped(((left, y, width, 1), (x, top, 1, height)), cross.colour, viewport)


def _clipped(rects: Sequence[Rect], colour: str, viewport: Viewport, dashed: bool = False) -> list[Line]:
    """What of rectangles lies on the canvas, in pieces no longer than a rule image."""
    found = []
    for x, y, width, height in rects:
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + width, viewport.canvas[0]), min(y + height, viewport.canvas[1])
        for u in range(x0, x1, LONGEST):
            for v in range(y0, y1, LONGEST):
                rect = (u, v, min(x1 - u, LONGEST), min(y1 - v, LONGEST))
                found.append(Line(rect, rgb(colour), dashed))
    return found


def sprite_of(frame: Frame, handles: Sequence[Handle], viewport: Viewport) -> Sprite | None:
    """The frame with its handles as one image; None when it does not lie on the canvas as a whole."""
    left, top, width, height = frame_rect(frame, viewport)
    size = max(handle.size for handle in handles) | 1
    half = size // 2
    if left < half or top < half:
        return None
    if left + width + half > viewport.canvas[0] or top + height + half > viewport.canvas[1]:
        return None
    points = tuple(
        (
            round((handle.at[0] - frame.x) / max(frame.width, 1e-9) * (width - 1)),
            round((handle.at[1] - frame.y) / max(frame.height, 1e-9) * (height - 1)),
            handle.strong,
        )
        for handle in handles
    )
    data = _sprite((width, height), frame.thick, points, size, rgb(frame.colour))
    full = (width + 2 * half, height + 2 * half)
    return Sprite(
        ("sprite", width, height, frame.thick, points, size, frame.colour),
        data,
        full,
        (left - half, top - half),
    )


@lru_cache(maxsize=32)
def _sprite(
    size: tuple[int, int],
    thick: int,
    points: tuple[tuple[int, int, bool], ...],
    handle: int,
    colour: tuple[int, int, int],
) -> bytes:
    half = handle // 2
    pixels = np.zeros((size[1] + 2 * half, size[0] + 2 * half), dtype=np.uint8)
    inner = pixels[half : half + size[1], half : half + size[0]]
    inner[:thick] = inner[-thick:] = 1
    inner[:, :thick] = inner[:, -thick:] = 1
    for x, y, strong in points:
        pixels[y : y + handle, x : x + handle] = 1
        if strong:
            pixels[y + 2 : y + handle - 2, x + 2 : x + handle - 2] = 2
    palette = np.array([[0, 0, 0, 0], [*colour, 255], [255, 255, 255, 255]], dtype=np.uint8)
    return palette_png(pixels, palette, level=9)
