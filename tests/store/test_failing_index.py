"""An index that fails in every way there is: whoever asks the queue sees the queue's errors, and none of SQLite's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import CAT, DOG, files, label, one
from tests.store.test_opening import open_files
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, Lease, NewTask, Order, State, Task
from tui.store import open_queue
from tui.store.base import AnnotationQueue, QueueError, ReadOnly, StorageFull, Unavailable

Call = Callable[[AnnotationQueue, Lease, Lease], object]
"""What is asked of a queue, with a lease to annotate task 3 and one to review task 1."""
FILTERS = (None, Filter(label="cat"), Filter(annotator="ann"))


def _claim(order: Order, where: Filter | None) -> Call:
    return lambda q, a, r: q.claim("ann", sitting="s", order=order, where=where)


def frozen(queue: AnnotationQueue, where: Filter = Filter()) -> list[Task]:  # noqa: B008
    """All tasks as of one event."""
    with queue.as_of_now(where) as found:
        return list(found.tasks())


CALLS: dict[str, tuple[Call, ...]] = {
    "add": (lambda q, a, r: q.add([NewTask("new.jpg")], who="lead"),),
    "import_annotations": (
        lambda q, a, r: q.import_annotations([Imported(7, 0, {"state": "labelled"})], who="lead"),
    ),
    "claim": tuple(_claim(order, where) for order in Order for where in FILTERS),
    "claim_task": (lambda q, a, r: q.claim_task(8, who="ann", sitting="s"),),
    "renew": (lambda q, a, r: q.renew([a, r]),),
    "release": (lambda q, a, r: q.release([a, r]),),
    "submit": (lambda q, a, r: q.submit(a, CAT, who="ann", seconds=1, request_id="new"),),
    "skip": (lambda q, a, r: q.skip(a, who="ann", request_id="new"),),
    "unreadable": (lambda q, a, r: q.unreadable(3, "broken", who="ann", request_id="new"),),
    "flag": (lambda q, a, r: q.flag(5, True, who="ann", request_id="new"),),
    "note": (lambda q, a, r: q.note(5, "blurred", who="ann", request_id="new"),),
    "revise": (lambda q, a, r: q.revise(2, 1, DOG, who="ann", seconds=1, request_id="new"),),
    "review": (lambda q, a, r: q.review(r, Verdict.ACCEPT, who="rev", seconds=1, request_id="new"),),
    "undo": (lambda q, a, r: q.undo("ann", request_id="new"),),
    "redo": (lambda q, a, r: q.redo("bob", request_id="new"),),
    "get": (lambda q, a, r: q.get(1),),
    "find": (lambda q, a, r: q.find("1.jpg"),),
    "tasks": (lambda q, a, r: q.tasks(), lambda q, a, r: q.tasks(Filter(annotator="ann", label="cat"))),
    "history": (lambda q, a, r: q.history(1),),
    "summary": (lambda q, a, r: q.summary(), lambda q, a, r: q.summary(Filter(states=(State.TODO,)))),
    "tallies": (lambda q, a, r: q.tallies(),),
    "stats": (lambda q, a, r: q.stats(),),
    "count": (lambda q, a, r: q.count(Filter()), lambda q, a, r: q.count(Filter(annotator="ann"))),
    "progress": (lambda q, a, r: q.progress("ann"),),
    "works_elsewhere": (lambda q, a, r: q.works_elsewhere("ann", "s"),),
    "own_before": (lambda q, a, r: q.own_before("ann"),),
    "watch": (lambda q, a, r: list(q.watch(0, 0)),),
    "export": (lambda q, a, r: list(q.export()), lambda q, a, r: list(q.export(Filter(label="cat")))),
    "as_of_now": (lambda q, a, r: frozen(q), lambda q, a, r: frozen(q, Filter(label="cat"))),
    "to_review": (lambda q, a, r: list(q.to_review("rev")),),
    "save_draft": (lambda q, a, r: q.save_draft(5, "ann", {"labels": []}),),
    "load_draft": (lambda q, a, r: q.load_draft(5, "ann"),),
    "drop_draft": (lambda q, a, r: q.drop_draft(5, "ann"),),
    "drafts": (lambda q, a, r: q.drafts("ann"),),
    "seq": (lambda q, a, r: q.seq,),
    "close": (lambda q, a, r: q.close(),),
}

WITHOUT_INDEX = {"watch", "save_draft", "load_draft", "drop_draft", "drafts", "close"}
"""What never looks at the index, or ends whatever it says."""


def test_every_method_is_asked() -> None:
    methods = {name for name in vars(AnnotationQueue) if not name.startswith("_")}
    assert methods == CALLS.keys() | {"readonly", "warnings"}


@pytest.fixture
def prepared(queue: AnnotationQueue, project_folder: Path) -> Iterator[tuple[AnnotationQueue, Lease, Lease]]:
    """A queue opened just now, with a lease to annotate and one to review."""
    label(queue)
    label(queue)
    queue.flag(9, True, who="bob", request_id="f")
    queue.undo("bob", request_id="u")
    (review,) = queue.claim("rev", sitting="r", work="review")
    lease = one(queue)
    opened = open_queue(project_folder)
    yield opened, lease, review
    opened.close()


def full(db: sqlite3.Connection, patch: pytest.MonkeyPatch) -> None:
    """Nothing more fits in."""
    (pages,) = db.execute("pragma page_count").fetchone()
    db.execute(f"pragma max_page_count={pages}")


def unreachable(db: sqlite3.Connection, patch: pytest.MonkeyPatch) -> None:
    """Every statement fails, and nothing can be opened again."""
    db.set_progress_handler(lambda: 1, 1)
    for name in ("connect", "connect_new", "private"):
        patch.setattr(f"tui.store.index.schema.{name}", _refused)


def damaged(db: sqlite3.Connection, patch: pytest.MonkeyPatch) -> None:
    """What SQLite raises for a damaged file (here: for what it may not do), and it cannot be made anew."""
    db.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
    patch.setattr("tui.store.queue.event_store.rebuilt", _refused)
    patch.setattr("tui.store.index.schema.connect", _refused)


def _refused(*_: Any, **__: Any) -> sqlite3.Connection:
    raise sqlite3.DatabaseError("file is not a database")


@pytest.mark.parametrize("failing", [full, unreachable, damaged])
def test_no_error_of_sqlite_gets_out(
    prepared: tuple[AnnotationQueue, Lease, Lease],
    failing: Callable[[sqlite3.Connection, pytest.MonkeyPatch], None],
) -> None:
    queue, annotate, review = prepared
    refused = dict.fromkeys(CALLS, 0)
    for name, calls in CALLS.items():
        _make_anew(queue)
        with pytest.MonkeyPatch.context() as patch:
            failing(files(queue).store.db, patch)
            for call in calls:
                try:
                    call(queue, annotate, review)
                except QueueError:
                    refused[name] += 1
    if failing is not full:
        assert refused == {name: 0 if name in WITHOUT_INDEX else len(calls) for name, calls in CALLS.items()}


def _make_anew(queue: AnnotationQueue) -> None:
    files(queue).store.index.close()
    with suppress(Unavailable):
        queue.stats()


def test_a_full_index_refuses_what_needs_more_of_it(prepared: tuple[AnnotationQueue, Lease, Lease]) -> None:
    queue, _, _ = prepared
    full(files(queue).store.db, pytest.MonkeyPatch())
    with pytest.raises(StorageFull):
        queue.own_before("ann")
    with pytest.raises(StorageFull):
        queue.claim("ann", sitting="s", order=Order.UNCERTAIN)


def test_a_damaged_index_is_made_anew(prepared: tuple[AnnotationQueue, Lease, Lease]) -> None:
    queue, lease, _ = prepared
    with pytest.MonkeyPatch.context() as patch:
        damaged(files(queue).store.db, patch)
        for _ in range(2):
            with pytest.raises(Unavailable):
                queue.stats()
    with suppress(Unavailable):
        queue.stats()
    assert sum(queue.stats().values()) == 10
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED


def test_a_queue_open_for_reading_leaves_the_files_alone(
    prepared: tuple[AnnotationQueue, Lease, Lease],
) -> None:
    queue, _, _ = prepared
    before = (files(queue).folder / "queue.idx").stat().st_ino
    reader = open_queue(files(queue).project, readonly=True)
    files(reader).store.db.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
    with pytest.raises(Unavailable):
        reader.stats()
    assert sum(reader.stats().values()) == 10
    reader.close()
    assert (files(queue).folder / "queue.idx").stat().st_ino == before


@pytest.mark.parametrize("text", ["database or disk is full", "disk I/O error"])
def test_a_queue_whose_index_cannot_be_made_is_refused(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def refused(*_: object) -> None:
        raise sqlite3.OperationalError(text)

    monkeypatch.setattr("tui.store.index.derived.build", refused)
    with pytest.raises(StorageFull if "full" in text else Unavailable):
        open_queue(project_folder)
    monkeypatch.undo()
    open_queue(project_folder).close()


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize("name", sorted(CALLS.keys() - WITHOUT_INDEX))
def test_a_closed_queue_stays_closed(
    queue: AnnotationQueue, project_folder: Path, name: str, readonly: bool
) -> None:
    label(queue)
    task = queue.get(1)
    leases = [Lease(task, 1, 0.0, "annotate"), Lease(task, 1, 0.0, "review")]
    queue.close()
    opened = open_queue(project_folder, readonly=readonly)
    opened.close()
    there = _files(project_folder)
    for call in CALLS[name]:
        with nullcontext() if readonly and name == "release" else pytest.raises((Unavailable, ReadOnly)):
            call(opened, leases[0], leases[1])
    assert _files(project_folder) == there


def _files(folder: Path) -> list[str]:
    """What lies in the queue's folder, and what this process has open of it."""
    lying = [path.name for path in (folder / "queue").iterdir()]
    return sorted(lying + [name for name in open_files() if name.startswith(str(folder))])
