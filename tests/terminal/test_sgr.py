"""Text with colours in few bytes: a terminal that reads it shows what was meant."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.sgr import PLAIN, Codes, lean_text

CODES = st.tuples(
    st.sampled_from(["", "1", "2;4"]),
    st.sampled_from(["", "31", "38;5;253"]),
    st.sampled_from(["", "48;5;234"]),
)


def read(text: str) -> tuple[list[tuple[str, Codes]], Codes]:
    """Each character with the codes in force, as a terminal keeps them; and those in force at the end."""
    shown: list[tuple[str, Codes]] = []
    attributes, fore, back = set[str](), "", ""
    for codes, character in re.findall(r"\x1b\[([\d;]*)m|(.)", text):
        if character:
            shown.append((character, (";".join(sorted(attributes)), fore, back)))
            continue
        for code in re.findall(r"[34]8;5;\d+|\d+", codes):
            if code == "0":
                attributes, fore, back = set(), "", ""
            elif code.startswith("48"):
                back = code
            elif code.startswith("3"):
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
