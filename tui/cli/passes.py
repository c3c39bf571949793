"""Passes that images do not have yet: the project file asks for more people per image than when they were added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tui.model.task import Filter, NewTask, State, Task
from tui.store.base import AnnotationQueue

_BATCH = 500


class PassesThere:
    """Which passes images have. `wanted`: of the project."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self.most = 1
        self._have: dict[str, int] = {}
        self._first: dict[str, int] = {}

    def take(self, task: Task) -> None:
        """One more task of the queue."""
        self.most = max(self.most, task.pass_)
        if self._wanted > 1:
            self._have[task.path] = self._have.get(task.path, 0) | 1 << task.pass_
            self._first.setdefault(task.path, task.id)

    def missing(self, queue: AnnotationQueue) -> Iterator[list[NewTask]]:
        """The tasks that are missing, in the order in which their images came, some hundred at a time."""
        full = sum(1 << n for n in range(1, self._wanted + 1))
        lacking = (self._first[path] for path, have in self._have.items() if have & full != full)
        while ids := frozenset(islice(lacking, _BATCH)):
            firsts = list(queue.export(Filter(ids=ids), masks=False))
            yield [new for task in firsts for new in self._further(task)]

    def _further(self, task: Task) -> Sequence[NewTask]:
        """All that is known of a picture, but what somebody said of it."""
        unreadable = task.state is State.UNREADABLE
        have = self._have[task.path]
        return [
            NewTask(
                task.path,
                pass_,
                State.UNREADABLE if unreadable else State.TODO,
                (task.reason or "") if unreadable else "",
                priority=task.priority,
                score=task.score,
                width=task.width,
                height=task.height,
                sha256=task.sha256,
                metadata=task.metadata,
                predictions=task.predictions,
                size=task.size,
                modified=task.modified,
                turn=task.turn,
            )
            for pass_ in range(1, self._wanted + 1)
            if not have & 1 << pass_
        ]
