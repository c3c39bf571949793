"""Every decision leaves a trace until the next key; what takes it back says what it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from tests.sitting.test_draw import BOX
from tests.sitting.test_draw import Seat as DrawingSeat
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Lease, State, Task
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.sitting import last_page, sentences
from tui.sitting.effects import Effect


def said(desk: Desk) -> str:
    message = desk.state.sitting.message
    return message.text if message is not None else ""


def annotator(*keys: i.Input, **rules: object) -> tuple[str, tuple[Effect, ...]]:
    return _after("annotate", *keys, **rules)


def reviewer(*keys: i.Input, **rules: object) -> tuple[str, tuple[Effect, ...]]:
    return _after("review", *keys, **rules)


def _after(work: str, *keys: i.Input, **rules: object) -> tuple[str, tuple[Effect, ...]]:
    desk = Desk(work=work, **rules)  # type: ignore[arg-type]
    found: tuple[Effect, ...] = ()
    for key in keys:
        desk.see()
        found = desk.put(key)
    return said(desk), found


CAT, BACK = i.LabelKey("cat", "c"), " · {work.undo} takes back"
TRACES: tuple[tuple[type, Callable[[], tuple[str, tuple[Effect, ...]]], str], ...] = (
    (e.Submit, lambda: annotator(CAT, titles={"cat": "Katze"}), "1.jpg: Katze" + BACK),
    (e.Submit, lambda: annotator(CAT, i.Confirm(), kind="tags"), "1.jpg: cat" + BACK),
    (e.Revise, lambda: annotator(CAT, i.PreviousKey(), i.LabelKey("dog", "d")), "1.jpg: dog" + BACK),
    (e.Skip, lambda: annotator(i.SkipKey()), "1.jpg: skipped" + BACK),
    (e.Flag, lambda: annotator(i.FlagKey()), "1.jpg: flagged as hard" + BACK),
    (e.Flag, lambda: annotator(i.FlagKey(), i.FlagKey()), "1.jpg: no longer flagged" + BACK),
    (e.SetNote, lambda: annotator(i.Remark("blurred tail")), "1.jpg: noted: “blurred tail”" + BACK),
    (e.SetNote, lambda: annotator(i.Remark("a"), i.Remark("")), "1.jpg: its note is gone" + BACK),
    (e.Review, lambda: reviewer(i.AcceptKey()), "1.jpg: accepted" + BACK),
    (e.Review, lambda: reviewer(i.AcceptShownKey()), "1.jpg: accepted" + BACK),
    (e.Review, lambda: reviewer(i.RejectKey(), i.ReasonKey(1)), "1.jpg: rejected: wrong" + BACK),
    (e.Review, lambda: reviewer(i.RejectKey(), i.Confirm()), "1.jpg: rejected" + BACK),
    (e.Review, lambda: reviewer(i.RejectKey(), i.Comment("tail cut")), "1.jpg: rejected: “tail cut”" + BACK),
    (e.Review, lambda: reviewer(i.FixKey(), i.LabelKey("dog")), "1.jpg: fixed: dog" + BACK),
    (e.SendBack, lambda: reviewer(i.AcceptKey(), i.PreviousKey(), i.SendBackKey()), "1.jpg: sent back" + BACK),
    (e.Release, lambda: reviewer(i.SkipKey()), "1.jpg: no verdict, it goes back · {work.previous} returns to it"),
)  # fmt: skip


@pytest.mark.parametrize(("write", "made", "trace"), TRACES)
def test_a_decision_leaves_its_trace(
    write: type, made: Callable[[], tuple[str, tuple[Effect, ...]]], trace: str
) -> None:
    told, found = made()
    assert told == trace
    assert any(isinstance(effect, write) for effect in found)


def test_every_write_of_a_key_is_in_the_table() -> None:
    """Unreadable is the canvas's, and what is taken back stands below."""
    assert set(get_args(e.DecisionWrite)) - {e.Unreadable} <= {write for write, _, _ in TRACES}


def test_drawn_shapes_are_counted_in_the_trace() -> None:
    seat = DrawingSeat()
    seat.see()
    seat.press("b", "enter", "enter", "enter")
    assert seat.said == "1.jpg: 1 shape" + BACK
    seat.see()
    seat.press("b")
    assert seat.state.sitting.message is None


