"""Write-behind: decisions that the log has and the index has not yet. Nobody who decides waits for the index, which
takes them in, all in one go, with the next question, or with the next claim when there are many.

Several decisions between two questions are what it is for: their counters and heads are written once. Measured on
claim + submit by one process with 20,000 tasks, as CPU time a decision (what does not depend on the disk): 345 µs
with it, 467 µs without, while SQLite doing the same takes 378 µs. With totals asked for after each decision there
is nothing to gain: 499 µs with it, 478 µs without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tui.store.documents import Doc
from tui.store.index.fold import Fold
from tui.store.operations import DECISIONS

_MAX_EVENTS = 16
"""So many at most: whoever claims next passes them over, and who asks waits for all of them."""
_MAX_REQUESTS = 4096
"""So many of the latest requests are known."""
Requests = dict[str, None]
"""Ids of the latest requests of this process, oldest first."""


class PendingEvent(NamedTuple):
    """A record whose line is the bytes [start, end) of the log, and the documents before it."""

    record: Mapping[str, Any]
    start: int
    end: int
    crc: str
    docs: Mapping[int, Doc]


@dataclass(slots=True)
class WriteBehind:
    """The latest events of this process, one after the other up to the end of the log. They are only
    remembered while nobody else writes: who finds the log longer than the index reads it. `requests` outlive them, and
    the index."""

    requests: Requests = field(default_factory=dict)
    events: list[PendingEvent] = field(default_factory=list)
    _tasks: set[int] = field(default_factory=set)
    _others: bool = False
    _undo_heads: dict[str, int] = field(default_factory=dict)

    def add(self, event: PendingEvent) -> None:
        """Take in an event that was appended to the log."""
        record = event.record
        self.events.append(event)
        self._tasks.update(map(int, record["set"]))
        self._others = self._others or record["op"] != "label"
        self._undo_heads[record["who"]] = event.start + 1
        if rid := record.get("rid"):
            self.requests[rid] = None
            if len(self.requests) > _MAX_REQUESTS:
                del self.requests[next(iter(self.requests))]

    def takes(self, record: Mapping[str, Any]) -> bool:
        """Whether this event may wait, too."""
        return record["op"] in DECISIONS and not self.full

    @property
    def full(self) -> bool:
        """Whether no more may wait."""
        return len(self.events) >= _MAX_EVENTS

    def concerns(self, task_id: int) -> bool:
        """Whether something waits that changes this task."""
        return task_id in self._tasks

    def answers(self, request_id: str) -> bool:
        """Whether this process made such a request, lately."""
        return request_id in self.requests

    def labelled(self) -> set[int] | None:
        """The tasks of these events if all of them are labels, else None."""
        return None if self._others else self._tasks

    def undo_head(self, who: str) -> int | None:
        """Where this person's undo list begins (+ 1), None when they decided nothing of these."""
        return self._undo_heads.get(who)

    def clear(self) -> None:
        """Drop what waits; the log has it."""
        if self.events:
            self.events, self._tasks, self._others, self._undo_heads = [], set(), False, {}

    def settle(self, db: sqlite3.Connection, fold: Fold) -> None:
        """Into the index, in the caller's transaction; what another process has taken in already is not
        taken twice."""
        (pos,) = db.execute("select pos from head").fetchone()
        if self.events[0].start < pos:
            fold.renew()
        for event in self.events:
            if event.start >= pos:
                fold.apply(event.record, event.start, event.end, event.crc, event.docs)
        fold.settle()
        self.clear()
