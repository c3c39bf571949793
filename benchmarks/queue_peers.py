"""What the queue is measured against: SQLite doing the same, stock TinyDB, and the bare disk."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tinydb

from benchmarks.queue_data import ready
from tui.model.task import NewTask, Order
from tui.store.documents import new_doc
from tui.store.jsontext import dumps


def text_of(value: Mapping[str, Any]) -> str:
    return dumps(value).decode()


_SCHEMA = (
    "create table item(id integer primary key, path text unique, state text, annotator text, priority integer,"
    " score real, rev integer not null default 0, lease_by text, lease_until real, doc text)",
    "create table event(seq integer primary key, at real, who text, op text, item integer,"
    " request text unique, context text, was text, patch text)",
    "create table label(label text, item integer, priority integer, score real, todo integer,"
    " primary key (label, item)) without rowid",
    "create table count(annotator text, state text, n integer, primary key (annotator, state)) without rowid",
)
_INDEXES = (
    "create index item_todo on item(id) where state = 'todo'",
    "create index event_item on event(item)",
)
_ORDER_INDEXES = (
    "insert into label select json_extract(each.value, '$.label'), item.id, priority, item.score, 1"
    " from item, json_each(doc, '$.predictions') each",
    "insert into count select '', state, count(*) from item group by state",
    "create index item_priority on item(priority desc, id) where state = 'todo'",
    "create index item_score on item(score is null, score, id) where state = 'todo'",
    "create index label_todo on label(label, item) where todo",
    "create index label_priority on label(label, priority desc, item) where todo",
    "create index label_score on label(label, score is null, score, item) where todo",
)
_BY = {
    Order.SEQUENTIAL: ("id", "todo"),
    Order.PRIORITY: ("priority desc, id", "priority"),
    Order.UNCERTAIN: ("score is null, score, id", "score"),
}
_FREE = "(lease_until is null or lease_until < :now)"
_CLAIMS = {
    **{
        (
            order,
            False,
        ): f"select id, rev, doc from item indexed by item_{name} where state = 'todo' and {_FREE}"
        f" order by {by} limit 1"
        for order, (by, name) in _BY.items()
    },
    **{
        (
            order,
            True,
        ): f"select i.id, rev, doc from label l indexed by label_{name} cross join item i on i.id = l.item"
        f" where label = :label and todo and {_FREE}"
        f" order by {by.replace('id', 'l.item').replace('priority', 'l.priority').replace('score', 'l.score')} limit 1"
        for order, (by, name) in _BY.items()
    },
}


class SqliteQueue:
    """The same operations on SQLite in WAL mode with synchronous=FULL: claims in order of entry, of priority and of
    uncertainty, also of one label, each by an index of its own; counts from a table of counters; the events
    of an image. A claim takes a lease and gives the document. A label knows a repeated request by its id, refuses a
    task that changed since it was claimed, and leaves an event to undo it by and to audit: who, when, in what
    circumstances, what was there before and after. Left out, though ours does it: random order, undo lists for each
    person, counters for audits.

    `orders` false: a leaner one that only claims in order of entry, and counts by looking at all rows."""

    def __init__(self, path: Path, *, orders: bool = True) -> None:
        self.orders = orders
        self.base = sqlite3.connect(path, isolation_level=None, timeout=30)
        for statement in ("pragma journal_mode=wal", "pragma synchronous=full", *_SCHEMA):
            self.base.execute(statement)

    def fill(self, tasks: Iterable[NewTask]) -> None:
        self.base.execute("begin")
        rows = (
            (n, t.path, str(t.state), t.priority, t.score, text_of(new_doc(t)))
            for n, t in enumerate(tasks, 1)
        )
        self.base.executemany(
            "insert into item(id, path, state, priority, score, doc) values (?,?,?,?,?,?)", rows
        )
        for statement in (*_INDEXES, *(_ORDER_INDEXES if self.orders else ())):
            self.base.execute(statement)
        self.base.execute("commit")

    def claim(
        self, who: str, order: Order = Order.SEQUENTIAL, label: str | None = None
    ) -> tuple[int, int, dict[str, Any]]:
        """(id, revision, document)."""
        now = time.time()
        self.base.execute("begin immediate")
        row = self.base.execute(_CLAIMS[order, label is not None], {"now": now, "label": label}).fetchone()
        self.base.execute("update item set lease_by=?, lease_until=? where id=?", (who, now + 900, row[0]))
        self.base.execute("commit")
        return row[0], row[1], json.loads(row[2])

    def release(self, who: str) -> None:
        """All leases of a person."""
        self.base.execute("update item set lease_by=null, lease_until=null where lease_by=?", (who,))

    def submit(self, item: int, rev: int, doc: dict[str, Any], who: str, label: str, request: str) -> None:
        now = time.time()
        patch = {"state": "labelled", "labels": [label], "annotator": who, "labelled_at": now, "seconds": 1.2}
        was = text_of({name: doc.get(name) for name in patch})
        self.base.execute("begin immediate")
        if self.base.execute("select item from event where request=?", (request,)).fetchone():
            self.base.execute("rollback")
            return
        done = self.base.execute(
            "update item set state='labelled', annotator=?, rev=rev+1, lease_by=null, lease_until=null, doc=?"
            " where id=? and rev=?",
            (who, text_of({**doc, **patch}), item, rev),
        )
        assert done.rowcount == 1
        if self.orders:
            said = (
                prediction["label"]
                for prediction in doc["predictions"]
                if doc["state"] in ("todo", "skipped")
            )
            self.base.executemany(
                "delete from label where label=? and item=?", [(each, item) for each in said]
            )
            self.base.execute(
                "insert into label values (?,?,?,?,0)", (label, item, doc.get("priority", 0), None)
            )
            counts = ((doc.get("annotator", ""), doc["state"], -1), (who, "labelled", 1))
            self.base.executemany(
                "insert into count values (?,?,?) on conflict do update set n = n + excluded.n", counts
            )
        self.base.execute(
            "insert into event(at, who, op, item, request, context, was, patch) values (?,?,'label',?,?,?,?,?)",
            (now, who, item, request, text_of({"seconds": 1.2}), was, text_of(patch)),
        )
        self.base.execute("commit")

    def label(self, label: str, n: int) -> None:
        for _ in range(n):
            item, rev, doc = self.claim("ann")
            self.submit(item, rev, doc, "ann", label, f"{item}-{rev}-{time.monotonic_ns()}")

    def counts(self) -> list[tuple[str, str, int]]:
        if self.orders:
            return self.base.execute("select annotator, state, n from count where n != 0").fetchall()
        return self.base.execute(
            "select annotator, state, count(*) from item group by annotator, state"
        ).fetchall()

    def close(self) -> None:
        self.base.close()


def stock_tinydb(path: Path, size: int) -> dict[str, float]:
    """Seconds of one operation of TinyDB's own storage."""
    with tinydb.TinyDB(path) as db:
        db.insert_multiple(new_doc(task) for task in ready(size))
        found = {}
        for name, call in (
            ("update of one", lambda: db.update({"state": "labelled"}, doc_ids=[1])),
            ("search", lambda: db.search(tinydb.where("state") == "todo")),
        ):
            times = []
            for _ in range(3):
                start = time.perf_counter()
                call()  # type: ignore[no-untyped-call]
                db.clear_cache()
                times.append(time.perf_counter() - start)
            found[name] = statistics.median(times)
    return found


def bare_sync(path: Path, n: int, size: int) -> float:
    """Seconds of the median append of `size` bytes with fdatasync."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    times = []
    for _ in range(n):
        start = time.perf_counter()
        os.write(fd, b"x" * size)
        os.fdatasync(fd)
        times.append(time.perf_counter() - start)
    os.close(fd)
    return statistics.median(times)
