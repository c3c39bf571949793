"""The program in a terminal while a picture is on its way: many keys at once, another size, a closed line, a stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.seen import alone
from tests.app.test_terminal import Watched, command, exported
from tests.terminal.fake import FakeTerminal
from tests.waiting import wait_until

Fill = Callable[..., Path]
PROFILES = ("kitty", "xtermjs", "iterm2", "sixel", "plain")
SIZES = ((90, 30), (120, 40), (70, 24), (100, 36))
pytestmark = pytest.mark.slow


def tasks(trace: Watched, name: str) -> list[int]:
    return [entry["task"] for entry in trace.events(name)]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_hundred_keys_at_once_decide_only_what_was_shown_and_a_closed_line_keeps_it(
    fill: Fill, tmp_path: Path, profile: str
) -> None:
    """It is closed while the next picture arrives."""
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile, delay=0.1) as t:
        trace.wait("shown", 1)
        t.type("12" * 50)
        trace.wait("refused", 99)
        trace.wait("shown", 2)
        assert tasks(trace, "decided") == [1]
        t.press("2")
        trace.wait("durable", 2)
        t.hang_up()
        assert t.wait_exit() == 128 + signal.SIGHUP
    assert tasks(trace, "decided") == [1, 2]
    assert [task["labels"] for task in exported(folder)] == [["cat"], ["dog"], [], [], []]


@pytest.mark.parametrize("profile", (*PROFILES, "konsole"))
def test_a_size_that_changes_while_a_picture_arrives(fill: Fill, tmp_path: Path, profile: str) -> None:
    """And one that is back before anybody looks."""
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile, delay=0.1) as t:
        trace.wait("shown", 1)
        t.wait_until(lambda model: alone(model, 1), what="the picture")
        for size in ((90, 30), (120, 40)):
            # What was cut off is gone.
            t.resize(*size)
        t.wait_until(lambda model: alone(model, 1), what="the picture again")
        t.wait_for("2   ■ dog")
        shown = len(trace.events("shown"))
        for turn, size in enumerate(SIZES, 1):
            t.press("n")
            t.resize(*size)
            trace.wait("shown", shown + turn)
        t.wait_until(
            lambda model: alone(model, len(SIZES) + 1), what="the last picture, and nothing of the others"
        )
        t.model.older_size_gone()
        t.press("p")
        trace.wait("shown", shown + len(SIZES) + 1)
        t.wait_until(lambda model: alone(model, len(SIZES)), what="the picture before")
        t.press("2")
        trace.wait("durable", 1)
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    assert [task["labels"] for task in exported(folder)] == [[], [], [], ["dog"], []]


@pytest.mark.parametrize("profile", PROFILES)
def test_keys_pressed_while_the_first_picture_is_loading_count_and_a_stop_costs_none_that_arrives(
    fill: Fill, tmp_path: Path, profile: str
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile, delay=0.1) as t:
        t.wait_for("loading 1.jpg")
        t.press("n", "n")
        t.wait_until(lambda model: alone(model, 3), what="the picture after the next")
        t.wait_for("3.jpg")
        wait_until(lambda: tasks(trace, "shown")[-1:] == [3])
        shown = len(trace.events("shown"))
        for turn, key in enumerate("nnp", 1):
            t.press(key)
            os.kill(t.process.pid, signal.SIGTSTP)
            # As a shell does.
            _, status = os.waitpid(t.process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            t.wait_until(lambda model: model.unclean() == [])
            os.kill(t.process.pid, signal.SIGCONT)
            trace.wait("shown", shown + turn)
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    assert tasks(trace, "shown")[shown:] == [4, 5, 4]
    assert not trace.events("lost") and not trace.events("decided")


def test_a_decision_pressed_while_the_first_picture_is_loading_is_refused_in_words(
    fill: Fill, tmp_path: Path
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), delay=0.1) as t:
        t.wait_for("loading 1.jpg")
        t.press("1")
        t.wait_for("was not shown when the key was pressed")
        trace.wait("shown", 1)
        t.press("?")
        t.wait_for("Now: ")
        t.press("q", "q")
        assert t.wait_exit() == 0
    assert not trace.events("decided")
