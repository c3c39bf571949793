"""What a queue in memory keeps, and how it is changed: the parts of `tui.store.memory` that others meet by
`tui.store.change`."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from tui.model.amendment import BULK_OPS, BulkEvent
from tui.model.annotation import Json
from tui.model.task import Filter, Lease, Work
from tui.store import rules
from tui.store.base import NotFound
from tui.store.change import bulk_event
from tui.store.documents import Doc, LogRecord, new_record, patched
from tui.store.operations import Operation
from tui.store.renames import Renames, with_event
from tui.store.rules import HeldLease
from tui.store.tally import TallyKey, merge, tally


class MemoryDrafts:
    """A `tui.store.change.DraftStore`; drafts in the order in which they were saved."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[int, str], Json] = {}

    def any(self) -> bool:
        """See `DraftStore`."""
        return bool(self._drafts)

    def save(self, task_id: int, who: str, draft: Json) -> None:
        """See `DraftStore`."""
        self.drop(task_id, who)
        self._drafts[task_id, who] = copy.deepcopy(dict(draft))

    def load(self, task_id: int, who: str) -> Json | None:
        """See `DraftStore`."""
        return self._drafts.get((task_id, who))

    def drop(self, task_id: int, who: str) -> None:
        """See `DraftStore`."""
        self._drafts.pop((task_id, who), None)

    def of(self, who: str) -> list[int]:
        """See `DraftStore`."""
        return [task_id for task_id, name in reversed(self._drafts) if name == who]


@dataclass(slots=True)
class MemoryStore:
    """What all openings share. A place is 1 + an index into `events`. `leases`: by task and work, with their token."""

    docs: dict[int, Doc] = field(default_factory=dict)
    events: list[LogRecord] = field(default_factory=list)
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    requests: dict[str, tuple[int, int]] = field(default_factory=dict)
    leases: dict[tuple[int, Work], tuple[int, HeldLease]] = field(default_factory=dict)
    counters: dict[TallyKey, float] = field(default_factory=dict)
    drafts: MemoryDrafts = field(default_factory=MemoryDrafts)
    digest: str = ""
    renames: Renames = ()
    tokens: Iterator[int] = field(default_factory=lambda: count(1))
    changed: threading.Condition = field(default_factory=threading.Condition)

    def placed(self, where: Filter) -> Filter:
        """The filter with the place of an event as its `since`."""
        if not isinstance(where.since, float):
            return where
        return replace(where, since=sum(record["at"] <= where.since for record in self.events))

    def append(self, record: LogRecord) -> None:
        """Take in one event, as the fold of the log does."""
        self.events.append(record)
        place = len(self.events)
        for key, patch in record["set"].items():
            task_id = int(key)
            doc = patched(self.docs.get(task_id), patch, place)
            assert doc is not None
            self.docs[task_id] = doc
            for work in rules.ended_leases(record):
                self.leases.pop((task_id, work), None)
        heads = rules.undo_heads(record, place)
        if heads is not None:
            self.heads[record["who"]] = heads
        if "rid" in record:
            self.requests[record["rid"]] = (int(next(iter(record["set"]))), record["seq"])
        self.renames = with_event(self.renames, record)
        merge(self.counters, tally(record))
        self.changed.notify_all()


class MemoryChange:
    """A `tui.store.change.Change` over a `MemoryStore`, whose lock is held."""

    def __init__(self, store: MemoryStore, login: str) -> None:
        self._store, self._login = store, login
        self._record: LogRecord | None = None
        before = store.events[-1]["at"] if store.events else 0.0
        self.now = round(max(time.time(), before), 6)

    @property
    def order(self) -> int:
        """See `Change`."""
        return len(self._store.events) + 1

    @property
    def renames(self) -> Renames:
        """See `Change`."""
        return self._store.renames

    def doc(self, task_id: int) -> Doc:
        """See `Change`."""
        if task_id not in self._store.docs:
            raise NotFound(f"There is no task {task_id} in this queue.")
        return self._store.docs[task_id]

    def task_at(self, path: str, pass_: int) -> int | None:
        """See `Change`."""
        docs = self._store.docs.items()
        return next((n for n, doc in docs if (doc["path"], doc.get("pass", 1)) == (path, pass_)), None)

    def records(self, task_id: int) -> Iterator[LogRecord]:
        """See `Change`."""
        place = self.doc(task_id)["_ev"]
        while place:
            record = self.record_at(place)
            yield record
            place = record.get("prev", {}).get(str(task_id), 0)

    def record_at(self, place: int) -> LogRecord:
        """See `Change`."""
        return self._store.events[place - 1]

    def first_answer(self, request_id: str, lease: Lease | None = None) -> tuple[int, int] | None:
        """See `Change`."""
        return self._store.requests.get(request_id)

    def holder(self, lease: Lease) -> str | None:
        """See `Change`."""
        token, held = self._store.leases.get((lease.task.id, lease.work), (0, None))
        newer = held is not None and token > lease.token and held.until > time.monotonic()
        return held.who if held is not None and newer else None

    def undo_head(self, who: str) -> int:
        """See `Change`."""
        return self._store.heads.get(who, (0, 0))[0]

    def redo_head(self, who: str) -> int:
        """See `Change`."""
        return self._store.heads.get(who, (0, 0))[1]

    def record(self, op: Operation, who: str, patches: Mapping[int, Doc | None], **more: Any) -> LogRecord:
        """See `Change`."""
        start = {"seq": self.order, "at": self.now, "who": who, "login": self._login, "host": "", "op": op}
        known = {number: self._store.docs[number] for number in patches if number in self._store.docs}
        self._record = copy.deepcopy(new_record(start, patches, known, more))
        return self._record

    def put(self) -> None:
        """See `Change`."""
        if self._record is not None:
            self._store.append(self._record)
            self._record = None


@dataclass(frozen=True, slots=True)
class MemoryTransactions:
    """A `tui.store.change.Transactions`, and a `BulkTrail`, over a `MemoryStore`."""

    store: MemoryStore
    login: str

    @contextmanager
    def writing(self) -> Iterator[MemoryChange]:
        """See `Transactions`."""
        with self.store.changed:
            change = MemoryChange(self.store, self.login)
            yield change
            change.put()

    def unsynced(self) -> AbstractContextManager[MemoryChange]:
        """See `Transactions`."""
        return self.writing()

    def sync(self) -> None:
        """See `Transactions`."""

    def bulk_events(self) -> list[BulkEvent]:
        """See `BulkTrail`."""
        with self.store.changed:
            records = [(record, place) for place, record in enumerate(self.store.events, 1)]
        return [bulk_event(*each) for each in records if each[0]["op"] in BULK_OPS]

    def paths_ready(self) -> None:
        """See `BulkTrail`."""


class InlineMasks:
    """`tui.store.change.Masks` that stay in their documents."""

    def stored(self, shapes: Iterable[Json]) -> list[dict[str, Any]]:
        """See `Masks`."""
        return [dict(shape) for shape in shapes]

    def fetched(self, doc: Json) -> Json:
        """See `Masks`."""
        return doc
