"""Moving through the tasks of a sitting: what stands in front, what is fetched, when it was seen."""

from __future__ import annotations

from dataclasses import replace

from tui.model.project import project_kind
from tui.model.task import MAX_AHEAD, Lease, Task
from tui.sitting import sentences
from tui.sitting.effects import (
    Claim,
    Earlier,
    Effect,
    Note,
    Recall,
    Release,
    SaveDraft,
    Show,
    Take,
    Unreadable,
    Want,
)
from tui.sitting.inputs import AwaitedKey, Broken, PreviousKey
from tui.sitting.under_way import begun
from tui.sitting.walk_state import MAX_UNDONE, Damage, Undecided, Visit, WalkResult, WalkState

AWAITED = "The next picture is on its way; the key counts when it is there."


def touched(state: WalkState, at: float) -> WalkState:
    """After a key: the message goes, and the time since the key before counts for the picture that is seen."""
    visit = state.visit
    sitting, seconds = state.sitting.touched(at)
    state = replace(state, sitting=sitting)
    if visit is None or not seconds:
        return state
    return state.with_visit(replace(visit, seconds=visit.seconds + seconds))


def go(state: WalkState, to: int) -> WalkResult:
    """Put the visit at `to` in front; behind the newest this claims, or shows the closing page."""
    told = sentences.unfinished(state)
    state, effects = _draft_left_behind(state)
    state = state.say(told) if told else state
    sitting = state.sitting.moved_on().with_next_serial()
    state = replace(state, sitting=sitting, at=to, forward=to >= state.at)
    state = replace(state, arrived=sitting.serial, looking_back=False, retrying=False)
    if to >= len(state.walk):
        state = _from_ahead(state)
    state = _tried_again(state)
    state, claim = claim_ahead(state)
    return state, (*effects, *claim, *_asked_of(state), *show(state), *want(state))


def _tried_again(state: WalkState) -> WalkState:
    """A picture that could not be shown may be there this time, unless its file is at fault."""
    visit = state.visit
    if visit is None or visit.damage is None or visit.damage.lasting:
        return state
    return state.with_visit(replace(visit, damage=None))


def _asked_of(state: WalkState) -> tuple[Effect, ...]:
    """What is missing of the picture in front: its lease, and to a reviewer what was said of it before."""
    visit = state.visit
    if visit is None:
        return ()
    lease = (Take(visit.task.id),) if visit.undone and visit.lease is None else ()
    return (*lease, Recall(visit.task.id)) if state.reviews and visit.past is None else lease


def taking_up(state: WalkState, visit: Visit) -> WalkResult:
    """A decision on a picture whose lease is awaited; it is asked for once more, as the first try may have failed."""
    return state.say("One moment: this picture is being taken up again."), (Take(visit.task.id),)


def show(state: WalkState) -> tuple[Effect, ...]:
    """The picture in front, unless the terminal is too small for one."""
    task = state.visit.task if state.visit is not None and not state.sitting.covered else None
    return (Show(task, state.sitting.serial, state.keep_zoom),)


def cover(state: WalkState, covered: bool) -> WalkResult:
    """Too small, or large enough again: what was seen before must be seen anew."""
    sitting = state.sitting.covering(covered)
    if sitting is None:
        return state, ()
    state = replace(state, sitting=sitting)
    return state, show(state)


def save_draft(state: WalkState, visit: Visit) -> WalkResult:
    """The draft of a picture is under way; one that says no more than the task does goes."""
    task, annotation = visit.task, visit.annotation
    drafts = {**state.drafts, task.id: annotation}
    state = replace(state, drafts=drafts, drafting=state.drafting + 1)
    return state, (SaveDraft(task.id, annotation if annotation != task.annotation else None),)


def _draft_left_behind(state: WalkState) -> WalkResult:
    """Unsaved edits of the picture in front stay as its draft."""
    visit = state.visit
    if visit is None or visit.lease is None or state.reviews or not project_kind(state.rules.kind).has_drafts:
        return state, ()
    last = state.drafts.get(visit.task.id, visit.task.annotation)
    return save_draft(state, visit) if visit.annotation != last else (state, ())


def _from_ahead(state: WalkState) -> WalkState:
    """Take the next claimed task into the walk."""
    if not state.sitting.ahead:
        return replace(state, at=len(state.walk))
    lease, *rest = state.sitting.ahead
    visit = visit_of(lease, state)
    sitting = replace(state.sitting, ahead=tuple(rest))
    return replace(state, sitting=sitting, walk=(*state.walk, visit), at=len(state.walk))


def visit_of(lease: Lease, state: WalkState) -> Visit:
    """A task just claimed, with the draft that was left of it."""
    task = lease.task
    draft = state.drafts.get(task.id)
    return Visit(task, Undecided(lease), draft if draft is not None else task.annotation)


def claim_ahead(state: WalkState) -> WalkResult:
    """Keep tasks claimed ahead, and ask again at the end: somebody may have given something back."""
    sitting, behind_newest = state.sitting, state.at >= len(state.walk)
    missing = MAX_AHEAD - len(sitting.ahead) + behind_newest
    if sitting.claiming or sitting.leaving or missing <= 0 or (sitting.ended and not behind_newest):
        return state, ()
    # What was left undone comes by `p` and `N`: given back and served again it would keep what was never shown from coming.
    left = (visit.task.id for visit in state.walk if visit.undone)
    skip = tuple(dict.fromkeys((*state.passed, *left)))
    return replace(state, sitting=replace(sitting, claiming=True)), (Claim(missing, skip),)


