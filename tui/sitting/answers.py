"""What the queue answered to a walk."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from tui.model.task import Lease, State, Task
from tui.sitting import going, sentences, walk
from tui.sitting import inputs as i
from tui.sitting.effects import (
    Note,
    Release,
    Review,
    Revise,
    Submit,
    Take,
    Write,
)
from tui.sitting.file_looked import file_looked
from tui.sitting.reducer import AnswerTable
from tui.sitting.seeking import FileLooked, Found, Opened
from tui.sitting.taken_back import taken_back
from tui.sitting.under_way import recorded, task_of
from tui.sitting.walk_state import (
    GONE,
    Decided,
    Failure,
    Lost,
    Undecided,
    Visit,
    WalkResult,
    WalkState,
)


def _looked_up(state: WalkState, answer: i.LookupAnswer) -> WalkResult:
    match answer:
        case i.EarlierWork(tasks):
            return _earlier(state, tasks)
        case i.Recalled(task_id, past):
            return _recalled(state, task_id, past)
        case Found():
            return going.found(state, answer)
        case Opened():
            return going.opened(state, answer)
        case FileLooked(task):
            return file_looked(state, task)
        case i.Picked():
            return state, ()
        case _:
            assert_never(answer)


def _claimed(state: WalkState, incoming: i.Claimed) -> WalkResult:
    """New leases lie ahead; the first is put in front when the person waits for it."""
    first = not state.walk and not state.sitting.ahead
    fresh = state.sitting.fresh(incoming.leases, {v.task.id for v in state.walk if v.lease is not None})
    sitting = state.sitting.claimed(incoming)
    state = replace(state, sitting=sitting, drafts={**state.drafts, **incoming.drafts})
    if first and sitting.totals.came_back:
        state = state.say(f"{sitting.totals.came_back} came back to you.", "warn")
    if sitting.leaving:
        state, effects = walk.if_leaving(state)
        return state, (Release(fresh), *effects) if fresh else effects
    return _with_ahead(state, fresh, ended=not incoming.leases and not sitting.ahead)


def _with_ahead(state: WalkState, fresh: tuple[Lease, ...], *, ended: bool) -> WalkResult:
    was_closing = state.closing
    sitting = replace(state.sitting, ahead=(*state.sitting.ahead, *fresh), ended=ended)
    state = replace(state, sitting=sitting)
    if state.at < len(state.walk):
        return state, walk.want(state)
    if sitting.ahead:
        return walk.go(state, len(state.walk))
    if was_closing or not ended:
        return state, ()
    state = replace(state, sitting=replace(sitting, serial=sitting.serial + 1))
    return state, walk.show(state)


def _saved(state: WalkState, incoming: i.Saved, at: float) -> WalkResult:
    """A decision is durable: only now it counts."""
    sitting, write = state.sitting.without_pending(incoming.request_id)
    if write is None:
        return state, ()
    state = replace(state, sitting=sitting.with_totals(incoming.totals))
    state = recorded(state, write, incoming.task)
    note = Note("durable", {"task": incoming.task.id, "request": incoming.request_id})
    state, effects = _after_saving(state)
    return state, (note, *effects)


def _after_saving(state: WalkState) -> WalkResult:
    """What the last write under way was waited for."""
    if state.sitting.leaving:
        return walk.if_leaving(state)
    if not state.retrying or state.failures or state.sitting.pending:
        return state, ()
    decided = state.visit is None or not state.visit.undone
    state, effects = walk.next_undone(state) if decided else (replace(state, retrying=False), ())
    return state.say("Saved.", "good"), effects


def _failed(state: WalkState, incoming: i.Failed) -> WalkResult:
    """The walk stops at the first picture whose decision is not saved."""
    if not incoming.request_id:
        state = replace(state, sitting=replace(state.sitting, claiming=False), early=())
        if state.sitting.leaving:
            return walk.if_leaving(state)
        return state.say(f"{incoming.message} {{work.next}} tries again.", "error"), ()
    sitting, write = state.sitting.without_pending(incoming.request_id)
    if write is None:
        return state, ()
    state = replace(state, sitting=sitting.staying(), retrying=False)
    task_id = task_of(write)
    if task_id is None:
        return state.say(incoming.message, "error"), ()
    failure = Failure(write, task_id, _why_not_saved(write, incoming), incoming.current, incoming.lasting)
    state = replace(state, failures=(*state.failures, failure))
    number = state.index_of(task_id)
    if number is None or len(state.failures) > 1:
        return state.say(state.failures[0].text, "error"), ()
    state, effects = walk.go(state, number)
    return state.say(failure.text, "error"), effects


def _why_not_saved(write: Write, incoming: i.Failed) -> str:
    """A sentence with what can be done; both versions where somebody else was faster."""
    if incoming.current is not None:
        return _both_versions(write, incoming.current, incoming.message, incoming.lasting)
    keys = (
        "{app.cancel} goes on."
        if incoming.lasting
        else f"{_confirm_key(write)} tries again, {{app.cancel}} gives this decision up."
    )
    return f"Not saved: {incoming.message} {keys}"


def _both_versions(write: Write, current: Task, message: str, lasting: bool) -> str:
    if current.state is State.REMOVED:
        return f"Not saved: {sentences.name_of(current)} was removed from the project meanwhile. {{app.cancel}} goes on."
    theirs = ", ".join(current.annotation.labels) or str(current.state)
    keys = (
        "{app.cancel} goes on with theirs."
        if lasting
        else f"{_confirm_key(write)} puts yours, {{app.cancel}} keeps theirs."
    )
    now = f"{theirs} ({current.state}, {current.annotator or 'nobody'})"
    return f"{message}{_own_version(write)} Now it is: {now}. {keys}"


def _confirm_key(write: Write) -> str:
    return sentences.confirm_key(reviews=isinstance(write, Review))


def _own_version(write: Write) -> str:
    """What the person decided, or a reviewer had before them."""
    if isinstance(write, Submit | Revise):
        return f" Yours: {', '.join(write.annotation.labels) or 'nothing'}."
    if isinstance(write, Review):
        return f" You had seen: {', '.join(write.task.annotation.labels) or 'nothing'}."
    return ""


def _earlier(state: WalkState, tasks: tuple[Task, ...]) -> WalkResult:
    """Own work from before the walk, put before it."""
    if not state.looking_back:
        return state, ()
    state = replace(state, looking_back=False)
    known = {v.task.id for v in state.walk}
    fresh = [task for task in tasks if task.id not in known]
    if not fresh:
        return state.say("Nothing of yours comes before this."), ()
    visits = tuple(Visit(task, Decided(), task.annotation) for task in reversed(fresh))
    state = replace(state, walk=(*visits, *state.walk), at=state.at + len(visits))
    return walk.go(state, len(visits) - 1)


def _taken(state: WalkState, incoming: i.Taken) -> WalkResult:
    """A lease that had been given back is ours again, or somebody else's."""
    task_id, lease = incoming.task_id, incoming.lease
    number = state.index_of(task_id)
    if number is None or state.walk[number].done or state.walk[number].damage is not None:
        return state, (Release((lease,)),) if lease is not None else ()
    visit = state.walk[number]
    if lease is not None:
        return state.with_visit(
            replace(visit, standing=Undecided(lease, visit.passed), task=lease.task), number
        ), ()
    lost = Lost(GONE) if incoming.removed else Lost()
    state = state.with_visit(replace(visit, standing=lost), number)
    return state.say(f"{lost.why}.", "warn") if number == state.at else state, ()


