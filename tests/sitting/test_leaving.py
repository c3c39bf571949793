"""Leaving a sitting: it waits for all that is being saved or taken back, and loses no decision without a word."""

from __future__ import annotations

from dataclasses import replace

from tests.sitting.test_draw import Seat
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk, kinds, saved
from tui.model.annotation import Annotation
from tui.model.task import Lease, State, Task
from tui.screens.sheet_rows import fetching_line
from tui.sitting import begin_sheet, effects, last_page, step_sheet
from tui.sitting import inputs as i
from tui.sitting.effects import Effect
from tui.sitting.state import Leaving, Looking, SittingRules

FULL = "The disk is full."


def said(desk: Desk | Reviewer) -> str:
    message = desk.state.sitting.message
    return message.text if message is not None else ""


def released(found: tuple[Effect, ...] | list[Effect]) -> list[int]:
    return [x.task.id for effect in found if isinstance(effect, effects.Release) for x in effect.leases]


def labelled(desk: Desk, name: str = "cat") -> effects.Submit:
    desk.see()
    write = desk.label(name)[0]
    assert isinstance(write, effects.Submit)
    return write


def test_a_walk_ends_when_an_undo_under_way_is_answered() -> None:
    desk = Desk()
    saved(desk, labelled(desk))
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    assert said(desk) == "Waiting until 1 decision is safe, then it ends."
    found = desk.put(
        i.TakenBack(undo.request_id, Task(1, "1.jpg", rev=2), Lease(Task(1, "1.jpg"), 9, 99.0, "annotate"))
    )
    assert kinds(found) == ["Release", "Quit"]
    assert 1 in released(found)


def test_a_walk_that_leaves_shows_what_was_taken_back_while_it_waits_for_more_and_claims_nothing() -> None:
    desk = Desk()
    write = labelled(desk)
    labelled(desk, "dog")
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    desk.put(i.Claimed(()))
    task = Task(2, "2.jpg", rev=2)
    found = desk.put(i.TakenBack(undo.request_id, task, Lease(task, 9, 99.0, "annotate")))
    assert "Show" in kinds(found) and "Claim" not in kinds(found)
    assert desk.state.sitting.leaving and "Waiting until 2 decisions are safe" in said(desk)
    desk.put(i.CancelKey())
    assert desk.front == 2 and isinstance(desk.state.mode, Looking)
    assert kinds(saved(desk, write)) == []


def test_what_is_claimed_while_leaving_goes_back() -> None:
    desk = Desk()
    write = labelled(desk)
    assert desk.state.sitting.claiming
    desk.put(i.QuitKey())
    late = tuple(Lease(Task(n, f"{n}.jpg"), n, 99.0, "annotate") for n in (8, 9))
    found = desk.put(i.Claimed(late))
    assert kinds(found) == ["Release"] and released(found) == [8, 9]
    assert released(saved(desk, write)) == [2, 3, 4]


def test_an_undo_that_failed_is_told_and_the_walk_stays() -> None:
    desk = Desk()
    saved(desk, labelled(desk))
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    desk.put(i.Failed(undo.request_id, FULL))
    assert said(desk) == FULL and isinstance(desk.state.mode, Looking)
    assert "Quit" in kinds(desk.put(i.QuitKey()))


def test_q_counts_all_decisions_that_are_not_saved() -> None:
    desk = Desk(6)
    writes = [labelled(desk) for _ in range(3)]
    for write in writes[:2]:
        desk.put(i.Failed(write.request_id, FULL))
    saved(desk, writes[2])
    desk.put(i.QuitKey())
    assert (
        said(desk)
        == "2 decisions are not saved: {annotate.confirm} tries again, {app.cancel} gives this one up."
    )
    desk.put(i.CancelKey())
    desk.put(i.QuitKey())
    assert said(desk) == "1 decision is not saved: {annotate.confirm} tries again, {app.cancel} gives it up."
    desk.put(i.CancelKey())
    assert "Quit" in kinds(desk.put(i.QuitKey()))


