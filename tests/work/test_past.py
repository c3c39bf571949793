"""Which verdicts on a task are told to whoever looks at it again, through every backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, CAT, DOG, label
from tui.model.review import Verdict
from tui.model.task import NewTask
from tui.store.base import AnnotationQueue
from tui.work.past import past_of


@pytest.fixture(params=BACKENDS)
def queue(request: pytest.FixtureRequest, project_folder: Path) -> AnnotationQueue:
    opened = BACKENDS[request.param](project_folder).open()
    request.addfinalizer(opened.close)
    opened.add([NewTask(f"{n}.jpg") for n in (1, 2)], who="lead")
    return opened


def judged(queue: AnnotationQueue, verdict: Verdict, request: str, who: str = "rev") -> None:
    lease = queue.claim_task(1, who=who, sitting=who, work="review")
    assert lease is not None
    queue.review(lease, verdict, who=who, stroke=request, seconds=1, request_id=request)


def told(queue: AnnotationQueue) -> list[tuple[str, str]]:
    return [(past.who, past.verdict) for past in past_of(queue.history(1))]


def test_a_verdict_that_was_taken_back_is_not_told_and_one_given_again_is(queue: AnnotationQueue) -> None:
    label(queue)
    judged(queue, Verdict.REJECT, "1")
    judged(queue, Verdict.ACCEPT, "2")
    both = [("rev", "reject"), ("rev", "accept")]
    assert told(queue) == both
    for request, left in (("3", both[:1]), ("4", [])):
        queue.undo("rev", request_id=request)
        assert told(queue) == left
    for request, left in (("5", both[:1]), ("6", both)):
        queue.redo("rev", request_id=request)
        assert told(queue) == left
    queue.undo("rev", request_id="7")
    assert told(queue) == both[:1]


def test_what_others_take_back_leaves_a_verdict(queue: AnnotationQueue) -> None:
    task = label(queue)
    judged(queue, Verdict.REJECT, "1")
    rejected = queue.get(task.id)
    queue.flag(task.id, True, who="rev", request_id="2")
    queue.undo("rev", request_id="3")
    queue.revise(task.id, rejected.rev, DOG, who="ann", seconds=1, request_id="4")
    queue.undo("ann", request_id="5")
    queue.redo("ann", request_id="6")
    judged(queue, Verdict.ACCEPT, "7", "bob")
    assert told(queue) == [("rev", "reject"), ("bob", "accept")]
    assert past_of(queue.history(1))[0].labels == CAT.labels
    assert past_of(queue.history(1))[1].labels == DOG.labels
    queue.undo("bob", request_id="8")
    assert told(queue) == [("rev", "reject")]
