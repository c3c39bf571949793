"""Going to any picture of the project."""

from __future__ import annotations

from dataclasses import replace

from tui.model.annotation import Annotation
from tui.model.task import Lease, State, Task, Work
from tui.sitting import walk
from tui.sitting.effects import Effect, Find, Open, Release
from tui.sitting.seeking import Found, Opened, PictureSearch
from tui.sitting.walk_state import GONE, Decided, Lost, Standing, Undecided, Visit, WalkResult, WalkState


def sought(state: WalkState, text: str) -> WalkResult:
    """What is looked for. One question at a time: who answers it has decisions to write as well."""
    text = text.strip()
    if not text:
        return replace(state, search=PictureSearch(asked=state.search.asked)), ()
    return _ask(replace(state, search=replace(state.search, text=text)))


def _ask(state: WalkState) -> WalkResult:
    search = state.search
    if search.asked is not None or not search.text or search.text == search.of:
        return state, ()
    return replace(state, search=replace(search, asked=search.text)), (Find(search.text),)


def found(state: WalkState, answer: Found) -> WalkResult:
    """What there is; where more was typed meanwhile, that is looked for now."""
    if not state.search.text:
        return replace(state, search=PictureSearch()), ()
    return _ask(
        replace(
            state, search=PictureSearch(state.search.text, None, answer.text, answer.tasks, answer.message)
        )
    )


def go_to(state: WalkState, task_id: int) -> WalkResult:
    """To a picture of the walk, one claimed ahead, or another one that is asked for."""
    number = state.index_of(task_id)
    if number is not None:
        return walk.go(state, number)
    lease = next((lease for lease in state.sitting.ahead if lease.task.id == task_id), None)
    return (state, (Open(task_id),)) if lease is None else _from_ahead(state, lease)


def _from_ahead(state: WalkState, lease: Lease) -> WalkResult:
    ahead = tuple(other for other in state.sitting.ahead if other is not lease)
    state = replace(state, sitting=replace(state.sitting, ahead=ahead))
    return _put_in_front(state, walk.visit_of(lease, state))


def opened(state: WalkState, answer: Opened) -> WalkResult:
    """The picture stands in front, behind the one that was: `p` goes back to that."""
    task, lease = answer.task, answer.lease
    if task is None:
        return state.say(answer.message, "warn"), ()
    if state.sitting.leaving or state.failure is not None or state.index_of(task.id) is not None:
        return _not_needed(state, task, lease)
    standing = _standing(state, answer, task)
    state, effects = _put_in_front(state, _visit_of(state, answer, task, standing))
    return state.say(f"{standing.why}.", "warn") if isinstance(standing, Lost) else state, effects


def _visit_of(state: WalkState, answer: Opened, task: Task, standing: Standing) -> Visit:
    """An annotator does not see what others said: they are to look for themselves."""
    if answer.draft is not None:
        return Visit(task, standing, answer.draft)
    hidden = isinstance(standing, Lost) and not state.reviews
    return Visit(task, standing, Annotation() if hidden else task.annotation)


def _not_needed(state: WalkState, task: Task, lease: Lease | None) -> WalkResult:
    """The sitting ends, or the picture came into the walk by another way meanwhile."""
    released: tuple[Effect, ...] = (Release((lease,)),) if lease is not None else ()
    number = state.index_of(task.id)
    if number is None or state.sitting.leaving or state.failure is not None:
        return state, released
    state, effects = walk.go(state, number)
    return state, (*released, *effects)


def _put_in_front(state: WalkState, visit: Visit) -> WalkResult:
    number = min(state.at + 1, len(state.walk))
    state = replace(state, walk=(*state.walk[:number], visit, *state.walk[number:]))
    passed = tuple(p for p in state.passed if p != visit.task.id)
    return walk.go(replace(state, passed=passed), number)


def may_be_open(task: Task, work: Work) -> bool:
    """Whether a decision of this person may be missing, so that a lease is to be had; their own earlier answer is changed
    without one."""
    if work == "review":
        return task.state is State.LABELLED
    return task.state in (State.TODO, State.SKIPPED, State.REJECTED)


def _standing(state: WalkState, answer: Opened, task: Task) -> Standing:
    if answer.lease is not None:
        return Undecided(answer.lease)
    who = state.rules.who
    if task.state is State.REMOVED:
        return Lost(GONE)
    if not may_be_open(task, state.rules.work) and who == (
        task.reviewer if state.reviews else task.annotator
    ):
        return Decided()
    return Lost(_why_not(state, task, who))


def _why_not(state: WalkState, task: Task, who: str) -> str:
    """Why this person cannot decide on it; no names, which a reviewer may not be told."""
    if state.reviews and task.annotator == who:
        return "This is your own work, which others review"
    if may_be_open(task, state.rules.work):
        return Lost().why
    if state.reviews:
        return "Somebody else reviewed this picture" if task.verdict else "Nobody labelled this picture yet"
    return "Somebody else labelled this picture" if task.annotator else "This picture cannot be labelled"
