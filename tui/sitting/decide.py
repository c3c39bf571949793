"""What the deciding keys do. A decision counts only for a picture that was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from tui.model.annotation import Annotation
from tui.model.project import project_kind
from tui.model.task import Lease, State
from tui.sitting import inputs as i
from tui.sitting import sentences, walk
from tui.sitting.effects import (
    DecisionWrite,
    Effect,
    Note,
    Redo,
    Release,
    Revise,
    Skip,
    Submit,
    Undo,
    held_key,
)
from tui.sitting.gone_labels import taken_off, without_gone_labels
from tui.sitting.state import Confirming, Looking
from tui.sitting.under_way import begun
from tui.sitting.walk_state import MAX_PENDING, Lost, Undecided, Visit, WalkResult, WalkState

DRAFT_SECONDS = 1.0
"""A draft is written at most this often."""
STILL_SAVING = f"{MAX_PENDING} decisions are still being saved; press again in a moment."
TAKING_BACK = "One moment: the last decision is being taken back."
NOT_SEEN = "Not yet: the picture was not shown when the key was pressed."


def refused(
    state: WalkState, key: str, at: float, *, others_too: bool = False
) -> tuple[WalkState, str | None]:
    """Why a decision may not be taken now; '' for a held key. `others_too`: what somebody else decided does not matter."""
    sitting, repeats = state.sitting.press(key, at)
    state = replace(state, sitting=sitting)
    if repeats:
        return state, ""
    if state.visit is None:
        return state, sentences.NO_PICTURE if sitting.ended else NOT_SEEN
    visit = replace(state.visit, standing=Undecided()) if others_too else state.visit
    return state, unfit(state, visit) or _too_busy(state)


def unfit(state: WalkState, visit: Visit) -> str | None:
    """Why nothing can be decided about the picture in front."""
    if visit.damage is not None:
        return sentences.damaged(visit.damage)
    if not state.sitting.seen:
        return NOT_SEEN
    return f"{visit.standing.why}; {{work.next}} goes on." if isinstance(visit.standing, Lost) else None


def settled(state: WalkState, visit: Visit | None) -> str | None:
    """Why its annotator cannot change what was decided on the picture in front."""
    if visit is None or state.reviews or not visit.done or visit.task.state is not State.ACCEPTED:
        return None
    return "A reviewer accepted this: it can be changed once they send it back, or 'termlabel reopen' does."


def _too_busy(state: WalkState) -> str | None:
    """Why what is under way must be waited for."""
    if state.sitting.taking_back:
        return TAKING_BACK
    return STILL_SAVING if len(state.sitting.pending) >= MAX_PENDING else None


def dropped(state: WalkState, why: str) -> WalkResult:
    """A decision was refused for this reason; '' for a held key, beside which stays what it did when it was pressed."""
    task = state.visit.task.id if state.visit else None
    if not why:
        traced = state.sitting.traced
        return state.say(sentences.held(traced), "good" if traced else "warn"), (held_key(task=task),)
    return state.refuse(why, early=why == NOT_SEEN), (Note("refused", {"task": task, "why": why}),)


def deciding(
    state: WalkState,
    key: str,
    at: float,
    then: Callable[[WalkState, Visit], WalkResult],
    *,
    others_too: bool = False,
) -> WalkResult:
    """What `then` makes of the picture in front, unless nothing may be decided about it now. `others_too` as in `refused`."""
    state, why = refused(state, key, at, others_too=others_too)
    if why is not None or state.visit is None:
        return dropped(state, why or "")
    return then(state, state.visit)


def label(state: WalkState, incoming: i.LabelKey, at: float) -> WalkResult:
    """A label's key: decides in `classify`, toggles in `tags`."""
    if state.reviews:
        return state, ()
    return deciding(state, incoming.key, at, lambda state, visit: _labelled(state, visit, incoming.label))


