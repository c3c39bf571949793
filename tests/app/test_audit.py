"""The audit as a screen: the cursor over its numbers, and the pictures behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.app.conftest import Seat, Sit
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import NewTask
from tui.quality.audit import audit
from tui.screens.audit import AuditMode
from tui.store import open_queue

SAID = ["cat", "cat", "cat", "dog", "dog", "cat"]
VERDICTS = ["accept", "fix", "reject", "accept", "accept", "accept"]


def reviewed(folder: Path) -> Path:
    """Six images: five by ann and one by bob, one fixed from cat to dog, one rejected."""
    queue = open_queue(folder)
    queue.add([NewTask(f"{n}.jpg") for n in range(1, 7)], who="lead")
    for n, label in enumerate(SAID, 1):
        who = "bob" if n == 6 else "ann"
        (lease,) = queue.claim(who, sitting=who)
        queue.submit(lease, Annotation((label,)), who=who, seconds=2.0, request_id=f"l{n}")
    for n, verdict in enumerate(VERDICTS, 1):
        (lease,) = queue.claim("rev", sitting="rev", work="review")
        queue.review(
            lease,
            Verdict.REJECT if verdict == "reject" else Verdict.ACCEPT,
            reason="other" if verdict == "reject" else "",
            annotation=Annotation(("dog",)) if verdict == "fix" else None,
            who="rev",
            seconds=1,
            request_id=f"r{n}",
        )
    queue.close()
    return folder


def tables(folder: Path) -> Any:
    queue = open_queue(folder)
    try:
        return audit(queue.tallies(), ("cat", "dog"))
    finally:
        queue.close()


def pictures(seat: Seat) -> list[str]:
    mode = seat.app.work.mode
    assert isinstance(mode, AuditMode)
    return [Path(task.path).stem for task in mode.state.page]


async def opened(seat: Seat, *names: str) -> None:
    await seat.key("enter")
    await seat.until(lambda: pictures(seat) == list(names))
    await seat.until(lambda: bool(seat.state.sitting.seen))


async def test_bars_the_matrix_and_the_pictures_behind_a_cell(project_folder: Path, sit: Sit) -> None:
    folder = reviewed(project_folder)
    async with sit(folder, "lead", audit=tables(folder)) as seat:
        await seat.until(lambda: "agreement" in seat.text)
        for word in ("Annotators", "ann", "bob", "█", "▓", "░", "60 % (23–88) of 5", "other 1", "said ↓"):
            assert word in seat.text, seat.text
        assert "66.7 % agreement" in seat.text and "Cohen's kappa 0.62" in seat.text
        assert "left out: 1 rejected" in seat.text
        assert "rev" in seat.text and "4 accepted, 1 fixed, 1 rejected" in seat.text
        await opened(seat, "1", "2", "3", "4", "5")
        assert "reviewed work of ann: 1 of 5" in seat.text
        await seat.key("right")
        assert "dog  labelled by ann, fixed by rev" in seat.text
        await seat.key("enter")
        await seat.until(lambda: "before: fixed by rev, it was cat" in seat.text)
        await seat.key("escape", "escape")
        await seat.until(lambda: "Annotators" in seat.text)
        await seat.key("down", "down", "down", "down", "right")
        await opened(seat, "2")
        assert "said cat, accepted as dog: 1 of 1" in seat.text
        await seat.key("escape", "left")
        await opened(seat, "1", "6")
        await seat.key("escape", "down")
        await seat.key("enter")
        assert "Nothing lies behind this number." in seat.text
        await seat.key("q")
        assert seat.state.sitting.over


async def test_numbers_that_no_longer_stand_are_told(project_folder: Path, sit: Sit) -> None:
    folder = reviewed(project_folder)
    async with sit(folder, "lead", audit=tables(folder)) as seat:
        queue = open_queue(folder)
        for n in range(5):
            queue.undo("rev", request_id=f"u{n}")
        queue.close()
        await seat.key("down", "down", "down", "down", "right", "enter")
        await seat.until(lambda: "nothing of it stands any more" in seat.text)


async def test_little_to_show_and_little_room(project_folder: Path, sit: Sit) -> None:
    async with sit(project_folder, "lead", audit=tables(project_folder), size=(60, 16)) as seat:
        await seat.until(lambda: "Nobody has labelled anything yet." in seat.text)
        await seat.key("enter", "down", "right", "escape")
        await seat.until(lambda: "Nobody has labelled anything yet." in seat.text)
    folder = reviewed(project_folder)
    async with sit(folder, "lead", audit=tables(folder), size=(60, 16)) as seat:
        await seat.key(*["down"] * 9)
        assert "dog" in seat.text and "agreement" in seat.text
        await seat.key(*["up"] * 9)
        await opened(seat, "1", "2", "3", "4", "5")
        await seat.pilot.resize_terminal(120, 40)
        await seat.until(lambda: seat.canvas.size.width == 120)
        assert pictures(seat) == ["1", "2", "3", "4", "5"]


async def test_strange_names_and_many_labels_fit(project_folder: Path, sit: Sit) -> None:
    names = [f"label \x1b[31m {n} \u202e" for n in range(30)]
    tallies = {("pair", a, b): 1.0 for a in names for b in names}
    tallies |= {("reviewer", "rev", "accept"): 30.0, ("reviewer", "rev", "fix"): 870.0}
    tallies |= {("review", "a\x1b]0;x\x07", "accept"): 3.0, ("seconds", "a\x1b]0;x\x07", "10"): 3.0}
    async with sit(project_folder, "lead", audit=audit(tallies)) as seat:
        await seat.key("down", *["right"] * 29, *["down"] * 40)
        assert "\x1b" not in seat.text and "\u202e" not in seat.text
        assert "kappa 0.00" in seat.text


async def test_a_picture_behind_a_number_goes_back_to_its_annotator(project_folder: Path, sit: Sit) -> None:
    folder = reviewed(project_folder)
    async with sit(folder, "lead", audit=tables(folder)) as seat:
        await seat.key("B")
        assert "Open the pictures behind a number first" in seat.text
        await opened(seat, "1", "2", "3", "4", "5")
        await seat.key("u")
        assert "Nothing was sent back here" in seat.text
        await seat.key("B")
        await seat.until(lambda: "1.jpg: sent back · backspace takes back" in seat.text)
        await seat.key("right", "left")
        assert "labelled by ann, sent back" in seat.text
        await seat.key("right", "right", "B")
        assert "This picture was rejected, or sent back already" in seat.text
        await seat.key("backspace")
        await seat.until(lambda: "↶ 1.jpg: taken back" in seat.text)
        await seat.key("left", "B")
        await seat.until(lambda: "2.jpg: sent back" in seat.text)
        await seat.key("q")
        assert seat.state.sitting.over
    queue = open_queue(folder)
    states = [str(task.state) for task in queue.export()]
    queue.close()
    assert states == ["accepted", "rejected", "rejected", "accepted", "accepted", "accepted"]
