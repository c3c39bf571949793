"""Tasks into the queue."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tui.model.task import NewTask
from tui.store.documents import MAX_EVENT_DOCS, Doc, new_doc
from tui.store.index import schema
from tui.store.jsontext import dumps
from tui.store.log.event_log import closed
from tui.store.members import checked_members
from tui.store.queue.event_store import EventStore
from tui.store.queue.transaction import Transaction

_BATCH_DOCS = 1000
"""Documents in one transaction: others wait only milliseconds."""


class Additions:
    """`add`."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        """See `AnnotationQueue`."""
        added = there = 0
        source = iter(tasks)
        try:
            while batch := list(islice(source, _BATCH_DOCS)):
                new = self._add_batch(batch, who)
                added += new
                there += len(batch) - new
        finally:
            if added:
                self._store.log.sync()
        return added, there

    def _add_batch(self, batch: list[NewTask], who: str) -> int:
        self._store.ensure_index("path")
        with self._store.unsynced() as change:  # `add` syncs once, when it has written all.
            fresh: dict[tuple[str, int], NewTask] = {}
            known = schema.columns("select 1 from task t where t.path = +cast(? as text) and t.pass = ?")
            for task in batch:
                if change.db.execute(known, (schema.key_path(task.path), task.pass_)).fetchone() is None:
                    fresh.setdefault((task.path, task.pass_), task)
            docs = [_numbered(change.last + n, task) for n, task in enumerate(fresh.values(), 1)]
            for at in range(0, len(docs), MAX_EVENT_DOCS):
                self._add_line(change, who, docs[at : at + MAX_EVENT_DOCS])
            change.last += len(docs)
        return len(docs)

    def _add_line(self, change: Transaction, who: str, docs: list[tuple[int, Doc, str]]) -> None:
        """One event of new documents; their texts go into the line as they are."""
        record = change.record("add", who, {})
        texts = ",".join([f'"{number}":{text}' for number, _, text in docs])
        line = closed(dumps(record)[:-2] + texts.encode("ascii") + b"}")

        def fold(start: int, end: int, crc: str) -> None:
            change.index.fold.enter_many(docs, start + 1)
            change.index.fold.advance(end, record["seq"], record["at"], crc)

        change.write(line, fold)


def _numbered(number: int, task: NewTask) -> tuple[int, Doc, str]:
    doc = new_doc(task)
    return number, doc, checked_members(doc)
