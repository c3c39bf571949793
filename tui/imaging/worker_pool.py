"""Decoding and encoding off the event loop: two threads, the most wanted first, what is passed dropped."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

V = TypeVar("V")
Post = Callable[[Callable[[], None]], None]
"""Hands a call to the thread that owns the worker pool (an event loop)."""
Check = Callable[[], None]
"""To be called between the steps of a piece of work: raises `Dropped` when nobody wants it any more."""


STOP_SECONDS = 5.0
"""How long the end of the app waits for a picture that is being decoded or encoded."""


class Dropped(Exception):
    """A piece of work is given up half-way."""


def unchecked() -> None:
    """The check of work that is done in any case."""


@dataclass(slots=True, eq=False)
class _Task:
    key: Hashable
    rank: float
    aside: bool
    work: Callable[[Check], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], Any]
    dropped: bool = False

    def check(self) -> None:
        if self.dropped:
            raise Dropped


class WorkerPool:
    """`ask` for work by a key; its result comes back through `post`, unless the key was dropped meanwhile.

    Of what may stand `aside` one piece is under way at a time, so that a picture just asked for finds a free thread.
    """

    def __init__(self, post: Post, threads: int = 2) -> None:
        self._post = post
        self._turn = threading.Condition()
        self._waiting: list[_Task] = []
        self._running: dict[Hashable, _Task] = {}
        # Done, but whoever asked has not got the result yet.
        self._untold: list[_Task] = []
        self._aside = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"worker-{n}", daemon=True) for n in range(threads)
        ]
        self._started = False

    def ask(
        self,
        key: Hashable,
        rank: float,
        work: Callable[[Check], V],
        done: Callable[[V], None],
        failed: Callable[[Exception], V],
        aside: bool = False,
    ) -> None:
        """`work` runs in a thread; `done` gets its result, or when it raised what `failed` makes of that, which must
        not raise. Asked again before it runs, it is done once, as the last asking says."""
        with self._turn:
            if self._closed or key in self._running:
                return
            self._waiting = [task for task in self._waiting if task.key != key]
            self._waiting.append(_Task(key, rank, aside, work, done, failed))
            self._waiting.sort(key=lambda task: task.rank)
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()
            self._turn.notify_all()

    def tell(self, call: Callable[[], None]) -> None:
        """From a piece of work to whoever owns the pool: what is there of it before its end, which is told after that."""
        if not self._closed:
            self._post(call)

    def asked(self, key: Hashable) -> bool:
        """Whether it waits, is being made, or is made and on its way to whoever asked."""
        with self._turn:
            return key in self._running or any(task.key == key for task in (*self._waiting, *self._untold))

    def keep(self, rank: Callable[[Hashable], float | None]) -> None:
        """New ranks for what waits; None drops it, and what is under way with its next check."""
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

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        with self._turn:
            return not self._waiting and not self._running

    @property
    def closed(self) -> bool:
        """Whether nothing is taken in any more."""
        return self._closed

    def close(self) -> None:
        """What waits is dropped, and what is under way with its next check; nothing is told any more."""
        with self._turn:
            self._closed = True
            self._waiting.clear()
            for task in self._running.values():
                task.dropped = True
            self._turn.notify_all()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Close, and wait until what is under way has noticed, at most `timeout` seconds. A thread that is inside a
        decoder while the interpreter ends can abort the whole process."""
        self.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout)

    def _run(self) -> None:
        while (task := self._take()) is not None:
            result, given_up = None, False
            try:
                result = task.work(task.check)
            except Dropped:
                given_up = True
            except Exception as error:  # The memory did not suffice, or a library fell: the thread goes on.
                result = task.failed(error)
            if self._ended(task, given_up) and not given_up:
                self._post(lambda task=task, result=result: self._tell(task, result))  # type: ignore[misc]

    def _tell(self, task: _Task, result: object) -> None:
        """In the thread that owns the pool."""
        with self._turn:
            self._untold.remove(task)
        if not task.dropped:
            task.done(result)

    def _ended(self, task: _Task, given_up: bool) -> bool:
        """A task does not run any more; one that was given up and is wanted again waits anew. Whether the
        pool is open."""
        with self._turn:
            del self._running[task.key]
            self._aside -= task.aside
            if given_up and not task.dropped and not self._closed:
                self._waiting.append(task)
                self._waiting.sort(key=lambda other: other.rank)
            elif not given_up and not self._closed:
                self._untold.append(task)
            self._turn.notify_all()
            return not self._closed

    def _take(self) -> _Task | None:
        with self._turn:
            while not self._closed:
                for n, task in enumerate(self._waiting):
                    if not (task.aside and self._aside):
                        del self._waiting[n]
                        self._running[task.key] = task
                        self._aside += task.aside
                        return task
                self._turn.wait()
            return None


@dataclass(slots=True)
class LruCache(Generic[V]):
    """Values up to a sum of sizes; what was used longest ago goes first. Thread-safe."""

    cap: int
    size: Callable[[V], int]
    _items: OrderedDict[Hashable, V] = field(default_factory=OrderedDict)
    _sum: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> V | None:
        """What was put under a key, which counts as used now; None when it is not there."""
        with self._turn:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key]

    def keep(self, wanted: Callable[[Hashable, V], bool]) -> list[V]:
        """Gives up all others, and returns them."""
        with self._turn:
            keys = [key for key, value in self._items.items() if not wanted(key, value)]
            gone = [self._items.pop(key) for key in keys]
            self._sum -= sum(map(self.size, gone))
            return gone

    def shrink(self, most: int, spared: Callable[[Hashable], bool]) -> None:
        """Gives up what was used longest ago and is not spared, until the sum of sizes is at most this."""
        with self._turn:
            for key in [key for key in self._items if not spared(key)]:
                if self._sum > most:
                    self._sum -= self.size(self._items.pop(key))

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value. Those used longest ago go until the sum is at most `cap`; this one stays, whatever its size."""
        with self._turn:
            if key in self._items:
                self._sum -= self.size(self._items.pop(key))
            self._items[key] = value
            self._sum += self.size(value)
            while self._sum > self.cap and len(self._items) > 1:
                _, old = self._items.popitem(last=False)
                self._sum -= self.size(old)
