"""Whole passes of a reviewer on contact sheets, by keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Seat, Sit
from tests.app.test_review import BLIND, labelled, tasks_of
from tui.config import load_project
from tui.imaging.sheet import Sheet
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import NewTask, State
from tui.quality.sampling import Sample
from tui.store import open_queue

Fill = Callable[..., Path]
Pile = Callable[..., Path]


@pytest.fixture
def pile(project_folder: Path) -> Iterator[Pile]:
    """A project of so many images, labelled by people in turn with labels in turn."""

    def make(count: int = 30, people: tuple[str, ...] = ("ann",), labels: tuple[str, ...] = ("cat",)) -> Path:
        queue = open_queue(project_folder)
        queue.add([NewTask(f"{n}.jpg") for n in range(1, count + 1)], who="lead")
        for n in range(count):
            who, label = people[n % len(people)], labels[n % len(labels)]
            (lease,) = queue.claim(who, sitting=who)
            queue.submit(lease, Annotation((label,)), who=who, seconds=2.0, request_id=f"made {n}")
        queue.close()
        return project_folder

    yield make


def states(folder: Path) -> str:
    """One letter for each task in ascending id: l(abelled), a(ccepted), r(ejected), t(odo)."""
    return "".join(str(task.state)[0] for task in tasks_of(folder))


async def begun(seat: Seat) -> None:
    """Once a sheet is in front."""
    await seat.until(lambda: "This pass" in seat.text)
    await seat.settle()


# 120 x 41 cells leave a canvas of 120 x 36: sheets of up to 7 x 4.
LARGE = (120, 41)


async def test_a_whole_pass_plan_marks_reasons_and_the_closing_page(pile: Pile, sit: Sit) -> None:
    folder = pile(30)
    async with sit(folder, "rev", work="review", sheet=True, size=LARGE) as seat:
        await seat.until(lambda: "This pass" in seat.text)
        assert "30 of 30 labelled images, by label: cat 30; suspicious first." in seat.text
        await seat.settle()
        assert len(seat.cards) == 28
        assert "cat? · 28 pictures · by ann" in seat.text
        await seat.press("b", "c")
        assert "28 pictures · by ann · 2 taken out" in seat.text
        assert "WHY?  c  1 wrong label" in seat.text and "no reason" in seat.text
        await seat.press("1", "right", "down", "space")
        await seat.press("x")
        assert "WHY?  1 wrong label" in seat.text and "no reason" in seat.text
        await seat.press("1")
        assert seat.captions[:4] == ["a", "b ✗ wrong label", "c ✗ wrong label", "d"]
        assert seat.captions[10] == "▸l ✗ wrong lab…"
        await seat.press("R")
        assert "✓ 25 accepted, 3 rejected · backspace takes all of it back" in seat.text
        assert seat.cards == ["29", "30"]
        await seat.press("R")
        assert "27 accepted in this sitting, 3 rejected." in seat.text
        assert "30 reviewed, 0 left" in seat.text
        await seat.press("R", "x", "b", "1", "space", "right", "enter")
        assert "27 accepted in this sitting" in seat.text
        await seat.press("q")
    found = tasks_of(folder)
    assert {t.id: t.reason for t in found if t.state is State.REJECTED} == {
        2: "wrong label",
        3: "wrong label",
        11: "wrong label",
    }
    assert {t.reviewer for t in found} == {"rev"}


async def test_reasons_one_by_one_and_in_words(pile: Pile, sit: Sit) -> None:
    folder = pile(6)
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        await seat.press("x", "2", "right", "x", "9")
        assert "There is no reason 9; 5 is the last." in seat.said
        await seat.press("slash")
        await seat.type("it is R x")
        await seat.press("enter", "right", "x", "enter")
        await seat.press("right", "x", "escape", "R")
        await seat.press("q")
    found = [(t.reason, t.comment) for t in tasks_of(folder) if t.state is State.REJECTED]
    assert found == [("not tight", None), (None, "it is R x"), (None, None)]
    assert states(folder) == "rrraaa"


async def test_an_undo_takes_back_the_whole_sheet_also_one_of_an_earlier_sitting(
    pile: Pile, sit: Sit
) -> None:
    folder = pile(34)
    before = tasks_of(folder)
    async with sit(folder, "rev", work="review", sheet=True, size=LARGE) as seat:
        await begun(seat)
        first = seat.cards
        await seat.press("space", "R")
        assert states(folder) == "r" + "a" * 27 + "l" * 6
        await seat.press("backspace")
        assert "taken back" in seat.said
        assert seat.cards == first
        assert seat.sheet.cards[0].marked, "its marks come back with it"
        assert states(folder) == "l" * 34
        assert [(t.annotation, t.reviewer, t.verdict, t.reason) for t in tasks_of(folder)] == [
            (t.annotation, t.reviewer, t.verdict, t.reason) for t in before
        ]
        await seat.until(lambda: all(card.lease is not None for card in seat.sheet.cards))
        await seat.press("R", "q")
    assert states(folder) == "r" + "a" * 27 + "l" * 6
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        await seat.press("backspace", "q")
    assert states(folder) == "l" * 34


async def test_each_sheet_lies_on_the_surface_of_the_theme(pile: Pile, sit: Sit) -> None:
    dark, light = (28, 28, 28), (238, 238, 238)
    async with sit(pile(60), "rev", work="review", sheet=True) as seat:
        await begun(seat)

        def ground() -> object:
            picture = seat.canvas.picture
            return (
                picture.source.ground if picture is not None and isinstance(picture.source, Sheet) else None
            )

        assert ground() == dark
        await seat.press("f2")
        assert ("lie on", light) in seat.canvas.calls
        await seat.press("R")
        assert ground() == light
        await seat.press("f2", "R")
        assert ground() == dark
        await seat.press("q")


async def test_enlarge_move_and_come_back(pile: Pile, sit: Sit) -> None:
    folder = pile(8)
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        await seat.press("right", "z")
        assert seat.canvas.picture is not None and seat.canvas.picture.source == folder / "2.jpg"
        assert "b 2.jpg · cat? · 2 of 8 · by ann" in seat.text
        await seat.press("R")
        assert "z shows the sheet" in seat.text
        await seat.press("right", "space", "1")
        assert seat.canvas.picture.source == folder / "3.jpg"
        assert "c 3.jpg · cat? · 3 of 8 · by ann · taken out: wrong label" in seat.text
        await seat.press("z")
        assert seat.cards == [str(n) for n in range(1, 9)]
        await seat.press("R", "q")
    assert states(folder) == "aaraaaaa"


async def test_v_goes_to_single_pictures_and_back_along_the_same_plan(pile: Pile, sit: Sit) -> None:
    folder = pile(40)
    async with sit(
        folder, "rev", work="review", sheet=True, size=LARGE, sample=Sample(number=31), seed=3
    ) as seat:
        await seat.until(lambda: "31 of 40 labelled images (31, seed 3)" in seat.text)
        await begun(seat)
        first = seat.cards
        await seat.press("R")
        rest = seat.cards
        assert (len(first), len(rest)) == (28, 3)
        await seat.key("v")
        await seat.until(lambda: hasattr(seat.state, "visit") and seat.state.visit is not None)
        assert Path(seat.state.visit.task.path).stem == rest[0]
        await seat.press("a")
        await seat.key("v")
        await seat.until(lambda: not hasattr(seat.state, "visit") and bool(seat.sheet.cards))
        assert seat.cards == rest[1:]
        await seat.settle()
        await seat.press("R", "q")
    assert states(folder).count("a") == 31


async def test_a_smaller_terminal_gives_a_smaller_sheet_and_a_tiny_one_a_sentence(
    pile: Pile, sit: Sit
) -> None:
    folder = pile(40)
    async with sit(folder, "rev", work="review", sheet=True, size=LARGE) as seat:
        await begun(seat)
        assert len(seat.cards) == 28
        await seat.pilot.resize_terminal(60, 16)
        await seat.until(lambda: len(seat.cards) == 6)
        await seat.settle()
        await seat.press("R")
        assert states(folder) == "a" * 6 + "l" * 34, "only what was shown"
        await seat.pilot.resize_terminal(40, 10)
        await seat.until(lambda: "Too small: 40x10. Enlarge to 56x14" in seat.text)
        await seat.key("R", "space", "x")
        assert states(folder) == "a" * 6 + "l" * 34
        await seat.pilot.resize_terminal(120, 40)
        await seat.until(lambda: "Too small" not in seat.text)
        await seat.settle()
        await seat.press("R", "q")
    assert states(folder).startswith("a" * 12)


async def test_names_are_hidden_from_a_blind_reviewer_on_sheets_too(fill: Fill, sit: Sit) -> None:
    folder = labelled(fill(BLIND), "annegret")
    queue = open_queue(folder)
    (lease,) = queue.claim("rudolf", sitting="r", work="review")
    queue.review(lease, Verdict.REJECT, reason="other", who="rudolf", seconds=1, request_id="no")
    (lease,) = queue.claim("annegret", sitting="s")
    queue.submit(lease, Annotation(("cat",)), who="annegret", seconds=1, request_id="again")
    queue.close()
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        seen = [seat.text, *seat.captions]
        await seat.press("space", "x", "1", "z")
        await seat.until(lambda: "before: rejected" in seat.text)
        seen += [seat.text, *seat.captions]
        await seat.press("z")
        await seat.key("v")
        await seat.until(lambda: "before: rejected" in seat.text)
        seen.append(seat.text)
        await seat.press("a", "p")
        seen.append(seat.text)
    assert not re.search("annegret|rudolf", "\n".join(seen))


async def test_own_work_is_never_on_a_sheet(pile: Pile, sit: Sit) -> None:
    folder = pile(10, people=("ann", "rev"))
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await seat.until(lambda: "5 of 5 labelled images" in seat.text)
        await seat.settle()
        assert seat.cards == ["1", "3", "5", "7", "9"]
        await seat.press("R")
        assert "5 accepted in this sitting" in seat.text
        await seat.press("q")
    assert states(folder) == "al" * 5


async def test_two_reviewers_at_once_never_hold_the_same_task(pile: Pile, sit: Sit) -> None:
    folder = pile(60)
    async with (
        sit(folder, "rev", work="review", sheet=True, size=(60, 24)) as one,
        sit(folder, "sue", work="review", sheet=True, size=(60, 24)) as two,
    ):
        for seat in (one, two):
            await begun(seat)
        for _ in range(3):
            held = [
                {c.task.id for c in seat.sheet.cards} | {x.task.id for x in seat.sheet.sitting.ahead}
                for seat in (one, two)
            ]
            assert held[0] and held[1]
            assert not held[0] & held[1]
            await one.press("R")
            await two.press("R")
        await one.press("q")
        await two.press("q")
    reviewers = [task.reviewer for task in tasks_of(folder) if task.reviewer]
    assert reviewers.count("rev") == reviewers.count("sue") == 18


async def test_a_label_that_changed_meanwhile_is_refused_with_both_versions_shown(
    pile: Pile, sit: Sit
) -> None:
    folder = pile(5)
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        queue = open_queue(folder)
        seen = queue.get(2)
        queue.revise(2, seen.rev, Annotation(("dog",)), who="ann", seconds=1, request_id="oh")
        queue.close()
        await seat.press("R")
        assert "You had seen: cat. Now it is: dog." in seat.said
        await seat.press("q")
    assert states(folder) == "alaaa"


# What a rejection brings about.


@pytest.mark.parametrize(
    ("policy", "ann", "bob"),
    [("annotator", "1 came back to you.", ""), ("anyone", "1 came back", "1 came back"), ("drop", "", "")],
)
async def test_what_is_rejected_goes_where_the_project_says(
    pile: Pile, sit: Sit, policy: str, ann: str, bob: str
) -> None:
    folder = pile(4)
    text = (folder / "termlabel.toml").read_text()
    (folder / "termlabel.toml").write_text(text.replace("format = 1", f'format = 1\non_reject = "{policy}"'))
    assert load_project(folder).on_reject == policy
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        await seat.press("space", "x", "1", "R", "q")
    for who, says in (("bob", bob), ("ann", ann)):
        async with sit(folder, who) as seat:
            assert (seat.front == "1.jpg") == bool(says), (who, seat.text)
            if says:
                for word in ("↩ Came back", "wrong label", "says rev"):
                    assert word in seat.text
            else:
                assert "Came back" not in seat.text
            await seat.press("q")


async def test_three_come_back_are_corrected_and_the_second_look_shows_both(pile: Pile, sit: Sit) -> None:
    folder = pile(8)
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await begun(seat)
        await seat.press("b", "d", "e", "x", "1", "R", "q")
    async with sit(folder, "ann") as seat:
        assert "3 came back to you." in seat.text
        assert seat.front == "2.jpg"
        await seat.press("2", "2", "2", "q")
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await seat.until(lambda: "3 of 3 labelled images, by label: dog 3" in seat.text)
        await seat.settle()
        assert seat.cards == ["2", "4", "5"]
        await seat.press("z")
        await seat.until(lambda: "before: rejected by rev, it was cat (wrong label)" in seat.text)
        await seat.press("z")
        await seat.key("v")
        await seat.until(lambda: "before: rejected by rev" in seat.text)
        assert "it was cat" in seat.text
        await seat.press("a", "q")
    assert states(folder) == "aaallaaa"
    assert [task.annotation.labels for task in tasks_of(folder)][1] == ("dog",)


async def test_a_mark_is_told_on_the_single_picture_and_is_there_on_the_sheet_again(
    pile: Pile, sit: Sit
) -> None:
    async with sit(pile(6), "rev", work="review", size=LARGE) as seat:
        await seat.until(lambda: hasattr(seat.state, "visit") and seat.state.visit is not None)
        await seat.settle()
        await seat.key("v")
        await begun(seat)
        first = seat.cards
        await seat.press("b", "1")
        await seat.key("v")
        await seat.until(lambda: hasattr(seat.state, "visit") and seat.state.visit is not None)
        await seat.settle()
        assert Path(seat.state.visit.task.path).stem == first[1]
        assert "taken out" in seat.text
        await seat.key("v")
        await seat.until(lambda: not hasattr(seat.state, "visit") and bool(seat.sheet.cards))
        assert sorted(seat.cards) == sorted(first)
        await seat.settle()
        assert "1 taken out" in seat.text
        await seat.press("R", "q")
