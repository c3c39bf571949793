"""What the deciding keys do. A decision counts only for a picture that was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import State
from tui.sitting import inputs as i
from tui.sitting import walk
from tui.sitting.effects import (
    Effect,
    Flag,
    Note,
    Redo,
    Release,
    Review,
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


def _refused(state: SittingState, key: str, at: float) -> tuple[SittingState, str | None]:
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


def _drop(state: SittingState, why: str) -> Result:
    task = state.visit.task.id if state.visit else None
    if not why:
        return state, (Note("refused", {"task": task, "why": "held key"}),) if task else ()
    return state.say(why, "warn"), (Note("refused", {"task": task, "why": why}),)


def label(state: SittingState, event: i.LabelKey, at: float) -> Result:
    """A label's key: decides in `classify`, toggles in `tags`."""
    if state.rules.work == "review":
        return state, ()
    state, why = _refused(state, event.key, at)
    if why is not None:
        return _drop(state, why)
    visit = state.visit
    assert visit is not None
    if state.rules.kind == "classify":
        return _annotated(state, visit, Annotation((event.label,), visit.annotation.shapes))
    if state.rules.kind == "tags":
        chosen = set(visit.annotation.labels) ^ {event.label}
        labels = tuple(name for name in state.rules.labels if name in chosen)
        state = state.with_visit(replace(visit, annotation=replace(visit.annotation, labels=labels)))
        return state, ()
    return state, ()


def confirm(state: SittingState, at: float) -> Result:
    """`enter`: the tags or shapes are complete, also when there are none. In `classify` it confirms the label
    that a picture already has."""
    if state.rules.work == "review":
        return state, ()
    state, why = _refused(state, "enter", at)
    if why is not None:
        return _drop(state, why)
    visit = state.visit
    assert visit is not None
    if state.rules.kind == "classify" and not visit.annotation:
        return state.say("Choose a label; enter confirms tags and shapes."), ()
    return _annotated(state, visit, visit.annotation)


def _annotated(state: SittingState, visit: Visit, annotation: Annotation) -> Result:
    """Record what the person said, and go on. What is asked for is expected to come true."""
    if visit.lease is None and not visit.done:
        return state.say("One moment: this picture is being taken up again."), ()
    state, request = walk.request_id(state)
    context = _context(state, visit)
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
    )
    decided = replace(
        visit, task=expected, lease=None, annotation=annotation, done=True, skipped=False, seconds=0.0
    )
    return _on(state.with_visit(decided), write, {"labels": list(annotation.labels)})


def _on(state: SittingState, write: Write, said: dict[str, Any]) -> Result:
    """One forward after a decision, with its write under way."""
    visit = state.visit
    assert visit is not None
    note = Note("decided", {"task": visit.task.id, "request": write.request_id, **said})
    state = replace(state, pending=(*state.pending, write), mark=None)
    state, effects = walk.go(state, state.at + 1)
    # The write stands first: a claim must not overtake the decision before it.
    return state, (write, note, *effects)


def _context(state: SittingState, visit: Visit) -> dict[str, Any]:
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
        return _drop(state, STILL_SAVING)
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
    write = Skip(request, replace(visit.lease, task=visit.task), _context(state, visit))
    expected = replace(visit.task, rev=visit.task.rev + 1, state=State.SKIPPED, annotator=state.rules.who)
    passed = replace(visit, task=expected, lease=None, skipped=True, done=True)
    return _on(state.with_visit(passed), write, {"skipped": True})


def flag(state: SittingState, at: float) -> Result:
    """`f`: hard, look at it again. What was not seen is not hard."""
    state, why = _refused(state, "f", at)
    if why is not None:
        return _drop(state, why)
    visit = state.visit
    assert visit is not None
    on = not visit.task.flagged
    state, request = walk.request_id(state)
    write = Flag(request, visit.task.id, on, _context(state, visit))
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
        return _drop(state, STILL_SAVING)
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


# Reviewing.


def accept(state: SittingState, key: str, at: float) -> Result:
    """`a`, and `R` for the single picture in front."""
    return _verdict(state, key, at, Verdict.ACCEPT)


def fix(state: SittingState, annotation: Annotation, at: float) -> Result:
    """`e`: the reviewer's annotation, accepted."""
    return _verdict(state, "e:", at, Verdict.ACCEPT, annotation=annotation)


def reject(state: SittingState, at: float) -> Result:
    """`x`: wait for a digit, enter, a comment or escape."""
    state, waits = _begun(state, "x", at)
    return (replace(state, rejecting=True, fixing=False) if waits is None else state), waits or ()


def fixing(state: SittingState, at: float) -> Result:
    """`e`: wait for the right label."""
    state, waits = _begun(state, "e", at)
    return (replace(state, fixing=True) if waits is None else state), waits or ()


