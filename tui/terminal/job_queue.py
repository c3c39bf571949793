"""What waits for a channel's line: jobs by their keys and in the order of their priorities."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
"""What jobs are told apart by: one that waits gives way to a later one of the same key."""


class Priority(IntEnum):
    """Lower goes first; pictures have `PICTURE` plus their rank."""

    URGENT = 0
    OVERLAY = 1
    PICTURE = 10


@dataclass(frozen=True, slots=True)
class Job(Generic[Key]):
    """Something to send. `parts` are written one after another with nothing else of graphics between them; a job
    of several parts can be broken off with `abort`. `exact`: its fence has a number of its own, so that no other
    answer can be taken for it. `spare`: what a key brings does not wait for it, even where it is soon over. `holds`: where
    it is urgent, no picture follows for a moment, so that it does not come with the last byte of one."""

    key: Key
    priority: int
    parts: tuple[str, ...]
    kind: str = "picture"
    abort: str = ""
    exact: bool = False
    spare: bool = False
    holds: bool = True

    def ranked(self, place: int) -> Job[Key]:
        """The same picture at this place among all pictures."""
        priority = Priority.PICTURE + place
        return self if self.priority == priority else replace(self, priority=priority)


class JobQueue(Generic[Key]):
    """An exact picture on a large screen has some hundred jobs, each of which is asked for by its key more than once: what
    is done to one of them takes no longer the more there are. Each has a number, and of one priority the lowest goes
    first."""

    def __init__(self) -> None:
        self._order: list[tuple[int, int]] = []
        self._jobs: dict[int, Job[Key]] = {}
        self._numbers: dict[Key, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Job[Key]]:
        """In the order in which they go."""
        return (self._jobs[number] for _, number in self._order)

    def __contains__(self, key: Key) -> bool:
        return key in self._numbers

    @property
    def keys(self) -> set[Key]:
        """Of all jobs."""
        # Of a dictionary, of which no key is hashed again.
        return set(self._numbers)

    @property
    def urgent(self) -> Job[Key] | None:
        """The first, where that is no picture."""
        if not self._order or self._order[0][0] >= Priority.PICTURE:
            return None
        return self._jobs[self._order[0][1]]

    def put(self, job: Job[Key]) -> None:
        """Behind all of its priority, and in the place of a job of the same key."""
        self.take(job.key)
        number, self._next = self._next, self._next + 1
        insort(self._order, (job.priority, number))
        self._jobs[number] = job
        self._numbers[job.key] = number

    def take(self, key: Key) -> None:
        """Without the job of this key, if there is one."""
        number = self._numbers.pop(key, None)
        if number is not None:
            priority = self._jobs.pop(number).priority
            del self._order[bisect_left(self._order, (priority, number))]

    def change(self, changed: Callable[[Job[Key]], Job[Key] | None]) -> None:
        """Each job becomes another one of its key, or None: it goes."""
        for number, job in list(self._jobs.items()):
            now = changed(job)
            if now is None:
                del self._jobs[number], self._numbers[job.key]
            else:
                self._jobs[number] = now
        self._order = sorted((job.priority, number) for number, job in self._jobs.items())

    def clear(self) -> None:
        """Nothing waits any more."""
        self._order.clear()
        self._jobs.clear()
        self._numbers.clear()
