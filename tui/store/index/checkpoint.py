"""`queue.json`: a TinyDB file with one document a line, written from the index, replaced by rename.

Line 1 is `{"_meta": {"1": {...}},`, then each table as `"name": {`, `"id": {document},` ..., `},`; the
last line carries the CRC-32 of all before it, so that a file changed by anything else is noticed.
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
from typing import IO, Any, Literal
from zlib import crc32

from tui.store.index import schema
from tui.store.log.event_log import EventLog
from tui.store.log.files import flush, open_shared, sync_folder, temporary_name

TABLE = "tasks"
_FORMAT = 6
_SAME_DOCUMENTS = (4, 5, _FORMAT)
"""Formats whose documents are as in this one. In 4 and 5 the tallies were counted otherwise."""
_BATCH = 500
_CHUNK = 1 << 20
_CARRIED = ("project", "renames")
"""Entries of the index's table `meta` that come along; null where there is none."""
_MAX_REQUESTS = 1000
"""Request ids that are carried along: a retry comes within minutes."""


def write(path: Path, db: sqlite3.Connection, log: EventLog) -> dict[str, Any]:
    """Write the checkpoint from a snapshot of the index (a read transaction); gives marks for the index
    that tell the file again. Others go on working meanwhile.

    Raises:
        OSError: no space or no permission; the old file stands.
    """
    temporary = temporary_name(path)
    try:
        pos, seq, at, last, crc = db.execute("select pos, seq, at, last, crc from head").fetchone()
        head = {"pos": pos, "seq": seq, "at": at, "last": last, "crc": crc}
        log.sync()
        with open(open_shared(temporary, os.O_WRONLY | os.O_CREAT), "wb", buffering=1 << 18) as file:
            _write_all(_Summed(file), db, {"snapshot": secrets.token_hex(8), **head})
            file.flush()
            flush(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return marks(path)


def marks(path: Path) -> dict[str, Any]:
    """What the index remembers of the file that stands there now (another process may have been faster)."""
    with open(path, "rb") as file:
        info, meta = os.fstat(file.fileno()), _head(file.readline())
    if meta is None:
        return {}
    return {
        "checkpoint": f"{meta['snapshot']} {info.st_size} {info.st_mtime_ns}",
        "checkpoint_pos": meta["pos"],
    }


def _write_all(file: _Summed, db: sqlite3.Connection, head: dict[str, Any]) -> None:
    requests = f"select rid, seq, task, pos from request order by seq desc limit {_MAX_REQUESTS}"
    meta = {
        "format": _FORMAT,
        **head,
        **{name: schema.get_meta(db).get(name) for name in _CARRIED},
        "counts": db.execute("select annotator, state, n from count where n != 0").fetchall(),
        "people": db.execute("select who, undo, redo from person").fetchall(),
        "tallies": db.execute("select kind, a, b, n from tally where n != 0").fetchall(),
        "requests": db.execute(requests).fetchall(),
    }
    file.write(b'{"_meta": {"1": %b},\n"%b": {' % (json.dumps(meta).encode(), TABLE.encode()))
    _write_rows(file, db.execute("select id, doc from task order by id"))
    for (name,) in db.execute("select distinct name from document order by name").fetchall():
        file.write(b"},\n%b: {" % json.dumps(name).encode())
        _write_rows(file, db.execute("select id, doc from document where name=? order by id", (name,)))
    file.end()


class _Summed:
    """A file that sums up what is written, and ends with the sum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._crc = file, 0

    def write(self, data: bytes) -> None:
        """Write bytes, and add them to the sum."""
        self._crc = crc32(data, self._crc)
        self._file.write(data)

    def end(self) -> None:
        """Write the last line, with the sum."""
        self._file.write(_end(self._crc))


def _write_rows(file: _Summed, rows: sqlite3.Cursor) -> None:
    first = True
    while batch := rows.fetchmany(_BATCH):
        text = ",\n".join([f'"{number}": {doc}' for number, doc in batch])
        file.write((b"\n" if first else b",\n") + text.encode())
        first = False
    file.write(b"\n")


def load(path: Path, db: sqlite3.Connection, log: EventLog) -> bool:
    """Fill an empty index from the checkpoint; False when there is none that belongs to this log."""
    meta = read_head(path)
    if meta is None or meta["format"] != _FORMAT or not _belongs(meta, log) or not whole(path):
        return False
    try:
        db.execute("savepoint load")
        _load_tables(path, db)
        db.executemany("insert into count values (?,?,?)", meta["counts"])
        db.executemany("insert into person values (?,?,?)", meta["people"])
        db.executemany("insert into tally values (?,?,?,?)", meta["tallies"])
        db.executemany("insert into request values (?,?,?,?)", meta["requests"])
        head = [meta[name] for name in ("pos", "seq", "at", "last", "crc")]
        db.execute("update head set pos=?, seq=?, at=?, last=?, crc=?", head)
        schema.set_meta(
            db,
            {
                **marks(path),
                **{name: meta.get(name) for name in _CARRIED},
                "labels": 0,
                "labels_to": meta["last"],
            },
        )
        db.execute("release load")
    except (ValueError, KeyError, TypeError, OSError, sqlite3.Error):
        db.execute("rollback to load")
        return False
    return True


def read_head(path: Path) -> dict[str, Any] | None:
    """The `_meta` document of a checkpoint; None when there is no file or we did not write it."""
    try:
        with open(path, "rb") as file:
            return _head(file.readline())
    except FileNotFoundError:
        return None


def _head(line: bytes) -> dict[str, Any] | None:
    try:
        meta = json.loads(line.rstrip().rstrip(b",") + b"}")["_meta"]["1"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    ours = (
        isinstance(meta, dict) and meta.get("format") in _SAME_DOCUMENTS and isinstance(meta.get("pos"), int)
    )
    return meta if ours else None


def _belongs(meta: dict[str, Any], log: EventLog) -> bool:
    pos = meta.get("pos")
    if not isinstance(pos, int) or not 11 <= pos <= log.size:
        return False
    return log.read(pos - 11, pos - 3) == str(meta.get("crc")).encode()


def _load_tables(path: Path, db: sqlite3.Connection) -> None:
    """Documents as they stand in their lines: taking a million of them apart would take seconds."""
    others: list[tuple[str, int, str]] = []

    def tasks() -> Iterator[tuple[int, str, str]]:
        name = TABLE
        for key, text in _entries(path):
            if not text:
                name = key
            elif name == TABLE:
                yield int(key), text[10 : text.index('"', 10)], text
            else:
                others.append((name, int(key), text))

    db.executemany(schema.ENTER_TASK, tasks())
    db.executemany("insert into document values (?,?,?)", others)


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """(id, document) of each line; (name, "") where a table begins."""
    with open(path, encoding="utf-8", newline="\n", buffering=1 << 18) as file:
        file.readline()
        for line in file:
            if line.startswith(("}", '"_end"')):
                continue
            key, _, text = line.partition(": ")
            text = text.rstrip("\n").removesuffix(",")
            yield (json.loads(key), "") if text == "{" else (key[1:-1], text)


def documents(path: Path) -> Iterator[tuple[int, str]]:
    """(id, document) of each task of a checkpoint."""
    name = TABLE
    for key, text in _entries(path):
        if not text:
            name = key
        elif name == TABLE:
            yield int(key), text


def origin(path: Path, db: sqlite3.Connection, log: EventLog) -> Literal["ours", "outdated", "foreign"]:
    """Whether a checkpoint is as we wrote it, as an earlier version did, or was changed; "ours" when there is none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        info = path.stat()
    except FileNotFoundError:
        return "ours"
    row = db.execute("select value from meta where key='checkpoint'").fetchone()
    if row is not None and row[0].split()[1:] == [str(info.st_size), str(info.st_mtime_ns)]:
        return "ours"
    meta = read_head(path)
    if meta is None or not _belongs(meta, log) or not whole(path):
        return "foreign"
    if meta["format"] != _FORMAT:
        return "outdated"
    # A copied project, or the process that wrote it ended before it could note so.
    schema.set_meta(db, marks(path))
    return "ours"


def set_aside(path: Path) -> Path:
    """Rename a checkpoint that is not ours; its new path."""
    aside = path.with_name(
        f"{path.name}.foreign-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**6:06}"
    )
    path.rename(aside)
    return aside


def whole(path: Path) -> bool:
    """Whether a checkpoint holds the bytes that we wrote: its last line carries their CRC-32."""
    crc, last = 0, b""
    with open(path, "rb", buffering=0) as file:
        while part := file.read(_CHUNK):
            body = last + part
            last = body[-_END_SIZE:]
            crc = crc32(body[:-_END_SIZE], crc)
    return last == _end(crc)


def _end(crc: int) -> bytes:
    return b'},\n"_end": {"1": {"crc": "%08x"}}}\n' % crc


_END_SIZE = len(_end(0))
