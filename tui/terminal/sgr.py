"""Colours and attributes of text, in as few bytes as a terminal needs."""

from __future__ import annotations

from collections.abc import Iterable

Codes = tuple[str, str, str]
"""Parameters of SGR: attributes (`1;4`), foreground (`38;5;253`), background; '' for none."""
PLAIN: Codes = ("", "", "")


_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What takes an attribute back; one of several that share it is set again."""


class LeanText:
    """Pieces of (text, codes), one after another: each code is sent where it changes, also from one row to another."""

    def __init__(self) -> None:
        self._before = PLAIN

    def row(self, pieces: Iterable[tuple[str, Codes]]) -> str:
        """Pieces in a row; their codes stay in force."""
        return "".join(self._change_to(codes) + text for text, codes in pieces if text)

    def end(self) -> str:
        """Takes all codes back."""
        return self._change_to(PLAIN)

    def _change_to(self, now: Codes) -> str:
        before, self._before = self._before, now
        return _change(before, now) if now != before else ""


def lean_text(pieces: Iterable[tuple[str, Codes]]) -> str:
    """Pieces in a row, after which all codes are taken back."""
    text = LeanText()
    return text.row(pieces) + text.end()


def _change(before: Codes, now: Codes) -> str:
    """What is no more goes with all others, or by itself where that is shorter."""
    attributes, wanted = ([code for code in codes[0].split(";") if code] for codes in (before, now))
    off = {_OFF[code] for code in attributes if code not in wanted}
    on = [code for code in wanted if code not in attributes or _OFF[code] in off]
    fore, back = (
        "" if old == new else new or none
        for old, new, none in zip(before[1:], now[1:], ("39", "49"), strict=True)
    )
    ways = [*sorted(off), *on, fore, back], ["0", *now]
    return min((f"\x1b[{';'.join(filter(None, way))}m" for way in ways), key=len)
