"""Nudging, selecting, managing: keys on shapes that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tools.hands import LABELS, box_of, editor, type_, with_shapes
from tui.model.measure import bounds
from tui.model.shapes import Box, Mask, Polygon, Polyline, Shape, Spline, Unknown, json_of, shape_of
from tui.tools.checks import Checked
from tui.tools.display import scene_of
from tui.tools.editor import annotation_of, press
from tui.tools.parts import clamped, grown, part_moved, parts_of, turned

SIZE = (1000.0, 750.0)
inner = st.floats(50, 300).map(lambda x: round(x, 2))
shape = (
    st.builds(Box, inner, inner, inner, inner, st.sampled_from([0.0, 30.0, -45.0]))
    | st.builds(lambda p: Polygon(tuple(p)), st.lists(st.tuples(inner, inner), min_size=3, max_size=6))
    | st.builds(lambda p: Spline(tuple(p)), st.lists(st.tuples(inner, inner), min_size=2, max_size=6))
)


@given(shape, st.integers(0, 12), st.sampled_from([(3.0, 0.0), (0.0, 3.0), (-3.0, 0.0), (0.0, -3.0)]))
def test_a_nudge_and_its_inverse(value: Shape, part: int, by: tuple[float, float]) -> None:
    # What reaches out of the picture already is not moved farther out again.
    assume(bounds(value)[0] >= 0 and bounds(value)[1] >= 0)
    parts = parts_of(value)
    hand = parts[part % len(parts)]
    there = part_moved(value, hand, by, SIZE)
    back = part_moved(there, hand, (-by[0], -by[1]), SIZE)
    for a, b in zip(bounds(back), bounds(value), strict=True):
        assert a == pytest.approx(b, abs=1e-6)


any_number = st.floats(-3000, 3000).map(lambda x: round(x, 2))


@given(shape, st.integers(0, 12), st.tuples(any_number, any_number))
def test_no_nudge_leaves_the_picture(value: Shape, part: int, by: tuple[float, float]) -> None:
    if isinstance(value, Spline) or (isinstance(value, Box) and value.rotation):
        return
    parts = parts_of(value)
    x, y, width, height = bounds(part_moved(value, parts[part % len(parts)], by, SIZE))
    assert x >= 0 and y >= 0 and x + width <= 1000.001 and y + height <= 750.001
    assert width >= 0 and height >= 0


@given(st.builds(Box, any_number, any_number, inner, inner))
def test_clamping_leaves_what_lies_inside(box: Box) -> None:
    x, y, width, height = bounds(clamped(box, SIZE))
    assert x >= 0 and y >= 0 and width >= 0 and height >= 0
    assert x + width <= 1000.001 and y + height <= 750.001
    assert clamped(clamped(box, SIZE), SIZE) == clamped(box, SIZE)


@given(st.builds(Box, inner, inner, inner, inner), st.floats(-300, 300))
def test_turning_back(box: Box, degrees: float) -> None:
    again = turned(turned(box, degrees), -degrees)
    assert isinstance(again, Box) and again.rotation == pytest.approx(0, abs=1e-9)


@given(st.builds(Box, inner, inner, inner, inner), st.floats(0, 20))
def test_growing_and_shrinking(box: Box, by: float) -> None:
    whole = parts_of(box)[0]
    assert bounds(grown(grown(box, whole, by, SIZE), whole, -by, SIZE)) == pytest.approx(bounds(box))


def test_a_turned_box_keeps_the_corner_across_while_an_edge_moves() -> None:
    from tui.model.measure import box_corners

    box = Box(100, 200, 80, 40, 30)
    corner = next(part for part in parts_of(box) if part.name == "bottom right")
    moved = part_moved(box, corner, (7, 3), SIZE)
    assert isinstance(moved, Box)
    assert box_corners(moved)[0] == pytest.approx(box_corners(box)[0])
    there, here = box_corners(moved)[2], box_corners(box)[2]
    assert (there[0] - here[0], there[1] - here[1]) == pytest.approx((7, 3))


def test_arrows_move_by_one_and_ten() -> None:
    found = type_(with_shapes(Box(100, 100, 50, 40)), "left up shift+right shift+down")
    assert box_of(found.shape) == (109, 109, 50, 40)


def test_w_goes_through_edges_and_corners() -> None:
    start = with_shapes(Box(100, 100, 50, 40))
    assert box_of(type_(start, "w right up").shape) == (100, 100, 51, 40)
    assert box_of(type_(start, "w w down").shape) == (100, 100, 50, 41)
    assert box_of(type_(start, "w w w left").shape) == (99, 100, 51, 40)
    assert box_of(type_(start, "w w w w up").shape) == (100, 99, 50, 41)
    assert box_of(type_(start, "w w w w w right down").shape) == (100, 100, 51, 41)
    assert box_of(type_(start, "W left down").shape) == (99, 100, 51, 41)


def test_an_edge_stops_before_the_one_across() -> None:
    found = type_(with_shapes(Box(100, 100, 5, 40)), "w shift+left")
    assert box_of(found.shape) == (100, 100, 1, 40)


def test_comma_and_full_stop() -> None:
    start = with_shapes(Box(100, 100, 50, 40))
    assert box_of(type_(start, ["full_stop"]).shape) == (99, 99, 52, 42)
    assert box_of(type_(start, ["comma", "comma"]).shape) == (102, 102, 46, 36)
    assert box_of(type_(start, ["w", "full_stop"]).shape) == (100, 100, 51, 40)


def test_nudges_that_follow_closely_are_one_step_of_undo() -> None:
    start = with_shapes(Box(100, 100, 50, 40))
    quick = type_(start, "left left left up", pause=0.2)
    assert len(quick.past) == 1
    assert box_of(type_(quick, "u", now=9).shape) == (100, 100, 50, 40)
    slow = type_(start, "left left", pause=1.5)
    assert len(slow.past) == 2


def test_a_held_key_gets_faster_a_burst_does_not() -> None:
    start = with_shapes(Box(10, 100, 50, 40))
    held = type_(start, ["right"] * 60, pause=0.03)
    assert box_of(held.shape)[0] > 10 + 60
    assert len(held.past) == 1
    burst = type_(start, ["right"] * 60, pause=0.0001)
    assert box_of(burst.shape)[0] == 70


def test_undo_and_redo_of_every_edit() -> None:
    start = with_shapes(Box(100, 100, 50, 40))
    editors = [start]
    for key in ("left", "o", "O", "2", "y", "d", "r", "pageup"):
        editors.append(type_(editors[-1], [key], now=len(editors) * 5.0))
    back = editors[-1]
    for before in reversed(editors[:-1]):
        back = type_(back, "u")
        assert back.shapes == before.shapes
    for after in editors[1:]:
        back = type_(back, "U")
        assert back.shapes == after.shapes
    assert type_(back, "right").future == ()


def test_digits_change_the_label_and_drop_attributes_that_it_has_not() -> None:
    found = type_(with_shapes(Box(1, 1, 9, 9)), "a 1 2")
    assert found.shape is not None
    assert (found.shape.label, dict(found.shape.attributes), found.label) == ("person", {}, "person")


def test_attributes_are_set_by_keys() -> None:
    found = type_(with_shapes(Box(1, 1, 9, 9)), "a 2 a a 1")
    assert found.shape is not None
    assert found.shape.attributes == {"colour": "blue", "parked": True}
    asked = type_(found, "a a a")
    assert (asked.asking, asked.wants) == ("doors", "text")
    assert press(asked, "shapes.attribute-text", text="many").message.startswith(
        "'many' is no number; doors:"
    )
    typed = press(asked, "shapes.attribute-text", text="4").shape
    assert typed is not None and typed.attributes["doors"] == 4
    assert type_(found, "a 0").shape.attributes == {"parked": True}  # type: ignore[union-attr]


def test_tab_goes_in_reading_order() -> None:
    start = with_shapes(Box(500, 10, 9, 9), Box(10, 300, 9, 9), Box(10, 12, 9, 9))
    order = [start.selected]
    for _ in range(3):
        start = type_(start, "tab")
        order.append(start.selected)
    assert order == [0, 1, 2, 0]
    assert type_(start, ["shift+tab"]).selected == 2


def test_jumps_by_number() -> None:
    many = with_shapes(*[Box(i * 20, 10, 9, 9) for i in range(12)])
    assert type_(many, "j 1 2").selected == 11
    assert type_(many, "j 1 enter").selected == 0
    assert type_(many, "j 7").selected == 6
    assert type_(many, "j 1 5").message == "There is no shape 15; there are 12."


def test_hidden_shapes_are_not_drawn_and_locked_ones_stay() -> None:
    start = with_shapes(Box(100, 100, 50, 40), Box(300, 100, 50, 40, label="person"))
    hidden = type_(start, "h")
    assert len(scene_of(hidden)) < len(scene_of(start))
    assert type_(hidden, "tab").selected == 1
    locked = type_(start, "x left d")
    assert locked.shapes == start.shapes
    assert locked.message == "The label car is locked; {shapes.lock} unlocks it."


def test_copies_from_the_previous_picture_are_clamped_and_come_once() -> None:
    previous = (Box(10, 10, 20, 20, id=7, label="car"), Box(990, 10, 50, 20, id=9, label="person"))
    found = type_(editor(previous=previous), "c")
    assert [box_of(s) for s in found.shapes] == [(10, 10, 20, 20), (990, 10, 10, 20)]
    assert [s.id for s in found.shapes] == [1, 2]
    assert type_(found, "c").message == "Nothing was copied; they are here already."
    assert len(type_(editor(previous=previous), "C").shapes) == 1


def test_points_are_inserted_and_deleted() -> None:
    start = with_shapes(Polyline(((0, 0), (100, 0))))
    more = type_(start, "w e")
    assert isinstance(more.shape, Polyline) and more.shape.points == ((0, 0), (50, 0), (100, 0))
    assert more.moving is not None and more.moving.name == "point 2"
    bent = type_(more, "down")
    assert isinstance(bent.shape, Polyline) and bent.shape.points[1] == (50, 1)
    assert type_(bent, "E").shape == start.shape
    assert type_(start, "w E").message == "It needs 2 points; {shapes.delete} deletes the whole."


class Picture:
    """Edges at 100, 100, 160, 150, wherever one looks."""

    def tightened(self, box: Any) -> Any:
        return (100.0, 100.0, 60.0, 50.0)

    def alike(self, at: Any, tolerance: float) -> Any:
        return [(3, 1, 4)]


def test_t_tightens_and_says_why_not() -> None:
    start = with_shapes(Box(97, 104, 60, 50))
    assert type_(start, "t").wants == "pixels"
    from dataclasses import replace

    assert box_of(type_(replace(start, pixels=Picture()), "t").shape) == (100, 100, 60, 50)
    grown_mask = type_(replace(editor(60, 40), pixels=Picture()), "m G escape").shapes[0]
    assert isinstance(grown_mask, Mask) and sum(grown_mask.runs[1::2]) == 3


SUGGESTED: list[dict[str, Any]] = [
    {"kind": "box", "label": "car", "x": 10, "y": 10, "width": 50, "height": 40, "score": 0.9},
    {"kind": "box", "label": "person", "x": 200, "y": 10, "width": 50, "height": 40, "score": 0.4},
    {"label": "car", "score": 0.3},
]


def was_changed(shape: Shape) -> bool:
    """Whether something of what was suggested is other in the shape."""
    now, suggested = json_of(shape), shape.extra.get("suggested", {})
    return any(now.get(name) != value for name, value in suggested.items() if name not in ("id", "score"))


def test_suggestions_are_accepted_rejected_or_mended_and_recorded() -> None:
    start = editor(predictions=SUGGESTED)
    assert start.selected == 0 and start.shapes == ()
    accepted = type_(start, "enter")
    assert [s.label for s in accepted.shapes] == ["car"] and accepted.on_suggestion
    mended = type_(accepted, "right enter")
    assert mended.wants == "submit"
    first, second = mended.shapes
    assert not was_changed(first) and was_changed(second)
    assert second.extra["suggested"]["x"] == 200 and second.extra["suggested"]["score"] == 0.4
    assert box_of(second) == (201, 10, 50, 40)
    again = editor(shapes=annotation_of(mended).shapes, predictions=SUGGESTED)
    assert again.suggestions == ()
    assert [was_changed(s) for s in again.shapes] == [False, True]
    assert len(type_(start, "d").suggestions) == 1
    above = type_(start, "A")
    assert (len(above.shapes), len(above.suggestions)) == (1, 1)
    assert type_(above, "u").shapes == ()


def test_suggestions_without_a_score_stay_whatever_is_accepted_together() -> None:
    """Also when every score is enough."""
    unscored = [{name: value for name, value in each.items() if name != "score"} for each in SUGGESTED]
    start = editor(predictions=[*SUGGESTED, *unscored])
    above = type_(replace(start, rules=replace(start.rules, accept_above=0.0)), "A")
    assert (len(above.shapes), len(above.suggestions)) == (2, 2)
    assert above.message == "2 taken, 2 left · {work.undo} takes back"


def test_what_is_unknown_is_kept_shown_as_such_and_saved_untouched() -> None:
    strange = {"kind": "ellipse", "id": "e1", "label": "car", "cx": 4.5}
    found = type_(editor(shapes=[strange]), "b enter enter tab tab left")
    assert isinstance(found.shapes[0], Unknown)
    assert annotation_of(found).shapes[0] == strange
    assert annotation_of(found).shapes[1]["id"] == 1


def test_problems_are_found_as_one_draws() -> None:
    crossed = Polygon(((0, 0), (10, 10), (10, 0), (0, 10)), label="car")
    shapes: list[Shape] = [
        Box(10, 10, 20, 20, label="car"),
        Box(10, 10, 20, 20.2, label="car"),
        Box(990, 10, 20, 20, label="car"),
        Box(5, 5, 0, 9, label="car"),
        crossed,
        Box(50, 50, 9, 9, label="boat"),
        Mask((2, 2), "4", label="road"),
        shape_of({"kind": "star"}),
    ]
    found = Checked(LABELS, SIZE)(shapes)
    assert found == (
        (),
        ("is nearly the same as 1",),
        ("reaches out of the picture",),
        ("has no area",),
        ("has no area", "crosses itself"),
        ("has the label 'boat', which the project does not have",),
        ("is made for 2 x 2 pixels, the picture has 1000 x 750",),
        ("has the kind 'star', which this version does not know",),
    )


def test_required_attributes_hold_enter_back() -> None:
    from dataclasses import replace

    from tui.model.project import AttributeRule, Label

    needy = (Label("car", "Car", "#e69f00", attributes=(AttributeRule("plate", "text", required=True),)),)
    start = editor()
    start = replace(start, rules=replace(start.rules, labels=needy))
    held = type_(start, "b enter enter enter")
    assert held.wants == "" and held.message == "Shape 1 (car) needs plate; {shapes.attribute} sets it."
    asked = press(type_(held, "a"), "shapes.attribute-text", text="B-X 1")
    assert type_(asked, "enter").wants == "submit"


def test_enter_without_shapes_is_a_negative() -> None:
    assert type_(editor(), "enter").wants == "submit"
    assert [json_of(s) for s in type_(editor(), "enter").shapes] == []
