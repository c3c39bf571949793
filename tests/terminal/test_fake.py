"""The model terminal itself."""

from __future__ import annotations

from tests.terminal.model import PROFILES, Model


def test_the_screen_before_the_program_has_the_size_of_the_window_when_it_comes_back() -> None:
    model = Model(PROFILES["kitty"], 20, 6)
    model.feed(b"before\x1b[?1049h")
    model.resize(30, 9)
    model.feed(b"\x1b[?1049l\x1b[9;29Hxy")
    lines = model.text().split("\n")
    assert lines[0] == "before" and lines[8] == " " * 28 + "xy"


def test_a_string_in_two_pieces_is_one() -> None:
    whole = b'\x1bP0;0;0q"1;1;6;6#0;2;100;0;0#0!6~-\x1b\\\x1b[1;5Hx'
    for cut in range(1, len(whole)):
        model = Model(PROFILES["sixel"], 20, 5)
        model.feed(whole[:cut])
        model.feed(whole[cut:])
        assert model.text().strip() == "x"
        assert model.picture().getpixel((2, 2)) == (255, 0, 0)
