"""What stands on a contact sheet and beside it, without a screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.test_key_line import TABLE
from tests.sitting.test_sheet import Reviewer, lease, press
from tui.screens.sheet_hints import sheet_keys
from tui.screens.sheet_rows import captions, closing_lines, reasons_line
from tui.sitting import inputs as i
from tui.sitting.sheet_state import SheetState
from tui.widgets.rows import Row, clip_words


def words(row: Row) -> str:
    return "".join(text for text, _ in row)


def sheet(count: int = 6) -> Reviewer:
    desk = Reviewer([lease(n) for n in range(1, count + 1)])
    desk.see()
    return desk


def test_a_reason_and_a_name_are_told_apart() -> None:
    desk = sheet(3)
    press(desk, "b1>")
    cards = tuple(
        replace(card, task=replace(card.task, annotator=who))
        for card, who in zip(desk.state.cards, ("ada", "ada", "bob"), strict=True)
    )
    assert captions(replace(desk.state, cards=cards)) == ["a ada", "b ✗ wrong label · ada", "▸c bob"]


@pytest.mark.parametrize("width", [40, 54, 200])
def test_all_digits_of_reasons_are_there_in_few_cells(width: int) -> None:
    reasons = ("wrong label", "not tight", "missing shape", "blurred", "other")
    told = words(reasons_line("c  ", reasons, width))
    assert len(told) <= width and told.startswith("c  1 wr")
    assert [digit for digit in told if digit.isdecimal()] == list("12345")
    assert ("…" in told) == (width < 60)


def test_a_sentence_is_cut_between_words() -> None:
    text = "This pass: 20 of 20 labelled images, by label: cat 20."
    assert clip_words(text, 54) == text
    assert clip_words(text, 30) == "This pass: 20 of 20 labelled …"
    assert clip_words(text, 29) == "This pass: 20 of 20 …"
    assert clip_words("unbreakable", 5) == ""


@pytest.mark.parametrize(
    ("letters", "count", "sign"),
    [("abcdef", 6, "a–f"), ("acdfgh", 2, "a c"), ("acdfgh", 6, "letters"), ("acdfgh", 1, "a")],
)
def test_letters_that_leave_some_out_are_no_run(letters: str, count: int, sign: str) -> None:
    state: SheetState = replace(sheet(count).state, letters=letters)
    (takes_out,) = (hint for hint in sheet_keys(state, TABLE).hints if hint.words == "take out")
    assert takes_out.sign == sign


def test_an_empty_sheet_says_why() -> None:
    desk = Reviewer([])
    state = replace(desk.state, sitting=replace(desk.state.sitting, totals=i.Totals(0, 15)))
    for rules, why in (
        ({"own": True, "asked": "annotator=rev"}, "These are your own, and nobody reviews their own work."),
        (
            {"asked": "label=fox"},
            "Nothing that others labelled and that waits for a review matches label=fox.",
        ),
    ):
        asked = replace(state, sitting=replace(state.sitting, rules=replace(state.rules, **rules)))
        assert closing_lines(asked)[:2] == ["Nothing to review now.", why]
