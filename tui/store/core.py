"""Log, index and lock as one store: the only place where events are written."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tui.errors import TermlabelError
from tui.store import checkpoint, index
from tui.store.base import CorruptLog, NotFound, ReadOnly
from tui.store.codec import Doc
from tui.store.fold import Fold
from tui.store.lock import QueueLock
from tui.store.log import EventLog, Line, seal, sync_folder

FORMAT = 1
"""Version of the log, in its first event."""
LOG, INDEX, CHECKPOINT, LOCK = "events.jsonl", "queue.idx", "queue.json", "lock"


class Store:
    """The files of one queue. Threads of this process take turns; other processes wait at the lock.

    Raises when opened:
        TermlabelError: the log is of a newer format.
    """

    def __init__(self, folder: Path, *, anyone: bool, readonly: bool, login: str) -> None:
        self.folder, self.login, self.host = folder, login, socket.gethostname()
        self.warnings: list[str] = []
        self.damaged: CorruptLog | None = None
        self._threads = threading.RLock()
        self._scratch: Path | None = None
        self.readonly = readonly or not _prepare(folder)
        self.lock = None if self.readonly else QueueLock(folder / LOCK)
        self.log = self._open_log()
        self.anyone = anyone
        self.base = self._open_index()
        self.fold = Fold(self.base, anyone=anyone)

    # Opening and closing.

    def _open_log(self) -> EventLog:
        try:
            return EventLog(self.folder / LOG, readonly=self.readonly)
        except FileNotFoundError:
            raise ReadOnly(
                f"There is no queue in {self.folder} yet, and the folder does not let us make one."
            ) from None

    def _open_index(self) -> sqlite3.Connection:
        if self.readonly:
            return self._open_readonly()
        assert self.lock is not None
        with self.lock.held():
            if self.log.size == 0:
                self._begin()
            self.id = self._header()
            base = self._valid_index()
            if base is None:
                base = self._rebuilt(self.folder / INDEX)
            fold = Fold(base, anyone=self.anyone)
            self._catch_up(fold)
            self._look_at_checkpoint(base)
        return base

    def _open_readonly(self) -> sqlite3.Connection:
        """A private index in memory: nothing in the folder may change."""
        self.id = self._header() if self.log.size else ""
        base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._build(base)
        self._catch_up(Fold(base, anyone=self.anyone))
        return base

    def _begin(self) -> None:
        record = {"seq": 1, "v": FORMAT, "at": time.time(), "op": "begin", "id": secrets.token_hex(8)}
        self.log.append(seal(record), 0)
        self.log.sync()
        sync_folder(self.folder)

    def _header(self) -> str:
        """The id of this log; refuses a format that this program does not know."""
        try:
            record = self.log.line_at(0)
        except CorruptLog as error:
            self.damaged = error
            return ""
        if record.get("v", 0) > FORMAT:
            raise TermlabelError(
                f"The queue in {self.folder} has format {record['v']}, "
                f"this termlabel knows {FORMAT}; update termlabel."
            )
        return str(record.get("id", ""))

    def _valid_index(self) -> sqlite3.Connection | None:
        """The index on disk if it belongs to this log and machine run, else None."""
        path = self.folder / INDEX
        if not path.exists():
            return None
        base = None
        try:
            base = index.connect(path)
            meta = index.get_meta(base)
            pos, seq, crc = base.execute("select pos, seq, crc from head").fetchone()
            good = meta == {**meta, **self._marks()} and pos <= self.log.size
            if good and self._crc_before(pos) == crc and seq:
                return base
        except (sqlite3.Error, TypeError):
            pass
        if base is not None:
            base.close()
        return None

    def _marks(self) -> dict[str, Any]:
        """What an index must carry to be believed."""
        return {"layout": index.LAYOUT, "log": self.id, "boot": boot_id(), "anyone": int(self.anyone)}

    def _crc_before(self, pos: int) -> str:
        return self.log.read(max(0, pos - 11), pos)[:8].decode("ascii", "replace")

    def _rebuilt(self, path: Path) -> sqlite3.Connection:
        for name in (path.name, path.name + "-wal", path.name + "-shm"):
            with suppress(FileNotFoundError):
                (self.folder / name).unlink()
        base = index.connect(path)
        self._build(base)
        return base

    def _build(self, base: sqlite3.Connection) -> None:
        index.create(base)
        base.execute("begin")
        base.execute("insert into head values (0, 0, 0, 0, '')")
        checkpoint.load(self.folder / CHECKPOINT, Fold(base, anyone=self.anyone), self.log)
        for line in self._lines_after(base):
            Fold(base, anyone=self.anyone).take(line)
        index.build_indexes(base)
        index.set_meta(base, self._marks())
        base.execute("commit")

    def _lines_after(self, base: sqlite3.Connection) -> Iterator[Line]:
        pos, seq = base.execute("select pos, seq from head").fetchone()
        return self.log.lines(pos, seq)

    def _catch_up(self, fold: Fold) -> None:
        """Fold what others appended, and mend a torn tail. Needs the lock unless read-only."""
        base = fold.base
        inside = base.in_transaction
        pos, seq = base.execute("select pos, seq from head").fetchone()
        if pos == self.log.size:
            return
        if not inside:
            base.execute("begin immediate")
        for line in self.log.lines(pos, seq):
            fold.take(line)
            pos, seq = line.end, line.record["seq"]
        if not inside:
            base.execute("commit")
        if pos < self.log.size:
            self._mend(fold, pos, seq)

    def _mend(self, fold: Fold, pos: int, seq: int) -> None:
        try:
            if self.readonly:
                return
            if self.log.mend_tail(pos, seq) > pos:
                self._catch_up(fold)
            else:
                self.warnings.append(
                    "An event that was cut off in the middle was put aside; nothing safe was lost."
                )
        except CorruptLog as error:
            self.damaged, self.readonly = error, True
            self.warnings.append(
                f"{error} The queue is open for reading only; run 'termlabel check --repair'."
            )

    def _look_at_checkpoint(self, base: sqlite3.Connection) -> None:
        aside = checkpoint.put_foreign_aside(self.folder / CHECKPOINT, base)
        if aside is not None:
            self.warnings.append(
                f"queue.json had been changed by another program; it was put aside as {aside.name} "
                "and is written anew from the log."
            )
            with suppress(OSError):
                checkpoint.write(self.folder / CHECKPOINT, base, self.log)

    def close(self) -> None:
        with self._threads:
            if self.log.fd < 0:
                return
            if not self.readonly and self.events_since_checkpoint() > 1000:
                with suppress(OSError, TermlabelError):
                    self.checkpoint()
            self.base.close()
            self.log.close()
            if self.lock is not None:
                self.lock.close()
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)

    # Reading.

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The index, with all events that stand in the log."""
        with self._threads:
            self.refresh()
            yield self.base

    def refresh(self) -> None:
        (pos,) = self.base.execute("select pos from head").fetchone()
        if pos == self.log.size:
            return
        if self.readonly:
            if self.damaged is None:
                self._catch_up(self.fold)
        elif self.lock is not None:
            with self.lock.held():
                self._catch_up(self.fold)

    @property
    def seq(self) -> int:
        with self.reading() as base:
            return int(base.execute("select seq from head").fetchone()[0])

    # Writing.

    @contextmanager
    def writing(self, *, sync: bool = True) -> Iterator[Transaction]:
        """The lock, the newest state, and one event at most; synced after the lock was let go.

        Raises:
            ReadOnly, QueueBusy, StorageFull, Unavailable.
        """
        if self.readonly or self.lock is None:
            raise self.damaged or ReadOnly("The project is open for reading only; nothing can be recorded.")
        with self._threads:
            with self.lock.held():
                self._catch_up(self.fold)
                if self.damaged is not None:
                    raise self.damaged
                self.base.execute("begin immediate")
                try:
                    transaction = Transaction(self)
                    yield transaction
                    transaction.finish()
                except BaseException:
                    self.base.execute("rollback")
                    raise
                self.base.execute("commit")
            if transaction.wrote and sync:
                self.log.sync()
        if transaction.wrote and transaction.seq % 50_000 == 0:
            with suppress(OSError):
                self.checkpoint()

    def checkpoint(self) -> None:
        """Write `queue.json` from a consistent snapshot. Others go on working meanwhile."""
        self.log.sync()
        snapshot = index.connect(self.folder / INDEX)
        try:
            checkpoint.write(self.folder / CHECKPOINT, snapshot, self.log)
        finally:
            snapshot.close()

    def events_since_checkpoint(self) -> int:
        row = self.base.execute("select value from meta where key='checkpoint_seq'").fetchone()
        (seq,) = self.base.execute("select seq from head").fetchone()
        return int(seq) - (int(row[0]) if row else 0)

    def snapshot(self) -> sqlite3.Connection:
        """A connection whose read transaction sees one state of the queue; the caller closes it."""
        if self.readonly:
            copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            with self._threads:
                self.base.backup(copy)
            return copy
        self.refresh()
        base = index.connect(self.folder / INDEX, readonly=True)
        base.execute("begin")
        base.execute("select seq from head").fetchone()
        return base


