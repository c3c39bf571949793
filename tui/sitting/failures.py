"""What the keys do while a decision is not saved."""

from __future__ import annotations

from dataclasses import replace

from tui.sitting import inputs as i
from tui.sitting import walk
from tui.sitting.effects import Effect, Review, Skip, Submit
from tui.sitting.state import SittingState

Result = tuple[SittingState, tuple[Effect, ...]]


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
