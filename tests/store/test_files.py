"""The files of a queue: what may happen to them, and what then stays true."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import tinydb

from tests.store.conftest import CAT, Backend, files, label
from tui.config import load_project
from tui.errors import TermlabelError
from tui.model.annotation import Annotation
from tui.model.task import NewTask, State
from tui.store import open_queue
from tui.store.base import AnnotationQueue, NetworkFileSystem
from tui.store.index import schema
from tui.store.index.checkpoint import read_head
from tui.store.log.event_log import seal
from tui.store.log.follow import place_after
from tui.store.log.netfs import network_kind
from tui.store.queue.check import CheckReport, check


def test_the_index_can_be_deleted(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    queue.close()
    for name in ("queue.idx", "queue.idx-wal", "queue.idx-shm"):
        (project_folder / "queue" / name).unlink(missing_ok=True)
    again = open_queue(project_folder)
    assert again.get(1).annotation == CAT
    assert again.undo("ann", request_id="u") is not None
    again.close()


def test_a_copied_project_goes_on(queue: AnnotationQueue, project_folder: Path, tmp_path: Path) -> None:
    label(queue)
    shutil.copytree(project_folder, tmp_path / "copy")
    copy = open_queue(tmp_path / "copy")
    assert copy.get(1).annotation == CAT
    assert label(copy, "bob").state is State.LABELLED
    assert queue.get(2).state is State.TODO
    copy.close()


def test_stock_tinydb_reads_the_checkpoint(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    files(queue).store.checkpoint()
    with tinydb.TinyDB(project_folder / "queue" / "queue.json") as db:
        found = db.table("tasks").search(tinydb.where("state") == "labelled")
        assert [doc.doc_id for doc in found] == [1]
        assert len(db.table("tasks")) == 10


def test_a_changed_checkpoint_is_put_aside(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    files(queue).store.checkpoint()
    queue.close()
    path = project_folder / "queue" / "queue.json"
    with tinydb.TinyDB(path) as db:
        db.table("tasks").update({"labels": ["dog"]}, doc_ids=[1])
    again = open_queue(project_folder)
    assert again.get(1).annotation == CAT
    assert len(list(path.parent.glob("queue.json.foreign-*"))) == 1
    assert "queue.json" in " ".join(again.warnings)
    again.close()


def test_an_index_deleted_while_others_work(queue: AnnotationQueue, project_folder: Path) -> None:
    """They notice at their next write, so that nobody works on with leases nobody else sees."""
    other = open_queue(project_folder)
    for path in (project_folder / "queue").glob("queue.idx*"):
        path.unlink()
    (mine,) = queue.claim("ann", sitting="a")
    (theirs,) = other.claim("bob", sitting="b")
    assert mine.task.id != theirs.task.id
    other.close()
    assert check(load_project(project_folder), repair=False).ok


def test_a_copy_has_no_leases_of_the_original(
    queue: AnnotationQueue, project_folder: Path, tmp_path: Path
) -> None:
    queue.claim("ann", 5, sitting="a")
    shutil.copytree(project_folder, tmp_path / "copy")
    copy = open_queue(tmp_path / "copy")
    assert len(copy.claim("bob", 20, sitting="b")) == 10
    assert copy.warnings == ()
    copy.close()


def test_a_checkpoint_edited_with_care_is_noticed(queue: AnnotationQueue, project_folder: Path) -> None:
    """Same size, one document other, and no index to compare it with."""
    label(queue)
    files(queue).store.checkpoint()
    queue.close()
    folder = project_folder / "queue"
    for path in folder.glob("queue.idx*"):
        path.unlink()
    checkpoint = folder / "queue.json"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b'"labels":["cat"]', b'"labels":["dog"]'))
    report = check(load_project(project_folder), repair=False)
    assert [problem.where for problem in report.problems] == ["queue.json"]
    again = open_queue(project_folder)
    assert again.get(1).annotation == CAT
    assert "put aside as queue.json.foreign-" in " ".join(again.warnings)
    again.close()
    assert check(load_project(project_folder), repair=False).ok


def test_a_wrong_index_is_found_and_removed(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    queue.close()
    with closing(sqlite3.connect(project_folder / "queue" / "queue.idx")) as db:
        db.execute("update task set doc = replace(doc, 'cat', 'dog') where id = 1")
        db.commit()
    project = load_project(project_folder)
    assert "task 1 differs" in check(project, repair=False).problems[0].what
    assert check(project, repair=True).ok
    again = open_queue(project_folder)
    assert again.get(1).annotation == CAT
    again.close()
    assert check(project, repair=False) == CheckReport(events=4)


def test_an_index_that_is_no_database(queue: AnnotationQueue, project_folder: Path) -> None:
    queue.close()
    (project_folder / "queue" / "queue.idx").write_bytes(b"nonsense" * 1000)
    again = open_queue(project_folder)
    assert label(again).id == 1
    again.close()


def test_what_does_not_belong_there_is_named_and_left(queue: AnnotationQueue, project_folder: Path) -> None:
    queue.save_draft(3, "ann", {"shapes": []})
    folder = project_folder / "queue"
    (folder / "notes.txt").write_text("mine")
    (folder / "drafts" / "4.bob.json").write_text("{")
    (folder / "drafts" / "999.bob.json").write_text("{}")
    project = load_project(project_folder)
    report = check(project, repair=False)
    assert not report.ok
    assert {problem.where for problem in report.problems} == {
        "notes.txt",
        "drafts/4.bob.json",
        "drafts/999.bob.json",
    }
    assert check(project, repair=True).ok
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "drafts" / "4.bob.damaged").read_text() == "{"
    assert queue.load_draft(3, "ann") == {"shapes": []}


def test_a_clock_set_back(queue: AnnotationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events never go back in time; leases run on a clock that nobody can set."""
    first = label(queue)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86_400)
    lease = queue.claim("ann", sitting="a", ttl=60)[0]
    assert queue.claim("bob", sitting="b")[0].task.id != lease.task.id
    second = queue.submit(lease, CAT, who="ann", seconds=1, request_id="later")
    assert first.labelled_at is not None
    assert second.labelled_at is not None
    assert second.labelled_at >= first.labelled_at
    times = [event.at for event in queue.watch(0, 0)]
    assert times == sorted(times)


