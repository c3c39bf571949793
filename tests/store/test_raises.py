"""Each error that the queue's interface lists for a method is one that the method raises, and no other is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

import pytest

from tests.store.conftest import CAT, DOG, Backend, files, label, one
from tests.store.test_failing_index import CALLS, frozen
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Imported, Lease, NewTask, Task, Work
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.store.log.event_log import EventLog, seal
from tui.store.log.lock import QueueLock
from tui.store.tinydb_queue import QueueDB

READING = ["QueueBusy", "Unavailable", "StorageFull"]
WRITING = [*READING, "ReadOnly", "CorruptLog"]
LARGE = Annotation((), ({"kind": "mask", "label": "cat", "size": [9, 9], "counts": list(range(3000))},))
NOT_UTF8 = Annotation(("\udce9",))
NAN = Annotation((), ({"kind": "box", "label": "cat", "x": float("nan")},))


def listed(name: str) -> set[str]:
    """Names of the errors that a method's docstring lists, those of the two groups among them."""
    _, _, text = (vars(AnnotationQueue)[name].__doc__ or "").partition("Raises")
    groups = {"reading": READING, "writing": WRITING}
    found = [groups[word] for word in re.findall(r"The (reading|writing) errors", text)]
    found += [
        names.split(", ") for names in re.findall(r"^ +((?:[A-Z]\w+, )*[A-Z]\w+): ", text, re.MULTILINE)
    ]
    return {error for names in found for error in names}


METHODS = sorted(CALLS)


# Errors that many methods have in common: what is wrong with the queue, whatever is asked.


def append_unseen(queue: AnnotationQueue) -> None:
    """An event in the log that the index does not have, as from a process that was killed before it entered it."""
    store = files(queue).store
    docs = {
        str(n): {"state": "todo", "path": f"new {n}", "metadata": {"much": "x" * 500}} for n in range(50, 350)
    }
    start = {"seq": queue.seq + 1, "at": 2e9, "who": "lead", "login": "", "host": "", "op": "add"}
    with closing(EventLog(store.folder / "events.jsonl")) as log:
        log.append(seal({**start, "set": docs}), log.size)


@contextmanager
def busy(queue: AnnotationQueue, backend: Backend) -> Iterator[AnnotationQueue]:
    append_unseen(queue)
    lock = files(queue).store.lock
    assert lock is not None
    lock.patience = 0.01
    with closing(QueueLock(backend.folder / "queue" / "lock")) as held, held.held():
        yield queue


@contextmanager
def full(queue: AnnotationQueue, backend: Backend) -> Iterator[AnnotationQueue]:
    append_unseen(queue)
    index = files(queue).store.db
    (pages,) = index.execute("pragma page_count").fetchone()
    index.execute(f"pragma max_page_count={pages}")
    yield queue


@contextmanager
def failing(queue: AnnotationQueue, backend: Backend) -> Iterator[AnnotationQueue]:
    append_unseen(queue)
    files(queue).store.db.set_progress_handler(lambda: 1, 1)
    yield queue


@contextmanager
def readonly(queue: AnnotationQueue, backend: Backend) -> Iterator[AnnotationQueue]:
    with closing(open_queue(backend.folder, readonly=True)) as reader:
        yield reader


@contextmanager
def damaged(queue: AnnotationQueue, backend: Backend) -> Iterator[AnnotationQueue]:
    queue.close()
    log = backend.folder / "queue" / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:3], lines[3].replace(b"ann", b"bob"), *lines[4:]]))
    for path in (backend.folder / "queue").glob("queue.*"):
        path.unlink()
    with closing(backend.open()) as opened:
        yield opened


STATES = {
    "QueueBusy": busy,
    "StorageFull": full,
    "Unavailable": failing,
    "ReadOnly": readonly,
    "CorruptLog": damaged,
}
NOT_ASKED = {"close"}
"""Ends the queue for the others."""


