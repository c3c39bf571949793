"""What the queue answered."""

from __future__ import annotations

from dataclasses import replace

from tui.model.task import Lease, State, Task
from tui.sitting import inputs as i
from tui.sitting import walk
from tui.sitting.effects import Effect, Note, Release, Review, Revise, Skip, Submit, Take, Write
from tui.sitting.state import PACE_SECONDS, Failure, SittingState, Visit

Result = tuple[SittingState, tuple[Effect, ...]]


def _with_totals(state: SittingState, totals: i.Totals | None) -> SittingState:
    return replace(state, totals=totals) if totals is not None else state


def claimed(state: SittingState, event: i.Claimed) -> Result:
    """New leases lie ahead; the first is put in front when the person waits for it."""
    first = not state.walk and not state.ahead
    state = _with_totals(
        replace(state, claiming=False, drafts={**state.drafts, **event.drafts}), event.totals
    )
    if first and state.totals.came_back:
        state = state.say(f"{state.totals.came_back} came back to you.", "warn")
    known = {v.task.id for v in state.walk if v.lease is not None} | {lease.task.id for lease in state.ahead}
    fresh = tuple(lease for lease in event.leases if lease.task.id not in known)
    if state.quitting:
        return state, (Release(fresh),) if fresh else ()
    was_closing = state.closing
    state = replace(state, ahead=(*state.ahead, *fresh), ended=not event.leases and not state.ahead)
    if state.at < len(state.walk):
        return state, walk.want(state)
    if state.ahead:
        return walk.go(state, len(state.walk))
    if was_closing or not state.ended:
        return state, ()
    state = replace(state, serial=state.serial + 1)
    return state, walk.show(state)


def saved(state: SittingState, event: i.Saved, at: float) -> Result:
    """A decision is durable: only now it counts."""
    write = _pending(state, event.request_id)
    if write is None:
        return state, ()
    state = _with_totals(_without(state, event.request_id), event.totals)
    number = state.index_of(event.task.id)
    if number is not None and not any(_task_of(w) == event.task.id for w in state.pending):
        visit = state.walk[number]
        state = state.with_visit(replace(visit, task=event.task), number)
    if isinstance(write, Submit | Revise | Review):
        finished = (*(t for t in state.finished if at - t <= PACE_SECONDS), at)
        state = replace(state, finished=finished, decided=state.decided + isinstance(write, Submit | Review))
    elif isinstance(write, Skip):
        state = replace(state, skipped=state.skipped + 1)
    notes: tuple[Effect, ...] = (Note("durable", {"task": event.task.id, "request": event.request_id}),)
    if state.quitting and not state.pending:
        state, effects = walk.leave(state)
        return state, (*notes, *effects)
    if state.quitting:
        return walk.waiting_to_quit(state), notes
    if state.retrying and not state.failures and not state.pending:
        state, effects = walk.next_undone(replace(state, retrying=False))
        return state.say("Saved.", "good"), (*notes, *effects)
    return state, notes


def failed(state: SittingState, event: i.Failed) -> Result:
    """The walk stops at the first picture whose decision is not saved."""
    if not event.request_id:
        return replace(state, claiming=False).say(f"{event.message} n tries again.", "error"), ()
    write = _pending(state, event.request_id)
    if write is None:
        return state, ()
    state = replace(_without(state, event.request_id), quitting=False, retrying=False)
    task_id = _task_of(write)
    if task_id is None:
        return state.say(event.message, "error"), ()
    text = f"Not saved: {event.message} "
    text += "Escape goes on." if event.lasting else "Enter tries again, escape gives this decision up."
    if event.current is not None:
        text = _both_versions(write, event.current, event.message, event.lasting)
    failure = Failure(write, task_id, text, event.current, event.lasting)
    state = replace(state, failures=(*state.failures, failure))
    number = state.index_of(task_id)
    if number is None or len(state.failures) > 1:
        return state.say(state.failures[0].text, "error"), ()
    state, effects = walk.go(state, number)
    return state.say(text, "error"), effects


def _both_versions(write: Write, current: Task, message: str, lasting: bool) -> str:
    theirs = ", ".join(current.annotation.labels) or str(current.state)
    mine = ""
    if isinstance(write, Submit | Revise):
        mine = f" Yours: {', '.join(write.annotation.labels) or 'nothing'}."
    elif isinstance(write, Review):
        mine = f" You had seen: {', '.join(write.task.annotation.labels) or 'nothing'}."
    keys = "Escape goes on with theirs." if lasting else "Enter puts yours, escape keeps theirs."
    return f"{message}{mine} Now it is: {theirs} ({current.state}, {current.annotator or 'nobody'}). {keys}"


