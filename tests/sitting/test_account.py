"""What a person did in a run: durable decisions without those taken back, at the pace of active time; and the words for it."""

from __future__ import annotations

from dataclasses import replace

from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk, saved
from tui.model.review import Verdict
from tui.model.task import State, Task
from tui.sitting import effects, sentences
from tui.sitting import inputs as i
from tui.sitting.account import Account, pace_words
from tui.sitting.farewell import Ended, Left, done_sentence, next_lines
from tui.sitting.state import SittingRules

TODO = Task(1, "1.jpg")


def labelled(desk: Desk, after: float = 1.0) -> effects.Submit:
    desk.see()
    write = next(x for x in desk.label(after=after) if isinstance(x, effects.Submit))
    saved(desk, write)
    return write


def take_back(desk: Desk, task: Task) -> None:
    undo = next(x for x in desk.put(i.UndoKey()) if isinstance(x, effects.Undo))
    desk.put(i.TakenBack(undo.request_id, task))


def test_what_was_taken_back_is_not_counted_and_redo_counts_it_again() -> None:
    desk = Desk()
    first, second = labelled(desk), labelled(desk)
    assert desk.state.sitting.account.counts == {"labelled": 2}
    take_back(desk, second.lease.task)
    assert desk.state.sitting.account.counts == {"labelled": 1}
    redo = next(x for x in desk.put(i.RedoKey()) if isinstance(x, effects.Redo))
    desk.put(i.TakenBack(redo.request_id, replace(second.lease.task, state=State.LABELLED)))
    assert desk.state.sitting.account.answered == 2
    take_back(desk, second.lease.task)
    take_back(desk, first.lease.task)
    take_back(desk, replace(TODO, id=77))  # Of a sitting before.
    assert desk.state.sitting.account.answered == 0


def test_only_what_is_durable_counts() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    assert sentences.ended(desk.state).account.answered == 0
    assert sentences.ended(desk.state).unsaved == 1
    write = desk.state.sitting.pending[0]
    answer = i.Saved(write.request_id, TODO)
    told = sentences.ended(sentences.settled(desk.state, answer))
    assert (told.account.answered, told.unsaved) == (1, 0)
    assert sentences.settled(desk.state, i.Saved("another", TODO)) == desk.state


def test_earlier_work_labelled_anew_is_changed_and_a_revision_counts_once() -> None:
    revise = effects.Revise("r", 5, 1, Desk().state.walk[0].annotation, 1.0, {})
    submit = effects.Submit("s", lease(6), revise.annotation, 1.0, {})
    account = Account().saved(submit, replace(TODO, id=6))
    account = account.saved(replace(revise, task_id=6), replace(TODO, id=6))
    assert account.counts == {"labelled": 1}
    account = Account().saved(revise, replace(TODO, id=5))
    account = account.saved(effects.Flag("f", 5, True, {}), replace(TODO, id=5))
    assert account.counts == {"changed": 1} and account.answered == 0
    undo = effects.Undo("u")
    assert account.taken_back(undo, replace(TODO, id=5)).counts == {"changed": 1}, "that was the flag"


def test_a_sheet_taken_back_goes_from_the_account_as_a_whole() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    desk.put(i.LetterKey("b"))
    desk.put(i.AcceptShownKey())
    desk.save_all()
    assert desk.state.sitting.account.counts == {"accepted": 5, "rejected": 1}
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    desk.put(i.TakenBack(undo.request_id, lease(3).task, lease(3, rev=3)))
    assert not desk.state.sitting.account.done
    redone = replace(TODO, verdict=Verdict.ACCEPT, fixed=True)
    assert Account().taken_back(effects.Redo("r"), redone).counts == {"fixed": 1}


