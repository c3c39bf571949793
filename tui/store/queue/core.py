"""Log, index and lock as one store: the only place where events are written."""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from tui.errors import TermlabelError
from tui.store.base import CorruptLog, ReadOnly, StorageFull, Unavailable
from tui.store.index import checkpoint, schema
from tui.store.index.derived import build, identity, make_part, rebuilt, valid_index
from tui.store.index.fold import Fold
from tui.store.index.write_behind import Late
from tui.store.log.event_log import EventLog, seal
from tui.store.log.files import make_folder, sync_folder
from tui.store.log.layout import CHECKPOINT, FORMAT, INDEX, LOCK, LOG, check_format
from tui.store.log.lock import QueueLock
from tui.store.queue.transaction import Given, Head, Transaction, head_of

_EVENTS = 50_000
"""Events after which a checkpoint is written while work goes on."""
_GROWN = 1 << 18
"""Bytes by which the log must have grown before closing writes a checkpoint."""


class Store:
    """The files of one queue. Threads of this process take turns; other processes wait at the lock.

    Raises when opened:
        TermlabelError: the log is of another format.
    """

    def __init__(self, folder: Path, *, readonly: bool, login: str) -> None:
        self.folder, self.login, self.host = folder, login, socket.gethostname()
        self.warnings: list[str] = []
        self.damaged: CorruptLog | None = None
        self.threads = threading.RLock()
        self._checkpointing: threading.Thread | None = None
        self.readonly = readonly or not _prepare(folder)
        self.lock = None if self.readonly else QueueLock(folder / LOCK)
        self._open()

    # Opening and closing.

    def _open(self) -> None:
        try:
            self.log = EventLog(self.folder / LOG, readonly=self.readonly)
        except FileNotFoundError:
            raise ReadOnly(
                f"There is no queue in {self.folder} yet, and nothing can be written there."
            ) from None
        if self.lock is None:
            self._header()
            self._use(schema.private())
            build(self.base, self.folder / CHECKPOINT, self.log, self.id)
            self._catch_up()
            return
        with self.lock.held():
            if self.log.size == 0:
                self._begin()
            self._header()
            self._use(self._index_file())
            self._catch_up()
            self._look_at_checkpoint()

    def _use(self, base: sqlite3.Connection) -> None:
        self.base, self.fold, self.late = base, Fold(base), Late()
        self._made: set[str] = set()
        self._head: Head | None = None
        self.given: Given = {}
        self._path = str(self.folder / INDEX)
        self._file = identity(self._path)

    def _index_file(self) -> sqlite3.Connection:
        return valid_index(self.folder, self.log, self.id) or rebuilt(self.folder, self.log, self.id)

    def _begin(self) -> None:
        record = {"seq": 1, "v": FORMAT, "at": time.time(), "op": "begin", "id": secrets.token_hex(8)}
        self.log.append(seal(record), 0)
        self.log.sync()
        sync_folder(self.folder)

    def _header(self) -> None:
        """Reads the id of this log; refuses a format that this program does not know."""
        self.id = ""
        try:
            record = self.log.line_at(0)
        except CorruptLog as error:
            if self.log.size:
                self._found_damage(error)
            return
        check_format(record, self.folder)
        self.id = str(record.get("id", ""))

    def _catch_up(self) -> None:
        """Fold what others appended, and mend a torn tail. Needs the lock unless read-only."""
        if self._head is not None and self._head.pos == self.log.size:
            return
        self._head = None
        self.late.clear()
        self.fold.renew()
        pos, seq = self.base.execute("select pos, seq from head").fetchone()
        if pos == self.log.size:
            return
        self.base.execute("begin immediate")
        try:
            for line in self.log.lines(pos, seq):
                self.fold.take(line)
                pos, seq = line.end, line.record["seq"]
            self.fold.settle()
            self.base.execute("commit")
        except BaseException:
            self._forget()
            raise
        if pos < self.log.size and self.damaged is None:
            self._mend(pos, seq)

    def _settle(self) -> None:
        """What is late into the index. Needs the lock."""
        if self.late.events:
            self.base.execute("begin immediate")
            try:
                self.late.settle(self.base, self.fold)
                self.base.execute("commit")
            except BaseException:
                self._forget()
                raise

    def _forget(self) -> None:
        """Back to what the index has on the disk; the log has the rest."""
        self._head = None
        self.late.clear()
        self.fold.renew()
        if self.base.in_transaction:
            self.base.execute("rollback")

    def _mend(self, pos: int, seq: int) -> None:
        try:
            if self.readonly:
                self.log.examine_tail(pos, seq)
            elif self.log.mend_tail(pos, seq) > pos:
                self._catch_up()
            else:
                self.warnings.append(
                    "An event that was cut off in the middle was put aside; nothing safe was lost."
                )
        except CorruptLog as error:
            self._found_damage(error)

    def _found_damage(self, error: CorruptLog) -> None:
        if self.damaged is None:
            self.damaged, self.readonly = error, True
            self.warnings.append(
                f"{error} The queue is open for reading only; run 'termlabel check --repair'."
            )

    def _look_at_checkpoint(self) -> None:
        try:
            aside = checkpoint.put_foreign_aside(self.folder / CHECKPOINT, self.base, self.log)
        except OSError:
            return
        if aside is not None:
            self.warnings.append(
                f"queue.json had been changed by another program; it was put aside as {aside.name} "
                "and is written anew from the log."
            )
            with suppress(OSError, TermlabelError):
                self.checkpoint()

    def close(self) -> None:
        if self._checkpointing is not None:
            self._checkpointing.join()  # Before we take our turn: it needs one to end.
        with self.threads:
            if self.log.fd < 0:
                return
            if not self.readonly:
                with suppress(OSError, TermlabelError, sqlite3.Error):
                    self.refresh()
                    if self._grown():
                        self.checkpoint()
            self.base.close()
            self.log.close()
            if self.lock is not None:
                self.lock.close()

    def _grown(self) -> bool:
        """Whether a checkpoint is worth its time: in a big project ten labels are not."""
        row = self.base.execute("select value from meta where key='checkpoint_pos'").fetchone()
        (pos,) = self.base.execute("select pos from head").fetchone()
        since = int(pos) - (int(row[0]) if row else 0)
        return since > max(_GROWN, int(pos) // 10)

    # Reading.

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The index, with all events that stand in the log."""
        with self.threads, self._in_words():
            self.refresh()
            yield self.base

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What goes wrong with the index, nothing having been recorded, as the queue's own error."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._index_failed(error, recorded=False) from error

    def refresh(self) -> None:
        if self._head is None:
            self._head = head_of(self.base)
        if (self._head.pos == self.log.size and not self.late.events) or self.damaged is not None:
            return
        if self.lock is None:
            self._catch_up()
        else:
            with self.lock.held():
                self._follow_replaced()
                self._catch_up()
                self._settle()

    def _follow_replaced(self) -> int:
        """Open again what a repair, another version or a person has put another file in the place of;
        gives the log's size."""
        made = self._made
        size, replaced = self.log.look()
        base, log = self.base, self.log
        # The old ones stay open until the new ones are: where the folder is away for a while, it goes on after it.
        if replaced:
            self._open()
            base.close()
            log.close()
            size = self.log.size
        elif identity(self._path) != self._file:
            self._use(self._index_file())
            base.close()
        if made is not self._made:
            self.need(*made)
        return size

    @property
    def seq(self) -> int:
        with self.reading() as base:
            return head_of(base).seq

    def need(self, *names: str) -> None:
        """Make sure of indexes, before a transaction that is to use them."""
        if self._made.issuperset(names):
            return
        with self.threads:
            for name in [name for name in names if name not in self._made]:
                done = False
                while not done:  # Labels are made in parts, so that others get their turns.
                    with self.lock.held() if self.lock is not None else nullcontext():
                        done = make_part(self.fold, name)
                self._made.add(name)

    # Writing.

    @contextmanager
    def writing(self, *, sync: bool = True) -> Iterator[Transaction]:
        """The lock, the newest state, and one event at most. Others get the lock
        while the disk is waited for.

        Raises:
            ReadOnly, QueueBusy, StorageFull, Unavailable.
        """
        if self.readonly or self.lock is None:
            raise self.damaged or ReadOnly("The project is open for reading only; nothing can be recorded.")
        with self.threads:
            if self.log.failed:
                raise Unavailable(self.log.failed)
            self.lock.take()
            transaction = None
            try:
                transaction = self._transact()
                yield transaction
                transaction.finish()
                self._head = transaction.head
            except sqlite3.Error as error:
                recorded = transaction is not None and transaction.durable
                raise self._index_failed(error, recorded=recorded) from error
            except BaseException:
                self._forget()
                raise
            finally:
                self.lock.let_go()
            if transaction.durable and sync:
                self.log.sync()
        if transaction.seq // _EVENTS > transaction.first // _EVENTS:
            self._checkpoint_meanwhile()

    def _transact(self) -> Transaction:
        """A transaction on the newest state. Needs the lock."""
        size = self._follow_replaced()
        head, self._head = self._head, None
        alone = head is not None and head.pos == size
        if head is None or not alone:
            self._catch_up()
            head = head_of(self.base)
        if self.damaged is not None:
            raise self.damaged
        return Transaction(
            self.base, self.log, self.fold, self.late, self.given, head, self.login, self.host, alone=alone
        )

    def _index_failed(self, error: sqlite3.Error, *, recorded: bool) -> Exception:
        """The index is only derived: what is in the log counts, and a damaged index is made anew."""
        with suppress(sqlite3.Error):
            self._forget()
        full = isinstance(error, sqlite3.OperationalError) and "full" in str(error)
        if full and not recorded:
            return StorageFull("The disk is full; nothing was recorded.")
        if not isinstance(error, sqlite3.OperationalError):
            self.base.close()
            self._use(rebuilt(self.folder, self.log, self.id))
        return Unavailable(f"The queue's index failed ({error}); please try again.")

    def checkpoint(self) -> None:
        """Write `queue.json` from a consistent snapshot. Others go on working meanwhile."""
        snapshot = self.snapshot()
        try:
            marks = checkpoint.write(self.folder / CHECKPOINT, snapshot, self.log)
        finally:
            snapshot.close()
        if self.lock is not None:
            with self.threads, self.lock.held():
                schema.set_meta(self.base, marks)

    def _checkpoint_meanwhile(self) -> None:
        if self._checkpointing is not None and self._checkpointing.is_alive():
            return

        def work() -> None:
            with suppress(OSError, TermlabelError, sqlite3.Error):
                self.checkpoint()

        self._checkpointing = threading.Thread(target=work, name="checkpoint", daemon=True)
        self._checkpointing.start()

    def snapshot(self) -> sqlite3.Connection:
        """A connection whose read transaction sees one state of the queue; the caller closes it."""
        with self.threads:
            if self.lock is None:
                copy = schema.private()
                self.base.backup(copy)
                return copy
            self.refresh()
            base = schema.connect(self.folder / INDEX, readonly=True)
            base.execute("begin")
            base.execute("select seq from head").fetchone()
            return base


def _prepare(folder: Path) -> bool:
    """Make the queue's folder; False when it cannot be written."""
    try:
        if not folder.exists():
            make_folder(folder)
        return os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False