class Transaction:
    """One change of the queue under its lock."""

    def __init__(self, store: Store) -> None:
        self.store, self.base = store, store.base
        pos, seq, at, last = self.base.execute("select pos, seq, at, last from head").fetchone()
        self.pos, self.seq, self.last = int(pos), int(seq), int(last)
        self.now = max(time.time(), at)
        self.wrote = False
        self._record: dict[str, Any] | None = None

    def doc(self, task_id: int) -> Doc:
        """Raises NotFound."""
        row = self.base.execute("select doc from task where id=?", (task_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no task {task_id} in this queue.")
        doc: Doc = json.loads(row[0])
        return doc

    def record(self, op: str, who: str, patches: Mapping[int, Doc | None], **more: Any) -> dict[str, Any]:
        """Set the transaction's event: `patches` by task. `more`: further members; None is left out."""
        was: dict[str, Doc] = {}
        prev: dict[str, int] = {}
        for task_id, patch in patches.items():
            row = self.base.execute("select doc, head from task where id=?", (task_id,)).fetchone()
            if row is not None:
                doc = json.loads(row[0])
                was[str(task_id)] = doc if patch is None else {name: doc.get(name) for name in patch}
                prev[str(task_id)] = row[1]
        return self.raw(op, who, {str(k): v for k, v in patches.items()}, was=was, prev=prev, **more)

    def raw(self, op: str, who: str, patches: Mapping[str, Doc | None], **more: Any) -> dict[str, Any]:
        """The same when the caller knows what was before."""
        self.seq += 1
        record: dict[str, Any] = {
            "seq": self.seq,
            "at": round(self.now, 6),
            "who": who,
            "login": self.store.login,
            "host": self.store.host,
            "op": op,
        }
        record.update({k: v for k, v in more.items() if v is not None and k not in ("was", "prev")})
        record["set"] = patches
        record.update({k: more[k] for k in ("was", "prev") if more.get(k)})
        self._record = record
        return record

    def finish(self) -> None:
        """Append the event and fold it."""
        if self._record is not None:
            self.append(self._record)

    def append(self, record: dict[str, Any], fold: Callable[[int, int, str], None] | None = None) -> None:
        """Write one event now; `fold` takes it in instead of the general rule."""
        line = seal(record)
        end = self.store.log.append(line, self.pos)
        self.wrote = True
        crc = line[-11:-3].decode("ascii")
        if fold is None:
            self.store.fold.apply(record, self.pos, end, crc)
        else:
            fold(self.pos, end, crc)
        self.pos = end
        self._record = None


def boot_id() -> str:
    """Changes with every start of the machine, '' where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _prepare(folder: Path) -> bool:
    """Make the queue's folder; False when it cannot be written."""
    try:
        if not folder.exists():
            old = os.umask(0o002)
            try:
                folder.mkdir()
            finally:
                os.umask(old)
        return os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False
