"""The looker: in a thread of its own, whether the files of pictures that are opened still are what they were. A file system
that does not answer holds up neither decisions nor the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

from tui.looking import look
from tui.model.amendment import FileSeen
from tui.model.task import ANSWERED, Filter, State, Task
from tui.sitting.seeking import FileLooked
from tui.store.base import AnnotationQueue

MOST_AGAIN = 50
"""So many pictures that could not be shown are looked at again when a sitting begins."""
_PATIENCE = 0.5
"""Seconds for which leaving waits for a look under way."""
_UNREADABLE = Filter(states=(State.UNREADABLE,))


class Looker:
    """`deliver` is called from its thread, where the picture is another one than the task says. `annotates`: whether what
    could not be shown is looked at again."""

    def __init__(
        self, queue: AnnotationQueue, who: str, deliver: Callable[[FileLooked], None], *, annotates: bool
    ) -> None:
        self._queue, self._who, self._deliver, self._annotates = queue, who, deliver, annotates
        self._asked: SimpleQueue[tuple[Task, Path, int] | None] = SimpleQueue()
        self._known: set[int] = set()
        self._learnt: list[tuple[int, FileSeen]] = []
        self._thread: threading.Thread | None = None

    def look(self, task: Task, folder: Path, max_pixels: int) -> None:
        """Look at a picture that is opened, once in a sitting; returns at once."""
        if task.id in self._known or self._queue.readonly:
            return
        self._known.add(task.id)
        self._asked.put((task, folder, max_pixels))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="looker", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """It ends with the look that is under way."""
        self._asked.put(None)
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _work(self) -> None:
        first = True
        while (asked := self._asked.get()) is not None:
            task, folder, most = asked
            # A look that failed loses nothing; a thread that dies of it would say so over the screen.
            with suppress(Exception):
                self._compare(task, folder, most)
            if first and self._annotates:
                with suppress(Exception):
                    self._look_again(folder, most)
            first = False
        with suppress(Exception):
            self._record(self._learnt)

    def _compare(self, task: Task, folder: Path, most: int) -> None:
        seen = look(task, folder, most).seen
        # What cannot be shown the canvas says, when it has tried all of it.
        if seen is None or (seen.reason and task.state not in ANSWERED):
            return
        same_picture = task.width is None or (task.width, task.height) == (seen.width, seen.height)
        if same_picture and seen.changed == task.file_changed:
            self._learn(task.id, seen)
            return
        self._record([(task.id, seen)])
        self._deliver(FileLooked(self._queue.get(task.id)))

    def _learn(self, task_id: int, seen: FileSeen) -> None:
        """What nobody waits for is written many at a time: each writing holds up decisions for a moment."""
        self._learnt.append((task_id, seen))
        if len(self._learnt) >= MOST_AGAIN:
            learnt, self._learnt = self._learnt, []
            self._record(learnt)

    def _look_again(self, folder: Path, most: int) -> None:
        found = (
            (task, look(task, folder, most)) for task in self._queue.tasks(_UNREADABLE, limit=MOST_AGAIN)
        )
        self._record([(task.id, each.seen) for task, each in found if each.seen is not None])

    def _record(self, seen: list[tuple[int, FileSeen]]) -> None:
        self._queue.amend(seen, who=self._who, stroke=uuid4().hex)
