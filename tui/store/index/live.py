"""The index as one process has it open, with what that process knows and the file does not have."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from tui.store.index.derived import identity
from tui.store.index.fold import Fold
from tui.store.index.write_behind import Requests, WriteBehind
from tui.store.log.event_log import EventLog

OwnLeases = dict[tuple[int, str], tuple[int, float]]
"""Leases that this process took: (task, work) -> (token, until by `schema.clock`). Nobody can take one over
before it runs out."""


class Head(NamedTuple):
    """Where the index stands: `pos` bytes of the log are folded, `seq` and `at` are those of the last
    event, `last` is the greatest task id."""

    pos: int
    seq: int
    at: float
    last: int


class LiveIndex:
    """`db` is its database, in autocommit; `fold` what was folded into it lately; `pending` what is in the log and
    not yet in it. `head`: where it stands, None when that is to be looked up. `made`: parts of it that are there.
    `requests`: what this process asked for lately, by whatever index."""

    def __init__(self, db: sqlite3.Connection, path: Path, requests: Requests) -> None:
        self.db, self.fold, self.pending = db, Fold(db), WriteBehind(requests)
        self.own_leases: OwnLeases = {}
        self.head: Head | None = None
        self.made: set[str] = set()
        self._path = str(path)
        self._identity = identity(self._path)

    @property
    def replaced(self) -> bool:
        """Whether another file has come in the place of this one."""
        return identity(self._path) != self._identity

    def known_head(self) -> Head:
        """Where it stands, looked up when that is not known."""
        if self.head is None:
            self.head = Head(*self.db.execute("select pos, seq, at, last from head").fetchone())
        return self.head

    def take_in(self, log: EventLog) -> Head:
        """Fold what others appended to the log; gives where it stands then. Needs the queue's lock unless private."""
        if self.head is not None and self.head.pos == log.size:
            return self.head
        self._renew()
        head = self.known_head()
        if head.pos != log.size:
            self.db.execute("begin immediate")
            try:
                for line in log.lines(head.pos, head.seq):
                    self.fold.take(line)
                self.fold.settle()
                self.db.execute("commit")
            except BaseException:
                self.rollback()
                raise
            self.head = None
            head = self.known_head()
        return head

    def settle(self) -> None:
        """Write what waits. Needs the queue's lock."""
        if self.pending.events:
            self.db.execute("begin immediate")
            try:
                self.pending.settle(self.db, self.fold)
                self.db.execute("commit")
            except BaseException:
                self.rollback()
                raise

    def rollback(self) -> None:
        """Back to what the file has; the log has the rest."""
        self._renew()
        if self.db.in_transaction:
            self.db.execute("rollback")

    def _renew(self) -> None:
        self.head = None
        self.pending.clear()
        self.fold.renew()

    def close(self) -> None:
        """Close the database; what waits for it stands in the log."""
        self.db.close()
