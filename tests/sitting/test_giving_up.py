"""A decision that could not be saved is given up: the picture is as it was before, and can be decided again."""

from __future__ import annotations

from dataclasses import replace

from tests.sitting.test_draw import Seat
from tests.sitting.test_walk import Desk, kinds
from tui.model.task import Lease, State, Task
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.sitting.effects import Effect
from tui.sitting.walk_state import Damage, Visit

FULL = "The disk is full."


def first(found: tuple[Effect, ...]) -> e.DecisionWrite:
    write = found[0]
    assert isinstance(write, e.DecisionWrite)
    return write


def failed(desk: Desk | Seat, write: e.Write) -> None:
    desk.put(i.Failed(write.request_id, FULL))
    desk.see()


def saved(desk: Desk, write: e.DecisionWrite) -> None:
    assert isinstance(write, e.Submit)
    task = Task(1, "1.jpg", rev=1, state=State.LABELLED, annotation=write.annotation, annotator="ann")
    desk.put(i.Saved(write.request_id, task))


def front(desk: Desk) -> Visit:
    assert desk.state.visit is not None
    return desk.state.visit


def test_a_flag_given_up_leaves_the_picture_undecided() -> None:
    desk = Desk()
    desk.see()
    failed(desk, first(desk.put(i.FlagKey())))
    assert front(desk).task.flagged, "it is tried again, or given up"
    desk.put(i.CancelKey())
    assert front(desk).undone and front(desk).lease is not None
    assert (front(desk).task.flagged, front(desk).task.rev) == (False, 0)
    desk.see()
    assert isinstance(first(desk.label()), e.Submit)


def test_a_changed_label_given_up_is_the_one_before_and_can_be_changed_again() -> None:
    desk = Desk()
    desk.see()
    saved(desk, first(desk.label("cat")))
    desk.put(i.PreviousKey())
    desk.see()
    failed(desk, first(desk.label("dog")))
    desk.put(i.CancelKey())
    assert desk.front == 1 and desk.state.chosen == front(desk).task.annotation.labels == ("cat",)
    desk.see()
    again = first(desk.label("dog"))
    assert isinstance(again, e.Revise) and again.rev == 1


def test_what_was_done_to_a_picture_after_a_flag_stays_when_that_is_given_up() -> None:
    desk = Desk(kind="tags")
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    desk.label("cat")
    failed(desk, flag)
    desk.put(i.CancelKey())
    assert desk.state.chosen == ("cat",) and not front(desk).task.flagged


def test_a_flag_given_up_after_its_picture_was_labelled_leaves_the_label() -> None:
    desk = Desk()
    desk.see()
    flag, label = first(desk.put(i.FlagKey())), first(desk.label())
    desk.put(i.Failed(flag.request_id, FULL))
    saved(desk, label)
    desk.put(i.CancelKey())
    assert desk.front == 1 and front(desk).done and desk.state.chosen == ("cat",)
    assert (front(desk).task.flagged, front(desk).task.rev) == (False, 1)
    assert not desk.state.before


def test_a_label_given_up_takes_nothing_of_a_flag_that_was_saved_after_it() -> None:
    desk = Desk()
    desk.see()
    label = first(desk.label())
    desk.put(i.PreviousKey())
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    desk.put(i.Failed(label.request_id, FULL))
    desk.put(i.Saved(flag.request_id, Task(1, "1.jpg", rev=1, flagged=True)))
    desk.put(i.CancelKey())
    assert front(desk).undone and front(desk).task.flagged and front(desk).task.rev == 1
    desk.see()
    assert isinstance(first(desk.label("dog")), e.Submit)


def test_what_was_recorded_after_a_conflict_is_not_forgotten_with_the_decision() -> None:
    desk = Desk()
    desk.see()
    label = first(desk.label())
    desk.put(i.PreviousKey())
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    theirs = Task(1, "1.jpg", rev=1, state=State.LABELLED, annotator="bob")
    desk.put(i.Failed(label.request_id, "It was changed.", theirs, lasting=True))
    flagged = replace(theirs, rev=2, flagged=True)
    desk.put(i.Saved(flag.request_id, flagged))
    desk.put(i.CancelKey())
    assert front(desk).lost and front(desk).task == flagged


