"""The desk: a sitting's state, and who carries out what it asks for. No widgets, no files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tui.model.task import Task
from tui.sitting import begin, effects, step
from tui.sitting.effects import Effect, StoreEffect
from tui.sitting.inputs import Input
from tui.sitting.state import Rules


class Carrier(Protocol):
    """Carries out what concerns the queue; the clerk."""

    def ask(self, effect: StoreEffect) -> None: ...


class Easel(Protocol):
    """Shows pictures; the canvas with the project's folder."""

    def show(self, task: Task | None, serial: int) -> None: ...

    def want(self, tasks: Sequence[Task]) -> None: ...


class Desk:
    """`note` writes to the trace; `leave` is called once, when everything is safe."""

    def __init__(
        self,
        rules: Rules,
        carrier: Carrier,
        easel: Easel,
        note: Callable[[str, Any], None],
        leave: Callable[[], None],
    ) -> None:
        self._carrier, self._easel, self._note, self._leave = carrier, easel, note, leave
        self._rules = rules
        self.state, _ = begin(rules)

    def begin(self, at: float) -> None:
        """Ask for the first tasks."""
        self.state, wishes = begin(self._rules, at)
        self._carry_out(wishes)

    def put(self, event: Input, at: float) -> None:
        """One input that arrived at `at` (monotonic seconds)."""
        self.state, wishes = step(self.state, event, at)
        self._carry_out(wishes)

    def _carry_out(self, wishes: tuple[Effect, ...]) -> None:
        for effect in wishes:
            match effect:
                case effects.Show(task, serial):
                    self._easel.show(task, serial)
                case effects.Want(tasks):
                    self._easel.want(tasks)
                case effects.Note(name, members):
                    self._note(name, members)
                case effects.Quit():
                    self._leave()
                case effects.ShowSheet() | effects.WantSheet():
                    pass
                case _:
                    self._carrier.ask(effect)
