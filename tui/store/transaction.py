"""One change of the queue under its lock: at most one decision, or lines of new tasks."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.store.base import NotFound
from tui.store.codec import UNSAID, Doc
from tui.store.fold import Fold
from tui.store.log import EventLog, seal


@dataclass(frozen=True, slots=True)
class Head:
    """Where the index stands: `pos` bytes of the log are folded, `seq` and `at` are those of the last
    event, `last` is the greatest task id."""

    pos: int
    seq: int
    at: float
    last: int


def head_of(base: sqlite3.Connection) -> Head:
    return Head(*base.execute("select pos, seq, at, last from head").fetchone())


class Transaction:
    """`now` never goes back, whatever the clock does. `durable`: what was written, or found already
    there, must be on the disk before anybody is told. `syncing`: that is under way (`log.synced` tells)."""

    def __init__(
        self,
        base: sqlite3.Connection,
        log: EventLog,
        fold: Fold,
        head: Head,
        login: str,
        host: str,
        *,
        sync: bool,
    ) -> None:
        self.base, self.log, self.fold = base, log, fold
        self.login, self.host = login, host
        self.pos, self.seq, self.last = head.pos, head.seq, head.last
        self.first = self.seq
        self.now = round(max(time.time(), head.at), 6)
        self.durable = self.syncing = False
        self._sync = sync
        self._docs: dict[int, Doc] = {}
        self._record: dict[str, Any] | None = None

    def doc(self, task_id: int) -> Doc:
        """Raises NotFound."""
        if task_id not in self._docs:
            row = self.base.execute("select doc from task where id=?", (task_id,)).fetchone()
            if row is None:
                raise NotFound(f"There is no task {task_id} in this queue.")
            self._docs[task_id] = json.loads(row[0])
        return self._docs[task_id]

    def record(self, op: str, who: str, patches: Mapping[int, Doc | None], **more: Any) -> dict[str, Any]:
        """Set the transaction's event: `patches` by task. `more`: further members; None is left out."""
        was: dict[str, Doc] = {}
        prev: dict[str, int] = {}
        for task_id, patch in patches.items():
            try:
                doc = self.doc(task_id)
            except NotFound:
                continue
            was[str(task_id)] = doc if patch is None else {n: doc.get(n, UNSAID.get(n)) for n in patch}
            prev[str(task_id)] = doc["_ev"]
        return self.raw(op, who, {str(k): v for k, v in patches.items()}, was=was, prev=prev, **more)

    def raw(self, op: str, who: str, patches: Mapping[str, Doc | None], **more: Any) -> dict[str, Any]:
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
        record.update({k: v for k, v in more.items() if v is not None and k not in ("was", "prev")})
        record["set"] = patches
        record.update({k: more[k] for k in ("was", "prev") if more.get(k)})
        self._record = record
        return record

    @property
    def head(self) -> Head:
        """Where the index stands after this."""
        return Head(self.pos, self.seq, self.now, self.last)

    def finish(self) -> None:
        """Append the event that was set and fold it."""
        record = self._record
        if record is None:
            return
        end = self.log.append(line := seal(record), self.pos)
        self.durable = True
        if self._sync:
            self.syncing = True
            self.log.sync_meanwhile()
        self.fold.apply(record, self.pos, end, line[-11:-3].decode("ascii"), self._docs)
        self.pos = end

    def append(self, record: dict[str, Any]) -> None:
        """Append an event now; for a transaction of several."""
        self.write(seal(record), lambda start, end, crc: self.fold.apply(record, start, end, crc, self._docs))
        self._docs.clear()

    def write(self, line: bytes, fold: Callable[[int, int, str], None]) -> None:
        """Append a line now and let `fold` take it in: (start, end, crc)."""
        end = self.log.append(line, self.pos)
        self.durable = True
        fold(self.pos, end, line[-11:-3].decode("ascii"))
        self.pos = end
        self._record = None
