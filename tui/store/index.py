"""The derived index: what the fold of the log comes to, in SQLite, for fast questions.

Nothing here is the truth: the file may be deleted at any time and is built again from the
checkpoint and the log. It is written only under the queue's lock, together with the event, and
never synced; after a crash of the machine (another boot id) it is built anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LAYOUT = 3
"""Number of this layout; another one is rebuilt."""

# In `task`, what orders and filters need stands in columns of its own beside the document.
# open: 1 while anyone may claim the task to annotate it.
_SCHEMA = """
create table meta (key text primary key, value) without rowid;
create table task (
  id integer primary key, state text not null, open integer not null, annotator text, login text,
  priority integer not null, score real, flagged integer not null, changed integer not null,
  path text not null, pass integer not null, decided integer, head integer not null, doc text not null);
create table label (label text not null, open integer not null, task integer not null,
  primary key (label, open, task)) without rowid;
create table count (annotator text not null, state text not null, n integer not null,
  primary key (annotator, state));
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
# Made after a bulk load: much faster than keeping them up to date during it.
_INDEXES = """
create unique index if not exists task_path on task(path, pass);
create index if not exists task_open on task(id) where open = 1;
create index if not exists task_priority on task(priority desc, id) where open = 1;
create index if not exists task_score on task(score is null, score, id) where open = 1;
create index if not exists task_rejected on task(annotator, id) where state = 'rejected';
create index if not exists task_skipped on task(annotator, id) where state = 'skipped';
create index if not exists task_labelled on task(id) where state = 'labelled';
create index if not exists task_decided on task(annotator, decided) where decided is not null;
create index if not exists lease_sitting on lease(who, sitting);
"""


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection in autocommit, for use by one thread at a time."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    base = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    if not readonly:
        base.execute("pragma journal_mode=wal")
        base.execute("pragma synchronous=off")
    base.execute("pragma cache_size=-8000")
    base.execute("pragma temp_store=memory")
    return base


def create(base: sqlite3.Connection) -> None:
    _run(base, _SCHEMA)


def build_indexes(base: sqlite3.Connection) -> None:
    _run(base, _INDEXES)


def _run(base: sqlite3.Connection, script: str) -> None:
    """Statement by statement: `executescript` would end the transaction."""
    for statement in script.split(";"):
        base.execute(statement)


def get_meta(base: sqlite3.Connection) -> dict[str, Any]:
    return dict(base.execute("select key, value from meta"))


def set_meta(base: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    base.executemany("insert or replace into meta values (?, ?)", values.items())


def row_of(task_id: int, doc: Mapping[str, Any], *, anyone: bool, text: str | None = None) -> tuple[Any, ...]:
    """The row of a document. `anyone`: a rejected task is open to all."""
    state = doc["state"]
    is_open = state == "todo" or (anyone and state == "rejected")
    return (
        task_id,
        state,
        int(is_open),
        doc.get("annotator"),
        doc.get("login"),
        doc.get("priority", 0),
        doc.get("score"),
        int(doc.get("flagged", False)),
        int(differs(doc)),
        doc["path"].encode("utf-8", "surrogateescape").decode("latin-1")
        if has_raw(doc["path"])
        else doc["path"],
        doc.get("pass", 1),
        doc.get("decided"),
        doc.get("_ev", 0),
        text if text is not None else json.dumps(doc, separators=(",", ":")),
    )


INSERT_TASK = "insert into task values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
REPLACE_TASK = "insert or replace into task values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


def has_raw(path: str) -> bool:
    """Whether a path holds bytes that are not UTF-8 (SQLite takes no lone surrogates)."""
    return any("\ud800" <= c <= "\udfff" for c in path) if not path.isascii() else False


def key_path(path: str) -> str:
    """A path as the index knows it."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1") if has_raw(path) else path


def labels_of(doc: Mapping[str, Any]) -> set[str]:
    """Labels by which a task is found: those given, else the predicted ones."""
    found = set(doc.get("labels") or ()) | {s.get("label") for s in doc.get("shapes") or ()}
    if not found and doc["state"] in ("todo", "skipped", "unreadable"):
        found = {p.get("label") for p in doc.get("predictions") or ()}
    return {label for label in found if isinstance(label, str)}


def differs(doc: Mapping[str, Any]) -> bool:
    """Whether the annotation says something else than the prediction; False where one of them is missing."""
    predictions = doc.get("predictions")
    if not predictions or doc["state"] in ("todo", "skipped", "unreadable"):
        return False
    said = sorted([*(doc.get("labels") or ()), *(s.get("label", "") for s in doc.get("shapes") or ())])
    return said != sorted(str(p.get("label", "")) for p in predictions)
