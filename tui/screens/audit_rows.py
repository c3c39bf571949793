"""The audit as rows: bars for annotators and labels, the matrix, and which number the cursor is on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from tui.imaging.sheet import slots
from tui.model.review import AuditCell, Verdict
from tui.model.scene import Frame, Mark, Scene, Text
from tui.model.task import Task
from tui.quality import told
from tui.quality.audit import Audit, AuditRow
from tui.screens.sheet_rows import GREY, HERE, WRONG, past_pieces
from tui.sitting.audit import AuditState
from tui.text import counted, printable
from tui.widgets.rows import (
    ACCENT,
    BAD,
    CHOSEN,
    EMPTY,
    GOOD,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Piece,
    Row,
    clip,
    fit,
    highlighted,
    pad,
    row,
    row_width,
    wrapped,
)  # fmt: skip

NAME, NUMBER = 14, 8
Numbered = tuple[int | None, Row]
"""A row with the grid's row that stands in it."""


def grid_of(found: Audit) -> tuple[tuple[AuditCell, ...], ...]:
    """What the cursor can stand on: a cell for each annotator and each label, and those of the matrix."""
    people = [(AuditCell("annotator", line.name, count=line.reviewed),) for line in found.annotators]
    labels = [(AuditCell("label", line.name, count=line.reviewed),) for line in found.labels]
    names = found.confusion.labels
    matrix = [
        tuple(AuditCell("pair", said, now, n) for now, n in zip(names, numbers, strict=True))
        for said, numbers in zip(names, found.confusion.matrix, strict=True)
    ]
    return (*people, *labels, *matrix)