def taken_back(state: SittingState, event: i.TakenBack) -> Result:
    """Undo or redo happened: show that picture."""
    state = _with_totals(_without(state, event.request_id), event.totals)
    task = event.task
    if task is None:
        state = state.say("There is nothing left to take back.")
        return walk.leave(state) if state.quitting and not state.pending else (state, ())
    note = Note("durable", {"task": task.id, "request": event.request_id})
    open_states = (State.TODO, State.REJECTED, State.SKIPPED)
    done = task.state not in (open_states if state.rules.work == "annotate" else (State.LABELLED,))
    visit = Visit(task, event.lease, task.annotation, done=done)
    number = state.index_of(task.id)
    if number is None:
        number = min(state.at, len(state.walk))
        state = replace(state, walk=(*state.walk[:number], visit, *state.walk[number:]))
    else:
        state = state.with_visit(replace(visit, seconds=state.walk[number].seconds), number)
    state = replace(state, passed=tuple(p for p in state.passed if p != task.id))
    state, effects = walk.go(state, number)
    return state, (note, *effects)


def earlier(state: SittingState, tasks: tuple[Task, ...]) -> Result:
    """Own work from before the walk, put before it."""
    if not state.looking_back:
        return state, ()
    state = replace(state, looking_back=False)
    known = {v.task.id for v in state.walk}
    fresh = [task for task in tasks if task.id not in known]
    if not fresh:
        return state.say("Nothing of yours comes before this."), ()
    visits = tuple(Visit(task, None, task.annotation, done=True) for task in reversed(fresh))
    state = replace(state, walk=(*visits, *state.walk), at=state.at + len(visits))
    return walk.go(state, len(visits) - 1)


def taken(state: SittingState, task_id: int, lease: Lease | None) -> Result:
    """A lease that had been given back is ours again, or somebody else's."""
    number = state.index_of(task_id)
    if number is None or state.walk[number].done:
        return state, (Release((lease,)),) if lease is not None else ()
    visit = state.walk[number]
    if lease is None:
        state = state.with_visit(replace(visit, lost=True), number)
        return (
            state.say("Somebody else works on this picture now.", "warn") if number == state.at else state
        ), ()
    return state.with_visit(replace(visit, lease=lease, task=lease.task, lost=False), number), ()


def renewed(state: SittingState, leases: tuple[Lease, ...]) -> Result:
    """Leases that are not among these were lost; their pictures are taken up again when they are in front."""
    by_id = {lease.task.id: lease for lease in leases}
    visits = []
    for visit in state.walk:
        if visit.lease is not None and not visit.done:
            found = by_id.get(visit.task.id)
            visit = replace(visit, lease=replace(visit.lease, until=found.until) if found else None)
        visits.append(visit)
    ahead = tuple(lease for lease in state.ahead if lease.task.id in by_id)
    before, state = state.visit, replace(state, walk=tuple(visits), ahead=ahead)
    lost = before is not None and before.lease is not None and state.visit != before
    if lost and state.visit is not None and state.visit.lease is None:
        return state, (Take(state.visit.task.id),)
    return state, ()


def recalled(state: SittingState, task_id: int, past: tuple[i.Past, ...]) -> Result:
    """What reviewers said of a task before."""
    number = state.index_of(task_id)
    if number is None:
        return state, ()
    return state.with_visit(replace(state.walk[number], past=past), number), ()


def more(state: SittingState, totals: i.Totals | None) -> Result:
    """Others added or gave back tasks: on the closing page that goes on with them."""
    state = _with_totals(state, totals)
    if state.claiming or state.at < len(state.walk) or state.over:
        return replace(state, ended=state.ended and state.at >= len(state.walk)), ()
    state, effects = walk.claim_ahead(state)
    return state, effects


def _pending(state: SittingState, request_id: str) -> Write | None:
    return next((write for write in state.pending if write.request_id == request_id), None)


def _without(state: SittingState, request_id: str) -> SittingState:
    return replace(state, pending=tuple(w for w in state.pending if w.request_id != request_id))


def _task_of(write: Write) -> int | None:
    if isinstance(write, Submit | Skip):
        return write.lease.task.id
    if isinstance(write, Review):
        return write.task.id
    return getattr(write, "task_id", None)
