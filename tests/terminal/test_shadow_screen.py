"""Only cells that changed are sent: no more, and never less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.sgr import PLAIN
from tui.terminal.shadow_screen import GAP, Cell, ShadowScreen


def cells(text: str, codes: tuple[str, str, str] = PLAIN) -> list[Cell]:
    """`W` stands for a wide character, which takes the next cell too."""
    return [("" if before == "W" else now, codes) for before, now in zip(" " + text, text, strict=False)]


def test_what_is_there_is_not_sent_again() -> None:
    screen = ShadowScreen()
    assert screen.changed(3, 10, cells("hello")) == [(0, 5)]
    assert screen.changed(3, 10, cells("hello")) == []
    assert screen.changed(3, 9, cells(" hallo ")) == [(0, 7)]
    assert screen.changed(3, 10, cells("hello", ("1", "", ""))) == [(0, 5)]
    screen.unknown(3, 11, 2)
    assert screen.changed(3, 10, cells("hello", ("1", "", ""))) == [(1, 3)]
    screen.forget()
    assert screen.changed(3, 10, cells("hello", ("1", "", ""))) == [(0, 5)]


def test_changes_far_apart_are_sent_each_for_itself() -> None:
    screen = ShadowScreen()
    same = "-" * GAP
    screen.changed(0, 0, cells(f"a{same}b{same[1:]}c"))
    assert screen.changed(0, 0, cells(f"x{same}y{same[1:]}z")) == [(0, 1), (GAP + 1, 2 * GAP + 2)]


def test_a_wide_character_goes_whole() -> None:
    screen = ShadowScreen()
    screen.changed(0, 0, cells("aW.b"))
    assert screen.changed(0, 0, cells("W.Wb")) == [(0, 4)]
    screen.changed(0, 0, cells("a..b"))
    assert screen.changed(0, 0, [("a", PLAIN), ("W", PLAIN), ("", PLAIN), ("b", PLAIN)]) == [(1, 3)]


text = st.text(alphabet="ab W", min_size=1, max_size=40)


@given(st.lists(st.tuples(st.integers(0, 50), text), max_size=20))
def test_the_screen_holds_what_was_painted(paintings: list[tuple[int, str]]) -> None:
    screen = ShadowScreen()
    wanted: dict[int, Cell] = {}
    there: dict[int, Cell] = {}
    for x, words in paintings:
        painted = cells(words)
        wanted.update(enumerate(painted, x))
        for first, end in screen.changed(0, x, painted):
            there.update(enumerate(painted[first:end], x + first))
    assert there == wanted