@pytest.mark.parametrize("error", STATES)
def test_a_queue_in_trouble_raises_what_is_listed(
    queue: AnnotationQueue, backend: Backend, error: str
) -> None:
    label(queue)
    label(queue)
    (review,) = queue.claim("rev", sitting="r", work="review")
    annotate = one(queue)
    raised = {}
    with STATES[error](queue, backend) as troubled:
        for name in METHODS:
            if name not in NOT_ASKED and (name, error) not in ALONE:
                raised[name] = _raised(partial(CALLS[name][0], troubled, annotate, review))
    assert raised == {name: error if error in listed(name) else "" for name in raised}


def _raised(call: Callable[[], object]) -> str:
    """The name of the error that this raises, '' for none."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return ""


# What is wrong with one request.


def lease_of(queue: AnnotationQueue, task_id: int, who: str = "ann", work: Work = "annotate") -> Lease:
    lease = queue.claim_task(task_id, who=who, sitting=who, work=work)
    assert lease is not None
    return lease


def submit(
    queue: AnnotationQueue, lease: Lease, said: Annotation = CAT, who: str = "ann", rid: str = "r"
) -> Task:
    return queue.submit(lease, said, who=who, seconds=1, request_id=rid)


def review(queue: AnnotationQueue, lease: Lease, who: str = "rev", said: Annotation | None = None) -> Task:
    return queue.review(lease, Verdict.ACCEPT, annotation=said, who=who, seconds=1, request_id="v")


def revise(
    queue: AnnotationQueue, task_id: int, said: Annotation = DOG, who: str = "ann", rev: int = 1
) -> Task:
    return queue.revise(task_id, rev, said, who=who, seconds=1, request_id="n")


def gone(lease: Lease) -> Lease:
    return replace(lease, task=replace(lease.task, id=99))


def taken_over(queue: AnnotationQueue, work: Work = "annotate", who: str = "ann") -> Lease:
    (lease,) = queue.claim(who, sitting="s", ttl=-1, work=work)
    (other,) = queue.claim("cid", sitting="c", work=work)
    assert other.task.id == lease.task.id
    return lease


def changed(queue: AnnotationQueue) -> Lease:
    """A lease on a task that was labelled by another meanwhile."""
    (lease,) = queue.claim("ann", sitting="s", ttl=-1)
    submit(queue, lease_of(queue, lease.task.id, "cid"), who="cid", rid="c")
    return lease


def reviewed(queue: AnnotationQueue) -> Task:
    label(queue)
    return review(queue, lease_of(queue, 1, "rev", "review"))


def lose_masks(backend: Backend) -> None:
    for path in (backend.folder / "queue" / "blobs").iterdir():
        path.unlink()


Scenario = Callable[[AnnotationQueue, Backend], object]


def as_stranger(call: Callable[[AnnotationQueue, Lease], object]) -> Scenario:
    """`eve`, who is none of the project's people."""

    def asked(queue: AnnotationQueue, backend: Backend) -> None:
        label(queue)
        lease = one(queue)
        backend.configure('people = ["ann"]')
        with closing(backend.open()) as opened:
            call(opened, lease)

    return asked


def without_mask(
    call: Callable[[AnnotationQueue, Lease], object], who: str = "ann", work: Work = "annotate"
) -> Scenario:
    """Task 1 has a label by ann with a mask that is lost while somebody has the task in hand."""

    def asked(queue: AnnotationQueue, backend: Backend) -> None:
        submit(queue, one(queue), LARGE)
        lease = lease_of(queue, 1, who, work)
        lose_masks(backend)
        call(queue, lease)

    return asked


def of_deleted_task(call: Callable[[AnnotationQueue], object], *, undone: bool) -> Scenario:
    """What is to be taken back was done to a task that is no longer there."""

    def asked(queue: AnnotationQueue, backend: Backend) -> None:
        label(queue)
        if undone:
            queue.undo("ann", request_id="u")
        with closing(QueueDB(backend.folder)) as db:
            db.table("tasks").remove(doc_ids=[1])
        call(queue)

    return asked


def redo_changed(queue: AnnotationQueue, _: Backend) -> None:
    label(queue)
    queue.undo("ann", request_id="u")
    submit(queue, lease_of(queue, 1, "cid"), who="cid", said=DOG)
    queue.redo("ann", request_id="n")