def want(state: WalkState) -> tuple[Effect, ...]:
    """The next pictures in the direction of travel, then the previous one."""
    later = [v.task for v in state.walk[state.at + 1 : state.at + 1 + MAX_AHEAD]]
    later += [lease.task for lease in state.sitting.ahead][: MAX_AHEAD - len(later)]
    earlier = [v.task for v in state.walk[max(0, state.at - 1) : state.at]]
    tasks: list[Task] = [*later, *earlier] if state.forward else [*earlier, *later]
    return (Want(tuple(tasks)),)


def awaited(state: WalkState, incoming: AwaitedKey, at: float) -> WalkResult:
    """A key that moves on while the next picture is awaited is kept until that is in front; `p` takes back the last one
    that is kept, or goes back in the walk, where there is one."""
    if isinstance(incoming, PreviousKey):
        if state.early:
            return replace(state, early=state.early[:-1]), ()
        if state.walk:
            return back(state)
    return replace(state.say(AWAITED), early=(*state.early, (incoming, at))), ()


def next_early(state: WalkState) -> tuple[WalkState, tuple[AwaitedKey, float]]:
    """Takes out the first key that was kept, with the time at which it came; what was said of it is over."""
    first, *rest = state.early
    sitting = state.sitting
    if sitting.message is not None and sitting.message.text == AWAITED:
        sitting = replace(sitting, message=None)
    return replace(state, sitting=sitting, early=tuple(rest)), first


def forward(state: WalkState) -> WalkResult:
    """`n`: to the next without deciding; at the newest it stays undone and the next is claimed."""
    if state.visit is None and not state.sitting.ended:
        return claim_ahead(state.say("The next picture is on its way."))
    if state.visit is None:
        return state.say("Nothing comes after this."), ()
    state, effects = go(state, state.at + 1)
    state, released = _give_back_oldest(state)
    return state, (*effects, *released)


def _give_back_oldest(state: WalkState) -> WalkResult:
    left = [n for n, visit in enumerate(state.walk) if visit.lease is not None and n != state.at]
    oldest = state.walk[left[0]] if len(left) > MAX_UNDONE else None
    if oldest is None or oldest.lease is None:
        return state, ()
    told = sentences.given_back(oldest.task, MAX_UNDONE)
    return state.with_visit(oldest.without_lease(), left[0]).say(told), (Release((oldest.lease,)),)


def back(state: WalkState) -> WalkResult:
    """`p`: back through the walk, then through one's own earlier work."""
    if state.at > 0:
        return go(state, state.at - 1)
    if state.reviews:
        return state.say("This is the first picture of this sitting."), ()
    return replace(state, looking_back=True), (Earlier(tuple(v.task.id for v in state.walk)),)


def next_undone(state: WalkState) -> WalkResult:
    """`N`: the next without a decision, further on or from the start of the walk, else a new one."""
    order = [*range(state.at + 1, len(state.walk)), *range(min(state.at, len(state.walk)))]
    for number in order:
        visit = state.walk[number]
        if visit.undone:
            return go(state, number)
    return go(state, len(state.walk))


def seen(state: WalkState, serial: int, at: float) -> WalkResult:
    """The person sees the picture: from now on decisions count, and so does the time."""
    visit, sitting = state.visit, state.sitting.saw(serial, at)
    if sitting is None or visit is None:
        return state, ()
    state = replace(state, sitting=sitting)
    return state, (Note("shown", {"task": visit.task.id, "serial": serial}),)


def broken(state: WalkState, incoming: Broken) -> WalkResult:
    """The picture cannot be shown whole: a page says why, and the task is no longer served, to nobody where its file is
    at fault."""
    visit = state.visit
    if incoming.serial != state.sitting.serial or visit is None or visit.damage is not None:
        return state, ()
    lease = visit.lease
    visit = replace(visit, damage=Damage(incoming.reason, incoming.partial, incoming.lasting))
    if visit.done or state.reviews or not incoming.lasting:
        state = replace(state.with_visit(visit.without_lease()), passed=(*state.passed, visit.task.id))
        return state, (Release((lease,)),) if lease is not None else ()
    sitting, request = state.sitting.with_request()
    write = Unreadable(request, visit.task.id, incoming.reason)
    state = begun(replace(state, sitting=sitting).with_visit(visit), write)
    return _told_too(state, sentences.counts_no_more(visit.task)), (write,)


def _told_too(state: WalkState, text: str) -> WalkState:
    """Beside what the last key left on the screen."""
    before = state.sitting.message
    return state.say(f"{before.text} · {text}", before.tone) if before is not None else state.say(text)


def leave(state: WalkState) -> WalkResult:
    """Leaving: when everything decided is durable, give back what was not reached and end."""
    state, draft = _draft_left_behind(state)
    state, effects = end(state)
    return state, (*draft, *effects)


def end(state: WalkState) -> WalkResult:
    """It ends, unless something must be waited for."""
    drafting = state.drafting and not state.draft_failed
    if state.sitting.pending or state.sitting.awaits_claim or drafting:
        return waiting_to_leave(state), ()
    sitting, effects = state.sitting.ending(state.leases)
    return replace(state, sitting=sitting), effects


def if_leaving(state: WalkState) -> WalkResult:
    """After an answer: it ends, where that was the last one that leaving waited for."""
    return end(state) if state.sitting.leaving else (state, ())


def waiting_to_leave(state: WalkState) -> WalkState:
    """It ends when everything decided is durable, and says for what it waits."""
    if state.drafting and not state.sitting.pending:
        what = sentences.unfinished(state) or "Unfinished work is kept as a draft"
        return state.say(f"{what}; it ends when that is safe.", "warn")
    return replace(state, sitting=state.sitting.waiting("decision", len(state.sitting.pending)))


def tick(state: WalkState, at: float) -> WalkResult:
    """Renew leases in time."""
    sitting, effects = state.sitting.renewing(state.leases, at)
    return replace(state, sitting=sitting), effects
