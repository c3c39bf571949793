"""One change of the queue under its lock: at most one decision, or lines of new tasks."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

from tui.store.base import NotFound
from tui.store.codec import UNSAID, Doc
from tui.store.fold import Fold
from tui.store.log import EventLog, seal


class Transaction:
    """`now` never goes back, whatever the clock does. `durable`: what was written, or found already
    there, must be on the disk before anybody is told."""

    def __init__(self, base: sqlite3.Connection, log: EventLog, fold: Fold, login: str, host: str) -> None:
        self.base, self.log, self.fold = base, log, fold
        self.login, self.host = login, host
        pos, seq, at, last = base.execute("select pos, seq, at, last from head").fetchone()
        self.pos, self.seq, self.last = int(pos), int(seq), int(last)
        self.first = self.seq
        self.now = max(time.time(), at)
        self.durable = False
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
            "at": round(self.now, 6),
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

    def finish(self) -> None:
        """Append the event and fold it."""
        if self._record is not None:
            self.append(self._record)

    def append(self, record: dict[str, Any], fold: Callable[[int, int, str], None] | None = None) -> None:
        """Write one event now; `fold` takes it in instead of the general rule."""
        line = seal(record)
        end = self.log.append(line, self.pos)
        self.durable = True
        crc = line[-11:-3].decode("ascii")
        if fold is None:
            self.fold.apply(record, self.pos, end, crc, self._docs)
        else:
            fold(self.pos, end, crc)
        self.pos = end
        self._record = None
