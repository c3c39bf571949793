"""Moving through the tasks of a sitting: what stands in front, what is fetched, when it was seen."""

from __future__ import annotations

from dataclasses import replace

from tui.model.project import project_kind
from tui.model.task import Lease, Task
from tui.sitting.effects import (
    Claim,
    Earlier,
    Effect,
    Note,
    Quit,
    Recall,
    Release,
    Renew,
    SaveDraft,
    Show,
    Take,
    Unreadable,
    Want,
)
from tui.sitting.state import AHEAD, MOST_UNDONE, SittingState, Visit

Result = tuple[SittingState, tuple[Effect, ...]]


def touched(state: SittingState, at: float) -> SittingState:
    """Count the time since the last key as active, at most `idle_cut`; only while the picture is seen."""
    visit = state.visit
    if state.mark is None or visit is None or not state.seen:
        return state
    gap = min(max(0.0, at - state.mark), state.rules.idle_cut)
    return replace(state.with_visit(replace(visit, seconds=visit.seconds + gap)), mark=at)


def go(state: SittingState, to: int) -> Result:
    """Put the visit at `to` in front; behind the newest this claims, or shows the closing page."""
    state, effects = _draft_left_behind(state)
    forward_ = to >= state.at
    state = replace(
        state,
        at=to,
        forward=forward_,
        serial=state.serial + 1,
        seen=False,
        mark=None,
        rejecting=False,
        marking="",
        fixing=False,
        looking_back=False,
    )
    if to >= len(state.walk):
        state = _from_ahead(state)
    state, claim = claim_ahead(state)
    visit = state.visit
    effects += claim
    if visit is None:
        return state, (*effects, Show(None, state.serial), *want(state))
    if visit.lease is None and not visit.done and not visit.lost and visit.broken is None:
        effects += (Take(visit.task.id),)
    if state.rules.work == "review" and visit.past is None:
        effects += (Recall(visit.task.id),)
    return state, (*effects, *show(state), *want(state))


def show(state: SittingState) -> tuple[Effect, ...]:
    """The picture in front, unless the terminal is too small for one."""
    task = state.visit.task if state.visit is not None and not state.covered else None
    return (Show(task, state.serial),)


def cover(state: SittingState, covered: bool) -> Result:
    """Too small, or large enough again: what was seen before must be seen anew."""
    if covered == state.covered:
        return state, ()
    state = replace(state, covered=covered, seen=False, mark=None, serial=state.serial + 1)
    return state, show(state)


def _draft_left_behind(state: SittingState) -> Result:
    """Unsaved edits of the picture in front stay as its draft."""
    visit = state.visit
    if (
        visit is None
        or visit.done
        or not project_kind(state.rules.kind).has_drafts
        or state.rules.work == "review"
    ):
        return state, ()
    if visit.annotation == visit.task.annotation or visit.lease is None:
        return state, ()
    return state, (SaveDraft(visit.task.id, visit.annotation),)


def _from_ahead(state: SittingState) -> SittingState:
    """Take the next claimed task into the walk."""
    if not state.ahead:
        return replace(state, at=len(state.walk))
    lease, *rest = state.ahead
    visit = visit_of(lease, state)
    return replace(state, walk=(*state.walk, visit), at=len(state.walk), ahead=tuple(rest))


def visit_of(lease: Lease, state: SittingState) -> Visit:
    """A task just claimed, with the draft that was left of it."""
    task = lease.task
    return Visit(task, lease, state.drafts.get(task.id, task.annotation))


def claim_ahead(state: SittingState) -> Result:
    """Keep tasks claimed ahead, and ask again at the end: somebody may have given something back."""
    missing = AHEAD - len(state.ahead) + (1 if state.at >= len(state.walk) else 0)
    if state.claiming or missing <= 0 or (state.ended and state.at < len(state.walk)):
        return state, ()
    return replace(state, claiming=True), (Claim(missing, state.passed),)


