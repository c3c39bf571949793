"""TinyDB's API over the queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tinydb
from tinydb import where
from tinydb.table import Document

from tui.model.annotation import Annotation
from tui.model.task import State
from tui.store import open_queue
from tui.store.base import AnnotationQueue, Conflict
from tui.store.queue.event_queue import EventQueue
from tui.store.tinydb_queue import QueueDB


@pytest.fixture
def db(queue: AnnotationQueue, project_folder: Path) -> Iterator[QueueDB]:
    opened = QueueDB(project_folder)
    yield opened
    opened.close()


def test_tables_of_ones_own_hold_anything(db: QueueDB, project_folder: Path) -> None:
    notes = db.table("notes")
    assert notes.insert({"text": "one"}) == 1
    assert notes.insert_multiple([{"text": "two"}, Document({"text": "nine"}, 9), {"text": "ten"}]) == [
        2,
        9,
        10,
    ]
    assert notes.upsert({"text": "two", "read": True}, where("text") == "two") == [2]
    assert notes.upsert({"text": "new"}, where("text") == "absent") == [11]
    assert notes.update({"read": False}, doc_ids=[1, 77]) == [1]
    assert notes.update(lambda doc: doc.update(size=len(doc["text"])), where("read").exists()) == [1, 2]
    assert notes.remove(where("text") == "nine") == [9]
    assert [doc["text"] for doc in notes.search(where("size") == 3)] == ["one", "two"]
    assert notes.get(doc_id=2) == {"text": "two", "read": True, "size": 3}
    assert notes.get(where("text") == "ten") == {"text": "ten"}
    assert notes.contains(where("text") == "new")
    assert not notes.contains(doc_id=9)
    assert (notes.count(where("text").exists()), len(notes)) == (4, 4)
    assert db.tables() == {"tasks", "notes"}
    assert db.insert({"in": "the default table"}) == 1
    again = QueueDB(project_folder)
    assert again.table("notes").all() == notes.all()
    again.close()


def test_each_write_is_one_event(db: QueueDB, queue: AnnotationQueue) -> None:
    before = queue.seq
    db.table("notes").insert_multiple([{"n": n} for n in range(20)])
    assert queue.seq == before + 1
    assert db.table("notes").update({"seen": True}) == list(range(1, 21))
    assert queue.seq == before + 2
    assert db.table("notes").update({"seen": True}) == list(range(1, 21))
    assert queue.seq == before + 2, "nothing changed, nothing is written"


def test_tasks_are_a_table(db: QueueDB, queue: AnnotationQueue) -> None:
    tasks = db.table("tasks")
    assert len(tasks) == 10
    assert tasks.update({"priority": 5}, where("path") == "7.jpg") == [7]
    assert queue.get(7).priority == 5
    assert queue.get(7).rev == 1
    assert tasks.insert({"path": "new.jpg"}) == 11
    assert queue.get(11).state is State.TODO
    assert tasks.remove(doc_ids=[1]) == [1]
    assert queue.find("1.jpg") is None
    assert [event.op for event in queue.history(7)] == ["add", "edit"]
    with pytest.raises(ValueError, match=r"11 has the path"):
        tasks.insert({"path": "new.jpg"})
    with pytest.raises(ValueError, match="needs a path"):
        tasks.insert({"name": "new.jpg"})
    assert sum(queue.stats().values()) == 10


def test_an_edit_is_a_conflict_for_who_has_the_task(db: QueueDB, queue: AnnotationQueue) -> None:
    (lease,) = queue.claim("ann", sitting="s")
    db.table("tasks").update({"priority": 1}, doc_ids=[lease.task.id])
    with pytest.raises(Conflict):
        queue.submit(lease, Annotation(("cat",)), who="ann", seconds=1, request_id="x")


def test_remembered_answers_end_with_others_writes(db: QueueDB, queue: AnnotationQueue) -> None:
    tasks, labelled = db.table("tasks"), where("state") == "labelled"
    assert tasks.search(labelled) == []
    (lease,) = queue.claim("ann", sitting="s")
    queue.submit(lease, Annotation(("cat",)), who="ann", seconds=1, request_id="x")
    assert [doc.doc_id for doc in tasks.search(labelled)] == [lease.task.id]


def test_stock_tinydb_reads_all_tables_of_the_checkpoint(
    db: QueueDB, queue: AnnotationQueue, project_folder: Path
) -> None:
    db.table("notes").insert({"text": "schön"})
    assert isinstance(queue, EventQueue)
    queue.store.checkpoint()
    with tinydb.TinyDB(project_folder / "queue" / "queue.json") as stock:
        assert len(stock.table("tasks")) == 10
        assert stock.table("notes").all() == [{"text": "schön"}]
    queue.close()
    for path in (project_folder / "queue").glob("queue.idx*"):
        path.unlink()
    again = QueueDB(project_folder)
    assert again.table("notes").all() == [{"text": "schön"}]
    again.close()


def test_two_writers_lose_no_update(db: QueueDB, project_folder: Path) -> None:
    other = QueueDB(open_queue(project_folder))
    for n in range(20):
        assert (db if n % 2 else other).table("notes").insert({"n": n}) == n + 1
    other.table("notes").update(lambda doc: doc.update(n=doc["n"] + 1))
    db.table("notes").update(lambda doc: doc.update(n=doc["n"] + 1))
    assert [doc["n"] for doc in other.table("notes")] == list(range(2, 22))
    other.storage.queue.close()  # type: ignore[attr-defined]
