"""A verdict that is changed: it counts for what the reviewer saw, once, and where it is not saved that is told."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.store.conftest import DOG, Backend, label
from tests.work.conftest import Troubled
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Lease, NewTask, State, Task
from tui.sitting import effects, inputs
from tui.store.base import AnnotationQueue, BadMember, MaskMissing, QueueBusy, Unavailable
from tui.store.queue.event_queue import EventQueue
from tui.store.queue.transaction import Transaction
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk

TERMS = ClaimTerms("rev", "r", work="review")


def clerk(queue: object, terms: ClaimTerms = TERMS) -> Clerk:
    return Clerk(queue, terms, lambda answer: None)  # type: ignore[arg-type]


def rejected(queue: AnnotationQueue) -> Task:
    """Work on which `rev` gave a verdict, as they saw it."""
    label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    return queue.review(lease, Verdict.REJECT, who="rev", seconds=1, request_id="v1")


def accepting(seen: Task, request: str = "v2") -> effects.Review:
    return effects.Review(request, seen, None, Verdict.ACCEPT, "", "", None, 1.0, {})


def verdicts(queue: AnnotationQueue, task_id: int = 1) -> list[str]:
    return [event.op for event in queue.history(task_id) if event.op in ("accept", "reject")]


def test_a_verdict_is_changed_while_the_work_stands_as_it_was_seen(queue: AnnotationQueue) -> None:
    seen = rejected(queue)
    queue.flag(seen.id, True, who="bob", request_id="f")
    answer = clerk(queue).answer(accepting(seen))
    assert isinstance(answer, inputs.Saved)
    assert answer.task.state is State.ACCEPTED
    assert verdicts(queue) == ["reject", "accept"]


def test_work_that_was_done_anew_since_is_not_accepted_unseen(queue: AnnotationQueue) -> None:
    seen = rejected(queue)
    (back,) = queue.claim("ann", sitting="s2")
    queue.submit(back, DOG, who="ann", seconds=1, request_id="again")
    answer = clerk(queue).answer(accepting(seen))
    assert isinstance(answer, inputs.Failed)
    assert answer.lasting
    assert answer.current == queue.get(seen.id)
    assert answer.current.annotation == DOG
    assert verdicts(queue) == ["reject"]
    assert [lease.task.id for lease in queue.claim("eve", sitting="e", work="review")] == [seen.id]


def test_work_that_its_annotator_skipped_since_is_not_accepted(queue: AnnotationQueue) -> None:
    seen = rejected(queue)
    (back,) = queue.claim("ann", sitting="s2")
    queue.skip(back, who="ann", request_id="skip")
    answer = clerk(queue).answer(accepting(seen))
    assert isinstance(answer, inputs.Failed)
    assert answer.current is not None
    assert answer.current.state is State.SKIPPED


def test_a_changed_verdict_that_comes_again_is_recorded_once(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the task as the reviewer saw it: a backend may look a request up by that alone."""
    write = accepting(rejected(queue))
    reviewed, came = queue.review, list[Task]()

    def review(lease: Lease, *args: Any, **more: Any) -> Task:
        came.append(lease.task)
        return reviewed(lease, *args, **more)

    monkeypatch.setattr(queue, "review", review)
    unsure = clerk(Troubled(queue, "review", Unavailable("Try again."), after=True))
    failed = unsure.answer(write)
    assert failed == inputs.Failed("v2", "Try again.")
    again, other = unsure.answer(write), clerk(backend.open()).answer(write)
    assert isinstance(again, inputs.Saved)
    assert isinstance(other, inputs.Saved)
    assert again.task == other.task == queue.get(1)
    assert came == [write.task] * 2
    assert verdicts(queue) == ["reject", "accept"]


