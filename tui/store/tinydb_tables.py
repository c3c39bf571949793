"""The tables of `tui.store.tinydb_queue` as mappings: as they stand, and while they are changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from tui.store.queue.event_store import EventStore
from tui.store.queue.transaction import Transaction

TASKS = "tasks"
"""The table of the queue's tasks."""


class Documents(Mapping[str, Mapping[str, Any]]):
    """A table as it stands, each document parsed when it is asked for."""

    def __init__(self, store: EventStore, name: str) -> None:
        self.store = store
        self.rows = "task where 1" if name == TASKS else "document where name = :name"
        self.named = {} if name == TASKS else {"name": name}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        with self.store.reading() as db:
            row = db.execute(
                f"select doc from {self.rows} and id = :id", {**self.named, "id": int(key)}
            ).fetchone()
        if row is None:
            raise KeyError(key)
        return outward(row[0])

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._all())

    def __len__(self) -> int:
        with self.store.reading() as db:
            return int(db.execute(f"select count(*) from {self.rows}", self.named).fetchone()[0])

    def items(self) -> Any:
        """All (id, document) pairs, ascending id, a few hundred read at a time."""
        return ((key, outward(text)) for key, text in self._all())

    def _all(self) -> Iterator[tuple[str, str]]:
        after = 0
        while True:
            with self.store.reading() as db:
                rows = db.execute(
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
        self.db = change.db
        self.rows = "task where 1" if name == TASKS else "document where name = :name"
        self.named = {} if name == TASKS else {"name": name}
        self.changed: dict[int, dict[str, Any] | None] = {}
        self._looked: tuple[int, str, dict[str, Any]] | None = None

    def stored(self, key: int) -> str | None:
        """The JSON of a document as it was before the change, None when there was none."""
        row = self.db.execute(
            f"select doc from {self.rows} and id = :id", {**self.named, "id": key}
        ).fetchone()
        return row[0] if row else None

    def settle(self) -> None:
        """Keep what was changed in place of the document looked at last."""
        if self._looked is not None:
            key, text, doc = self._looked
            if key not in self.changed and doc != outward(text):
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
        self._looked = (key, text, outward(text))
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
        known = [row[0] for row in self.db.execute(f"select id from {self.rows} order by id", self.named)]
        new = [key for key in self.changed if self.stored(key) is None]
        return (key for key in [*known, *new] if self.changed.get(key, {}) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Take every document out."""
        for key in list(self):
            self.changed[key] = None
        self._looked = None


def outward(text: str) -> dict[str, Any]:
    """A document without the members that are only the queue's bookkeeping."""
    doc: dict[str, Any] = json.loads(text)
    for name in ("_ev", "_changed"):
        doc.pop(name, None)
    return doc
