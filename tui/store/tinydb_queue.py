"""TinyDB over the queue: its API, our log. `QueueDB(project)` then `db.table("tasks").search(...)`.

The table `tasks` holds the queue's tasks; any other name is a table of whoever asks for it, kept in
the same log and checkpoint. Each write is one durable event; conditions are resolved under the
queue's lock, so that several processes may write at once. Reading takes documents one at a time.
TinyDB's `_read_table` and `_update_table` are private: hence `tinydb>=4.9,<5`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from tui.model.project import Project
from tui.model.task import State
from tui.store.documents import Doc
from tui.store.index import schema
from tui.store.jsontext import checked
from tui.store.members import checked_members
from tui.store.opening import open_queue
from tui.store.queue.event_queue import EventQueue
from tui.store.queue.event_store import EventStore
from tui.store.queue.transaction import Transaction
from tui.store.tinydb_tables import TASKS, Documents, TableChange, outward

_RESERVED = ("_meta", "_end")


class QueueStorage(Storage):
    """Reads tables lazily. Writing whole tables is what this is there to avoid."""

    def __init__(self, queue: EventQueue | Project | Path | str) -> None:
        self.owner = not isinstance(queue, EventQueue)
        opened = queue if isinstance(queue, EventQueue) else open_queue(queue)
        assert isinstance(opened, EventQueue)
        self.queue = opened
        self.store: EventStore = opened.store

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables by name, read from the queue when they are asked for."""
        with self.store.reading() as db:
            names = [row[0] for row in db.execute("select distinct name from document order by name")]
        return {name: cast("dict[str, Any]", Documents(self.store, name)) for name in [TASKS, *names]}

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Raises NotImplementedError: tables are written by their own methods."""
        raise NotImplementedError("Tables are written by their own methods; see QueueTable.")

    def close(self) -> None:
        """Close the queue if it was opened here."""
        if self.owner:
            self.queue.close()


class QueueTable(Table):
    """A table whose writes are events."""

    def __init__(self, storage: QueueStorage, name: str, cache_size: int = 10) -> None:
        if name in _RESERVED:
            raise ValueError(f"The table name {name!r} is termlabel's own.")
        super().__init__(storage, name, cache_size)
        self.store, self._seen = storage.store, -1

    def insert(self, document: Mapping[str, Any]) -> int:
        """One document in; gives its id."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Documents in, as one event; gives their ids."""
        found: list[int] = []
        self._update_table(lambda table: found.extend(_insert(table, documents)))
        return found

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """As TinyDB's, but looked for and inserted under one lock, as one event."""
        ids = [document.doc_id] if isinstance(document, Document) else None
        if ids is None and cond is None:
            raise ValueError("Without a condition, upsert needs a tinydb.table.Document with its id.")
        found: list[int] = []

        def updater(table: dict[int, Any]) -> None:
            for key in list(table) if ids is None else [key for key in ids if key in table]:
                if ids is not None or (cond is not None and cond(table[key])):
                    table[key].update(document)
                    found.append(key)
            if not found:
                found.extend(_insert(table, [document]))

        self._update_table(updater)
        return found

    def search(self, cond: QueryLike) -> list[Document]:
        """All documents that meet a condition, as of now."""
        self._refresh()
        return super().search(cond)

    def _refresh(self) -> None:
        """What others wrote makes remembered answers wrong."""
        seq = self.store.seq
        if seq != self._seen:
            self.clear_cache()
            self._seen = seq

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", Documents(self.store, self.name))

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        if self.name == TASKS:
            self.store.ensure_index("path")
        with self.store.writing() as change:
            table = TableChange(change, self.name)
            updater(cast("dict[int, Mapping[str, Any]]", table))
            table.settle()
            if not table.changed:
                return
            for doc in table.changed.values():
                checked(doc or {})
            if self.name == TASKS:
                change.record(
                    "edit", "", {key: _task_patch(change, key, doc) for key, doc in table.changed.items()}
                )
                change.last = max(change.last, *table.changed)
            else:
                change.record(
                    "edit", "", {}, tables={self.name: {str(k): d for k, d in table.changed.items()}}
                )


class QueueDB(TinyDB):
    """`QueueDB(project folder, Project or an open queue)`."""

    table_class = QueueTable  # type: ignore[assignment]
    default_storage_class = QueueStorage  # type: ignore[assignment]

    def drop_table(self, name: str) -> None:
        """Empty a table; for `tasks` that deletes the queue's tasks."""
        self.table(name).truncate()
        self._tables.pop(name, None)

    def drop_tables(self) -> None:
        """Empty all tables, those of the queue among them."""
        for name in self.tables():
            self.drop_table(name)


def _insert(table: MutableMapping[int, Any], documents: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """Puts documents in; gives their ids, the next free ones where they bring none."""
    following = max(table, default=0) + 1
    for document in documents:
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")
        key = document.doc_id if isinstance(document, Document) else following
        if key in table:
            raise ValueError(f"Document with ID {key} already exists")
        table[key] = dict(document)
        following = max(following, key + 1)
        yield key


def _task_patch(change: Transaction, key: int, doc: dict[str, Any] | None) -> Doc | None:
    """What an edit through TinyDB changes in a task; its `rev` goes up like with any other change.

    Raises:
        ValueError: what would be there then is no task, or its path is another task's.
        BadMember: a member is none that a task can have.
    """
    if doc is None:
        return None
    row = change.db.execute("select doc from task where id=?", (key,)).fetchone()
    old = outward(row[0]) if row else {}
    doc = {**doc, "state": doc.get("state", "todo")}
    _check_task(change, key, doc)
    patch = {name: value for name, value in doc.items() if name not in old or old[name] != value}
    patch |= dict.fromkeys(name for name in old if name not in doc)
    checked_members(patch)
    return {**patch, "rev": old.get("rev", 0) + 1} if row else patch


def _check_task(change: Transaction, key: int, doc: dict[str, Any]) -> None:
    """Raises ValueError for what is no task, or has another one's path."""
    if not isinstance(doc.get("path"), str) or doc["state"] not in list(State):
        raise ValueError(f"Task {key} needs a path, and one of the states {', '.join(State)}.")
    other = change.db.execute(
        schema.columns(
            "select t.id from task t where t.path = +cast(? as text) and t.pass = ? and t.id != ?"
        ),
        (schema.key_path(doc["path"]), doc.get("pass", 1), key),
    ).fetchone()
    if other is not None:
        raise ValueError(f"Task {other[0]} has the path {doc['path']!r} already.")