def audit_rows(found: Audit, state: AuditState, width: int, height: int) -> list[Row]:
    """All tables, scrolled so that the cursor is in sight."""
    rows = list(_all_rows(found, state, max(width - 2, 20)))
    at = next((n for n, (number, _) in enumerate(rows) if number == state.row and state.grid), 0)
    top = max(0, min(at - height // 2, len(rows) - height))
    return [fit((("  ", PLAIN), *r), width) for _, r in rows[top : top + height]]


def _all_rows(found: Audit, state: AuditState, width: int) -> Iterator[Numbered]:
    if not found.annotators:
        yield None, EMPTY
        yield None, row(("Nobody has labelled anything yet.", STRONG))
        return
    number, bar = 0, _bar_width(width)
    yield None, row(("█ accepted  ", GOOD), ("▓ fixed  ", WARN), ("░ rejected", BAD))
    for title, lines in (("Annotators", found.annotators), ("Labels", found.labels)):
        heads = (
            f"{'done':>7}{'reviewed':>9}  {'':{bar}}  {'accepted at first':<21}{'median':>7}{'per hour':>9}"
        )
        yield None, EMPTY
        yield None, fit(row((pad(title, NAME), TITLE), (heads, MUTED)), width)
        for line in lines:
            words = _line_row(line, bar, width)
            yield number, highlighted(words, width) if number == state.row else words
            number += 1
    yield None, EMPTY
    yield from ((None, r) for r in _reviewer_rows(found, width))
    yield from _matrix_rows(found, state, number, width)
    yield None, EMPTY
    for text in told.agreement_sentences(found):
        yield from ((None, row(line)) for line in wrapped(text, width))


def _bar_width(width: int) -> int:
    """Cells for a bar, so that all columns fit 80."""
    return 24 if width >= 100 else 7


def _line_row(line: AuditRow, bar: int, width: int) -> Row:
    pieces: list[Piece] = [(pad(printable(line.name) or told.NOBODY, NAME), STRONG)]
    pieces.append((f"{line.done:>7,}{line.reviewed:>9,}  ", PLAIN))
    pieces += _bar(line, bar) if line.reviewed else [(pad("not yet", bar), MUTED)]
    pieces.append((f"  {told.share(line.accepted_first, line.first_reviews):<21}", PLAIN))
    reasons = [f"{printable(reason) or 'no reason'} {n:,}" for reason, n in line.reasons[:3]]
    pieces.append((f"{told.median(line):>7}{told.pace(line):>9}", MUTED))
    if reasons and row_width(pieces) + 2 < width:
        pieces.append((f"  {'  '.join(reasons)}", MUTED))
    return fit(tuple(pieces), width)


def _bar(line: AuditRow, wide: int) -> list[Piece]:
    """Shares of what was reviewed; whatever there is of a kind has at least one cell."""
    counts = (line.accepted, line.fixed, line.rejected)
    cells = [max(round(wide * n / line.reviewed), 1) if n else 0 for n in counts]
    cells[cells.index(max(cells))] += wide - sum(cells)
    return [(sign * n, role) for sign, n, role in zip("█▓░", cells, (GOOD, WARN, BAD), strict=True) if n]


def _reviewer_rows(found: Audit, width: int) -> Iterator[Row]:
    for one in found.reviewers:
        said = f"{one.accepted:,} accepted, {one.fixed:,} fixed, {one.rejected:,} rejected"
        yield fit(row((pad(printable(one.name), NAME), STRONG), (f" reviewed: {said}", PLAIN)), width)


def _matrix_rows(found: Audit, state: AuditState, number: int, width: int) -> Iterator[Numbered]:
    """As many columns as fit, with the cursor's among them."""
    agreed = found.confusion
    if not agreed.count:
        return
    yield None, EMPTY
    room = max((width - NAME) // NUMBER, 1)
    here = state.column if state.row >= number else 0
    left = max(0, min(here - room // 2, len(agreed.labels) - room))
    seen = range(left, min(left + room, len(agreed.labels)))
    yield None, row(("said ↓   accepted or put in its place →", TITLE))
    heads = "".join(f"{clip(printable(agreed.labels[n]), NUMBER - 1):>{NUMBER}}" for n in seen)
    yield None, row((" " * NAME, PLAIN), (heads, MUTED))
    for line, (name, counts) in enumerate(zip(agreed.labels, agreed.matrix, strict=True)):
        pieces: list[Piece] = [(pad(printable(name), NAME), STRONG)]
        for n in seen:
            chosen = (state.row, state.column) == (number + line, n)
            role = CHOSEN if chosen else MUTED if not counts[n] else GOOD if n == line else BAD
            pieces.append((f"{f'{counts[n]:,}' if counts[n] else '·':>{NUMBER}}", role))
        yield number + line, tuple(pieces)


def cell_words(cell: AuditCell) -> str:
    """What the pictures in front have in common."""
    match cell.kind:
        case "pair":
            return f"said {printable(cell.first)}, accepted as {printable(cell.second)}"
        case "annotator":
            return f"reviewed work of {printable(cell.first)}"
        case "label":
            return f"reviewed as {printable(cell.first)}"
        case _:
            assert_never(cell.kind)


def cell_line(cell: AuditCell, width: int) -> Row:
    """Of the number under the cursor."""
    words = cell_words(cell)
    return fit(row((f"{words[0].upper()}{words[1:]}: ", MUTED), (f"{cell.count:,}", STRONG)), width)


def gallery_scene(state: AuditState, size: tuple[int, int], cell: tuple[float, float]) -> Scene:
    """A tag over each picture: its verdict, label and annotator."""
    marks: list[Mark] = []
    places = slots(size, *state.grid_of(state.page))
    for n, (task, (column, line, width, height)) in enumerate(zip(state.page, places, strict=False)):
        left, top = column * cell[0], line * cell[1]
        here, wrong = state.first + n == state.at, task.verdict is Verdict.REJECT
        colour = WRONG if wrong else HERE if here else GREY
        if here:
            marks.append(Frame(left, top + cell[1], width * cell[0] - 1, (height - 1) * cell[1] - 1, HERE))
        text = clip(f"{_outcome(task)[0]} {printable(task.annotator or '')}", max(width - 2, 1))
        marks.append(Text((left + 1, top + 1), text, colour, "inside", strong=here, cased=False))
    return tuple(marks)


def _outcome(task: Task) -> tuple[str, str]:
    """Sign and word of the verdict on a task that was reviewed."""
    if task.verdict is Verdict.REJECT:
        return "✗", "rejected"
    if task.verdict is None:
        return "↶", "sent back"
    return ("≈", "fixed") if task.fixed else ("✓", "accepted")


def gallery_line(state: AuditState, width: int) -> Row:
    """Of the picture under the cursor: file, labels, verdict; and what was said before once that is known."""
    task = state.tasks[state.at]
    words = ", ".join([*task.annotation.labels]) or counted(len(task.annotation.shapes), "shape")
    why = ", ".join(part for part in (task.reason, task.comment) if part)
    by = f"labelled by {printable(task.annotator or '')}, {_outcome(task)[1]}"
    by += f" by {printable(task.reviewer)}" if task.reviewer else ""
    pieces = (f"{printable(task.path)}  ", STRONG), (f"{printable(words)}  ", ACCENT)
    # The last verdict is the one that stands; of a fix it tells what the annotator had said.
    earlier = state.recalled if task.fixed else state.recalled[:-1]
    reason = f" ({printable(why)})  " if why else "  "
    return fit((*pieces, (by + reason, PLAIN), *past_pieces(earlier)), width)