def _begun(state: SittingState, key: str, at: float) -> tuple[SittingState, tuple[Effect, ...] | None]:
    """The first key of a verdict that takes more than one: None when the next is awaited."""
    if state.rules.work != "review":
        return state, ()
    state, why = _refused(state, key, at)
    return (state, None) if why is None else _drop(state, why)


def while_rejecting(state: SittingState, event: i.Input, at: float) -> Result:
    """The keys after `x`."""
    match event:
        case i.ReasonKey(number):
            reasons = state.rules.reasons
            if not 1 <= number <= len(reasons):
                return state.say(f"There is no reason {number}; {len(reasons)} is the last.", "warn"), ()
            return _verdict(state, f"x{number}", at, Verdict.REJECT, reason=reasons[number - 1])
        case i.Confirm():
            return _verdict(state, "enter", at, Verdict.REJECT)
        case i.Comment(text):
            return _verdict(state, "x/", at, Verdict.REJECT, comment=text)
        case i.CancelKey():
            return replace(state, rejecting=False), ()
        case _:
            return state.say("A digit gives the reason, enter rejects without one, escape goes back."), ()


def _verdict(
    state: SittingState,
    key: str,
    at: float,
    verdict: Verdict,
    *,
    reason: str = "",
    comment: str = "",
    annotation: Annotation | None = None,
) -> Result:
    if state.rules.work != "review":
        return state, ()
    state = replace(state, rejecting=False, fixing=False)
    state, why = _refused(state, key, at)
    if why is not None:
        return _drop(state, why)
    visit = state.visit
    assert visit is not None
    if visit.lease is None and not visit.done:
        return state.say("One moment: this picture is being taken up again."), ()
    state, request = walk.request_id(state)
    lease = replace(visit.lease, task=visit.task) if visit.lease is not None else None
    write = Review(
        request,
        visit.task,
        lease,
        verdict,
        reason,
        comment,
        annotation,
        round(visit.seconds, 3),
        _context(state, visit),
    )
    expected = replace(
        visit.task,
        rev=visit.task.rev + 1,
        state=State.ACCEPTED if verdict is Verdict.ACCEPT else State.REJECTED,
        reviewer=state.rules.who,
        verdict=verdict,
        fixed=annotation is not None,
        reason=reason or None,
        comment=comment or None,
        annotation=annotation if annotation is not None else visit.task.annotation,
    )
    decided = replace(
        visit,
        task=expected,
        lease=None,
        annotation=expected.annotation,
        done=True,
        skipped=False,
        seconds=0.0,
    )
    return _on(state.with_visit(decided), write, {"verdict": str(verdict), "reason": reason})


# After a write that failed.


def while_failed(state: SittingState, event: i.Input, at: float) -> Result:
    """The walk stands still: try again, or give the decision up."""
    failure = state.failure
    assert failure is not None
    match event:
        case i.Confirm() if not failure.lasting:
            return _again(replace(state, held=("enter", at)))
        case i.CancelKey():
            return _given_up(state)
        case i.QuitKey() if failure.lasting:
            state, effects = _given_up(state)
            state, more = walk.leave(state)
            return state, (*effects, *more)
        case i.QuitKey():
            text = "1 decision is not saved: enter tries again, escape gives it up."
            return replace(state, quitting=False).say(text, "error"), ()
        case _:
            return state.say(failure.text, "error"), ()


def _again(state: SittingState) -> Result:
    """All that may be tried again, in its order and with the same request ids."""
    writes = tuple(failure.write for failure in state.failures if not failure.lasting)
    left = tuple(failure for failure in state.failures if failure.lasting)
    state = replace(state, failures=left, retrying=True, pending=(*state.pending, *writes))
    return state.say("Saving again."), writes


def _given_up(state: SittingState) -> Result:
    """The task as it stands without the decision that could not be saved."""
    failure = state.failure
    assert failure is not None
    state = replace(state, failures=state.failures[1:])
    number = state.index_of(failure.task_id) if failure.task_id is not None else None
    if number is None:
        return state, ()
    visit = state.walk[number]
    if failure.current is not None:
        mine = failure.current.annotator == state.rules.who
        visit = replace(
            visit,
            task=failure.current,
            annotation=failure.current.annotation,
            done=mine or state.rules.work == "review",
            lost=not mine,
        )
    else:
        write = failure.write
        before = write.lease.task if isinstance(write, Submit | Skip) else visit.task
        lease = write.lease if isinstance(write, Submit | Skip) else None
        if isinstance(write, Review):
            before, lease = write.task, write.lease
        visit = replace(visit, task=before, lease=lease, annotation=before.annotation, done=lease is None)
    state = state.with_visit(replace(visit, skipped=False), number)
    following = state.failure
    if following is not None:
        number = state.index_of(following.task_id) if following.task_id is not None else number
        state, effects = walk.go(state, number if number is not None else state.at)
        return state.say(following.text, "error"), effects
    state, effects = walk.go(state, number)
    return state.say("That decision was given up."), effects
