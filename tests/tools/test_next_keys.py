"""What the row of keys tells while something is drawn or painted: what sets, finishes and leaves, as it is just now."""

from __future__ import annotations

import pytest

from tests.tools.hands import KEYMAP, editor, type_
from tui.screens.editor_keys import EditorKeys
from tui.screens.keys import KeyTable
from tui.tools.next_keys import next_keys
from tui.widgets.legend import legend_row

NARROW = 78
"""Columns of the row of keys in a terminal of 80."""
TABLE = KeyTable.of(KEYMAP, ("app", "work", "annotate", "shapes"), ())


def told(keys: str) -> dict[str, str]:
    return dict(next_keys(type_(editor(), keys)))


def shown(keys: str, width: int) -> str:
    """The row at the bottom of the screen."""
    lines = EditorKeys(TABLE).drawing_legend(type_(editor(), keys))
    return " ".join("".join(words for words, _ in legend_row(lines, width)).split())


@pytest.mark.parametrize(
    ("keys", "sets", "leaves"),
    [
        ("b", "corner", "leave"),
        ("b enter", "finish", "back, then leave"),
        ("k", "corner", "leave"),
        ("k enter", "corner", "back, then leave"),
        ("k enter enter", "finish", "back, then leave"),
        ("g", "point", "leave"),
        ("g enter right", "point; twice finishes", "back, then leave"),
        ("g enter a b enter", "point; twice finishes", "back, then leave"),
        ("g enter a b enter c c enter", "finish", "back, then leave"),
        ("g enter a b enter c c enter right", "point; twice finishes", "back, then leave"),
        ("g enter a b enter tab", "let go", "let go"),
        ("l enter a b enter", "finish", "back, then leave"),
        ("s enter right", "point; twice finishes", "back, then leave"),
    ],
)
def test_each_tool_says_what_enter_and_escape_do_now(keys: str, sets: str, leaves: str) -> None:
    now = told(keys)
    assert (now["drawing.set"], now["drawing.back"]) == (sets, leaves)
    # And so it is.
    after = type_(editor(), f"{keys} enter")
    assert (after.tool is None) == (sets == "finish")
    assert (type_(editor(), f"{keys} escape").tool is None) == (leaves == "leave")


@pytest.mark.parametrize("width", [NARROW, 118])
def test_painting_names_pen_size_eraser_and_the_end(width: int) -> None:
    assert "⏎ dab esc done space pen E erase , size− . size+" in shown("m", width)
    assert "? help" in shown("m", width)
    assert "space lift esc twice: done E erase , size− . size+" in shown("m space", width)
    assert "⏎ dab esc done space pen E paint , size− . size+" in shown("m E", width)
    assert type_(editor(), "m escape").tool is None
    assert type_(editor(), "m space escape").tool is not None
    assert type_(editor(), "m space escape escape").tool is None


@pytest.mark.parametrize(
    "keys", ["b", "b enter", "k enter enter", "g enter right", "s enter tab", "m", "m space"]
)
def test_at_80_columns_nothing_that_sets_or_leaves_is_left_out(keys: str) -> None:
    now, row = told(keys), shown(keys, NARROW)
    assert now["drawing.back"] in row
    assert now.get("drawing.set", "") in row


def test_while_nothing_is_drawn_nothing_is_told() -> None:
    assert next_keys(editor()) == ()