def test_the_pace_is_that_of_active_time_whatever_the_pause() -> None:
    desk = Desk(9, idle_cut=60.0)
    labelled(desk)
    assert desk.state.sitting.account.pace is None
    labelled(desk)
    assert desk.state.sitting.account.pace is None, "of some seconds there is no pace"
    for _ in range(2):
        labelled(desk, 8.0)
    pace = desk.state.sitting.account.pace
    assert pace == 4 / desk.state.sitting.account.active * 60
    desk.put(i.MoreTasks(i.Totals(4, 8)), 3600.0)
    assert desk.state.sitting.account.pace == pace
    assert sentences.seconds_left(desk.state) == 8 / pace * 60
    desk.put(i.Touch())
    assert desk.state.sitting.account.active < 85
    assert [pace_words(x) for x in (12.4, 1.0, 0.5)] == ["12/min", "1/min", "30/h"]


def test_a_sitting_goes_on_with_what_was_done_before_in_the_same_run() -> None:
    desk = Desk(work="review")
    desk.see()
    write = desk.put(i.AcceptKey())[0]
    assert isinstance(write, effects.Review)
    desk.put(i.Saved(write.request_id, write.task))
    again = Desk(work="review", before=desk.state.sitting.account)
    assert again.state.sitting.account.answered == 1


def done(n: int, *, skipped: int = 0) -> Account:
    account = Account(186.0)
    for k in range(n):
        account = account.saved(effects.Submit(f"{k}", lease(k), _EMPTY, 1.0, {}), replace(TODO, id=k))
    for k in range(n, n + skipped):
        account = account.saved(effects.Skip(f"{k}", lease(k), {}), replace(TODO, id=k))
    return account


_EMPTY = Desk().state.walk[0].annotation


def test_leaving_says_what_was_done_and_what_comes_next() -> None:
    ended = Ended(done(37, skipped=2), "annotate", came_back=1)
    assert done_sentence(ended, "photos/") == (
        "You labelled 37 in 3.1 minutes at the screen (12/min), skipped 2, 1 came back; all in photos/ is safe."
    )
    assert next_lines(Left(63, 0, 37), "photos", 120) == (
        "63 are left: termlabel annotate photos · 37 wait for review by somebody else: termlabel review photos",
    )
    assert next_lines(Left(63, 5, 37), "photos", 60) == (
        "63 are left: termlabel annotate photos",
        "5 wait for review: termlabel review photos",
    )
    assert next_lines(Left(1, 1, 9), "", 80) == (
        "1 is left: termlabel annotate · 1 waits for review: termlabel review",
    )
    assert next_lines(Left(60, 5, 15, skipped=2, own=15), "p", 140) == (
        "60 are left, 2 skipped come again: termlabel annotate p · 5 wait for review: termlabel review p · "
        "15 of yours wait for somebody else",
    )
    assert next_lines(Left(4, passed=1), "p", 80) == (
        "4 are left, 1 skipped by others: termlabel annotate p",
    )
    assert next_lines(Left(), "photos", 80) == ("Nothing is left.",)


def test_leaving_without_a_decision_and_with_what_is_kept() -> None:
    assert done_sentence(Ended(Account(), "annotate"), "photos/") == "Nothing was decided."
    assert done_sentence(Ended(Account(), "review", passed=1), "") == "You skipped 1; all is safe."
    kept = Ended(replace(done(1), active=1.2), "annotate", drafts=2, unsaved=1)
    assert done_sentence(kept, "p/") == (
        "You labelled 1 in 1 second at the screen. Unfinished work on 2 pictures is kept. 1 decision was not saved."
    )


def test_unfinished_work_is_said_to_be_kept() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("cat")
    desk.put(i.QuitKey())
    desk.put(i.DraftSaved(1))
    assert desk.state.sitting.over and sentences.ended(desk.state).drafts == 1


def test_a_reviewer_s_passing_is_skipping() -> None:
    desk = Desk(work="review")
    desk.see()
    desk.put(i.SkipKey())
    ended = sentences.ended(desk.state)
    assert (ended.passed, ended.account.answered) == (1, 0)
    assert SittingRules("ann").before == Account()
