"""What is in hand, as one value that every mode of work and every layer gives, and the rows that tell it at the head of
the column beside the picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from tui.model.geometry import Bounds, Point
from tui.text import printable
from tui.widgets.rows import EMPTY, MUTED, PLAIN, TITLE, Row, clip, highlighted, row, wrapped

HEAD_ROWS = 3
"""Rows of the head, always: nothing below it moves when it changes."""
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class InHand:
    """`word`: one for each state; `details`: what more there is to know, the most important first. `place`: size and
    place in image pixels, in forms from the longest to the shortest. `calm`: nothing is half done, and nothing chosen."""

    word: str
    details: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    calm: bool = False

    def within(self, word: str) -> InHand:
        """The same inside of another state that goes on."""
        return replace(self, word=word, details=(self.word, *self.details), calm=False)


def head_rows(hand: InHand, width: int) -> list[Row]:
    """As many rows as a head has. What does not fit goes from the end; a long name wraps before it is cut."""
    place = next(
        (form for form in hand.place if cell_len(form) <= width), clip("".join(hand.place[-1:]), width)
    )
    room = HEAD_ROWS - bool(place)
    first, *rest = _flowed([printable(piece) for piece in (hand.word, *hand.details)], width, room)
    title = row((first, TITLE))
    rows = [
        title if hand.calm else highlighted(title, width),
        *(row((line, PLAIN)) for line in rest),
        *([row((place, MUTED))] if place else []),
    ]
    return [*rows, *[EMPTY] * (HEAD_ROWS - len(rows))]


def _flowed(pieces: Sequence[str], width: int, rows: int) -> list[str]:
    """The pieces in at most so many lines, broken between them where that is possible."""
    for kept in range(len(pieces), 0, -1):
        for each in range(rows, 0, -1):
            lines = _lines(pieces[:kept], width, each)
            if len(lines) <= rows:
                return lines
    return [""]


def _lines(pieces: Sequence[str], width: int, each: int) -> list[str]:
    """A piece stands beside the one before where both fit, else in lines of its own, `each` at most."""
    lines: list[str] = []
    for piece in pieces:
        joined = f"{lines[-1]}{_BETWEEN}{piece}" if lines else piece
        if cell_len(joined) <= width:
            lines[-1:] = [joined]
        else:
            lines += cut_lines(piece, width, each)
    return lines


def cut_lines(text: str, width: int, most: int) -> list[str]:
    """A text in at most so many lines; the last one is cut where it does not suffice."""
    lines = wrapped(text, width)
    return lines if len(lines) <= most else [*lines[: most - 1], clip(" ".join(lines[most - 1 :]), width)]


def point_forms(at: Point) -> tuple[str, ...]:
    """Where a point is."""
    x, y = at
    return (f"at {_tenths(x)}, {_tenths(y)}", f"at {x:.0f}, {y:.0f}", f"{x:.0f},{y:.0f}")


def bounds_forms(bounds: Bounds) -> tuple[str, ...]:
    """How large something is, and where its left upper corner."""
    x, y, width, height = bounds
    whole = f"{width:.0f}×{height:.0f}"
    return (
        f"{_tenths(width)} × {_tenths(height)} at {_tenths(x)}, {_tenths(y)}",
        f"{width:.0f} × {height:.0f} at {x:.0f}, {y:.0f}",
        f"{whole} at {x:.0f},{y:.0f}",
        f"{whole} {x:.0f},{y:.0f}",
    )


def _tenths(value: float) -> str:
    """With a tenth only where there is one."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