def test_q_on_a_failure_that_lasts_keeps_the_others_for_another_try() -> None:
    desk = Desk(6)
    lost, kept = labelled(desk), labelled(desk, "dog")
    desk.put(i.Failed(lost.request_id, "Somebody else decided.", lasting=True))
    desk.put(i.Failed(kept.request_id, FULL))
    found = desk.put(i.QuitKey())
    assert "Quit" not in kinds(found) and not desk.state.sitting.over
    assert desk.front == 2
    assert said(desk).startswith(
        "1 decision is not saved. Not saved: The disk is full. {annotate.confirm} tries again"
    )
    assert desk.put(i.Confirm())[0] == kept
    saved(desk, kept)
    assert "Quit" in kinds(desk.put(i.QuitKey()))


def test_q_on_the_only_failure_gives_it_up_and_ends_where_nothing_can_be_tried_again() -> None:
    desk = Desk()
    write = labelled(desk)
    desk.put(i.Failed(write.request_id, "Somebody else decided.", lasting=True))
    assert "Quit" in kinds(desk.put(i.QuitKey()))


def test_contact_sheets_come_next_only_if_that_was_asked_last() -> None:
    desk = Desk(work="review")
    desk.see()
    write = desk.put(i.AcceptKey())[0]
    assert isinstance(write, effects.Review)
    desk.put(i.QuitKey("switches"))
    assert desk.state.mode == Leaving("switches")
    desk.put(i.Claimed(()))
    accepted = i.Saved(write.request_id, replace(write.task, state=State.ACCEPTED))
    before = desk.state
    assert desk.put(accepted)[-1] == effects.Quit("switches")
    desk.state = before
    desk.put(i.QuitKey())
    assert desk.put(accepted)[-1] == effects.Quit()


def test_a_walk_whose_save_failed_no_longer_goes_to_contact_sheets() -> None:
    desk = Desk(work="review")
    desk.see()
    write = desk.put(i.AcceptKey())[0]
    assert isinstance(write, effects.Review)
    desk.put(i.QuitKey("switches"))
    desk.put(i.Failed(write.request_id, FULL))
    desk.put(i.CancelKey())
    assert desk.put(i.QuitKey())[-1] == effects.Quit()


def test_nothing_more_is_submitted_while_leaving() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("cat")
    desk.put(i.Confirm())
    desk.see()
    desk.label("dog")
    desk.put(i.QuitKey())
    assert kinds(desk.put(i.Confirm())) == []
    assert said(desk) == "Waiting until 1 decision is safe, then it ends."


def test_nothing_is_drawn_while_leaving_and_escape_stays() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter", "2", "enter")
    assert seat.front == 2
    seat.see()
    seat.put(i.QuitKey())
    before = seat.state.editor
    assert seat.press("b", "right") == () and seat.state.editor == before
    assert kinds(seat.press("enter")) == []
    assert len(seat.state.sitting.pending) == 1 and seat.state.sitting.leaving
    seat.put(i.EditorCommand("app.cancel"))
    assert isinstance(seat.mode, Looking)


def unfinished() -> Desk:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("cat")
    assert kinds(desk.put(i.QuitKey())) == ["SaveDraft"]
    assert said(desk) == "1.jpg: cat, kept as a draft; it ends when that is safe."
    return desk


def test_a_walk_ends_when_its_draft_is_safe() -> None:
    assert kinds(unfinished().put(i.DraftSaved(1))) == ["Release", "Quit"]


def test_a_draft_that_fails_while_leaving_is_told_before_it_ends() -> None:
    desk = unfinished()
    assert desk.put(i.DraftFailed(1, FULL)) == ()
    text = "The unfinished work on 1.jpg is not saved: The disk is full."
    assert said(desk) == f"{text} To end without it, quit once more."
    assert isinstance(desk.state.mode, Looking)
    assert kinds(desk.put(i.QuitKey())) == ["SaveDraft", "Release", "Quit"]


def test_a_draft_that_fails_later_is_told_with_its_picture() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("cat")
    assert "SaveDraft" in kinds(desk.put(i.NextKey()))
    desk.put(i.DraftFailed(1, FULL))
    assert said(desk) == "The unfinished work on 1.jpg is not saved: The disk is full."


