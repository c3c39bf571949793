"""`queue.json`: a TinyDB file with one document a line, written from the index, replaced by rename.

Line 1 is `{"_meta": {"1": {...}},`, then each table as `"name": {`, `"id": {document},` ..., `},`.
Stock TinyDB opens it. The log stays the truth: the file only makes building the index fast.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tui.store import index
from tui.store.fold import Fold
from tui.store.log import EventLog, flush, sync_folder

TABLE = "tasks"
_BATCH = 5000


def write(path: Path, base: sqlite3.Connection, log: EventLog) -> None:
    """Write the checkpoint from what `base` holds now (one read transaction).

    Raises:
        OSError: no space or no permission; the old file stands.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    base.execute("begin")
    try:
        snapshot = secrets.token_hex(8)
        pos, seq, at, last, crc = base.execute("select pos, seq, at, last, crc from head").fetchone()
        log.sync()
        with open(temporary, "wb", buffering=1 << 18) as file:
            _write_all(
                file, base, {"snapshot": snapshot, "pos": pos, "seq": seq, "at": at, "last": last, "crc": crc}
            )
            file.flush()
            flush(file.fileno())
        os.replace(temporary, path)
    finally:
        base.execute("rollback")
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    _remember(base, path)


def _remember(base: sqlite3.Connection, path: Path) -> None:
    """Note which file stands there now (another process may have been faster)."""
    with open(path, "rb") as file:
        info, meta = os.fstat(file.fileno()), _head(file.readline())
    if meta is not None:
        mark = f"{meta['snapshot']} {info.st_size} {info.st_mtime_ns}"
        index.set_meta(base, {"checkpoint": mark, "checkpoint_seq": meta["seq"]})


def _write_all(file: IO[bytes], base: sqlite3.Connection, head: dict[str, Any]) -> None:
    meta = {
        "format": 1,
        **head,
        "counts": base.execute("select annotator, state, n from count where n != 0").fetchall(),
        "people": base.execute("select who, undo, redo from person").fetchall(),
        "tallies": base.execute("select kind, a, b, n from tally").fetchall(),
        "requests": base.execute(
            "select rid, seq, task, pos from request order by seq desc limit 1000"
        ).fetchall(),
    }
    file.write(b'{"_meta": {"1": %b},\n"%b": {' % (json.dumps(meta).encode(), TABLE.encode()))
    _write_rows(file, base.execute("select id, doc from task order by id"))
    for (name,) in base.execute("select distinct name from document order by name").fetchall():
        file.write(b",\n%b: {" % json.dumps(name).encode())
        _write_rows(file, base.execute("select id, doc from document where name=? order by id", (name,)))
    file.write(b"}\n")


def _write_rows(file: IO[bytes], rows: sqlite3.Cursor) -> None:
    first = True
    while batch := rows.fetchmany(_BATCH):
        text = ",\n".join([f'"{number}": {doc}' for number, doc in batch])
        file.write((b"\n" if first else b",\n") + text.encode())
        first = False
    file.write(b"\n}")


def load(path: Path, fold: Fold, log: EventLog) -> bool:
    """Fill an empty index from the checkpoint; False when there is none that belongs to this log."""
    try:
        with open(path, "rb", buffering=1 << 18) as file:
            meta = _head(file.readline())
            if meta is None or not _belongs(meta, log):
                return False
            _load_tables(file, fold)
            base = fold.base
            base.executemany("insert into count values (?,?,?)", meta["counts"])
            base.executemany("insert into person values (?,?,?)", meta["people"])
            base.executemany("insert into tally values (?,?,?,?)", meta["tallies"])
            base.executemany("insert into request values (?,?,?,?)", meta["requests"])
            fold.advance(meta["pos"], meta["seq"], meta["at"], meta["crc"])
            base.execute("update head set last=?", (meta["last"],))
            _remember(base, path)
    except FileNotFoundError:
        return False
    except (ValueError, KeyError, TypeError, OSError, sqlite3.Error):
        _forget(fold.base)
        return False
    return True


def _forget(base: sqlite3.Connection) -> None:
    for table in ("task", "label", "count", "person", "request", "document", "tally"):
        base.execute(f"delete from {table}")
    base.execute("update head set pos=0, seq=0, at=0, last=0, crc=''")