def _labelled(state: WalkState, visit: Visit, name: str) -> WalkResult:
    if name not in state.rules.labels:
        return state.say(sentences.no_such_label(name), "warn"), ()
    if why := settled(state, visit):
        return dropped(state, why)
    meaning = project_kind(state.rules.kind).label_key
    match meaning:
        case "decides":
            return _annotated(state, visit, Annotation((name,), visit.annotation.shapes))
        case "toggles":
            chosen = set(visit.annotation.labels) ^ {name}
            labels = tuple(each for each in state.rules.labels if each in chosen)
            if told := taken_off(visit, state.rules.labels):
                state = state.say(told, "warn")
            return state.with_visit(replace(visit, annotation=replace(visit.annotation, labels=labels))), ()
        case "names":
            return state, ()
        case _:
            assert_never(meaning)


def confirm(state: WalkState, undecided: int, at: float) -> WalkResult:
    """`enter`: it is complete, also with nothing on it. In `classify` it confirms the label that a picture already has, or
    takes what the model said. `undecided`: suggestions that are shown and open."""
    if state.reviews:
        return state, ()
    asked = state.mode if isinstance(state.mode, Confirming) else None
    state = state.in_mode(Looking())
    if asked is not None and state.sitting.repeats("enter", at):
        sitting, _ = state.sitting.press("enter", at)
        return _asking(replace(state, sitting=sitting), asked), ()
    question = None if asked else Confirming(undecided)
    return deciding(state, "enter", at, lambda state, visit: _confirmed(state, visit, at, question))


def _asking(state: WalkState, question: Confirming) -> WalkState:
    """Whether it is really done is asked: a key too many is quickly pressed."""
    return state.in_mode(question).say(question.question.text, question.question.tone)


def _confirmed(state: WalkState, visit: Visit, at: float, question: Confirming | None) -> WalkResult:
    if why := settled(state, visit):
        return dropped(state, why)
    if (refused := without_gone_labels(state, visit)) is not None:
        return refused, ()
    if not project_kind(state.rules.kind).enter_needs_answer:
        sure = state.rules.enter_confirms_nothing == "at once"
        return _filed(state, visit, at, None if sure else question)
    if visit.annotation:
        return _annotated(state, visit, visit.annotation)
    # What is hidden was not said to this person.
    predicted = visit.task.predicted if state.sitting.view.predictions else None
    if predicted is not None and predicted[0] not in state.rules.labels:
        return state.say(sentences.no_such_label(predicted[0]), "warn"), ()
    if predicted is None:
        return state.say("Choose a label; {annotate.confirm} takes the one that a picture has."), ()
    return _annotated(state, visit, Annotation((predicted[0],)))


def _is_news(visit: Visit) -> bool:
    """Whether nothing is on it, and nobody has said so yet."""
    return not (visit.annotation or (visit.done and not visit.task.annotation))


def _filed(state: WalkState, visit: Visit, at: float, question: Confirming | None) -> WalkResult:
    """The picture is done, unless that is asked first, or the key was about the one before. `question`: None: never asked."""
    if question and (question.undecided or _is_news(visit)):
        return _asking(state, question), ()
    if question and state.sitting.goes_on_filing(at):
        return state.say(sentences.STILL_THE_LAST), ()
    state = replace(state, sitting=replace(state.sitting, filed=at))
    return _annotated(state, visit, visit.annotation)


def _annotated(state: WalkState, visit: Visit, annotation: Annotation) -> WalkResult:
    """Record what the person said, and go on."""
    if visit.lease is None and not visit.done:
        return walk.taking_up(state, visit)
    sitting, request = state.sitting.with_request()
    state = replace(state, sitting=sitting)
    context = context_of(state, visit)
    task = visit.task
    write: DecisionWrite
    if visit.lease is None:
        write = Revise(request, task.id, task.rev, annotation, visit.seconds, context)
    else:
        lease = replace(visit.lease, task=task)
        write = Submit(request, lease, annotation, visit.seconds, context)
    return onward(state, write, {"labels": list(annotation.labels)})


