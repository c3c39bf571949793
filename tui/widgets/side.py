"""The column beside the picture: what is known of the picture, its labels, and what was said of it. Pure rows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import assert_never

from tui.model.annotation import Annotation, label_names
from tui.model.project import PROJECT_FILE, Label, Project
from tui.model.review import Verdict, review_word
from tui.model.task import State, Task
from tui.sitting.inputs import Past
from tui.sitting.walk_state import Decided, Lost, Skipped, Undecided, Visit
from tui.text import counted, printable
from tui.widgets.label_bar import LabelLine, label_lines
from tui.widgets.legend import key_sign
from tui.widgets.pages import came_back_rows, damage_rows
from tui.widgets.rows import (
    ACCENT,
    BAD,
    CHIP,
    EMPTY,
    GOOD,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Row,
    clip_left,
    fit,
    row,
    row_width,
    spread,
    wrapped,
)
from tui.widgets.status_line import duration


def label_line(label: Label, keys: Mapping[str, str], chosen: Sequence[str]) -> LabelLine:
    """A project's label as the column shows it."""
    return LabelLine(label.name, label.title, label.colour, keys.get(label.name, ""), label.name in chosen)


LEAST_ZOOM = 1.001
"""From here on a part of a picture counts as enlarged."""


def zoom_words(zoom: float) -> str:
    """`zoom`: how many times as large as fitted; nothing is said of a fitted picture."""
    return f"zoom {zoom * 100:.0f} %" if zoom > LEAST_ZOOM else ""


def picture_rows(task: Task, width: int, zoom: float = 1.0, sign: Row = EMPTY) -> list[Row]:
    """File name and flag, folder, size and a sign of what was decided; as many rows whatever is known, and below them the
    note where there is one."""
    path = PurePosixPath(task.path)
    flag = row(("⚑ hard", WARN)) if task.flagged else EMPTY
    name = clip_left(printable(path.name), width - row_width(flag) - (1 if flag else 0))
    rows = [spread(row((name, STRONG)), flag, width) if flag else row((name, STRONG))]
    if str(path.parent) != ".":
        rows.append(row((clip_left(printable(str(path.parent)), width), MUTED)))
    size = f"{task.width} × {task.height}" if task.width and task.height else ""
    if zoom_words(zoom):
        size += f"{'  ' if size else ''}{zoom_words(zoom)}"
    rows.append(spread(row((size, MUTED)), sign, width))
    if task.note:
        rows += [row((text, ACCENT)) for text in wrapped(f"✎ {printable(task.note)}", width)[:4]]
    return rows


def unlisted_rows(project: Project, annotation: Annotation, width: int) -> list[Row]:
    """That a picture has labels which the project file does not have: nobody can choose them."""
    names = project.not_named(dict.fromkeys(filter(None, label_names(annotation)), 1))
    told = (f"! {printable(name)} is not in {PROJECT_FILE}" for name in names)
    return [row((text, WARN)) for each in told for text in wrapped(each, width)[:2]]


def annotate_rows(
    visit: Visit,
    project: Project,
    lines: Sequence[LabelLine],
    width: int,
    height: int,
    *,
    zoom: float,
    filter_key: str,
) -> list[Row]:
    """The picture, why it came back or cannot be read, and the labels."""
    task = visit.task
    rows = [
        *picture_rows(task, width, zoom, sign_of(visit)),
        *unlisted_rows(project, visit.annotation, width),
    ]
    if visit.damage is not None:
        return [*rows, EMPTY, *damage_rows(visit.damage, task.path, width)]
    if visit.came_back:
        rows += [EMPTY, *came_back_rows(task.reviewer, task.reason, task.comment, width)]
    rows.append(EMPTY)
    if lines:
        return [*rows, *label_lines(lines, width, max(height - len(rows), 1), filter_key)]
    text = "No labels yet: add [[labels]] to termlabel.toml."
    return [*rows, *(row((part, WARN)) for part in wrapped(text, width))]


def sign_of(visit: Visit) -> Row:
    """What was decided of it in this walk; nothing when that is open."""
    standing = visit.standing
    if visit.changed:
        return row(("● changed", WARN))
    match standing:
        case Undecided():
            return EMPTY
        case Decided():
            return row(("✓ accepted" if visit.task.state is State.ACCEPTED else "✓ labelled", GOOD))
        case Skipped():
            return row(("↷ skipped", MUTED))
        case Lost():
            return row(("✗ somebody else's", BAD))
        case _:
            assert_never(standing)


