"""The derived index: what the fold of the log comes to, in SQLite, for fast questions.

Nothing here is the truth: without the file it is built again from the checkpoint and the log (see docs/queue-format.md).
It is written only under the queue's lock, together with the event, and never synced; after a crash of the machine
(another boot id) it is built anew.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tui.model.task import State
from tui.store.documents import labels_to_find_by
from tui.store.log.files import open_shared

LAYOUT = 9
"""Number of this layout and of how its numbers are counted; an index with another one is rebuilt."""

# Of a task only its state has a column; the rest is looked up in the document where an order or a
# filter asks (see `columns`), so that loading a million documents need not take them apart.
# label.stage: 1 while the task is todo, 2 while it is labelled, else 0. lease.until: `clock`.
_SCHEMA = """
create table meta (key text primary key, value) without rowid;
create table task (id integer primary key, state text not null, doc text not null);
create index task_rejected on task(json_extract(doc, '$.annotator')) where state = 'rejected';
create index task_skipped on task(json_extract(doc, '$.annotator')) where state = 'skipped';
create table label (label text not null, stage integer not null, task integer not null,
  priority integer not null, score real, primary key (label, stage, task)) without rowid;
create table count (annotator text not null, state text not null, n integer not null,
  primary key (annotator, state)) without rowid;
create table person (who text primary key, undo integer not null, redo integer not null) without rowid;
create table head (pos integer not null, seq integer not null, at real not null, last integer not null,
  crc text not null);
create table request (rid text primary key, seq integer not null, task integer not null, pos integer not null)
  without rowid;
create table lease (task integer not null, work text not null, who text not null, sitting text not null,
  host text not null, pid integer not null, born text not null, token integer not null, until real not null,
  primary key (task, work)) without rowid;
create table document (name text not null, id integer not null, doc text not null, primary key (name, id))
  without rowid;
create table tally (kind text not null, a text not null, b text not null, n real not null,
  primary key (kind, a, b)) without rowid;
"""
# Made when somebody first asks for them (`state` after each bulk load): an order that nobody uses
# costs nothing, and a million documents are loaded in seconds.
_LAZY = {
    "state": "create index if not exists task_state on task(state)",
    "path": "create unique index if not exists task_path on task(t.path, t.pass)",
    "priority": "create index if not exists task_priority on task(t.priority desc) where state = 'todo'",
    "uncertain": "create index if not exists task_score on task(t.score is null, t.score) where state = 'todo'",
    "annotator": "create index if not exists task_labelled on task(t.annotator) where state = 'labelled'",
    "login": "create index if not exists task_login on task(t.login, t.annotator) where state = 'labelled'",
    "decided": "create index if not exists task_decided on task(t.annotator, t.decided)"
    " where t.decided is not null",
    "label priority": "create index if not exists label_priority on label(label, priority desc, task)"
    " where stage = 1",
    "label uncertain": "create index if not exists label_score on label(label, score is null, score, task)"
    " where stage = 1",
}
_LOOKED_UP = {
    **{
        name: f"json_extract({{0}}doc, '$.{name}')"
        for name in ("annotator", "login", "score", "path", "decided")
    },
    **{
        name: f"coalesce(json_extract({{0}}doc, '$.{name}'), 0)"
        for name in ("priority", "flagged", "file_changed")
    },
    "event": "json_extract({0}doc, '$._ev')",
    "changed": "coalesce(json_extract({0}doc, '$._changed'), 0)",
    "pass": "coalesce(json_extract({0}doc, '$.pass'), 1)",
}
_COLUMN = re.compile(rf"\b([to])\.({'|'.join(_LOOKED_UP)})\b")


@lru_cache(maxsize=256)
def columns(sql: str) -> str:
    """SQL in which the members of a task stand as `t.annotator` or `o.path`, with these looked up in its
    document. An index serves such an expression where it is written the same."""
    return _COLUMN.sub(lambda found: _LOOKED_UP[found[2]].format(found[1] + "."), sql)


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection in autocommit, for use by one thread at a time."""
    if not readonly:
        os.close(open_shared(path, os.O_RDWR | os.O_CREAT))
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rw'}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    durability = () if readonly else ("journal_mode=wal", "synchronous=off")
    return _set_up(db, *durability, "cache_size=-8000", "temp_store=memory")


