"""The watcher's threads end quietly, whatever happens in them: their errors would be printed over the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from tests.waiting import PATIENCE, wait_until
from tui.sitting.inputs import MoreTasks, ProjectChanged, Totals
from tui.store.base import QueueBusy
from tui.work.watcher import Watcher


@pytest.fixture
def died(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """What threads died of."""
    found: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: found.append(args.exc_value))
    return found


@pytest.mark.parametrize("error", [QueueBusy("Others write."), RuntimeError("whatever")])
def test_when_all_pictures_are_added_that_is_told_although_nothing_can_be_counted(
    error: Exception, died: list[BaseException | None]
) -> None:
    def busy() -> Totals:
        raise error

    told = SimpleQueue[MoreTasks | ProjectChanged]()
    watcher = Watcher(busy, told.put, lambda text: None, lambda stop: None)
    watcher.start()
    assert told.get(timeout=PATIENCE) == MoreTasks(None)
    watcher.stop()
    assert died == []


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ValueError("whatever")])
def test_why_pictures_were_not_added_is_told(error: Exception, died: list[BaseException | None]) -> None:
    def adding(stopped: Callable[[], bool]) -> None:
        raise error

    told: list[str] = []
    watcher = Watcher(Totals, lambda more: None, told.append, adding)
    watcher.start()
    wait_until(lambda: not watcher.adding)
    watcher.stop()
    assert died == []
    (text,) = told
    assert text.startswith("Not all pictures were added: ")


def test_a_look_that_fails_is_passed_over_and_the_next_one_tells() -> None:
    answers: Iterator[Exception | Totals] = iter(
        [RuntimeError("whatever"), QueueBusy("Others write."), Totals(1, 2)]
    )

    def totals() -> Totals:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    told: list[MoreTasks | ProjectChanged] = []
    watcher = Watcher(totals, told.append, lambda text: None)
    for _ in range(3):
        watcher.look()
    assert told == [MoreTasks(Totals(1, 2))]


def test_a_file_that_changed_is_told_once_for_each_change() -> None:
    contents = iter([None, ("a.toml", b"1"), ("a.toml", b"1"), ("a.toml", b"2"), None, None])
    told: list[MoreTasks | ProjectChanged] = []
    watcher = Watcher(Totals, told.append, lambda text: None, differs=lambda: next(contents))
    for _ in range(6):
        watcher.look()
    files = [each.file for each in told if isinstance(each, ProjectChanged)]
    assert files == ["a.toml", "a.toml", ""]
