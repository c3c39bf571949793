"""Whole walks of a reviewer, by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.app.conftest import Sit
from tui.model.annotation import Annotation
from tui.model.task import Task
from tui.sitting.inputs import TakenBack
from tui.sitting.state import Rejecting
from tui.store import open_queue

Fill = Callable[..., Path]
BLIND = '[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n[review]\nblind = true\n'


def labelled(folder: Path, who: str = "ann", *labels: str) -> Path:
    """All five pictures labelled by `who`: with `labels` in turn, cat where none is given."""
    queue = open_queue(folder)
    for n, lease in enumerate(queue.claim(who, 5, sitting="s")):
        label = labels[n % len(labels)] if labels else "cat"
        queue.submit(lease, Annotation((label,)), who=who, seconds=2.5, request_id=f"{who}{lease.task.id}")
    queue.close()
    return folder


def tasks_of(folder: Path) -> list[Task]:
    queue = open_queue(folder, readonly=True)
    try:
        return list(queue.export())
    finally:
        queue.close()


async def test_accept_reject_with_a_reason_fix_and_undo(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        for word in ("■ cat", "by ann", "today", "took 2 s"):
            assert word in seat.text
        await seat.press("a", "x")
        assert "WHY?" in seat.text and "wrong label" in seat.text
        await seat.press("7")
        assert "There is no reason 7; 5 is the last." in seat.text
        await seat.press("escape", "2")
        assert seat.front == "2.jpg"
        await seat.press("x", "2", "x", "slash")
        await seat.type("it is q dog")
        await seat.press("enter", "e", "2", "x", "enter")
        assert seat.front is None
        assert "5 reviewed in this sitting" in seat.text
        await seat.press("backspace")
        assert seat.front == "5.jpg"
        await seat.press("R")
    found = [(str(t.state), t.reason, t.comment, t.fixed, t.annotation.labels) for t in tasks_of(folder)]
    assert found == [
        ("accepted", None, None, False, ("cat",)),
        ("rejected", "not tight", None, False, ("cat",)),
        ("rejected", None, "it is q dog", False, ("cat",)),
        ("accepted", None, None, True, ("dog",)),
        ("accepted", None, None, False, ("cat",)),
    ]


async def test_nobody_is_served_own_work(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "ann", work="review") as seat:
        assert seat.front is None
        assert "for a review by somebody else: nobody reviews their own work." in seat.text
        assert "0 reviewed, 0 left to review by you, " in seat.text


async def test_what_was_rejected_comes_first_with_the_reason_and_then_the_reviewer_sees_what_was_said(
    fill: Fill, sit: Sit
) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("n", "x", "slash")
        await seat.type("a dog")
        await seat.press("enter", "q")
    async with sit(folder, "ann") as seat:
        assert seat.front == "2.jpg"
        for word in ("1 came back to you.", "↩ Came back", "rejected", "“a dog”", "says rev", "1 came back"):
            assert word in seat.text
        await seat.press("2")
        assert "came back" not in seat.text
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("n")
        await seat.until(lambda: "before: rejected by rev" in seat.text)
        for word in ("■ dog", "it was cat", "a dog"):
            assert word in seat.text


async def test_names_are_hidden_from_a_blind_reviewer_everywhere(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill(BLIND), "annegret")
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("x", "1", "p")
        await seat.until(lambda: seat.state.visit is not None and seat.state.visit.past is not None)
        assert "annegret" not in seat.text
        assert "✗ rejected" in seat.text


async def test_navigation_passes_in_the_middle_of_a_verdict(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("x", "n")
        assert (seat.front, isinstance(seat.state.mode, Rejecting)) == ("2.jpg", False)
        await seat.press("e")
        assert "what is right?" in seat.text
        await seat.press("escape")
        assert "what is right?" not in seat.text
        await seat.press("e", "n")
        assert seat.front == "3.jpg"
        assert "what is right?" not in seat.text
    assert {str(task.state) for task in tasks_of(folder)} == {"labelled"}


async def test_a_verdict_before_the_picture_was_seen_is_dropped(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review", at_once=False) as seat:
        await seat.press("a", "x", "1", "e", "2", "a")
        assert seat.front == "1.jpg"
        assert "Not yet" in seat.text
    assert {str(task.state) for task in tasks_of(folder)} == {"labelled"}


async def test_tags_are_fixed_by_toggling(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill('kind = "tags"\n[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'))
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("e", "2", "1", "slash")
        await seat.type("c")
        await seat.press("enter", "enter")
        assert seat.front == "2.jpg"
    first = tasks_of(folder)[0]
    assert (first.annotation.labels, first.fixed) == (("cat", "dog"), True)


async def test_help_over_a_fix_goes_with_it_when_an_undo_is_answered(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("a", "e", "question_mark")
        panel = seat.app.work.panes.panel
        assert panel.visible
        (lease,) = [visit.lease for visit in seat.state.walk if visit.task.id == 2]
        task = seat.state.walk[0].task
        seat.app.work._put_now(TakenBack("none of this sitting", task, None))
        seat.app.work.redraw()
        await seat.settle()
        assert lease is not None and seat.front == "1.jpg"
        assert not panel.visible and not seat.app.work.key_layers
        await seat.press("n", "a")
        assert seat.front == "3.jpg"


async def test_b_sends_an_accepted_picture_back_and_backspace_takes_that_back(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("B")
        assert "has no verdict yet: x rejects it" in seat.text
        await seat.press("a", "p")
        assert "B  send back" in seat.text
        await seat.press("B")
        assert "1.jpg: sent back · backspace takes back" in seat.text
        assert seat.front == "2.jpg"
        await seat.press("backspace")
        assert seat.front == "1.jpg"
        await seat.press("B")
    assert [str(task.state) for task in tasks_of(folder)][:2] == ["rejected", "labelled"]
    async with sit(folder, "ann") as seat:
        assert seat.front == "1.jpg"
        assert "1 came back to you." in seat.text
