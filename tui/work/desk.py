"""The desk: a sitting's state, and who carries out what it asks for. No widgets, no files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from tui.sitting.effects import Effect, Note, Result, ScreenEffect, StoreEffect
from tui.sitting.inputs import Input

S = TypeVar("S")


class QueuePort(Protocol):
    """Carries out what concerns the queue; the clerk."""

    def ask(self, effect: StoreEffect) -> None:
        """One after another, in this order; the answer comes as an input."""
        ...


class ScreenPort(Protocol):
    """Carries out what concerns the screen."""

    def carry_out(self, effect: ScreenEffect) -> None:
        """At once; what is answered comes as an input."""
        ...


class Desk(Generic[S]):
    """`start` gives the first state for a time, `reduce` the next for an input; `note` writes to the trace."""

    def __init__(
        self,
        start: Callable[[float], Result[S]],
        reduce: Callable[[S, Input, float], Result[S]],
        queue: QueuePort,
        screen: ScreenPort,
        note: Callable[[str, Any], None],
    ) -> None:
        self._start, self._reduce = start, reduce
        self._queue, self._screen, self._note = queue, screen, note
        self._state, _ = start(0.0)
        self._early: list[tuple[Input, float]] | None = []
        """What came before it began, with the times; None since then."""

    @property
    def state(self) -> S:
        """As it is now; it changes by inputs alone."""
        return self._state

    def begin(self, at: float) -> None:
        """Ask for the first tasks at `at` (monotonic seconds). What was put before comes after that."""
        early, self._early = self._early or [], None
        self._take(self._start(at))
        for incoming, when in early:
            self.put(incoming, when)

    def put(self, incoming: Input, at: float) -> None:
        """One input that arrived at `at` (monotonic seconds)."""
        if self._early is not None:
            self._early.append((incoming, at))
        else:
            self._take(self._reduce(self._state, incoming, at))

    def _take(self, result: Result[S]) -> None:
        self._state, effects = result
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Note):
            self._note(effect.name, effect.members)
        elif isinstance(effect, StoreEffect):
            self._queue.ask(effect)
        else:
            self._screen.carry_out(effect)
