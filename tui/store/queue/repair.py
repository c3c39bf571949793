"""A damaged log, made whole: every whole event is kept, damaged bytes are put aside.

Events before the damage stay byte for byte. Those after it are numbered anew and their pointers
are set anew, for both count what is no longer there. What the lost events had done to tasks is
taken from the index or the checkpoint where these had seen it, as events called `restored`.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tui.store import rules
from tui.store.documents import MAX_EVENT_DOCS, Doc, LogRecord
from tui.store.index import checkpoint, schema
from tui.store.log.event_log import EventLog, LogLine, seal
from tui.store.log.files import flush, open_shared, put_aside, sync_folder, temporary_name
from tui.store.log.layout import CHECKPOINT, FORMAT, INDEX, LOCK, LOG
from tui.store.log.lock import QueueLock
from tui.store.log.survey import Bad, survey


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did. `cut`: byte ranges of the old log. `restored`: tasks known from elsewhere."""

    cut: list[Bad]
    restored: int


def repair_log(folder: Path) -> Repaired | None:
    """Make a log whole where an event is damaged that may have been safe; None when there is none, perhaps but for a
    torn end, which `EventLog.mend_tail` is for."""
    with closing(QueueLock(folder / LOCK)) as lock, lock.held(), closing(EventLog(folder / LOG)) as log:
        bad = [found for found in survey(log, log.size) if isinstance(found, Bad)]
        if all(piece.kind == "torn" for piece in bad):
            return None
        _keep_damaged(folder, log, bad)
        known = {key: (doc, lost) for key, doc, lost in _known_elsewhere(folder, bad)}
        temporary = temporary_name(folder / LOG)
        restored = _rewrite(log, temporary, known)
        meta = checkpoint.read_head(folder / CHECKPOINT)
        if meta is not None and meta["pos"] > bad[0].start:
            checkpoint.set_aside(folder / CHECKPOINT)
        for suffix in ("", "-wal", "-shm"):
            (folder / (INDEX + suffix)).unlink(missing_ok=True)
        os.replace(temporary, folder / LOG)
        sync_folder(folder)
        return Repaired(bad, restored)


def _keep_damaged(folder: Path, log: EventLog, bad: list[Bad]) -> None:
    for piece in bad:
        if piece.end > piece.start:
            put_aside(folder / f"torn-{piece.start}-{time.time_ns()}", log.read(piece.start, piece.end))


def _rewrite(log: EventLog, path: Path, known: dict[int, tuple[Doc, bool]]) -> int:
    """Write every whole event of a log to a new file; how many tasks were restored from what is `known` of them."""
    with open(open_shared(path, os.O_WRONLY | os.O_CREAT), "wb") as file:
        writer = _Rewriter(file, known)
        for found in survey(log, log.size):
            if isinstance(found, LogLine):
                writer.take(found, log)
        writer.restore_rest()
        file.flush()
        flush(file.fileno())
    return writer.restored


