"""Which command or label a key means, without a window."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.terminal.fake import ROOT
from tests.waiting import PATIENCE
from tui import keymap
from tui.keymap import CHARACTERS
from tui.model.project import Label
from tui.screens.keys import KeyTable, canonical
from tui.widgets.entry import Entry
from tui.widgets.label_bar import LabelLine, label_row, matching
from tui.widgets.legend import key_sign


def labels(*named: tuple[str, str | None]) -> list[Label]:
    return [Label(name, name, "#e69f00", key) for name, key in named]


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("1", "1", "1"),
        ("question_mark", "?", "question_mark"),
        ("shift+n", "N", "N"),
        ("latin_small_letter_e_with_acute", "é", "é"),
        ("section_sign", "§", "§"),
        ("space", " ", "space"),
        ("enter", "\r", "enter"),
        ("ctrl+p", "\x10", "ctrl+p"),
        ("left_shift", None, "left_shift"),
    ],
)
def test_keys_are_named_by_their_character(key: str, character: str | None, name: str) -> None:
    assert canonical(key, character) == name


def test_own_keys_come_first_and_slots_serve_the_others_in_every_keymap() -> None:
    for name in keymap.names():
        table = KeyTable.of(keymap.load(name), ("app", "work", "annotate"), labels(("a", None), ("b", "é")))
        assert table.label(canonical("x", "é")) in ("b", "a"), name
        slots = keymap.load(name).of("annotate.label-1")
        if "é" not in slots:
            assert [table.label(key) for key in slots] == ["a"] * len(slots)
        assert table.command("left_shift") is None


def test_every_command_of_the_screen_has_its_key_or_none_at_all() -> None:
    table = KeyTable.of(keymap.load("default"), ("app", "work", "review"), [])
    for line in table.lines():
        if line.scope == "annotate":
            raise AssertionError(line.id)
        shared = ("review.confirm", "review.comment", "app.cancel")
        assert line.id in shared or all(table.command(key) == line.id for key in line.keys), line.id


def test_digits_are_reasons_also_on_a_keyboard_that_shifts_them() -> None:
    table = KeyTable.of(keymap.load("azerty"), ("app", "work", "review"), [])
    assert [table.digit(key) for key in ("1", "9", "0")] == [1, 9, 10]
    slot = keymap.load("azerty").of("annotate.label-2")[0]
    assert table.digit(slot) == 2
    assert table.digit("x") is None


def test_typing_takes_nothing_that_a_terminal_would_obey() -> None:
    assert Entry().typed("a\x1b[31m\u202eb\nc").text == "a[31mb c"


def test_the_filter_puts_beginnings_first() -> None:
    lines = [LabelLine(name, name, "#e69f00") for name in ("scatter", "big cat", "cat", "dog")]
    assert [line.name for line in matching(lines, "CAT")] == ["cat", "big cat", "scatter"]


def test_the_terminal_is_asked_before_the_toolkit_is_imported() -> None:
    code = "import sys, tui.app; print([m for m in sys.modules if m.partition('.')[0] == 'textual'])"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ended.stdout.strip() == "[]"


def test_keys_are_shown_by_the_character_that_they_print() -> None:
    """In help, legend and palette, and as the chip of a label, which has room for one cell."""
    for name, character in CHARACTERS.items():
        if name != "space":
            assert key_sign(name) == character
            chip = label_row(LabelLine("car", "car", "#e69f00", name), 20)[0]
            assert chip[0] == f" {character} "
