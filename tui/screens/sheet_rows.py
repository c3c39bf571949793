"""What stands on a contact sheet: the marks over it, its status, the closing page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.imaging.sheet import slots
from tui.model.review import review_word
from tui.model.scene import Frame, Mark, Scene, Text
from tui.quality.suspicion import suspicion
from tui.screens.status import Situation
from tui.screens.walk_rows import view_words
from tui.sitting.inputs import Past
from tui.sitting.sentences import project_line, seconds_left
from tui.sitting.sheet_state import HINTS, Card, SheetState, group_of
from tui.text import printable
from tui.widgets.rows import ACCENT, MUTED, STRONG, WARN, Piece, Row, clip, fit
from tui.widgets.status_line import Status

WRONG, PLAIN, HERE = "#d55e00", "#3a3a3a", "#56b4e9"


def sheet_scene(
    state: SheetState, size: tuple[int, int], cell: tuple[float, float], *, blind: bool = False
) -> Scene:
    """A tag with its letter over each picture, the cursor's in another colour; marked ones framed and crossed."""
    marks: list[Mark] = []
    places = slots(size, state.columns, state.rows)
    for n, (card, (column, row, width, height)) in enumerate(zip(state.cards, places, strict=False)):
        left, top = column * cell[0], row * cell[1]
        here = n == state.cursor
        if card.marked or here:
            colour = WRONG if card.marked else HERE
            marks.append(Frame(left, top + cell[1], width * cell[0] - 1, (height - 1) * cell[1] - 1, colour))
        text = clip(_caption(n, card, blind), max(width - 2, 1))
        colour = WRONG if card.marked else HERE if here else PLAIN
        marks.append(Text((left + 1, top + 1), text, colour, "inside", strong=here))
    return tuple(marks)


def _caption(n: int, card: Card, blind: bool) -> str:
    letter = HINTS[n] if n < len(HINTS) else " "
    if card.marked:
        return f"{letter} ✗ {printable(card.reason or card.comment) or 'wrong'}"
    who = "" if blind else printable(card.task.annotator or "")
    return f"{letter} {'⚑ ' if card.task.flagged else ''}{who}"


def sheet_status(state: SheetState, now: Situation) -> Status:
    """The status line, redrawn with a key."""
    totals = state.sitting.totals
    total = totals.done + totals.left
    label = printable(group_of(state.cards[0].task)) or "no label" if state.cards else ""
    place = f"{label}: {len(state.cards)}" + (f", {state.marked} wrong" if state.marked else "")
    return Status(
        place=place if state.cards else "",
        done=totals.done,
        left=totals.left,
        own=state.sitting.account.answered,
        pace=state.sitting.account.pace,
        left_seconds=seconds_left(state),
        saving=len(state.sitting.pending),
        who=state.rules.who,
        protocol=now.caps.protocol,
        more=(
            *view_words(state.sitting.view),
            *(() if now.caps.answers else ("terminal does not answer",)),
        ),
        share=totals.done / total if total else None,
    )


def reasons_line(reasons: Sequence[str], none: str, comment: str, width: int) -> Row:
    """What can be pressed after the reason key."""
    pieces: list[Piece] = []
    for number, reason in enumerate(reasons[:10], 1):
        pieces += [(f"{number % 10} ", STRONG), (f"{printable(reason)}  ", ACCENT)]
    pieces += [(f"{none} ", STRONG), ("none  ", ACCENT), (f"{comment} ", STRONG), ("a comment", ACCENT)]
    return fit(tuple(pieces), width)


def card_line(state: SheetState, width: int, *, blind: bool = False) -> Row:
    """Of the picture under the cursor: its earlier verdict once that is known, and why it may be wrong."""
    pieces = past_pieces(state.recalled, blind=blind)
    if state.card is not None:
        pieces.append(("; ".join(printable(sign) for sign in suspicion(state.card.task).signs), MUTED))
    return fit(tuple(pieces), width)


def past_pieces(recalled: Sequence[Past], *, blind: bool = False) -> list[Piece]:
    """The latest of the earlier verdicts on a picture, in a few words; nothing when there are none."""
    if not recalled:
        return []
    last = recalled[-1]
    word = review_word(last.verdict)
    by = "" if blind else f" by {printable(last.who)}"
    was = f", it was {printable(', '.join(last.labels))}" if last.labels else ""
    why = ", ".join(printable(part) for part in (last.reason, last.comment) if part)
    return [(f"↩ before: {word}{by}{was}{f' ({why})' if why else ''}  ", WARN)]


def fetching_line(state: SheetState, again: str) -> str:
    """What stands where a sheet is to come; `again`: the key that tries once more when none could be fetched."""
    if state.sitting.claiming:
        return "Fetching the next sheet …"
    return f"No sheet could be fetched: {again} tries again."


def closing_lines(state: SheetState) -> list[str]:
    """The sentences of the closing page."""
    counts = state.sitting.account.counts
    return [
        f"{counts['accepted'] + counts['fixed']} accepted in this sitting, {counts['rejected']} rejected.",
        project_line(state.sitting.totals, reviews=True),
    ]
