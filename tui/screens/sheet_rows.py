"""What stands on a contact sheet: its heading, the marks over it, its status, the closing page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from tui.imaging.sheet import slots
from tui.model.annotation import label_names
from tui.model.project import Project
from tui.model.review import review_word
from tui.model.scene import Frame, Mark, Scene, Text
from tui.model.task import Task
from tui.quality.suspicion import suspicion
from tui.screens.status import Situation
from tui.screens.walk_rows import view_words
from tui.sitting.inputs import Past
from tui.sitting.last_page import project_line, why_nothing
from tui.sitting.sentences import seconds_left
from tui.sitting.sheet_state import Card, SheetState, group_of
from tui.sitting.state import TakenOut
from tui.text import counted, printable
from tui.widgets.rows import (
    ACCENT,
    BAD,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Piece,
    Row,
    clip,
    clip_words,
    fit,
    row,
    row_width,
    spread,
)  # fmt: skip
from tui.widgets.status_line import Status

WRONG, GREY, HERE = "#d55e00", "#3a3a3a", "#56b4e9"
LEAST_PLAN = 24
"""Columns of a heading from which on a part of the plan's sentence is worth its room."""


def sheet_scene(
    state: SheetState, size: tuple[int, int], cell: tuple[float, float], *, blind: bool = False
) -> Scene:
    """A tag with its letter over each picture; frames around the cursor's and those that are taken out, one in the other
    where it is both."""
    marks: list[Mark] = []
    places = slots(size, *state.grid)
    texts = captions(state, blind=blind)
    for n, (card, (column, line, width, height)) in enumerate(zip(state.cards, places, strict=False)):
        here = n == state.cursor
        colours = [colour for colour, holds in ((WRONG, card.marked), (HERE, here)) if holds]
        left, top = column * cell[0], line * cell[1]
        for inside, colour in enumerate(colours):
            x, y = left + inside * cell[0], top + cell[1] + inside * cell[1] / 2
            wide, high = width * cell[0] - 1 - 2 * inside * cell[0], (height - 1 - inside) * cell[1] - 1
            marks.append(Frame(x, y, wide, high, colour))
        text = clip(texts[n], max(width - 2, 1))
        marks.append(Text((left + 1, top + 1), text, (*colours, GREY)[0], "inside", strong=here, cased=False))
    return tuple(marks)


def captions(state: SheetState, *, blind: bool = False) -> list[str]:
    """For each card its letter, whether the cursor is there and whether it is taken out; further words only where they tell
    it from the others. `blind`: no names."""
    several = not blind and len({card.task.annotator for card in state.cards}) > 1
    labelled = len({group_of(card.task) for card in state.cards}) > 1
    return [_caption(state, n, card, several, labelled) for n, card in enumerate(state.cards)]


def _caption(state: SheetState, n: int, card: Card, named: bool, labelled: bool) -> str:
    here = n == state.cursor
    words = [f"{'▸' if here else ''}{state.letters[n]}"]
    if labelled:
        words.append(_titles(card.task, state.rules.titles))
    if card.marked:
        asked = here and isinstance(state.mode, TakenOut)
        words += ["✗", "why?" if asked else printable(card.reason or card.comment)]
    words += ["⚑" if card.task.flagged else ""]
    if named and card.task.annotator:
        words += ["·" if card.marked else "", printable(card.task.annotator)]
    return " ".join(word for word in words if word)


def heading_row(state: SheetState, project: Project, width: int) -> Row:
    """What the sheet asks and of how many pictures, or of which one; at the right what the pass goes through."""
    plan = f"This pass: {printable(state.sitting.plan)}" if state.sitting.plan else ""
    if not state.cards:
        return row((clip_words(plan, width), MUTED))
    first, *rest = _of_one(state, project) if state.enlarged else _of_all(state, project)
    pieces = [piece for part in rest if part[0] for piece in ((" · ", MUTED), part)]
    words = fit((*_named_letter(state), first, *pieces), width)
    room = width - row_width(words) - 3
    return spread(words, row((clip_words(plan, room), MUTED)), width) if room >= LEAST_PLAN else words


