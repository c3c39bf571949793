"""The files of a queue: what may happen to them, and what then stays true."""

from __future__ import annotations

import shutil
from pathlib import Path

import tinydb

from tests.store.conftest import CAT, files, label
from tui.model.task import State
from tui.store import open_queue
from tui.store.base import AnnotationQueue


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
