"""What is said of a walk from picture to picture, as rows: functions of its state, the keys and the size."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tui.model.project import Label, Project
from tui.model.view_settings import ViewSettings
from tui.screens.keys import KeyTable
from tui.screens.status import Situation
from tui.sitting import last_page, sentences
from tui.sitting.state import Rejecting, TakenOutFor
from tui.sitting.walk_state import Visit, WalkState
from tui.text import printable
from tui.widgets.label_bar import LabelLine
from tui.widgets.pages import closing_rows, damage_rows, middle
from tui.widgets.rows import BAD, EMPTY, MUTED, Row, clip_words, row, wrapped
from tui.widgets.side import annotate_rows, label_line, reason_rows, review_rows
from tui.widgets.status_line import Status

MAX_SIGNS = 3
"""Settings of the view that are named in the status line; of others the number."""
REVIEW_HELP = "Accept, reject with a reason, or fix: each is one or two keys, and can be undone."


def status_of(state: WalkState, now: Situation) -> Status:
    """Everything in the status line, redrawn with a key."""
    totals = state.sitting.totals
    total = totals.done + totals.left
    more = now.remarks if now.caps.answers else (*now.remarks, "terminal does not answer")
    if totals.came_back:
        more = (*more, f"{totals.came_back} came back")
    more = (*view_words(state.sitting.view), *more)
    return Status(
        place=sentences.position(state),
        done=totals.done,
        left=totals.left,
        own=state.sitting.account.answered,
        pace=state.sitting.account.pace,
        left_seconds=sentences.seconds_left(state),
        saving=len(state.sitting.pending),
        who=state.rules.who,
        protocol=now.caps.protocol,
        more=more,
        adding=now.adding,
        share=totals.done / total if total else None,
    )


def view_words(view: ViewSettings) -> tuple[str, ...]:
    """That pictures are not looked at as they are; nothing when they are."""
    signs = view.signs
    more = (f"+{len(signs) - MAX_SIGNS}",) if len(signs) > MAX_SIGNS else ()
    return (f"view: {' '.join((*signs[:MAX_SIGNS], *more))}",) if signs else ()


def cover_rows(state: WalkState, table: KeyTable, width: int, height: int) -> list[Row] | None:
    """What stands in the picture's place: the closing page, the damage, a word of waiting; None: the picture."""
    visit = state.visit
    if visit is None:
        if state.closing:
            lines = [table.spoken(line) for line in last_page.closing(state)]
            return closing_rows(lines, width, height, good=bool(state.walk) or not state.rules.asked)
        return middle([row((table.spoken(last_page.fetching(state)), MUTED))], width, height)
    if visit.damage is not None and not visit.damage.partial:
        return middle(damage_rows(visit.damage, visit.task.path, min(width - 4, 60)), width, height)
    return None


def taken_out(why: TakenOutFor) -> str:
    """What a contact sheet said of a picture."""
    said = printable(why.reason or why.comment)
    return f"✗ taken out on the sheet{f': {said}' if said else ''}"


def plan_row(state: WalkState, width: int) -> Row:
    """What a sheet said of the picture in front, else what a pass goes through."""
    visit = state.visit
    if visit is not None and (why := state.marks.get(visit.task.id)) is not None:
        return row((clip_words(taken_out(why), width), BAD))
    plan = state.sitting.plan if visit is not None else ""
    return row((clip_words(f"This pass: {printable(plan)}", width), MUTED)) if plan else EMPTY


def labels_with_keys(project: Project, table: KeyTable, chosen: Sequence[str]) -> list[LabelLine]:
    """All labels of the project with their keys; `chosen`: names of those that are marked."""
    return [label_line(label, table.labels, chosen) for label in project.labels]


def annotator_rows(
    visit: Visit, project: Project, table: KeyTable, zoom: float, width: int, height: int
) -> list[Row]:
    """The column beside an annotator's picture."""
    lines = labels_with_keys(project, table, visit.annotation.labels)
    key = table.key_of("annotate.filter")
    return annotate_rows(visit, project, lines, width, height, zoom=zoom, filter_key=key)


def _unlisted(name: str) -> Label:
    return Label(name, name, "#808080")


def reviewer_rows(
    state: WalkState,
    project: Project,
    table: KeyTable,
    zoom: float,
    width: int,
    height: int,
    *,
    typing: bool = False,
) -> list[Row]:
    """The column beside a reviewer's picture; while a reason is awaited, what can be pressed stands below. `typing`: it is
    given in words, so that keys are letters."""
    visit = state.shown_visit
    if visit is None:
        return []
    known = {label.name: label for label in project.labels}
    lines = [label_line(known.get(name) or _unlisted(name), {}, ()) for name in visit.annotation.labels]
    rows = review_rows(visit, project, lines, width, zoom=zoom, now=time.time())
    if (why := state.marks.get(visit.task.id)) is not None and visit.undecided:
        rows = [*rows, EMPTY, *(row((text, BAD)) for text in wrapped(taken_out(why), width))]
    if typing or not isinstance(state.mode, Rejecting):
        return rows
    keys = (table.key_of("review.confirm"), table.key_of("review.comment"))
    asked = reason_rows(project.reasons, *keys, width)
    return [*rows[: max(height - len(asked), 0)], *asked]
