"""Labels with their keys and colours beside the picture. A label is told by key and name, never by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.text import printable
from tui.widgets.in_hand import cut_lines
from tui.widgets.legend import key_sign
from tui.widgets.rows import CHIP, EMPTY, GOOD, MUTED, PLAIN, STRONG, WARN, Row, fit, highlighted, pad, row


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label. `key`: what to press, empty when only the filter reaches it. `chosen`: the picture has it. `state`: in a
    word how its shapes are kept: locked, hidden."""

    name: str
    title: str
    colour: str
    key: str = ""
    chosen: bool = False
    state: str = ""


def label_lines(lines: Sequence[LabelLine], width: int, height: int, filter_key: str) -> list[Row]:
    """At most `height` rows; when there are more labels, the last row says how to reach them."""
    fits = len(lines) <= height
    seen = lines if fits else window(lines, max(height - 1, 1))
    rows = lines_within(seen, width, height - (not fits))
    if not fits:
        more = f"{len(lines) - len(seen)} more"
        rows.append(fit(row(*_key(filter_key), (f" {more}", MUTED)), width))
    return rows


def lines_within(lines: Sequence[LabelLine], width: int, height: int) -> list[Row]:
    """As many as there are rows. Names that are too long wrap where all have room then."""
    for most in (3, 2):
        rows = [r for line in lines for r in _wrapped_rows(line, width, most)]
        if len(rows) <= height:
            return rows
    return [label_row(line, width) for line in lines[: max(height, 1)]]


def _wrapped_rows(line: LabelLine, width: int, most: int) -> list[Row]:
    """Its name in up to so many rows, broken at the same place whether it is chosen or not."""
    first, *more = cut_lines(printable(line.title), max(width - 9 - len(_state(line)), 1), most)
    role = STRONG if line.chosen else PLAIN
    return [
        label_row(replace(line, title=first), width),
        *(row((" " * 7, PLAIN), (text, role)) for text in more),
    ]


def window(lines: Sequence[LabelLine], size: int) -> Sequence[LabelLine]:
    """The first labels, and with them those that the picture has."""
    first = list(lines[:size])
    late = [line for line in lines[size:] if line.chosen]
    return [*first[: size - len(late)], *late] if late else first


def label_row(line: LabelLine, width: int, under_cursor: bool = False) -> Row:
    """` 1  ■ car  ✓`"""
    sign, state = " ✓" if line.chosen else "", _state(line)
    title = pad(printable(line.title), max(width - 7 - len(state) - len(sign), 1))
    role = STRONG if line.chosen else PLAIN
    found = row(*_key(line.key), (" ■ ", line.colour), (title, role), (state, WARN), (sign, GOOD))
    return highlighted(found, width) if under_cursor else found


def _state(line: LabelLine) -> str:
    return f" {line.state}" if line.state else ""


def _key(key: str) -> tuple[tuple[str, str], ...]:
    """The key as a chip of three cells and a gap; blank when there is none."""
    if not key:
        return (("    ", PLAIN),)
    return ((f" {pad(key_sign(key), 1)} ", CHIP), (" ", PLAIN))


def matching(lines: Sequence[LabelLine], typed: str) -> list[LabelLine]:
    """Labels for what was typed: those that begin with it, then those with a word that does, then those
    that hold it, each in project order; case does not matter."""
    wanted = typed.casefold().strip()
    if not wanted:
        return list(lines)

    def rank(line: LabelLine) -> int:
        texts = (line.title.casefold(), line.name.casefold())
        if any(text.startswith(wanted) for text in texts):
            return 0
        if any(part.startswith(wanted) for text in texts for part in text.replace("_", " ").split()):
            return 1
        return 2 if any(wanted in text for text in texts) else 3

    ranked = [(rank(line), line) for line in lines]
    return [line for wish in range(3) for place, line in ranked if place == wish]


def filter_rows(found: Sequence[LabelLine], cursor: int, width: int, height: int) -> list[Row]:
    """What the filter leaves, with a cursor that stays in sight."""
    if not found:
        return [row(("no label holds this", MUTED))]
    top = max(0, min(cursor - height + 1, len(found) - height))
    rows = [label_row(line, width, top + n == cursor) for n, line in enumerate(found[top : top + height])]
    left = len(found) - top - height
    if left > 0 and rows:
        rows[-1] = (
            rows[-1] if top + height - 1 == cursor else row(("     ", PLAIN), (f"{left + 1} more", MUTED))
        )
    return rows or [EMPTY]
