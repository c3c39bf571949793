"""One change of the queue under its lock."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from tui.model.task import Lease
from tui.store.base import NotFound
from tui.store.documents import Doc, LogRecord, new_record
from tui.store.index import schema
from tui.store.index.live import Head, LiveIndex
from tui.store.index.write_behind import PendingEvent
from tui.store.log.event_log import EventLog, seal
from tui.store.operations import Operation
from tui.store.renames import Renames

FIND = "select t.id, t.doc from task t where t.path = +cast(? as text) and t.pass = ?"
"""A task by the bytes of its path, and its pass."""


class Transaction:
    """A `tui.store.change.Change`. A place is 1 + the byte of the log at which an event begins.

    `now` never goes back, whatever the clock does. `durable`: what was written, or found already
    there, must be on the disk before anybody is told.
    """

    __slots__ = (
        "_alone", "_docs", "_record", "durable", "first", "host", "index", "last", "log", "login", "now", "pos", "seq",
    )  # fmt: skip

    def __init__(self, index: LiveIndex, log: EventLog, login: str, host: str, *, alone: bool) -> None:
        self.index, self.log, self.login, self.host = index, log, login, host
        head = index.known_head()
        index.head = None  # Unknown until this ends.
        self.pos, self.seq, self.last = head.pos, head.seq, head.last
        self.first = self.seq
        self.now = round(max(time.time(), head.at), 6)
        self.durable = False
        self._alone = alone
        self._docs: dict[int, Doc] = {}
        self._record: LogRecord | None = None

    @property
    def db(self) -> sqlite3.Connection:
        """The index with all that the log has, in an SQLite transaction. Decisions look at single rows
        and need none: the queue's lock is held, so nobody else writes."""
        self._settle()
        return self.without_pending

    @property
    def without_pending(self) -> sqlite3.Connection:
        """The index without what waits for it, in an SQLite transaction."""
        db = self.index.db
        if not db.in_transaction:
            db.execute("begin")
        return db

    def _settle(self) -> None:
        if self.index.pending.events:
            self.index.pending.settle(self.without_pending, self.index.fold)

    def _db_with(self, known: bool) -> sqlite3.Connection:
        """The index, without what waits for it where that is known not to matter."""
        return self.index.db if known else self.db

    # What decisions ask.

    @property
    def renames(self) -> Renames:
        """See `Change`."""
        return self.index.fold.renames()

    @property
    def order(self) -> int:
        """See `Change`."""
        return self.seq + 1

    def doc(self, task_id: int) -> Doc:
        """See `Change`."""
        if task_id not in self._docs:
            if self.index.pending.concerns(task_id):
                self._settle()
            doc = self.index.fold.doc(task_id)
            if doc is None:
                raise NotFound(f"There is no task {task_id} in this queue.")
            self._docs[task_id] = doc
        return self._docs[task_id]

    def task_at(self, path: str, pass_: int) -> int | None:
        """See `Change`."""
        row = self.db.execute(schema.columns(FIND), (schema.key_path(path), pass_)).fetchone()
        return row[0] if row else None

    def records(self, task_id: int) -> Iterator[LogRecord]:
        """See `Change`."""
        yield from records_of(self.db, self.log, task_id)  # The index is only asked when somebody looks.

    def record_at(self, place: int) -> LogRecord:
        """See `Change`."""
        return self.log.line_at(place - 1)

    def first_answer(self, request_id: str, lease: Lease | None = None) -> tuple[int, int] | None:
        """What is decided by a lease raises its task's revision: while that stands as it was leased, the request
        was not carried out, and needs to be looked up only among those of this process."""
        waits = self.index.pending.answers(request_id)
        if lease is not None and not waits and self.doc(lease.task.id).get("rev", 0) == lease.task.rev:
            return None
        sql = "select task, seq from request where rid=?"
        found: tuple[int, int] | None = self._db_with(not waits).execute(sql, (request_id,)).fetchone()
        self.durable = self.durable or found is not None
        return found

    def holder(self, lease: Lease) -> str | None:
        """See `Change`."""
        key = lease.task.id, lease.work
        token, until = self.index.own_leases.pop(key, (0, 0.0))
        if token == lease.token and until > schema.clock():
            return None
        row = (
            self._db_with(not self.index.pending.concerns(lease.task.id))
            .execute(
                "select who from lease where task=? and work=? and until > ? and token > ?",
                (*key, schema.clock(), lease.token),
            )
            .fetchone()
        )
        return row[0] if row else None

    def undo_head(self, who: str) -> int:
        """See `Change`."""
        waiting = self.index.pending.undo_head(who)
        return self.index.fold.undo_head(who) if waiting is None else waiting

    def redo_head(self, who: str) -> int:
        """See `Change`."""
        row = self.db.execute("select redo from person where who=?", (who,)).fetchone()
        return row[0] if row else 0

    # What they write.

    def record(self, op: Operation, who: str, patches: Mapping[int, Doc | None], **more: Any) -> LogRecord:
        """See `Change`."""
        known = {}
        for task_id in patches:
            with suppress(NotFound):
                known[task_id] = self.doc(task_id)
        self.seq += 1
        start = {
            "seq": self.seq,
            "at": self.now,
            "who": who,
            "login": self.login,
            "host": self.host,
            "op": op,
        }
        self._record = record = new_record(start, patches, known, more)
        return record

    def put(self) -> None:
        """Append the event that was set; what comes after this is done while the disk works. Who works alone has
        it folded later; else it is done now, as the others would have to read it from the log."""
        record, self._record = self._record, None
        if record is None:
            return
        waits = self._alone and self.index.pending.takes(record)
        if not waits:
            self._settle()
        end = self.log.append(line := seal(record), self.pos)
        self.log.start_sync(self.pos, end)
        self.durable = True
        docs, self._docs = self._docs, {}
        event = PendingEvent(record, self.pos, end, line[-11:-3].decode("ascii"), docs)
        self.index.pending.add(event)
        self.pos = end
        if not waits:
            self._settle()

    def write(self, line: bytes, fold: Callable[[int, int, str], None]) -> None:
        """Append a line now and let `fold` take it in: (start, end, crc)."""
        self._settle()
        end = self.log.append(line, self.pos)
        self.durable = True
        fold(self.pos, end, line[-11:-3].decode("ascii"))
        self.pos = end
        self._record = None

    def finish(self) -> None:
        """Append the event that was set, if it was not yet, and end."""
        self.put()
        self.index.fold.settle()
        if self.index.db.in_transaction:
            self.index.db.execute("commit")
        self.index.head = Head(self.pos, self.seq, self.now, self.last)


def records_of(db: sqlite3.Connection, log: EventLog, task_id: int) -> Iterator[LogRecord]:
    """The events that concern a task, newest first, along the chain of their places."""
    row = db.execute("select doc from task where id=?", (task_id,)).fetchone()
    place = json.loads(row[0]).get("_ev", 0) if row else 0
    while place:
        record = log.line_at(place - 1)
        yield record
        place = (record.get("prev") or {}).get(str(task_id), 0)