def test_people_of_one_group_share_what_is_made(project_folder: Path) -> None:
    project_folder.chmod(0o2775)
    old = os.umask(0o077)
    try:
        queue = open_queue(project_folder)
        queue.add([NewTask("a")], who="lead")
        mask = {"kind": "mask", "label": "cat", "size": [9, 9], "counts": list(range(3000))}
        label(queue, said=Annotation((), (mask,)))
        queue.save_draft(1, "ann", {})
        files(queue).store.checkpoint()
        for path in [project_folder / "queue", *(project_folder / "queue").rglob("*")]:
            mode = path.stat().st_mode
            assert mode & 0o060 == 0o060, f"{path.name} is {mode:o}"
            if path.is_dir():
                assert mode & 0o2070 == 0o2070, f"{path.name} is {mode:o}"
        queue.close()
    finally:
        os.umask(old)


@pytest.mark.parametrize(("version", "words"), [(2, "update termlabel"), (0, "format 0, which no release")])
def test_another_format_is_refused_by_name(project_folder: Path, version: int, words: str) -> None:
    open_queue(project_folder).close()
    log = project_folder / "queue" / "events.jsonl"
    _, *rest = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(seal({"seq": 1, "v": version, "at": 1.0, "op": "begin", "id": "x"}) + b"".join(rest))
    before = log.read_bytes()
    with pytest.raises(TermlabelError, match=words):
        open_queue(project_folder)
    with pytest.raises(TermlabelError, match=words):
        check(load_project(project_folder), repair=False)
    assert log.read_bytes() == before


