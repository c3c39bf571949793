"""Text with colours in few bytes: a terminal that reads it shows what was meant."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.sgr import PLAIN, Codes, LeanText, lean_text

CODES = st.tuples(
    st.sampled_from(["", "1", "2;4", "1;2", "3;7;9"]),
    st.sampled_from(["", "31", "38;5;253"]),
    st.sampled_from(["", "48;5;234"]),
)


OFF = {"22": {"1", "2"}, "23": {"3"}, "24": {"4"}, "27": {"7"}, "29": {"9"}}


def read(text: str) -> tuple[list[tuple[str, Codes]], Codes]:
    """Each character with the codes in force, as a terminal keeps them; and those in force at the end."""
    shown: list[tuple[str, Codes]] = []
    attributes, fore, back = set[str](), "", ""
    for codes, character in re.findall(r"\x1b\[([\d;]*)m|(.)", text):
        if character:
            shown.append((character, (";".join(sorted(attributes)), fore, back)))
            continue
        for code in re.findall(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+", codes):
            if code == "0":
                attributes, fore, back = set(), "", ""
            elif code in ("39", "49"):
                fore, back = (fore, "") if code == "49" else ("", back)
            elif code in OFF:
                attributes -= OFF[code]
            elif code.startswith("48"):
                back = code
            elif code.startswith("3") and len(code) > 1:
                fore = code
            else:
                attributes.add(code)
    return shown, (";".join(sorted(attributes)), fore, back)


@given(st.lists(st.tuples(st.sampled_from(["a", "  ", "bc"]), CODES)))
def test_what_is_read_is_what_was_meant(pieces: list[tuple[str, Codes]]) -> None:
    shown, left = read(lean_text(pieces))
    assert shown == [(character, codes) for text, codes in pieces for character in text]
    assert left == PLAIN


def test_a_colour_is_sent_once() -> None:
    one, other = ("", "38;5;253", "48;5;234"), ("1", "38;5;253", "48;5;234")
    assert lean_text([("a", one), ("b", one), ("c", other)]) == ("\x1b[38;5;253;48;5;234mab\x1b[1mc\x1b[0m")
    assert lean_text([("plain", PLAIN)]) == "plain"


def test_codes_stay_in_force_from_one_row_to_the_next() -> None:
    name = ("1", "38;2;218;218;218", "48;2;28;28;28")
    size = ("", "38;2;148;148;148", "48;2;28;28;28")
    lean = LeanText()
    rows = [lean.row([("3", name)]), lean.row([("12", size)]), lean.row([("4", name)]), lean.end()]
    assert rows[1:] == ["\x1b[22;38;2;148;148;148m12", "\x1b[1;38;2;218;218;218m4", "\x1b[0m"]
    apart = [lean_text([(text, codes)]) for text, codes in (("3", name), ("12", size), ("4", name))]
    assert len("".join(rows)) == len("".join(apart)) - 33
    assert read("".join(rows)) == ([("3", name), ("1", size), ("2", size), ("4", name)], PLAIN)


@given(st.lists(st.lists(st.tuples(st.sampled_from(["a", "  ", "bc"]), CODES))))
def test_rows_are_read_as_they_were_meant(rows: list[list[tuple[str, Codes]]]) -> None:
    lean = LeanText()
    shown, left = read("".join([*map(lean.row, rows), lean.end()]))
    assert shown == [(character, codes) for row in rows for text, codes in row for character in text]
    assert left == PLAIN
