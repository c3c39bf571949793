"""Rows of styled text as plain values: what a widget shows, before any terminal or theme.

A piece is (text, role). A role names a component class (`text--muted`, ...) or is a colour
(`#e69f00`), which then is the foreground; or it is both, with a space between. Text from outside goes through `tui.text.shown` where
the row is made, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size

Piece = tuple[str, str]
Row = tuple[Piece, ...]

PLAIN = ""
MUTED = "text--muted"
STRONG = "text--strong"
ACCENT = "text--accent"
GOOD = "text--good"
WARN = "text--warn"
BAD = "text--bad"
CHIP = "text--chip"
CHOSEN = "text--chosen"
CURSOR = "text--cursor"
TITLE = "text--title"
NUMBER = "text--number"
"""Of a shape: a click on its row selects it."""

EMPTY: Row = ()


def row(*pieces: str | Piece) -> Row:
    """A row of pieces; a bare text has no role."""
    return tuple((p, PLAIN) if isinstance(p, str) else p for p in pieces if p and p != ("", ""))


def row_width(pieces: Iterable[Piece]) -> int:
    """In cells."""
    return sum(cell_len(text) for text, _ in pieces)


def clip(text: str, width: int) -> str:
    """`text` in at most `width` cells, with `…` where something was left off."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def clip_words(text: str, width: int) -> str:
    """The same, cut between two words; '' where not even the first has room."""
    if cell_len(text) <= width:
        return text
    head = set_cell_size(text, max(width - 1, 0)).rpartition(" ")[0].rstrip()
    return f"{head} …" if head else ""


def clip_left(text: str, width: int) -> str:
    """The same, but the end is kept: a path's file name says more than its first folder."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[: max(width, 0)]
    while cell_len(text) > width - 1:
        text = text[1:]
    return "…" + text


def pad(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    return set_cell_size(clip(text, width), width)


def fit(pieces: Row, width: int) -> Row:
    """`pieces` cut to `width` cells."""
    if row_width(pieces) <= width:
        return pieces
    kept: list[Piece] = []
    left = width
    for text, role in pieces:
        size = cell_len(text)
        if size > left:
            kept.append((clip(text, left), role))
            break
        kept.append((text, role))
        left -= size
    return tuple(kept)


def highlighted(pieces: Row, width: int) -> Row:
    """The row under the cursor, over all of its `width` cells; what has a colour of its own keeps it."""
    shown = fit(pieces, width)
    shown = (*shown, (" " * (width - row_width(shown)), PLAIN))
    return tuple(
        (text, f"{CHOSEN} {role}" if role.startswith("#") else CHOSEN) for text, role in shown if text
    )


def spread(left: Row, right: Row, width: int) -> Row:
    """`left` and `right` at the two ends of `width` cells; the left one gives way."""
    right = fit(right, width)
    room = width - row_width(right)
    left = fit(left, max(room - 1, 0))
    gap = room - row_width(left)
    return (*left, (" " * gap, PLAIN), *right) if gap else (*left, *right)


def centred(pieces: Row, width: int) -> Row:
    """`pieces` in the middle of `width` cells."""
    before = (width - row_width(pieces)) // 2
    return ((" " * before, PLAIN), *pieces) if before > 0 else fit(pieces, width)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces where there are any."""
    if width <= 0:
        return []
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped_line(paragraph, width))
    return lines


def _wrapped_line(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        while cell_len(word) > width:
            head = _head(word, width)
            yield head
            word = word[len(head) :]
        line = word
    yield line


def _head(word: str, width: int) -> str:
    size = count = 0
    for character in word:
        size += cell_len(character)
        if size > width and count:
            break
        count += 1
    return word[:count]