def test_a_network_file_system_is_refused(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nhost:/x /mnt/my\\040share nfs4 rw 0 0\n"
    assert network_kind(Path("/mnt/my share/project"), mounts) == "nfs4"
    assert network_kind(Path("/mnt/my shared"), mounts) is None
    monkeypatch.setattr("tui.store.opening.network_kind", lambda folder: "nfs4")
    with pytest.raises(NetworkFileSystem, match=r"nfs4.*--allow-network-fs"):
        open_queue(project_folder)
    open_queue(project_folder, allow_network_fs=True).close()


def test_a_changed_project_file_is_an_event(queue: AnnotationQueue, backend: Backend) -> None:
    before = queue.seq
    backend.configure("lease_minutes = 5")
    other = backend.open()
    assert other.seq == before + 1
    backend.open().close()
    assert other.seq == before + 1
    other.close()


def test_watching_starts_anywhere_in_a_long_log(project_folder: Path) -> None:
    queue = open_queue(project_folder)
    queue.add([NewTask("a"), NewTask("b")], who="lead")
    for n in range(300):
        queue.flag(1, n % 2 == 0, who="ann" * 50, request_id="")
    log = files(queue).store.log
    assert log.size > 100_000
    for seq in (0, 1, 2, 3, 150, queue.seq - 1, queue.seq, queue.seq + 9):
        at, number = place_after(log, seq)
        assert number == min(seq, queue.seq)
        assert at == log.size or log.line_at(at)["seq"] == seq + 1
    queue.close()


def test_closing_writes_a_checkpoint_when_it_is_worth_it(project_folder: Path) -> None:
    path = project_folder / "queue" / "queue.json"
    queue = open_queue(project_folder)
    queue.add([NewTask(f"{n}") for n in range(100)], who="lead")
    queue.close()
    assert not path.exists()
    queue = open_queue(project_folder)
    queue.add([NewTask(f"{n}", metadata={"note": "x" * 1000}) for n in range(100, 500)], who="lead")
    queue.close()
    first = path.stat().st_mtime_ns
    queue = open_queue(project_folder)
    label(queue)
    queue.close()
    assert path.stat().st_mtime_ns == first


def test_a_checkpoint_is_written_while_work_goes_on(
    queue: AnnotationQueue, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.store.queue.event_store._EVENTS", 5)
    for n in range(12):
        queue.flag(1, n % 2 == 0, who="ann", request_id="")
    queue.close()
    meta = read_head(project_folder / "queue" / "queue.json")
    assert meta is not None
    assert meta["seq"] >= 5
    assert check(load_project(project_folder), repair=False).ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"path":"2.jpg"', b'"path":"\xff.jpg"'),
        (b'"path":"2.jpg"', b'"path":"2.jpg'),
        (b'\n"2": {', b'\n"x": {'),
        (b'\n"2": {', b'\n"2": ' + b"[" * 100_000 + b"{"),
        (b'"pos":', b'"pol":'),
        (b'"pos": ', b'"pos": "'),
    ],
)
def test_a_damaged_checkpoint_is_a_problem_that_a_repair_ends(
    queue: AnnotationQueue, project_folder: Path, old: bytes, new: bytes
) -> None:
    label(queue)
    files(queue).store.checkpoint()
    queue.close()
    path, project = project_folder / "queue" / "queue.json", load_project(project_folder)
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    report = check(project, repair=False)
    assert [problem.where for problem in report.problems] == ["queue.json"]
    assert not report.ok
    assert check(project, repair=True).ok
    assert check(project, repair=False).problems == ()
    with closing(open_queue(project_folder)) as again:
        assert again.get(1).annotation == CAT
        files(again).store.checkpoint()
    assert read_head(path) is not None
    assert check(project, repair=False).problems == ()


def test_an_index_whose_document_is_no_json_is_made_anew(
    queue: AnnotationQueue, project_folder: Path
) -> None:
    queue.close()
    project = load_project(project_folder)
    with closing(sqlite3.connect(project_folder / "queue" / "queue.idx")) as db, db:
        generated = db.execute("select name from sqlite_master where type = 'index' and sql is not null")
        for (name,) in generated.fetchall():
            db.execute(f"drop index {name}")  # They are made of documents, and refuse such a one.
        db.execute("update task set doc = '{\"state\"' where id = 2")
    assert [problem.where for problem in check(project, repair=False).problems] == ["queue.idx"]
    assert check(project, repair=True).ok
    with closing(open_queue(project_folder)) as again:
        assert again.get(2).path == "2.jpg"


