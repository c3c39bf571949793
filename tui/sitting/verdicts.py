"""What the reviewing keys do: accept, reject with a reason, fix."""

from __future__ import annotations

from dataclasses import replace

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import State
from tui.sitting import decide, walk
from tui.sitting import inputs as i
from tui.sitting.effects import Effect, Review
from tui.sitting.state import SittingState, Visit

Result = tuple[SittingState, tuple[Effect, ...]]


def accept(state: SittingState, at: float) -> Result:
    """`a`."""
    visit = state.visit
    if visit is not None and visit.wrong and not visit.done:
        count = len(visit.wrong)
        marked = "1 shape is" if count == 1 else f"{count} shapes are"
        return state.say(f"{marked} marked wrong: R sends the picture back, x takes a mark off.", "warn"), ()
    return _verdict(state, "a", at, Verdict.ACCEPT)


def accept_shown(state: SittingState, at: float) -> Result:
    """`R`: the picture in front is accepted; with shapes that are marked it is rejected for these."""
    visit = state.visit
    if visit is None or not visit.wrong or visit.done:
        return _verdict(state, "R", at, Verdict.ACCEPT)
    reason = next((why for why in visit.wrong.values() if why in state.rules.reasons), "")
    return _verdict(state, "R", at, Verdict.REJECT, reason=reason, comment=_told(visit))


def _told(visit: Visit) -> str:
    """The marked shapes in words, for whoever reads the verdict elsewhere."""
    labels = {str(shape.get("id")): shape.get("label") or "" for shape in visit.annotation.shapes}
    parts = []
    for shape, why in visit.wrong.items():
        name = f"shape {shape} ({labels[shape]})" if labels.get(shape) else f"shape {shape}"
        parts.append(f"{name}: {why}" if why else name)
    return "; ".join(parts)


def mark(state: SittingState, shape: str, at: float) -> Result:
    """`x` on a shape: wait for the reason; on one that is marked: it is right after all."""
    visit = state.visit
    if visit is not None and shape in visit.wrong:
        rest = {other: why for other, why in visit.wrong.items() if other != shape}
        return state.with_visit(replace(visit, wrong=rest)).say(f"Shape {shape} is right after all."), ()
    state, waits = _begun(state, f"x{shape}", at)
    return (replace(state, rejecting=True, marking=shape) if waits is None else state), waits or ()


def _marked(state: SittingState, why: str) -> Result:
    visit, shape = state.visit, state.marking
    assert visit is not None
    state = replace(state, rejecting=False, marking="")
    state = state.with_visit(replace(visit, wrong={**visit.wrong, shape: why}))
    return state.say(f"Shape {shape} is marked wrong; R sends the picture back with it."), ()


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
            return _reasoned(state, f"x{number}", at, reason=reasons[number - 1])
        case i.Confirm():
            return _reasoned(state, "enter", at)
        case i.Comment(text):
            return _reasoned(state, "x/", at, comment=text)
        case i.CancelKey():
            return replace(state, rejecting=False, marking=""), ()
        case _:
            return state.say("A digit gives the reason, enter rejects without one, escape goes back."), ()


def _reasoned(state: SittingState, key: str, at: float, reason: str = "", comment: str = "") -> Result:
    """Why a shape, or the whole picture, is wrong."""
    if state.marking:
        return _marked(state, reason or comment)
    return _verdict(state, key, at, Verdict.REJECT, reason=reason, comment=comment)


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
    state = replace(state, rejecting=False, marking="", fixing=False)
    state, why = decide.refused(state, key, at)
    if why is not None:
        return decide.dropped(state, why)
    visit = state.visit
    assert visit is not None
    if visit.lease is None and not visit.done:
        return state.say("One moment: this picture is being taken up again."), ()
    wrong = visit.wrong if verdict is Verdict.REJECT else {}
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
        {**decide.context_of(state, visit), **({"shapes": dict(wrong)} if wrong else {})},
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
        wrong=wrong,
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
