"""What the deciding keys do. A decision counts only for a picture that was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui.model.annotation import Annotation
from tui.model.project import project_kind
from tui.model.task import EMPTY, State
from tui.sitting import inputs as i
from tui.sitting import walk
from tui.sitting.effects import (
    Effect,
    Flag,
    Note,
    Redo,
    Release,
    Revise,
    SaveDraft,
    Skip,
    Submit,
    Undo,
    Write,
)
from tui.sitting.state import MOST_PENDING, SittingState, Visit

Result = tuple[SittingState, tuple[Effect, ...]]
DRAFT_SECONDS = 1.0
STILL_SAVING = f"{MOST_PENDING} decisions are still being saved; press again in a moment."


def refused(state: SittingState, key: str, at: float) -> tuple[SittingState, str | None]:
    """Why a decision may not be taken now; '' when it is dropped in silence (a held key)."""
    last, when = state.held
    state = replace(state, held=(key, at))
    visit = state.visit
    if key and key == last and at - when < state.rules.key_repeat:
        return state, ""
    if visit is None:
        return state, "" if state.ended else "The next picture is on its way."
    if state.covered:
        return state, ""
    if visit.broken is not None:
        return state, "This picture cannot be labelled; space or n goes on."
    if not state.seen:
        return state, "Not yet: the picture was not shown when the key was pressed."
    if visit.lost:
        return state, "Somebody else works on this picture now; n goes on."
    if any(isinstance(write, Undo | Redo) for write in state.pending):
        return state, "One moment: the last decision is being taken back."
    if len(state.pending) >= MOST_PENDING:
        return state, STILL_SAVING
    return state, None


def dropped(state: SittingState, why: str) -> Result:
    task = state.visit.task.id if state.visit else None
    if not why:
        return state, (Note("refused", {"task": task, "why": "held key"}),) if task else ()
    return state.say(why, "warn"), (Note("refused", {"task": task, "why": why}),)


def label(state: SittingState, event: i.LabelKey, at: float) -> Result:
    """A label's key: decides in `classify`, toggles in `tags`."""
    if state.rules.work == "review":
        return state, ()
    state, why = refused(state, event.key, at)
    if why is not None:
        return dropped(state, why)
    visit = state.visit
    assert visit is not None
    match project_kind(state.rules.kind).label_key:
        case "decides":
            return _annotated(state, visit, Annotation((event.label,), visit.annotation.shapes))
        case "toggles":
            chosen = set(visit.annotation.labels) ^ {event.label}
            labels = tuple(name for name in state.rules.labels if name in chosen)
            state = state.with_visit(replace(visit, annotation=replace(visit.annotation, labels=labels)))
            return state, ()
        case "names":
            return state, ()


def confirm(state: SittingState, at: float) -> Result:
    """`enter`: the tags or shapes are complete, also when there are none. In `classify` it confirms the label
    that a picture already has, or takes what the model said."""
    if state.rules.work == "review":
        return state, ()
    state, why = refused(state, "enter", at)
    if why is not None:
        return dropped(state, why)
    visit = state.visit
    assert visit is not None
    if project_kind(state.rules.kind).enter_needs_answer and not visit.annotation:
        if visit.task.predicted is None or visit.task.predicted[0] not in state.rules.labels:
            return state.say("Choose a label; enter confirms tags and shapes."), ()
        return _annotated(state, visit, Annotation((visit.task.predicted[0],)))
    return _annotated(state, visit, visit.annotation)


def _annotated(state: SittingState, visit: Visit, annotation: Annotation) -> Result:
    """Record what the person said, and go on. What is asked for is expected to come true."""
    if visit.lease is None and not visit.done:
        return state.say("One moment: this picture is being taken up again."), ()
    state, request = walk.request_id(state)
    context = context_of(state, visit)
    task = visit.task
    write: Write
    if visit.done:
        write = Revise(request, task.id, task.rev, annotation, visit.seconds, context)
    else:
        assert visit.lease is not None
        lease = replace(visit.lease, task=task)
        write = Submit(request, lease, annotation, visit.seconds, context)
    expected = replace(
        task,
        rev=task.rev + 1,
        state=State.LABELLED,
        annotation=annotation,
        annotator=state.rules.who,
        seconds=task.seconds + visit.seconds,
        reviewer=None,
        verdict=None,
        fixed=False,
        reason=None,
        comment=None,
        wrong=EMPTY,
    )
    decided = replace(
        visit, task=expected, lease=None, annotation=annotation, done=True, skipped=False, seconds=0.0
    )
    return onward(state.with_visit(decided), write, {"labels": list(annotation.labels)})


