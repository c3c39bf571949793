"""What all kinds of work do with an input: nothing once it is over, else what its sort asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar, assert_never

from tui.sitting import inputs as i
from tui.sitting.effects import Result
from tui.sitting.state import Sitting, Tone


class WorkState(Protocol):
    """The state of any kind of work."""

    @property
    def sitting(self) -> Sitting:
        """What every sitting has."""
        ...

    def say(self, text: str, tone: Tone = "hint") -> Self:
        """The same with a line for the person."""
        ...


W = TypeVar("W", bound=WorkState)


@dataclass(frozen=True, slots=True)
class Reducer(Generic[W]):
    """One function for each sort of input; all are given the state and the time (monotonic seconds)."""

    key: Callable[[W, i.WorkKey, float], Result[W]]
    canvas: Callable[[W, i.CanvasInput, float], Result[W]]
    answer: Callable[[W, i.QueueAnswer, float], Result[W]]
    tick: Callable[[W, float], Result[W]]

    def step(self, state: W, incoming: i.Input, at: float) -> Result[W]:
        """Take in one input that arrived at `at`. An editor's are not for this."""
        if state.sitting.over or isinstance(incoming, i.EditorInput):
            return state, ()
        if isinstance(incoming, i.WorkKey):
            return self.key(state, incoming, at)
        if isinstance(incoming, i.CanvasInput):
            return self.canvas(state, incoming, at)
        if isinstance(incoming, i.QueueAnswer):
            return self.answer(state, incoming, at)
        match incoming:
            case i.ThreadFailed(message):
                return state.say(message, "error"), ()
            case i.Tick():
                return self.tick(state, at)
            case _:
                assert_never(incoming)