@pytest.mark.parametrize("backend", ["files"], indirect=True)
def test_requests_are_known_when_the_index_was_made_anew(
    queue: AnnotationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that come with a lease taken after they were carried out."""
    seen = rejected(queue)
    finish, failing = Transaction.finish, [True]

    def broken(self: Transaction) -> None:
        self.put()
        if failing and self.durable:
            failing.clear()
            raise sqlite3.DatabaseError("malformed")
        finish(self)

    monkeypatch.setattr(Transaction, "finish", broken)
    answer = clerk(queue).answer(accepting(seen))
    assert isinstance(answer, inputs.Failed)
    assert not answer.lasting
    assert isinstance(clerk(queue).answer(accepting(seen)), inputs.Saved)
    assert isinstance(queue, EventQueue)
    lease = queue.claim_task(seen.id, who="rev", sitting="r", work="review")
    assert lease is not None
    queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v2")
    assert verdicts(queue) == ["reject", "accept"]


def test_a_busy_queue_loses_no_changed_verdict(queue: AnnotationQueue) -> None:
    write = accepting(rejected(queue))
    busy = clerk(Troubled(queue, "review", QueueBusy("Others write.")))
    assert busy.answer(write) == inputs.Failed("v2", "Others write.")
    assert isinstance(busy.answer(write), inputs.Saved)


def test_what_cannot_help_is_not_offered_again(queue: AnnotationQueue) -> None:
    (lease,) = queue.claim("ann", sitting="s")
    annotating = clerk(queue, ClaimTerms("ann", "s"))
    gone = Annotation(("gone",))
    box = Annotation((), ({"kind": "box", "label": "cat", "x": float("nan")},))
    for said in (gone, box, Annotation(("\udce9",))):
        answer = annotating.answer(effects.Submit("r", lease, said, 1.0, {}))
        assert isinstance(answer, inputs.Failed)
        assert answer.lasting, answer.message


@pytest.mark.parametrize(
    "error", [BadMember("No text."), MaskMissing("A mask is missing."), ValueError("NaN")]
)
def test_nor_is_what_the_queue_cannot_hold_or_has_lost(queue: AnnotationQueue, error: Exception) -> None:
    troubled = clerk(Troubled(queue, "flag", error))
    answer = troubled.answer(effects.Flag("r", 1, True, {}))
    assert isinstance(answer, inputs.Failed)
    assert answer.lasting


def left(answer: inputs.Answer | None) -> int:
    assert isinstance(answer, inputs.Claimed | inputs.Saved | inputs.TakenBack), answer
    assert answer.totals is not None
    return answer.totals.left


def test_what_is_left_goes_by_each_verdict(queue: AnnotationQueue) -> None:
    queue.add([NewTask(f"{n}.jpg") for n in range(11, 14)], who="lead")
    for who in ("rev", "rev", *["ann"] * 11):
        label(queue, who)
    reviewing, numbers = clerk(queue), list[int]()
    for number in range(10):
        claimed = reviewing.answer(effects.Claim(1))
        assert isinstance(claimed, inputs.Claimed)
        (lease,) = claimed.leases
        verdict = (Verdict.ACCEPT, Verdict.REJECT)[number % 2]
        write = effects.Review(f"v{number}", lease.task, lease, verdict, "", "", None, 1.0, {})
        numbers += [left(claimed), left(reviewing.answer(write))]
    assert numbers == [n - done for n in range(11, 1, -1) for done in (0, 1)]
    back = [reviewing.answer(effects.Undo("u1")), reviewing.answer(effects.Undo("u2"))]
    assert [left(answer) for answer in (*back, reviewing.answer(effects.Redo("r1")))] == [2, 3, 2]
    assert reviewing.totals().left == queue.progress("rev").waiting == 2


def test_what_is_left_stays_when_a_reviewer_takes_own_work_back(queue: AnnotationQueue) -> None:
    label(queue)
    label(queue, "rev")
    reviewing = clerk(queue)
    assert reviewing.totals().left == 1
    assert left(reviewing.answer(effects.Undo("u"))) == 1
    assert left(reviewing.answer(effects.Redo("r"))) == 1


def test_what_others_do_to_own_work_leaves_the_number_right_at_once(queue: AnnotationQueue) -> None:
    queue.add([NewTask(f"{n}.jpg") for n in range(11, 14)], who="lead")
    for who in ("rev", "rev", "ann", "ann"):
        label(queue, who)
    reviewing = clerk(queue)
    assert reviewing.totals().left == 2
    (lease,) = queue.claim("sue", sitting="s", work="review")
    assert lease.task.annotator == "rev"
    queue.review(lease, Verdict.REJECT, who="sue", seconds=1, request_id="s")
    assert left(reviewing.answer(effects.Claim(1))) == 2
    label(queue, "rev")
    assert left(reviewing.answer(effects.Claim(1))) == 2