@pytest.mark.parametrize(
    ("before", "was", "again", "told"),
    [
        ({}, {"state": State.LABELLED, "annotation": Annotation(("cat",))}, False, "cat, taken back"),
        ({}, {"state": State.LABELLED}, False, "nothing on it, taken back"),
        ({}, {"state": State.SKIPPED}, False, "skipped, taken back"),
        ({}, {"flagged": True}, False, "flagged as hard, taken back"),
        (
            {"state": State.REJECTED, "verdict": Verdict.REJECT, "reason": "wrong"},
            {},
            True,
            "rejected: wrong, again",
        ),
        ({"state": State.LABELLED, "annotation": Annotation((), (BOX, BOX))}, {}, True, "2 shapes, again"),
        ({}, None, False, "taken back"),
    ],
)
def test_what_is_taken_back_says_what_it_was(
    before: dict[str, object], was: dict[str, object] | None, again: bool, told: str
) -> None:
    """Also of a picture that this sitting did not come by."""
    desk, task = Desk(), Task(77, "far/garden.jpg")
    (write,) = desk.put(i.RedoKey() if again else i.UndoKey())
    assert isinstance(write, e.Undo | e.Redo)
    stood = None if was is None else replace(task, **was)  # type: ignore[arg-type]
    desk.put(i.TakenBack(write.request_id, replace(task, **before), was=stood))  # type: ignore[arg-type]
    back = "" if again else " · {work.redo} does it again"
    assert said(desk) == ("↷" if again else "↶") + f" garden.jpg: {told}{back}"


def test_going_on_from_a_picture_that_stays_as_it_is_says_so() -> None:
    for keys, told in (
        ((CAT, i.PreviousKey(), i.SkipKey()), "1.jpg: stays cat; on to the next"),
        ((i.SkipKey(), i.PreviousKey(), i.SkipKey()), "1.jpg: stays skipped; on to the next"),
    ):
        assert annotator(*keys)[0] == told
    done = reviewer(i.AcceptKey(), i.PreviousKey(), i.SkipKey())[0]
    assert done == "1.jpg: stays accepted; on to the next"


@pytest.mark.parametrize("partial", [False, True])
def test_a_picture_that_cannot_be_shown_whole_says_what_becomes_of_it(partial: bool) -> None:
    desk = Desk()
    desk.see()
    desk.put(CAT)
    desk.put(i.Broken(desk.state.sitting.serial, "cut off.", partial))
    assert said(desk) == "1.jpg: cat" + BACK + " · 2.jpg is unreadable: one picture less to do"
    desk.put(i.FlagKey())
    whole = "cannot be shown whole" if partial else "cannot be read"
    assert said(desk) == f"Nothing counts here, it {whole}: cut off; {{work.skip}} goes on."
    desk.put(i.SkipKey())
    assert said(desk) == "2.jpg: takes no label; on to the next"


def test_escape_ends_the_zoom_where_nothing_else_is_in_hand() -> None:
    desk = Desk(work="review")
    desk.see()
    desk.put(i.RejectKey())
    assert desk.put(i.CancelKey(zoomed=True)) == () and said(desk) == ""
    assert desk.put(i.CancelKey(zoomed=True)) == (e.Fit(),) and said(desk) == ""
    assert desk.put(i.CancelKey()) == () and said(desk) == "Nothing is open or half done."


def test_nothing_to_take_back_is_said() -> None:
    for key, told in (
        (i.UndoKey(), "There is nothing left to take back."),
        (i.RedoKey(), "Nothing was taken back that could come again."),
    ):
        desk = Desk()
        (write,) = desk.put(key)
        assert isinstance(write, e.Undo | e.Redo)
        desk.put(i.TakenBack(write.request_id, None))
        assert said(desk) == told


def test_a_decision_that_is_not_saved_says_so_instead() -> None:
    desk = Desk()
    desk.see()
    write = desk.label()[0]
    assert isinstance(write, e.Submit) and "takes back" in said(desk)
    desk.put(i.Failed(write.request_id, "The disk is full."))
    assert said(desk).startswith("Not saved: The disk is full.")


def test_shapes_marked_as_wrong_are_marked_again_when_a_rejection_is_taken_back() -> None:
    seat = DrawingSeat("review", ({**BOX, "id": 7},))
    seat.see()
    seat.put(i.MarkKey("7"))
    seat.put(i.ReasonKey(2))
    assert dict(seat.state.wrong) == {"7": "not tight"}
    (write,) = [x for x in seat.put(i.AcceptShownKey()) if isinstance(x, e.Review)]
    assert write.verdict is Verdict.REJECT
    rejected = replace(write.task, state=State.REJECTED, wrong={"7": "not tight"}, reason="not tight")
    seat.put(i.Saved(write.request_id, rejected))
    (undo,) = [x for x in seat.put(i.UndoKey()) if isinstance(x, e.Undo)]
    seat.put(i.TakenBack(undo.request_id, write.task, was=rejected))
    seat.see()
    assert dict(seat.state.wrong) == {"7": "not tight"}
    assert seat.front == 1


