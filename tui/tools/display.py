"""What an editor shows over the picture, from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import assert_never

from tui.model import scene as s
from tui.model.cuboid import EDGES
from tui.model.geometry import Point
from tui.model.measure import box_corners, points_of
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.model.spline import flattened
from tui.model.view_settings import AS_IT_IS, MASK_OPACITY, ViewSettings
from tui.text import printable
from tui.tools.checks import Problems
from tui.tools.crosshair import COLUMNS, ROWS, ruler_of
from tui.tools.drawing import by_corners
from tui.tools.painted import is_layer
from tui.tools.state import Brush, Drawing, Editor
from tui.tools.suggest import score_of
from tui.tools.tag_place import tag_places

CROSS = "#ffffff"
PLAIN = "#999999"
TINT = 0.15
"""Opacity of the inside of an outline; masks are stronger, as they are nothing else."""
MASK = MASK_OPACITY / 100


def scene_of(editor: Editor, problems: tuple[Problems, ...] = (), view: ViewSettings = AS_IT_IS) -> s.Scene:
    """All marks. `problems`: of the shapes, as `tui.tools.checks.Checked` finds them. `view`: what of them is hidden,
    but for what is being edited; and the opacity of masks."""
    colours = {label.name: label.colour for label in editor.rules.labels}
    opacity = view.mask_opacity / 100
    marks: list[s.Mark] = [*_painting(editor, colours, view)]
    tags: list[s.Mark] = []
    items, numbers = editor.items, {id(shape): number for number, shape in editor.numbered}
    for index in _lowest_first(editor, view):
        shape = items[index]
        colour = colours.get(shape.label, PLAIN)
        own = tuple(marks_of(shape, colour, editor.view.scale, index >= len(editor.shapes), opacity))
        marks.extend(own)
        wrong = problems[index] if index < len(problems) else ()
        tags.extend(_tag(editor, index, numbers[id(shape)], colour, wrong, own))
    return (*marks, *tags, *_handles(editor, colours), *_under_way(editor, colours))


def _painting(editor: Editor, colours: Mapping[str, str], view: ViewSettings) -> Iterator[s.Mark]:
    classes = editor.classes
    if classes is not None:
        hidden = {*editor.hidden, *_unpainted(editor, classes.names, view)}
        shown = ("" if name in hidden else colours.get(name, PLAIN) for name in classes.names)
        yield s.Layers(classes, tuple(shown), view.mask_opacity / 100)


def _unpainted(editor: Editor, names: Sequence[str], view: ViewSettings) -> Iterable[str]:
    """The classes that are hidden with the shapes: none while one paints, and not that of the selected mask."""
    if view.shapes or isinstance(editor.tool, Brush):
        return ()
    selected = editor.shape
    return (name for name in names if selected is None or name != selected.label)


def _lowest_first(editor: Editor, view: ViewSettings) -> list[int]:
    """Indices of the items that are drawn, the selected one last. Masks of the painting are drawn with it."""
    items, classes = editor.items, editor.classes
    painted = (classes.height, classes.width) if classes is not None else (-1, -1)
    visible = (
        i
        for i, shape in enumerate(items)
        if (i == editor.selected or (view.shapes if i < len(editor.shapes) else view.predictions))
        and shape.label not in editor.hidden
        and not is_layer(shape, painted)
    )
    return sorted(visible, key=lambda i: (i == editor.selected, items[i].z))


def marks_of(
    shape: Shape, colour: str, scale: float, suggested: bool = False, opacity: float = MASK
) -> Iterator[s.Mark]:
    """The shape itself, without tag and handles. `scale`: screen pixels per image pixel. `opacity`: of a mask's
    inside; a suggested one has half of it."""
    match shape:
        case Box(rotation=0):
            yield s.Frame(shape.x, shape.y, shape.width, shape.height, colour, dashed=suggested)
        case Box():
            yield s.Path(box_corners(shape), colour, dashed=suggested, closed=True)
        case Polygon():
            yield from _outline(shape, colour, suggested)
        case Polyline():
            yield s.Path(shape.points, colour, dashed=suggested)
        case Spline():
            fill = TINT if shape.closed and not suggested else 0.0
            yield s.Path(_curve(shape, scale), colour, dashed=suggested, closed=shape.closed, fill=fill)
        case Cuboid():
            yield from _block(shape, colour, suggested)
        case Mask():
            yield s.Area(shape.size, _runs(shape.counts), colour, opacity / 2 if suggested else opacity)
        case Unknown():
            return
        case _:
            assert_never(shape)


def _curve(spline: Spline, scale: float) -> tuple[Point, ...]:
    """Flattened to half a screen pixel."""
    return flattened(spline, 0.5 / max(scale, 0.05))


def _outline(polygon: Polygon, colour: str, suggested: bool) -> Iterator[s.Mark]:
    """The outline with a tinted inside, unless it has holes: these are thin lines."""
    fill = 0.0 if suggested or polygon.holes else TINT
    yield s.Path(polygon.points, colour, dashed=suggested, closed=True, fill=fill)
    for hole in polygon.holes:
        yield s.Path(hole, colour, thick=1, dashed=suggested, closed=True)


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


def _tag(
    editor: Editor, index: int, number: int, colour: str, wrong: Problems, marks: Sequence[s.Mark]
) -> Iterator[s.Mark]:
    """Number, label and signs. What is unknown has one only while it is selected."""
    shape, selected = editor.items[index], index == editor.selected
    if not selected and isinstance(shape, Unknown):
        return
    words = [str(number), printable(shape.label), *_signs(shape, suggested=index >= len(editor.shapes))]
    if wrong:
        words.append(f"! {printable(wrong[0])}" if selected else "!")
    text = " ".join(words)
    # Tags have a half-cell at either end.
    for at, anchor in (places := tag_places(marks, editor.view, len(text) + 2))[:1]:
        shorter = " ".join(words[:2]), words[0]
        yield s.Text(at, text, colour, anchor, selected, places=tuple(places[1:]), shorter=shorter)


def _signs(shape: Shape, *, suggested: bool) -> Iterator[str]:
    """`?` suggested with its score, `o` occluded, `t` truncated."""
    if suggested:
        score = score_of(shape)
        yield "?" if score is None else f"? {score:.2f}"
    if shape.occluded:
        yield "o"
    if shape.truncated:
        yield "t"


def _handles(editor: Editor, colours: Mapping[str, str]) -> Iterator[s.Mark]:
    shape, part = editor.shape, editor.moving
    if shape is None or part is None or editor.tool is not None or shape.label in editor.hidden:
        return
    colour = colours.get(shape.label, PLAIN)
    points = points_of(shape)
    strong = () if part.is_whole else part.points
    if isinstance(shape, Box) and len(strong) == 2:
        yield _edge_handle(points[strong[0]], points[strong[1]], colour)
        strong = ()
    for index, point in enumerate(points):
        yield s.Handle(point, colour, strong=index in strong)


def _edge_handle(a: Point, b: Point, colour: str) -> s.Mark:
    """An edge is held in its middle, so that it looks unlike a corner."""
    return s.Handle(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), colour, strong=True)


def _under_way(editor: Editor, colours: Mapping[str, str]) -> Iterator[s.Mark]:
    tool, view = editor.tool, editor.view
    colour = colours.get(editor.label, CROSS)
    match tool:
        case None:
            return
        case Brush():
            yield _dab(tool)
        case Drawing():
            yield from _corners(tool, colour) if by_corners(tool) else _line(tool, colour, view.scale)
        case _:
            assert_never(tool)
    yield s.Cross(tool.cross.at, CROSS)
    across, down = ruler_of(view)
    letters = COLUMNS[: across.count], ROWS[: down.count]
    yield s.Ruler(view.x, view.y, view.width, view.height, *letters, (across.part, down.part))


def _dab(brush: Brush) -> s.Mark:
    """The square around the brush, dashed while it does not paint."""
    (x, y), radius = brush.cross.at, brush.size / 2
    return s.Frame(x - radius, y - radius, brush.size, brush.size, CROSS, thick=1, dashed=not brush.down)


def _line(tool: Drawing, colour: str, scale: float) -> Iterator[s.Mark]:
    """The points so far, and the line through them to the crosshair."""
    if not tool.points:
        return
    points = tool.points if tool.vertex is not None else (*tool.points, tool.cross.at)
    yield s.Path(_curve(Spline(points), scale) if tool.kind == "spline" else points, colour, dashed=True)
    for index, point in enumerate(tool.points):
        yield s.Handle(point, colour, strong=index == tool.vertex)


def _corners(tool: Drawing, colour: str) -> Iterator[s.Mark]:
    at = tool.cross.at
    if len(tool.points) == 2:
        (left, top), (right, bottom) = tool.points
        yield s.Frame(left, top, right - left, bottom - top, colour, dashed=True)
        yield s.Path(((right, top), at), colour, dashed=True)
    elif tool.points:
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(tool.points[0], at, strict=True))
        yield s.Frame(x0, y0, x1 - x0, y1 - y0, colour, dashed=True)
