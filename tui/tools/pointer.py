"""The mouse on an editor: draw, select, drag wholes, edges and points, insert and delete points, paint. Pure.

Positions are image pixels and may lie outside the image. A drag is one step of undo.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal, assert_never

from tui.model.geometry import Point, nearest_on
from tui.model.measure import hit, points_of
from tui.model.shapes import Box, Mask, Shape
from tui.tools import brush, drawing, edit, points, select
from tui.tools.moves import Part
from tui.tools.numbers import renumbered
from tui.tools.parts import edge_count, edge_of, line_of, part_moved, parts_of, with_point
from tui.tools.state import Brush, Drag, Drawing, Editor
from tui.tools.told import toned

PointerAction = Literal["down", "drag", "up"]
NEAR = 6.0
"""Screen pixels around a point or an edge within which the mouse takes hold of it."""
MOVED = 3.0
"""Screen pixels from which on a press with movement is a drag."""


def point(editor: Editor, action: PointerAction, at: Point, button: int = 1, *, ctrl: bool = False) -> Editor:
    """The editor after a movement of the mouse with a button held: 1 left, 3 right (erases, deletes points)."""
    editor = replace(editor, message="", tone="hint", wants="")
    return toned(editor, renumbered(editor, _pointed(editor, action, at, button, ctrl=ctrl)))


def _pointed(editor: Editor, action: PointerAction, at: Point, button: int, *, ctrl: bool) -> Editor:
    match editor.tool:
        case Brush():
            return _paint(editor, editor.tool, action, at, button == 3)
        case Drawing():
            return _draw(editor, editor.tool, action, editor.view.clamp(at))
        case None:
            return _hold(editor, action, at, button, ctrl)
        case _:
            assert_never(editor.tool)


def _far(editor: Editor, a: Point, b: Point) -> float:
    """Screen pixels between two points."""
    return math.dist(a, b) * (editor.view.scale or 1.0)


def _hold(editor: Editor, action: PointerAction, at: Point, button: int, ctrl: bool) -> Editor:
    """While nothing is drawn."""
    match action:
        case "down":
            return _take(editor, at, button, ctrl)
        case "drag":
            return _drag(editor, editor.drag, at) if editor.drag is not None else editor
        case "up":
            return replace(_without_empty_step(editor), drag=None)
        case _:
            assert_never(action)


def _without_empty_step(editor: Editor) -> Editor:
    """A press that moved nothing is no step of undo."""
    if editor.drag is None or not editor.past:
        return editor
    last = editor.past[-1]
    changed = (last.shapes, last.suggestions) != (editor.shapes, editor.suggestions)
    return editor if changed else replace(editor, past=editor.past[:-1])


def _draw(editor: Editor, tool: Drawing, action: PointerAction, at: Point) -> Editor:
    aimed = replace(tool, cross=tool.cross.put(at, editor.view))
    match action:
        case "down":
            if not drawing.by_corners(tool):
                aimed = _snapped(editor, aimed, at)
            editor = drawing.set_point(replace(editor, tool=aimed), aimed)
            return replace(editor, drag=Drag("corner", len(aimed.points), at))
        case "drag":
            return replace(editor, tool=aimed)
        case "up":
            return _let_go(replace(editor, tool=aimed, drag=None), editor.drag, aimed, at)
        case _:
            assert_never(action)


def _snapped(editor: Editor, tool: Drawing, at: Point) -> Drawing:
    """A press near the first or the last point means that point."""
    for known in (*tool.points[:1], *tool.points[-1:]):
        if _far(editor, known, at) <= NEAR:
            return replace(tool, cross=tool.cross.put(known, editor.view))
    return tool


def _let_go(editor: Editor, drag: Drag | None, tool: Drawing, at: Point) -> Editor:
    """A drag from the first corner ends at the other one. A click fixed the first corner only: the other one is where
    the keys would put it."""
    if drag is None or drag.number != 0 or not drawing.by_corners(tool):
        return editor
    if _far(editor, drag.at, at) > MOVED:
        return drawing.set_point(editor, tool)
    if len(tool.points) != 1:
        return editor
    return drawing.set_point(
        editor, replace(tool, points=(), cross=tool.cross.put(tool.points[0], editor.view))
    )


def _take(editor: Editor, at: Point, button: int, ctrl: bool) -> Editor:
    """A press: on a handle of the selected shape, on an edge (with ctrl: a new point), else on another shape."""
    part, shape = _part_at(editor, at), editor.shape
    if part is not None:
        editor = replace(editor, part=part)
        if button == 3:
            return points.delete_point(editor)
        return replace(editor.remembered(), drag=Drag("part", part, at))
    inserted = _inserted(editor, at) if ctrl else None
    if inserted is not None:
        return inserted
    if shape is not None and _is_on(editor, shape, at):
        return replace(editor.remembered(), part=0, drag=Drag("part", 0, at))
    return select.chosen(replace(editor, drag=None), select.at_point(editor, at))


def _is_on(editor: Editor, shape: Shape, at: Point) -> bool:
    """A mask is not taken by the mouse: it is painted."""
    return not isinstance(shape, Mask) and hit(shape, at, NEAR / (editor.view.scale or 1.0))


def _part_at(editor: Editor, at: Point) -> int | None:
    """The index of the part of the selected shape under the mouse: corners and points before edges."""
    shape = editor.shape
    if shape is None or shape.label in editor.locked:
        return None
    places = points_of(shape)

    def far(part: Part) -> float:
        held = [places[i] for i in part.points]
        if len(held) == 1:
            return _far(editor, held[0], at)
        if isinstance(shape, Box) and len(held) == 2:
            return nearest_on(at, held[0], held[1])[1] * (editor.view.scale or 1.0) + NEAR / 2
        return math.inf

    parts = [(far(part), index) for index, part in enumerate(parts_of(shape))]
    distance, index = min(parts, default=(math.inf, 0))
    return index if distance <= NEAR * 1.5 else None


def _inserted(editor: Editor, at: Point) -> Editor | None:
    """A new point on the nearest edge of a polygon, line or curve, and in hand."""
    line = line_of(editor.shape)
    if line is None:
        return None
    far = [(nearest_on(at, *edge_of(line, i))[1], i) for i in range(edge_count(line))]
    distance, index = min(far, default=(math.inf, 0))
    if distance * (editor.view.scale or 1.0) > NEAR * 1.5:
        return None
    editor = edit.changed(editor, lambda _: with_point(line, index + 1, at))
    return replace(editor, part=index + 2, drag=Drag("part", index + 2, at))


def _drag(editor: Editor, drag: Drag, at: Point) -> Editor:
    shape = edit.may_change(editor)
    if isinstance(shape, Editor):
        return replace(editor, drag=None)
    parts = parts_of(shape)
    if drag.number >= len(parts):
        return replace(editor, drag=None)
    by = (at[0] - drag.at[0], at[1] - drag.at[1])
    moved = part_moved(shape, parts[drag.number], by, editor.size)
    return replace(edit.replaced(editor, shape, moved), drag=drag._replace(at=at))


def _paint(editor: Editor, tool: Brush, action: PointerAction, at: Point, erase: bool) -> Editor:
    if action == "up":
        return replace(editor, drag=None)
    stroke = editor.drag if action == "drag" and editor.drag is not None else Drag("stroke", 0, at)
    painted = brush.pointed(editor, tool, stroke.at, at, erase or tool.erase)
    changed = painted.past is not editor.past
    if changed and stroke.number:
        # The whole stroke is one step of undo: only its beginning is remembered.
        painted = replace(painted, past=editor.past)
    return replace(painted, drag=Drag("stroke", int(changed or stroke.number), at))
