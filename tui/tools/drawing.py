"""Drawing with the crosshair: boxes, outlines, lines, curves, blocks. Only keys of the drawing scope come here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from tui.model.cuboid import from_front
from tui.model.geometry import Bounds, Point, bounds_of
from tui.model.shapes import Box, DrawnKind, Polygon, Polyline, Shape, Spline
from tui.text import counted
from tui.tools.attributes import defaults
from tui.tools.crosshair import Crosshair
from tui.tools.edit import FAR
from tui.tools.state import TAKES_BACK, Drawing, Editor

MIN_POINTS: dict[DrawnKind, int] = {"polygon": 3, "polyline": 2, "spline": 2}
CLOSED_POINTS = 3
"""The least that a closed line or spline has."""


def by_corners(tool: Drawing) -> bool:
    """Whether it is told by two corners (a block by one more point, its depth), not by as many points as one likes."""
    match tool.kind:
        case "box" | "cuboid":
            return True
        case "polygon" | "polyline" | "spline":
            return False
        case _:
            assert_never(tool.kind)


def begin(editor: Editor, kind: DrawnKind) -> Editor:
    """The crosshair stands in the middle of the visible part."""
    return replace(editor, tool=Drawing(kind, Crosshair.start(editor.view)), jump=None, asking=None)


def set_point(editor: Editor, tool: Drawing) -> Editor:
    """`enter`."""
    if by_corners(tool):
        return _set_corner(editor, tool)
    at, points = tool.cross.at, tool.points
    if tool.vertex is not None:
        end = Crosshair.start(editor.view, at)
        return replace(editor, tool=replace(tool, vertex=None, cross=end))
    if points and at in (points[-1], points[0]):
        return finish(editor, tool, closed=closes_here(tool))
    cross = tool.cross.put(at, editor.view)
    return replace(editor, tool=replace(tool, points=(*points, at), cross=cross))


def finish(editor: Editor, tool: Drawing, closed: bool = False) -> Editor:
    """The open shape is complete, as soon as it has points enough. A line that ends where it began keeps that
    point; a spline is closed there."""
    points, minimum = tool.points, MIN_POINTS.get(tool.kind, 2)
    if len(points) < minimum:
        return editor.say(f"A {tool.kind} needs {counted(minimum, 'point')} and has {len(points)}.")
    match tool.kind:
        case "polygon":
            return _finished(editor, Polygon(points))
        case "polyline":
            return _finished(editor, Polyline((*points, points[0]) if closed else points))
        case "spline":
            return _finished(editor, Spline(points, closed=closed))
        case "box" | "cuboid":
            # These are complete with their last corner.
            return editor
        case _:
            assert_never(tool.kind)


def close(editor: Editor, tool: Drawing) -> Editor:
    """At the first point, wherever the crosshair stands."""
    if by_corners(tool):
        return editor.say(f"A {tool.kind} is told by its corners; {{drawing.set}} sets the next.")
    if len(tool.points) < CLOSED_POINTS:
        return editor.say(f"Closing needs {counted(CLOSED_POINTS, 'point')}, {len(tool.points)} so far.")
    return finish(editor, tool, closed=True)


def can_close(tool: Drawing) -> bool:
    """Whether a key closes it."""
    return tool.kind in MIN_POINTS and len(tool.points) >= CLOSED_POINTS


def closes_here(tool: Drawing) -> bool:
    """Whether the crosshair stands on the first point and setting one there closes."""
    return can_close(tool) and tool.cross.at == tool.points[0]


def _set_corner(editor: Editor, tool: Drawing) -> Editor:
    """The first corner of a box or of a block's front, the one across, or a point after these two."""
    match len(tool.points):
        case 0:
            return _first_corner(editor, tool, tool.cross.at)
        case 1:
            return _second_corner(editor, tool, tool.cross.at)
        case _:
            return _after_corners(editor, tool, tool.cross.at)


def _first_corner(editor: Editor, tool: Drawing, at: Point) -> Editor:
    view = editor.view
    width, height = editor.last_size or (view.width / 4, view.height / 4)
    # On a part of the picture the other corner stays where it can be seen.
    right = max(at[0], min(at[0] + width, view.x + view.width))
    down = max(at[1], min(at[1] + height, view.y + view.height))
    return replace(editor, tool=replace(tool, points=(at,), cross=tool.cross.put((right, down), view)))


def _second_corner(editor: Editor, tool: Drawing, at: Point) -> Editor:
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(tool.points[0], at, strict=True))
    width, height = right - left, bottom - top
    if not width or not height:
        return editor.say("That would be a box without area; move the crosshair first.")
    editor = replace(editor, last_size=(width, height))
    match tool.kind:
        case "box":
            return _finished(editor, Box(left, top, width, height))
        case "cuboid":
            cross = tool.cross.put((right + width / 4, top - height / 4), editor.view)
            return replace(editor, tool=replace(tool, points=((left, top), (right, bottom)), cross=cross))
        case "polygon" | "polyline" | "spline":
            return editor
        case _:
            assert_never(tool.kind)


def _after_corners(editor: Editor, tool: Drawing, at: Point) -> Editor:
    """A block reaches from its front to here."""
    match tool.kind:
        case "cuboid":
            (left, top), (right, bottom) = tool.points
            front = ((left, top), (right, top), (right, bottom), (left, bottom))
            return _finished(editor, from_front(front, (at[0] - right, at[1] - top)))
        case "box" | "polygon" | "polyline" | "spline":
            return editor
        case _:
            assert_never(tool.kind)


def _finished(editor: Editor, shape: Shape) -> Editor:
    """A new shape with the current label, selected; drawing is over."""
    shape = replace(shape, label=editor.label, attributes=defaults(editor.rule(editor.label)))
    editor = replace(editor.remembered().with_new(shape), tool=None)
    return editor.say(f"{editor.named(len(editor.shapes) - 1)} drawn · {TAKES_BACK}")


def bounds_now(tool: Drawing) -> Bounds | None:
    """Of the box, or of the front of a block, as it would be if the next corner were set here; None before the first one
    is, and where shapes are told by points."""
    if not by_corners(tool) or not tool.points:
        return None
    return bounds_of((tool.points[0], tool.points[1] if len(tool.points) > 1 else tool.cross.at))


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
        return editor.say("There is no point to take back; {drawing.back} leaves.")
    at = tool.vertex if tool.vertex is not None else len(tool.points) - 1
    points = (*tool.points[:at], *tool.points[at + 1 :])
    cross = tool.cross.put(tool.points[at], editor.view)
    return replace(editor, tool=replace(tool, points=points, vertex=None, cross=cross))


def choose_vertex(editor: Editor, tool: Drawing, by: int) -> Editor:
    """`tab`: takes hold of a point that was set; the crosshair's keys move it until `enter`."""
    if by_corners(tool) or not tool.points:
        return editor.say("There is no point to choose yet.")
    count = len(tool.points)
    at = tool.vertex if tool.vertex is not None else (count if by < 0 else -1)
    vertex = (at + by) % count
    cross = tool.cross.put(tool.points[vertex], editor.view)
    return replace(editor, tool=replace(tool, vertex=vertex, cross=cross)).say(
        f"Point {vertex + 1} of {count}: move it, {{drawing.set}} lets go."
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
    return (FAR if far else 1) / editor.steps_per_pixel
