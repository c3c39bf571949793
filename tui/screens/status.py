"""What every work screen says in its row of messages, its status line and its help page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from tui.commands import LABEL_SLOTS, SCOPES
from tui.screens.keys import KeyTable
from tui.sitting.state import Message
from tui.terminal.caps import TerminalCaps
from tui.text import printable
from tui.widgets.key_line import ModeKeys
from tui.widgets.legend import KeyLine, help_rows, key_sign
from tui.widgets.panel import Page
from tui.widgets.rows import ACCENT, BAD, EMPTY, GOOD, MUTED, WARN, Row, clip, fit, row, wrapped

_TONES = {"hint": ACCENT, "good": GOOD, "warn": WARN, "error": BAD}
_SIGNS = {"hint": "", "good": "✓ ", "warn": "! ", "error": "✗ "}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the status line needs beside the sitting. `key_at`: when the last key came (monotonic seconds);
    pace and time left are those of that moment, so that nothing changes by itself. `table`: the keys that messages name.
    `remarks`: on the file in front."""

    caps: TerminalCaps
    table: KeyTable
    key_at: float
    adding: bool = False
    remarks: tuple[str, ...] = ()


def said_row(message: Message, table: KeyTable, width: int) -> Row:
    """What the sitting has to say, with a sign where colour alone would tell."""
    text = _fitting(_SIGNS[message.tone] + printable(table.spoken(message.text)), width)
    return fit(row((text, _TONES[message.tone])), width)


def _fitting(text: str, width: int) -> str:
    """Of a text that is too long the longest part is cut: what takes a decision back stands at the end, and stays."""
    parts = text.split(" · ")
    longest = max(range(len(parts)), key=lambda n: cell_len(parts[n]))
    room = cell_len(parts[longest]) - max(cell_len(text) - width, 0)
    parts[longest] = clip(parts[longest], max(room, 1))
    return " · ".join(parts)


def _labels_as_one(lines: Sequence[KeyLine]) -> list[KeyLine]:
    """The ten slots of labels in one line."""
    slots = [line for line in lines if line.id in LABEL_SLOTS and line.keys]
    if not slots:
        return list(lines)
    sign = f"{key_sign(slots[0].keys[0])} … {key_sign(slots[-1].keys[0])}"
    text = "Choose one of the first ten labels without a key of their own"
    one = replace(slots[0], title="Label", help=text, sign=sign)
    return [one if line is slots[0] else line for line in lines if line is slots[0] or line not in slots]


def help_page(table: KeyTable, intro: str, now: ModeKeys) -> Page:
    """Every key of a screen: first those of the mode in which it is asked for, as they are now, then all that belong to that
    mode, then the others."""
    lines = sorted(_labels_as_one(table.lines()), key=lambda line: line.scope != now.scope)
    here = [KeyLine(h.keys, h.words, h.help, sign=h.sign) for h in now.in_order]

    def page(width: int, height: int) -> list[Row]:
        return [
            *(row((line, MUTED)) for line in wrapped(intro, width)),
            EMPTY,
            *help_rows(here, {"": f"Now: {printable(now.title)}"}, width),
            EMPTY,
            *help_rows(lines, SCOPES, width),
        ]

    return page
