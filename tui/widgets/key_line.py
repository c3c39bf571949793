"""The key line at the bottom: what the keys do as things are, those that finish what is in hand first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from tui.widgets.legend import ARROWS, LETTERS, key_sign
from tui.widgets.rows import CHIP, MUTED, Piece, Row, row_width, spread

_GAP = "  "


class Role(IntEnum):
    """What a key is for. In this order keys stand in the line, and where there is no room the last ones are left out."""

    FINISHES = 0
    """It ends what is in hand, or brings it on to its end."""
    CHANGES = 1
    TAKES_BACK = 2
    """It takes back, or leaves without having done it."""
    ELSEWHERE = 3
    """It shows something else: another part of the picture, a sheet, the guidelines."""
    REST = 4
    EVERYWHERE = 5
    """It works nearly everywhere, and stands at the right end, always."""


@dataclass(frozen=True, slots=True)
class Hint:
    """`keys`, in Textual's names, and in a word or two what they do now: each its part of it. Without keys nothing is
    shown. `gaps`: they are many, and no run. `run`: a run of so many of them comes first, of which the first and the last are shown. `command`: which one it
    is, where it is one; `help`: more words on it."""

    keys: tuple[str, ...]
    words: str
    role: Role = Role.REST
    run: int = 0
    gaps: bool = False
    command: str = ""
    help: str = ""

    @property
    def sign(self) -> str:
        """The keys as they are shown: `⏎`, `1–9`, `, .`, `^←↑↓→`, `letters`."""
        if self.gaps:
            return LETTERS
        signs = [key_sign(key) for key in self.keys]
        if self.run:
            ends = "–".join(dict.fromkeys((signs[0], signs[self.run - 1])))
            return " ".join((ends, *signs[self.run :]))
        before = {sign[:-1] for sign in signs}
        if len(before) == 1 and ARROWS.issuperset(sign[-1] for sign in signs):
            return "".join((*before, *(sign[-1] for sign in signs)))
        return " ".join(signs)


@dataclass(frozen=True, slots=True)
class ModeKeys:
    """The innermost mode, or what is open, in words, and its keys. `scope`: of commands, whose section in the help is
    about it."""

    title: str
    hints: tuple[Hint, ...]
    scope: str = ""

    @property
    def in_order(self) -> list[Hint]:
        """Those that have keys, the most important first."""
        return sorted((hint for hint in self.hints if hint.keys), key=lambda hint: hint.role)


def key_rows(keys: ModeKeys, width: int, count: int) -> list[Row]:
    """`count` rows, filled in the keys' order; from the first on that has no room they are left out."""
    right = _joined([_part(hint) for hint in keys.in_order if hint.role is Role.EVERYWHERE])
    parts = [_part(hint) for hint in keys.in_order if hint.role is not Role.EVERYWHERE]
    rows: list[Row] = []
    for left in range(count - 1, -1, -1):
        taken = _fitting(parts, width if left else width - row_width(right) - 2)
        line = _joined(parts[:taken])
        rows.append(line if left else spread(line, right, width))
        parts = parts[taken:]
    return rows


def _fitting(parts: Sequence[Row], room: int) -> int:
    """How many of the first parts there is room for."""
    for number, part in enumerate(parts):
        if row_width(part) > room:
            return number
        room -= row_width(part) + len(_GAP)
    return len(parts)


def _part(hint: Hint) -> Row:
    return ((f" {hint.sign} ", CHIP), (f" {hint.words}", MUTED))


def _joined(parts: Sequence[Row]) -> Row:
    """Parts side by side."""
    pieces: list[Piece] = []
    for part in parts:
        pieces += [(_GAP, MUTED), *part] if pieces else part
    return tuple(pieces)
