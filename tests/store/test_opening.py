"""A queue that cannot be opened leaves nothing open."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.store.conftest import label
from tests.waiting import wait_until
from tui.errors import TermlabelError
from tui.model.task import NewTask
from tui.store import open_queue
from tui.store.base import QueueBusy, QueueError
from tui.store.index import derived
from tui.store.log import lock
from tui.store.log.event_log import seal
from tui.store.queue.event_store import EventStore


def open_files() -> list[str]:
    """What this process has open, by name; the listing itself left out."""
    gc.collect()
    found = []
    for name in os.listdir("/dev/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}") if Path("/proc/self").exists() else name)
        except OSError:
            continue
    return sorted(found)


def left_open(before: list[str]) -> list[str]:
    """What was opened since, and not closed; what others have closed meanwhile does not count."""
    return sorted((Counter(open_files()) - Counter(before)).elements())


@contextmanager
def nothing_stays_open() -> Iterator[None]:
    before = open_files()
    yield
    assert left_open(before) == []


def newer_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = {"seq": 1, "v": 2, "at": 0, "op": "begin", "id": "x"}
    (folder / "queue" / "events.jsonl").write_bytes(seal(record))


def network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.opening.network_kind", lambda folder: "nfs4")


def no_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "termlabel.toml").unlink()


def unreadable_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "termlabel.toml").write_bytes(b"format = \xff")


def log_is_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "queue" / "events.jsonl").unlink()
    (folder / "queue" / "events.jsonl").mkdir()


def no_log_and_no_right_to_write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "queue" / "events.jsonl").unlink()
    monkeypatch.setattr("tui.store.queue.event_store.made_writable", lambda folder: False)


def index_cannot_be_built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (folder / "queue").glob("queue.idx*"):
        path.unlink()
    monkeypatch.setattr("tui.store.index.checkpoint.load", _fail)


def private_index_cannot_be_built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.queue.event_store.made_writable", lambda folder: False)
    monkeypatch.setattr("tui.store.index.checkpoint.load", _fail)


def index_cannot_be_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_believed", _fail)


def log_cannot_be_folded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.index.live.LiveIndex.take_in", _fail)


def project_cannot_be_noted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "termlabel.toml").write_text("format = 1\nlease_minutes = 3\n", encoding="utf-8")
    monkeypatch.setattr(EventStore, "writing", _busy)


def _fail(*_: object) -> None:
    raise OSError("the disk is gone")


def _busy(*_: object) -> None:
    raise QueueBusy("busy")


@pytest.mark.parametrize(
    "refused",
    [
        newer_format, network, no_project, unreadable_project, log_is_a_folder, no_log_and_no_right_to_write,
        index_cannot_be_built, private_index_cannot_be_built, index_cannot_be_looked_at, log_cannot_be_folded,
        project_cannot_be_noted,
    ],
)  # fmt: skip
def test_a_refused_opening_leaves_no_file_open(
    refused: Callable[[Path, pytest.MonkeyPatch], None],
    project_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_queue(project_folder).close()
    refused(project_folder, monkeypatch)
    with nothing_stays_open():
        for _ in range(3):
            with pytest.raises((TermlabelError, OSError, sqlite3.Error)) as caught:
                open_queue(project_folder)
            del caught


def test_a_damaged_log_opens_for_reading_and_closes(project_folder: Path) -> None:
    with closing(open_queue(project_folder)) as queue:
        queue.add([NewTask("a"), NewTask("b")], who="lead")
        label(queue)
    log = project_folder / "queue" / "events.jsonl"
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 1
    log.write_bytes(bytes(data))
    for path in (project_folder / "queue").glob("queue.idx*"):
        path.unlink()
    with nothing_stays_open():
        damaged = open_queue(project_folder)
        assert damaged.readonly
        damaged.close()


def test_a_busy_queue_leaves_nothing_open_once_it_is_free(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that stands in line for the lock closes its file when the lock comes to it."""
    open_queue(project_folder).close()
    monkeypatch.setattr(lock.QueueLock.__init__, "__defaults__", (0.05,))
    before = open_files()
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(project_folder / "queue" / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    with closing(holder.stdout), holder:
        holder.stdout.readline()
        with pytest.raises(QueueError, match="busy"):
            open_queue(project_folder)
        holder.communicate(b"\n")
    wait_until(lambda: not left_open(before), lambda: left_open(before))


_HOLDER = """
import fcntl, sys
with open(sys.argv[1], "r+b") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.readline()
"""
