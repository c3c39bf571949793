"""What a sitting is served when the queue fails in the middle of it: nothing is lost, and nothing is held by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import CAT, label
from tests.work.conftest import Troubled
from tui.model.task import Filter, Lease
from tui.quality.plan import Plan
from tui.sitting import effects, inputs
from tui.store.base import AnnotationQueue, MaskMissing, QueueBusy, ReadOnly
from tui.work.claims import ClaimTerms, FirstClaim, SittingClaims, draft_of
from tui.work.clerk import Clerk
from tui.work.planned import PlannedClaims

BUSY = QueueBusy("Others write.")
ANN = ClaimTerms("ann", "s")


def clerk(queue: object, terms: ClaimTerms = ANN, planned: PlannedClaims | None = None) -> Clerk:
    return Clerk(queue, terms, lambda answer: None, planned)  # type: ignore[arg-type]


def served(answer: inputs.Answer | None) -> list[int]:
    assert isinstance(answer, inputs.Claimed), answer
    return [lease.task.id for lease in answer.leases]


def begin(queue: AnnotationQueue, *task_ids: int) -> None:
    """Unfinished work of `ann`, the latest last."""
    for task_id in task_ids:
        queue.save_draft(task_id, "ann", draft_of(CAT))


@pytest.mark.parametrize("method", ["get", "claim_task"])
def test_a_review_plan_serves_everything_after_a_failure(queue: AnnotationQueue, method: str) -> None:
    for _ in range(6):
        label(queue)
    troubled = Troubled(queue, method, BUSY, at=(3, 4))
    planned = PlannedClaims(troubled, lambda: Plan((1, 2, 3, 4, 5, 6), 6, ()))  # type: ignore[arg-type]
    reviewing = clerk(troubled, ClaimTerms("rev", "r", work="review"), planned)
    assert served(reviewing.answer(effects.Claim(4))) == [1, 2]
    assert reviewing.answer(effects.Claim(4)) == inputs.Failed("", "Others write.")
    assert served(reviewing.answer(effects.Claim(4))) == [3, 4, 5, 6]


def test_what_others_hold_comes_last_and_is_asked_for_once_a_claim(queue: AnnotationQueue) -> None:
    for _ in range(5):
        label(queue)
    held = [lease for n in (1, 2, 4) if (lease := queue.claim_task(n, who="bob", sitting="b", work="review"))]
    asked: list[int] = []
    reviewing = SittingClaims(queue, ClaimTerms("rev", "r", work="review"))

    def take(task_id: int) -> Lease | None:
        asked.append(task_id)
        return reviewing.take(task_id)

    planned = PlannedClaims(queue, lambda: Plan((1, 2, 3, 4, 5), 5, ()))
    assert [lease.task.id for lease in planned.claim(4, (), take)] == [3, 5]
    assert asked == [1, 2, 3, 4, 5]
    queue.release(held[1:])
    asked.clear()
    assert [lease.task.id for lease in planned.claim(4, (), take)] == [2, 4]
    assert asked == [1, 2, 4]


def test_own_unfinished_work_comes_first_and_is_there(queue: AnnotationQueue) -> None:
    begin(queue, 7)
    answer = clerk(queue).answer(effects.Claim(2, opening=True))
    assert served(answer) == [7, 1]
    assert isinstance(answer, inputs.Claimed)
    assert answer.drafts == {7: CAT}


def test_own_unfinished_work_passes_the_filter_of_the_sitting(queue: AnnotationQueue) -> None:
    begin(queue, 7, 2)
    only = ClaimTerms("ann", "s", where=Filter(path_glob="[12].jpg"))
    assert served(clerk(queue, only).answer(effects.Claim(4, opening=True))) == [2, 1]
    ids = ClaimTerms("ann", "t", where=Filter(ids=frozenset({4, 7})))
    assert served(clerk(queue, ids).answer(effects.Claim(4, opening=True))) == [7, 4]


def test_work_that_others_have_done_since_hides_no_other_draft(queue: AnnotationQueue) -> None:
    begin(queue, 9, 1, 2, 3, 4)
    for _ in range(4):
        label(queue, "bob")
    assert served(clerk(queue).answer(effects.Claim(4, opening=True)))[0] == 9


def test_a_draft_whose_task_lacks_a_mask_is_passed_over(queue: AnnotationQueue) -> None:
    begin(queue, 7, 8)
    troubled = Troubled(queue, "claim_task", MaskMissing("A mask is missing."))
    assert served(clerk(troubled).answer(effects.Claim(2, opening=True))) == [7, 1]


@pytest.mark.parametrize(("method", "at"), [("claim", 1), ("claim_task", 2)])
def test_leases_taken_before_a_failure_are_served(queue: AnnotationQueue, method: str, at: int) -> None:
    begin(queue, 6, 7)
    troubled = clerk(Troubled(queue, method, BUSY, at=(at,)))
    first = served(troubled.answer(effects.Claim(4, opening=True)))
    assert first == [7, 6][: 1 + (method == "claim")]
    assert (
        served(troubled.answer(effects.Claim(9, tuple(first))))
        == [n for n in range(1, 11) if n not in first][:9]
    )


def test_a_fault_of_the_program_is_told_although_something_was_taken(queue: AnnotationQueue) -> None:
    begin(queue, 7)
    troubled = clerk(Troubled(queue, "claim", TypeError("whatever")))
    answer = troubled.answer(effects.Claim(4, opening=True))
    assert answer == inputs.Failed("", "TypeError: whatever")


@pytest.mark.parametrize("backend", ["files"], indirect=True)
def test_a_claim_looks_at_no_other_drafts(queue: AnnotationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(queue, 2, *range(4, 11))
    read, listed = list[str](), list[Path]()
    read_bytes, iterdir = Path.read_bytes, Path.iterdir

    def counted(path: Path) -> bytes:
        found = read_bytes(path)  # Raises where there is no draft.
        read.append(path.name)
        return found

    monkeypatch.setattr(Path, "read_bytes", counted)
    monkeypatch.setattr(Path, "iterdir", lambda path: listed.append(path) or iterdir(path))  # type: ignore[func-returns-value]
    answer = clerk(queue).answer(effects.Claim(3))
    assert served(answer) == [1, 2, 3]
    assert isinstance(answer, inputs.Claimed)
    assert answer.drafts == {2: CAT}
    assert (read, listed) == (["2.ann.json"], [])


def test_a_failure_before_anything_was_taken_is_told(queue: AnnotationQueue) -> None:
    begin(queue, 7)
    troubled = clerk(Troubled(queue, "claim_task", BUSY))
    assert troubled.answer(effects.Claim(4, opening=True)) == inputs.Failed("", "Others write.")


def test_that_nobody_could_be_asked_is_not_told_as_somebody_elses_work(queue: AnnotationQueue) -> None:
    take = effects.Take(1)
    assert clerk(Troubled(queue, "claim_task", BUSY)).answer(take) == inputs.TakeFailed(1, "Others write.")
    gone = clerk(Troubled(queue, "claim_task", ReadOnly("Nothing can be written.")))
    assert gone.answer(take) == inputs.TakeFailed(1, "Nothing can be written.", lasting=True)
    assert clerk(queue).answer(effects.Take(99)) == inputs.Taken(99, None)
    queue.claim("bob", sitting="b")
    assert clerk(queue).answer(take) == inputs.Taken(1, None)


def test_a_claim_that_was_begun_before_the_sitting_is_its_first_and_no_other(queue: AnnotationQueue) -> None:
    terms = ClaimTerms("ann", "s")
    begun = SittingClaims(queue, terms).claim(2, opening=True)
    working = Clerk(queue, terms, lambda answer: None, first=FirstClaim(terms, lambda: begun))
    assert served(working.answer(effects.Claim(2, opening=True))) == [1, 2]
    assert served(working.answer(effects.Claim(2))) == [3, 4]


def test_why_nothing_could_be_claimed_before_the_sitting_is_told_in_it(queue: AnnotationQueue) -> None:
    def busy() -> list[Lease]:
        raise BUSY

    terms = ClaimTerms("ann", "s")
    working = Clerk(queue, terms, lambda answer: None, first=FirstClaim(terms, busy))
    assert working.answer(effects.Claim(2, opening=True)) == inputs.Failed("", "Others write.")
    assert served(working.answer(effects.Claim(2, opening=True))) == [1, 2]
