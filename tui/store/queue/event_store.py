"""The event store: log, index and lock as one, the only place where events are written."""

from __future__ import annotations

import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from tui.errors import TermlabelError
from tui.store.base import CorruptLog, QueueError, ReadOnly, StorageFull, Unavailable
from tui.store.index import checkpoint, schema
from tui.store.index.derived import build, make_part, rebuilt, valid_index
from tui.store.index.live import LiveIndex
from tui.store.log.event_log import EventLog, seal
from tui.store.log.files import made_writable, sync_folder
from tui.store.log.layout import CHECKPOINT, FORMAT, INDEX, LOCK, LOG, check_format
from tui.store.log.lock import CLOSED, QueueLock
from tui.store.queue.transaction import Transaction

_EVENTS = 50_000
"""Events after which a checkpoint is written while work goes on."""
_MIN_GROWTH = 1 << 18
"""Bytes by which the log must have grown before closing writes a checkpoint."""


class EventStore:
    """The files of one queue. Threads of this process take turns; other processes wait at the lock.

    Raises when opened (and leaves no file open then):
        TermlabelError: the log is of another format.
        ReadOnly: there is none, and none can be made.
        QueueBusy: the lock was held for too long.
        StorageFull, Unavailable: the index could not be made.
    """

    def __init__(self, folder: Path, *, readonly: bool, login: str) -> None:
        self.folder, self.login, self.host = folder, login, socket.gethostname()
        self.warnings: list[str] = []
        self.damaged: CorruptLog | None = None
        self.threads = threading.RLock()
        self._checkpointing: threading.Thread | None = None
        self._live = partial(
            LiveIndex, path=folder / INDEX, requests={}
        )  # What was asked for outlives an index.
        self.readonly = readonly or not made_writable(folder)
        self.lock = None if self.readonly else QueueLock(folder / LOCK)
        try:
            self._open()
        except sqlite3.Error as error:
            self._close_lock()
            raise _index_error(error, recorded=False) from error
        except BaseException:
            self._close_lock()
            raise

    def _close_lock(self) -> None:
        if self.lock is not None:
            self.lock.close()

    @property
    def db(self) -> sqlite3.Connection:
        """The index as it stands on the disk; `reading` brings it up to date."""
        return self.index.db

    def _locked(self) -> AbstractContextManager[None]:
        return nullcontext() if self.lock is None else self.lock.held()

    # Opening and closing.

    def _open(self) -> None:
        """Open log and index. Where that fails, nothing new stays open and what was open before goes on."""
        with ExitStack() as opened:
            log = opened.enter_context(closing(self._opened_log()))
            with self._locked():
                if self.lock is not None and log.size == 0:
                    _begin(log, self.folder)
                self.id = self._log_id(log)
                index = opened.enter_context(closing(self._live(self._index_of(log))))
                try:
                    log.examine_line_end(index.known_head().pos, index.known_head().seq)
                except CorruptLog as error:
                    # The index stays: it has seen the event, and a repair takes it from there.
                    self._found_damage(error)
                self._catch_up_to_read(log, index)
                wanted = self._checkpoint_wanted(log, index)
                opened.pop_all()
                self.log, self.index = log, index
                if wanted:
                    with suppress(OSError, TermlabelError):
                        self.checkpoint()

    def _opened_log(self) -> EventLog:
        try:
            return EventLog(self.folder / LOG, readonly=self.readonly)
        except FileNotFoundError:
            raise ReadOnly(
                f"There is no queue in {self.folder} yet, and nothing can be written there."
            ) from None

    def _index_of(self, log: EventLog) -> sqlite3.Connection:
        if self.lock is not None:
            return valid_index(self.folder, log, self.id) or rebuilt(self.folder, log, self.id)
        db = schema.private()
        try:
            build(db, self.folder / CHECKPOINT, log, self.id)
        except BaseException:
            db.close()
            raise
        return db

    def _log_id(self, log: EventLog) -> str:
        """The id of a log; refuses a format that this program does not know."""
        try:
            record = log.line_at(0)
        except CorruptLog as error:
            if log.size:
                self._found_damage(error)
            return ""
        check_format(record, self.folder)
        return str(record.get("id", ""))

    def _catch_up(self, log: EventLog, index: LiveIndex) -> None:
        """Fold what others appended, and mend a torn tail, or StorageFull. Needs the lock unless read-only."""
        head = index.take_in(log)
        if head.pos < log.size and self.damaged is None:
            self._mend(log, index, head.pos, head.seq)

    def _catch_up_to_read(self, log: EventLog, index: LiveIndex) -> None:
        """A tail that a full disk does not let us put aside stays: it hinders only who writes, and they are told."""
        with suppress(StorageFull):
            self._catch_up(log, index)

    def _mend(self, log: EventLog, index: LiveIndex, pos: int, seq: int) -> None:
        try:
            if self.readonly:
                log.examine_tail(pos, seq)
            elif log.mend_tail(pos, seq) > pos:
                self._catch_up(log, index)
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

    def _checkpoint_wanted(self, log: EventLog, index: LiveIndex) -> bool:
        """Whether the checkpoint is to be written anew; one that another program changed is put aside."""
        if self.lock is None:
            return False
        path = self.folder / CHECKPOINT
        try:
            found = checkpoint.origin(path, index.db, log)
            if found != "foreign":
                # What an earlier version saw of events that are damaged now, a repair takes from its checkpoint.
                return found == "outdated" and self.damaged is None
            aside = checkpoint.set_aside(path)
        except OSError:
            return False
        self.warnings.append(
            f"queue.json had been changed by another program; it was put aside as {aside.name} "
            "and is written anew from the log."
        )
        return True

    def close(self) -> None:
        """Write a checkpoint where the log has grown by much, and close all files; closed ones stay as they are."""
        if self._checkpointing is not None:
            self._checkpointing.join()  # Before we take our turn: it needs one to end.
        with self.threads:
            if self.log.closed:
                return
            if not self.readonly:
                with suppress(OSError, TermlabelError, sqlite3.Error):
                    self.refresh()
                    if self._grown():
                        self.checkpoint()
            self.index.close()
            self.log.close()
            if self.lock is not None:
                self.lock.close()

    def _grown(self) -> bool:
        """Whether a checkpoint is worth its time: in a big project ten labels are not."""
        saved = int(schema.get_meta(self.db).get("checkpoint_pos", 0))
        (pos,) = self.db.execute("select pos from head").fetchone()
        return int(pos) - saved > max(_MIN_GROWTH, int(pos) // 10)

    # Reading.

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The index, with all events that stand in the log.

        Raises:
            QueueBusy: others wrote, and the lock was held for too long.
            StorageFull, Unavailable: the index could not be brought up to date.
        """
        with self.threads, self._asking():
            self.refresh()
            yield self.db

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What SQLite refuses becomes an error of the queue."""
        try:
            yield
        except sqlite3.Error as error:
            with self.threads:
                raise self._index_failed(error, recorded=False) from error

    def refresh(self) -> None:
        """Bring the index up to the end of the log."""
        index = self.index
        if self.log.closed:
            raise Unavailable(CLOSED)
        if (index.known_head().pos == self.log.size and not index.pending.events) or self.damaged is not None:
            return
        with self._locked():
            if self.lock is not None:
                self._follow_replaced()
            self._catch_up_to_read(self.log, self.index)
            self.index.settle()

    def _follow_replaced(self) -> int:
        """Open again what a repair, another version or a person has put another file in the place of;
        gives the log's size."""
        size, replaced = self.log.look()
        index, log = self.index, self.log
        # The old ones stay open until the new ones are: where the folder is away for a while, it goes on after it.
        if replaced:
            self._open()
            index.close()
            log.close()
            size = self.log.size
        elif index.replaced:
            self.index = self._live(self._index_of(log))
            index.close()
        if self.index is not index:
            self.ensure_index(*index.made)
        return size

    @property
    def seq(self) -> int:
        """Number of the last event."""
        with self.reading():
            return self.index.known_head().seq

    def ensure_index(self, *names: str) -> None:
        """Make sure of parts of the index, before a transaction that is to use them.

        Raises:
            QueueBusy, StorageFull, Unavailable: as for `reading`.
        """
        if self.index.made.issuperset(names):
            return
        with self.threads, self._asking():
            for name in [name for name in names if name not in self.index.made]:
                done = False
                while not done:  # Labels are made in parts, so that others get their turns.
                    with self._locked():
                        done = make_part(self.index.fold, name)
                self.index.made.add(name)

    # Writing.

    def writing(self) -> AbstractContextManager[Transaction]:
        """The lock, the newest state, and events; others get the lock while the disk is waited for.

        Raises:
            ReadOnly, CorruptLog, QueueBusy, StorageFull, Unavailable.
        """
        return _Writing(self, sync=True)

    def unsynced(self) -> AbstractContextManager[Transaction]:
        """The same for what a power cut may take back: leases, and tasks that are synced all at once."""
        return _Writing(self, sync=False)

    def sync(self) -> None:
        """See `Transactions`."""
        self.log.sync()

    def _transact(self) -> Transaction:
        """A transaction on the newest state. Needs the lock."""
        size, head = self._follow_replaced(), self.index.head
        alone = head is not None and head.pos == size
        if not alone:
            self._catch_up(self.log, self.index)
        if self.damaged is not None:
            raise self.damaged
        return Transaction(self.index, self.log, self.login, self.host, alone=alone)

    def _roll_back(self) -> None:
        """Back to what the log has, as far as a failing index lets us."""
        with suppress(sqlite3.Error):
            self.index.rollback()

    def _index_failed(self, error: sqlite3.Error, *, recorded: bool) -> QueueError:
        """The index is only derived: what is in the log counts, and a damaged index is made anew."""
        self._roll_back()
        if not isinstance(error, sqlite3.OperationalError) and not self.log.closed:
            with suppress(OSError, TermlabelError, sqlite3.Error):  # Else whoever asks next tries again.
                self._make_index_anew()
        return _index_error(error, recorded=recorded)

    def _make_index_anew(self) -> None:
        self.index.close()
        with self._locked():
            writable = self.lock is not None
            db = rebuilt(self.folder, self.log, self.id) if writable else self._index_of(self.log)
        self.index = self._live(db)

    # Copies of one moment.

    def checkpoint(self) -> None:
        """Write `queue.json` from a consistent snapshot. Others go on working meanwhile.

        Raises:
            OSError: no space or no permission; the old file stands.
            QueueBusy, StorageFull, Unavailable: as for `reading`.
        """
        with self.snapshot() as snapshot:
            marks = checkpoint.write(self.folder / CHECKPOINT, snapshot, self.log)
        if self.lock is not None:
            with self.threads, self._asking(), self.lock.held():
                schema.set_meta(self.db, marks)

    def _checkpoint_meanwhile(self) -> None:
        if self._checkpointing is not None and self._checkpointing.is_alive():
            return

        def work() -> None:
            with suppress(OSError, TermlabelError):
                self.checkpoint()

        self._checkpointing = threading.Thread(target=work, name="checkpoint", daemon=True)
        self._checkpointing.start()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection whose read transaction sees one state of the queue; others go on meanwhile.

        Raises:
            QueueBusy, StorageFull, Unavailable: as for `reading`.
        """
        with self._asking(), ExitStack() as opened:
            with self.threads:
                self.refresh()
                db = opened.enter_context(closing(self._connected_again()))
                db.execute("begin")
                db.execute("select seq from head").fetchone()
            yield db

    def _connected_again(self) -> sqlite3.Connection:
        """A further connection to the index, a copy where that is in memory."""
        if self.lock is not None:
            return schema.connect(self.folder / INDEX, readonly=True)
        copy = schema.private()
        self.db.backup(copy)
        return copy


class _Writing:
    """`EventStore.writing` and `unsynced`. A class, as a generator would cost 2 µs more: a label makes two of them, which
    were 4 of its 132 µs without the disk.
    """

    __slots__ = ("_store", "_sync", "_transaction")

    def __init__(self, store: EventStore, *, sync: bool) -> None:
        self._store, self._sync = store, sync
        self._transaction: Transaction | None = None

    def __enter__(self) -> Transaction:
        store = self._store
        if store.readonly or store.lock is None:
            raise store.damaged or ReadOnly("The project is open for reading only; nothing can be recorded.")
        store.threads.acquire()
        try:
            if store.log.failed:
                raise Unavailable(store.log.failed)
            store.lock.take()
            try:
                self._transaction = transaction = store._transact()
            except BaseException as error:
                self._end(store.lock, error)
                raise
        except BaseException:
            store.threads.release()
            raise
        return transaction

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        store, transaction = self._store, self._transaction
        assert store.lock is not None and transaction is not None
        try:
            self._end(store.lock, error)
            if transaction.durable and self._sync:
                store.log.sync()
        finally:
            store.threads.release()
        if transaction.seq // _EVENTS > transaction.first // _EVENTS:
            store._checkpoint_meanwhile()

    def _end(self, lock: QueueLock, error: BaseException | None) -> None:
        """Finish the transaction, or leave it for an error, which is raised; then let others go on."""
        store, transaction = self._store, self._transaction
        try:
            if error is not None:
                raise error
            if transaction is not None:
                transaction.finish()
        except sqlite3.Error as failure:
            recorded = transaction is not None and transaction.durable
            raise store._index_failed(failure, recorded=recorded) from failure
        except BaseException:
            store._roll_back()
            raise
        finally:
            lock.let_go()


def _index_error(error: sqlite3.Error, *, recorded: bool) -> QueueError:
    """What to tell whoever asked the index when it failed. `recorded`: their decision stands in the log already."""
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error) and not recorded:
        return StorageFull("The disk is full; nothing was recorded.")
    return Unavailable(f"The queue's index failed ({error}); please try again.")


def _begin(log: EventLog, folder: Path) -> None:
    """Write the first event of a new log."""
    record = {"seq": 1, "v": FORMAT, "at": time.time(), "op": "begin", "id": secrets.token_hex(8)}
    log.append(seal(record), 0)
    log.sync()
    sync_folder(folder)
