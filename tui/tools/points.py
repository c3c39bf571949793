"""Keys on the points of a selected shape: one more, one less, other curves, corners that nobody saw."""

from __future__ import annotations

from dataclasses import replace

from tui.model.cuboid import corner_hidden, corner_put
from tui.model.shapes import Cuboid, Spline
from tui.model.spline import as_bezier
from tui.text import counted
from tui.tools.edit import changed
from tui.tools.parts import edge_count, edge_of, line_of, min_points, with_point, without_point
from tui.tools.state import Editor


def insert_point(editor: Editor) -> Editor:
    """A point between the one in hand (the last one when the whole is) and the next."""
    line, at = line_of(editor.shape), editor.part - 1
    edges = edge_count(line) if line is not None else 0
    if line is None or edges < 1:
        return editor.say(_NO_LINE)
    first = at if 0 <= at < edges else edges - 1
    (ax, ay), (bx, by) = edge_of(line, first)
    found = changed(editor, lambda _: with_point(line, first + 1, ((ax + bx) / 2, (ay + by) / 2)))
    if found.shapes == editor.shapes:
        return found.say(_NO_LINE)
    return replace(found, part=at + 2 if 0 <= at < len(line.points) else found.part)


_NO_LINE = "Points are inserted into polygons, lines and splines."


def delete_point(editor: Editor) -> Editor:
    """The point in hand, while enough are left."""
    line, at = line_of(editor.shape), editor.part - 1
    if line is None or not 0 <= at < len(line.points):
        return editor.say("Choose a point with {shapes.part} first.")
    if len(line.points) <= min_points(line):
        return editor.say(
            f"It needs {counted(min_points(line), 'point')}; {{shapes.delete}} deletes the whole."
        )
    editor = changed(editor, lambda _: without_point(line, at))
    return replace(editor, part=max(1, at))


def curve(editor: Editor) -> Editor:
    """A spline becomes the same curve through Bézier points."""
    return changed(editor, lambda shape: as_bezier(shape) if isinstance(shape, Spline) else shape)


def hide_corner(editor: Editor) -> Editor:
    """The corner of a block in hand estimated from the others, or seen again."""
    shape, part = editor.shape, editor.moving
    if not isinstance(shape, Cuboid) or part is None or len(part.xs) != 1:
        return editor.say("Choose a corner of a cuboid with {shapes.part} first.")
    index = part.xs[0]
    if shape.estimated[index]:
        return changed(editor, lambda _: corner_put(shape, index, shape.corners[index]))
    return changed(editor, lambda _: corner_hidden(shape, index))
