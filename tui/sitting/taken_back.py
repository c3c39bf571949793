"""What becomes of a walk when a decision was taken back, or came again."""

from __future__ import annotations

from dataclasses import replace

from tui.model.annotation import Annotation
from tui.model.task import Lease, State, Task
from tui.sitting import inputs as i
from tui.sitting import sentences, under_way, walk
from tui.sitting.effects import Effect, Note, Redo
from tui.sitting.walk_state import Decided, Standing, Undecided, Visit, WalkResult, WalkState
from tui.text import counted


def taken_back(state: WalkState, incoming: i.TakenBack) -> WalkResult:
    """Undo or redo happened: show that picture."""
    sitting, write = state.sitting.without_pending(incoming.request_id)
    state = replace(state, sitting=sitting.with_totals(incoming.totals))
    task, again = incoming.task, isinstance(write, Redo)
    if task is None:
        return walk.if_leaving(state.say(sentences.nothing_left(again=again)))
    number = state.index_of(task.id)
    was = incoming.was or (state.walk[number].task if number is not None else None)
    told = _strokes(state, again=again) or sentences.taken_back(task, was, state.rules.titles, again=again)
    note = Note("durable", {"task": task.id, "request": incoming.request_id})
    leases = (*under_way.held(state, task.id), incoming.lease)
    kept = state.walk[number] if number is not None and _only_marked(task, was) else None
    here = kept is not None and number == state.at
    visit = _as_taken_back(state, task, incoming.lease, was) if kept is None else _kept(kept, incoming)
    if kept is None and incoming.draft is not None:
        state = replace(state, drafts={**state.drafts, task.id: incoming.draft})
        visit = replace(visit, annotation=incoming.draft)
    state, number = _with_taken_back(state, visit)
    released = under_way.let_go(state, task.id, leases)
    effects: tuple[Effect, ...] = ()
    if not state.sitting.leaving or state.sitting.pending:
        # What is half done to a picture in front goes on.
        state, effects = (state, ()) if here else walk.go(state, number)
        state = state.say(told)
    state, left = walk.if_leaving(state)
    return state, (note, *released, *effects, *left)


def _is_open(state: WalkState, task: Task) -> bool:
    """Whether a decision on it is missing."""
    return task.state in ((State.LABELLED,) if state.reviews else (State.TODO, State.REJECTED, State.SKIPPED))


def _strokes(state: WalkState, *, again: bool) -> str:
    """How many pictures a whole sheet were, of which one comes in front; '' where it was one."""
    undone = state.sitting.account.undone
    n = len(undone[-1]) if undone and not again else 0
    return f"↶ {counted(n, 'picture')} of a sheet, taken back · {{work.redo}} does it again" if n > 1 else ""


def _only_marked(task: Task, was: Task | None) -> bool:
    """Whether no more than the flag or the note was taken back, so that what is on the picture stays, unfinished work too."""
    return was is not None and replace(was, flagged=task.flagged, note=task.note, rev=task.rev) == task


def _kept(visit: Visit, incoming: i.TakenBack) -> Visit:
    """A picture that was only flagged or noted: all else is as it was."""
    assert incoming.task is not None
    standing: Standing = visit.standing
    if visit.undecided and incoming.lease is not None:
        standing = Undecided(incoming.lease)
    return replace(visit, task=incoming.task, standing=standing)


def _as_taken_back(state: WalkState, task: Task, lease: Lease | None, was: Task | None) -> Visit:
    """What a reviewer had marked before a rejection is marked again."""
    standing = Undecided(lease) if _is_open(state, task) else Decided()
    wrong = was.wrong if state.reviews and was is not None and was.state is State.REJECTED else {}
    return Visit(task, standing, _still_on_it(state, task, was), wrong=wrong)


def _still_on_it(state: WalkState, task: Task, was: Task | None) -> Annotation:
    """What is on a picture whose decision was taken back: chosen tags come back as work that is not done, and what a skip
    had left there stays."""
    if state.reviews or was is None or not _is_open(state, task):
        return task.annotation
    number = state.index_of(task.id)
    if was.annotation == task.annotation:
        return task.annotation if number is None else state.walk[number].annotation
    return was.annotation if state.rules.kind == "tags" else task.annotation


def _with_taken_back(state: WalkState, visit: Visit) -> tuple[WalkState, int]:
    """The walk with that task as it is now, and where it stands."""
    task = visit.task
    number = state.index_of(task.id)
    if number is None:
        number = min(state.at, len(state.walk))
        state = replace(state, walk=(*state.walk[:number], visit, *state.walk[number:]))
    else:
        visit = replace(visit, seconds=state.walk[number].seconds)
        state = under_way.taken_back(state, visit, number)
    return replace(state, passed=tuple(p for p in state.passed if p != task.id)), number
