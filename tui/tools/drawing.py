"""Drawing with the crosshair: boxes, outlines, lines, curves, blocks. Only keys of the drawing scope come here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.model.cuboid import from_front
from tui.model.geometry import Point
from tui.model.shapes import Box, Polygon, Polyline, Shape, Spline
from tui.tools.attributes import defaults
from tui.tools.crosshair import Crosshair
from tui.tools.edit import FAR
from tui.tools.state import Drawing, DrawnKind, Editor

FEWEST: dict[DrawnKind, int] = {"polygon": 3, "polyline": 2, "spline": 2}


def begin(editor: Editor, kind: DrawnKind) -> Editor:
    """The crosshair stands in the middle of the visible part."""
    return replace(editor, tool=Drawing(kind, Crosshair.start(editor.view)), jump=None, asking=None)


def set_point(editor: Editor, tool: Drawing) -> Editor:
    """`enter`."""
    at = tool.cross.at
    if tool.kind in ("box", "cuboid"):
        return _set_corner(editor, tool, at)
    if tool.vertex is not None:
        end = Crosshair.start(editor.view, at)
        return replace(editor, tool=replace(tool, vertex=None, cross=end))
    points = tool.points
    if points and at in (points[-1], points[0]):
        return finish(editor, tool, closed=len(points) > 2 and at == points[0])
    cross = tool.cross.put(at, editor.view)
    return replace(editor, tool=replace(tool, points=(*points, at), cross=cross))


def finish(editor: Editor, tool: Drawing, closed: bool = False) -> Editor:
    """The open shape is complete, as soon as it has points enough. A line that ends where it began keeps that
    point; a spline is closed there."""
    points, least = tool.points, FEWEST.get(tool.kind, 2)
    if len(points) < least:
        return editor.say(f"A {tool.kind} needs {least} points, there are {len(points)}.")
    shape: Shape
    match tool.kind:
        case "polygon":
            shape = Polygon(points)
        case "polyline":
            shape = Polyline((*points, points[0]) if closed else points)
        case _:
            shape = Spline(points, closed=closed)
    return _finished(editor, shape)


def _set_corner(editor: Editor, tool: Drawing, at: Point) -> Editor:
    view = editor.view
    if not tool.points:
        width, height = editor.last_size or (view.width / 4, view.height / 4)
        # On a part of the picture the other corner stays where it can be seen.
        right = max(at[0], min(at[0] + width, view.x + view.width))
        down = max(at[1], min(at[1] + height, view.y + view.height))
        return replace(editor, tool=replace(tool, points=(at,), cross=tool.cross.put((right, down), view)))
    if len(tool.points) == 2:
        (left, top), (right, bottom) = tool.points
        front = ((left, top), (right, top), (right, bottom), (left, bottom))
        return _finished(editor, from_front(front, (at[0] - right, at[1] - top)))
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(tool.points[0], at, strict=True))
    if left == right or top == bottom:
        return editor.say("That would be a box without area; move the crosshair first.")
    editor = replace(editor, last_size=(right - left, bottom - top))
    if tool.kind == "box":
        return _finished(editor, Box(left, top, right - left, bottom - top))
    back = (right + (right - left) / 4, top - (bottom - top) / 4)
    tool = replace(tool, points=((left, top), (right, bottom)), cross=tool.cross.put(back, view))
    return replace(editor, tool=tool)


def _finished(editor: Editor, shape: Shape) -> Editor:
    """A new shape with the current label, selected; drawing is over."""
    shape = replace(shape, label=editor.label, attributes=defaults(editor.rule(editor.label)))
    return replace(editor.remembered().with_new(shape), tool=None)


def escape(editor: Editor, tool: Drawing) -> Editor:
    """One corner back, then out."""
    if tool.vertex is not None:
        return set_point(editor, tool)
    if not tool.points:
        return replace(editor, tool=None)
    return take_back(editor, tool)


def take_back(editor: Editor, tool: Drawing) -> Editor:
    """`backspace`: the last point (or the one in hand) goes; the crosshair returns to where it was set."""
    if not tool.points:
        return editor.say("There is no point to take back; escape leaves.")
    at = tool.vertex if tool.vertex is not None else len(tool.points) - 1
    points = (*tool.points[:at], *tool.points[at + 1 :])
    cross = tool.cross.put(tool.points[at], editor.view)
    return replace(editor, tool=replace(tool, points=points, vertex=None, cross=cross))


def choose_vertex(editor: Editor, tool: Drawing, by: int) -> Editor:
    """`tab`: takes hold of a point that was set; the crosshair's keys move it until `enter`."""
    if tool.kind in ("box", "cuboid") or not tool.points:
        return editor.say("There is no point to choose yet.")
    count = len(tool.points)
    at = tool.vertex if tool.vertex is not None else (count if by < 0 else -1)
    vertex = (at + by) % count
    cross = tool.cross.put(tool.points[vertex], editor.view)
    return replace(editor, tool=replace(tool, vertex=vertex, cross=cross)).say(
        f"Point {vertex + 1} of {count}: move it, enter lets go."
    )


def aim(editor: Editor, tool: Drawing, move: Callable[[Crosshair], Crosshair]) -> Editor:
    """The crosshair moved; a point in hand goes along."""
    cross = move(tool.cross)
    points = tool.points
    if tool.vertex is not None:
        points = (*points[: tool.vertex], cross.at, *points[tool.vertex + 1 :])
    return replace(editor, tool=replace(tool, cross=cross, points=points))


def arrow_step(editor: Editor, far: bool) -> float:
    """Image pixels of one arrow while drawing."""
    scale = editor.view.scale if editor.rules.screen_nudges else 1.0
    return (FAR if far else 1) / (scale or 1.0)
