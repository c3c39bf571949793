"""The project file is read again: that it changed is told once, with a key; a sitting ends for the next one as it leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sitting.test_draw import BOX
from tests.sitting.test_draw import Seat as DrawingSeat
from tests.sitting.test_leaving import labelled, said
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk, kinds, saved
from tui.model.annotation import Annotation
from tui.model.project import Label, Project
from tui.model.task import Lease, Task
from tui.sitting import begin, effects
from tui.sitting import inputs as i
from tui.sitting.reread_project import read_again
from tui.sitting.seeking import Sought
from tui.sitting.state import SittingRules

CHANGED = "termlabel.toml has changed: {app.reload} reads it again"
TITLES = {"cat": "Katze", "dog": "dog", "bird": "Vogel"}
NEWS = i.ProjectChanged("termlabel.toml")


def test_a_change_is_told_once_before_the_trace_of_the_next_decision() -> None:
    desk = Desk()
    desk.put(NEWS)
    assert said(desk) == ""
    desk.see()
    desk.label()
    assert said(desk) == f"{CHANGED} · 1.jpg: cat · {{work.undo}} takes back"
    desk.label(after=0.01)
    assert said(desk).startswith(CHANGED)
    desk.see()
    desk.label("dog")
    assert "changed" not in said(desk)
    desk.put(NEWS)
    desk.put(i.NextKey())
    assert said(desk) == f"{CHANGED}."


@pytest.mark.parametrize("key", [i.Touch(), Sought("a"), i.RejectKey(), i.UndoKey(), i.AcceptKey()])
def test_a_change_is_not_told_where_that_would_hide_what_is_typed_asked_or_refused(key: i.Input) -> None:
    """A picture that was not seen is not accepted; what an undo brings back is told by its answer."""
    desk = Desk(work="review")
    if isinstance(key, i.RejectKey):
        desk.see()
    desk.put(NEWS)
    desk.put(key)
    assert "changed" not in said(desk)
    assert desk.state.sitting.changed


def test_a_file_that_is_as_it_was_again_is_not_told() -> None:
    desk = Desk()
    desk.put(NEWS)
    desk.put(i.ProjectChanged(""))
    desk.put(i.NextKey())
    assert said(desk) == ""


def test_a_change_is_told_at_sheets_too() -> None:
    desk = Reviewer([lease(1), lease(2)])
    desk.put(NEWS)
    desk.put(i.MoveCursor(1, 0))
    assert said(desk) == f"{CHANGED}."


def test_what_cannot_be_read_changes_nothing_but_the_message() -> None:
    desk = Desk()
    desk.put(i.NotReread("termlabel.toml, line 3: nonsense."))
    assert said(desk) == "termlabel.toml, line 3: nonsense." and desk.front == 1
    desk.put(i.NotReread())
    assert said(desk) == "termlabel.toml is as it was read."


def test_a_sitting_is_over_for_the_next_one_once_all_is_safe_and_a_claim_has_gone_back() -> None:
    desk = Desk()
    write = labelled(desk)
    desk.put(i.QuitKey("rereads"))
    saved(desk, write)
    assert not desk.state.sitting.over
    found = desk.put(i.Claimed((Lease(Task(9, "9.jpg"), 9, 99.0, "annotate"),)))
    assert kinds(found)[-2:] == ["Release", "Quit"] and found[-1] == effects.Quit("rereads")


def test_what_is_said_at_first_stays_until_a_key() -> None:
    state, _ = begin(SittingRules("ann", greeting="The project was read again."))
    assert state.sitting.message is not None
    assert state.sitting.message.text == "The project was read again."


def test_new_labels_and_gone_ones_are_named_by_their_titles() -> None:
    cat, dog, bird = (Label(name, title, "#000000") for name, title in TITLES.items())
    before = Project(Path(), (cat, dog))
    now = replace(before, labels=(dog, bird))
    assert read_again(before, now) == "The project was read again; new: Vogel; gone: Katze."
    assert read_again(now, now) == "The project was read again."


@pytest.mark.parametrize("key", [i.LabelKey("dog"), i.Confirm()])
def test_a_chosen_tag_that_is_gone_is_named_and_taken_off_and_the_rest_is_filed(key: i.Input) -> None:
    desk = Desk(0, kind="tags")
    task = Task(9, "9.jpg")
    desk.put(i.Claimed((Lease(task, 9, 99.0, "annotate", 9),), {9: Annotation(("cat", "fox"))}))
    desk.see()
    assert kinds(desk.put(key)) == []
    assert said(desk).startswith("fox is no label of this project any more: it is taken off")
    write = desk.put(i.Confirm())[0]
    assert isinstance(write, effects.Submit) and write.annotation.labels[0] == "cat"
    assert "fox" not in write.annotation.labels


def test_a_shape_s_label_that_is_gone_is_named_before_anything_is_written() -> None:
    seat = DrawingSeat(n=0)
    draft = Annotation((), ({**BOX, "label": "fox"},))
    seat.put(
        i.Claimed((Lease(Task(9, "9.jpg", width=1000, height=750), 9, 99.0, "annotate", 9),), {9: draft})
    )
    seat.see()
    assert "Submit" not in kinds(seat.press("enter"))
    assert "fox is no label" in seat.said
