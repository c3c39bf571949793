"""Decoding and encoding off the event loop: two threads, the most wanted first, what is passed dropped."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

V = TypeVar("V")
Post = Callable[[Callable[[], None]], None]
"""Hands a call to the thread that owns the studio (an event loop)."""


@dataclass(slots=True)
class _Task:
    key: Hashable
    rank: float
    heavy: bool
    work: Callable[[], Any]
    done: Callable[[Any], None]
    dropped: bool = False


class Studio:
    """`ask` for work by a key; its result comes back through `post`, unless the key was dropped meanwhile.

    Of `heavy` work one piece is under way at a time, so that a picture just asked for finds a free thread.
    """

    def __init__(self, post: Post, threads: int = 2) -> None:
        self._post = post
        self._turn = threading.Condition()
        self._waiting: list[_Task] = []
        self._running: dict[Hashable, _Task] = {}
        self._heavy = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"studio-{n}", daemon=True) for n in range(threads)
        ]
        self._started = False

    def ask(
        self,
        key: Hashable,
        rank: float,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        heavy: bool = False,
    ) -> None:
        """`work` runs in a thread and must not raise; `done` gets its result. Asked twice, done once."""
        with self._turn:
            if self._closed or key in self._running or any(task.key == key for task in self._waiting):
                return
            self._waiting.append(_Task(key, rank, heavy, work, done))
            self._waiting.sort(key=lambda task: task.rank)
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()
            self._turn.notify_all()

    def asked(self, key: Hashable) -> bool:
        with self._turn:
            return key in self._running or any(task.key == key for task in self._waiting)

    @property
    def busy(self) -> bool:
        with self._turn:
            return bool(self._running or self._waiting)

    def keep(self, rank: Callable[[Hashable], float | None]) -> None:
        """New ranks for what waits; None drops it, also the result of what is under way."""
        with self._turn:
            kept = []
            for task in self._waiting:
                place = rank(task.key)
                if place is not None:
                    task.rank = place
                    kept.append(task)
            self._waiting = sorted(kept, key=lambda task: task.rank)
            for key, task in self._running.items():
                task.dropped = rank(key) is None
            self._turn.notify_all()

    def close(self) -> None:
        with self._turn:
            self._closed = True
            self._waiting.clear()
            self._turn.notify_all()

    def _run(self) -> None:
        while (task := self._take()) is not None:
            result = task.work()
            with self._turn:
                del self._running[task.key]
                self._heavy -= task.heavy
                closed = self._closed
                self._turn.notify_all()
            if not closed:
                self._post(lambda task=task, result=result: None if task.dropped else task.done(result))  # type: ignore[misc]

    def _take(self) -> _Task | None:
        with self._turn:
            while not self._closed:
                for n, task in enumerate(self._waiting):
                    if not (task.heavy and self._heavy):
                        del self._waiting[n]
                        self._running[task.key] = task
                        self._heavy += task.heavy
                        return task
                self._turn.wait()
            return None


@dataclass(slots=True)
class Shelf(Generic[V]):
    """Values up to a sum of sizes; what was used longest ago goes first. Thread-safe."""

    cap: int
    size: Callable[[V], int]
    _items: OrderedDict[Hashable, V] = field(default_factory=OrderedDict)
    _sum: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> V | None:
        with self._turn:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key]

    def put(self, key: Hashable, value: V) -> None:
        with self._turn:
            if key in self._items:
                self._sum -= self.size(self._items.pop(key))
            self._items[key] = value
            self._sum += self.size(value)
            while self._sum > self.cap and len(self._items) > 1:
                _, old = self._items.popitem(last=False)
                self._sum -= self.size(old)
