"""The walk from picture to picture: one input in, the new state and the effects out."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from tui.model.task import MAX_AHEAD
from tui.sitting import decide, failures, going, last_page, marks, sentences, verdicts, walk
from tui.sitting import inputs as i
from tui.sitting.answers import ANSWERS
from tui.sitting.effects import Claim, Open
from tui.sitting.reducer import Reducer
from tui.sitting.seeking import GoTo, Sought
from tui.sitting.state import (
    Confirming,
    ConfirmingLeave,
    Fixing,
    Leaving,
    Looking,
    Over,
    Rejecting,
    Sitting,
    SittingRules,
    TakenOut,
)
from tui.sitting.walk_state import WalkResult, WalkState


def begin(rules: SittingRules, at: float = 0.0) -> WalkResult:
    """A new walk, which asks for its first tasks. `at`: now, in monotonic seconds."""
    state = WalkState(Sitting.of(rules, at))
    first = () if rules.at is None else (Open(rules.at),)
    return state, (*first, Claim(MAX_AHEAD + 1, opening=True))


def _key(state: WalkState, incoming: i.WorkKey, at: float) -> WalkResult:
    if isinstance(state.mode, Confirming) and not isinstance(incoming, i.Confirm):
        state = state.in_mode(Looking())
    if isinstance(incoming, i.Touch | i.SheetKey):
        return state, ()
    if isinstance(incoming, i.KeepZoomKey):
        return _zoom_kept(state), ()
    if isinstance(incoming, Sought):
        return going.sought(state, incoming.text)
    if state.sitting.leaving and not isinstance(incoming, i.QuitKey | i.CancelKey):
        return walk.waiting_to_leave(state), ()
    if state.failure is not None:
        return failures.while_failed(state, state.failure, incoming, at)
    if isinstance(incoming, i.NoKey) and not isinstance(state.mode, Rejecting):
        return state.say(sentences.no_key(incoming, state)), ()
    if isinstance(incoming, i.QuitKey):
        return _left(replace(state, early=()), incoming.then)
    if isinstance(state.mode, ConfirmingLeave):
        state = state.in_mode(Looking())
    if isinstance(incoming, i.PassingKey):
        return _passing_key(state.in_mode(Looking()), incoming, at)
    return _mode_key(state, incoming, at)


def _mode_key(state: WalkState, incoming: i.ReviewKey | i.DecidingKey | i.NoKey, at: float) -> WalkResult:
    """A key whose meaning depends on what is half done."""
    mode = state.mode
    match mode:
        case Rejecting():
            return verdicts.while_rejecting(state, mode, incoming, at)
        case Fixing() if isinstance(incoming, i.LabelKey | i.Confirm):
            return verdicts.while_fixing(state, mode, incoming, at)
        case Looking() | Fixing() | Confirming() | ConfirmingLeave() | Leaving():
            if isinstance(incoming, i.ReviewKey):
                return verdicts.key(state, incoming, at)
            return _deciding_key(state, incoming, at) if isinstance(incoming, i.DecidingKey) else (state, ())
        case TakenOut() | Over():
            return state, ()
        case _:
            assert_never(mode)


def _passing_key(state: WalkState, incoming: i.PassingKey, at: float) -> WalkResult:
    if state.awaits_next and isinstance(incoming, i.AwaitedKey):
        return walk.awaited(state, incoming, at)
    match incoming:
        case i.SkipKey():
            return decide.skip(state, at)
        case i.UndoKey():
            return decide.undo(state)
        case i.RedoKey():
            return decide.redo(state)
        case i.NextKey():
            return walk.forward(state)
        case i.PreviousKey():
            return walk.back(state)
        case i.NextUndoneKey():
            return walk.next_undone(state)
        case GoTo(task_id):
            return going.go_to(state, task_id)
        case i.QuitKey():
            return _left(replace(state, early=()), incoming.then)
        case i.CancelKey():
            return replace(state, early=()), ()
        case _:
            assert_never(incoming)


def _left(state: WalkState, then: i.Then) -> WalkResult:
    """`q`: what was changed and not saved, or taken out on a contact sheet before, would be lost, which is asked about once."""
    question = last_page.lost_by_leaving(state, then)
    if question and not isinstance(state.mode, ConfirmingLeave):
        return state.in_mode(ConfirmingLeave(question)).say(question, "warn"), ()
    return walk.leave(state.in_mode(Leaving(then)))


def _deciding_key(state: WalkState, incoming: i.DecidingKey, at: float) -> WalkResult:
    match incoming:
        case i.LabelKey():
            return decide.label(state, incoming, at)
        case i.Confirm(undecided):
            return decide.confirm(state, undecided, at)
        case i.FlagKey():
            return marks.flag(state, at)
        case i.Remark(text):
            return marks.remark(state, text, at)
        case _:
            assert_never(incoming)


def _zoom_kept(state: WalkState) -> WalkState:
    state = replace(state, keep_zoom=not state.keep_zoom)
    text = "The zoom stays from picture to picture." if state.keep_zoom else "Each picture is fitted again."
    return state.say(text, "good")


def _canvas(state: WalkState, incoming: i.CanvasInput, at: float) -> WalkResult:
    match incoming:
        case i.SeenOnScreen(serial):
            return walk.seen(state, serial, at)
        case i.Broken():
            return walk.broken(state, incoming)
        case i.Covered(covered):
            return walk.cover(state, covered)
        case i.Resized():
            return state, ()
        case _:
            assert_never(incoming)


_REDUCER = Reducer(walk.touched, sentences.idle, _key, _canvas, ANSWERS.take, walk.tick)


def step(state: WalkState, incoming: i.Input, at: float) -> WalkResult:
    """Take in one input that arrived at `at` (monotonic seconds). Keys that came while the next picture was awaited count
    once it is in front."""
    state, effects = _REDUCER.step(state, incoming, at)
    while state.early and not state.awaits_next:
        state, (key, when) = walk.next_early(state)
        state, more = _passing_key(state, key, when)
        effects = (*effects, *more)
    return state, effects