def _named_letter(state: SheetState) -> Row:
    """That of the picture that is enlarged."""
    return ((f"{state.letters[state.cursor]} ", STRONG),) if state.enlarged else ()


def _of_one(state: SheetState, project: Project) -> list[Piece]:
    """Of the picture that is enlarged: what is to be said, each piece by itself."""
    card = state.cards[state.cursor]
    return [
        (printable(PurePosixPath(card.task.path).name), TITLE),
        (_question(card, project), STRONG),
        (f"{state.cursor + 1} of {len(state.cards)}", PLAIN),
        (_people([card], project), PLAIN),
        (_out(card), BAD),
    ]


def _of_all(state: SheetState, project: Project) -> list[Piece]:
    """The same of a sheet."""
    return [
        (_question_of_all(state, project), TITLE),
        (counted(len(state.cards), "picture"), PLAIN),
        (_people(state.cards, project), PLAIN),
        ("not saved yet" if state.retry else "", WARN),
        (f"{state.marked} taken out" if state.marked else "", BAD),
    ]


def _people(cards: Sequence[Card], project: Project) -> str:
    """Who labelled them all, where that is one and may be known."""
    names = {card.task.annotator for card in cards}
    return f"by {printable(names.pop() or '')}" if len(names) == 1 and not project.review.blind else ""


def _question_of_all(state: SheetState, project: Project) -> str:
    """The same of a sheet, where several labels may have come together."""
    asked = dict.fromkeys(group_of(card.task) for card in state.cards)
    return counted(len(asked), "label") if len(asked) > 1 else _question(state.cards[0], project)


def _question(card: Card, project: Project) -> str:
    """The labels that a reviewer is asked about, as they are shown."""
    titles = {label.name: label.title for label in project.labels}
    return f"{_titles(card.task, titles)}?"


def _titles(task: Task, titles: Mapping[str, str]) -> str:
    names = [printable(titles.get(name, name)) for name in label_names(task.annotation)]
    return ", ".join(names) or "no label"


def _out(card: Card) -> str:
    why = printable(card.reason or card.comment)
    return f"taken out: {why}" if why else "taken out" if card.marked else ""


def sheet_status(state: SheetState, now: Situation) -> Status:
    """The status line, redrawn with a key."""
    totals = state.sitting.totals
    total = totals.done + totals.left
    return Status(
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


def reasons_line(about: str, reasons: Sequence[str], width: int) -> Row:
    """The digits of the reasons, behind a word on what they are about. All of them are there: where there is little room
    the longest words are cut."""
    words = [printable(reason) for reason in reasons[:10]]
    most = max((row_width(row(word)) for word in words), default=0)
    while row_width(line := _reasons_row(about, words, most)) > width and most > 1:
        most -= 1
    return fit(line, width)


def _reasons_row(about: str, words: Sequence[str], most: int) -> Row:
    """No word has more than so many cells."""
    pieces: list[Piece] = list(row((about, WARN)))
    for number, word in enumerate(words, 1):
        before = "" if number == 1 else "  "
        pieces += [(f"{before}{number % 10} ", STRONG), (clip(word, most), ACCENT)]
    return tuple(pieces)


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
    accepted, fixed, rejected = counts["accepted"], counts["fixed"], counts["rejected"]
    if accepted or fixed or rejected or state.sitting.pending:
        also = f", {fixed} fixed" if fixed else ""
        head = [f"{accepted} accepted in this sitting{also}, {rejected} rejected."]
    else:
        head = ["Nothing to review now.", printable(why_nothing(state.rules) or state.sitting.plan)]
    return [
        *head,
        project_line(state.sitting.totals, reviews=True),
    ]
