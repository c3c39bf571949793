"""Whole sittings at a real queue, without a terminal: every picture is reached, and what leaves the project is not served."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.store.conftest import CAT, Backend, label
from tui.model.amendment import Removed, Reopened
from tui.model.project import KindName
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, Order, State
from tui.quality.plan import Plan
from tui.sitting import begin, step
from tui.sitting import inputs as i
from tui.sitting.effects import ScreenEffect, StoreEffect
from tui.sitting.seeking import GoTo
from tui.sitting.state import SittingRules
from tui.sitting.walk_state import WalkState
from tui.store.base import AnnotationQueue, Conflict, Forbidden
from tui.store.trail import sentence, steps
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk
from tui.work.desk import Desk
from tui.work.planned import PlannedClaims

LABEL, BACK = i.LabelKey("cat", "1"), i.SendBackKey()


@dataclass
class Sitting:
    """Who answers keys with a clerk at the queue; every picture that comes is seen."""

    queue: AnnotationQueue
    terms: ClaimTerms
    kind: KindName = "classify"
    planned: PlannedClaims | None = None
    now: float = 0.0
    asked: deque[StoreEffect] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.clerk = Clerk(self.queue, self.terms, lambda answer: None, self.planned)
        rules = SittingRules(
            self.terms.who,
            labels=("cat", "dog"),
            reasons=("wrong",),
            work=self.terms.work,
            kind=self.kind,
            prefix=self.terms.sitting,
        )
        self.desk = Desk(lambda at: begin(rules, at), step, self, self, lambda *_: None)
        self.desk.begin(0.0)
        self.settle()

    def ask(self, effect: StoreEffect) -> None:
        self.asked.append(effect)

    def carry_out(self, effect: ScreenEffect) -> None:
        pass

    def settle(self) -> None:
        while self.asked:
            answer = self.clerk.answer(self.asked.popleft())
            if answer is not None:
                self.desk.put(answer, self.now)
        self.desk.put(i.SeenOnScreen(self.state.sitting.serial), self.now)

    def press(self, key: i.Input) -> int | None:
        """The picture in front after the key, None for the closing page."""
        self.now += 1
        self.desk.put(key, self.now)
        self.settle()
        return self.front

    @property
    def state(self) -> WalkState:
        return self.desk.state

    @property
    def front(self) -> int | None:
        return self.state.in_front

    @property
    def said(self) -> str:
        message = self.state.sitting.message
        return message.text if message is not None else ""


def accept(queue: AnnotationQueue, who: str, task_id: int) -> None:
    lease = queue.claim_task(task_id, who=who, sitting="r", work="review")
    assert lease is not None
    queue.review(lease, Verdict.ACCEPT, who=who, seconds=1, request_id=f"{who} {task_id}")


def fill(queue: AnnotationQueue, n: int) -> None:
    queue.add([NewTask(f"{k}.jpg") for k in range(11, n + 1)], who="lead")


WAYS: dict[str, Callable[[AnnotationQueue], Sitting]] = {
    "in order": lambda queue: Sitting(queue, ClaimTerms("ann", "s")),
    "tags": lambda queue: Sitting(queue, ClaimTerms("ann", "s"), "tags"),
    "random": lambda queue: Sitting(queue, ClaimTerms("ann", "s", order=Order.RANDOM, seed=5)),
    "priority": lambda queue: Sitting(queue, ClaimTerms("ann", "s", order=Order.PRIORITY)),
    "a filter": lambda queue: Sitting(queue, ClaimTerms("ann", "s", where=Filter(path_glob="*.jpg"))),
    "review": lambda queue: Sitting(queue, ClaimTerms("rev", "s", work="review")),
    "a planned review": lambda queue: Sitting(
        queue, ClaimTerms("rev", "s", work="review"),
        planned=PlannedClaims(queue, lambda: Plan(tuple(range(40, 0, -1)), 40, ())),
    ),
}  # fmt: skip


@pytest.mark.parametrize("backend", ["files"], indirect=True)
@pytest.mark.parametrize("way", WAYS)
def test_forty_pictures_are_reached_by_thirty_nine_keys_and_the_left_ones_by_one_more_each(
    queue: AnnotationQueue, way: str
) -> None:
    fill(queue, 40)
    if "review" in way:
        for _ in range(40):
            label(queue, "bob")
    sitting = WAYS[way](queue)
    shown = [sitting.front, *(sitting.press(i.NextKey()) for _ in range(39))]
    assert sorted(filter(None, shown)) == list(range(1, 41))
    assert sitting.press(i.NextKey()) is None
    again = [sitting.press(i.NextUndoneKey()) for _ in range(40)]
    assert again == shown


def test_a_picture_that_left_the_project_is_refused_in_words_and_served_no_more(
    queue: AnnotationQueue,
) -> None:
    sitting = Sitting(queue, ClaimTerms("ann", "s"))
    queue.amend([(n, Removed()) for n in (1, 3, 4)], who="lead", stroke="r")
    assert sitting.press(LABEL) == 1
    assert sitting.said == "Not saved: 1.jpg was removed from the project meanwhile. {app.cancel} goes on."
    assert sitting.press(i.CancelKey()) == 2
    assert sitting.press(LABEL) == 3  # Claimed ahead before it was removed.
    assert sitting.press(LABEL) == 3
    assert sitting.press(i.CancelKey()) == 4
    assert sitting.press(i.NextKey()) == 5
    assert sitting.press(i.PreviousKey()) == 4
    sitting.press(LABEL), sitting.press(i.CancelKey())
    assert sitting.press(i.PreviousKey()) == 4
    sitting.press(LABEL)
    assert sitting.said == "This picture was removed from the project; {work.next} goes on."
    rest = [sitting.press(i.NextUndoneKey()), *(sitting.press(LABEL) for _ in range(5))]
    assert rest == [5, 6, 7, 8, 9, 10]
    assert sitting.press(LABEL) is None
    assert [task.id for task in queue.export()] == [2, 5, 6, 7, 8, 9, 10]


def test_what_was_given_back_and_removed_meanwhile_is_told_when_it_is_in_front_again(
    queue: AnnotationQueue,
) -> None:
    fill(queue, 14)
    sitting = Sitting(queue, ClaimTerms("ann", "s"))
    for _ in range(12):
        sitting.press(i.NextKey())
    queue.amend([(1, Removed())], who="lead", stroke="r")
    assert sitting.press(GoTo(1)) == 1
    assert sitting.said == "This picture was removed from the project."


def test_accepted_work_is_changed_by_its_annotator_only_after_it_was_sent_back(
    queue: AnnotationQueue,
) -> None:
    for n in (1, 2):
        label(queue)
        accept(queue, "rev", n)
    sitting = Sitting(queue, ClaimTerms("ann", "s"))
    assert sitting.press(i.PreviousKey()) == 2
    for key in (LABEL, i.Confirm()):
        assert sitting.press(key) == 2
        assert sitting.said == (
            "A reviewer accepted this: it can be changed once they send it back, or 'termlabel reopen' does."
        )
    with pytest.raises(Forbidden, match="was accepted"):
        queue.revise(2, queue.get(2).rev, CAT, who="ann", seconds=1, request_id="x")
    queue.amend([(1, Reopened())], who="lead", stroke="o")
    sitting.press(i.PreviousKey())
    assert sitting.press(LABEL) == 2
    assert queue.get(1).state is State.LABELLED


def test_nothing_brings_a_removed_task_back_but_taking_that_back(queue: AnnotationQueue) -> None:
    label(queue)
    accept(queue, "rev", 1)
    queue.amend([(1, Removed())], who="lead", stroke="r")
    rev = queue.get(1).rev
    with pytest.raises(Conflict):
        queue.revise(1, rev, CAT, who="ann", seconds=1, request_id="x")
    assert queue.claim_task(1, who="rev", sitting="r", work="review") is None
    assert queue.import_annotations([Imported(1, rev, {"state": "labelled"})], who="lead") == (0, [1])
    assert queue.get(1).state is State.REMOVED


def test_a_reviewer_sends_accepted_work_back_and_takes_that_back(queue: AnnotationQueue) -> None:
    for who in ("ann", "bob", "rev"):
        label(queue, who)
    accept(queue, "eve", 2)
    sitting = Sitting(queue, ClaimTerms("rev", "s", work="review"))
    assert (sitting.front, sitting.press(BACK)) == (1, 1)
    assert (
        sitting.said == "This picture has no verdict yet: {review.reject} rejects it, and so sends it back."
    )
    assert sitting.press(i.AcceptKey()) is None
    assert sitting.press(i.PreviousKey()) == 1
    assert sitting.press(BACK) is None
    assert sitting.said == "1.jpg: sent back · {work.undo} takes back"
    came = queue.get(1)
    assert (came.state, came.verdict, came.reviewer, came.reason) == (State.REJECTED, None, None, "sent back")
    assert sentence(steps(queue.history(1))[-1]) == "sent it back"
    (again,) = queue.claim("ann", sitting="a")
    assert again.task.id == 1
    queue.release([again])
    sitting.press(i.PreviousKey()), sitting.press(BACK)
    assert (
        sitting.said
        == "This picture was rejected, or sent back already: that brings it back to its annotator."
    )
    assert sitting.press(i.UndoKey()) == 1
    assert sitting.said.startswith("↶ 1.jpg: sent back, taken back")
    assert (queue.get(1).state, queue.get(1).reviewer) == (State.ACCEPTED, "rev")
    assert queue.take_back(who="rev") is None
    sitting.press(GoTo(2)), sitting.press(BACK)  # Somebody else accepted it.
    assert queue.get(2).state is State.REJECTED
    sitting.press(GoTo(3)), sitting.press(BACK)
    assert sitting.said == "This is your own work, which others review."


def test_what_a_project_drops_and_ones_own_work_are_not_sent_back(
    queue: AnnotationQueue, backend: Backend
) -> None:
    label(queue)
    accept(queue, "rev", 1)
    with pytest.raises(Forbidden, match="own work"):
        queue.send_back(1, queue.get(1).rev, who="ann", request_id="x")
    with pytest.raises(Conflict):
        queue.send_back(1, 0, who="eve", request_id="y")
    backend.configure('on_reject = "drop"')
    dropping = backend.open()
    with pytest.raises(Forbidden, match="serves nothing again"):
        dropping.send_back(1, queue.get(1).rev, who="eve", request_id="z")
    dropping.close()
