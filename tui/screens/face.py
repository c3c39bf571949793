"""What a work screen's widgets say, as rows: functions of the sitting, the keys and the size."""

from __future__ import annotations

from dataclasses import dataclass

from tui.screens.keys import KeyTable
from tui.sitting import view
from tui.sitting.state import Message
from tui.sitting.walk_state import WalkState
from tui.terminal.caps import TerminalCaps
from tui.text import printable
from tui.widgets.canvas import Meter
from tui.widgets.legend import help_rows
from tui.widgets.pages import card_rows, closing_rows, middle
from tui.widgets.panel import Page
from tui.widgets.rows import ACCENT, BAD, EMPTY, GOOD, MUTED, WARN, Row, fit, row
from tui.widgets.status_line import Status

_TONES = {"hint": ACCENT, "good": GOOD, "warn": WARN, "error": BAD}
_SIGNS = {"hint": "", "good": "✓ ", "warn": "! ", "error": "✗ "}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the status line needs beside the sitting. `key_at`: when the last key came (monotonic seconds);
    pace and time left are those of that moment, so that nothing changes by itself."""

    caps: TerminalCaps
    meter: Meter
    key_at: float
    adding: bool = False


def status_of(state: WalkState, now: Situation) -> Status:
    """Everything in the status line, redrawn with a key."""
    totals = state.sitting.totals
    more = []
    if not now.caps.answers:
        more.append("terminal does not answer")
    if totals.came_back:
        more.append(f"{totals.came_back} came back")
    total = totals.done + totals.left
    return Status(
        place=view.position(state),
        done=totals.done,
        left=totals.left,
        pace=view.pace(state, now.key_at),
        left_seconds=view.seconds_left(state, now.key_at),
        saving=len(state.sitting.pending),
        who=state.rules.who,
        protocol=now.caps.protocol,
        more=tuple(more),
        adding=now.adding,
        share=totals.done / total if total else None,
        line=line_of(now.meter),
    )


def line_of(meter: Meter) -> str:
    """The line to the terminal in a few characters: `1.2 Mbit/s 80 ms`."""
    words = []
    if meter.rate is not None:
        words.append(
            f"{meter.rate / 1e6:.1f} Mbit/s" if meter.rate >= 1e6 else f"{meter.rate / 1e3:.0f} kbit/s"
        )
    if meter.round_trip is not None and meter.round_trip >= 0.005:
        words.append(f"{meter.round_trip * 1000:.0f} ms")
    return " ".join(words)


def message_row(message: Message | None, width: int) -> Row:
    """What the sitting has to say, with a sign where colour alone would tell."""
    if message is None:
        return EMPTY
    text = _SIGNS[message.tone] + printable(message.text)
    return fit(row((text, _TONES[message.tone])), width)


def stage_rows(state: WalkState, width: int, height: int) -> list[Row] | None:
    """What stands in the picture's place: the closing page, a card, a word of waiting; None: the picture."""
    visit = state.visit
    if visit is None:
        if state.closing:
            return closing_rows(view.closing(state), width, height)
        return middle([row(("Fetching the next picture …", MUTED))], width, height)
    if visit.broken is not None and not visit.partial:
        return middle(card_rows(visit.task.path, visit.broken, min(width - 4, 60)), width, height)
    return None


REVIEW_HELP = "Accept, reject with a reason, or fix: each is one or two keys, and can be undone."


def help_page(table: KeyTable, titles: dict[str, str], intro: str) -> Page:
    """Every key of this screen."""
    lines = table.lines()

    def page(width: int, height: int) -> list[Row]:
        return [fit(row((intro, MUTED)), width), EMPTY, *help_rows(lines, titles, width)]

    return page
