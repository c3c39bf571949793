"""What an editor shows over the picture, from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from tui.model import scene as s
from tui.model.cuboid import EDGES
from tui.model.geometry import Point
from tui.model.measure import bounds, box_corners, points_of
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.model.spline import flattened
from tui.text import printable
from tui.tools.checks import Problems
from tui.tools.crosshair import COLUMNS, ROWS
from tui.tools.state import Brush, Drawing, Editor
from tui.tools.suggest import score_of

CROSS = "#ffffff"
PLAIN = "#999999"
TINT = 0.15
"""Opacity of the inside of an outline; masks are stronger, as they are nothing else."""
MASK = 0.45


def scene_of(editor: Editor, problems: tuple[Problems, ...] = ()) -> s.Scene:
    """All marks. `problems`: of the shapes, as `tui.tools.checks.Checked` finds them."""
    colours = {label.name: label.colour for label in editor.rules.labels}
    marks: list[s.Mark] = []
    tags: list[s.Mark] = []
    if editor.classes is not None:
        shown_colours = (
            "" if name in editor.hidden else colours.get(name, PLAIN) for name in editor.classes.names
        )
        marks.append(s.Layers(editor.classes, tuple(shown_colours), MASK))
    items = editor.items
    painted = (round(editor.size[1]), round(editor.size[0])) if editor.classes is not None else None
    for index in sorted(range(len(items)), key=lambda i: (i == editor.selected, items[i].z)):
        shape = items[index]
        if shape.label in editor.hidden or (isinstance(shape, Mask) and shape.size == painted):
            continue
        colour = colours.get(shape.label, PLAIN)
        suggested = index >= len(editor.shapes)
        marks.extend(marks_of(shape, colour, editor.view.scale, suggested))
        wrong = problems[index] if index < len(problems) else ()
        tags.extend(_tag(editor, index, shape, colour, wrong))
    marks.extend(tags)
    marks.extend(_handles(editor, colours))
    marks.extend(_under_way(editor, colours))
    return tuple(marks)


def marks_of(shape: Shape, colour: str, scale: float, suggested: bool = False) -> Iterator[s.Mark]:
    """The shape itself, without tag and handles. `scale`: screen pixels per image pixel."""
    match shape:
        case Box(rotation=0):
            yield s.Frame(shape.x, shape.y, shape.width, shape.height, colour, dashed=suggested)
        case Box():
            yield s.Path(box_corners(shape), colour, dashed=suggested, closed=True)
        case Polygon():
            fill = 0.0 if suggested or shape.holes else TINT
            yield s.Path(shape.points, colour, dashed=suggested, closed=True, fill=fill)
            for hole in shape.holes:
                yield s.Path(hole, colour, thick=1, dashed=suggested, closed=True)
        case Polyline():
            yield s.Path(shape.points, colour, dashed=suggested)
        case Spline():
            points = flattened(shape, 0.5 / max(scale, 0.05))
            yield s.Path(points, colour, dashed=suggested, closed=shape.closed)
        case Cuboid():
            yield from _block(shape, colour, suggested)
        case Mask():
            yield s.Area(shape.size, _runs(shape.counts), colour, MASK / 2 if suggested else MASK)
        case Unknown():
            return


@lru_cache(maxsize=64)
def _runs(counts: str) -> tuple[int, ...]:
    return tuple(Mask((0, 0), counts).runs)


def _block(block: Cuboid, colour: str, suggested: bool) -> Iterator[s.Mark]:
    """The front as a frame, the other edges one by one: dashed where an end of them was not seen."""
    corners = block.corners
    dashed = suggested or any(block.estimated[:4])
    yield s.Path(corners[:4], colour, dashed=dashed, closed=True)
    for a, b in EDGES[4:]:
        hidden = suggested or block.estimated[a] or block.estimated[b]
        yield s.Path((corners[a], corners[b]), colour, thick=1 if hidden else 2, dashed=hidden)


def _tag(editor: Editor, index: int, shape: Shape, colour: str, wrong: Problems) -> Iterator[s.Mark]:
    """Number, label and signs: `?` suggested with its score, `o` occluded, `t` truncated, `!` and what is wrong."""
    selected = index == editor.selected
    if isinstance(shape, Unknown | Mask) and not selected:
        return
    words = [str(index + 1), printable(shape.label)]
    if index >= len(editor.shapes):
        score = score_of(shape)
        words.append("?" if score is None else f"? {score:.2f}")
    words.extend(sign for sign, on in (("o", shape.occluded), ("t", shape.truncated)) if on)
    if wrong:
        words.append(f"! {printable(wrong[0])}" if selected else "!")
    x, y, _, height = bounds(shape)
    anchor_below = y < editor.view.y + 24 / (editor.view.scale or 1.0)
    at = (x, y + height) if anchor_below else (x, y)
    yield s.Text(at, " ".join(words), colour, "below" if anchor_below else "above", strong=selected)


def _handles(editor: Editor, colours: Mapping[str, str]) -> Iterator[s.Mark]:
    shape, part = editor.shape, editor.moving
    if shape is None or part is None or editor.tool is not None or shape.label in editor.hidden:
        return
    colour = colours.get(shape.label, PLAIN)
    points = points_of(shape)
    strong = set(part.points) if part.name != "whole" else set()
    if isinstance(shape, Box) and len(strong) == 2:
        # An edge is held in its middle, so that it looks unlike a corner.
        (ax, ay), (bx, by) = (points[i] for i in sorted(strong))
        yield s.Handle(((ax + bx) / 2, (ay + by) / 2), colour, strong=True)
        strong = set()
    for index, point in enumerate(points):
        yield s.Handle(point, colour, strong=index in strong)


def _under_way(editor: Editor, colours: Mapping[str, str]) -> Iterator[s.Mark]:
    tool = editor.tool
    if tool is None:
        return
    colour = colours.get(editor.label, CROSS)
    at = tool.cross.at
    if isinstance(tool, Brush):
        radius = tool.size / 2
        yield s.Frame(
            at[0] - radius, at[1] - radius, tool.size, tool.size, CROSS, thick=1, dashed=not tool.down
        )
    elif tool.kind in ("box", "cuboid"):
        yield from _corners(tool, colour)
    elif tool.points:
        points: tuple[Point, ...] = tool.points if tool.vertex is not None else (*tool.points, at)
        if tool.kind == "spline":
            points = flattened(Spline(points), 0.5 / max(editor.view.scale, 0.05))
        yield s.Path(points, colour, dashed=True)
        for index, point in enumerate(tool.points):
            yield s.Handle(point, colour, strong=index == tool.vertex)
    yield s.Cross(at, CROSS)
    view = editor.view
    yield s.Ruler(view.x, view.y, view.width, view.height, COLUMNS, ROWS)


def _corners(tool: Drawing, colour: str) -> Iterator[s.Mark]:
    at = tool.cross.at
    if len(tool.points) == 2:
        (left, top), (right, bottom) = tool.points
        yield s.Frame(left, top, right - left, bottom - top, colour, dashed=True)
        yield s.Path(((right, top), at), colour, dashed=True)
    elif tool.points:
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(tool.points[0], at, strict=True))
        yield s.Frame(x0, y0, x1 - x0, y1 - y0, colour, dashed=True)
