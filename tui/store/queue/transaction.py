"""One change of the queue under its lock: at most one decision, or lines of new tasks."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tui.model.task import EMPTY, Lease
from tui.store.base import NotFound
from tui.store.documents import UNSAID, Doc
from tui.store.index import schema
from tui.store.index.fold import Fold
from tui.store.index.write_behind import Event, Late
from tui.store.log.event_log import EventLog, seal


class Head(NamedTuple):
    """Where the index stands: `pos` bytes of the log are folded, `seq` and `at` are those of the last
    event, `last` is the greatest task id."""

    pos: int
    seq: int
    at: float
    last: int


def head_of(base: sqlite3.Connection) -> Head:
    return Head(*base.execute("select pos, seq, at, last from head").fetchone())


Given = dict[tuple[int, str], tuple[int, float]]
"""Leases that this process took: (task, work) -> (token, until by `index.clock`). Nobody can take one over
before it runs out."""


class Transaction:
    """`now` never goes back, whatever the clock does. `durable`: what was written, or found already
    there, must be on the disk before anybody is told. `late`: what the index has not yet."""

    __slots__ = (
        "_alone", "_base", "_docs", "_record", "durable", "first", "fold", "given", "host", "last", "late", "log",
        "login", "now", "pos", "seq",
    )  # fmt: skip

    def __init__(
        self,
        base: sqlite3.Connection,
        log: EventLog,
        fold: Fold,
        late: Late,
        given: Given,
        head: Head,
        login: str,
        host: str,
        *,
        alone: bool,
    ) -> None:
        self._base, self.log, self.fold, self.late, self.given = base, log, fold, late, given
        self.login, self.host = login, host
        self.pos, self.seq, self.last = head.pos, head.seq, head.last
        self.first = self.seq
        self.now = round(max(time.time(), head.at), 6)
        self.durable = False
        self._alone = alone
        self._docs: dict[int, Doc] = {}
        self._record: dict[str, Any] | None = None

    @property
    def base(self) -> sqlite3.Connection:
        """The index with all that the log has, in an SQLite transaction. Decisions look at single rows
        and need none: the queue's lock is held, so nobody else writes."""
        self._settle()
        return self._base

    @property
    def behind(self) -> sqlite3.Connection:
        """The index without what is late, in an SQLite transaction."""
        if not self._base.in_transaction:
            self._base.execute("begin")
        return self._base

    def _settle(self) -> None:
        base = self.behind
        if self.late.events:
            self.late.settle(base, self.fold)

    def doc(self, task_id: int) -> Doc:
        """Raises NotFound."""
        if task_id not in self._docs:
            if self.late.concerns(task_id):
                self._settle()
            doc = self.fold.doc(task_id)
            if doc is None:
                raise NotFound(f"There is no task {task_id} in this queue.")
            self._docs[task_id] = doc
        return self._docs[task_id]

    def first_answer(self, request_id: str) -> tuple[int, int] | None:
        """(task, seq) of the event that a request made, when it was made before."""
        base = self.base if self.late.answers(request_id) else self._base
        row: tuple[int, int] | None = base.execute(
            "select task, seq from request where rid=?", (request_id,)
        ).fetchone()
        return row

    def holder(self, lease: Lease) -> str | None:
        """Who took the task over after this lease had run out. A lease is forgotten with this: decisions end it."""
        key = lease.task.id, lease.work
        token, until = self.given.pop(key, (0, 0.0))
        if token == lease.token and until > schema.clock():
            return None
        base = self.base if self.late.concerns(lease.task.id) else self._base
        row = base.execute(
            "select who from lease where task=? and work=? and until > ? and token > ?",
            (*key, schema.clock(), lease.token),
        ).fetchone()
        return row[0] if row else None

    def undo_head(self, who: str) -> int:
        """Where this person's undo list begins in the log (+ 1; 0: empty)."""
        late = self.late.undo_head(who)
        return self.fold.undo_head(who) if late is None else late

    def record(self, op: str, who: str, patches: Mapping[int, Doc | None], **more: Any) -> dict[str, Any]:
        """Set the transaction's event: `patches` by task. `more`: further members; None is left out."""
        put: dict[str, Doc | None] = {}
        was: dict[str, Doc] = {}
        prev: dict[str, int] = {}
        for task_id, patch in patches.items():
            put[key := str(task_id)] = patch
            try:
                doc = self.doc(task_id)
            except NotFound:
                continue
            was[key] = doc if patch is None else {n: doc.get(n, UNSAID.get(n)) for n in patch}
            prev[key] = doc["_ev"]
        return self.raw(op, who, put, was, prev, **more)

    def raw(
        self,
        op: str,
        who: str,
        patches: Mapping[str, Doc | None],
        was: Mapping[str, Doc] = EMPTY,
        prev: Mapping[str, int] = EMPTY,
        **more: Any,
    ) -> dict[str, Any]:
        """The same when the caller knows what was before."""
        self.seq += 1
        record: dict[str, Any] = {
            "seq": self.seq,
            "at": self.now,
            "who": who,
            "login": self.login,
            "host": self.host,
            "op": op,
        }
        for name, value in more.items():
            if value is not None:
                record[name] = value
        record["set"] = patches
        if was:
            record["was"] = was
        if prev:
            record["prev"] = prev
        self._record = record
        return record

    @property
    def head(self) -> Head:
        """Where the index stands after this."""
        return Head(self.pos, self.seq, self.now, self.last)

    def finish(self) -> None:
        """Append the event that was set, if it was not yet, and end."""
        self.put()
        self.fold.settle()
        if self._base.in_transaction:
            self._base.execute("commit")

    def put(self) -> None:
        """Append the event that was set; what comes after this is done while the disk works. Who works alone has
        it folded later; else it is done now, as the others would have to read it from the log."""
        record, self._record = self._record, None
        if record is not None:
            late = self._alone and self.late.takes(record)
            if not late:
                self._settle()
            end = self.log.append(line := seal(record), self.pos)
            self.log.start_sync(self.pos, end)
            self.durable = True
            event = Event(record, self.pos, end, line[-11:-3].decode("ascii"), self._docs)
            self.late.add(event)
            self.pos = end
            if not late:
                self._settle()

    def append(self, record: dict[str, Any]) -> None:
        """Append an event now; for a transaction of several."""
        docs = self._docs
        self.write(seal(record), lambda start, end, crc: self.fold.apply(record, start, end, crc, docs))
        self._docs = {}

    def write(self, line: bytes, fold: Callable[[int, int, str], None]) -> None:
        """Append a line now and let `fold` take it in: (start, end, crc)."""
        self._settle()
        end = self.log.append(line, self.pos)
        self.durable = True
        fold(self.pos, end, line[-11:-3].decode("ascii"))
        self.pos = end
        self._record = None
