"""Looks, in a thread, at what others do: their progress changes the status line, at most every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from tui.sitting.inputs import MoreTasks, ProjectChanged, Totals
from tui.work.clerk import sentence_of

EVERY = 5.0
"""Seconds between two looks."""
EVERY_ADDING = 1.0
"""The same while this process itself goes on adding pictures."""
Adding = Callable[[Callable[[], bool]], None]
FileDifference = tuple[str, bytes] | None
"""A file that says something else than when it was read, and what."""


class Watcher:
    """`totals` asks the queue; `deliver` and `failed` are called from the watcher's threads, `deliver` only when
    something changed. `adding`: fills the queue meanwhile; `note` writes to the trace; `differs`: a file of the project
    that is not as it was read."""

    def __init__(
        self,
        totals: Callable[[], Totals],
        deliver: Callable[[MoreTasks | ProjectChanged], None],
        failed: Callable[[str], None],
        adding: Adding | None = None,
        note: Callable[[str, Mapping[str, Any]], None] = lambda name, members: None,
        differs: Callable[[], FileDifference] = lambda: None,
    ) -> None:
        self._totals, self._deliver, self._failed, self._adding = totals, deliver, failed, adding
        self._note, self._differs = note, differs
        self._difference: FileDifference = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last: Totals | None = None
        self.adding = adding is not None

    def start(self) -> None:
        """Begin to look, in threads of its own."""
        for work in (self._watch, *((self._add,) if self._adding else ())):
            thread = threading.Thread(target=work, name=work.__name__.strip("_"), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Waits until both have noticed."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(EVERY_ADDING if self.adding else EVERY):
            self.look()

    def look(self) -> None:
        """Tell of a change since the last look."""
        self._look_at_files()
        now = self._totals_if_known()
        if now is None:
            return
        last, self._last = self._last, now
        if now != last:
            self._deliver(MoreTasks(now))
        self._note("looked", {"done": now.done, "left": now.left})

    def _look_at_files(self) -> None:
        last, self._difference = self._difference, self._differs()
        if self._difference != last:
            self._deliver(ProjectChanged(self._difference[0] if self._difference is not None else ""))

    def _totals_if_known(self) -> Totals | None:
        """None where they cannot be counted now: the next look tells them."""
        try:
            return self._totals()
        except Exception:  # A thread that dies of it would say so over the screen.
            return None

    def _add(self) -> None:
        assert self._adding is not None
        try:
            self._adding(self._stop.is_set)
        except Exception as error:
            self._failed(f"Not all pictures were added: {sentence_of(error)}")
        self.adding = False
        if not self._stop.is_set():
            self._deliver(MoreTasks(self._totals_if_known()))