def connect_new(path: Path) -> sqlite3.Connection:
    """A connection for filling a new file at once, without a journal; nobody else may look at it."""
    os.close(open_shared(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))
    db = sqlite3.connect(path, isolation_level=None)
    return _set_up(db, "journal_mode=off", "synchronous=off", "locking_mode=exclusive", "cache_size=-16000")


def _set_up(db: sqlite3.Connection, *pragmas: str) -> sqlite3.Connection:
    """Run pragmas; a connection on which they fail is closed."""
    try:
        for pragma in pragmas:
            db.execute(f"pragma {pragma}")
    except BaseException:
        db.close()
        raise
    return db


def private() -> sqlite3.Connection:
    """A database that only this process sees, which SQLite spills to a temporary file."""
    return sqlite3.connect("", isolation_level=None, check_same_thread=False)


def create(db: sqlite3.Connection) -> None:
    """All tables, empty. Statement by statement: `executescript` would end the transaction."""
    for statement in _SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute("insert into head values (0, 0, 0, 0, '')")


def make(db: sqlite3.Connection, name: str) -> None:
    """One of the indexes that are made when they are first needed."""
    db.execute(columns(_LAZY[name]).replace("t.doc", "doc"))


_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds that no clock setting moves, the same for all processes since the machine started: the
    index does not outlive that, and so leases neither end early nor last for ever."""
    return time.clock_gettime(_CLOCK)


def get_meta(db: sqlite3.Connection) -> dict[str, Any]:
    """All that table `meta` holds."""
    return dict(db.execute("select key, value from meta"))


def set_meta(db: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """Set entries of table `meta`; others stay."""
    db.executemany("insert or replace into meta values (?, ?)", values.items())


ADD_TALLY = (
    "insert into tally values (?,?,?,?) on conflict do update set n = case excluded.kind"
    " when 'from' then min(n, excluded.n) when 'until' then max(n, excluded.n) else n + excluded.n end"
)
# 4.2 µs a row where `insert or replace` alone, which removes the row first, takes 5.2.
REPLACE_TASK = (
    "insert or replace into task values (?,?,?)"
    " on conflict(id) do update set state = excluded.state, doc = excluded.doc"
)
ENTER_TASK = "insert or ignore into task values (?,?,?)"
REPLACE_LABEL = "insert or replace into label values (?,?,?,?,?)"
ADD_LABEL = "insert or ignore into label values (?,?,?,?,?)"


def key_path(path: str) -> bytes:
    """A path for `+cast(? as text)` (without the sign SQLite would not use the index: bytes of another
    affinity are compared one by one): bytes that are not UTF-8 are lone surrogates, which SQLite's JSON
    functions give as three bytes each and which Python does not bind as text."""
    return path.encode("utf-8", "surrogatepass")


_MAX_WHOLE = 2**63 - 1
_LABEL_STAGES: Mapping[str, int] = {State.TODO: 1, State.LABELLED: 2}


def label_stage(state: str) -> int:
    """What `label.stage` says of a task in this state."""
    return _LABEL_STAGES.get(state, 0)


def label_rows(task_id: int, doc: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of table `label` for a document."""
    stage, labels = label_stage(doc["state"]), sorted(labels_to_find_by(doc))
    priority, score = _within_64_bits(doc.get("priority") or 0), _within_64_bits(doc.get("score"))
    return [(bound_text(label), stage, task_id, priority, score) for label in labels]


def bound_text(text: str) -> str:
    """A text as the index can hold it; of one that is not UTF-8, which an earlier version's log may have, what is."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _within_64_bits(value: Any) -> Any:
    """A number as the index can hold it."""
    return max(min(value, _MAX_WHOLE), -_MAX_WHOLE) if isinstance(value, int) else value