def _as_by_an_earlier_version(queue: AnnotationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Close it with an index of layout 7 and a checkpoint of format 4, in which a tally is counted otherwise."""
    store = files(queue).store
    store.db.execute("insert into tally values ('label_shape', 'None', '', 1)")
    schema.set_meta(store.db, {"layout": 7})
    with monkeypatch.context() as earlier:
        earlier.setattr("tui.store.index.checkpoint._FORMAT", 4)
        store.checkpoint()
        queue.close()


def test_what_an_earlier_version_counted_otherwise_is_counted_anew(
    queue: AnnotationQueue, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(queue)
    tallies = queue.tallies()
    _as_by_an_earlier_version(queue, monkeypatch)
    folder = project_folder / "queue"
    assert (read_head(folder / "queue.json") or {})["format"] == 4
    with closing(open_queue(project_folder)) as again:
        assert again.warnings == ()
        assert again.tallies() == tallies
    assert list(folder.glob("queue.json.foreign-*")) == []
    assert (read_head(folder / "queue.json") or {})["format"] > 4
    assert check(load_project(project_folder), repair=False).problems == ()
    for path in folder.glob("queue.idx*"):
        path.unlink()
    with closing(open_queue(project_folder)) as anew:
        assert anew.tallies() == tallies


def test_a_repair_takes_what_it_needs_from_a_checkpoint_of_an_earlier_version(
    queue: AnnotationQueue, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(queue)
    label(queue)
    _as_by_an_earlier_version(queue, monkeypatch)
    log = project_folder / "queue" / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"op":"label"', b'"op":"lAbel"', 1))
    with closing(open_queue(project_folder)) as damaged:
        assert damaged.readonly
    assert check(load_project(project_folder), repair=True).ok
    with closing(open_queue(project_folder)) as again:
        assert [again.get(n).annotation for n in (1, 2)] == [CAT, CAT]


def test_drafts_of_earlier_versions_are_found(queue: AnnotationQueue) -> None:
    """They had no name in them, and a long one was cut in the name of the file."""
    folder = files(queue).folder / "drafts"
    folder.mkdir()
    who = "ж" * 32
    for name in ("1.ann", f"2.{'%D0%B6' * 30}"):
        (folder / f"{name}.json").write_text('{"labels":["cat"]}')
    assert (queue.drafts("ann"), queue.load_draft(1, "ann")) == ([1], {"labels": ["cat"]})
    assert (queue.drafts(who), queue.load_draft(2, who)) == ([2], {"labels": ["cat"]})
    queue.save_draft(2, who, {"labels": ["dog"]})
    assert (queue.drafts(who), queue.load_draft(2, who)) == ([2], {"labels": ["dog"]})
    queue.drop_draft(2, who)
    assert queue.drafts(who) == []


@pytest.mark.parametrize("left", ["", '{"labels":', "[]"])
def test_what_a_power_cut_left_of_a_draft_goes_with_it(queue: AnnotationQueue, left: str) -> None:
    queue.save_draft(1, "ann", {"labels": ["cat"]})
    path = files(queue).folder / "drafts" / "1.ann.json"
    path.write_text(left)
    assert (queue.drafts("ann"), queue.load_draft(1, "ann")) == ([], None)
    queue.drop_draft(1, "ann")
    assert not path.exists()


def test_a_draft_in_a_file_of_somebody_else_is_not_shown(queue: AnnotationQueue) -> None:
    """As where a file system does not tell Ann from ann."""
    queue.save_draft(1, "Ann", {"labels": ["cat"]})
    folder = files(queue).folder / "drafts"
    (folder / "1.Ann.json").rename(folder / "1.ann.json")
    queue.drop_draft(1, "ann")
    assert (queue.drafts("ann"), queue.load_draft(1, "ann")) == ([], None)
    assert (folder / "1.ann.json").exists()
