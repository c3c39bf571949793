"""What the reviewing keys do: accept, reject with a reason, fix."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import assert_never

from tui.model.annotation import Annotation
from tui.model.project import project_kind
from tui.model.review import Verdict
from tui.model.task import State, Task
from tui.sitting import decide, sentences, walk
from tui.sitting import inputs as i
from tui.sitting.effects import Review, SendBack
from tui.sitting.state import Fixing, Looking, Rejecting
from tui.sitting.walk_state import Visit, WalkResult, WalkState
from tui.text import counted


def key(state: WalkState, incoming: i.ReviewKey, at: float) -> WalkResult:
    """A reviewer's key while no reason is awaited."""
    match incoming:
        case i.AcceptKey():
            return accept(state, at)
        case i.AcceptShownKey():
            return accept_shown(state, at)
        case i.RejectKey():
            return reject(state, at)
        case i.MarkKey(shape):
            return mark(state, shape, at)
        case i.FixKey():
            return fixing(state, at)
        case i.Fix(annotation):
            return fix(state, annotation, at)
        case i.SendBackKey():
            return send_back(state, at)
        case i.ReasonKey() | i.Comment():
            return state, ()
        case _:
            assert_never(incoming)


def accept(state: WalkState, at: float) -> WalkResult:
    """`a`."""
    visit = state.visit
    if visit is not None and visit.wrong and visit.undecided:
        count = len(visit.wrong)
        marked = counted(count, "shape is", "shapes are")
        return state.say(
            f"{marked} marked wrong: {{review.accept-shown}} sends the picture back, {{review.reject}} takes a mark off.",
            "warn",
        ), ()
    return _verdict(state, "a", at, Verdict.ACCEPT)


def accept_shown(state: WalkState, at: float) -> WalkResult:
    """`R`: the picture in front is accepted; with shapes that are marked it is rejected for these."""
    visit = state.visit
    if visit is None or not visit.wrong or not visit.undecided:
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


def mark(state: WalkState, shape: str, at: float) -> WalkResult:
    """`x` on a shape: wait for the reason; on one that is marked: it is right after all."""
    visit = state.visit
    if visit is None or shape not in visit.wrong:
        return _waiting(state, f"x{shape}", at, Rejecting(shape))
    rest = {other: why for other, why in visit.wrong.items() if other != shape}
    return state.with_visit(replace(visit, wrong=rest)).say(
        f"{visit.name_of_shape(shape).capitalize()} is right after all."
    ), ()


def _marked(state: WalkState, shape: str, why: str) -> WalkResult:
    visit = state.walk[state.at]
    state = state.in_mode(Looking()).with_visit(replace(visit, wrong={**visit.wrong, shape: why}))
    return state.say(
        f"{visit.name_of_shape(shape).capitalize()} is marked wrong; {{review.accept-shown}} sends the picture back with it."
    ), ()


def fix(state: WalkState, annotation: Annotation, at: float) -> WalkResult:
    """`e`: the reviewer's annotation, accepted."""
    return _verdict(state, "e:", at, Verdict.ACCEPT, annotation=annotation)


def reject(state: WalkState, at: float) -> WalkResult:
    """`x`: wait for a digit, enter, a comment or escape."""
    return _waiting(state, "x", at, Rejecting())


def send_back(state: WalkState, at: float) -> WalkResult:
    """`B`: accepted work, whoever accepted it, goes back to its annotator."""
    if not state.reviews:
        return state, ()
    return decide.deciding(state, "B", at, _sent_back, others_too=True)


def _sent_back(state: WalkState, visit: Visit) -> WalkResult:
    if why := why_not_back(visit.task, state.rules.who):
        return state.say(why, "warn"), ()
    sitting, request = state.sitting.with_request()
    write = SendBack(request, visit.task, decide.context_of(state, visit))
    return decide.onward(replace(state, sitting=sitting), write, {"sent back": True})


def why_not_back(task: Task, who: str) -> str:
    """Why a picture cannot go back to its annotator; '' where it can. No names, which a reviewer may not be told."""
    if task.annotator == who:
        return "This is your own work, which others review."
    match task.state:
        case State.ACCEPTED:
            return ""
        case State.REJECTED:
            return "This picture was rejected, or sent back already: that brings it back to its annotator."
        case State.LABELLED:
            return "This picture has no verdict yet: {review.reject} rejects it, and so sends it back."
        case State.TODO | State.SKIPPED | State.UNREADABLE | State.REMOVED:
            return "Nobody labelled this picture yet, so it cannot go back."
        case _:
            assert_never(task.state)


