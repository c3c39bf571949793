"""`enter` does one thing at a time: what closes a shape, or is done with a picture, does not go on to the next thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sitting.test_draw import BOX, Seat, only
from tests.sitting.test_walk import Desk, kinds
from tui.model.shapes import Polygon, Spline
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.sitting.state import Confirming, Looking, Message

SET, DONE = i.EditorCommand("drawing.set"), i.EditorCommand("annotate.confirm")
RIGHT, DOWN = i.EditorCommand("drawing.right-far"), i.EditorCommand("drawing.down-far")


def drawing(kind: str) -> Seat:
    """A shape of three points under way, the crosshair on the last one."""
    seat = Seat()
    seat.see()
    for command in (i.EditorCommand(f"shapes.{kind}"), SET, RIGHT, SET, DOWN, SET):
        seat.put(command, 0.2)
    return seat


@pytest.mark.parametrize("kind", ["polygon", "polyline", "spline"])
def test_an_enter_that_follows_the_closing_one_closely_does_nothing(kind: str) -> None:
    seat = drawing(kind)
    seat.put(SET, 0.2)
    assert seat.state.editor is not None and seat.state.editor.tool is None and seat.state.editor.shapes
    assert not only(seat.put(DONE, 0.3), e.Submit)
    assert "is closed" in seat.said
    assert not only(seat.put(DONE, 0.25), e.Submit), "still within 0.6 s of the closing one"
    assert only(seat.put(DONE, 0.3), e.Submit)


def test_closing_at_the_first_point_is_the_same() -> None:
    seat = drawing("spline")
    for command in (i.EditorCommand("drawing.left-far"), i.EditorCommand("drawing.up-far"), SET):
        seat.put(command, 0.2)
    assert seat.state.editor is not None
    (shape,) = seat.state.editor.shapes
    assert isinstance(shape, Spline) and shape.closed
    assert not only(seat.put(DONE, 0.3), e.Submit)
    assert only(seat.put(DONE, 0.4), e.Submit)


def test_a_held_enter_never_goes_on_to_the_picture() -> None:
    seat = drawing("polygon")
    for _ in range(60):
        assert not only(
            seat.put(SET if seat.state.editor and seat.state.editor.tool else DONE, 0.03), e.Submit
        )
    assert seat.state.editor is not None and isinstance(seat.state.editor.shapes[0], Polygon)


def test_another_key_ends_the_gesture() -> None:
    seat = drawing("polygon")
    for command in (SET, i.EditorCommand("shapes.right")):
        seat.put(command, 0.1)
    assert only(seat.put(DONE, 0.1), e.Submit)


@pytest.mark.parametrize(("kind", "enters"), [("box", 2), ("cuboid", 3)])
def test_boxes_and_cuboids_are_done_at_any_speed(kind: str, enters: int) -> None:
    seat = Seat()
    seat.see()
    for command in (i.EditorCommand(f"shapes.{kind}"), *[SET] * enters):
        seat.put(command, 0.01)
    assert only(seat.put(DONE, 0.01), e.Submit)


def confirms(desk: Desk, after: float = 1.0) -> bool:
    return "Submit" in kinds(desk.put(i.Confirm(), after))


def asks(desk: Desk) -> bool:
    asked = desk.state.sitting.message == Confirming().question
    assert isinstance(desk.state.mode, Confirming) == asked
    return asked


def test_nothing_is_confirmed_by_the_second_enter() -> None:
    desk = Desk(kind="tags")
    assert not confirms(desk) and not asks(desk), "not seen yet"
    desk.see()
    assert not confirms(desk) and asks(desk)
    assert confirms(desk) and not asks(desk)
    assert desk.state.sitting.message is not None
    assert desk.state.sitting.message.text == "1.jpg: nothing on it · {work.undo} takes back"


def test_a_held_enter_asks_and_does_not_answer() -> None:
    desk = Desk(kind="tags")
    desk.see()
    for _ in range(20):
        assert not confirms(desk, 0.03) and asks(desk)
    assert confirms(desk, 0.2)


@pytest.mark.parametrize(
    "key", [i.Touch(), i.LabelKey("cat", "c"), i.FlagKey(), i.KeepZoomKey(), i.CancelKey()]
)
def test_another_key_withdraws_the_question(key: i.Input) -> None:
    desk = Desk(kind="tags")
    desk.see()
    confirms(desk)
    desk.put(key)
    assert isinstance(desk.state.mode, Looking)
    desk.put(i.LabelKey("cat", "d")) if isinstance(key, i.LabelKey) else None
    assert not confirms(desk) and asks(desk)


def test_what_takes_the_place_of_the_question_takes_it_back() -> None:
    desk = Desk(kind="tags")
    desk.see()
    confirms(desk)
    desk.put(i.ThreadFailed("Pictures were not added."))
    assert not confirms(desk) and asks(desk)


def test_a_double_enter_never_files_the_following_picture() -> None:
    desk = Desk(kind="tags")
    for _ in range(2):
        desk.see()
        desk.label()
        desk.put(i.NextKey())
    for _ in range(2):
        desk.put(i.PreviousKey())
    desk.see()
    assert confirms(desk)
    desk.see()
    assert not confirms(desk, 0.2) and desk.front == 2
    assert confirms(desk, 0.2), "and a third is meant"
    desk.see()
    assert not confirms(desk, 0.2) and asks(desk)


def test_whoever_files_thousands_is_not_asked() -> None:
    desk = Desk(kind="tags", enter_confirms_nothing="at once")
    for front in (1, 2, 3):
        assert desk.front == front
        desk.see()
        assert confirms(desk, 0.2)


def test_no_shapes_are_asked_for_too_and_another_key_withdraws_it() -> None:
    seat = Seat()
    seat.see()
    assert not only(seat.put(DONE), e.Submit) and isinstance(seat.mode, Confirming)
    seat.put(i.EditorCommand("shapes.next"))
    assert isinstance(seat.mode, Looking)
    assert not only(seat.put(DONE), e.Submit)
    assert only(seat.put(DONE), e.Submit)


def suggested() -> Seat:
    """Three suggestions on every picture, the first of which is selected."""
    seat = Seat(predictions=tuple({**BOX, "x": x, "width": 90, "score": 0.9} for x in (0, 100, 200)))
    seat.see()
    return seat


@pytest.mark.parametrize(("after", "taken"), [(0.03, 1), (0.1, 3), (0.3, 3)])
def test_quick_enters_take_suggestions_one_by_one_and_never_file_the_picture(
    after: float, taken: int
) -> None:
    seat = suggested()
    for _ in range(4):
        assert not only(seat.put(DONE, after), e.Submit)
    assert seat.state.editor is not None and len(seat.state.editor.shapes) == taken


def test_the_enter_that_filed_a_picture_takes_no_suggestion_of_the_next() -> None:
    seat = suggested()
    for _ in range(4):
        seat.put(DONE)
    seat.see()
    seat.put(DONE, 0.1)
    assert seat.state.walk.at == 1 and seat.state.editor is not None and not seat.state.editor.shapes
    seat.put(DONE, 0.3)
    assert seat.state.editor is not None and seat.state.editor.shapes


def test_a_held_delete_rejects_one_suggestion_and_says_what_it_did() -> None:
    seat = suggested()
    for _ in range(5):
        seat.put(i.EditorCommand("shapes.delete"), 0.03)
    assert seat.state.editor is not None and len(seat.state.editor.suggestions) == 2
    assert seat.state.sitting.message is not None
    assert "a held key counts once" in seat.state.sitting.message.text.lower()


def test_leaving_suggestions_out_is_asked_once() -> None:
    seat = suggested()
    seat.put(i.EditorCommand("app.cancel"))
    assert not only(seat.put(DONE), e.Submit) and seat.mode == Confirming(3)
    assert seat.state.sitting.message == Message(
        "3 suggestions are undecided: {annotate.confirm} again leaves them out.", "warn"
    )
    assert only(seat.put(DONE), e.Submit)


def test_hidden_suggestions_are_not_asked_for() -> None:
    seat = suggested()
    seat.put(i.SetView(replace(seat.state.sitting.view, predictions=False)))
    seat.put(DONE)
    assert seat.mode == Confirming() and only(seat.put(DONE), e.Submit)
