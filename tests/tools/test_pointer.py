"""The mouse: what it draws, takes and drags."""

from __future__ import annotations

from tests.tools.hands import box_of, editor, type_, with_shapes
from tui.model.geometry import Point
from tui.model.shapes import Box, Mask, Polygon, Polyline
from tui.tools.pointer import point
from tui.tools.state import Editor


def drag(start: Editor, *path: Point, button: int = 1) -> Editor:
    start = point(start, "down", path[0], button)
    for at in path[1:]:
        start = point(start, "drag", at, button)
    return point(start, "up", path[-1], button)


def test_a_box_is_drawn_by_dragging() -> None:
    found = drag(type_(editor(), "b"), (100, 100), (150, 120), (300, 260))
    assert box_of(found.shape) == (100, 100, 200, 160)
    assert len(found.past) == 1


def test_a_click_fixes_one_corner_and_keys_go_on() -> None:
    found = type_(drag(type_(editor(), "b"), (100, 100)), "enter")
    assert box_of(found.shape) == (100, 100, 250, 187.5)


def test_outside_the_picture_is_its_border() -> None:
    found = drag(type_(editor(), "b"), (900, 700), (1200, 900))
    assert box_of(found.shape) == (900, 700, 100, 50)


def test_clicks_set_points_and_close_at_the_first() -> None:
    found = type_(editor(), "g")
    for at in ((100, 100), (300, 100), (300, 300), (102, 101)):
        found = drag(found, at)
    assert isinstance(found.shape, Polygon)
    assert found.shape.points == ((100, 100), (300, 100), (300, 300))


def test_a_click_selects_the_smallest_and_a_drag_moves_it_in_one_step() -> None:
    start = with_shapes(Box(0, 0, 500, 500), Box(100, 100, 50, 50))
    chosen = drag(start, (300, 300))
    chosen = drag(type_(chosen, "escape"), (120, 120))
    assert chosen.selected == 1
    moved = drag(chosen, (120, 120), (130, 120), (140, 125))
    assert box_of(moved.shape) == (120, 105, 50, 50)
    assert type_(moved, "u").shapes == start.shapes
    assert drag(moved, (900, 700)).selected is None


def test_edges_and_corners_are_dragged() -> None:
    start = with_shapes(Box(100, 100, 50, 50))
    assert box_of(drag(start, (150, 125), (170, 125)).shape) == (100, 100, 70, 50)
    assert box_of(drag(start, (101, 99), (91, 89)).shape) == (90, 90, 60, 60)


def test_points_are_inserted_on_an_edge_and_deleted() -> None:
    start = with_shapes(Polyline(((0, 0), (100, 0))))
    more = point(point(start, "down", (40, 2), ctrl=True), "drag", (40, 30))
    assert isinstance(more.shape, Polyline) and more.shape.points == ((0, 0), (40, 30), (100, 0))
    less = drag(point(more, "up", (40, 30)), (40, 30), button=3)
    assert less.shape == start.shape


def test_strokes_of_the_brush_are_one_step_each_and_the_right_button_erases() -> None:
    start = type_(editor(60, 40), "m")
    painted = drag(start, (10, 10), (20, 10), (30, 10))
    assert len(painted.past) == 1
    erased = drag(painted, (20, 10), button=3)
    masks = type_(erased, "escape").shapes
    assert isinstance(masks[0], Mask) and 0 < sum(masks[0].runs[1::2]) < 2 * 22
    assert type_(drag(painted, (5, 5)), "backspace backspace escape").shapes == ()
