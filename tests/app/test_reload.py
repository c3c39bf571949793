"""The project file changes while somebody is at work, and is read again by a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.app.conftest import Seat, Sit
from tui.config import load_project
from tui.model.amendment import Renamed
from tui.project_edit import change, planned
from tui.store import open_queue

Fill = Callable[[str], Path]
LABELS = '[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'
BIRD = '[[labels]]\nname = "bird"\nkey = "v"\n'


def write(folder: Path, text: str) -> None:
    (folder / "termlabel.toml").write_text(f"format = 1\n{text}", encoding="utf-8")


async def told(seat: Seat) -> None:
    """What the watcher does every few seconds."""
    await asyncio.to_thread(seat.app.work.watcher.look)
    await seat.processed()


async def test_a_changed_file_is_told_and_its_new_label_decides_the_same_picture(
    fill: Fill, sit: Sit
) -> None:
    folder = fill(LABELS)
    async with sit(folder) as seat:
        await seat.press("1")
        assert seat.front == "2.jpg"
        before = seat.text
        write(folder, f"{LABELS}nonsense = 1\n")
        await told(seat)
        assert seat.text == before
        await seat.press("f")
        assert "! termlabel.toml has changed: ctrl+r reads it again · 2.jpg: flagged" in seat.text
        work = seat.app.work
        await seat.press("ctrl+r")
        assert seat.said.startswith("termlabel.toml, line 6: ") and "nonsense" in seat.said
        assert seat.app.work is work and seat.front == "2.jpg"
        write(folder, LABELS + BIRD)
        await seat.press("ctrl+r")
        await seat.until(lambda: seat.app.work is not work and seat.front == "2.jpg")
        await seat.settle()
        assert "✓ The project was read again; new: bird." in seat.text
        await seat.press("v")
        assert seat.said == "2.jpg: bird · {work.undo} takes back"
        await seat.press("ctrl+r")
        assert seat.said == "termlabel.toml is as it was read."
        assert seat.state.sitting.account.counts["labelled"] == 2
    queue = open_queue(folder, readonly=True)
    assert [queue.get(n).annotation.labels for n in (1, 2)] == [("cat",), ("bird",)]
    assert queue.get(2).flagged
    queue.close()


async def test_a_person_who_is_no_longer_among_the_people_goes_on_as_before(fill: Fill, sit: Sit) -> None:
    folder = fill(LABELS)
    async with sit(folder) as seat:
        work = seat.app.work
        write(folder, f'people = ["bob"]\n{LABELS}')
        await seat.press("f5")
        assert seat.said == "ann is not among the people of this project: bob."
        assert seat.app.work is work


async def test_a_draft_and_the_order_stay_and_sheets_begin_anew(fill: Fill, sit: Sit) -> None:
    folder = fill(f'kind = "tags"\n{LABELS}')
    async with sit(folder, order="random", seed=3) as seat:
        await seat.press("n", "2")
        front, work = seat.front, seat.app.work
        write(folder, f'kind = "tags"\n{LABELS}{BIRD}')
        await seat.press("ctrl+r")
        await seat.until(lambda: seat.app.work is not work and seat.front == front)
        await seat.settle()
        assert seat.state.visit is not None and seat.state.visit.annotation.labels == ("dog",)
        await seat.press("enter")
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        work, cards = seat.app.work, seat.cards
        assert len(cards) == 1
        write(folder, f'kind = "tags"\nreasons = ["blurred"]\n{LABELS}{BIRD}')
        await seat.press("ctrl+r")
        await seat.until(lambda: seat.app.work is not work and bool(seat.sheet.cards))
        assert seat.cards == cards and seat.sheet.rules.reasons == ("blurred",)


async def test_labels_that_get_other_names_meanwhile_stop_nobody(fill: Fill, sit: Sit) -> None:
    folder = fill(f'kind = "tags"\n{LABELS}')
    async with sit(folder) as seat:
        await seat.press("1", "enter", "1")
        work = seat.app.work
        lead = open_queue(folder)
        renamed = Renamed({"cat": "kitty"})
        change(folder, planned(load_project(folder).labels, renamed.labels, {}))
        lead.say_names(renamed, who="lead", stroke="s")
        lead.amend([(n, renamed) for n in lead.naming(["cat"])], who="lead", stroke="s")
        await told(seat)
        await seat.press("enter", "2", "n")
        await seat.press("backspace")
        await seat.until(lambda: seat.front == "2.jpg")
        await seat.press("1", "enter", "1")
        front = seat.front
        await seat.press("ctrl+r")
        await seat.until(lambda: seat.app.work is not work and seat.front == front)
        await seat.settle()
        assert seat.said == "3.jpg: kitty, dog, kept as a draft"
        await seat.press("enter")
        await seat.settle()
        said = [lead.get(n).annotation.labels for n in (1, 2, 3)]
        assert said == [("kitty",), ("kitty",), ("kitty", "dog")]
        lead.close()
