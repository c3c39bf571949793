"""TinyDB over the queue: its API, our log. `QueueDB(project)` then `db.table("tasks").search(...)`.

The table `tasks` holds the queue's tasks; any other name is a table of whoever asks for it, kept in
the same log and checkpoint. Each write is one durable event; conditions are resolved under the
queue's lock, so that several processes may write at once. Reading takes documents one at a time.
TinyDB's `_read_table` and `_update_table` are private: hence `tinydb>=4.9,<5`.
"""

from __future__ import annotations

import json
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
from tui.store.opening import open_queue
from tui.store.queue.event_queue import EventQueue
from tui.store.queue.store import Store
from tui.store.queue.transaction import Transaction

TASKS = "tasks"
_RESERVED = ("_meta", "_end")


class QueueStorage(Storage):
    """Reads tables lazily. Writing whole tables is what this is there to avoid."""

    def __init__(self, queue: EventQueue | Project | Path | str) -> None:
        self.owner = not isinstance(queue, EventQueue)
        opened = queue if isinstance(queue, EventQueue) else open_queue(queue)
        assert isinstance(opened, EventQueue)
        self.queue = opened
        self.store: Store = opened.store

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables by name, read from the queue when they are asked for."""
        with self.store.reading() as base:
            names = [row[0] for row in base.execute("select distinct name from document order by name")]
        return {name: cast("dict[str, Any]", Documents(self.store, name)) for name in [TASKS, *names]}

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Raises NotImplementedError: tables are written by their own methods."""
        raise NotImplementedError("Tables are written by their own methods; see QueueTable.")

    def close(self) -> None:
        """Close the queue if it was opened here."""
        if self.owner:
            self.queue.close()


class Documents(Mapping[str, Mapping[str, Any]]):
    """A table as it stands, each document parsed when it is asked for."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.rows = "task where 1" if name == TASKS else "document where name = :name"
        self.named = {} if name == TASKS else {"name": name}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        with self.store.reading() as base:
            row = base.execute(
                f"select doc from {self.rows} and id = :id", {**self.named, "id": int(key)}
            ).fetchone()
        if row is None:
            raise KeyError(key)
        return _outward(row[0])

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._all())

    def __len__(self) -> int:
        with self.store.reading() as base:
            return int(base.execute(f"select count(*) from {self.rows}", self.named).fetchone()[0])

    def items(self) -> Any:
        """All (id, document) pairs, ascending id, a few hundred read at a time."""
        return ((key, _outward(text)) for key, text in self._all())

    def _all(self) -> Iterator[tuple[str, str]]:
        after = 0
        while True:
            with self.store.reading() as base:
                rows = base.execute(
                    f"select id, doc from {self.rows} and id > :after order by id limit 500",
                    {**self.named, "after": after},
                ).fetchall()
            if not rows:
                return
            yield from ((str(number), text) for number, text in rows)
            after = rows[-1][0]


class TableChange(MutableMapping[int, dict[str, Any]]):
    """A table while it is being changed, under the lock. Documents that were looked at and left as they
    were are forgotten, so that a condition over a million of them costs no memory."""

    def __init__(self, change: Transaction, name: str) -> None:
        self.base = change.base
        self.rows = "task where 1" if name == TASKS else "document where name = :name"
        self.named = {} if name == TASKS else {"name": name}
        self.changed: dict[int, dict[str, Any] | None] = {}
        self._looked: tuple[int, str, dict[str, Any]] | None = None

    def stored(self, key: int) -> str | None:
        """The JSON of a document as it was before the change, None when there was none."""
        row = self.base.execute(
            f"select doc from {self.rows} and id = :id", {**self.named, "id": key}
        ).fetchone()
        return row[0] if row else None

    def settle(self) -> None:
        """Keep what was changed in place of the document looked at last."""
        if self._looked is not None:
            key, text, doc = self._looked
            if key not in self.changed and doc != _outward(text):
                self.changed[key] = doc
            self._looked = None

    def __getitem__(self, key: int) -> dict[str, Any]:
        if self._looked is not None and self._looked[0] == key:
            return self._looked[2]
        self.settle()
        if key in self.changed:
            found = self.changed[key]
            if found is None:
                raise KeyError(key)
            return found
        text = self.stored(key)
        if text is None:
            raise KeyError(key)
        self._looked = (key, text, _outward(text))
        return self._looked[2]

    def __setitem__(self, key: int, doc: dict[str, Any]) -> None:
        self._looked = None
        self.changed[key] = doc

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self._looked = None
        self.changed[key] = None

    def __iter__(self) -> Iterator[int]:
        self.settle()
        known = [row[0] for row in self.base.execute(f"select id from {self.rows} order by id", self.named)]
        new = [key for key in self.changed if self.stored(key) is None]
        return (key for key in [*known, *new] if self.changed.get(key, {}) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Take every document out."""
        for key in list(self):
            self.changed[key] = None
        self._looked = None


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
            self.store.need("path")
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


def _outward(text: str) -> dict[str, Any]:
    """A document without the members that are only the queue's bookkeeping."""
    doc: dict[str, Any] = json.loads(text)
    for name in ("_ev", "_changed"):
        doc.pop(name, None)
    return doc


def _task_patch(change: Transaction, key: int, doc: dict[str, Any] | None) -> Doc | None:
    """What an edit through TinyDB changes in a task; its `rev` goes up like with any other change.

    Raises:
        ValueError: what would be there then is no task, or its path is another task's.
    """
    if doc is None:
        return None
    row = change.base.execute("select doc from task where id=?", (key,)).fetchone()
    old = _outward(row[0]) if row else {}
    doc = {**doc, "state": doc.get("state", "todo")}
    _check_task(change, key, doc)
    patch = {name: value for name, value in doc.items() if name not in old or old[name] != value}
    patch |= dict.fromkeys(name for name in old if name not in doc)
    return {**patch, "rev": old.get("rev", 0) + 1} if row else patch


def _check_task(change: Transaction, key: int, doc: dict[str, Any]) -> None:
    """Raises ValueError for what is no task, or has another one's path."""
    if not isinstance(doc.get("path"), str) or doc["state"] not in list(State):
        raise ValueError(f"Task {key} needs a path, and one of the states {', '.join(State)}.")
    other = change.base.execute(
        schema.columns(
            "select t.id from task t where t.path = +cast(? as text) and t.pass = ? and t.id != ?"
        ),
        (schema.key_path(doc["path"]), doc.get("pass", 1), key),
    ).fetchone()
    if other is not None:
        raise ValueError(f"Task {other[0]} has the path {doc['path']!r} already.")
