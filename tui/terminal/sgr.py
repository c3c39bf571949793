"""Colours and attributes of text, in as few bytes as a terminal needs."""

from __future__ import annotations

from collections.abc import Iterable

Codes = tuple[str, str, str]
"""Parameters of SGR: attributes (`1;4`), foreground (`38;5;253`), background; '' for none."""
PLAIN: Codes = ("", "", "")


def lean_text(pieces: Iterable[tuple[str, Codes]]) -> str:
    """Pieces of (text, codes) in a row: each code is sent where it changes, and all are taken back at the end."""
    out: list[str] = []
    before = PLAIN
    for text, now in pieces:
        if not text:
            continue
        if now != before:
            out.append(_change(before, now))
            before = now
        out.append(text)
    return "".join(out) + ("\x1b[0m" if before != PLAIN else "")


def _change(before: Codes, now: Codes) -> str:
    """An attribute that is on, and a colour that gives way to the terminal's own, only go with all others."""
    gone = before[0] not in ("", now[0]) or any(old and not new for old, new in zip(before, now, strict=True))
    wanted = now if gone else tuple("" if new == old else new for old, new in zip(before, now, strict=True))
    return f"\x1b[{';'.join((*('0' if gone else ''), *(code for code in wanted if code)))}m"