def _head(line: bytes) -> dict[str, Any] | None:
    """The `_meta` document of a first line, None when we did not write it."""
    try:
        meta = json.loads(line.rstrip().rstrip(b",") + b"}")["_meta"]["1"]
    except (ValueError, KeyError, TypeError):
        return None
    return meta if isinstance(meta, dict) and "snapshot" in meta else None


def _belongs(meta: dict[str, Any], log: EventLog) -> bool:
    pos: int = meta["pos"]
    return bool(11 <= pos <= log.size and log.read(pos - 11, pos - 3) == meta["crc"].encode())


def _load_tables(file: IO[bytes], fold: Fold) -> None:
    """One document a line, in batches: a million of them must not lie in memory."""
    name, tasks, others = TABLE, [], []
    for number, text in _entries(file):
        if text is None:
            name = number
        elif name == TABLE:
            tasks.append((int(number), text))
            if len(tasks) >= _BATCH:
                _enter(fold, tasks)
                tasks = []
        else:
            others.append((name, int(number), text.decode()))
    _enter(fold, tasks)
    fold.base.executemany("insert into document values (?,?,?)", others)


def _enter(fold: Fold, lines: list[tuple[int, bytes]]) -> None:
    rows, labels = [], []
    for task_id, text in lines:
        doc = json.loads(text)
        row = index.row_of(task_id, doc, anyone=fold.anyone, text=text.decode())
        rows.append(row)
        labels += [(label, row[2], task_id) for label in index.labels_of(doc)]
    fold.base.executemany(index.INSERT_TASK, rows)
    fold.base.executemany("insert or ignore into label values (?,?,?)", labels)


def _entries(file: IO[bytes]) -> Iterator[tuple[str, bytes | None]]:
    """(id, document) of each line; (name, None) where a table begins."""
    for line in file:
        line = line.rstrip(b"\n").removesuffix(b",")
        if line in (b"}", b"", b"}}"):
            continue
        if line.endswith(b": {"):
            yield json.loads(line[:-3]), None
            continue
        key, _, text = line.partition(b": ")
        yield key.strip(b'"').decode(), text


def read_head(path: Path) -> dict[str, Any] | None:
    """The `_meta` document of a checkpoint; None when there is no file or we did not write it."""
    try:
        with open(path, "rb") as file:
            return _head(file.readline())
    except FileNotFoundError:
        return None


def documents(path: Path) -> Iterator[tuple[int, bytes]]:
    """(id, document) of each task of a checkpoint."""
    with open(path, "rb", buffering=1 << 18) as file:
        file.readline()
        name = TABLE
        for number, text in _entries(file):
            if text is None:
                name = number
            elif name == TABLE:
                yield int(number), text


def put_foreign_aside(path: Path, base: sqlite3.Connection) -> Path | None:
    """Move a checkpoint that is not the one we wrote out of the way; its new path, None when it is ours."""
    try:
        info = path.stat()
    except FileNotFoundError:
        return None
    row = base.execute("select value from meta where key='checkpoint'").fetchone()
    if row is not None:
        snapshot, size, mtime = row[0].split()
        if int(size) == info.st_size and int(mtime) == info.st_mtime_ns:
            return None
        if _same(path, base, snapshot, int(size), info.st_size):
            _remember(base, path)
            return None
    return set_aside(path)


def set_aside(path: Path) -> Path:
    """Rename a checkpoint that is not ours; its new path."""
    aside = path.with_name(
        f"{path.name}.foreign-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**6:06}"
    )
    path.rename(aside)
    return aside


def _same(path: Path, base: sqlite3.Connection, snapshot: str, size: int, found: int) -> bool:
    """Whether a file with another time (a copied project) still is what we wrote.

    An older writer may also have won the rename: then the file is a whole checkpoint of ours."""
    with open(path, "rb") as file:
        meta = _head(file.readline())
        if meta is None:
            return False
        if meta["snapshot"] != snapshot or size != found:
            return False
        return _matches(file, base)


def _matches(file: IO[bytes], base: sqlite3.Connection) -> bool:
    """Compare documents that did not change since the checkpoint with the index."""
    name = TABLE
    for number, text in _entries(file):
        if text is None:
            name = number
            continue
        if name != TABLE:
            continue
        row = base.execute("select doc from task where id=?", (int(number),)).fetchone()
        if row is None:
            continue
        if row[0].encode() != text:
            doc, ours = json.loads(text), json.loads(row[0])
            if doc.get("_ev") == ours.get("_ev"):
                return False
    return True
