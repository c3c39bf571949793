"""The desk: a sitting's state, and who carries out what it asks for. No widgets, no files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from tui.model.task import Task
from tui.sitting import effects
from tui.sitting.effects import Effect, Result, StoreEffect
from tui.sitting.inputs import Input

S = TypeVar("S")


class QueuePort(Protocol):
    """Carries out what concerns the queue; the clerk."""

    def ask(self, effect: StoreEffect) -> None: ...


class PicturePort(Protocol):
    """Shows pictures; the canvas with the project's folder."""

    def show(self, task: Task | None, serial: int, *, keep_zoom: bool = False) -> None: ...

    def want(self, tasks: Sequence[Task]) -> None: ...

    def show_sheet(self, tasks: Sequence[Task], serial: int) -> None: ...

    def want_sheet(self, tasks: Sequence[Task]) -> None: ...


class Desk(Generic[S]):
    """`start` gives the first state for a time, `reduce` the next for an input; `note` writes to the trace; `leave` is
    called once, when everything is safe."""

    def __init__(
        self,
        start: Callable[[float], Result[S]],
        reduce: Callable[[S, Input, float], Result[S]],
        queue: QueuePort,
        pictures: PicturePort,
        note: Callable[[str, Any], None],
        leave: Callable[[], None],
    ) -> None:
        self._start, self._reduce = start, reduce
        self._queue, self._pictures, self._note, self._leave = queue, pictures, note, leave
        self._state, _ = start(0.0)

    @property
    def state(self) -> S:
        """As it is now; it changes by inputs alone."""
        return self._state

    def begin(self, at: float) -> None:
        """Ask for the first tasks."""
        self._take(self._start(at))

    def put(self, event: Input, at: float) -> None:
        """One input that arrived at `at` (monotonic seconds)."""
        self._take(self._reduce(self._state, event, at))

    def _take(self, result: Result[S]) -> None:
        """A new state, and what it asks for."""
        self._state, wishes = result
        for effect in wishes:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case effects.Show(task, serial, keep_zoom):
                self._pictures.show(task, serial, keep_zoom=keep_zoom)
            case effects.Want(tasks):
                self._pictures.want(tasks)
            case effects.ShowSheet(tasks, serial):
                self._pictures.show_sheet(tasks, serial)
            case effects.WantSheet(tasks):
                self._pictures.want_sheet(tasks)
            case effects.Note(name, members):
                self._note(name, members)
            case effects.Quit():
                self._leave()
            case _:
                self._queue.ask(effect)