def test_a_draft_that_came_with_its_picture_goes_when_all_of_it_is_taken_back() -> None:
    desk = Desk(0, kind="tags")
    desk.put(i.MoreTasks())
    lease = Lease(Task(1, "1.jpg"), 1, 99.0, "annotate", 1)
    desk.put(i.Claimed((lease,), {1: Annotation(("cat",))}))
    desk.see()
    assert desk.state.chosen == ("cat",)
    desk.label("cat")
    assert desk.put(i.QuitKey()) == (effects.SaveDraft(1, None),)
    assert kinds(desk.put(i.DraftSaved(1))) == ["Release", "Quit"]


def test_a_draft_is_not_written_again_while_it_is_the_same_and_is_after_it_failed() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("cat")
    assert "SaveDraft" in kinds(desk.put(i.NextKey()))
    desk.put(i.DraftSaved(1))
    desk.put(i.PreviousKey())
    assert "SaveDraft" not in kinds(desk.put(i.NextKey()))
    desk.put(i.PreviousKey())
    desk.see()
    desk.label("dog")
    desk.put(i.NextKey())
    desk.put(i.DraftFailed(1, FULL))
    desk.put(i.PreviousKey())
    assert "SaveDraft" in kinds(desk.put(i.NextKey()))


def test_going_to_contact_sheets_waits_for_a_claim_and_gives_back_what_comes() -> None:
    desk = Desk(work="review")
    desk.see()
    write = desk.put(i.AcceptKey())[0]
    assert isinstance(write, effects.Review)
    saved_now = i.Saved(write.request_id, replace(write.task, state=State.ACCEPTED))
    desk.put(saved_now)
    assert desk.put(i.QuitKey("switches")) == ()
    assert said(desk) == "One moment: pictures that are on their way go back first."
    found = desk.put(i.Claimed((Lease(Task(9, "9.jpg", state=State.LABELLED), 9, 99.0, "review"),)))
    assert 9 in released(found) and found[-1] == effects.Quit("switches")


def test_going_to_contact_sheets_does_not_wait_for_a_claim_that_failed() -> None:
    desk = Desk(work="review")
    desk.put(i.NextKey())
    assert desk.state.sitting.claiming
    desk.put(i.QuitKey("switches"))
    assert desk.put(i.Failed("", "The queue is busy."))[-1] == effects.Quit("switches")


def test_a_reviewer_s_lease_on_a_broken_picture_goes_back() -> None:
    desk = Desk(work="review")
    assert released(desk.put(i.Broken(desk.state.sitting.serial, "cut off"))) == [1]


# Contact sheets.


def test_going_to_single_pictures_waits_for_a_claim_and_gives_back_what_comes() -> None:
    for answer, back in ((i.Claimed((lease(9),)), [9]), (i.Failed("", "The queue is busy."), [])):
        state, _ = begin_sheet(SittingRules("rev", work="review", prefix="p"), ((3, 2),) * 6, "abcdef")
        state, found = step_sheet(state, i.QuitKey("switches"), 1.0)
        assert found == ()
        state, found = step_sheet(state, answer, 2.0)
        assert released(found) == back and found[-1] == effects.Quit("switches")


def test_a_sheet_that_leaves_claims_nothing_more() -> None:
    desk = Reviewer([lease(n) for n in range(1, 4)])
    decided(desk)
    assert not desk.front and not desk.state.sitting.claiming
    desk.put(i.QuitKey())
    assert desk.put(i.MoreTasks()) == []


def test_a_claim_that_failed_on_the_closing_page_of_sheets_can_be_tried_again() -> None:
    state, _ = begin_sheet(SittingRules("rev", work="review", prefix="p"), ((3, 2),) * 6, "abcdef")
    for event in (i.Claimed(()), i.MoreTasks(), i.Failed("", "The queue is busy.")):
        state, _ = step_sheet(state, event, 1.0)
    assert not state.closing
    assert fetching_line(state, "R") == "No sheet could be fetched: R tries again."
    state, (claim,) = step_sheet(state, i.AcceptShownKey(), 2.0)
    assert isinstance(claim, effects.Claim)
    assert fetching_line(state, "R") == "Fetching the next sheet …"


def decided(desk: Reviewer) -> None:
    desk.see()
    desk.put(i.AcceptShownKey())


def test_a_sheet_ends_when_an_undo_under_way_is_answered() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    decided(desk)
    desk.save_all()
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    assert said(desk) == "Waiting until 1 verdict is safe, then it ends."
    found = desk.put(i.TakenBack(undo.request_id, lease(3).task, lease(3, rev=3)))
    assert isinstance(found[-1], effects.Quit)
    assert sorted(released(found)) == [3, 7, 8, 9, 10, 11, 12]


