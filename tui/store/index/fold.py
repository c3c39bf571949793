"""The fold: what each record of the log does to the index. One rule for all kinds of events:
a patch replaces members of the task's document; a member set to null is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tui.store import rules
from tui.store.documents import Doc, patched
from tui.store.index import schema
from tui.store.jsontext import dumps, parsed
from tui.store.log.event_log import LogLine
from tui.store.renames import Renames, as_json, from_json, with_event
from tui.store.tally import TallyKey, merge, tally, tally_now

_COUNT = "insert into count values (?,?,?) on conflict do update set n = n + excluded.n"
_MAX_SEEN = 500
"""Documents that are remembered: whoever claims a task decides on it next."""
_MAX_TAKEN = 500
"""Records from which on their sum is written, where very many are read."""


Statement = tuple[str, list[Any]]
"""SQL, and the rows it is run for."""


class Fold:
    """Applies records to an index. What they come to is summed up first and written by `settle`, which
    costs little more for eight records than for one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._seen: dict[int, Doc] = {}
        self._undo_heads: dict[str, int] = {}
        self._renames: Renames | None = None
        self.forget()

    def renew(self) -> None:
        """Drop all that is remembered of the index: somebody else has written to it."""
        self._seen.clear()
        self._undo_heads.clear()
        self._renames = None
        self.forget()

    def forget(self) -> None:
        """Drop what was not written."""
        self._docs: dict[int, Doc | None] = {}
        self._labels: dict[tuple[str, int, int], tuple[Any, ...] | None] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._tallies: dict[TallyKey, float] = {}
        self._people: dict[str, tuple[int, int]] = {}
        self._requests: list[tuple[str, int, int, int]] = []
        self._ended: list[tuple[int, str]] = []
        self._head: tuple[int, int, float, str] | None = None
        self._last = self._taken = 0

    def take(self, line: LogLine) -> None:
        """Take in a line read from the log."""
        record = line.record
        if record["op"] == "add":
            docs = ((int(key), doc, dumps(doc).decode()) for key, doc in record["set"].items())
            self.enter_many(docs, line.start + 1)
            self.advance(line.end, record["seq"], record["at"], record["crc"])
        else:
            self.apply(record, line.start, line.end, record["crc"])
        self._taken += 1
        if self._taken >= _MAX_TAKEN:
            self.settle()

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
        works = rules.ended_leases(record)
        for key, patch in (record.get("set") or {}).items():
            number = int(key)
            self._patch(
                number, known[number] if known and number in known else self.doc(number), patch, start
            )
            self._ended += [(number, work) for work in works]
        for name, changes in (record.get("tables") or {}).items():
            self._documents(name, changes)
        if record["op"] == "project":
            schema.set_meta(self.db, {"project": record["digest"]})
        self._take_names(record)
        self._person(record, start)
        if rid := record.get("rid"):
            self._requests.append((rid, record["seq"], int(next(iter(record["set"]), 0)), start))
        merge(self._tallies, tally(record))
        self.advance(end, record["seq"], record["at"], crc)

    def advance(self, end: int, seq: int, at: float, crc: str) -> None:
        """Set where the index stands after what was taken in: `end` bytes of the log, and its last event."""
        self._head = (end, seq, at, crc)

    def settle(self) -> None:
        """Write to the index what was taken in, in the caller's transaction."""
        if self._head is None:
            return
        for sql, rows in (*self._task_rows(), *self._label_rows(), *self._sum_rows()):
            if rows:
                self.db.executemany(sql, rows)
        self.db.execute(
            "update head set pos=?, seq=?, at=?, crc=?, last=max(last, ?)", (*self._head, self._last)
        )
        self.forget()

    def _task_rows(self) -> Iterator[Statement]:
        docs = self._docs.items()
        yield "delete from task where id=?", [(number,) for number, doc in docs if doc is None]
        texts = [(number, doc["state"], dumps(doc).decode()) for number, doc in docs if doc is not None]
        yield schema.REPLACE_TASK, texts
        yield "delete from lease where task = ? and work = ?", self._ended

    def _label_rows(self) -> Iterator[Statement]:
        rows = self._labels
        yield (
            "delete from label where label=? and stage=? and task=?",
            [key for key, row in rows.items() if row is None],
        )
        yield schema.REPLACE_LABEL, [row for row in rows.values() if row is not None]

    def _sum_rows(self) -> Iterator[Statement]:
        text = schema.bound_text
        yield _COUNT, [(text(who), state, n) for (who, state), n in self._counts.items() if n]
        yield (
            schema.ADD_TALLY,
            [(kind, text(a), text(b), n) for (kind, a, b), n in self._tallies.items() if n],
        )
        people = [(text(who), *heads) for who, heads in self._people.items()]
        yield "insert or replace into person values (?,?,?)", people
        yield "insert or replace into request values (?,?,?,?)", self._requests

    def doc(self, task_id: int) -> Doc | None:
        """A task's document with all that was taken in; not to be changed by the caller."""
        if task_id in self._docs:
            return self._docs[task_id]
        if task_id in self._seen:
            return self._seen[task_id]
        row = self.db.execute("select doc from task where id=?", (task_id,)).fetchone()
        if row is None:
            return None
        self.know(task_id, row[0])
        return self._seen[task_id]

    def know(self, task_id: int, text: str) -> None:
        """Keep a document as it stands in the index."""
        if len(self._seen) >= _MAX_SEEN:
            self._seen.clear()
        self._seen[task_id] = parsed(text)

    def renames(self) -> Renames:
        """Names that commands have given to labels and attributes."""
        if self._renames is None:
            row = self.db.execute("select value from meta where key='renames'").fetchone()
            self._renames = from_json(parsed(row[0])) if row and row[0] else ()
        return self._renames

    def _take_names(self, record: Mapping[str, Any]) -> None:
        if record["op"] in ("labels", "revert"):
            known = self.renames()
            self._renames = with_event(known, record)
            if self._renames != known:
                schema.set_meta(self.db, {"renames": dumps(as_json(self._renames)).decode()})

    def undo_head(self, who: str) -> int:
        """Where this person's undo list begins in the log (+ 1; 0: empty)."""
        if who not in self._undo_heads:
            row = self.db.execute("select undo from person where who=?", (who,)).fetchone()
            self._undo_heads[who] = int(row[0]) if row else 0
        return self._undo_heads[who]

    def _patch(self, task_id: int, old: Doc | None, patch: Doc | None, start: int) -> None:
        doc = None
        if patch is not None:
            doc = patched(old, patch, start + 1)
            if doc is None:
                return  # Its beginning was lost in a damaged log; a repair says so.
            self._last = max(self._last, task_id)
        self._docs[task_id] = doc
        self._seen.pop(task_id, None)
        before = schema.label_rows(task_id, old) if old is not None else []
        after = schema.label_rows(task_id, doc) if doc is not None else []
        if before != after:
            self._labels.update((row[:3], None) for row in before)
            self._labels.update((row[:3], row) for row in after)
        for each, by in ((old, -1), (doc, 1)):
            if each is not None:
                key = _count_key(each)
                self._counts[key] = self._counts.get(key, 0) + by
                merge(self._tallies, tally_now(each, by))

    def enter_many(self, docs: Iterable[tuple[int, Doc, str]], head: int) -> None:
        """Put many new documents in at once; each with its text."""
        rows, labels = [], []
        for task_id, doc, text in docs:
            rows.append((task_id, doc["state"], f'{text[:-1]},"_ev":{head}}}'))
            labels += schema.label_rows(task_id, doc)
            key = _count_key(doc)
            self._counts[key] = self._counts.get(key, 0) + 1
            self._last = max(self._last, task_id)
        self.db.executemany(schema.ENTER_TASK, rows)
        self.db.executemany(schema.ADD_LABEL, labels)

    def enter_labels(self, after: int, until: int) -> None:
        """Label rows of the tasks with after < id <= until."""
        rows = self.db.execute("select id, doc from task where id > ? and id <= ?", (after, until))
        labels = [row for task_id, text in rows for row in schema.label_rows(task_id, json.loads(text))]
        self.db.executemany(schema.ADD_LABEL, labels)

    def _documents(self, name: str, changes: Mapping[str, Doc | None]) -> None:
        for key, doc in changes.items():
            if doc is None:
                self.db.execute("delete from document where name=? and id=?", (name, int(key)))
            else:
                row = (name, int(key), dumps(doc).decode())
                self.db.execute("insert or replace into document values (?,?,?)", row)

    def _person(self, record: Mapping[str, Any], start: int) -> None:
        heads = rules.undo_heads(record, start + 1)
        if heads is not None:
            who = record.get("who", "")
            self._people[who] = heads
            self._undo_heads[who] = heads[0]


def _count_key(doc: Mapping[str, Any]) -> tuple[str, str]:
    return doc.get("annotator") or "", doc["state"]
