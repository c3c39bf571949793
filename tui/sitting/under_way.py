"""Writes of a walk that are under way: what they make of their picture, and what it is without them.

A write is expected to come true: the picture in front is at once what it will be. What it was before its first write is
kept until the last one is durable or given up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import EMPTY, Lease, State, Task, state_after
from tui.sitting.effects import (
    DecisionWrite,
    Effect,
    Flag,
    Redo,
    Release,
    Review,
    Revise,
    SendBack,
    SetNote,
    Skip,
    Submit,
    Undo,
    Unreadable,
    Write,
)
from tui.sitting.walk_state import GONE, RETURNED, Decided, Failure, Lost, Skipped, Visit, WalkState


def task_of(write: Write) -> int | None:
    """The task that a write is about; of an undo or redo that is not known before it is done."""
    match write:
        case Submit() | Skip():
            return write.lease.task.id
        case Review() | SendBack():
            return write.task.id
        case Revise() | Flag() | SetNote() | Unreadable():
            return write.task_id
        case Undo() | Redo():
            return None
        case _:
            assert_never(write)


def lease_of(write: Write) -> Lease | None:
    """What a write came with; None where it needs none."""
    return write.lease if isinstance(write, Submit | Skip | Review) else None


def held(state: WalkState, task_id: int) -> tuple[Lease, ...]:
    """The leases of a picture of the walk, as it will be and as it was before its first write."""
    number, before = state.index_of(task_id), state.before.get(task_id)
    visits = (state.walk[number] if number is not None else None, before)
    return tuple(visit.lease for visit in visits if visit is not None and visit.lease is not None)


def let_go(state: WalkState, task_id: int, leases: Iterable[Lease | None]) -> tuple[Effect, ...]:
    """Gives back those of these leases on a task that neither its picture nor a write that is not durable needs:
    nobody is served the task else, until they run out."""
    needed = (*held(state, task_id), *map(lease_of, _others(state, task_id)))
    tokens = {lease.token for lease in needed if lease is not None}
    gone = {lease.token: lease for lease in leases if lease is not None and lease.token not in tokens}
    return (Release(tuple(gone.values())),) if gone else ()


def begun(state: WalkState, write: DecisionWrite) -> WalkState:
    """A write on the picture in front is under way."""
    visit = state.walk[state.at]
    before = {visit.task.id: visit, **state.before}
    state = replace(state, sitting=state.sitting.with_pending(write), before=before)
    return state.with_visit(_expected(visit, write, state.rules.who))


def recorded(state: WalkState, write: Write, task: Task) -> WalkState:
    """A write is durable: the task as the queue has it, unless more writes on it are under way. With an annotation its
    draft is gone."""
    if isinstance(write, Submit | Revise):
        state = replace(state, drafts={n: draft for n, draft in state.drafts.items() if n != task.id})
    number = state.index_of(task.id)
    if number is not None and not any(task_of(other) == task.id for other in state.sitting.pending):
        state = state.with_visit(replace(state.walk[number], task=task), number)
    visit = state.before.get(task.id)
    if visit is None:
        return state
    return _with_before(state, replace(_expected(visit, write, state.rules.who), task=task))


def taken_back(state: WalkState, visit: Visit, number: int) -> WalkState:
    """After an undo or redo: the picture at `number` in the walk is `visit`, with the writes on it that are not saved."""
    expected = _with_all(visit, _others(state, visit.task.id), state.rules.who)
    return _with_before(state.with_visit(expected, number), visit)


def given_up(state: WalkState, failure: Failure, number: int) -> WalkState:
    """Without a decision that could not be saved, which is no failure any more: its picture, at `number` in the walk, is
    as somebody else left it, or as it was before."""
    visit = state.walk[number]
    before = state.before[visit.task.id]
    if failure.current is not None:
        latest = max(failure.current, before.task, key=lambda task: task.rev)
        visit = _theirs(state, visit, latest)
        return _with_before(state.with_visit(visit, number), visit)
    without = _with_all(before, _others(state, visit.task.id), state.rules.who)
    if isinstance(failure.write, Flag | SetNote):  # What was done to the picture since then stays.
        without = replace(visit, task=without.task)
    return _with_before(state.with_visit(without, number), before)


def _theirs(state: WalkState, visit: Visit, current: Task) -> Visit:
    standing: Decided | Lost
    if current.state is State.REMOVED:
        standing = Lost(GONE)
    else:
        standing = Decided() if current.annotator == state.rules.who else Lost()
    return replace(visit, task=current, annotation=current.annotation, standing=standing)


def _others(state: WalkState, task_id: int) -> tuple[Write, ...]:
    """All on that task that are not durable."""
    writes = (*(failure.write for failure in state.failures), *state.sitting.pending)
    return tuple(write for write in writes if task_of(write) == task_id)


def _with_before(state: WalkState, visit: Visit) -> WalkState:
    """Keep what a picture is without the writes on it that are not durable, while there are any."""
    before = {task_id: other for task_id, other in state.before.items() if task_id != visit.task.id}
    if _others(state, visit.task.id):
        before[visit.task.id] = visit
    return replace(state, before=before)


def _with_all(visit: Visit, writes: Iterable[Write], who: str) -> Visit:
    for write in writes:
        visit = _expected(visit, write, who)
    return visit


def _expected(visit: Visit, write: Write, who: str) -> Visit:
    """The picture as it stands once a write of `who` on it is durable."""
    task = visit.task
    match write:
        case Submit() | Revise():
            return _labelled(visit, write.annotation, who, write.seconds)
        case Skip():
            task = replace(task, rev=task.rev + 1, state=State.SKIPPED, annotator=who)
            return replace(visit, task=task, standing=Skipped())
        case Flag(_, _, on):
            return replace(visit, task=replace(task, rev=task.rev + 1, flagged=on))
        case SetNote(_, _, text):
            return replace(visit, task=replace(task, rev=task.rev + 1, note=text))
        case Review():
            return _reviewed(visit, write, who)
        case SendBack():
            return _sent_back(visit)
        case Unreadable():
            return visit.without_lease()
        case Undo() | Redo():
            return visit
        case _:
            assert_never(write)


def _labelled(visit: Visit, annotation: Annotation, who: str, seconds: float) -> Visit:
    task = replace(
        visit.task,
        rev=visit.task.rev + 1,
        state=State.LABELLED,
        annotation=annotation,
        annotator=who,
        seconds=visit.task.seconds + seconds,
        reviewer=None,
        verdict=None,
        fixed=False,
        reason=None,
        comment=None,
        wrong=EMPTY,
    )
    return _decided(visit, task)


def _reviewed(visit: Visit, write: Review, who: str) -> Visit:
    fix = write.annotation
    task = replace(
        visit.task,
        rev=visit.task.rev + 1,
        state=state_after(write.verdict),
        reviewer=who,
        verdict=write.verdict,
        fixed=fix is not None,
        reason=write.reason or None,
        comment=write.comment or None,
        wrong=EMPTY if write.verdict is Verdict.ACCEPT else visit.wrong,
        annotation=fix if fix is not None else visit.task.annotation,
    )
    return _decided(visit, task)


def _sent_back(visit: Visit) -> Visit:
    task = replace(
        visit.task,
        rev=visit.task.rev + 1,
        state=State.REJECTED,
        reviewer=None,
        verdict=None,
        fixed=False,
        reason=None,
        comment=None,
        wrong=EMPTY,
    )
    return replace(visit, task=task, standing=Lost(RETURNED), seconds=0.0)


def _decided(visit: Visit, task: Task) -> Visit:
    said = task.annotation
    return replace(visit, task=task, standing=Decided(), annotation=said, said=said, seconds=0.0)
