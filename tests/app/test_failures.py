"""What the person sees when the queue does not take a decision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Sit
from tests.waiting import PATIENCE
from tui.model.annotation import Annotation
from tui.model.task import Lease, NewTask, Task
from tui.screens import work as work_screen
from tui.store import open_queue
from tui.store.base import AnnotationQueue, StorageFull

Fill = Callable[..., Path]


class Failing:
    """A queue whose disk is full while `full`, or that takes its time while `slow` (to save) or `found` (to claim) is
    not set."""

    def __init__(self, queue: AnnotationQueue) -> None:
        self._queue = queue
        self.full = False
        self.fault: Exception | None = None
        self.slow = threading.Event()
        self.slow.set()
        self.found = threading.Event()
        self.found.set()
        self.requests: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def claim(self, *args: Any, **rest: Any) -> list[Lease]:
        assert self.found.wait(PATIENCE)
        return self._queue.claim(*args, **rest)

    def submit(self, lease: Lease, annotation: Annotation, **rest: Any) -> Task:
        assert self.slow.wait(PATIENCE)
        self.requests.append(rest["request_id"])
        if self.fault is not None:
            raise self.fault
        if self.full:
            raise StorageFull("The disk is full.")
        return self._queue.submit(lease, annotation, **rest)


def wrapped() -> tuple[list[Failing], Callable[[AnnotationQueue], Any]]:
    made: list[Failing] = []

    def wrap(queue: AnnotationQueue) -> Any:
        made.append(Failing(queue))
        return made[0]

    return made, wrap


async def test_a_full_disk_stops_the_walk_and_enter_saves_all_of_it(fill: Fill, sit: Sit) -> None:
    folder, (made, wrap) = fill(), wrapped()
    async with sit(folder, wrap=wrap) as seat:
        queue = made[0]
        queue.slow.clear()
        await seat.key("1")
        await seat.until(lambda: seat.state.sitting.seen and seat.front == "2.jpg")
        await seat.key("2")
        await seat.until(lambda: seat.front == "3.jpg")
        assert "saving 2" in seat.text and "  0 of " in seat.text
        queue.full = True
        queue.slow.set()
        await seat.until(lambda: len(seat.state.failures) == 2)
        assert seat.front == "1.jpg"
        assert "Not saved: The disk is full. enter tries again" in seat.text
        await seat.press("2", "q")
        assert (seat.front, seat.state.sitting.over) == ("1.jpg", False)
        assert "  0 of " in seat.text
        await seat.key("enter")
        await seat.until(lambda: len(queue.requests) == 4 and not seat.state.sitting.pending)
        assert seat.front == "1.jpg"
        queue.full = False
        await seat.press("enter")
        await seat.until(lambda: seat.front == "3.jpg")
        assert "Saved." in seat.text and "  2 of " in seat.text
        assert queue.requests == queue.requests[:2] * 3
    store = open_queue(folder, readonly=True)
    assert [task.annotation.labels for task in store.export()][:3] == [("cat",), ("dog",), ()]
    store.close()


async def test_escape_gives_the_decision_up(fill: Fill, sit: Sit) -> None:
    folder, (made, wrap) = fill(), wrapped()
    async with sit(folder, wrap=wrap) as seat:
        made[0].full = True
        await seat.key("1")
        await seat.until(lambda: bool(seat.state.failures))
        made[0].full = False
        await seat.press("escape", "2")
        assert seat.front == "2.jpg"
    store = open_queue(folder, readonly=True)
    assert store.get(1).annotation.labels == ("dog",)
    store.close()


async def test_only_a_long_wait_for_a_picture_is_told(
    fill: Fill, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_screen, "SHORT_WAIT", 60.0)
    folder, (made, wrap) = fill(), wrapped()
    async with sit(folder, wrap=wrap) as seat:
        made[0].found.clear()
        while seat.state.visit is not None:
            await seat.key("1")
            await seat.until(lambda: seat.state.visit is None or seat.state.sitting.seen)
        await seat.processed()
        assert "Fetching" not in seat.text
        seat.app.work._wait_is_long()
        await seat.until(lambda: "Fetching the next picture" in seat.text)
        made[0].found.set()
        await seat.until(lambda: "Fetching" not in seat.text)


async def test_quitting_waits_and_says_for_what(fill: Fill, sit: Sit) -> None:
    folder, (made, wrap) = fill(), wrapped()
    async with sit(folder, wrap=wrap) as seat:
        made[0].slow.clear()
        await seat.key("1", "q")
        await seat.until(lambda: "Waiting until 1 decision is safe, then it ends." in seat.text)
        assert not seat.state.sitting.over
        made[0].slow.set()
        await seat.until(lambda: seat.state.sitting.over)


async def test_another_s_decision_meanwhile_shows_both_versions(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1", "p")
        queue = open_queue(folder)
        queue.revise(1, 1, Annotation(("dog",)), who="ann", seconds=1, request_id="elsewhere")
        queue.close()
        await seat.press("1")
        await seat.until(lambda: bool(seat.state.failures))
        assert "Yours: cat. Now it is: dog (labelled, ann)." in seat.text
        await seat.press("escape")
        assert not seat.state.failures
    store = open_queue(folder, readonly=True)
    assert store.get(1).annotation.labels == ("dog",)
    store.close()


async def test_others_progress_reaches_the_status_line_and_the_closing_page(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, adding=lambda stopped: None) as seat:
        await seat.press("1", "1", "1", "1", "1")
        assert seat.front is None
        queue = open_queue(folder)
        queue.add([NewTask("late.jpg")], who="lead")
        queue.close()
        seat.app.work.watcher.look()
        await seat.until(lambda: seat.front == "late.jpg")


async def test_a_fault_of_the_queue_is_told_and_does_not_end_the_clerk(fill: Fill, sit: Sit) -> None:
    folder, (made, wrap) = fill(), wrapped()
    async with sit(folder, wrap=wrap) as seat:
        queue = made[0]
        queue.fault = ZeroDivisionError("by nothing")
        await seat.press("1")
        assert "ZeroDivisionError: by nothing" in seat.text
        queue.fault = None
        await seat.press("enter")
        assert "  1 of " in seat.text
