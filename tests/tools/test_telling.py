"""The editor says what a key did, or why it did nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.hands import editor, type_, with_shapes
from tui.model.scene import Text
from tui.model.shapes import Box, Polyline, Spline
from tui.screens.editor_heads import editor_in_hand
from tui.tools.display import scene_of
from tui.tools.editor import press
from tui.tools.state import Editor
from tui.widgets.label_bar import LabelLine
from tui.widgets.shape_list import EditorColumn

LINES = tuple(
    LabelLine(name, name, "#e69f00", "1", chosen=name == "car") for name in ("car", "person", "road")
)
BOX = Box(100, 100, 50, 50, label="car")


def head(now: Editor) -> str:
    hand = editor_in_hand(now, lambda command: f"<{command}>")
    return " · ".join((hand.word, *hand.details)) if hand is not None else ""


def test_a_letter_beyond_the_ruler_is_named() -> None:
    start = editor()
    start = type_(replace(start, view=replace(start.view, cell=(50.0, 50.0))), "b")
    assert type_(start, "x").message == "x: the ruler ends at t."
    assert type_(start, "a t").message == "t: the ruler ends at o."


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("m R", "Every free pixel is Car now; {drawing.take-back} takes it back."),
        ("m R R", "No pixel is free: each has a label."),
        ("m F", "The region under the crosshair is Car now; {drawing.take-back} takes it back."),
        ("m R F", "The region under the crosshair is Car already."),
        ("m E F", "The region under the crosshair has no label."),
        ("m R E enter E", "Painting Car."),
        ("m E", "Erasing takes away whatever label is there."),
        ("m E tab", "Erasing takes away whatever label is there; {drawing.erase} paints Person."),
        ("m P", "No box, polygon or closed curve lies under the crosshair."),
        ("m E enter", "What lies under the brush has no label."),
        ("m R backspace", "↶ painting as it was before"),
    ],
)
def test_painting_says_what_happened_or_why_not(keys: str, said: str) -> None:
    assert type_(editor(), keys).message == said


def test_erasing_is_of_any_class() -> None:
    assert head(type_(editor(), "m 5 enter tab E")).startswith("ERASING any label · ")


def test_what_undo_redo_delete_and_reject_did_is_said() -> None:
    start = with_shapes(BOX, replace(BOX, x=300))
    gone = type_(replace(start, selected=1), "d")
    assert gone.message == "box 2 Car deleted · {work.undo} brings it back"
    back = type_(gone, "u")
    assert back.message == "↶ box 2 Car back"
    assert type_(back, "U").message == "↷ box 2 Car gone · {work.undo} takes back"
    assert type_(type_(start, "right"), "u").message.startswith("↶ box 1 Car as before")
    suggested = editor(predictions=[{"kind": "box", "label": "car", "x": 1, "y": 1, "width": 9, "height": 9, "score": 0.5}])  # fmt: skip
    assert type_(suggested, "d").message == "suggestion Car 0.50 rejected · {work.undo} brings it back"
    taken = type_(suggested, "enter")
    assert taken.message == "suggestion Car 0.50 taken · {work.undo} takes back"
    assert type_(taken, "u").message.startswith("↶ suggestion Car 0.50 as before")


def test_attributes_that_go_with_a_label_are_named() -> None:
    start = with_shapes(replace(BOX, attributes={"colour": "red", "parked": True}))
    assert (
        type_(start, "2").message == "Person: colour: red, parked: yes are gone; {work.undo} brings them back"
    )


def test_a_key_closes_a_line_of_points_from_anywhere() -> None:
    drawn = type_(editor(), "s enter shift+right enter shift+down enter shift+left")
    assert "<drawing.set> twice ends, <drawing.close> closes" in head(drawn)
    closed = type_(drawn, "C")
    assert isinstance(closed.shape, Spline) and closed.shape.closed and "closed spline" in head(closed)
    line = type_(editor(), "l enter shift+right enter shift+down enter C").shape
    assert isinstance(line, Polyline) and line.points[0] == line.points[-1] and len(line.points) == 4
    assert type_(editor(), "g enter C").message == "Closing needs 3 points, 1 so far."
    assert "corners" in press(type_(editor(), "b"), "drawing.close").message


@pytest.mark.parametrize("height", [10, 12, 20])
def test_what_is_selected_has_room_before_other_shapes_and_labels(height: int) -> None:
    scored = [{"kind": "box", "label": "car", "x": 9 * n, "y": 1, "width": 9, "height": 9, "score": 0.5} for n in range(6)]  # fmt: skip
    column = EditorColumn(editor(predictions=scored), (), LINES, str, lambda command: "d")
    rows = ["".join(text for text, _ in row) for row in column.rows(24, height)]
    text = "\n".join(rows)
    assert len(rows) <= height
    for words in ("takes it", "rejects it", "colour: ", "parked: ", "doors: ", "? 0.50"):
        assert words in text
    shown = sum("? 0.50" in row for row in rows)
    assert shown == 6 or f" {6 - shown} more" in text


def numbers(now: Editor) -> list[tuple[int, str]]:
    return [(number, shape.label) for number, shape in now.numbered]


def test_a_number_stays_with_its_shape_while_the_picture_is_in_front() -> None:
    """Whatever is taken, deleted, painted or taken back beside it."""
    scored = [{"kind": "box", "label": name, "x": 9 * n, "y": 1, "width": 9, "height": 9, "score": 0.5} for n, name in enumerate(("car", "person", "road"))]  # fmt: skip
    start = editor(60, 40, predictions=scored)
    seen = [(1, "car"), (2, "person"), (3, "road")]
    taken = type_(start, "j 3 enter")
    assert numbers(taken) == seen and [shape.label for shape in taken.shapes] == ["road"]
    assert type_(taken, "j 2").shape == start.suggestions[1]
    assert "box 3 Road" in type_(taken, "j 3 d").message
    gone = type_(taken, "j 1 d")
    assert numbers(gone) == seen[1:]
    assert type_(gone, "j 1").message.startswith("There is no shape 1")
    painted = type_(gone, "escape m enter tab 7 enter")
    assert numbers(painted)[:2] == seen[1:] and [number for number, _ in numbers(painted)] == [2, 3, 4, 5]
    left = type_(painted, "escape")
    assert numbers(left) == numbers(painted)
    assert numbers(type_(left, "u u u")) == seen and numbers(type_(left, "u u u U U U")) == numbers(left)
    drawn = type_(type_(start, "escape b enter enter"), "shift+tab shift+tab")
    assert numbers(drawn) == [*seen, (4, drawn.label)]
    # A mask has a tag, as everything that has an outline.
    tags = {mark.text for mark in scene_of(left) if isinstance(mark, Text)}
    assert {"4 car", "5 person"} <= tags


def test_what_was_drawn_leaves_a_trace_and_refusals_look_alike_wherever_they_come_from() -> None:
    for keys, said in (
        ("b enter enter", "box 1 Car drawn"),
        ("s 7 enter 9 enter 3 enter C", "spline 1 Car drawn"),
        ("k enter enter enter", "cuboid 1 Car drawn"),
    ):
        drawn = type_(editor(), keys)
        assert (drawn.message, drawn.tone) == (f"{said} · {{work.undo}} takes back", "good")
    for keys in (
        "g C",
        "b enter 5 enter",
        "b backspace",
        "m P",
        "b enter enter S",
    ):
        refused = type_(editor(), keys)
        assert refused.message and refused.tone == "warn", keys
    assert type_(editor(), "m tab").tone == "hint" and type_(editor(), "m enter").tone == "good"
