"""Keyboards of the world: bytes as terminals send them, through the real parser, to the key that they mean."""

from __future__ import annotations

import pytest
from textual.events import Key

from tui import keymap
from tui.commands import Scope
from tui.layouts import LAYOUTS, layout_of
from tui.model.project import Label
from tui.screens.keys import KeyTable
from tui.screens.pressed import key_of
from tui.screens.text_layer import comment_layer
from tui.terminal.caps import TerminalCaps
from tui.terminal.key_parser import GfxParser
from tui.terminal.parser import ReplyFilter

WALK: tuple[Scope, ...] = ("app", "work", "annotate")


def table(*own: str, scopes: tuple[Scope, ...] = WALK) -> KeyTable:
    labels = [Label(key, key, "#e69f00", key) for key in own] + [Label("cat", "cat", "#e69f00")]
    return KeyTable.of(keymap.load("default"), scopes, labels)


def pressed(data: str, keys: KeyTable, layout: str | None = None, *, typing: bool = False) -> list[str]:
    found = GfxParser(ReplyFilter(kitty_keys=True), TerminalCaps()).feed(data)
    layers = [comment_layer(lambda text: None)] if typing else []
    return [key_of(m, keys, layout, layers) for m in found if isinstance(m, Key)]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        # kitty 0.41, a Russian keyboard: f shift+f ctrl+c and what types й in it; then . which Latin keyboards have too.
        ("\x1b[1072::102;;1072u\x1b[57441;2u\x1b[1072:1040:102;2;1040u", ["f", "F"]),
        ("\x1b[1089::99;5u\x1b[1079::112;5u", ["ctrl+c", "ctrl+p"]),
        ("\x1b[1081::113;;1081u\x1b[46::47;;46u", ["q", "full_stop"]),
        # A US keyboard with shift: ? + U, and ctrl with it.
        ("\x1b[57441;2u\x1b[47:63;2;63u\x1b[57441;2u\x1b[61:43;2;43u\x1b[117:85;2;85u", ["question_mark", "plus", "U"]),
        ("\x1b[112:80;6u\x1b[112;69u", ["ctrl+shift+p", "ctrl+p"]),
        # CapsLock by itself; with it on a, shift+a.
        ("\x1b[57358;65u\x1b[1072::102;65;1040u\x1b[57441;66u\x1b[1072::102;66;1072u", ["f", "F"]),
        ("\x1b[117;65;85u\x1b[57441;66u\x1b[117;66;117u\x1b[27;65u\x1b[13;65u", ["u", "U", "escape", "enter"]),
        # French: & é, the digit by shift, - which zooms, q and a where they are printed.
        ("\x1b[38::49;;38u\x1b[233::50;;233u\x1b[38:49:49;2;49u", ["1", "2", "1"]),
        ("\x1b[45::54;;45u\x1b[113::97;;113u\x1b[97::113;;97u", ["minus", "q", "a"]),
        # A German z stands where y is: nothing here, and no y. Dvorak's ' stands where q is.
        ("\x1b[122::121;;122u\x1b[39::113;;39u", ["z", "apostrophe"]),
        # The keypad with NumLock: 1 5 enter +; without it: end, the middle, enter; and as plain terminals send it.
        ("\x1b[57400;129;49u\x1b[57404;129;53u\x1b[57414;129u\x1b[57413;129;43u", ["1", "5", "enter", "plus"]),
        ("\x1b[57360u\x1b[57424u\x1b[57427u\x1b[E\x1b[57414u\x1b[57413u", ["1", "5", "5", "enter", "plus"]),
        ("\x1bOq\x1bOu\x1bOM\x1bOk\x1bOm", ["1", "5", "enter", "plus", "minus"]),
        # Digits of another script.
        ("١۲", ["1", "2"]),
    ],
)  # fmt: skip
def test_a_key_that_means_nothing_is_the_one_in_its_place(data: str, keys: list[str]) -> None:
    assert pressed(data, table()) == keys


def test_a_key_that_means_something_is_itself() -> None:
    assert pressed("\x1b[1072::102;;1072u", table("а")) == ["а"]
    assert pressed("а", table("а"), "ru") == ["а"]
    # Without NumLock a keypad moves where there is something to move.
    assert pressed("\x1b[57417u", table(scopes=(*WALK, "shapes"))) == ["left"]


def test_words_are_typed_as_they_are() -> None:
    assert pressed("\x1b[1072::102;65;1040u\x1b[117;65;85u", table(), typing=True) == ["А", "U"]
    assert pressed("а.", table(), "ru", typing=True) == ["а", "full_stop"]
    assert pressed("\x1b[1089::99;5u", table(), "ru", typing=True) == ["ctrl+c"], (
        "but keys that edit them count"
    )


@pytest.mark.parametrize(
    ("layout", "typed", "keys"),
    [
        ("ru", "йТГ.,1", ["q", "N", "U", "slash", "question_mark", "1"]),
        ("uk", "їі", ["right_square_bracket", "s"]),
        ("bg", ",а", ["q", "d"]),
        ("el", ";φΥ", ["q", "f", "Y"]),
        # Their / finds a label, as everywhere.
        ("he", "/כ'N", ["slash", "f", "w", "N"]),
        ("ar", "ضب،", ["q", "f", "K"]),
        ("fr", "&é\"'(è_çà-aq", ["1", "2", "3", "4", "5", "7", "8", "9", "0", "minus", "a", "q"]),
    ],
)
def test_a_persons_layout_says_where_a_key_stands(layout: str, typed: str, keys: list[str]) -> None:
    assert pressed(typed, table(), layout) == keys


def test_every_layout_reaches_every_letter() -> None:
    for name, places in LAYOUTS.items():
        reached = set(places.values()) | {c for c in "WERTYUIOPASDFGHJKLZXCVBNMQ" if name == "he"}
        small = set("abcdefghijklmnopqrstuvwxyz" if name != "fr" else "1234567890")
        assert small <= reached, name


def test_a_character_tells_its_layout() -> None:
    assert [layout_of(c) for c in "тїъφכض&éa1"] == [
        "ru",
        "uk",
        "ru",
        "el",
        "he",
        "ar",
        None,
        "fr",
        None,
        None,
    ]
