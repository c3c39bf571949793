"""Pages of text over or beside the picture, as rows: guidelines, the closing page, the damage of an unreadable
picture, what a reviewer said, and the word to a terminal that is too small."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from tui.sitting.walk_state import Damage
from tui.text import printable, printable_lines
from tui.widgets.rows import (
    ACCENT,
    BAD,
    EMPTY,
    GOOD,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Piece,
    Row,
    centred,
    fit,
    row,
    wrapped,
)

SMALLEST = (56, 14)
"""Columns and rows below which nothing useful fits."""


def guideline_rows(markdown: str, width: int) -> list[Row]:
    """The project's guidelines, Markdown set in `width` cells. Control characters are shown, never sent."""
    # Imported when it is needed: the first picture waits for whatever is imported before it.
    from rich.markdown import Markdown

    console = Console(width=width, force_terminal=True, color_system=None, legacy_windows=False, emoji=False)
    text = Markdown(printable_lines(markdown), hyperlinks=False)
    lines = console.render_lines(text, console.options.update(width=width), pad=False)
    return [_plain_row(line) for line in lines]


def _plain_row(line: Sequence[Segment]) -> Row:
    pieces: list[Piece] = []
    for segment in line:
        pieces.append((segment.text, _role(segment.style)))
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    return tuple(pieces)


def _role(style: Style | None) -> str:
    if style is None:
        return PLAIN
    if style.bold:
        return STRONG
    if style.italic or style.color is not None:
        return ACCENT
    return MUTED if style.dim else PLAIN


def closing_rows(lines: Sequence[str], width: int, height: int, *, good: bool = True) -> list[Row]:
    """What was done, when nothing is left: the first line is the head. `good`: there was something to do."""
    head, *lines = lines
    body = [
        *([row(("✓", GOOD)), EMPTY] if good else []),
        row((head, TITLE)),
        EMPTY,
        *(row((text, PLAIN)) for line in lines for text in wrapped(line, width - 4)),
    ]
    return middle(body, width, height)


def middle(body: Sequence[Row], width: int, height: int) -> list[Row]:
    """Rows in the middle of a field."""
    above = max((height - len(body)) // 2, 0)
    return [*[EMPTY] * above, *(centred(fit(r, width), width) for r in body)][:height]


def damage_rows(damage: Damage, path: str, width: int) -> list[Row]:
    """Why the picture at `path` cannot be shown whole; `width` in cells."""
    head = "✗ This picture is not whole" if damage.partial else "✗ This picture cannot be read"
    rows = [*(row((text, BAD)) for text in wrapped(head, width)), EMPTY]
    rows += [row((text, PLAIN)) for text in wrapped(printable(damage.reason), width)]
    rows += [row((text, MUTED)) for text in wrapped(printable(path), width)[:2]]
    return [*rows, EMPTY, row(("It takes no label.", STRONG))]


def came_back_rows(reviewer: str | None, reason: str | None, comment: str | None, width: int) -> list[Row]:
    """Why a reviewer sent it back."""
    rows = [row(("↩ Came back", WARN))]
    rows += [row((text, STRONG)) for text in wrapped(printable(reason or "rejected"), width)]
    if comment:
        rows += [row((text, PLAIN)) for text in wrapped(f"“{printable(comment)}”", width)[:6]]
    if reviewer:
        rows.append(row((f"says {printable(reviewer)}", MUTED)))
    return rows


def too_small_rows(columns: int, lines: int) -> list[Row]:
    """Even in a terminal of a few cells the words come first."""
    wide, high = SMALLEST
    text = f"Too small: {columns}x{lines}. Enlarge to {wide}x{high} or more."
    return [row((part, PLAIN)) for part in wrapped(text, max(columns, 1))][:lines]
