"""Keys as terminals with the kitty keyboard protocol report them (`CSI code:shifted:base ; modifiers ; text u`), with what a
key parser does not tell: the key's place on a US keyboard, and CapsLock. Pure.

https://sw.kovidgoyal.net/kitty/keyboard-protocol/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.layouts import SHIFTED

ALTERNATE_KEYS = "\x1b[=4;2u"
"""Asks for the places of keys, beside what is reported already; goes with that when the terminal is left."""
_SHIFT, _CTRL, _CAPS_LOCK = 1, 4, 64
_REPORT = re.compile(r"(\d+)((?::\d*)?)(?::(\d+))?(?:;(\d*)([:\d]*))?((?:;[:\d]*)?)")
_KEYPAD = dict(zip(range(57417, 57428), "46829371" + "0.5", strict=True))
"""What is printed on keys of the keypad that move while NumLock is off."""


@dataclass(frozen=True, slots=True)
class KeyReport:
    """`sequence`: the same, as key parsers take it. `place`: what the key types on a US keyboard, with `ctrl+` before it
    where that was held; '' where the terminal does not tell. `caps`: CapsLock is on."""

    sequence: str
    place: str = ""
    caps: bool = False


def report_of(body: str) -> KeyReport | None:
    """Of what stands between `CSI` and `u`; None where that is no key, or nothing is told beside it, so that key parsers take
    it as it is: not with what the key types while shift is held."""
    found = _REPORT.fullmatch(body)
    if found is None:
        return None
    code, shifted, base, modifiers, event, text = found.groups("")
    held = _held(modifiers)
    place = _KEYPAD.get(int(code)) or _character(base)
    caps = bool(held & _CAPS_LOCK)
    if not place and not caps and not shifted:
        return None
    return KeyReport(f"\x1b[{code}{_middle(modifiers + event, text)}{text}u", _with(place, held), caps)


def _held(modifiers: str) -> int:
    return int(modifiers or "1") - 1


def _middle(modifiers: str, text: str) -> str:
    """Modifiers stand before a text, also when there are none."""
    return f";{modifiers}" if modifiers or text else ""


def _character(code: str) -> str:
    return chr(int(code)) if code else ""


def _with(place: str, held: int) -> str:
    """A key with the modifiers that are held: with others than shift and ctrl it has no meaning here."""
    other = held & ~(_SHIFT | _CTRL | _CAPS_LOCK | 128)
    if other or not place or not place.isprintable():
        return ""
    if held & _CTRL:
        return f"ctrl+{place}"
    return SHIFTED.get(place, place) if held & _SHIFT else place