@dataclass(slots=True)
class _Rewriter:
    """Writes events one after the other.

    `known`: documents from elsewhere, and whether their last event was lost. `prefix`: bytes that
    stayed as they were; after them positions differ. `heads`: by task, 1 + the start of its last
    event. `starts`: old to new positions (+ 1). `people`: undo and redo heads by name. `links`:
    (back, redo) of the events in those lists, by position.
    """

    file: IO[bytes]
    known: dict[int, tuple[Doc, bool]]
    restored: int = 0
    seq: int = 0
    at: float = 0.0
    pos: int = 0
    prefix: int = 0
    heads: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    people: dict[str, tuple[int, int]] = field(default_factory=dict)
    links: dict[int, tuple[int, int]] = field(default_factory=dict)

    def take(self, line: LogLine, log: EventLog) -> None:
        """Write one whole event of the old log: as it stands before the damage, numbered and linked anew after it."""
        record = line.record
        if line.start == self.pos == self.prefix and record["seq"] == self.seq + 1:
            self._write(record, log.read(line.start, line.end))
            self.prefix = self.pos
            return
        if record["op"] != "begin":
            self._make_sure_of_beginning(record["at"])
        keys = [int(key) for key in record.get("set") or {}]
        if record["op"] not in ("add", "restored"):
            self.restore([key for key in keys if key not in self.heads and key in self.known])
        self._rewrite(line.start, record, keys)

    def _make_sure_of_beginning(self, at: float) -> None:
        if self.seq == 0:
            begin = {"seq": 1, "v": FORMAT, "at": at, "op": "begin", "id": secrets.token_hex(8)}
            self._write(begin, seal(begin))

    def _rewrite(self, start: int, record: LogRecord, keys: list[int]) -> None:
        """An event of these tasks with its number and its pointers set anew; `start`: where it stood."""
        record = {**record, "seq": self.seq + 1}
        del record["crc"]
        if keys:
            record["prev"] = {str(key): self.heads[key] for key in keys if key in self.heads}
        self._relink(record)
        self.starts[start + 1] = self.pos + 1
        self._write(record, seal(record))

    def _relink(self, record: LogRecord) -> None:
        """Set the pointers of a person's undo and redo lists anew."""
        undo, redo = self.people.get(record.get("who", ""), (0, 0))
        if record["op"] == "undo":
            record["to"], record["redo"] = self._moved(record["to"], self.links.get(undo, (0, 0))[0]), redo
        elif record["op"] == "redo":
            record["to"], record["back"] = self._moved(record["to"], self.links.get(redo, (0, 0))[1]), undo
        elif "back" in record:
            record["back"] = undo

    def _moved(self, pointer: int, otherwise: int) -> int:
        return pointer if pointer <= self.prefix else self.starts.get(pointer, otherwise)

    def _write(self, record: LogRecord, line: bytes) -> None:
        self.file.write(line)
        here, who = self.pos + 1, record.get("who", "")
        for key in record.get("set") or {}:
            self.heads[int(key)] = here
        heads = rules.undo_heads(record, here)
        if heads is not None:
            self.links[here] = (record.get("back", 0), record.get("redo", 0))
            self.people[who] = heads
        self.pos, self.seq, self.at = self.pos + len(line), record["seq"], record["at"]

    def restore(self, keys: list[int]) -> None:
        """Append what is known of these tasks from elsewhere."""
        if keys:
            self._make_sure_of_beginning(self.at)
        for at in range(0, len(keys), MAX_EVENT_DOCS):
            some = keys[at : at + MAX_EVENT_DOCS]
            record: dict[str, Any] = {"seq": self.seq + 1, "at": self.at, "who": "", "op": "restored"}
            record["set"] = {str(key): self.known[key][0] for key in some}
            record["prev"] = {str(key): self.heads[key] for key in some if key in self.heads}
            self._write(record, seal(record))
        self.restored += len(keys)

    def restore_rest(self) -> None:
        """Tasks of which nothing is left in the log, and those whose last event was lost."""
        self.restore(
            [
                key
                for key, (_, lost) in self.known.items()
                if key not in self.heads or (lost and self.heads[key] <= self.prefix)
            ]
        )


def _known_elsewhere(folder: Path, bad: list[Bad]) -> Iterator[tuple[int, Doc, bool]]:
    """Documents of the index, or else of the checkpoint, where these had seen what is damaged now."""
    for key, text in _documents(folder, bad[0].start):
        doc = json.loads(text)
        event = doc.pop("_ev", 0) - 1
        doc.pop("_changed", None)
        yield key, doc, any(piece.start <= event < piece.end for piece in bad)


def _documents(folder: Path, damage: int) -> Iterator[tuple[int, str]]:
    try:
        with closing(schema.connect(folder / INDEX, readonly=True)) as db:
            good = schema.get_meta(db).get("layout") == schema.LAYOUT
            if good and db.execute("select pos from head").fetchone()[0] > damage:
                yield from db.execute("select id, doc from task order by id").fetchall()
                return
    except sqlite3.Error:
        pass
    meta = checkpoint.read_head(folder / CHECKPOINT)
    if meta is not None and meta["pos"] > damage and checkpoint.whole(folder / CHECKPOINT):
        yield from checkpoint.documents(folder / CHECKPOINT)
