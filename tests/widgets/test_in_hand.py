"""The head of the side column: what it says of a tool, in as many cells as there are, and never another number of rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.hands import editor, type_, with_shapes
from tui.model.shapes import Box
from tui.screens.editor_heads import editor_in_hand
from tui.tools.state import Editor
from tui.widgets.in_hand import HEAD_ROWS, InHand, bounds_forms, head_rows
from tui.widgets.label_bar import LabelLine, lines_within
from tui.widgets.rows import row_width
from tui.widgets.shape_list import EditorColumn

NARROW, WIDE = 23, 29


def told(found: Editor | InHand | None, width: int = NARROW) -> list[str]:
    return head_of(
        editor_in_hand(found, lambda command: "enter") if isinstance(found, Editor) else found, width
    )


def head_of(hand: InHand | None, width: int = NARROW) -> list[str]:
    assert hand is not None
    rows = head_rows(hand, width)
    assert len(rows) == HEAD_ROWS and all(row_width(r) <= width for r in rows)
    return [text for r in rows if (text := "".join(t for t, _ in r).strip())]


def signs(found: Editor) -> list[str]:
    """With the keys as they are shown."""
    return head_of(editor_in_hand(found, lambda command: {"drawing.set": "⏎", "drawing.close": "C"}[command]))


def column(found: Editor, lines: list[LabelLine] | None = None, height: int = 20) -> list[str]:
    rows = EditorColumn(found, (), lines or [], str, lambda command: command).rows(NARROW, height)
    return ["".join(text for text, _ in r).rstrip() for r in rows]


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        ("b", ["BOX · corner 1 of 2", "Car", "at 500, 375"]),
        ("b enter", ["BOX · corner 2 of 2", "Car", "250 × 187.5 at 500, 375"]),
        ("b enter left left", ["BOX · corner 2 of 2", "Car", "248 × 187.5 at 500, 375"]),
        ("k", ["CUBOID · front corner 1", "Car", "at 500, 375"]),
        ("k enter enter", ["CUBOID · depth · Car", "250 × 187.5 at 500, 375"]),
        ("g", ["POLYGON · 0 points", "3 at least · Car", "at 500, 375"]),
        ("g enter 7 enter 3 enter", ["POLYGON · 3 points", "enter again closes", "at 833.3, 625"]),
        ("g enter 7 enter 3 enter 9", ["POLYGON · 3 points", "enter twice closes", "at 833.3, 125"]),
        ("g enter tab", ["POLYGON · point 1 of 1", "enter lets go · Car", "at 500, 375"]),
        ("l enter 7 enter 3", ["LINE · 2 points", "enter twice ends · Car", "at 833.3, 625"]),
        ("m", ["PAINTING Car · brush 38", "pen up", "at 500, 375"]),
        ("m space", ["PAINTING Car · brush 38", "pen down", "at 500, 375"]),
        ("m E", ["ERASING any label", "brush 38 · pen up", "at 500, 375"]),
        ("b enter enter", ["CAR · whole box", "250 × 187.5 at 500, 375"]),
        ("b enter enter w", ["CAR", "right edge in hand", "250 × 187.5 at 500, 375"]),
        ("b enter enter a", ["ATTRIBUTE colour", "no value yet"]),
        ("b enter enter a 2 a", ["ATTRIBUTE colour", "now blue"]),
    ],
)
def test_a_tool_tells_how_far_it_is_and_what_it_makes(keys: str, rows: list[str]) -> None:
    assert told(type_(editor(), keys)) == rows


def test_at_the_first_point_a_spline_closes() -> None:
    drawn = type_(editor(), "s 7 enter 9 enter 3 enter")
    assert signs(drawn) == ["SPLINE · 3 points", "⏎ again ends, C closes", "at 833.3, 625"]
    assert signs(type_(drawn, "1"))[1] == "⏎ twice ends, C closes"
    assert signs(type_(drawn, "7"))[1] == "⏎ closes · Car"


def test_sizes_of_large_pictures_fit_by_being_rounded() -> None:
    forms = bounds_forms((3021.5, 1873.25, 2134.5, 1024.0))
    assert told(InHand("BOX", (), forms), WIDE)[-1] == "2134 × 1024 at 3022, 1873"
    assert told(InHand("BOX", (), forms))[-1] == "2134×1024 at 3022,1873"
    assert told(InHand("BOX", (), bounds_forms((0, 0, 12000, 10000))))[-1] == "12000 × 10000 at 0, 0"


def test_a_long_name_wraps_before_it_is_cut_and_what_matters_less_goes_first() -> None:
    name = "a bicycle that leans on a wall"
    assert told(InHand("FIX", (name,))) == ["FIX", "a bicycle that leans on", "a wall"]
    assert told(InHand("BOX", ("corner 2 of 2", name), ("at 1, 2",)))[1] == "a bicycle that leans o…"
    lines = [LabelLine("a", name, "#e69f00", "1", chosen=True), LabelLine("b", "car", "#e69f00", "2")]
    names = ["".join(text for text, _ in r)[7:].strip() for r in lines_within(lines, NARROW, 20)]
    assert names == ["a bicycle that ✓", "leans on a", "wall", "car"]
    assert len(lines_within(lines, NARROW, 2)) == 2


def test_while_one_paints_head_list_and_count_say_the_same() -> None:
    start = with_shapes(Box(1, 1, 9, 9, label="road"))
    painted = type_(start, "m tab space")
    assert told(painted)[0].startswith("PAINTING Person") and painted.label_in_hand == "person"
    listed = column(painted)
    assert "2 shapes" in listed and any("Person mask" in line for line in listed)
    assert [shape.label for shape in painted.listed] == [shape.label for shape in painted.result()]
    left = type_(painted, "escape escape")
    assert "2 shapes" in column(left)


def test_the_values_of_an_attribute_stand_in_place_of_the_labels() -> None:
    labels = [LabelLine("car", "Car", "#e69f00", "1")]
    start = type_(with_shapes(Box(1, 1, 9, 9, label="car")), "a")
    assert column(start, labels)[:3] == [" 1  red", " 2  blue", " 0  none ✓"]
    assert "Car" in column(type_(start, "2"), labels)[0]
    assert column(type_(start, "2 a"), labels)[1] == " 2  blue ✓"


def test_a_digit_is_never_swallowed_or_a_label_while_an_attribute_is_asked_for() -> None:
    start = with_shapes(Box(1, 1, 9, 9, label="car"), Box(50, 1, 9, 9, label="person"))
    refused = type_(start, "a 7")
    assert refused.message.startswith("There is no value 7. colour: 1 red")
    assert refused.asking == "colour" and refused.shapes == start.shapes
    gone = type_(start, "a tab")
    assert gone.asking is None


def test_a_suggestion_says_which_key_takes_it() -> None:
    found = editor(
        predictions=[{"kind": "box", "label": "car", "x": 1, "y": 1, "width": 9, "height": 9, "score": 0.87}]
    )
    assert told(found) == ["CAR · suggestion 0.87", "9 × 9 at 1, 1"]
    rows = column(found)
    assert " annotate.confirm  tak…" in rows
    # What it is lies apart from what the keys do.
    assert rows[-5:] == [" shapes.delete  reject…", "", "colour: –", "parked: –", "doors: –"]


def test_labels_have_the_rows_that_the_list_does_not_need() -> None:
    labels = [LabelLine(f"l{n}", f"l{n}", "#e69f00", str(n)) for n in range(1, 9)]
    assert [line[7:].strip() for line in column(editor(), labels, 11)[:8]] == [f"l{n}" for n in range(1, 9)]
    several = with_shapes(*[Box(n, 1, 9, 9) for n in range(6)])
    rows = column(replace(several, selected=None), labels, 11)
    assert len(rows) == 11 and "5 more" in rows[3] and sum("Car" in line for line in rows) == 4


def test_a_locked_or_hidden_label_is_seen_with_nothing_in_hand() -> None:
    """By a word, wherever the label stands, and a shape of it offers to unlock before all else."""
    labels = [LabelLine("car", "Car", "#e69f00", "1", chosen=True), LabelLine("road", "Road", "#009e73", "2")]
    locked = type_(replace(with_shapes(Box(1, 1, 9, 9, label="car")), selected=None), "x")
    assert column(locked, labels)[:2] == [" 1   ■ Car     locked ✓", " 2   ■ Road"]
    assert told(type_(locked, "tab"))[:1] == ["CAR · locked"]
    assert "hidden" in column(type_(locked, "h"), labels)[0]
