"""What was before: the verdicts that a task got, as its history has them, and own earlier work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from tui.model.annotation import Annotation, Json
from tui.model.review import REVIEW_OPS, Verdict
from tui.model.task import Event, State, Task
from tui.sitting import inputs
from tui.store.base import AnnotationQueue


def past_of(events: Iterable[Event]) -> list[inputs.Past]:
    """The verdicts among the events of a task, oldest first; those that were taken back are not there."""
    verdicts: list[Event] = []
    found: list[inputs.Past] = []
    gone: set[int] = set()
    labels: tuple[str, ...] = ()
    for event in events:
        if event.op in REVIEW_OPS:
            reason, comment = event.patch.get("reason"), event.patch.get("comment")
            verdicts.append(event)
            found.append(inputs.Past(event.who, event.op, reason, comment, labels))
        elif event.op in ("undo", "redo"):
            gone ^= _turned_by(event, verdicts, gone)
        if isinstance(event.patch.get("labels"), list):
            labels = tuple(map(str, event.patch["labels"]))
    return [past for past, verdict in zip(found, verdicts, strict=True) if verdict.seq not in gone]


def before_last(queue: AnnotationQueue, task: Task) -> Task | None:
    """The task as it stood before its last event; None where that cannot be read: it happened all the same."""
    try:
        return _as_before(task, queue.history(task.id)[-1])
    except Exception:
        return None


def _as_before(task: Task, event: Event) -> Task:
    """As far as people are told of it."""
    was, now = event.before, task.annotation
    verdict = was.get("verdict", task.verdict)
    return replace(
        task,
        state=State(was.get("state", task.state)),
        annotation=Annotation(tuple(was.get("labels", now.labels)), tuple(was.get("shapes", now.shapes))),
        flagged=bool(was.get("flagged", task.flagged)),
        note=was.get("note", task.note),
        verdict=Verdict(verdict) if verdict else None,
        fixed=bool(was.get("fixed", task.fixed)),
        reason=was.get("reason", task.reason),
        comment=was.get("comment", task.comment),
        wrong=was.get("wrong", task.wrong) or {},
    )


def _turned_by(event: Event, verdicts: Sequence[Event], gone: Set[int]) -> set[int]:
    """The number of the verdict that an undo took back, or a redo gave again; none where it was something else."""
    undo = event.op == "undo"
    for verdict in reversed(verdicts):
        sets = verdict.before if undo else verdict.patch
        if verdict.who == event.who and (verdict.seq in gone) != undo and _said(event.patch) == _said(sets):
            return {verdict.seq}
    return set()


def _said(members: Json) -> dict[str, Any]:
    """Without what counts the changes."""
    return {name: value for name, value in members.items() if name != "rev"}


def earlier_work(queue: AnnotationQueue, who: str, known: frozenset[int]) -> tuple[Task, ...]:
    """The latest own work that is not among `known`, in at most one element."""
    before: int | None = None
    while page := queue.own_before(who, before, limit=20):
        for task in page:
            if task.id not in known:
                return (task,)
        before = page[-1].id
    return ()
