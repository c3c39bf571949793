"""A line of text being typed: pure, without focus, without a blinking cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.cells import cell_len

from tui.text import printable
from tui.widgets.rows import CURSOR, MUTED, PLAIN, Row


@dataclass(frozen=True, slots=True)
class Entry:
    """`at`: the cursor, a character index from 0 to len(text)."""

    text: str = ""
    at: int = 0

    def typed(self, text: str) -> Entry:
        """`text` put in at the cursor; line breaks become spaces, other control characters go."""
        clean = "".join(c for c in text.replace("\n", " ").replace("\t", " ") if c.isprintable())
        return Entry(self.text[: self.at] + clean + self.text[self.at :], self.at + len(clean))

    def edited(self, key: str) -> Entry | None:
        """After an editing key of Textual's names, None when the key is none."""
        edit = _EDITS.get(key)
        return edit(self.text[: self.at], self.text[self.at :]) if edit is not None else None

    def row(self, width: int, hint: str = "") -> Row:
        """In `width` cells, the cursor as a reversed cell always in sight; `hint` while empty."""
        if not self.text:
            return ((" ", CURSOR), (f" {hint}"[: max(width - 1, 0)], MUTED)) if hint else ((" ", CURSOR),)
        under = printable(self.text[self.at : self.at + 1] or " ")
        room = width - cell_len(under)
        before = _end_of(printable(self.text[: self.at]), room)
        after = _start_of(printable(self.text[self.at + 1 :]), room - cell_len(before))
        return tuple(p for p in ((before, PLAIN), (under, CURSOR), (after, PLAIN)) if p[0])


def _end_of(text: str, width: int) -> str:
    """As much of the end as fits in so many cells."""
    while text and cell_len(text) > width:
        text = text[1:]
    return text


def _start_of(text: str, width: int) -> str:
    """As much of the start as fits in so many cells."""
    while text and cell_len(text) > width:
        text = text[:-1]
    return text


def _without_character(before: str, after: str) -> Entry:
    return Entry(before[:-1] + after, max(len(before) - 1, 0))


def _at_start(before: str, after: str) -> Entry:
    return Entry(before + after, 0)


def _at_end(before: str, after: str) -> Entry:
    return Entry(before + after, len(before + after))


def _without_word(before: str, after: str) -> Entry:
    kept = before.rstrip().rpartition(" ")[0]
    kept = f"{kept} " if kept else ""
    return Entry(kept + after, len(kept))


_EDITS: Mapping[str, Callable[[str, str], Entry]] = {
    "backspace": _without_character,
    "ctrl+h": _without_character,
    "delete": lambda before, after: Entry(before + after[1:], len(before)),
    "left": lambda before, after: Entry(before + after, max(len(before) - 1, 0)),
    "right": lambda before, after: Entry(before + after, min(len(before) + 1, len(before + after))),
    "home": _at_start,
    "ctrl+a": _at_start,
    "end": _at_end,
    "ctrl+e": _at_end,
    "ctrl+u": lambda before, after: Entry(after, 0),
    "ctrl+w": _without_word,
}
"""By Textual's names of keys: the entry after one, from the texts before and behind the cursor."""