def want(state: SittingState) -> tuple[Effect, ...]:
    """The next pictures in the direction of travel, then the previous one."""
    later = [v.task for v in state.walk[state.at + 1 : state.at + 1 + AHEAD]]
    later += [lease.task for lease in state.ahead][: AHEAD - len(later)]
    earlier = [v.task for v in state.walk[max(0, state.at - 1) : state.at]]
    tasks: list[Task] = [*later, *earlier] if state.forward else [*earlier, *later]
    return (Want(tuple(tasks)),)


def forward(state: SittingState) -> Result:
    """`n`: to the next without deciding; at the newest it stays undone and the next is claimed."""
    if state.visit is None and not state.ended:
        return claim_ahead(state.say("The next picture is on its way."))
    if state.visit is None:
        return state.say("Nothing comes after this."), ()
    state, effects = go(state, state.at + 1)
    state, given = _give_back_oldest(state)
    return state, (*effects, *given)


def _give_back_oldest(state: SittingState) -> Result:
    undone = [n for n, v in enumerate(state.walk) if v.lease is not None and not v.done and n != state.at]
    if len(undone) <= MOST_UNDONE:
        return state, ()
    first = state.walk[undone[0]]
    assert first.lease is not None
    return state.with_visit(replace(first, lease=None), undone[0]), (Release((first.lease,)),)


def back(state: SittingState) -> Result:
    """`p`: back through the walk, then through one's own earlier work."""
    if state.at > 0:
        return go(state, state.at - 1)
    if state.rules.work == "review":
        return state.say("This is the first picture of this sitting."), ()
    return replace(state, looking_back=True), (Earlier(tuple(v.task.id for v in state.walk)),)


def next_undone(state: SittingState) -> Result:
    """`N`: the next without a decision, further on or from the start of the walk, else a new one."""
    order = [*range(state.at + 1, len(state.walk)), *range(min(state.at, len(state.walk)))]
    for number in order:
        visit = state.walk[number]
        if not visit.done and visit.broken is None and not visit.lost:
            return go(state, number)
    return go(state, len(state.walk))


def seen(state: SittingState, serial: int, at: float) -> Result:
    """The person sees the picture: from now on decisions count, and so does the time."""
    visit = state.visit
    if serial != state.serial or visit is None or state.covered:
        return state, ()
    state = state.with_visit(replace(visit, shown=True))
    note = Note("shown", {"task": visit.task.id, "serial": serial})
    return replace(state, seen=True, mark=at), (note,)


def broken(state: SittingState, serial: int, reason: str) -> Result:
    """The picture cannot be shown whole: a card says why, and the task is no longer served."""
    visit = state.visit
    if serial != state.serial or visit is None or visit.broken is not None:
        return state, ()
    state = state.with_visit(replace(visit, broken=reason, lease=None))
    if visit.done or state.rules.work == "review":
        return state, ()
    state, request = request_id(state)
    write = Unreadable(request, visit.task.id, reason)
    return replace(state, pending=(*state.pending, write)), (write,)


def request_id(state: SittingState) -> tuple[SittingState, str]:
    """A request id that no other sitting uses."""
    number = state.requests + 1
    return replace(state, requests=number), f"{state.rules.prefix}-{number}"


def leave(state: SittingState) -> Result:
    """`q`: when everything decided is durable, give back what was not reached and end."""
    state, effects = _draft_left_behind(state)
    if state.pending:
        return waiting_to_quit(replace(state, quitting=True)), effects
    leases = [v.lease for v in state.walk if v.lease is not None and not v.done] + list(state.ahead)
    given: tuple[Effect, ...] = (Release(tuple(leases)),) if leases else ()
    return replace(state, over=True, quitting=True, ahead=()), (*effects, *given, Quit())


def waiting_to_quit(state: SittingState) -> SittingState:
    n = len(state.pending)
    return state.say(
        f"Waiting until {n} {'decision is' if n == 1 else 'decisions are'} safe, then it ends.", "warn"
    )


def tick(state: SittingState, at: float) -> Result:
    """Renew leases in time. Nothing on the screen changes."""
    leases = [v.lease for v in state.walk if v.lease is not None and not v.done] + list(state.ahead)
    if not leases or at - state.renewed < state.rules.ttl / 3:
        return state, ()
    return replace(state, renewed=at), (Renew(tuple(leases)),)