def test_a_sheet_says_how_many_and_what_came_back() -> None:
    desk = Reviewer([lease(n) for n in (1, 2, 3)])
    desk.see()
    desk.put(i.MarkCard())
    writes = [x for x in desk.put(i.AcceptShownKey()) if isinstance(x, e.Review)]
    assert desk.state.sitting.message is not None
    assert desk.state.sitting.message.text == "2 accepted, 1 rejected · {sheet.undo} takes all of it back"
    for write in writes:
        desk.put(i.Saved(write.request_id, write.task))
    (undo,) = [x for x in desk.put(i.UndoKey()) if isinstance(x, e.Undo)]
    desk.put(i.TakenBack(undo.request_id, writes[0].task))
    assert desk.state.sitting.message.text == "↶ 2 accepted, 1 rejected, taken back"


def test_a_lease_that_is_given_up_is_told() -> None:
    desk = Desk(14)
    for _ in range(11):
        desk.put(i.NextKey())
    assert said(desk) == "1.jpg was given back: of those left without a decision 10 stay with you."


def test_a_long_name_loses_its_middle() -> None:
    long = sentences.name_of(Task(1, "a/DSC_20240612_143055_burst_0001_final.jpg"))
    assert (len(long), long[:5], long[-9:]) == (28, "DSC_2", "final.jpg")
    assert sentences.name_of(Task(1, "a/b/c.jpg")) == "c.jpg"


def test_many_labels_are_counted_so_that_the_trace_is_whole() -> None:
    tags = Annotation(tuple(f"a rather long tag {n}" for n in range(5)))
    assert sentences.said(tags, {}, 46) == "a rather long tag 0 and 4 more"
    assert sentences.said(Annotation(("a", "b", "c", "d")), {}, 30) == "a, b, c, d"
    assert sentences.said(Annotation(("x" * 60,), (BOX,)), {}, 30) == f"{'x' * 20}…, 1 shape"
    for name in ("1.jpg", "DSC_20240612_143055_burst_0001_final.jpg"):
        for state, fixed in ((State.LABELLED, False), (State.ACCEPTED, True)):
            task = Task(1, name, state=state, fixed=fixed, annotation=tags)
            told = sentences.trace(Task(1, name), task, {}).replace("{work.undo}", "backspace")
            assert len(told) <= 76 and told.endswith(" · backspace takes back")
            assert "and 4 more" in told or "5 labels" in told


def test_what_is_left_unfinished_says_that_it_waits() -> None:
    for key, told in (
        (i.NextKey(), "1.jpg: 1 shape, kept as a draft"),
        (i.QuitKey(), "1.jpg: 1 shape, kept as a draft; it ends when that is safe."),
    ):
        seat = DrawingSeat()
        seat.see()
        seat.press("b", "enter", "enter")
        seat.put(key)
        assert seat.state.sitting.message is not None
        assert seat.state.sitting.message.text == told
        assert seat.state.sitting.leaving == isinstance(key, i.QuitKey)


def test_a_fetch_that_failed_is_not_said_to_go_on() -> None:
    desk = Desk(1)
    desk.put(i.NextKey())
    assert last_page.fetching(desk.state) == "Fetching the next picture …"
    desk.put(i.Failed("", "The queue is busy."))
    assert last_page.fetching(desk.state) == "No picture could be fetched: {work.next} tries again."
    desk.put(i.NextKey())
    assert last_page.fetching(desk.state) == "Fetching the next picture …"


def test_the_last_page_says_why_something_is_left() -> None:
    desk = Desk(2)
    desk.see()
    desk.put(i.SkipKey())
    (write,) = desk.state.sitting.pending
    desk.put(i.Saved(write.request_id, Task(1, "1.jpg", state=State.SKIPPED), i.Totals(done=0, left=4)))
    desk.put(i.Broken(desk.state.sitting.serial, "cut off", True))
    desk.put(i.NextKey())
    desk.put(i.Claimed((), totals=i.Totals(done=0, left=3)))
    lines = last_page.closing(desk.state)
    assert "1 could not be shown whole." in lines
    assert "Of what is left: 1 skipped by you, 2 with somebody else, or skipped before." in lines