def onward(state: SittingState, write: Write, said: dict[str, Any]) -> Result:
    """One forward after a decision, with its write under way."""
    visit = state.visit
    assert visit is not None
    note = Note("decided", {"task": visit.task.id, "request": write.request_id, **said})
    state = replace(state, pending=(*state.pending, write), mark=None)
    state, effects = walk.go(state, state.at + 1)
    # The write stands first: a claim must not overtake the decision before it.
    return state, (write, note, *effects)


def context_of(state: SittingState, visit: Visit) -> dict[str, Any]:
    """What cannot be found out later."""
    rules = state.rules
    rank = visit.lease.rank if visit.lease is not None else None
    return {
        "version": rules.version,
        "protocol": rules.protocol,
        "order": rules.order,
        "rank": rank,
        "seconds": round(visit.seconds, 3),
    }


def skip(state: SittingState, at: float) -> Result:
    """`space`: not served again in this sitting. On work that is decided, or cannot be, it only goes on."""
    visit = state.visit
    if visit is None:
        return state, ()
    last, when = state.held
    state = replace(state, held=("space", at))
    if last == "space" and at - when < state.rules.key_repeat:
        return state, ()
    if len(state.pending) >= MOST_PENDING and visit.lease is not None and state.rules.work == "annotate":
        return dropped(state, STILL_SAVING)
    state = replace(state, passed=(*state.passed, visit.task.id))
    if state.rules.work == "review":
        given: tuple[Effect, ...] = (Release((visit.lease,)),) if visit.lease is not None else ()
        if not visit.done:
            state = replace(
                state.with_visit(replace(visit, lease=None, skipped=True)), skipped=state.skipped + 1
            )
        state, effects = walk.go(state, state.at + 1)
        return state, (*given, *effects)
    if visit.done or visit.broken is not None or visit.lease is None:
        return walk.go(state, state.at + 1)
    state, request = walk.request_id(state)
    write = Skip(request, replace(visit.lease, task=visit.task), context_of(state, visit))
    expected = replace(visit.task, rev=visit.task.rev + 1, state=State.SKIPPED, annotator=state.rules.who)
    passed = replace(visit, task=expected, lease=None, skipped=True, done=True)
    return onward(state.with_visit(passed), write, {"skipped": True})


def flag(state: SittingState, at: float) -> Result:
    """`f`: hard, look at it again. What was not seen is not hard."""
    state, why = refused(state, "f", at)
    if why is not None:
        return dropped(state, why)
    visit = state.visit
    assert visit is not None
    on = not visit.task.flagged
    state, request = walk.request_id(state)
    write = Flag(request, visit.task.id, on, context_of(state, visit))
    task = replace(visit.task, flagged=on, rev=visit.task.rev + 1)
    state = replace(state.with_visit(replace(visit, task=task)), pending=(*state.pending, write))
    return state.say("Flagged as hard." if on else "No longer flagged.", "good"), (write,)


def undo(state: SittingState) -> Result:
    """The answer names the picture; until then no decision is taken."""
    return _take_back(state, Undo)


def redo(state: SittingState) -> Result:
    """The same the other way."""
    return _take_back(state, Redo)


def _take_back(state: SittingState, kind: type[Undo] | type[Redo]) -> Result:
    if len(state.pending) >= MOST_PENDING:
        return dropped(state, STILL_SAVING)
    state, request = walk.request_id(state)
    write = kind(request)
    return replace(state, pending=(*state.pending, write)), (write,)


def edited(state: SittingState, annotation: Annotation, at: float) -> Result:
    """A tool changed the annotation; the draft is written at most once a second."""
    visit = state.visit
    if visit is None or visit.broken is not None:
        return state, ()
    state = state.with_visit(replace(visit, annotation=annotation))
    # Drafts are of work that is not done yet: a revision is kept in the walk until it is confirmed.
    if visit.done or visit.lease is None or at - state.drafted < DRAFT_SECONDS:
        return state, ()
    return replace(state, drafted=at), (SaveDraft(visit.task.id, annotation),)
