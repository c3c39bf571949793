"""The fold: what each record of the log does to the index. One rule for all kinds of events:
a patch replaces members of the task's document."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from tui.store import index
from tui.store.codec import Doc
from tui.store.log import Line
from tui.store.tally import tally

UNDOABLE = frozenset({"label", "skip", "revise", "flag", "accept", "reject", "fix", "redo"})


class Fold:
    """Applies records to an index. `anyone`: whether a rejected task is open to all."""

    def __init__(self, base: sqlite3.Connection, *, anyone: bool) -> None:
        self.base, self.anyone = base, anyone

    def take(self, line: Line) -> None:
        """Take in a line read from the log."""
        record = line.record
        if record["op"] == "add":
            self.enter_many(((int(k), d) for k, d in record["set"].items()), line.start + 1)
            self.advance(line.end, record["seq"], record["at"], record["crc"])
        else:
            self.apply(record, line.start, line.end, record["crc"])

    def apply(self, record: Mapping[str, Any], start: int, end: int, crc: str) -> None:
        """Take in the record whose line is the bytes [start, end) of the log."""
        before = record.get("was") or {}
        for key, patch in (record.get("set") or {}).items():
            self._patch(int(key), patch, start, is_new=key not in before)
        for name, changes in (record.get("tables") or {}).items():
            self._documents(name, changes)
        self._person(record, start)
        rid = record.get("rid")
        if rid:
            task = next(iter(record["set"]), "0")
            row = (rid, record["seq"], int(task), start)
            self.base.execute("insert or replace into request values (?,?,?,?)", row)
        tally(self.base, record)
        self.advance(end, record["seq"], record["at"], crc)

    def advance(self, end: int, seq: int, at: float, crc: str) -> None:
        self.base.execute("update head set pos=?, seq=?, at=?, crc=?", (end, seq, at, crc))

    def doc(self, task_id: int) -> Doc | None:
        row = self.base.execute("select doc from task where id=?", (task_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def _patch(self, task_id: int, patch: Doc | None, start: int, *, is_new: bool) -> None:
        old = None if is_new else self.doc(task_id)
        if old is not None:
            self._leave(task_id, old)
        if patch is None:
            self.base.execute("delete from task where id=?", (task_id,))
            return
        doc = {**old, **patch} if old is not None else dict(patch)
        self.enter(task_id, doc, start + 1)

    def _leave(self, task_id: int, doc: Doc) -> None:
        self._count(doc, -1)
        labels = index.labels_of(doc)
        if labels:
            self.base.executemany(
                "delete from label where label=? and open=? and task=?",
                [(label, self._open(doc), task_id) for label in labels],
            )

    def enter(self, task_id: int, doc: Doc, head: int) -> None:
        """Put a document into all tables that know of it."""
        doc["_ev"] = head
        self.base.execute(index.REPLACE_TASK, index.row_of(task_id, doc, anyone=self.anyone))
        self._count(doc, 1)
        labels = index.labels_of(doc)
        if labels:
            self.base.executemany(
                "insert or ignore into label values (?,?,?)",
                [(label, self._open(doc), task_id) for label in labels],
            )

    def enter_many(self, docs: Iterable[tuple[int, Doc]], head: int) -> None:
        """The same for many new documents at once."""
        rows, labels = [], []
        counts: dict[tuple[str, str], int] = {}
        last = 0
        for task_id, doc in docs:
            doc["_ev"] = head
            rows.append(index.row_of(task_id, doc, anyone=self.anyone))
            is_open = self._open(doc)
            labels += [(label, is_open, task_id) for label in index.labels_of(doc)]
            key = (doc["annotator"] or "", doc["state"])
            counts[key] = counts.get(key, 0) + 1
            last = max(last, task_id)
        self.base.executemany(index.INSERT_TASK, rows)
        self.base.executemany("insert or ignore into label values (?,?,?)", labels)
        self.add_counts(counts)
        self.base.execute("update head set last = max(last, ?)", (last,))

    def add_counts(self, counts: Mapping[tuple[str, str], int]) -> None:
        self.base.executemany(
            "insert into count values (?,?,?) on conflict do update set n = n + excluded.n",
            [(*key, n) for key, n in counts.items()],
        )

    def _open(self, doc: Doc) -> int:
        return int(doc["state"] == "todo" or (self.anyone and doc["state"] == "rejected"))

    def _count(self, doc: Doc, by: int) -> None:
        self.base.execute(
            "insert into count values (?,?,?) on conflict do update set n = n + excluded.n",
            (doc.get("annotator") or "", doc["state"], by),
        )

    def _documents(self, name: str, changes: Mapping[str, Doc | None]) -> None:
        for key, doc in changes.items():
            if doc is None:
                self.base.execute("delete from document where name=? and id=?", (name, int(key)))
            else:
                text = json.dumps(doc, separators=(",", ":"))
                self.base.execute("insert or replace into document values (?,?,?)", (name, int(key), text))

    def _person(self, record: Mapping[str, Any], start: int) -> None:
        """Undo and redo are two linked lists through the log for each person; only their heads are kept."""
        op, who = record["op"], record.get("who", "")
        if op == "undo":
            heads = (record["to"], start + 1)
        elif op == "redo":
            heads = (start + 1, record["to"])
        elif op in UNDOABLE:
            heads = (start + 1, 0)
        else:
            return
        self.base.execute("insert or replace into person values (?,?,?)", (who, *heads))