def test_on_the_last_page_all_that_is_left_adds_up() -> None:
    desk = Desk(3)
    desk.see()
    desk.put(i.NextKey())
    desk.see()
    desk.put(i.SkipKey())
    (write,) = desk.state.sitting.pending
    desk.put(i.Saved(write.request_id, Task(2, "2.jpg", state=State.SKIPPED), i.Totals(done=0, left=4)))
    desk.see()
    desk.label()
    desk.put(i.Claimed((), totals=i.Totals(done=1, left=3)))
    desk.put(i.NextKey())
    assert (
        "Of what is left: 1 without a decision, 1 skipped by you, 1 with somebody else, or skipped before."
        in last_page.closing(desk.state)
    )
    assert sentences.seconds_left(desk.state) is None, "nothing of it comes to this person"


def test_the_last_page_of_a_review_does_not_call_unlabelled_pictures_done() -> None:
    desk = Desk(0, work="review")
    desk.put(i.Claimed((), totals=i.Totals(done=1, left=0, unlabelled=4)))
    head, *lines = last_page.closing(desk.state)
    assert head == "All that is labelled is reviewed."
    assert lines[-1] == "In the whole project: 1 reviewed, 0 left to review, 4 still to be labelled."
    desk.put(i.MoreTasks(i.Totals(done=5, left=0, unlabelled=4, again=2, own=3)))
    assert last_page.closing(desk.state)[-1] == (
        "In the whole project: 5 reviewed, 0 left to review by you, 3 by others, 4 still to be labelled (2 again)."
    )


def test_who_would_review_their_own_work_is_told_that_others_do() -> None:
    desk = Desk(0, work="review")
    desk.put(i.Claimed((), totals=i.Totals(own=23)))
    head = last_page.closing(desk.state)[0]
    assert head == "23 pictures wait for a review by somebody else: nobody reviews their own work."


def test_keys_that_came_too_early_are_told_with_the_next_trace_where_nobody_could_read_it() -> None:
    desk = Desk(3)
    desk.label(after=0.1)
    desk.label(after=0.2)
    assert "Not yet" in said(desk)
    desk.see()
    desk.label(after=0.2)
    assert said(desk).endswith(" · 2 keys before came too early")
    desk.see()
    desk.label(after=0.2)
    assert "early" not in said(desk)
    desk.label(after=0.1)
    desk.see()
    desk.label(after=5.0)
    assert "early" not in said(desk), "it could be read"


def test_every_state_has_its_words() -> None:
    words = {sentences.decision(Task(1, "1.jpg"), Task(1, "1.jpg", state=state), {}) for state in State}
    assert len(words) == len(State)


def test_taking_a_note_back_is_told_and_leaves_the_tags_that_are_not_done_yet() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.put(i.LabelKey("cat"))
    desk.put(i.Remark("dark"))
    (write,) = desk.state.sitting.pending
    was = replace(desk.state.walk[0].task, rev=1, note="dark")
    desk.put(i.Saved(write.request_id, was))
    desk.put(i.UndoKey())
    (undo,) = desk.state.sitting.pending
    desk.put(i.TakenBack(undo.request_id, replace(was, rev=2, note=None), was=was))
    visit = desk.state.visit
    assert visit is not None and visit.annotation.labels == ("cat",)
    assert "noted: “dark”, taken back" in said(desk)


def test_chosen_tags_are_there_again_when_a_skip_or_the_decision_is_taken_back() -> None:
    for key, state in ((i.SkipKey(), State.SKIPPED), (i.Confirm(), State.LABELLED)):
        desk = Desk(kind="tags")
        desk.see()
        desk.put(i.LabelKey("cat"))
        desk.put(key, 1.0)
        (write,) = desk.state.sitting.pending
        said_then = Annotation(("cat",)) if state is State.LABELLED else Annotation()
        first = desk.state.walk[0].task
        was = replace(first, rev=1, state=state, annotator="ann", annotation=said_then)
        desk.put(i.Saved(write.request_id, was))
        desk.put(i.UndoKey(), 1.0)
        (undo,) = desk.state.sitting.pending
        back = replace(was, rev=2, state=State.TODO, annotator=None, annotation=Annotation())
        desk.put(i.TakenBack(undo.request_id, back, lease=Lease(back, 9, 99.0, "annotate", 1), was=was))
        visit = desk.state.visit
        assert visit is not None and visit.annotation.labels == ("cat",), state
        assert visit.undecided
