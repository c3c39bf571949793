"""The whole program on a line with a delay: nothing becomes a label that nobody pressed for a picture they saw."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.terminal.fake import ROOT, FakeTerminal


@pytest.fixture
def pictures(project_folder: Path) -> Path:
    """The project with four pictures."""
    for number in range(1, 5):
        Image.new("RGB", (400, 300), (60 * number, 40, 200)).save(project_folder / f"{number}.png")
    run("add", str(project_folder), str(project_folder))
    return project_folder


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def labelled(project: Path) -> int:
    return int(json.loads(run("stats", str(project), "--json"))["labelled"])


@pytest.mark.parametrize(("profile", "delay"), [("kitty", 0.6), ("plain", 0.2)])
def test_no_phantom_labels(pictures: Path, profile: str, delay: float) -> None:
    with FakeTerminal(["-m", "tui", "annotate", str(pictures)], profile=profile, delay=delay) as t:
        t.wait_for("cat")
        # Until everything that was asked has been answered.
        t.wait_until(lambda model: "#1" in model.text() and not t.due)
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    assert labelled(pictures) == 0


def test_a_key_before_the_answer_to_the_pictures_fence_is_dropped(pictures: Path) -> None:
    command = ["-m", "tui", "annotate", str(pictures)]
    with FakeTerminal(command, delay=0.1, hold_when=lambda model: bool(model.screen.pictures.shown)) as t:
        t.wait_until(lambda model: model.screen.pictures.shown)
        # The picture is on the screen here, but the answer that says so is still under way.
        t.press("1")
        t.wait_for("Not yet")
        t.release()
        t.wait_until(lambda _: not t.due)
        t.press("1")
        t.wait_for("#2")
        t.press("q")
        assert t.wait_exit() == 0
    assert labelled(pictures) == 1


def test_sigterm_keeps_what_was_decided_and_leaves_a_clean_terminal(pictures: Path) -> None:
    with FakeTerminal(["-m", "tui", "annotate", str(pictures)]) as t:
        t.wait_until(lambda model: model.screen.pictures.shown and not t.due)
        t.press("1")
        t.wait_for("#2")
        t.process.send_signal(signal.SIGTERM)
        assert t.wait_exit() == 128 + signal.SIGTERM
        assert t.model.unclean() == []
    assert labelled(pictures) == 1