def redo_without_mask(queue: AnnotationQueue, backend: Backend) -> None:
    submit(queue, one(queue), LARGE)
    queue.undo("ann", request_id="u")
    lose_masks(backend)
    queue.redo("ann", request_id="n")


def revise_without_mask(queue: AnnotationQueue, backend: Backend) -> None:
    label(queue)
    revise(queue, 1, LARGE)
    lose_masks(backend)
    revise(queue, 1, CAT)


def damaged_history(queue: AnnotationQueue, backend: Backend) -> None:
    log = backend.folder / "queue" / "events.jsonl"
    data = log.read_bytes()
    log.write_bytes(data.replace(b"lead", b"LEAD", 1))
    queue.history(1)


def no_place_for_drafts(queue: AnnotationQueue, backend: Backend) -> None:
    (backend.folder / "queue" / "drafts").write_text("in the way")
    queue.save_draft(1, "ann", {})


def imported(queue: AnnotationQueue, task_id: int = 1, **members: object) -> None:
    queue.import_annotations([Imported(task_id, 0, members)], who="lead")


NOT_JSON = float("nan")
ALONE: dict[tuple[str, str], Scenario] = {
    ("add", "ValueError"): lambda q, b: q.add([NewTask("n", metadata={"x": NOT_JSON})], who="lead"),
    ("add", "BadMember"): lambda q, b: q.add([NewTask("n", priority=2**70)], who="lead"),
    ("import_annotations", "NotFound"): lambda q, b: imported(q, 99, state="labelled"),
    ("import_annotations", "ValueError"): lambda q, b: imported(q, metadata={"x": NOT_JSON}),
    ("import_annotations", "BadMember"): lambda q, b: imported(q, seconds=10**309),
    ("claim", "Forbidden"): as_stranger(lambda q, _: q.claim("eve", sitting="s")),
    ("claim_task", "NotFound"): lambda q, b: lease_of(q, 99),
    ("claim_task", "Forbidden"): as_stranger(lambda q, _: lease_of(q, 1, "eve")),
    ("claim_task", "MaskMissing"): without_mask(lambda q, _: lease_of(q, 1, "rev", "review")),
    ("submit", "Forbidden"): as_stranger(lambda q, lease: submit(q, lease, who="eve")),
    ("submit", "NotFound"): lambda q, b: submit(q, gone(one(q))),
    ("submit", "Conflict"): lambda q, b: submit(q, changed(q)),
    ("submit", "LeaseLost"): lambda q, b: submit(q, taken_over(q)),
    ("submit", "LabelGone"): lambda q, b: submit(q, one(q), Annotation(("cow",))),
    ("submit", "MaskMissing"): without_mask(submit),
    ("submit", "ValueError"): lambda q, b: submit(q, one(q), NAN),
    ("submit", "BadMember"): lambda q, b: submit(q, one(q), NOT_UTF8),
    ("skip", "Forbidden"): as_stranger(lambda q, lease: q.skip(lease, who="eve", request_id="n")),
    ("skip", "NotFound"): lambda q, b: q.skip(gone(one(q)), who="ann", request_id="n"),
    ("skip", "Conflict"): lambda q, b: q.skip(changed(q), who="ann", request_id="n"),
    ("skip", "LeaseLost"): lambda q, b: q.skip(taken_over(q), who="ann", request_id="n"),
    ("skip", "MaskMissing"): without_mask(lambda q, lease: q.skip(lease, who="ann", request_id="n")),
    ("unreadable", "NotFound"): lambda q, b: q.unreadable(99, "", who="ann", request_id="n"),
    ("unreadable", "MaskMissing"): without_mask(lambda q, _: q.unreadable(1, "", who="ann", request_id="n")),
    ("note", "Forbidden"): as_stranger(lambda q, _: q.note(1, "a", who="eve", request_id="n")),
    ("note", "NotFound"): lambda q, b: q.note(99, "a", who="ann", request_id="n"),
    ("note", "MaskMissing"): without_mask(lambda q, _: q.note(1, "a", who="ann", request_id="n")),
    ("note", "BadMember"): lambda q, b: q.note(1, "\ud800", who="ann", request_id="n"),
    ("flag", "NotFound"): lambda q, b: q.flag(99, True, who="ann", request_id="n"),
    ("flag", "MaskMissing"): without_mask(lambda q, _: q.flag(1, True, who="ann", request_id="n")),
    ("revise", "Forbidden"): lambda q, b: (label(q), revise(q, 1, who="bob")),
    ("revise", "NotFound"): lambda q, b: revise(q, 99),
    ("revise", "Conflict"): lambda q, b: (reviewed(q), revise(q, 1)),
    ("revise", "LabelGone"): lambda q, b: (label(q), revise(q, 1, Annotation(("cow",)))),
    ("revise", "MaskMissing"): revise_without_mask,
    ("revise", "ValueError"): lambda q, b: (label(q), revise(q, 1, NAN)),
    ("revise", "BadMember"): lambda q, b: (label(q), revise(q, 1, NOT_UTF8)),
    ("review", "Forbidden"): lambda q, b: (label(q), review(q, lease_of(q, 1, "rev", "review"), "ann")),
    ("review", "NotFound"): lambda q, b: (label(q), review(q, gone(lease_of(q, 1, "rev", "review")))),
    ("review", "Conflict"): lambda q, b: (
        label(q), lease := lease_of(q, 1, "rev", "review"), revise(q, 1), review(q, lease)
    ),
    ("review", "LeaseLost"): lambda q, b: (label(q), review(q, taken_over(q, "review", "rev"))),
    ("review", "LabelGone"): lambda q, b: (
        label(q), review(q, lease_of(q, 1, "rev", "review"), said=Annotation(("cow",)))
    ),
    ("review", "MaskMissing"): without_mask(review, "rev", "review"),
    ("review", "ValueError"): lambda q, b: (label(q), review(q, lease_of(q, 1, "rev", "review"), said=NAN)),
    ("review", "BadMember"): lambda q, b: (label(q), review(q, lease_of(q, 1, "rev", "review"), said=NOT_UTF8)),
    ("undo", "Conflict"): lambda q, b: (reviewed(q), q.undo("ann", request_id="n")),
    ("undo", "NotFound"): of_deleted_task(lambda q: q.undo("ann", request_id="n"), undone=False),
    ("undo", "MaskMissing"): without_mask(
        lambda q, _: (revise(q, 1), q.undo("ann", request_id="z"))
    ),
    ("redo", "Conflict"): redo_changed,
    ("redo", "NotFound"): of_deleted_task(lambda q: q.redo("ann", request_id="n"), undone=True),
    ("redo", "MaskMissing"): redo_without_mask,
    ("get", "NotFound"): lambda q, b: q.get(99),
    ("get", "MaskMissing"): without_mask(lambda q, _: q.get(1)),
    ("find", "MaskMissing"): without_mask(lambda q, _: q.find("1.jpg")),
    ("tasks", "MaskMissing"): without_mask(lambda q, _: q.tasks()),
    ("history", "CorruptLog"): damaged_history,
    ("own_before", "MaskMissing"): without_mask(lambda q, _: q.own_before("ann")),
    ("export", "MaskMissing"): without_mask(lambda q, _: list(q.export())),
    ("as_of_now", "MaskMissing"): without_mask(lambda q, _: frozen(q)),
    ("save_draft", "StorageFull"): no_place_for_drafts,
}  # fmt: skip
"""Every other error that is listed, and a request that brings it."""


@pytest.mark.parametrize(("name", "error"), ALONE)
def test_a_request_raises_what_is_listed(
    queue: AnnotationQueue, backend: Backend, name: str, error: str
) -> None:
    with pytest.raises(Exception) as caught:
        ALONE[name, error](queue, backend)
    assert type(caught.value).__name__ == error


def test_all_that_is_listed_is_asked_for() -> None:
    found = {(name, error) for name in METHODS for error in listed(name)}
    assert found >= ALONE.keys()
    assert {error for _, error in found - ALONE.keys()} == STATES.keys()