def onward(state: WalkState, write: DecisionWrite, said: dict[str, Any]) -> WalkResult:
    """Record a decision about the picture in front, and go one forward. `said`: for the trace."""
    task = state.walk[state.at].task
    note = Note("decided", {"task": task.id, "request": write.request_id, **said})
    state = begun(state, write)
    told = sentences.trace(task, state.walk[state.at].task, state.rules.titles)
    state, effects = walk.go(state, state.at + 1)
    # The write stands first: a claim must not overtake the decision before it.
    return state.leave_trace(told), (write, note, *effects)


def context_of(state: WalkState, visit: Visit) -> dict[str, Any]:
    """What cannot be found out later."""
    return state.sitting.context(visit.lease.rank if visit.lease is not None else None, visit.seconds)


def skip(state: WalkState, at: float) -> WalkResult:
    """`space`: not served again in this sitting. On work that is decided, or cannot be, it only goes on."""
    visit = state.visit
    sitting, repeats = state.sitting.press("space", at)
    if visit is None or repeats:
        state = replace(state, sitting=sitting)
        return dropped(state, "") if repeats else (state, ())
    why = _too_busy(state)
    if why and visit.lease is not None and not state.reviews:
        return dropped(replace(state, sitting=sitting), why)
    state = replace(state, sitting=sitting, passed=(*state.passed, visit.task.id))
    if state.reviews:
        return _passed_over(state, visit)
    if visit.lease is None or visit.damage is not None:
        return _gone_on(state, sentences.gone_on(visit, state.rules.titles))
    return _skipped(state, visit, visit.lease)


def _skipped(state: WalkState, visit: Visit, lease: Lease) -> WalkResult:
    sitting, request = state.sitting.with_request()
    write = Skip(request, replace(lease, task=visit.task), context_of(state, visit))
    return onward(replace(state, sitting=sitting), write, {"skipped": True})


def _gone_on(state: WalkState, told: str) -> WalkResult:
    state, effects = walk.go(state, state.at + 1)
    return state.say(told), effects


def _passed_over(state: WalkState, visit: Visit) -> WalkResult:
    """A reviewer says nothing of this one: it is given back, and nothing is written."""
    released: tuple[Effect, ...] = (Release((visit.lease,)),) if visit.lease is not None else ()
    told = sentences.gone_on(visit, state.rules.titles)
    if visit.undecided:
        told = sentences.passed_over(visit.task) if visit.damage is None else told
        state = state.with_visit(replace(visit, standing=Undecided(passed=True)))
    state, effects = _gone_on(state, told)
    return state, (*released, *effects)


def undo(state: WalkState) -> WalkResult:
    """The answer names the picture; until then no decision is taken."""
    return _take_back(state, Undo)


def redo(state: WalkState) -> WalkResult:
    """The same the other way."""
    return _take_back(state, Redo)


def _take_back(state: WalkState, kind: type[Undo] | type[Redo]) -> WalkResult:
    if len(state.sitting.pending) >= MAX_PENDING:
        return dropped(state, STILL_SAVING)
    sitting, request = state.sitting.with_request()
    write = kind(request)
    return replace(state, sitting=sitting.with_pending(write)), (write,)


def edited(state: WalkState, annotation: Annotation, at: float) -> WalkResult:
    """A tool changed the annotation; the draft is written at most once a second."""
    visit = state.visit
    if visit is None or visit.damage is not None:
        return state, ()
    state = state.with_visit(replace(visit, annotation=annotation))
    return (state, ()) if at - state.drafted < DRAFT_SECONDS else draft(state, at)


def draft(state: WalkState, at: float) -> WalkResult:
    """Write down what was edited. Drafts are of work that is not done yet: a revision is kept in the walk until it is
    confirmed."""
    visit = state.visit
    if visit is None or visit.lease is None:
        return state, ()
    return walk.save_draft(replace(state, drafted=at), visit)
