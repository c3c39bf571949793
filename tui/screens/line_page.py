"""The page about the line: what the terminal shows, how exactly, and what comes through, in figures."""

from __future__ import annotations

from collections.abc import Callable

from tui.display.protocols import encoding_of
from tui.libraries import log_file
from tui.terminal.caps import TerminalCaps
from tui.terminal.exactness import at_rest
from tui.terminal.line_state import rate_text, trip_text, unmeasured
from tui.text import printable
from tui.widgets.canvas import Meter
from tui.widgets.panel import Page
from tui.widgets.rows import MUTED, PLAIN, Row, row, wrapped

_NAMES = 16
"""Cells of the first column."""


def line_page(
    caps: TerminalCaps, meter: Callable[[], Meter], *, exact: bool, budget: int | None = None
) -> Page:
    """Two columns: what, and how it is now. `exact`, `budget`: what the person set."""

    def page(width: int, height: int) -> list[Row]:
        return [
            one
            for pair in _facts(caps, meter(), at_rest(caps, wanted=exact, budget=budget))
            for one in _rows(*pair, width)
        ]

    return page


def _facts(caps: TerminalCaps, meter: Meter, exact: str) -> list[tuple[str, str]]:
    log = log_file()
    return [
        *_of_the_line(meter, caps.answered_by),
        ("Under way", f"{meter.under_way:,} bytes"),
        ("Protocol", caps.graphics.description),
        ("Encoding", encoding_of(caps.protocol)),
        ("Exact", exact),
        ("Terminal", printable(caps.name) or "does not tell its name"),
        ("Log", f"{printable(str(log))}: what libraries say" if log is not None else "none is kept"),
        ("More", "termlabel doctor says what could be better"),
    ]


def _of_the_line(meter: Meter, answered_by: str) -> list[tuple[str, str]]:
    """`answered_by`: what answers in the terminal's place; what was measured is the way to that one."""
    trip = trip_text(meter.round_trip)
    if answered_by:
        to = f"{rate_text(meter.throughput)} and {trip} to {answered_by}, which is not the line"
        return [("Rate", f"{rate_text(None)}{unmeasured(answered_by)}"), ("Measured", to)]
    return [
        ("Rate", f"{rate_text(meter.rate)}: what the line carries"),
        ("Throughput", f"{rate_text(meter.throughput)}: of pictures, the terminal's time for them included"),
        ("Round trip", trip),
    ]


def _rows(name: str, text: str, width: int) -> list[Row]:
    lines = wrapped(text, max(width - _NAMES, 8))
    return [row((f"{name if n == 0 else '':{_NAMES}}", MUTED), (line, PLAIN)) for n, line in enumerate(lines)]
