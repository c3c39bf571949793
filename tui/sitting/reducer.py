"""What all kinds of work do with an input: nothing once it is over, else what its sort asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar, assert_never

from tui.sitting import inputs as i
from tui.sitting.effects import Adjust, Fit, Result
from tui.sitting.reread_project import AS_READ, told_of_change
from tui.sitting.seeking import Sought
from tui.sitting.work_state import WorkState

W = TypeVar("W", bound=WorkState)


@dataclass(frozen=True, slots=True)
class AnswerTable(Generic[W]):
    """One function for each answer of the queue to who has leases and writes; `lookup` for what was only asked."""

    saved: Callable[[W, i.Saved, float], Result[W]]
    failed: Callable[[W, i.Failed], Result[W]]
    taken_back: Callable[[W, i.TakenBack], Result[W]]
    claimed: Callable[[W, i.Claimed], Result[W]]
    taken: Callable[[W, i.Taken], Result[W]]
    take_failed: Callable[[W, i.TakeFailed], Result[W]]
    renewed: Callable[[W, i.Renewed], Result[W]]
    more: Callable[[W, i.MoreTasks], Result[W]]
    lookup: Callable[[W, i.LookupAnswer], Result[W]]
    draft: Callable[[W, i.DraftAnswer], Result[W]]

    def take(self, state: W, answer: i.QueueAnswer, at: float) -> Result[W]:
        """Take in what the queue answered at `at` (monotonic seconds)."""
        if isinstance(answer, i.LookupAnswer):
            return self.lookup(state, answer)
        if isinstance(answer, i.LeaseAnswer):
            return self._lease(state, answer)
        if isinstance(answer, i.DraftAnswer):
            return self.draft(state, answer)
        match answer:
            case i.Saved():
                return self.saved(_counting(state, answer), answer, at)
            case i.Failed():
                return self.failed(state, answer)
            case i.TakenBack():
                return self.taken_back(_counting(state, answer), answer)
            case _:
                assert_never(answer)

    def _lease(self, state: W, answer: i.LeaseAnswer) -> Result[W]:
        match answer:
            case i.Claimed():
                state, effects = self.claimed(state, answer)
                return (_told_of_another(state) if answer.elsewhere else state), effects
            case i.Taken():
                return self.taken(state, answer)
            case i.TakeFailed():
                return self.take_failed(state, answer)
            case i.Renewed():
                return self.renewed(state, answer)
            case i.MoreTasks():
                return self.more(state, answer)
            case _:
                assert_never(answer)


def _counting(state: W, answer: i.Saved | i.TakenBack) -> W:
    return replace(state, sitting=state.sitting.counting(answer))


def _told_of_another(state: W) -> W:
    """A second sitting under the same name is said once."""
    sitting = state.sitting
    if sitting.elsewhere or sitting.leaving:
        return state
    text = f"{sitting.rules.who} is at work in another terminal too: undo takes back the latest of either."
    return replace(state, sitting=replace(sitting, elsewhere=True).say(text, "warn"))


@dataclass(frozen=True, slots=True)
class Reducer(Generic[W]):
    """One function for each sort of input; all are given the state and the time (monotonic seconds). `touched`: after
    any key; `key` then gets what came of it. `idle`: why a key did nothing, in a sentence."""

    touched: Callable[[W, float], W]
    idle: Callable[[W, i.WorkKey], str]
    key: Callable[[W, i.WorkKey, float], Result[W]]
    canvas: Callable[[W, i.CanvasInput, float], Result[W]]
    answer: Callable[[W, i.QueueAnswer, float], Result[W]]
    tick: Callable[[W, float], Result[W]]

    def step(self, state: W, incoming: i.Input, at: float) -> Result[W]:
        """Take in one input that arrived at `at`. An editor's are not for this."""
        if state.sitting.over or isinstance(incoming, i.EditorInput):
            return state, ()
        if isinstance(incoming, i.WorkKey):
            state, effects = self._key(self.touched(state, at), incoming, at)
            return (state if isinstance(incoming, i.Touch | Sought) else told_of_change(state)), effects
        if isinstance(incoming, i.CanvasInput):
            return self.canvas(state, incoming, at)
        if isinstance(incoming, i.QueueAnswer):
            return self.answer(state, incoming, at)
        match incoming:
            case i.ThreadFailed(message):
                return state.say(message, "error"), ()
            case i.ProjectChanged(file):
                return replace(state, sitting=replace(state.sitting, changed=file)), ()
            case i.NotReread(problem):
                return (state.say(problem, "error") if problem else state.say(AS_READ)), ()
            case i.SetView(view):
                sitting = replace(state.sitting, view=view)
                return replace(state, sitting=sitting), (Adjust(view.adjustment),)
            case i.Tick():
                return self.tick(state, at)
            case _:
                assert_never(incoming)

    def _key(self, state: W, incoming: i.WorkKey, at: float) -> Result[W]:
        """No key is without an answer: one that does nothing says why."""
        found, effects = self.key(state, incoming, at)
        if effects or isinstance(incoming, i.Touch) or found.sitting.message is not None:
            return found, effects
        held = replace(found.sitting, held=state.sitting.held, traced=state.sitting.traced)
        if replace(found, sitting=held) != state:
            return found, ()
        if isinstance(incoming, i.CancelKey) and incoming.zoomed:
            return found, (Fit(),)
        return found.say(self.idle(found, incoming)), ()
