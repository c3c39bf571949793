"""What an AnnotationQueue promises, whichever backend stands behind it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tinydb

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Filter, Lease, NewTask, Order, State, Task
from tui.store import open_queue
from tui.store.base import AnnotationQueue, Conflict, Forbidden, NotFound
from tui.store.trail import steps

CAT, DOG = Annotation(("cat",)), Annotation(("dog",))


def one(queue: AnnotationQueue, who: str = "ann", sitting: str = "s") -> Lease:
    (lease,) = queue.claim(who, sitting=sitting)
    return lease


def label(queue: AnnotationQueue, who: str = "ann", said: Annotation = CAT) -> Task:
    lease = one(queue, who)
    return queue.submit(lease, said, who=who, seconds=1.5, request_id=f"{who}-{lease.token}")


def test_add_is_idempotent_on_the_path(queue: AnnotationQueue) -> None:
    assert queue.add([NewTask("1.jpg"), NewTask("11.jpg"), NewTask("11.jpg")], who="lead") == (1, 2)
    assert [t.id for t in queue.tasks()] == list(range(1, 12))


def test_a_decision_is_there_after_opening_again(queue: AnnotationQueue, project_folder: Path) -> None:
    task = label(queue)
    assert (task.state, task.rev, task.annotator, task.seconds) == (State.LABELLED, 1, "ann", 1.5)
    other = open_queue(project_folder)
    assert other.get(task.id) == task
    other.close()


def test_no_task_goes_to_two_people(queue: AnnotationQueue) -> None:
    mine = {lease.task.id for lease in queue.claim("ann", 6, sitting="a")}
    theirs = {lease.task.id for lease in queue.claim("bob", 6, sitting="b")}
    assert len(mine) == 6
    assert len(theirs) == 4
    assert not mine & theirs


def test_the_same_request_has_one_outcome(queue: AnnotationQueue) -> None:
    lease = one(queue)
    first = queue.submit(lease, CAT, who="ann", seconds=1, request_id="r")
    queue.revise(first.id, first.rev, DOG, who="ann", seconds=1, request_id="r2")
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="r") == first
    assert queue.get(first.id).annotation == DOG


def test_undo_and_redo_restore_every_member(queue: AnnotationQueue) -> None:
    before = queue.get(1)
    labelled = label(queue)
    undone = queue.undo("ann", request_id="u")
    assert undone is not None
    assert undone.rev == 2
    assert (undone.state, undone.annotation, undone.annotator) == (
        before.state,
        before.annotation,
        before.annotator,
    )
    assert (undone.seconds, undone.labelled_at) == (before.seconds, before.labelled_at)
    again = queue.redo("ann", request_id="v")
    assert again is not None
    assert (again.annotation, again.labelled_at, again.seconds) == (
        labelled.annotation,
        labelled.labelled_at,
        labelled.seconds,
    )
    assert queue.redo("ann", request_id="w") is None


def test_a_hundred_undos_after_opening_again(project_folder: Path) -> None:
    queue = open_queue(project_folder)
    queue.add([NewTask(f"{n}.jpg") for n in range(100)], who="lead")
    for _ in range(100):
        label(queue)
    queue.close()
    queue = open_queue(project_folder)
    for n in range(100):
        assert queue.undo("ann", request_id=f"u{n}") is not None
    assert queue.undo("ann", request_id="last") is None
    assert queue.count(Filter(states=(State.TODO,))) == 100
    queue.close()


def test_a_new_decision_ends_redo(queue: AnnotationQueue) -> None:
    label(queue)
    queue.undo("ann", request_id="u")
    label(queue, said=DOG)
    assert queue.redo("ann", request_id="v") is None


def test_nobody_reviews_their_own_work(queue: AnnotationQueue) -> None:
    label(queue)
    assert queue.claim("ann", sitting="a", work="review") == []
    (lease,) = queue.claim("rev", sitting="r", work="review")
    with pytest.raises(Forbidden):
        queue.review(lease, Verdict.ACCEPT, who="ann", seconds=1, request_id="x")
    assert queue.claim("rev2", sitting="r2", work="review") == []


def test_a_rejected_task_comes_back_to_its_annotator_first(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    rejected = queue.review(
        lease, Verdict.REJECT, reason="other", comment="look", who="rev", seconds=1, request_id="x"
    )
    assert (rejected.state, rejected.reason, rejected.comment) == (State.REJECTED, "other", "look")
    assert queue.came_back("ann") == 1
    assert queue.claim("bob", 20, sitting="b")[0].task.id != task.id
    back = one(queue, "ann", "again")
    assert back.task.id == task.id
    done = queue.submit(back, DOG, who="ann", seconds=1, request_id="y")
    assert (done.state, done.reviewer, done.verdict, done.reason, done.comment) == (
        State.LABELLED,
        None,
        None,
        None,
        None,
    )
    assert done.seconds == 2.5


def test_a_fix_keeps_the_annotator(queue: AnnotationQueue) -> None:
    label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    fixed = queue.review(lease, Verdict.ACCEPT, annotation=DOG, who="rev", seconds=1, request_id="x")
    assert (fixed.state, fixed.fixed, fixed.annotation, fixed.annotator) == (State.ACCEPTED, True, DOG, "ann")


def test_a_verdict_on_a_changed_label_is_refused_with_the_current_one(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.revise(task.id, task.rev, DOG, who="ann", seconds=1, request_id="x")
    with pytest.raises(Conflict) as caught:
        queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="y")
    assert caught.value.current.annotation == DOG


def test_late_work_counts_while_nobody_took_over(queue: AnnotationQueue) -> None:
    (lease,) = queue.claim("ann", sitting="a", ttl=-1)
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED


def test_orders(project_folder: Path) -> None:
    queue = open_queue(project_folder)
    queue.add(
        [NewTask("a", priority=1, score=0.9), NewTask("b", priority=3), NewTask("c", score=0.2)], who="lead"
    )

    def order(kind: Order, seed: int = 0) -> list[str]:
        leases = queue.claim("ann", 9, sitting="s", order=kind, seed=seed)
        queue.release(leases)
        return [lease.task.path for lease in leases]

    assert order(Order.SEQUENTIAL) == ["a", "b", "c"]
    assert order(Order.PRIORITY) == ["b", "a", "c"]
    assert order(Order.UNCERTAIN) == ["c", "a", "b"]
    assert order(Order.RANDOM, 1) == order(Order.RANDOM, 1)
    assert {tuple(order(Order.RANDOM, seed)) for seed in range(40)} > {("a", "b", "c")}
    queue.close()


def test_filters(queue: AnnotationQueue) -> None:
    label(queue)
    queue.flag(3, True, who="ann", request_id="f")
    assert queue.count(Filter(states=(State.LABELLED,))) == 1
    assert [t.id for t in queue.tasks(Filter(flagged=True))] == [3]
    assert [t.id for t in queue.export(Filter(label="cat"))] == [1]
    assert [t.id for t in queue.tasks(Filter(path_glob="1*"))] == [1, 10]
    assert queue.count(Filter(annotator="bob")) == 0


def test_history_tells_each_step(queue: AnnotationQueue) -> None:
    label(queue)
    queue.undo("ann", request_id="u")
    trail = steps(queue.history(1))
    assert [step.op for step in trail] == ["add", "label", "undo"]
    assert trail[1].after["labels"] == ["cat"]
    assert trail[2].after["labels"] == []


def test_what_does_not_exist(queue: AnnotationQueue) -> None:
    with pytest.raises(NotFound):
        queue.get(99)
    assert queue.find("no.jpg") is None


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


@pytest.mark.parametrize("junk", [b"", b"\0" * 40, b'{"seq":99', b"x" * 300])
def test_a_torn_tail_costs_nothing_that_was_told_safe(project_folder: Path, junk: bytes) -> None:
    queue = open_queue(project_folder)
    queue.add([NewTask("a"), NewTask("b")], who="lead")
    label(queue)
    log = project_folder / "queue" / "events.jsonl"
    safe = log.stat().st_size
    label(queue)
    queue.close()
    whole = log.read_bytes()
    for cut in range(safe + 1, len(whole) - 1, 7):
        shutil.rmtree(project_folder / "queue")
        (project_folder / "queue").mkdir()
        log.write_bytes(whole[:cut] + junk)
        again = open_queue(project_folder)
        assert again.get(1).annotation == CAT
        assert again.get(2).state is State.TODO
        assert label(again).id == 2
        again.close()


def test_stock_tinydb_reads_the_checkpoint(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    queue.store.checkpoint()  # type: ignore[attr-defined]
    with tinydb.TinyDB(project_folder / "queue" / "queue.json") as db:
        found = db.table("tasks").search(tinydb.where("state") == "labelled")
        assert [doc.doc_id for doc in found] == [1]
        assert len(db.table("tasks")) == 10


def test_a_changed_checkpoint_is_put_aside(queue: AnnotationQueue, project_folder: Path) -> None:
    label(queue)
    queue.store.checkpoint()  # type: ignore[attr-defined]
    queue.close()
    path = project_folder / "queue" / "queue.json"
    with tinydb.TinyDB(path) as db:
        db.table("tasks").update({"labels": ["dog"]}, doc_ids=[1])
    again = open_queue(project_folder)
    assert again.get(1).annotation == CAT
    assert len(list(path.parent.glob("queue.json.foreign-*"))) == 1
    assert "queue.json" in " ".join(again.warnings)
    again.close()
