"""What the clerk tells when the queue cannot do what is asked, and which tasks stand behind a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tui.model.annotation import Annotation
from tui.model.review import AuditCell
from tui.model.task import Filter, Lease, Task
from tui.sitting import effects, inputs
from tui.store.base import StorageFull
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk
from tui.work.drilldown import MAX_DRILLDOWN, drilldown


class Full:
    """A queue that can write nothing down."""

    def __getattr__(self, name: str) -> Any:
        def refused(*args: Any, **rest: Any) -> None:
            raise StorageFull("The disk is full.")

        return refused


def clerk(queue: Any) -> Clerk:
    return Clerk(queue, ClaimTerms("ann", "s"), lambda answer: None)


def test_a_draft_that_cannot_be_saved_is_told() -> None:
    answer = clerk(Full()).answer(effects.SaveDraft(1, Annotation(("cat",))))
    assert answer == inputs.DraftFailed(1, "The disk is full.")


class Drafting:
    """A queue that keeps which drafts are asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def save_draft(self, task_id: int, who: str, draft: Any) -> None:
        self.asked.append(("save", task_id, who, draft["labels"]))

    def drop_draft(self, task_id: int, who: str) -> None:
        self.asked.append(("drop", task_id, who))


def test_a_draft_without_anything_unfinished_is_dropped() -> None:
    queue = Drafting()
    for annotation in (Annotation(("cat",)), None):
        assert clerk(queue).answer(effects.SaveDraft(1, annotation)) == inputs.DraftSaved(1)
    assert queue.asked == [("save", 1, "ann", ["cat"]), ("drop", 1, "ann")]


def test_a_lease_that_cannot_be_given_back_loses_nothing_and_is_not_told() -> None:
    assert clerk(Full()).answer(effects.Release(())) is None


class Renewing:
    """A queue that renews the leases of even tasks only."""

    def renew(self, leases: Sequence[Lease], ttl: float) -> list[Lease]:
        return [lease for lease in leases if lease.task.id % 2 == 0]


def test_of_renewed_leases_the_lost_ones_are_told() -> None:
    leases = tuple(Lease(Task(n, f"{n}.jpg"), n, 99.0, "annotate") for n in (1, 2, 3))
    assert clerk(Renewing()).answer(effects.Renew(leases)) == inputs.Renewed(frozenset({1, 3}))


class Uncounted:
    """A queue that takes decisions, but cannot count its tasks."""

    def undo(self, who: str, *, request_id: str) -> Task:
        return Task(1, "1.jpg")

    def skip(self, lease: Lease, **rest: Any) -> Task:
        return Task(1, "1.jpg")

    def claim_task(self, task_id: int, **rest: Any) -> Lease:
        raise OSError(5, "Input/output error")

    def stats(self) -> Any:
        raise OSError(5, "Input/output error")


def test_what_is_durable_is_told_as_durable_although_nothing_can_be_counted() -> None:
    queue = clerk(Uncounted())
    task = Task(1, "1.jpg")
    assert queue.answer(effects.Undo("r1")) == inputs.TakenBack("r1", task)
    skip = effects.Skip("r2", Lease(task, 1, 99.0, "annotate"), {})
    assert queue.answer(skip) == inputs.Saved("r2", task)


class Endless:
    """A queue with more tasks than anybody looks at."""

    def export(self, where: Filter, *, strict: bool) -> Iterator[Task]:
        return (Task(n, f"{n}.jpg") for n in count(1))


def test_no_more_tasks_stand_behind_a_number_than_anybody_looks_at() -> None:
    queue: Any = Endless()
    assert [task.id for task in drilldown(queue, AuditCell("label", "cat", count=9))] == [
        *range(1, MAX_DRILLDOWN + 1)
    ]