def test_a_sheet_ends_when_there_was_nothing_to_take_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    assert isinstance(desk.put(i.TakenBack(undo.request_id, None))[-1], effects.Quit)


def test_a_sheet_counts_undos_among_what_it_waits_for() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    decided(desk)
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    assert said(desk) == "Waiting until 7 verdicts are safe, then it ends."
    found = desk.put(i.TakenBack(undo.request_id, lease(3).task, lease(3, rev=3)))
    assert desk.state.sitting.leaving and not any(isinstance(x, effects.Quit) for x in found)
    desk.put(i.CancelKey())
    assert not desk.state.sitting.seen, "the sheet that came back was not seen yet"


def test_an_undo_of_a_sheet_that_failed_is_told_and_the_sheet_stays() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.QuitKey())
    desk.put(i.Failed(undo.request_id, FULL))
    assert said(desk) == "Not taken back: The disk is full." and not desk.state.sitting.leaving
    assert isinstance(desk.put(i.QuitKey())[-1], effects.Quit)


def test_a_verdict_that_is_not_saved_ends_the_leaving() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    decided(desk)
    desk.put(i.QuitKey())
    first, *rest = desk.reviews
    for write in rest:
        desk.put(i.Saved(write.request_id, write.task), 0.0)
    desk.put(i.Failed(first.request_id, FULL))
    assert not desk.state.sitting.leaving and desk.front == [1]


def test_q_asks_for_verdicts_that_are_not_saved_first() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.LetterKey("a"))
    desk.put(i.AcceptShownKey())
    writes = desk.reviews
    for write in writes[:2]:
        desk.put(i.Failed(write.request_id, FULL))
    for write in writes[2:]:
        desk.put(i.Saved(write.request_id, write.task), 0.0)
    desk.put(i.QuitKey())
    assert not desk.state.sitting.over
    assert said(desk) == "2 verdicts are not saved: {sheet.accept} tries again, {app.cancel} gives up."
    desk.put(i.CancelKey())
    assert desk.front == [1, 2] and not desk.state.marked
    found = desk.put(i.QuitKey())
    assert isinstance(found[-1], effects.Quit) and {1, 2} <= {*released(found)}


def test_a_claim_of_a_sheet_that_failed_is_no_end_and_can_be_tried_again() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.state = replace(desk.state, sitting=replace(desk.state.sitting, claiming=True, ended=False))
    decided(desk)
    desk.save_all()
    desk.put(i.Failed("", "The queue is busy."))
    assert said(desk) == "The queue is busy. {sheet.accept} tries again."
    assert not desk.state.closing
    desk.waiting = [lease(n) for n in range(7, 10)]
    (claim, *_) = desk.put(i.AcceptShownKey())
    assert isinstance(claim, effects.Claim)
    assert desk.front == [7, 8, 9]


def test_tasks_that_others_gave_back_come_to_an_empty_sheet() -> None:
    desk = Reviewer([])
    assert desk.state.closing
    before = desk.state.sitting.serial
    desk.put(i.MoreTasks())
    assert desk.state.closing and desk.state.sitting.serial == before, "nothing came, nothing is shown anew"
    desk.waiting = [lease(1)]
    desk.put(i.MoreTasks())
    assert desk.front == [1]


def test_a_terminal_too_small_takes_a_sheet_away_until_it_is_seen_anew() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    assert desk.put(i.Covered(True)) == [effects.Show(None, desk.state.sitting.serial)]
    desk.see()
    assert not desk.state.sitting.seen
    assert not any(isinstance(x, effects.Review) for x in desk.put(i.AcceptShownKey()))
    found = desk.put(i.Covered(False))
    assert isinstance(found[0], effects.ShowSheet)
    desk.see()
    desk.put(i.AcceptShownKey())
    assert len(desk.reviews) == 6


def test_the_closing_page_names_the_filter() -> None:
    desk = Desk(0, asked="path=cam1/*")
    desk.put(i.Claimed((), totals=i.Totals(1, 4)))
    assert last_page.closing(desk.state)[0] == "Nothing for you matches path=cam1/*."
