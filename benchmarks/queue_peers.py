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
from tui.model.task import NewTask
from tui.store.codec import new_doc
from tui.store.jsontext import dumps


def text_of(value: Mapping[str, Any]) -> str:
    return dumps(value).decode()


class SqliteQueue:
    """The same operations on SQLite in WAL mode with synchronous=FULL. A claim takes a lease and gives the
    document. A label knows a repeated request by its id, refuses a task that changed since it was claimed,
    and leaves an event to undo it by and to audit: who, when, in what circumstances, what was there before
    and after. Left out, though ours does it: lists by label, counters for progress, stats and audits."""

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(path, isolation_level=None, timeout=30)
        for statement in (
            "pragma journal_mode=wal",
            "pragma synchronous=full",
            "create table item(id integer primary key, path text unique, state text, annotator text,"
            " rev integer not null default 0, lease_by text, lease_until real, doc text)",
            "create table event(seq integer primary key, at real, who text, op text, item integer,"
            " request text unique, context text, was text, patch text)",
        ):
            self.base.execute(statement)

    def fill(self, tasks: Iterable[NewTask]) -> None:
        self.base.execute("begin")
        rows = ((t.path, str(t.state), text_of(new_doc(t))) for t in tasks)
        self.base.executemany("insert into item(path, state, doc) values (?,?,?)", rows)
        self.base.execute("create index item_todo on item(id) where state = 'todo'")
        self.base.execute("create index event_item on event(item)")
        self.base.execute("commit")

    def claim(self, who: str) -> tuple[int, int, dict[str, Any]]:
        """(id, revision, document)."""
        now = time.time()
        self.base.execute("begin immediate")
        item, rev, doc = self.base.execute(
            "select id, rev, doc from item indexed by item_todo where state = 'todo'"
            " and (lease_until is null or lease_until < ?) order by id limit 1",
            (now,),
        ).fetchone()
        self.base.execute("update item set lease_by=?, lease_until=? where id=?", (who, now + 900, item))
        self.base.execute("commit")
        return item, rev, json.loads(doc)

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
