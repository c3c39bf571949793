"""What the clerk tells when the queue cannot do what is asked, and which tasks stand behind a number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from tui.model.annotation import Annotation
from tui.model.review import AuditCell
from tui.model.task import Filter, Task
from tui.sitting import effects, inputs
from tui.store.base import StorageFull
from tui.work.clerk import ClaimTerms, Clerk
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
    assert isinstance(answer, inputs.ThreadFailed)
    assert answer.message == "The unfinished work on this picture is not saved: The disk is full."


def test_a_lease_that_cannot_be_given_back_loses_nothing_and_is_not_told() -> None:
    assert clerk(Full()).answer(effects.Release(())) is None


class Endless:
    """A queue with more tasks than anybody looks at."""

    def export(self, where: Filter) -> Iterator[Task]:
        return (Task(n, f"{n}.jpg") for n in count(1))


def test_no_more_tasks_stand_behind_a_number_than_anybody_looks_at() -> None:
    queue: Any = Endless()
    assert [task.id for task in drilldown(queue, AuditCell("label", "cat", count=9))] == [
        *range(1, MAX_DRILLDOWN + 1)
    ]
