"""One input in, the new state and the effects out."""

from __future__ import annotations

from dataclasses import replace

from tui.sitting import answers, decide, failures, verdicts, walk
from tui.sitting import inputs as i
from tui.sitting.effects import Claim, Effect
from tui.sitting.state import AHEAD, Rules, SittingState

Result = tuple[SittingState, tuple[Effect, ...]]
ALWAYS = (i.SkipKey, i.UndoKey, i.RedoKey, i.NextKey, i.PreviousKey, i.NextUndoneKey, i.QuitKey)
"""Keys that pass at any time, also in the middle of a verdict."""


def begin(rules: Rules, at: float = 0.0) -> Result:
    """A new sitting, which asks for its first tasks."""
    state = SittingState(rules, claiming=True, renewed=at)
    return state, (Claim(AHEAD + 1, opening=True),)


def step(state: SittingState, event: i.Input, at: float) -> Result:
    """Take in one input that arrived at `at` (monotonic seconds)."""
    if state.over:
        return state, ()
    if isinstance(event, i.KEYS):
        state = walk.touched(replace(state, message=None), at)
        return _key(state, event, at)
    return _answer(state, event, at)


def _key(state: SittingState, event: i.Input, at: float) -> Result:
    if isinstance(event, i.Touch):
        return state, ()
    if state.quitting and not isinstance(event, i.QuitKey | i.CancelKey | i.Confirm):
        return walk.waiting_to_quit(state), ()
    if state.failure is not None:
        return failures.while_failed(state, event, at)
    if state.rejecting and not isinstance(event, ALWAYS):
        return verdicts.while_rejecting(state, event, at)
    if isinstance(event, (i.CancelKey, *ALWAYS)):
        state = replace(state, rejecting=False, marking="", fixing=False)
    return _walk_key(state, event, at)


def _walk_key(state: SittingState, event: i.Input, at: float) -> Result:
    match event:
        case i.LabelKey():
            return decide.label(state, event, at)
        case i.Confirm():
            return decide.confirm(state, at)
        case i.SkipKey():
            return decide.skip(state, at)
        case i.UndoKey():
            return decide.undo(state)
        case i.RedoKey():
            return decide.redo(state)
        case i.FlagKey():
            return decide.flag(state, at)
        case i.NextKey():
            return walk.forward(state)
        case i.PreviousKey():
            return walk.back(state)
        case i.NextUndoneKey():
            return walk.next_undone(state)
        case i.AcceptKey():
            return verdicts.accept(state, at)
        case i.AcceptShownKey():
            return verdicts.accept_shown(state, at)
        case i.RejectKey():
            return verdicts.reject(state, at)
        case i.MarkKey(shape):
            return verdicts.mark(state, shape, at)
        case i.FixKey():
            return verdicts.fixing(state, at)
        case i.Fix(annotation):
            return verdicts.fix(state, annotation, at)
        case i.Edited(annotation):
            return decide.edited(state, annotation, at)
        case i.QuitKey():
            return walk.leave(state)
        case i.CancelKey():
            return replace(state, quitting=False), ()
        case _:
            return state, ()


def _answer(state: SittingState, event: i.Input, at: float) -> Result:
    match event:
        case i.Shown(serial):
            return walk.seen(state, serial, at)
        case i.Broken(serial, reason):
            return walk.broken(state, serial, reason)
        case i.Covered() | i.Uncovered():
            return walk.cover(state, isinstance(event, i.Covered))
        case i.Claimed():
            return answers.claimed(state, event)
        case i.Saved():
            return answers.saved(state, event, at)
        case i.Failed():
            return answers.failed(state, event)
        case i.TakenBack():
            return answers.taken_back(state, event)
        case i.EarlierWork(tasks):
            return answers.earlier(state, tasks)
        case i.Taken(task_id, lease):
            return answers.taken(state, task_id, lease)
        case i.Renewed(leases):
            return answers.renewed(state, leases)
        case i.Recalled(task_id, past):
            return answers.recalled(state, task_id, past)
        case i.MoreTasks(totals):
            return answers.more(state, totals)
        case _:
            return walk.tick(state, at)
