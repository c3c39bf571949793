"""Keys to shapes, as a person draws them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.tools.hands import box_of, editor, type_
from tui.model import rle
from tui.model.geometry import Point
from tui.model.scene import Path
from tui.model.shapes import Cuboid, Mask, Polygon, Polyline, Spline
from tui.tools.crosshair import COLUMNS
from tui.tools.display import scene_of
from tui.tools.editor import annotation_of, viewed
from tui.tools.state import Brush, Drawing
from tui.tools.view import View


def near(points: Sequence[Point], *wanted: Point) -> bool:
    return len(points) == len(wanted) and all(
        a == pytest.approx(b) for a, b in zip(points, wanted, strict=True)
    )


def test_a_box_in_four_keys() -> None:
    found = type_(editor(), "b enter enter enter")
    assert found.wants == "submit"
    assert annotation_of(found).shapes == (
        {"id": 1, "kind": "box", "label": "car", "attributes": {}, "occluded": False, "truncated": False,
         "x": 500, "y": 375, "width": 250, "height": 187.5, "rotation": 0.0},
    )  # fmt: skip


def test_a_small_picture_has_its_box_in_proportion() -> None:
    found = type_(editor(40, 30), "b enter enter")
    assert box_of(found.shape) == (20, 15, 10, 7.5)


def test_the_ruler_reaches_every_cell_of_its_grid() -> None:
    begun = type_(editor(), "b")
    for column, letter in enumerate(COLUMNS):
        for row, other in enumerate("abcdefghijklmnopqrst"):
            tool = type_(begun, [letter, other]).tool
            assert isinstance(tool, Drawing)
            assert tool.cross.at == pytest.approx(((column + 0.5) * 1000 / 26, (row + 0.5) * 37.5))


def test_ninths_divide_again_and_again() -> None:
    tool = type_(editor(900, 900), "b 7 3").tool
    assert isinstance(tool, Drawing)
    assert tool.cross.at == pytest.approx((250, 250))


def test_arrows_and_letters_then_the_second_corner_is_one_box_away() -> None:
    found = type_(editor(), "b a a left enter shift+down right enter")
    x, y = 1000 / 52 - 1, 37.5 / 2
    assert box_of(found.shape) == pytest.approx((x, y, 251, 197.5))
    again = type_(found, "b 7 enter enter")
    assert box_of(again.shape)[2:] == pytest.approx((251, 197.5))


def test_corners_are_clamped_and_boxes_are_never_empty() -> None:
    found = type_(editor(), "b z t enter")
    tool = found.tool
    assert isinstance(tool, Drawing)
    assert tool.cross.at == (1000, 750)
    at_corner = type_(editor(), ["b", "9", "9", "9", "enter", *["enter"]])
    assert at_corner.shape is not None
    same = type_(editor(), ["b", "enter", "5", "enter"])
    assert same.tool is not None and same.message.startswith("That would be a box without area")


def test_a_box_may_be_drawn_from_any_corner() -> None:
    found = type_(editor(), "b enter 7 enter")
    assert box_of(found.shape) == pytest.approx((1000 / 6, 125, 500 - 1000 / 6, 250))


def test_escape_takes_back_one_corner_then_leaves() -> None:
    one = type_(editor(), "b 7 enter escape")
    assert isinstance(one.tool, Drawing) and one.tool.points == ()
    assert one.tool.cross.at == pytest.approx((1000 / 6, 125))
    assert type_(one, "escape").tool is None
    assert type_(one, "escape").shapes == ()


def test_all_keys_are_the_drawings_until_it_ends() -> None:
    begun = type_(editor(), "b")
    for key in ("q", "n", "space", "u", "ctrl+p", "slash"):
        assert type_(begun, [key]).tool is not None


def test_a_polygon_by_enter_twice() -> None:
    found = type_(editor(900, 900), "g 7 enter 9 enter 3 enter backspace 3 right enter enter")
    assert found.tool is None
    assert isinstance(found.shape, Polygon)
    assert near(found.shape.points, (150, 150), (750, 150), (751, 750))


def test_a_polygon_closes_at_its_first_point_and_needs_three() -> None:
    early = type_(editor(900, 900), "g 7 enter enter")
    assert early.tool is not None and early.message == "A polygon needs 3 points and has 1."
    found = type_(editor(900, 900), "g 7 enter 9 enter 3 enter 7 enter")
    assert isinstance(found.shape, Polygon) and len(found.shape.points) == 3


def test_a_point_in_hand_moves_while_the_shape_is_open() -> None:
    found = type_(editor(900, 900), "l 7 enter 9 enter shift+tab shift+tab down right enter 3 enter enter")
    assert isinstance(found.shape, Polyline)
    assert near(found.shape.points, (151, 151), (750, 150), (750, 750))


def test_a_spline_stays_open_or_is_closed_at_its_first_point() -> None:
    found = type_(editor(900, 900), "s 7 enter 9 enter 3 enter enter")
    assert isinstance(found.shape, Spline) and not found.shape.closed
    closed = type_(editor(900, 900), "s 7 enter 9 enter 3 enter 7 enter")
    assert isinstance(closed.shape, Spline) and closed.shape.closed and len(closed.shape.points) == 3
    bezier = type_(closed, "S").shape
    assert isinstance(bezier, Spline) and bezier.curve == "bezier" and len(bezier.points) == 9


def test_a_cuboid_is_a_front_and_a_depth() -> None:
    found = type_(editor(), "k enter enter shift+right enter")
    block = found.shape
    assert isinstance(block, Cuboid)
    assert block.corners[:4] == ((500, 375), (750, 375), (750, 562.5), (500, 562.5))
    assert block.corners[5] == (750 + 62.5 + 10, 375 - 46.875)
    assert block.estimated == (False,) * 7 + (True,)
    moved = type_(found, ["w"] * 8 + ["right"]).shape
    assert isinstance(moved, Cuboid) and moved.corners[5] == (823.5, 328.125)


def test_a_mask_is_painted_filled_and_saved_as_one_shape_a_class() -> None:
    found = type_(editor(60, 40), "m enter R")
    assert isinstance(found.tool, Brush)
    found = type_(found, "tab E")
    assert found.label == "person" and isinstance(found.tool, Brush) and found.tool.erase
    found = type_(type_(found, "E"), "7 enter escape")
    masks = found.shapes
    assert [(m.label, m.id) for m in masks] == [("car", 1), ("person", 2)]
    assert all(isinstance(m, Mask) and m.size == (40, 60) for m in masks)
    total = [sum(m.runs[1::2]) for m in masks if isinstance(m, Mask)]
    assert sum(total) == 60 * 40 and 0 < total[1] < 20
    undone = type_(found, "u")
    assert [m.label for m in undone.shapes] == ["car"]


def test_what_was_painted_is_in_hand_as_every_other_shape() -> None:
    two = type_(editor(60, 40), "m enter tab 7 enter escape")
    assert two.shape is not None and two.shape.label == "person"
    assert type_(editor(60, 40), "m escape").shape is None


def test_what_is_closed_is_filled() -> None:
    points = "7 enter 9 enter 3 enter"
    for keys, filled in ((f"g {points} enter", True), (f"s {points} C", True), (f"s {points} enter", False)):
        scene = scene_of(type_(editor(900, 900), keys))
        assert [mark.fill > 0 for mark in scene if isinstance(mark, Path)] == [filled], keys


def test_painting_shows_in_what_is_saved_before_it_ends() -> None:
    found = type_(editor(60, 40), "m enter")
    assert [s["kind"] for s in annotation_of(found).shapes] == ["mask"]
    back = type_(found, "backspace")
    assert annotation_of(back).shapes == ()
    assert type_(back, "backspace").message == "Nothing to take back on this picture."


def test_the_pen_leaves_a_stroke_and_classes_do_not_overlap() -> None:
    found = type_(editor(60, 40), "m 4 space 6 space tab 5 enter escape")
    car, person = (m for m in found.shapes if isinstance(m, Mask))
    assert person.label == "person"
    assert rle.common(car.runs, person.runs) == 0
    # From 10 to 50 with a brush of two pixels; the person's dab took the last two columns.
    assert rle.box(car.runs, car.size) == (9, 19, 40, 2)
    assert rle.box(person.runs, person.size) == (49, 19, 2, 2)


def test_an_outline_under_the_crosshair_is_filled_with_its_label() -> None:
    found = type_(editor(60, 40), "b enter enter 2")
    found = type_(found, "m 3 7 P escape")
    masks = [m for m in found.shapes if isinstance(m, Mask)]
    assert [m.label for m in masks] == ["person"]
    assert sum(masks[0].runs[1::2]) == 15 * 10


def test_the_crosshair_keeps_its_place_when_the_view_changes() -> None:
    begun = type_(editor(), "b 7")
    zoomed = viewed(begun, View(1000, 750, 100, 100, 200, 150, 5.0))
    assert isinstance(zoomed.tool, Drawing) and zoomed.tool.cross.at == pytest.approx((1000 / 6, 125))
    assert type_(zoomed, "5").tool.cross.at == pytest.approx((200, 175))  # type: ignore[union-attr]
