"""Leases of decisions that were refused, and of pictures that are taken up again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk, kinds
from tui.model.task import Lease, State, Work
from tui.sitting import effects as e
from tui.sitting import inputs as i


def released(found: tuple[e.Effect, ...] | list[e.Effect]) -> list[int]:
    return [held.task.id for x in found if isinstance(x, e.Release) for held in x.leases]


def takes(found: tuple[e.Effect, ...] | list[e.Effect]) -> list[int]:
    return [x.task_id for x in found if isinstance(x, e.Take)]


@pytest.mark.parametrize(("work", "key"), [("review", i.AcceptKey()), ("annotate", i.LabelKey("cat"))])
@pytest.mark.parametrize("lasting", [True, False])
def test_a_decision_given_up_for_what_another_did_gives_its_lease_back(
    work: Work, key: i.WorkKey, lasting: bool
) -> None:
    desk = Desk(2, work)
    desk.see()
    write = desk.put(key)[0]
    assert isinstance(write, e.Review | e.Submit)
    theirs = replace(desk.state.walk[0].task, rev=5, annotator="bob", state=State.LABELLED)
    assert released(desk.put(i.Failed(write.request_id, "It was changed.", theirs, lasting=lasting))) == []
    assert released(desk.put(i.CancelKey())) == [1]
    assert [held.task.id for held in desk.state.leases] == [2]


def test_what_another_did_takes_the_place_of_a_picture_and_its_lease_goes_back() -> None:
    desk = Desk(2)
    desk.see()
    flag = desk.put(i.FlagKey())[0]
    assert isinstance(flag, e.Flag)
    theirs = replace(desk.state.walk[0].task, rev=5, annotator="bob", state=State.LABELLED)
    desk.put(i.Failed(flag.request_id, "It was changed.", theirs, lasting=True))
    assert released(desk.put(i.CancelKey())) == [1]
    assert [held.task.id for held in desk.state.leases] == [2]


def test_a_lease_that_came_by_an_undo_goes_back_with_a_decision_that_another_overtook() -> None:
    desk = Desk(2)
    desk.see()
    flag = desk.put(i.FlagKey())[0]
    assert isinstance(flag, e.Flag)
    desk.put(i.Saved(flag.request_id, replace(desk.state.walk[0].task, rev=1, flagged=True)))
    label, undo = desk.label()[0], desk.put(i.UndoKey())[0]
    assert isinstance(label, e.Submit) and isinstance(undo, e.Undo)
    theirs = replace(label.lease.task, rev=5, annotator="bob", state=State.LABELLED)
    desk.put(i.Failed(label.request_id, "It was changed.", theirs, lasting=True))
    task = replace(label.lease.task, rev=2, flagged=False)
    desk.put(i.TakenBack(undo.request_id, task, Lease(task, 77, 99.0, "annotate")))
    (release,) = [x for x in desk.put(i.CancelKey()) if isinstance(x, e.Release)]
    assert {lease.token for lease in release.leases} == {label.lease.token, 77}
    assert [held.task.id for held in desk.state.leases] == [2]


def test_the_lease_of_a_picture_that_a_redo_leaves_decided_goes_back_when_the_redo_brings_none() -> None:
    desk = Desk(2)
    desk.see()
    redo = desk.put(i.RedoKey())[0]
    assert isinstance(redo, e.Redo)
    done = replace(desk.state.walk[0].task, rev=3, annotator="ann", state=State.LABELLED)
    assert released(desk.put(i.TakenBack(redo.request_id, done))) == [1]
    assert [held.task.id for held in desk.state.leases] == [2]


def test_leaving_gives_back_the_lease_of_what_it_gives_up() -> None:
    desk = Desk(2, "review")
    desk.see()
    write = desk.put(i.AcceptKey())[0]
    assert isinstance(write, e.Review)
    theirs = replace(write.task, rev=5, annotator="bob")
    desk.put(i.Failed(write.request_id, "It was changed.", theirs, lasting=True))
    found = desk.put(i.QuitKey())
    assert released(found) == [1, 2]
    assert kinds(found)[-1] == "Quit"


def test_a_picture_that_can_be_decided_again_keeps_its_lease() -> None:
    desk = Desk(2)
    desk.see()
    write = desk.label()[0]
    assert isinstance(write, e.Submit)
    desk.put(i.Failed(write.request_id, "The project has no label 'cat'.", lasting=True))
    assert released(desk.put(i.CancelKey())) == []
    assert [held.task.id for held in desk.state.leases] == [1, 2]


def test_a_verdict_of_a_sheet_that_was_refused_gives_its_lease_back() -> None:
    reviewer = Reviewer([lease(n) for n in range(1, 7)])
    reviewer.see()
    reviewer.put(i.AcceptShownKey())
    write = reviewer.reviews[2]
    found = reviewer.put(i.Failed(write.request_id, "It was changed.", write.task, lasting=True))
    assert released(found) == [3]


def taken_up_again() -> Desk:
    """The first of two pictures is in front again after its lease was lost, and is asked for."""
    desk = Desk(2)
    desk.see()
    assert takes(desk.put(i.Renewed(frozenset({1})))) == [1]
    return desk


def test_a_picture_of_which_nothing_is_known_is_nobody_elses_and_a_decision_asks_again() -> None:
    desk = taken_up_again()
    desk.put(i.TakeFailed(1, "Others write."))
    assert desk.state.sitting.message is not None
    assert desk.state.sitting.message.text == "Not taken up again: Others write. A decision tries that again."
    assert desk.state.visit is not None
    assert not desk.state.visit.lost
    found = desk.label()
    assert kinds(found) == ["Take"]
    desk.put(i.Taken(1, replace(desk.state.sitting.ahead[0], task=desk.state.visit.task, token=9)))
    assert kinds(desk.label())[0] == "Submit"


def test_a_failure_about_a_picture_that_is_not_in_front_is_not_told() -> None:
    desk = taken_up_again()
    desk.put(i.NextKey())
    assert desk.put(i.TakeFailed(1, "Others write.")) == ()
    assert desk.state.sitting.message is None


def sheet_taken_up_again() -> Reviewer:
    """The six cards of a sheet that was taken back are asked for; all but the second are ours again."""
    reviewer = Reviewer([lease(n) for n in range(1, 7)])
    reviewer.see()
    reviewer.put(i.AcceptShownKey())
    reviewer.save_all()
    (undo,) = [x for x in reviewer.put(i.UndoKey()) if isinstance(x, e.Undo)]
    found = reviewer.put(i.TakenBack(undo.request_id, lease(6, rev=3).task))
    assert takes(found) == [1, 2, 3, 4, 5, 6]
    for n in (1, 3, 4, 5, 6):
        reviewer.put(i.Taken(n, lease(n, rev=3)))
    reviewer.see()
    return reviewer


def test_a_card_of_which_nothing_is_known_stays_and_r_asks_again() -> None:
    reviewer = sheet_taken_up_again()
    reviewer.put(i.TakeFailed(2, "Others write."))
    assert reviewer.state.sitting.message is not None
    assert (
        reviewer.state.sitting.message.text == "Not taken up again: Others write. {sheet.accept} tries again."
    )
    assert takes(reviewer.put(i.AcceptShownKey())) == [2]
    reviewer.put(i.Taken(2, lease(2, rev=3)))
    again = replace(lease(2, rev=3), token=99)
    assert released(reviewer.put(i.Taken(2, again))) == []
    assert reviewer.state.cards[1].lease == again
    reviewer.put(i.AcceptShownKey())
    assert len(reviewer.reviews) == 6


def test_a_card_that_can_never_be_taken_up_goes() -> None:
    reviewer = sheet_taken_up_again()
    reviewer.put(i.TakeFailed(2, "A mask is missing.", lasting=True))
    assert reviewer.front == [1, 3, 4, 5, 6]
    assert reviewer.state.sitting.message is not None
    assert reviewer.state.sitting.message.text == "A mask is missing."
    assert reviewer.put(i.TakeFailed(2, "A mask is missing.", lasting=True)) == []


def test_the_lease_on_work_that_an_undo_or_redo_leaves_decided_goes_back() -> None:
    desk = Desk(2)
    (redo,) = desk.put(i.RedoKey())
    assert isinstance(redo, e.Redo)
    task = replace(desk.state.walk[0].task, rev=3, state=State.LABELLED, annotator="ann")
    ours = replace(desk.state.leases[0], task=task, token=9)
    assert set(released(desk.put(i.TakenBack(redo.request_id, task, ours)))) == {1}
    assert desk.state.visit is not None and desk.state.visit.done
    assert [held.task.id for held in desk.state.leases] == [2]


def test_a_picture_that_somebody_else_holds_is_not_among_those_to_go_back_to() -> None:
    desk = taken_up_again()
    desk.put(i.Taken(1, None))
    desk.put(i.NextKey())
    assert desk.state.visit is not None and desk.state.visit.task.id == 2
    assert [(v.task.id, v.undone, v.overlooked) for v in desk.state.walk] == [
        (1, False, False),
        (2, True, True),
    ]


def test_a_picture_passed_by_its_reviewer_is_undone_but_not_overlooked() -> None:
    desk = Desk(2, "review")
    desk.see()
    assert released(desk.put(i.SkipKey())) == [1]
    assert [(v.undone, v.overlooked) for v in desk.state.walk] == [(True, False), (True, True)]
    assert takes(desk.put(i.PreviousKey())) == [1]
    desk.put(i.Taken(1, replace(desk.state.leases[0], task=desk.state.walk[0].task, token=9)))
    assert desk.state.visit is not None and desk.state.visit.passed and desk.state.visit.lease is not None
