"""A line of text being typed: pure, without focus, without a blinking cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        match key:
            case "backspace" | "ctrl+h":
                return Entry(self.text[: max(self.at - 1, 0)] + self.text[self.at :], max(self.at - 1, 0))
            case "delete":
                return Entry(self.text[: self.at] + self.text[self.at + 1 :], self.at)
            case "left":
                return replace(self, at=max(self.at - 1, 0))
            case "right":
                return replace(self, at=min(self.at + 1, len(self.text)))
            case "home" | "ctrl+a":
                return replace(self, at=0)
            case "end" | "ctrl+e":
                return replace(self, at=len(self.text))
            case "ctrl+u":
                return Entry(self.text[self.at :], 0)
            case "ctrl+w":
                kept = self.text[: self.at].rstrip().rpartition(" ")[0]
                kept = f"{kept} " if kept else ""
                return Entry(kept + self.text[self.at :], len(kept))
        return None

    def row(self, width: int, hint: str = "") -> Row:
        """In `width` cells, the cursor as a reversed cell always in sight; `hint` while empty."""
        if not self.text:
            return ((" ", CURSOR), (hint[: max(width - 1, 0)], MUTED)) if hint else ((" ", CURSOR),)
        before, under, after = self.text[: self.at], self.text[self.at : self.at + 1] or " ", ""
        after = self.text[self.at + 1 :]
        before, under, after = printable(before), printable(under), printable(after)
        while before and cell_len(before) + cell_len(under) > width:
            before = before[1:]
        while after and cell_len(before) + cell_len(under) + cell_len(after) > width:
            after = after[:-1]
        return tuple(p for p in ((before, PLAIN), (under, CURSOR), (after, PLAIN)) if p[0])