def _take_failed(state: WalkState, incoming: i.TakeFailed) -> WalkResult:
    """Whether the picture may be worked on is not known: a decision asks once more."""
    if state.visit is None or state.visit.task.id != incoming.task_id:
        return state, ()
    return state.say(f"Not taken up again: {incoming.message} A decision tries that again.", "error"), ()


def _renewed(state: WalkState, incoming: i.Renewed) -> WalkResult:
    """The pictures of leases that were lost are taken up again when they are in front."""
    before = state.visit
    walked = tuple(v.without_lease() if v.task.id in incoming.lost else v for v in state.walk)
    ahead = tuple(lease for lease in state.sitting.ahead if lease.task.id not in incoming.lost)
    state = replace(state, sitting=replace(state.sitting, ahead=ahead), walk=walked)
    lost = before is not None and before.lease is not None and state.walk[state.at].lease is None
    return state, (Take(state.walk[state.at].task.id),) if lost else ()


def _recalled(state: WalkState, task_id: int, past: tuple[i.Past, ...]) -> WalkResult:
    """What reviewers said of a task before."""
    number = state.index_of(task_id)
    if number is None:
        return state, ()
    return state.with_visit(replace(state.walk[number], past=past), number), ()


def _drafted(state: WalkState, answer: i.DraftAnswer) -> WalkResult:
    """Unfinished work is safe; or the person must know that it is not, before it ends."""
    failed, leaving = isinstance(answer, i.DraftFailed), state.sitting.leaving
    state = replace(state, drafting=max(state.drafting - 1, 0), draft_failed=failed and leaving)
    match answer:
        case i.DraftSaved():
            return walk.if_leaving(state)
        case i.DraftFailed(task_id, message):
            state = replace(state, drafts={**state.drafts, task_id: None})
            number = state.index_of(task_id)
            name = state.walk[number].task.path if number is not None else f"picture {task_id}"
            text = f"The unfinished work on {name} is not saved: {message}"
            again = " To end without it, quit once more." if leaving else ""
            return replace(state, sitting=state.sitting.staying()).say(text + again, "error"), ()
        case _:
            assert_never(answer)


def _more(state: WalkState, incoming: i.MoreTasks) -> WalkResult:
    """Others added or gave back tasks: on the closing page that goes on with them."""
    sitting = state.sitting.with_totals(incoming.totals)
    behind_newest = state.at >= len(state.walk)
    if sitting.claiming or not behind_newest:
        return replace(state, sitting=replace(sitting, ended=sitting.ended and behind_newest)), ()
    return walk.claim_ahead(replace(state, sitting=sitting))


ANSWERS = AnswerTable(
    _saved,
    _failed,
    taken_back,
    _claimed,
    _taken,
    _take_failed,
    _renewed,
    _more,
    _looked_up,
    _drafted,
)
"""What a walk makes of the queue's answers."""
