"""The mouse on an editor: draw, select, drag wholes, edges and points, insert and delete points, paint. Pure.

Positions are image pixels and may lie outside the image. A drag is one step of undo.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from tui.model.geometry import Point, nearest_on
from tui.model.measure import hit, points_of
from tui.model.shapes import Box, Mask, Polygon, Polyline, Shape, Spline
from tui.tools import brush, drawing, edit, select
from tui.tools.parts import Part, part_moved, parts_of
from tui.tools.state import Brush, Drawing, Editor

PointerAction = Literal["down", "drag", "up"]
NEAR = 6.0
"""Screen pixels around a point or an edge within which the mouse takes hold of it."""
MOVED = 3.0
"""Screen pixels from which on a press with movement is a drag."""


def point(editor: Editor, action: PointerAction, at: Point, button: int = 1, *, ctrl: bool = False) -> Editor:
    """The editor after a movement of the mouse with a button held: 1 left, 3 right (erases, deletes points)."""
    editor = replace(editor, message="", wants="")
    tool = editor.tool
    if isinstance(tool, Brush):
        return _paint(editor, tool, action, at, button == 3)
    if isinstance(tool, Drawing):
        return _draw(editor, tool, action, editor.view.clamp(at))
    if action == "down":
        return _take(editor, at, button, ctrl)
    if action == "drag" and editor.drag is not None:
        return _drag(editor, at)
    if action == "up" and editor.drag is not None and editor.past:
        # A press that moved nothing is no step of undo.
        last = editor.past[-1]
        if last.shapes == editor.shapes and last.suggestions == editor.suggestions:
            editor = replace(editor, past=editor.past[:-1])
    return replace(editor, drag=None)


def _far(editor: Editor, a: Point, b: Point) -> float:
    """Screen pixels between two points."""
    return math.dist(a, b) * (editor.view.scale or 1.0)


def _draw(editor: Editor, tool: Drawing, action: PointerAction, at: Point) -> Editor:
    aimed = replace(tool, cross=tool.cross.put(at, editor.view))
    editor = replace(editor, tool=aimed)
    if action == "down":
        if aimed.kind not in ("box", "cuboid"):
            # A press near the first or the last point means that point.
            for known in (*tool.points[:1], *tool.points[-1:]):
                if _far(editor, known, at) <= NEAR:
                    aimed = replace(aimed, cross=aimed.cross.put(known, editor.view))
                    break
        editor = drawing.set_point(replace(editor, tool=aimed), aimed)
        return replace(editor, drag=("corner", len(aimed.points), at))
    if action == "up" and editor.drag is not None:
        start = editor.drag
        editor = replace(editor, drag=None)
        if aimed.kind in ("box", "cuboid") and start[1] == 0 and _far(editor, start[2], at) > MOVED:
            return drawing.set_point(editor, aimed)
        if start[1] == 0 and aimed.kind in ("box", "cuboid"):
            # A click fixed the first corner only: the other one is where the keys would put it.
            fixed = replace(tool, points=(), cross=tool.cross.put(tool.points[0], editor.view))
            return drawing.set_point(editor, fixed) if len(tool.points) == 1 else editor
    return editor


def _take(editor: Editor, at: Point, button: int, ctrl: bool) -> Editor:
    """A press: on a handle of the selected shape, on an edge (with ctrl: a new point), else on another shape."""
    part = _part_at(editor, at)
    shape = editor.shape
    if part is not None and shape is not None:
        editor = replace(editor, part=part)
        if button == 3:
            return edit.delete_point(editor)
        return replace(editor.remembered(), drag=("part", part, at))
    if ctrl and shape is not None:
        inserted = _inserted(editor, shape, at)
        if inserted is not None:
            return inserted
    if (
        shape is not None
        and not isinstance(shape, Mask)
        and hit(shape, at, NEAR / (editor.view.scale or 1.0))
    ):
        return replace(editor.remembered(), part=0, drag=("part", 0, at))
    return select.chosen(replace(editor, drag=None), select.at_point(editor, at))


def _part_at(editor: Editor, at: Point) -> int | None:
    """The index of the part of the selected shape under the mouse: corners and points before edges."""
    shape = editor.shape
    if shape is None or shape.label in editor.locked:
        return None
    points = points_of(shape)

    def far(part: Part) -> float:
        held = [points[i] for i in part.points]
        if len(held) == 1:
            return _far(editor, held[0], at)
        if isinstance(shape, Box) and len(held) == 2:
            return nearest_on(at, held[0], held[1])[1] * (editor.view.scale or 1.0) + NEAR / 2
        return math.inf

    parts = [(far(part), index) for index, part in enumerate(parts_of(shape))]
    distance, index = min(parts, default=(math.inf, 0))
    return index if distance <= NEAR * 1.5 else None


def _inserted(editor: Editor, shape: Shape, at: Point) -> Editor | None:
    """A new point on the nearest edge of a polygon, line or curve, and in hand."""
    if not isinstance(shape, Polygon | Polyline | Spline):
        return None
    points = shape.points
    closed = isinstance(shape, Polygon) or getattr(shape, "closed", False)
    count = len(points) if closed else len(points) - 1
    found = [(nearest_on(at, points[i], points[(i + 1) % len(points)])[1], i) for i in range(count)]
    distance, index = min(found, default=(math.inf, 0))
    if distance * (editor.view.scale or 1.0) > NEAR * 1.5:
        return None
    more = (*points[: index + 1], at, *points[index + 1 :])
    editor = edit.changed(editor, lambda each: replace(shape, points=more))
    return replace(editor, part=index + 2, drag=("part", index + 2, at))


def _drag(editor: Editor, at: Point) -> Editor:
    assert editor.drag is not None
    _, part, before = editor.drag
    shape = editor.shape
    if shape is None or isinstance(edit.may_change(editor), Editor):
        return replace(editor, drag=None)
    parts = parts_of(shape)
    if part >= len(parts):
        return replace(editor, drag=None)
    by = (at[0] - before[0], at[1] - before[1])
    moved = part_moved(shape, parts[part], by, editor.size)
    editor = edit.replaced(editor, shape, moved)
    return replace(editor, drag=("part", part, at))


def _paint(editor: Editor, tool: Brush, action: PointerAction, at: Point, erase: bool) -> Editor:
    if action == "up":
        return replace(editor, drag=None)
    stroke = editor.drag if action == "drag" else None
    before, begun = (stroke[2], stroke[1]) if stroke is not None else (at, 0)
    painted = brush.pointed(editor, tool, before, at, erase or tool.erase)
    changed = painted.past is not editor.past
    if changed and begun:
        # The whole stroke is one step of undo: only its beginning is remembered.
        painted = replace(painted, past=editor.past)
    return replace(painted, drag=("stroke", int(changed or begun), at))