def test_a_label_that_is_saved_after_the_flag_before_it_was_taken_back_is_there() -> None:
    desk = Desk()
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    desk.put(i.Saved(flag.request_id, Task(1, "1.jpg", rev=1, flagged=True)))
    label = first(desk.label())
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, e.Undo)
    failed(desk, label)
    task = Task(1, "1.jpg", rev=2)
    found = desk.put(i.TakenBack(undo.request_id, task, Lease(task, 9, 99.0, "annotate")))
    assert "Release" not in kinds(found) and front(desk).done
    before = desk.state
    desk.put(i.CancelKey())
    assert front(desk).undone and front(desk).lease is not None and front(desk).task == task
    desk.state = before
    assert desk.put(i.Confirm())[0] == label
    saved(desk, label)
    assert desk.state.walk[0].done and desk.state.walk[0].task.annotation.labels == ("cat",)


def test_two_decisions_on_one_picture_are_given_up_one_after_the_other() -> None:
    desk = Desk()
    desk.see()
    label = first(desk.label())
    desk.put(i.PreviousKey())
    desk.see()
    change = first(desk.label("dog"))
    for write in (label, change):
        desk.put(i.Failed(write.request_id, FULL))
    desk.put(i.CancelKey())
    assert desk.state.failure is not None
    desk.put(i.CancelKey())
    assert desk.front == 1 and front(desk).undone and front(desk).task == Task(1, "1.jpg")


def test_a_picture_that_was_not_skipped_after_all_may_be_served_again() -> None:
    desk = Desk()
    failed(desk, first(desk.put(i.SkipKey())))
    desk.put(i.CancelKey())
    assert front(desk).overlooked and desk.state.passed == ()


def test_a_verdict_given_up_can_be_given_again() -> None:
    desk = Desk(work="review")
    desk.see()
    verdict = first(desk.put(i.AcceptKey()))
    failed(desk, verdict)
    desk.put(i.CancelKey())
    desk.see()
    again = first(desk.put(i.AcceptKey()))
    assert isinstance(verdict, e.Review) and isinstance(again, e.Review)
    assert (again.task, again.lease, again.verdict) == (verdict.task, verdict.lease, verdict.verdict)


def test_a_broken_picture_whose_note_is_given_up_stays_broken_and_is_given_back_at_the_end() -> None:
    desk = Desk(1)
    failed(desk, first(desk.put(i.Broken(desk.state.sitting.serial, "cut off"))))
    assert "Show" in kinds(desk.put(i.CancelKey()))
    assert front(desk).damage == Damage("cut off") and not front(desk).undone
    desk.put(i.Claimed(()))
    (release,) = [x for x in desk.put(i.QuitKey()) if isinstance(x, e.Release)]
    assert [lease.task.id for lease in release.leases] == [1]


def retried(desk: Desk, write: e.DecisionWrite) -> None:
    failed(desk, write)
    assert desk.put(i.Confirm())[0] == write


def test_the_walk_goes_on_when_what_failed_is_saved_and_its_picture_is_still_in_front() -> None:
    desk = Desk()
    desk.see()
    write = first(desk.label())
    retried(desk, write)
    assert desk.front == 1
    saved(desk, write)
    assert desk.front == 2


def test_the_walk_stays_where_the_person_went_while_what_failed_was_saved() -> None:
    desk = Desk()
    desk.see()
    write = first(desk.label())
    retried(desk, write)
    desk.put(i.NextKey())
    saved(desk, write)
    assert desk.front == 2


def test_the_walk_stays_at_a_picture_that_was_taken_back_after_a_second_try() -> None:
    desk = Desk()
    desk.see()
    write = first(desk.label())
    retried(desk, write)
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, e.Undo)
    saved(desk, write)
    task = Task(1, "1.jpg", rev=2)
    desk.put(i.TakenBack(undo.request_id, task, Lease(task, 9, 99.0, "annotate")))
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    desk.put(i.Saved(flag.request_id, replace(task, rev=3, flagged=True)))
    assert desk.front == 1


def test_a_flag_that_is_saved_at_the_second_try_leaves_its_picture_in_front() -> None:
    desk = Desk()
    desk.see()
    flag = first(desk.put(i.FlagKey()))
    retried(desk, flag)
    desk.put(i.Saved(flag.request_id, Task(1, "1.jpg", rev=1, flagged=True)))
    assert desk.front == 1 and front(desk).undone
    assert desk.state.sitting.message is not None and desk.state.sitting.message.text == "Saved."


def test_shapes_given_up_are_in_the_editor_again() -> None:
    seat = Seat()
    seat.see()
    (write,) = [x for x in seat.press("b", "enter", "enter", "enter") if isinstance(x, e.Submit)]
    failed(seat, write)
    seat.press("escape")
    seat.see()
    assert seat.front == 1 and len(seat.boxes) == 1
    assert seat.state.visit is not None and seat.state.visit.task.state is State.TODO