def review_rows(
    visit: Visit, project: Project, lines: Sequence[LabelLine], width: int, *, zoom: float, now: float
) -> list[Row]:
    """The picture, what was said about it, by whom and when, and what reviewers said before.
    `lines`: the labels that it has. `now`: seconds since the epoch."""
    task, blind = visit.task, project.review.blind
    rows = [*picture_rows(task, width, zoom), *unlisted_rows(project, visit.annotation, width), EMPTY]
    if visit.damage is not None:
        rows += [*damage_rows(visit.damage, task.path, width)[:-1], EMPTY]
    rows += _answer_rows(task, lines, width)
    rows += [fit(row((text, MUTED)), width) for text in _origin(task, blind, now)]
    rows += _verdict_rows(visit, width)
    return [*rows, *past_rows(visit.past or (), width, blind=blind, now_done=not visit.undecided)]


def _answer_rows(task: Task, lines: Sequence[LabelLine], width: int) -> list[Row]:
    """What was said of it, and what the model said where that is another thing."""
    rows = [
        row(("■ ", line.colour), *((t, TITLE) for t in wrapped(printable(line.title), width - 2)[:1]))
        for line in lines
    ]
    if not lines:
        count = len(task.annotation.shapes)
        rows.append(row((counted(count, "shape") if count else "nothing", TITLE)))
    if task.predicted is not None and task.predicted[0] not in {*task.annotation.labels}:
        rows.append(fit(row((f"! the model said {printable(task.predicted[0])}", WARN)), width))
    return rows


def _origin(task: Task, blind: bool, now: float) -> list[str]:
    """By whom, when, and how long it took."""
    by = [f"by {printable(task.annotator)}"] if task.annotator and not blind else []
    at = [when(task.labelled_at, now)] if task.labelled_at else []
    return [*by, *at, *([f"took {duration(task.seconds)}"] if task.seconds else [])]


def _verdict_rows(visit: Visit, width: int) -> list[Row]:
    task = visit.task
    if visit.undecided or task.verdict is None:
        return [EMPTY, row(("↷ passed over", MUTED))] if visit.passed else []
    match task.verdict:
        case Verdict.ACCEPT:
            return [EMPTY, row(("✓ fixed" if task.fixed else "✓ accepted", GOOD))]
        case Verdict.REJECT:
            why = printable(_why(task.reason, task.comment))
            return [EMPTY, row(("✗ rejected", BAD)), *(row((t, PLAIN)) for t in wrapped(why, width)[:4])]
        case _:
            assert_never(task.verdict)


def _why(*words: str | None) -> str:
    """Reason and comment of a verdict, those that there are."""
    return ", ".join(part for part in words if part)


def past_rows(past: Sequence[Past], width: int, *, blind: bool, now_done: bool) -> list[Row]:
    """Earlier verdicts, the latest first; the one just given is not repeated."""
    said = list(past)[::-1][1 if now_done else 0 :]
    return [r for entry in said[:3] for r in _past_rows(entry, width, blind)]


def _past_rows(entry: Past, width: int, blind: bool) -> list[Row]:
    word = review_word(entry.verdict)
    by = "" if blind else f" by {printable(entry.who)}"
    rows = [EMPTY, fit(row(("↩ ", ACCENT), (f"before: {word}{by}", WARN)), width)]
    if entry.labels:
        rows.append(fit(row(("it was ", MUTED), (printable(", ".join(entry.labels)), PLAIN)), width))
    why = _why(entry.reason, entry.comment)
    return [*rows, *(row((text, PLAIN)) for text in wrapped(printable(why), width)[:3] if why)]


def when(at: float, now: float) -> str:
    """A time as people say it: the hour today, the date before."""
    then = time.localtime(at)
    same = time.localtime(now)[:3] == then[:3]
    return time.strftime("today %H:%M" if same else "%Y-%m-%d %H:%M", then)


def reason_rows(reasons: Sequence[str], confirm: str, comment: str, width: int) -> list[Row]:
    """What can follow `x`."""
    keys = [(str(number % 10), reason) for number, reason in enumerate(reasons, 1)]
    rows = [
        EMPTY,
        *(fit(row((f" {key} ", CHIP), (f" {printable(text)}", PLAIN)), width) for key, text in keys),
    ]
    rest = ((key_sign(confirm), "no reason"), (comment, "in words"), ("esc", "back"))
    return [*rows, *(fit(row((f" {key} ", CHIP), (f" {text}", MUTED)), width) for key, text in rest)]
