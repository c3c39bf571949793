"""Power cuts, full disks, flipped bits: what was told to be safe stays, and nothing false is read."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.conftest import CAT, DOG, Backend, files, label, one
from tui.config import load_project
from tui.model.annotation import Annotation
from tui.model.project import Project
from tui.model.task import Filter, NewTask, State
from tui.store import open_queue
from tui.store.base import (
    AnnotationQueue,
    CorruptLog,
    QueueError,
    ReadOnly,
    StorageFull,
    Unavailable,
)
from tui.store.log.event_log import EventLog
from tui.store.log.files import put_aside
from tui.store.queue.check import check

JUNK = (b"", b"\0" * 60, b'{"seq":9,"at":', b"x" * 300, b"\n\n", b"\xff\xfe\n")


@pytest.fixture
def safe(backend: Backend) -> tuple[bytes, list[int]]:
    """A log of some labels, and where each of its lines ends."""
    queue = backend.open()
    queue.add([NewTask(f"{n}") for n in range(5)], who="lead")
    for said in (CAT, DOG, CAT, DOG):
        label(queue, said=said)
    queue.undo("ann", request_id="u")
    queue.close()
    whole = (backend.folder / "queue" / "events.jsonl").read_bytes()
    return whole, [n + 1 for n, byte in enumerate(whole) if byte == 10]


def opened_at(folder: Path, data: bytes) -> AnnotationQueue:
    """The queue of a project of which only these bytes of the log are left."""
    shutil.rmtree(folder / "queue")
    (folder / "queue").mkdir()
    (folder / "queue" / "events.jsonl").write_bytes(data)
    return open_queue(folder)


def cuts(whole: bytes, ends: list[int], lines: int) -> Iterator[tuple[int, int]]:
    """(cut, how many whole lines stand before it) for each byte of the last lines; without their line
    ends too, as a line that lacks only that is completed."""
    for cut in range(ends[-lines - 1] + 1, len(whole)):
        yield cut, sum(end <= cut + 1 for end in ends)


@pytest.fixture
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """For thousands of files whose bytes matter, not their way to the disk."""
    monkeypatch.setattr("tui.store.log.event_log.flush", lambda fd: None)
    monkeypatch.setattr("tui.store.log.files.flush", lambda fd: None)


def _cut_everywhere(folder: Path, safe: tuple[bytes, list[int]], step: int) -> int:
    """How many ways of cutting were tried: each `step`-th of (byte of the last lines, junk after it)."""
    whole, ends = safe
    path = folder / "events.jsonl"
    ways = [
        (cut, lines, junk)
        for cut, lines in cuts(whole, ends, 4)
        for junk in (JUNK if cut + 1 not in ends else (b"",))
    ]
    for cut, lines, junk in ways[::step]:
        path.write_bytes(whole[:cut] + junk)
        with closing(EventLog(path)) as log:
            found = list(log.lines(0, 0))
            log.mend_tail(found[-1].end, found[-1].record["seq"])
        assert path.read_bytes() == whole[: ends[lines - 1]]
        if cut > ends[lines - 1] or junk:
            aside = next(folder.glob("torn-*"))
            assert aside.read_bytes() == (whole[:cut] + junk)[ends[lines - 1] :]
            aside.unlink()
    return len(ways[::step])


@pytest.mark.usefixtures("no_sync")
def test_a_log_cut_anywhere_keeps_each_whole_event(tmp_path: Path, safe: tuple[bytes, list[int]]) -> None:
    assert _cut_everywhere(tmp_path, safe, 11) > 1000


@pytest.mark.torture
@pytest.mark.usefixtures("no_sync")
def test_a_log_cut_at_every_byte(tmp_path: Path, safe: tuple[bytes, list[int]]) -> None:
    tried = _cut_everywhere(tmp_path, safe, 1)
    print(f"\nlog cut at every byte of 4 events with {len(JUNK)} kinds of junk: {tried} ways, lost 0")


def _goes_on_after_cuts(folder: Path, safe: tuple[bytes, list[int]], step: int) -> int:
    whole, ends = safe
    states = []
    for end in ends:
        queue = opened_at(folder, whole[:end])
        states.append(list(queue.export()))
        queue.close()
    tried = 0
    for number, (cut, lines) in enumerate(cuts(whole, ends, 5)):
        if number % step:
            continue
        queue = opened_at(
            folder, whole[:cut] + JUNK[number % len(JUNK)] if cut + 1 not in ends else whole[:cut]
        )
        assert list(queue.export()) == states[lines - 1]
        assert label(queue, "new").state is State.LABELLED
        queue.close()
        tried += 1
    return tried


def test_a_queue_goes_on_after_a_cut(backend: Backend, safe: tuple[bytes, list[int]]) -> None:
    assert _goes_on_after_cuts(backend.folder, safe, 61) > 30


@pytest.mark.torture
def test_a_queue_goes_on_after_a_cut_at_every_byte(backend: Backend, safe: tuple[bytes, list[int]]) -> None:
    tried = _goes_on_after_cuts(backend.folder, safe, 1)
    print(f"\nlog cut at every byte: {tried} openings, lost 0, all went on")


def _flip(folder: Path, safe: tuple[bytes, list[int]], step: int, bits: tuple[int, ...]) -> tuple[int, int]:
    """Flip bits of each `step`-th byte of the last lines; (refused as damaged, taken for a torn tail)."""
    whole, ends = safe
    with closing(EventLog(_written(folder / "good", whole))) as log:
        good = [line.record for line in log.lines(0, 0)]
    path = folder / "events.jsonl"
    refused = torn = 0
    for at in range(ends[-5], len(whole), step):
        for bit in bits:
            data = bytearray(whole)
            data[at] ^= bit
            with closing(EventLog(_written(path, bytes(data)))) as log:
                found = [line.record for line in log.lines(0, 0)]
                assert found == good[: len(found)]
                end = ends[len(found) - 1]
                try:
                    log.mend_tail(end, len(found))
                    torn += 1
                    assert end >= ends[-2], "only what stands last may be taken for a torn tail"
                except CorruptLog as error:
                    refused += 1
                    assert error.offset == end
                    assert path.read_bytes() == bytes(data), "nothing is changed in a damaged log"
    return refused, torn


@pytest.mark.usefixtures("no_sync")
def test_a_flipped_bit_never_gives_a_false_event(tmp_path: Path, safe: tuple[bytes, list[int]]) -> None:
    refused, torn = _flip(tmp_path, safe, 5, (1,))
    assert refused > torn > 0


@pytest.mark.torture
@pytest.mark.usefixtures("no_sync")
def test_a_bit_flipped_at_every_byte(tmp_path: Path, safe: tuple[bytes, list[int]]) -> None:
    refused, torn = _flip(tmp_path, safe, 1, (1, 4, 32, 128))
    print(f"\nbits flipped: {refused} refused as damaged, {torn} taken for a torn tail, 0 read as events")


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_damaged_middle_opens_for_reading_only(backend: Backend, safe: tuple[bytes, list[int]]) -> None:
    whole, ends = safe
    data = bytearray(whole)
    data[ends[3] + 200] ^= 1
    queue = opened_at(backend.folder, bytes(data))
    assert queue.readonly
    assert "check --repair" in " ".join(queue.warnings)
    assert queue.count(Filter(states=(State.LABELLED,))) == 1
    with pytest.raises(CorruptLog) as caught:
        one(queue)
    assert caught.value.offset == ends[3]
    queue.close()
    assert (backend.folder / "queue" / "events.jsonl").read_bytes() == bytes(data)


@pytest.mark.parametrize("line", range(7))
def test_repair_keeps_every_whole_event(backend: Backend, safe: tuple[bytes, list[int]], line: int) -> None:
    whole, ends = safe
    project = load_project(backend.folder)
    data = bytearray(whole)
    start = ends[line - 1] if line else 0
    data[start + 30] ^= 1
    opened_at(backend.folder, bytes(data)).close()
    found = check(project, repair=False)
    assert not found.ok
    assert f"byte {start}" in found.problems[0].where
    repaired = check(project, repair=True)
    assert repaired.ok
    assert check(project, repair=False).ok
    torn = next((backend.folder / "queue").glob("torn-*"))
    assert torn.read_bytes() == bytes(data[start : ends[line]])
    queue = open_queue(backend.folder)
    assert not queue.readonly
    if line >= 3:
        assert queue.count(Filter()) == 5
        assert label(queue, "new").state is State.LABELLED
        while queue.undo("ann", request_id=""):
            pass
    queue.close()
    assert check(project, repair=False).ok


@pytest.mark.parametrize("at", [30, -30, -1])
@pytest.mark.parametrize("known", ["index", "nothing"])
def test_a_damaged_last_event_is_put_aside_by_a_repair_alone(
    backend: Backend, safe: tuple[bytes, list[int]], at: int, known: str
) -> None:
    """It may have been safe, so that opening leaves it; what it did is taken from the index where that has seen it."""
    whole, ends = safe
    folder, project = backend.folder / "queue", load_project(backend.folder)
    before = exported(backend)
    data, start = bytearray(whole), ends[-2]
    data[at % (len(whole) - start) + start] ^= 1
    (folder / "events.jsonl").write_bytes(data)
    if known == "nothing":
        for path in folder.glob("queue.*"):
            path.unlink()
        with closing(open_queue(backend.folder)) as queue:
            assert queue.readonly
            assert "where an event stood that may have been safe" in " ".join(queue.warnings)
    assert (folder / "events.jsonl").read_bytes() == data, "opening leaves it as it is"
    (found,) = check(project, repair=False).problems
    assert found.where == f"events.jsonl byte {start}"
    assert "at the end are damaged" in found.what
    assert "opens for reading only" in found.what
    assert check(project, repair=True).ok
    assert (folder / "events.jsonl").read_bytes()[:start] == whole[:start]
    (torn,) = folder.glob("torn-*")
    assert torn.read_bytes() == data[start:]
    assert check(project, repair=False).problems == ()
    with closing(open_queue(backend.folder)) as queue:
        assert not queue.readonly
    if known == "index":
        assert exported(backend) == before
    else:
        assert [state for *_, state in exported(backend)].count(State.LABELLED) == 4, "as before the undo"
    with closing(open_queue(backend.folder)) as queue:
        assert label(queue, "new").state is State.LABELLED


@pytest.mark.parametrize(
    ("known", "readonly"), [("index", False), ("checkpoint", False), ("checkpoint", True)]
)
def test_a_damaged_line_end_is_noticed_at_opening(
    backend: Backend, safe: tuple[bytes, list[int]], known: str, readonly: bool
) -> None:
    """Index and checkpoint go on after the last event, and no checksum covers the end of its line."""
    whole, ends = safe
    folder, project = backend.folder / "queue", load_project(backend.folder)
    before = exported(backend)
    if known == "checkpoint":
        with closing(backend.open()) as queue:
            files(queue).store.checkpoint()
        (folder / "queue.idx").unlink()
    data = whole[:-1] + b"\x0b"
    (folder / "events.jsonl").write_bytes(data)
    for _ in range(2):
        with closing(open_queue(backend.folder, readonly=readonly)) as queue:
            assert queue.readonly
            assert queue.warnings == (
                f"The log is damaged at byte {len(data) - 1}, where event {len(ends)} ends. "
                "The queue is open for reading only; run 'termlabel check --repair'.",
            )
            assert [(task.id, task.path, task.annotation, task.state) for task in queue.export()] == before
            with pytest.raises((CorruptLog, ReadOnly)):
                one(queue)
    assert (folder / "events.jsonl").read_bytes() == data, "opening leaves it as it is"
    _repaired_to(backend, project, before)


def test_events_after_a_damaged_line_end_are_not_lost(queue: AnnotationQueue, backend: Backend) -> None:
    """Whoever died before the latest events were in the index left it standing before them, where a line end is damaged
    now."""
    for said in (CAT, DOG, CAT):
        label(queue, said=said)
    folder = backend.folder / "queue"
    with closing(sqlite3.connect(folder / "queue.idx")) as db:
        (edge,) = db.execute("select pos from head").fetchone()
    data = bytearray((folder / "events.jsonl").read_bytes())
    assert edge < len(data)
    data[edge - 1] ^= 1
    (folder / "events.jsonl").write_bytes(data)
    with closing(backend.open()) as opened:
        assert opened.readonly
        assert f"damaged at byte {edge - 1}" in opened.warnings[0]
    before = exported(backend)
    assert [state for *_, state in before].count(State.LABELLED) == 3
    _repaired_to(backend, load_project(backend.folder), before)


def _repaired_to(backend: Backend, project: Project, before: list[tuple[object, ...]]) -> None:
    """A repair makes the log whole, loses nothing, and work goes on."""
    assert check(project, repair=True).ok
    assert check(project, repair=False).problems == ()
    assert exported(backend) == before
    with closing(backend.open()) as queue:
        assert (queue.readonly, queue.warnings) == (False, ())
        assert label(queue, "new").state is State.LABELLED


def exported(backend: Backend) -> list[tuple[object, ...]]:
    with closing(backend.open()) as queue:
        return [(task.id, task.path, task.annotation, task.state) for task in queue.export()]


def test_a_repair_keeps_the_bytes_of_a_torn_end_too(backend: Backend, safe: tuple[bytes, list[int]]) -> None:
    whole, ends = safe
    folder = backend.folder / "queue"
    data = bytearray(whole[:-40])
    data[ends[3] + 30] ^= 1
    (folder / "events.jsonl").write_bytes(data)
    report = check(load_project(backend.folder), repair=True)
    assert report.ok
    assert {path.read_bytes() for path in folder.glob("torn-*")} == {
        bytes(data[ends[3] : ends[4]]),
        bytes(data[ends[-2] :]),
    }


@pytest.mark.parametrize("left", ["the index", "nothing"])
def test_a_log_of_which_nothing_is_whole(backend: Backend, safe: tuple[bytes, list[int]], left: str) -> None:
    folder, project = backend.folder / "queue", load_project(backend.folder)
    before = exported(backend)
    data = safe[0].replace(b'"seq"', b'"sEq"')
    (folder / "events.jsonl").write_bytes(data)
    if left == "nothing":
        for path in folder.glob("queue.*"):
            path.unlink()
    assert check(project, repair=True).ok
    (torn,) = folder.glob("torn-*")
    assert torn.read_bytes() == data
    assert exported(backend) == (before if left == "the index" else [])
    assert check(project, repair=False).ok


def test_repair_takes_from_the_index_what_the_log_lost(
    backend: Backend, safe: tuple[bytes, list[int]]
) -> None:
    whole, ends = safe
    queue = backend.open()
    before = list(queue.export())
    queue.close()
    log = backend.folder / "queue" / "events.jsonl"
    for line in (4, 2):
        data = bytearray(log.read_bytes())
        data[ends[line] - 40] ^= 1
        with open(log, "r+b") as file:
            file.write(data)
        report = check(load_project(backend.folder), repair=True)
        assert report.ok
        assert "restored" in report.problems[0].repair
        queue = backend.open()
        assert [(t.id, t.path, t.annotation, t.state) for t in queue.export()] == [
            (t.id, t.path, t.annotation, t.state) for t in before
        ]
        queue.close()
        ends = [n + 1 for n, byte in enumerate(log.read_bytes()) if byte == 10]
    assert whole


def test_an_open_queue_follows_a_repair(backend: Backend, safe: tuple[bytes, list[int]]) -> None:
    queue = backend.open()
    log = backend.folder / "queue" / "events.jsonl"
    data = bytearray(log.read_bytes())
    data[safe[1][2] + 30] ^= 1
    with open(log, "r+b") as file:
        file.write(data)
    assert check(load_project(backend.folder), repair=True).ok
    done = label(queue, "new")
    other = backend.open()
    assert other.get(done.id) == done
    other.close()
    queue.close()
    assert check(load_project(backend.folder), repair=False).ok


def _refuse(code: int) -> OSError:
    return OSError(code, os.strerror(code))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("part", [0, 40])
def test_a_disk_that_takes_no_more(queue: AnnotationQueue, backend: Backend, code: int, part: int) -> None:
    log, lease = files(queue).store.log, one(queue)
    size = log.size

    def write(fd: int, data: bytes) -> int:
        if part == 0:
            raise _refuse(code)
        return os.write(fd, data[:part])

    log.write = write
    for _ in range(2):
        with pytest.raises(StorageFull, match="nothing was recorded"):
            queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
        assert log.size == size
        assert queue.get(1).state is State.TODO
    log.write = os.write
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED
    other = backend.open()
    assert other.get(1).state is State.LABELLED
    other.close()


def test_a_disk_that_keeps_nothing(queue: AnnotationQueue, backend: Backend) -> None:
    """After a failed sync nobody knows what is there: this process says so, and refuses all until it is
    opened again. The retry then has one outcome."""
    log, lease = files(queue).store.log, one(queue)

    def sync(fd: int) -> None:
        raise _refuse(errno.EIO)

    log.flush = sync
    with pytest.raises(Unavailable, match="look at the disk"):
        queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    with pytest.raises(Unavailable):
        queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    again = backend.open()
    assert again.submit(lease, CAT, who="ann", seconds=1, request_id="x").rev == 1
    assert [event.op for event in again.history(1)] == ["add", "label"]
    again.close()


def test_a_retry_is_durable_before_it_is_told(queue: AnnotationQueue, backend: Backend) -> None:
    lease, syncs = one(queue), list[int]()
    queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    other = backend.open()
    files(other).store.log.flush = syncs.append
    other.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    assert len(syncs) == 1
    other.close()


def test_a_full_disk_at_a_checkpoint_leaves_the_old_one(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = files(queue).store, backend.folder / "queue" / "queue.json"
    store.checkpoint()
    before = path.read_bytes()
    label(queue)
    monkeypatch.setattr(
        "tui.store.index.checkpoint.flush", lambda fd: (_ for _ in ()).throw(_refuse(errno.ENOSPC))
    )
    with pytest.raises(OSError, match="No space"):
        store.checkpoint()
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_a_mask_is_on_the_disk_before_its_event(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Annotation((), ({"kind": "mask", "label": "cat", "size": [9, 9], "counts": list(range(3000))},))
    lease = one(queue)

    def full(path: Path, data: bytes) -> None:
        put_aside(path, data[:10])
        raise _refuse(errno.ENOSPC)

    monkeypatch.setattr("tui.store.log.files.put_aside", full)
    with pytest.raises(StorageFull):
        queue.submit(lease, said, who="ann", seconds=1, request_id="x")
    monkeypatch.undo()
    assert list((backend.folder / "queue" / "blobs").iterdir()) == []
    assert queue.get(1).state is State.TODO
    queue.submit(lease, said, who="ann", seconds=1, request_id="x")
    (blob,) = (backend.folder / "queue" / "blobs").iterdir()
    project = load_project(backend.folder)
    assert check(project, repair=False).ok
    blob.write_bytes(b"[1]")
    assert [p.what for p in check(project, repair=False).problems] == [
        "This mask is damaged; events name it."
    ]
    blob.unlink()
    assert "missing" in check(project, repair=False).problems[0].what
    with pytest.raises(QueueError, match="missing or damaged"):
        queue.get(1)


def test_a_folder_that_cannot_be_written(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = label(queue)
    monkeypatch.setattr("tui.store.queue.event_store.made_writable", lambda folder: False)
    reader = backend.open()
    assert reader.readonly
    assert reader.get(done.id) == done
    assert next(iter(reader.export())) == done
    label(queue)
    assert reader.count(Filter(states=(State.LABELLED,))) == 2, "it follows what others write"
    with pytest.raises(ReadOnly, match="for reading only"):
        one(reader, "bob")
    reader.close()


def test_macos_flushes_the_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    from tui.store.log.files import flush

    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda fd, op: asked.append((fd, op)))
    flush(7)
    assert asked == [(7, 51)]


@pytest.mark.parametrize("tail", [b'{"seq":99,"at":17', b""])
def test_a_torn_tail_on_a_full_disk_hinders_no_reading(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch, tail: bytes
) -> None:
    """Also where the last event lacks only its line end."""
    label(queue)
    lease = one(queue)
    log = files(queue).store.log.path
    with open(log, "r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(tail) if tail else file.truncate(file.tell() - 1)
    with monkeypatch.context() as patched:
        written = os.write

        def full(fd: int, data: bytes) -> int:
            if os.path.samestat(os.fstat(fd), log.stat()) or data == tail:
                raise _refuse(errno.ENOSPC)
            return written(fd, data)

        patched.setattr("os.write", full)
        with closing(backend.open()) as second:
            assert [task.id for task in second.export()] == list(range(1, 11))
            assert not second.readonly
            for _ in range(2):
                with pytest.raises(StorageFull, match="nothing was recorded"):
                    second.submit(lease, CAT, who="ann", seconds=1, request_id="x")
            assert list(log.parent.glob("torn-*")) == []
            assert queue.get(1).state is State.LABELLED
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="y").state is State.LABELLED
    assert len(list(log.parent.glob("torn-*"))) == bool(tail)
    assert check(load_project(backend.folder), repair=False).ok


def test_a_torn_tail_that_cannot_be_cut_off_is_not_put_aside_again_and_again(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = files(queue).store.log.path
    with open(log, "ab") as file:
        file.write(b'{"seq":99,"at":17')

    def refused(fd: int, length: int) -> None:
        raise _refuse(errno.EPERM)

    with monkeypatch.context() as patched:
        patched.setattr("os.ftruncate", refused)
        for _ in range(3):
            assert queue.count(Filter()) == 10
        assert list(log.parent.glob("torn-*")) == []
    label(queue)
    assert len(list(log.parent.glob("torn-*"))) == 1
