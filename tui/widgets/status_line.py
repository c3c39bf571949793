"""The status line: where one stands, how fast, what is under way, and who."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.sitting.account import pace_words
from tui.text import printable
from tui.widgets.rows import ACCENT, MUTED, PLAIN, STRONG, WARN, Piece, Row, row, row_width, spread


@dataclass(frozen=True, slots=True)
class Status:
    """`own`: what this person did in this run, and `pace`: images an active minute, None while there is too little to tell;
    `left_seconds` likewise. `done` and `left` are everybody's. `share`: of what
    is done, for the bar. `line`: a word where the line to the terminal is slow or away.
    `counts`: whether work is counted here. `sharpening`: a sign while the picture is not yet as sharp as it becomes."""

    place: str = ""
    done: int = 0
    left: int = 0
    own: int = 0
    pace: float | None = None
    left_seconds: float | None = None
    saving: int = 0
    who: str = ""
    protocol: str = ""
    more: tuple[str, ...] = ()
    adding: bool = False
    share: float | None = None
    line: str = ""
    counts: bool = True
    sharpening: str = ""


def status_row(status: Status, width: int) -> Row:
    """In `width` cells; what matters least gives way first."""
    saving = ((f"saving {status.saving}", WARN), ("  ", PLAIN)) if status.saving else ()
    # Its place is kept, so that it comes and goes without moving anything.
    sign = (f"{status.sharpening or ' '} ", MUTED)
    right: Row = (*saving, sign, (printable(status.who), PLAIN))
    words = ((status.line, WARN), (status.protocol, MUTED))
    tail = [piece for word, role in words if word for piece in (("  ", PLAIN), (word, role))]
    room = width - row_width(right) - 2
    parts = next((parts for parts in _shorter(status) if _size(parts) <= room), [])
    if _size(parts) + row_width(tail) <= room:
        right = (*right, *tail)
    return spread(_with_gaps(parts), right, width)


def _shorter(status: Status) -> Iterator[list[list[Piece]]]:
    """All that could be said, then less and less: the place, what one did and what is left stay longest."""
    parts = _parts(status)
    short = _short_parts(status)
    yield from (parts[:n] for n in range(len(parts), len(short) - 1, -1))
    yield from (short[n:] for n in range(len(short)))


def _short_parts(status: Status) -> list[list[Piece]]:
    """What matters most in few cells, the most important last."""
    place: list[list[Piece]] = [[(status.place, STRONG)]] if status.place else []
    counts: list[list[Piece]] = [[(f"you {status.own}", PLAIN)], [(f"{status.left} left", PLAIN)]]
    return [*place, *(counts if status.counts else [])]


def _counts(status: Status) -> list[list[Piece]]:
    """What this person did, and everybody; as wide as they can become, so that one more done changes only its digits."""
    total = status.done + status.left
    wide = len(str(max(total, status.own)))
    pace = "" if status.pace is None else f" · {pace_words(status.pace)}"
    team: list[Piece] = [(f"{status.done:>{wide}} of {total} done", PLAIN)]
    adding: list[Piece] = [(" · adding", MUTED)] if status.adding else []
    return [[(f"you {status.own:>{wide}}{pace:<{_PACE_CELLS}}", PLAIN)], team + adding]


_PACE_CELLS = len(" · 12/min")


def _with_gaps(parts: list[list[Piece]]) -> Row:
    gap = ("   ", PLAIN)
    return tuple(piece for part in parts for piece in (gap, *part))[1:]


def _size(parts: list[list[Piece]]) -> int:
    return sum(row_width(part) for part in parts) + 3 * max(len(parts) - 1, 0)


def _parts(status: Status) -> list[list[Piece]]:
    """From what matters most to what matters least."""
    parts: list[list[Piece]] = [[(status.place, STRONG)]] if status.place else []
    parts += _counts(status) if status.counts else []
    parts += [[(word, WARN)] for word in status.more]
    if status.left_seconds is not None:
        parts.append([(f"{duration(status.left_seconds)} to go", MUTED)])
    if status.share is not None:
        parts.append(list(bar(status.share, 12)))
    return parts


def bar(share: float, width: int) -> Row:
    """A thin progress bar: `━━━━━───────`."""
    full = min(width, max(int(share * width + 0.5), 1 if share > 0 else 0))
    return row(("━" * full, ACCENT), ("─" * (width - full), MUTED))


def duration(seconds: float) -> str:
    """`40 s`, `9 min`, `2 h 05 min`: rounded, for people."""
    if seconds < 60:
        return f"{max(seconds, 0):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
