"""What the next keys do while something is drawn or painted, in a few words: those that finish it and leave it first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from tui.tools.drawing import MIN_POINTS, by_corners
from tui.tools.state import Brush, Drawing, Editor

KeyHint = tuple[str, str]
"""The id of a command, and what it would do now."""
_AIMS: tuple[KeyHint, ...] = (("drawing.ruler", "ruler"), ("drawing.ninth", "ninth"))


def next_keys(editor: Editor) -> tuple[KeyHint, ...]:
    """The most important first; none while nothing is under way."""
    tool = editor.tool
    match tool:
        case None:
            return ()
        case Brush():
            return (*_painting(tool), *_AIMS)
        case Drawing():
            set_it = "drawing.set", _by_setting(tool)
            return (set_it, ("drawing.back", _by_leaving(tool)), *_AIMS, *_points(tool))
        case _:
            assert_never(tool)


def _painting(brush: Brush) -> Iterator[KeyHint]:
    if brush.down:
        yield "drawing.pen", "lift"
        yield "drawing.back", "twice: done"
    else:
        yield "drawing.set", "dab"
        yield "drawing.back", "done"
        yield "drawing.pen", "pen"
    yield "drawing.erase", "paint" if brush.erase else "erase"
    yield "drawing.smaller", "size−"
    yield "drawing.larger", "size+"
    yield "drawing.next", "class"


def _by_setting(tool: Drawing) -> str:
    if tool.vertex is not None:
        return "let go"
    if by_corners(tool):
        corners = 2 if tool.kind == "box" else 3
        return "finish" if len(tool.points) + 1 >= corners else "corner"
    if not tool.points:
        return "point"
    again = tool.cross.at in (tool.points[-1], tool.points[0])
    if again and len(tool.points) >= MIN_POINTS.get(tool.kind, 2):
        return "finish"
    return "point; twice finishes"


def _by_leaving(tool: Drawing) -> str:
    if tool.vertex is not None:
        return "let go"
    return "back, then leave" if tool.points else "leave"


def _points(tool: Drawing) -> Iterator[KeyHint]:
    """Of points that were set."""
    if not by_corners(tool) and tool.points:
        yield "drawing.next", "hold a point"
        yield "drawing.take-back", "take back"