def fixing(state: WalkState, at: float) -> WalkResult:
    """`e`: wait for what is right."""
    return _waiting(state, "e", at, Fixing(tuple(x for x in state.rules.labels if x in state.chosen)))


def while_fixing(state: WalkState, mode: Fixing, incoming: i.LabelKey | i.Confirm, at: float) -> WalkResult:
    """A label is what is right; where pictures have several it is taken in or out, and `enter` ends it. A fix of shapes
    ends by `Fix`."""
    visit, kind = state.visit, project_kind(state.rules.kind)
    if visit is None or kind.draws:
        return state, ()
    if isinstance(incoming, i.LabelKey):
        if kind.several_labels:
            return state.in_mode(Fixing(_toggled(state, mode.labels, incoming.label))), ()
        return fix(state, Annotation((incoming.label,), visit.annotation.shapes), at)
    if not kind.several_labels:
        return state, ()
    return fix(state, Annotation(mode.labels, visit.annotation.shapes), at)


def _toggled(state: WalkState, chosen: tuple[str, ...], name: str) -> tuple[str, ...]:
    """With that label or without, in the project's order."""
    now = {*chosen} ^ {name}
    return tuple(each for each in state.rules.labels if each in now)


def _waiting(state: WalkState, key: str, at: float, mode: Rejecting | Fixing) -> WalkResult:
    """After the first key of a verdict that takes more than one."""
    if not state.reviews:
        return state, ()
    return decide.deciding(state, key, at, lambda state, visit: (state.in_mode(mode), ()))


def while_rejecting(state: WalkState, mode: Rejecting, incoming: i.WorkKey, at: float) -> WalkResult:
    """The keys after `x`; those that always pass do not come here."""
    match incoming:
        case i.ReasonKey(number):
            reasons = state.rules.reasons
            if not 1 <= number <= len(reasons):
                return state.say(f"There is no reason {number}; {len(reasons)} is the last.", "warn"), ()
            return _reasoned(state, mode, f"x{number}", at, reason=reasons[number - 1])
        case i.Confirm():
            return _reasoned(state, mode, "enter", at)
        case i.Comment(text):
            return _reasoned(state, mode, "x/", at, comment=text)
        case _:
            return state.say(sentences.asks_reason("rejects")), ()


def _reasoned(
    state: WalkState, mode: Rejecting, key: str, at: float, reason: str = "", comment: str = ""
) -> WalkResult:
    """Why a shape, or the whole picture, is wrong."""
    if mode.shape is not None:
        return _marked(state, mode.shape, reason or comment)
    return _verdict(state, key, at, Verdict.REJECT, reason=reason, comment=comment)


def _verdict(
    state: WalkState,
    key: str,
    at: float,
    verdict: Verdict,
    *,
    reason: str = "",
    comment: str = "",
    annotation: Annotation | None = None,
) -> WalkResult:
    if not state.reviews:
        return state, ()
    given = partial(_judged, verdict=verdict, reason=reason, comment=comment, annotation=annotation)
    return decide.deciding(state, key, at, given)


def _judged(
    state: WalkState,
    visit: Visit,
    *,
    verdict: Verdict,
    reason: str,
    comment: str,
    annotation: Annotation | None,
) -> WalkResult:
    """Record the verdict, and go on."""
    if visit.lease is None and not visit.done:
        return walk.taking_up(state, visit)
    wrong = dict(visit.wrong) if verdict is Verdict.REJECT else {}
    sitting, request = state.sitting.with_request()
    state = replace(state, sitting=sitting)
    write = Review(
        request,
        visit.task,
        replace(visit.lease, task=visit.task) if visit.lease is not None else None,
        verdict,
        reason,
        comment,
        annotation,
        round(visit.seconds, 3),
        {**decide.context_of(state, visit), **({"shapes": wrong} if wrong else {})},
    )
    return decide.onward(state, write, {"verdict": str(verdict), "reason": reason})
