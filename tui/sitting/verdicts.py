"""What the reviewing keys do: accept, reject with a reason, fix."""

from __future__ import annotations

from dataclasses import replace

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import State
from tui.sitting import decide, walk
from tui.sitting import inputs as i
from tui.sitting.effects import Effect, Review
from tui.sitting.state import SittingState

Result = tuple[SittingState, tuple[Effect, ...]]


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
    state, why = decide.refused(state, key, at)
    return (state, None) if why is None else decide.dropped(state, why)


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
    state, why = decide.refused(state, key, at)
    if why is not None:
        return decide.dropped(state, why)
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
        decide.context_of(state, visit),
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
    return decide.onward(state.with_visit(decided), write, {"verdict": str(verdict), "reason": reason})
