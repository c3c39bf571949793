"""A large mask whose file is gone: its task is passed over, and stops nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.store.conftest import CAT, DOG, Backend, label, one
from tui.app import plan_of
from tui.config import load_project
from tui.launch import Launch
from tui.model.annotation import Annotation
from tui.model.review import AuditCell, Verdict
from tui.model.task import Filter, Imported, Order, State
from tui.quality.plan import Plan
from tui.sitting import effects, inputs
from tui.store.base import AnnotationQueue, MaskMissing
from tui.store.queue.check import check
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk
from tui.work.planned import PlannedClaims

LARGE = Annotation((), ({"kind": "mask", "label": "cat", "size": [9, 9], "counts": list(range(3000))},))
"""A mask that stands in a file of its own."""


@pytest.fixture
def broken(queue: AnnotationQueue, backend: Backend) -> AnnotationQueue:
    """A queue whose tasks 1 and 3 have lost their masks; 2 and 4 are labelled, too."""
    for said in (LARGE, CAT, LARGE, DOG):
        label(queue, said=said)
    queue.flag(1, True, who="bob", request_id="f")
    (mask,) = (backend.folder / "queue" / "blobs").iterdir()
    mask.rename(backend.folder / "mask")
    return queue


def put_back(backend: Backend) -> None:
    data = (backend.folder / "mask").read_bytes()
    (name,) = [problem.where for problem in check(load_project(backend.folder), repair=False).problems]
    (backend.folder / "queue" / name).write_bytes(data)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("n", [1, 2])
def test_a_claim_passes_over_what_cannot_be_shown(broken: AnnotationQueue, order: Order, n: int) -> None:
    leases = broken.claim(
        "rev", n, sitting="r", work="review", order=order, where=Filter(ids=frozenset(range(9)))
    )
    assert {lease.task.id for lease in leases} <= {2, 4}
    assert len(leases) == n


def test_the_warning_is_said_once_and_names_the_task(broken: AnnotationQueue) -> None:
    for _ in range(2):
        broken.release(broken.claim("rev", 9, sitting="r", work="review"))
    first, second = broken.warnings
    assert first.startswith("Task 1 is passed over. The mask")
    assert second.startswith("Task 3 is passed over. The mask")


def test_where_nothing_else_is_left_there_is_no_work_now(broken: AnnotationQueue, backend: Backend) -> None:
    assert len(broken.claim("rev", 9, sitting="r", work="review")) == 2
    assert broken.claim("rev", sitting="r", work="review") == []
    assert "'termlabel check' says where it is used" in broken.warnings[0]
    assert "missing" in check(load_project(backend.folder), repair=False).problems[0].what
    put_back(backend)
    assert [lease.task.id for lease in broken.claim("rev", 9, sitting="r", work="review")] == [1, 3]


def test_others_go_on(broken: AnnotationQueue) -> None:
    assert one(broken, "cid").task.id == 5
    assert label(broken, "dan").state is State.LABELLED
    assert [event.op for event in broken.history(1)] == ["add", "label", "flag"]
    assert broken.count(Filter(flagged=True)) == 1
    assert sum(broken.stats().values()) == 10
    assert broken.own_before("ann")[0].id == 4


ASKED: dict[str, Callable[[AnnotationQueue], object]] = {
    "claim_task": lambda q: q.claim_task(1, who="rev", sitting="r", work="review"),
    "unreadable": lambda q: q.unreadable(1, "broken", who="ann", request_id="n"),
    "flag": lambda q: q.flag(1, False, who="ann", request_id="n"),
    "undo": lambda q: q.undo("bob", request_id="n"),
    "get": lambda q: q.get(1),
    "find": lambda q: q.find("1.jpg"),
    "tasks": lambda q: q.tasks(),
    "own_before": lambda q: q.own_before("ann", limit=9),
    "export": lambda q: list(q.export()),
}


@pytest.mark.parametrize("name", ASKED)
def test_who_asks_for_that_very_task_is_told(broken: AnnotationQueue, name: str) -> None:
    seq = broken.seq
    with pytest.raises(MaskMissing, match="missing or damaged"):
        ASKED[name](broken)
    assert broken.seq == seq, "nothing is recorded where the answer cannot be given"
    assert "MaskMissing" in (getattr(AnnotationQueue, name).__doc__ or "")


def test_new_labels_need_no_lost_mask(broken: AnnotationQueue) -> None:
    assert broken.revise(1, 2, DOG, who="ann", seconds=1, request_id="n").annotation == DOG
    (lease,) = broken.claim("rev", sitting="r", work="review")
    assert broken.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v").id == 1


def test_a_review_plan_goes_on_after_it(broken: AnnotationQueue) -> None:
    planned = PlannedClaims(broken, lambda: Plan((1, 2, 3, 4), 4, ()))
    leases = planned.claim(
        9, (), lambda task_id: broken.claim_task(task_id, who="rev", sitting="r", work="review")
    )
    assert [lease.task.id for lease in leases] == [2, 4]


def test_a_review_plan_is_made_without_the_masks(broken: AnnotationQueue, backend: Backend) -> None:
    launch = Launch(load_project(backend.folder), broken, "rev", work="review", sheet=True)
    plan = plan_of(launch)
    assert plan.ids == (1, 2, 3, 4)
    assert plan.sentence().startswith("4 of 4 labelled images, by label: cat 3, dog 1")


def test_an_export_without_masks_has_everything_else(broken: AnnotationQueue) -> None:
    found = list(broken.export(masks=False))
    assert [task.id for task in found] == list(range(1, 11))
    assert [found[0].flagged, found[0].annotation.shapes[0]["label"]] == [True, "cat"]


def lost(backend: Backend) -> Path:
    """Where the mask of tasks 1 and 3 should be."""
    (found,) = check(load_project(backend.folder), repair=False).problems
    return backend.folder / "queue" / found.where


def test_numbers_with_a_filter_count_what_lost_its_mask(broken: AnnotationQueue, backend: Backend) -> None:
    missing = f"The mask {lost(backend)} is missing or damaged; 'termlabel check' says where it is used."
    for _ in range(2):
        found = broken.summary(Filter(annotator="ann"))
        assert (found.images, found.labels, found.flagged) == (4, {"cat": 3, "dog": 1}, 1)
        assert broken.warnings == (f"Task 1 and 1 more lack masks. {missing}",), "said once"
    assert broken.summary(Filter(flagged=True)).images == 1
    assert broken.warnings[1:] == (f"Task 1 lacks a mask. {missing}",)


def test_numbers_of_all_count_an_unreadable_task_that_lost_its_mask(
    queue: AnnotationQueue, backend: Backend
) -> None:
    members = {"state": "unreadable", "reason": "no picture", "shapes": LARGE.shapes}
    queue.import_annotations([Imported(1, 0, members)], who="lead")
    for mask in (backend.folder / "queue" / "blobs").iterdir():
        mask.unlink()
    assert queue.summary().unreadable_files == [("1.jpg", "no picture")]


CELLS = (AuditCell("annotator", "ann"), AuditCell("label", "cat"), AuditCell("pair", "cat", "cat"))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.kind)
def test_behind_a_number_of_an_audit_lies_what_lost_its_mask_too(
    queue: AnnotationQueue, backend: Backend, cell: AuditCell
) -> None:
    for n, said in enumerate((LARGE, CAT)):
        label(queue, said=said)
        (lease,) = queue.claim("rev", sitting="r", work="review")
        queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id=f"v{n}")
    for mask in (backend.folder / "queue" / "blobs").iterdir():
        mask.unlink()
    heard = SimpleQueue[inputs.Answer]()
    clerk = Clerk(queue, ClaimTerms("lead", "s"), heard.put)
    clerk.start()
    for _ in range(2):
        clerk.ask(effects.Pick(cell))
    clerk.stop()
    first, told, second = (heard.get() for _ in range(heard.qsize()))
    assert isinstance(first, inputs.Picked) and first == second
    assert [(task.id, task.state) for task in first.tasks] == [(1, State.ACCEPTED), (2, State.ACCEPTED)]
    assert told == inputs.ThreadFailed(
        f"Task 1 lacks a mask. The mask {lost(backend)} is missing or damaged; "
        "'termlabel check' says where it is used."
    )


@pytest.mark.parametrize("planned", [False, True])
def test_the_reviewer_is_told_once_of_each_task_that_was_passed_over(
    broken: AnnotationQueue, planned: bool
) -> None:
    plan = Plan((1, 2, 3, 4), 4, ())
    claims = PlannedClaims(broken, lambda: plan) if planned else None
    heard = SimpleQueue[inputs.Answer]()
    for sitting in ("s1", "s2"):
        again = claims and claims.again(broken, lambda: plan)
        clerk = Clerk(broken, ClaimTerms("rev", sitting, "review"), heard.put, again)
        clerk.start()
        for _ in range(2):
            clerk.ask(effects.Claim(9))
        clerk.stop()
    answers = [heard.get() for _ in range(heard.qsize())]
    claimed = [[lease.task.id for lease in x.leases] for x in answers if isinstance(x, inputs.Claimed)]
    told = [x.message for x in answers if isinstance(x, inputs.ThreadFailed)]
    assert claimed[:2] == [[2, 4], []]
    assert [text[:31] for text in told] == [f"Task {n} is passed over. The mask" for n in (1, 3)]
