"""What the keys do while a decision is not saved."""

from __future__ import annotations

from dataclasses import replace

from tui.model.task import State
from tui.sitting import inputs as i
from tui.sitting import sentences, walk
from tui.sitting.effects import Effect, Release, Skip
from tui.sitting.state import Leaving
from tui.sitting.under_way import given_up, held, lease_of, let_go
from tui.sitting.walk_state import Failure, WalkResult, WalkState
from tui.text import counted


def while_failed(state: WalkState, failure: Failure, incoming: i.WorkKey, at: float) -> WalkResult:
    """The walk stands still: try again, or give the decision up."""
    match incoming:
        case i.Confirm() if not failure.lasting:
            sitting, _ = state.sitting.press("enter", at)
            return _again(replace(state, sitting=sitting))
        case i.CancelKey():
            return _given_up(state, failure)
        case i.QuitKey(then) if failure.lasting:
            return _quit(*_given_up(state, failure), then)
        case i.QuitKey():
            return replace(state, sitting=state.sitting.staying()).say(_unsaved(state), "error"), ()
        case _:
            return state.say(failure.text, "error"), ()


def _quit(state: WalkState, effects: tuple[Effect, ...], then: i.Then) -> WalkResult:
    """Leave after a decision was given up; others that are not saved must be tried again or given up before."""
    following = state.failure
    if following is not None:
        text = f"{_count(state)} not saved. {following.text}"
        return state.say(text, "error"), effects
    state, more = walk.leave(state.in_mode(Leaving(then)))
    return state, (*effects, *more)


def _unsaved(state: WalkState) -> str:
    """Why it cannot end yet, and what can be done."""
    this = "it" if len(state.failures) == 1 else "this one"
    return f"{_count(state)} not saved: {sentences.confirm_key(reviews=state.reviews)} tries again, {{app.cancel}} gives {this} up."


def _count(state: WalkState) -> str:
    n = len(state.failures)
    return counted(n, "decision is", "decisions are")


def _again(state: WalkState) -> WalkResult:
    """All that may be tried again, in its order and with the same request ids."""
    writes = tuple(failure.write for failure in state.failures if not failure.lasting)
    left = tuple(failure for failure in state.failures if failure.lasting)
    sitting = state.sitting.with_pending(*writes).say("Saving again.")
    return replace(state, sitting=sitting, failures=left, retrying=True), writes


def _given_up(state: WalkState, failure: Failure) -> WalkResult:
    """The task as it stands without the decision that could not be saved; its lease goes back, unless the task can be
    decided again."""
    state = replace(state, failures=state.failures[1:])
    number = state.index_of(failure.task_id) if failure.task_id is not None else None
    if number is None:
        return state, _released(failure)
    task_id = state.walk[number].task.id
    leases = (*held(state, task_id), lease_of(failure.write))
    state = given_up(state, failure, number)
    if isinstance(failure.write, Skip):
        state = replace(state, passed=tuple(p for p in state.passed if p != failure.task_id))
    released = let_go(state, task_id, leases)
    gone = failure.current is not None and failure.current.state is State.REMOVED
    state, effects = _onward(state, number + gone, sentences.name_of(state.walk[number].task))
    return state, (*released, *effects)


def _released(failure: Failure) -> tuple[Effect, ...]:
    """The lease that the decision came with is given back: nobody is served its task else, until it runs out."""
    lease = lease_of(failure.write)
    return (Release((lease,)),) if lease is not None else ()


def _onward(state: WalkState, number: int, name: str) -> WalkResult:
    """To the next decision that is not saved, which is told, or else to the task at `number`. `name`: of the picture whose
    decision was given up."""
    following = state.failure
    if following is None:
        state, effects = walk.go(state, number)
        return state.say(f"{name}: that decision was given up."), effects
    there = state.index_of(following.task_id) if following.task_id is not None else number
    state, effects = walk.go(state, there if there is not None else state.at)
    return state.say(following.text, "error"), effects
