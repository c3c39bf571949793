"""The tag of a shape stands at its outline, on the canvas, and not over the shape where there is another place."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tools.hands import LABELS
from tui.display.tags import Tag, tags_of
from tui.imaging.draw import draw
from tui.imaging.outline import Grid
from tui.imaging.viewport import Viewport
from tui.model import rle
from tui.model.scene import Path, Scene, Text
from tui.model.shapes import Box, Cuboid, KnownShape, Mask, Polygon, Polyline, Spline
from tui.tools.display import scene_of
from tui.tools.editor import opened, press
from tui.tools.state import EditorRules
from tui.tools.view import View

CELL = (10.0, 20.0)
IMAGE = (880, 740)
CANVAS = (88, 37)
WHOLE = Viewport.fit(IMAGE, (880, 740), CELL)
TRIANGLE = Polygon(((300.0, 600.0), (520.0, 200.0), (700.0, 500.0)))
MASK_ROWS = np.zeros((740, 880), dtype=bool)
MASK_ROWS[300:400, 500:560] = True
MASK_ROWS[260:320, 540:545] = True


def mask_of(bits: np.ndarray) -> Mask:
    flat = np.concatenate([[False], bits.T.ravel(), [not bits.T.ravel()[-1]]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return Mask(bits.shape, rle.pack([int(n) for n in np.diff(np.concatenate([[0], edges]))]))


def shown(shape: KnownShape, viewport: Viewport = WHOLE) -> tuple[Scene, Tag | None]:
    """A selected shape: its marks without tag and handles, and its tag in cells."""
    cell = viewport.cell[0] / viewport.scale, viewport.cell[1] / viewport.scale
    view = View(*IMAGE, *viewport.visible, scale=viewport.scale, cell=cell)
    editor = replace(
        opened(EditorRules(LABELS), view), shapes=(replace(shape, id=1, label="car"),), selected=0
    )
    scene = scene_of(editor)
    tags = tags_of(scene, viewport, CANVAS)
    assert len(tags) <= 1
    marks = tuple(mark for mark in scene if type(mark).__name__ in ("Path", "Frame", "Area"))
    return marks, tags[0] if tags else None


def pixels(marks: Scene, viewport: Viewport = WHOLE) -> np.ndarray:
    """(height, width): whether something is drawn."""
    return draw(marks, Grid(viewport)).indices > 0


def covered(tag: Tag) -> tuple[slice, slice]:
    column, row, columns, rows = tag.box
    return slice(row * 20, (row + rows) * 20), slice(column * 10, (column + columns) * 10)


def distance(tag: Tag, drawn: np.ndarray) -> float:
    """Pixels from the tag to the nearest one that is drawn."""
    column, row, columns, rows = tag.box
    ys, xs = np.nonzero(drawn)
    across = np.maximum(np.maximum(column * 10 - xs, xs - (column + columns) * 10 + 1), 0)
    down = np.maximum(np.maximum(row * 20 - ys, ys - (row + rows) * 20 + 1), 0)
    return float(np.hypot(across, down).min())


SHAPES: dict[str, KnownShape] = {
    "box": Box(300, 200, 200, 150),
    "turned box": Box(300, 200, 200, 150, rotation=30.0),
    "polygon": TRIANGLE,
    "polyline": Polyline(((200.0, 400.0), (400.0, 150.0), (640.0, 450.0))),
    "spline": Spline(((200.0, 400.0), (400.0, 150.0), (640.0, 450.0))),
    "cuboid": Cuboid(
        ((200.0, 300.0), (400.0, 300.0), (400.0, 450.0), (200.0, 450.0),
         (260.0, 240.0), (460.0, 240.0), (460.0, 390.0), (260.0, 390.0)),
        (False,) * 8,
    ),
    "mask": mask_of(MASK_ROWS),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("at", ["middle", "top", "bottom", "left", "right"])
def test_the_tag_stands_at_the_shape_and_not_over_it(kind: str, at: str) -> None:
    shape = SHAPES[kind]
    drawn = pixels(shown(shape)[0])
    ys, xs = np.nonzero(drawn)
    by = {
        "middle": (0, 0),
        "top": (0, -int(ys.min())),
        "bottom": (0, 739 - int(ys.max())),
        "left": (-int(xs.min()), 0),
        "right": (879 - int(xs.max()), 0),
    }[at]
    marks, tag = shown(moved(shape, *by))
    drawn = pixels(marks)
    assert tag is not None and tag.text[1:-1] == "1 car"
    # Text stands on whole cells.
    assert distance(tag, drawn) < CELL[1]
    # Lines are two pixels wide and have a casing: of that much may lie in the tag's row.
    rows, columns = covered(tag)
    inside = drawn[rows, columns]
    assert not inside[4:-4].any()


def moved(shape: KnownShape, right: float, down: float) -> KnownShape:
    if isinstance(shape, Box):
        return replace(shape, x=shape.x + right, y=shape.y + down)
    if isinstance(shape, Cuboid):
        return replace(shape, corners=tuple((x + right, y + down) for x, y in shape.corners))
    if isinstance(shape, Mask):
        return mask_of(np.roll(MASK_ROWS, (int(down), int(right)), (0, 1)))
    return replace(shape, points=tuple((x + right, y + down) for x, y in shape.points))


def test_a_polygon_under_the_upper_edge_has_its_tag_at_its_lowest_point() -> None:
    hanging = Polygon(((100.0, 0.0), (600.0, 0.0), (420.0, 300.0)))
    _, tag = shown(hanging)
    assert tag is not None and (tag.column, tag.row) == (42, 16)


def test_a_shape_as_high_as_the_picture_has_its_tag_beside_it() -> None:
    for shape, side in ((Box(100, 0, 60, 740), 16), (Box(800, 0, 80, 740), 80)):
        marks, tag = shown(shape)
        assert tag is not None
        assert (tag.column == side) if side == 16 else (tag.end in (side - 1, side))
        rows, columns = covered(tag)
        assert not pixels(marks)[rows, columns][:, 4:-4].any()


def test_where_all_is_covered_the_tag_is_on_the_canvas_all_the_same() -> None:
    _, tag = shown(Box(0, 0, 880, 740))
    assert tag is not None and tag.row == 0 and tag.column == 0


def tags_on(boxes: list[Box], size: tuple[int, int], *, drawing: bool = False) -> list[Tag]:
    """Of boxes on a canvas of so many cells, the ruler left out; the first box is selected."""
    viewport = Viewport.fit(IMAGE, (size[0] * 10, size[1] * 20), CELL)
    cell = viewport.cell[0] / viewport.scale, viewport.cell[1] / viewport.scale
    view = View(*IMAGE, *viewport.visible, scale=viewport.scale, cell=cell)
    named = tuple(replace(box, id=n, label="person") for n, box in enumerate(boxes, 1))
    editor = replace(opened(EditorRules(LABELS), view), shapes=named, selected=0)
    return [
        tag
        for tag in tags_of(scene_of(press(editor, "shapes.box") if drawing else editor), viewport, size)
        if tag.colour
    ]


def cells(tag: Tag) -> set[tuple[int, int]]:
    return {(tag.row, column) for column in range(tag.column, tag.end)}


def test_neighbours_leave_each_other_their_tags() -> None:
    """Above, below or inside while there is room; else shorter, and never without the number."""
    row = [Box(100 + 60 * n, 300, 50, 100) for n in range(4)]
    wide = tags_on(row, CANVAS)
    assert {tag.text[1:-1] for tag in wide} == {f"{n} person" for n in range(1, 5)}
    # That in hand stays at its own place, whatever lies around it.
    assert [tag for tag in wide if tag.strong] == tags_on(row[:1], CANVAS)
    crowd = [Box(20 + 40 * n, 100 + 60 * m, 30, 50) for m in range(10) for n in range(21)]
    for size, drawing in ((CANVAS, False), (CANVAS, True), ((54, 20), True)):
        for boxes in (row, crowd[:: 1 if size == CANVAS else 3]):
            found = tags_on(boxes, size, drawing=drawing)
            assert len(set[tuple[int, int]]().union(*map(cells, found))) == sum(
                tag.end - tag.column for tag in found
            )
            assert {tag.text[1:-1].split()[0] for tag in found} == {str(n) for n in range(1, len(boxes) + 1)}


points = st.tuples(st.floats(-200, 1100), st.floats(-200, 1000))


@given(st.lists(points, min_size=3, max_size=6), st.sampled_from([1.0, 2.5, 8.0]), points)
@settings(max_examples=150, deadline=None)
@example(list(TRIANGLE.points), 4.0, (520.0, 480.0))
def test_of_a_part_the_tag_stands_where_the_outline_is_seen(
    corners: list[tuple[float, float]], zoom: float, at: tuple[float, float]
) -> None:
    viewport = WHOLE.zoomed(zoom, WHOLE.to_canvas(*at)) if zoom > 1 else WHOLE
    marks, tag = shown(Polygon(tuple(corners)), viewport)
    outline = tuple(replace(mark, fill=0.0) for mark in marks if isinstance(mark, Path))
    drawn = pixels(outline, viewport)
    if tag is None:
        # What is seen of it at most is half of a line along the edge.
        assert not drawn[4:-4, 4:-4].any()
        return
    assert tag.row in range(CANVAS[1]) and tag.column >= 0 and tag.end <= CANVAS[0]
    if drawn.any():
        assert distance(tag, drawn) <= math.hypot(20, 20)


def test_what_is_hidden_by_the_view_has_no_tag() -> None:
    viewport = WHOLE.zoomed(6.0, (40.0, 40.0))
    _, tag = shown(Box(600, 500, 60, 60), viewport)
    assert tag is None
    assert not [mark for mark in shown(Box(600, 500, 60, 60), viewport)[0] if isinstance(mark, Text)]
