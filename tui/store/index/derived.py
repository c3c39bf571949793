"""The index as a file: is it to be believed, and how it is made anew."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tui.store.index import checkpoint, schema
from tui.store.index.fold import Fold
from tui.store.log.event_log import EventLog
from tui.store.log.files import temporary_name
from tui.store.log.layout import CHECKPOINT, INDEX
from tui.store.log.machine import boot_id

_LABELS_AT_ONCE = 5_000


def valid_index(folder: Path, log: EventLog, log_id: str) -> sqlite3.Connection | None:
    """The index on disk if it belongs to this log and to this run of the machine, else None."""
    path = folder / INDEX
    if not path.exists():
        return None
    try:
        db = schema.connect(path)
    except sqlite3.Error:
        return None
    try:
        if _believed(db, log, log_id):
            return db
    except (sqlite3.Error, TypeError):
        pass
    except BaseException:
        db.close()
        raise
    db.close()
    return None


def _believed(db: sqlite3.Connection, log: EventLog, log_id: str) -> bool:
    meta = schema.get_meta(db)
    pos, seq, crc = db.execute("select pos, seq, crc from head").fetchone()
    if not seq or pos > log.size or meta != {**meta, **_marks(log, log_id)}:
        return False
    return log.read(max(0, pos - 11), pos)[:8] == str(crc).encode()


def _marks(log: EventLog, log_id: str) -> dict[str, Any]:
    """What an index must carry to be believed: a copied one may have been copied half-way, and one from
    before a crash of the machine was never synced."""
    return {"layout": schema.LAYOUT, "log": log_id, "place": log.place, "boot": boot_id()}


def rebuilt(folder: Path, log: EventLog, log_id: str) -> sqlite3.Connection:
    """A new index in the place of the old one; whoever has that open notices at the next write. Needs
    the lock."""
    path = folder / INDEX
    for left in folder.glob(f".{INDEX}.*"):
        left.unlink(missing_ok=True)
    temporary = temporary_name(path)
    with closing(schema.connect_new(temporary)) as db:
        build(db, folder / CHECKPOINT, log, log_id)
    for suffix in ("", "-wal", "-shm"):
        (folder / (INDEX + suffix)).unlink(missing_ok=True)
    temporary.rename(path)
    return schema.connect(path)


def build(db: sqlite3.Connection, saved: Path, log: EventLog, log_id: str) -> None:
    """Fill an empty database from the checkpoint `saved`, if it belongs to the log, and the log's rest."""
    schema.create(db)
    db.execute("begin")
    checkpoint.load(saved, db, log)
    fold = Fold(db)
    pos, seq = db.execute("select pos, seq from head").fetchone()
    for line in log.lines(pos, seq):
        fold.take(line)
    fold.settle()
    schema.make(db, "state")
    schema.set_meta(db, _marks(log, log_id))
    db.execute("commit")


def make_part(fold: Fold, name: str) -> bool:
    """Make one of the parts that are made when first needed; False while there is more to do. Labels of
    tasks that came from a checkpoint are filled in a few thousand at a time; what changes meanwhile has
    its labels already."""
    db = fold.db
    if name != "labels":
        schema.make(db, name)
        return True
    meta = schema.get_meta(db)
    done, end = int(meta.get("labels", 0)), int(meta.get("labels_to", 0))
    if done >= end:
        return True
    db.execute("begin immediate")
    stop = min(end, done + _LABELS_AT_ONCE)
    fold.enter_labels(done, stop)
    schema.set_meta(db, {"labels": stop})
    db.execute("commit")
    return False


def identity(path: str) -> tuple[int, int]:
    """Which file stands under a name, (0, 0) when none does."""
    try:
        info = os.stat(path)
    except OSError:
        return 0, 0
    return info.st_dev, info.st_ino
