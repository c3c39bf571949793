"""The fold: what each record of the log does to the index. One rule for all kinds of events:
a patch replaces members of the task's document; a member set to null is gone."""

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
_ENDS = {
    **dict.fromkeys(("label", "skip"), ("annotate",)),
    **dict.fromkeys(("accept", "reject", "fix"), ("review",)),
    "unreadable": ("annotate", "review"),
}
"""What leases a decision ends, by operation."""
_COUNT = "insert into count values (?,?,?) on conflict do update set n = n + excluded.n"


class Fold:
    """Applies records to an index."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self.base = base

    def take(self, line: Line) -> None:
        """Take in a line read from the log."""
        record = line.record
        if record["op"] == "add":
            docs = ((int(key), doc, index.text_of(doc)) for key, doc in record["set"].items())
            self.enter_many(docs, line.start + 1)
            self.advance(line.end, record["seq"], record["at"], record["crc"])
        else:
            self.apply(record, line.start, line.end, record["crc"])

    def apply(
        self,
        record: Mapping[str, Any],
        start: int,
        end: int,
        crc: str,
        known: Mapping[int, Doc] | None = None,
    ) -> None:
        """Take in the record whose line is the bytes [start, end) of the log. `known`: documents before
        it that the caller has at hand."""
        for key, patch in (record.get("set") or {}).items():
            number = int(key)
            old = known[number] if known and number in known else self.doc(number)
            self._patch(number, old, patch, start)
        for name, changes in (record.get("tables") or {}).items():
            self._documents(name, changes)
        if record["op"] == "project":
            index.set_meta(self.base, {"project": record["digest"]})
        self._let_go(record)
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

    def _patch(self, task_id: int, old: Doc | None, patch: Doc | None, start: int) -> None:
        if patch is None:
            if old is not None:
                self._count(old, -1)
                self._move_labels(task_id, index.label_rows(task_id, old), [])
                self.base.execute("delete from task where id=?", (task_id,))
            return
        merged = {**old, **patch} if old is not None else patch
        if "path" not in merged or "state" not in merged:
            return  # Its beginning was lost in a damaged log; a repair says so.
        doc = _canonical(merged, start + 1)
        self.base.execute(index.REPLACE_TASK, (task_id, doc["state"], index.text_of(doc)))
        before = index.label_rows(task_id, old) if old is not None else []
        self._move_labels(task_id, before, index.label_rows(task_id, doc))
        if old is None:
            self._count(doc, 1)
        elif _count_key(old) != _count_key(doc):
            self.base.executemany(_COUNT, [(*_count_key(old), -1), (*_count_key(doc), 1)])
        if old is None:
            self.base.execute("update head set last = max(last, ?)", (task_id,))

    def _move_labels(self, task_id: int, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> None:
        if before == after:
            return
        if before:
            self.base.executemany(
                "delete from label where label=? and stage=? and task=?", [row[:3] for row in before]
            )
        if after:
            self.base.executemany(index.ADD_LABEL, after)

    def enter_many(self, docs: Iterable[tuple[int, Doc, str]], head: int) -> None:
        """Put many new documents in at once; each with its text."""
        rows, labels = [], []
        counts: dict[tuple[str, str], int] = {}
        last = 0
        for task_id, doc, text in docs:
            rows.append((task_id, doc["state"], f'{text[:-1]},"_ev":{head}}}'))
            labels += index.label_rows(task_id, doc)
            key = _count_key(doc)
            counts[key] = counts.get(key, 0) + 1
            last = max(last, task_id)
        self.base.executemany(index.ENTER_TASK, rows)
        self.base.executemany(index.ADD_LABEL, labels)
        self.base.executemany(_COUNT, [(*key, n) for key, n in counts.items()])
        self.base.execute("update head set last = max(last, ?)", (last,))

    def enter_labels(self, after: int, until: int) -> None:
        """Label rows of the tasks with after < id <= until."""
        rows = self.base.execute("select id, doc from task where id > ? and id <= ?", (after, until))
        labels = [row for task_id, text in rows for row in index.label_rows(task_id, json.loads(text))]
        self.base.executemany(index.ADD_LABEL, labels)

    def _count(self, doc: Doc, by: int) -> None:
        self.base.execute(_COUNT, (*_count_key(doc), by))

    def _documents(self, name: str, changes: Mapping[str, Doc | None]) -> None:
        for key, doc in changes.items():
            if doc is None:
                self.base.execute("delete from document where name=? and id=?", (name, int(key)))
            else:
                row = (name, int(key), index.text_of(doc))
                self.base.execute("insert or replace into document values (?,?,?)", row)

    def _let_go(self, record: Mapping[str, Any]) -> None:
        """A decision ends the lease on its task."""
        works = _ENDS.get(record["op"], ())
        for key in record["set"] if works else ():
            for work in works:
                self.base.execute("delete from lease where task = ? and work = ?", (int(key), work))

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


def _canonical(doc: Mapping[str, Any], head: int) -> Doc:
    """The document as it is kept: `state` first (readers of a million lines look there), nothing null,
    `_ev` the place of its last event, `_changed` where it differs from the prediction."""
    kept = {"state": doc["state"], **{k: v for k, v in doc.items() if v is not None}}
    kept["_ev"] = head
    if index.differs(doc):
        kept["_changed"] = 1
    else:
        kept.pop("_changed", None)
    return kept


def _count_key(doc: Mapping[str, Any]) -> tuple[str, str]:
    return doc.get("annotator") or "", doc["state"]
