"""The program itself in a terminal: what is keyed is what is exported, and what is sent is no more than needed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.app.seen import alone
from tests.terminal.fake import ROOT, FakeTerminal
from tests.waiting import PATIENCE, wait_until
from tui.model.annotation import Annotation
from tui.sitting.sheet import LEAST_LOOK
from tui.store import open_queue

Fill = Callable[..., Path]


class Watched:
    """A trace that is read while the program writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def events(self, name: str) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [entry for entry in found if entry["event"] == name]

    def wait(self, name: str, count: int) -> None:
        wait_until(lambda: len(self.events(name)) >= count, lambda: f"{name}: {self.events(name)}")


def looked_at(seen: dict[str, Any]) -> None:
    """Until the sheet of this `shown` event has been there for long enough to be accepted."""
    wait_until(lambda: time.monotonic() > seen["t"] + LEAST_LOOK)


def command(folder: Path, work: str, who: str, trace: Path) -> list[str]:
    return ["-m", "tui", work, str(folder), "--as", who, "--trace", str(trace)]


def exported(folder: Path) -> list[dict[str, Any]]:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "export", str(folder), "--format", "jsonl"],
        capture_output=True, text=True, check=True, timeout=PATIENCE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return [json.loads(line) for line in ended.stdout.splitlines()]


def keyed(t: FakeTerminal, trace: Watched, *keys: str) -> None:
    """Each key after its picture was shown."""
    for n, key in enumerate(keys, 1):
        trace.wait("shown", n)
        t.press(*key.split(" "))
        trace.wait("decided", n)


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, None], ids=["answers", "mute"])
def test_what_is_keyed_is_what_is_exported(fill: Fill, tmp_path: Path, delay: float | None) -> None:
    folder = fill()
    first = Watched(tmp_path / "first.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", first.path), delay=delay) as t:
        keyed(t, first, "1", "2", "space", "1", "2")
        t.wait_for("4 labelled in this sitting, 1 skipped.")
        if delay is None:
            assert "terminal does not answer" in t.text()
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    second = Watched(tmp_path / "second.jsonl")
    with FakeTerminal(command(folder, "review", "rev", second.path), delay=delay) as t:
        keyed(t, second, "a", "x 1", "e 2", "x enter")
        t.wait_for("4 reviewed in this sitting")
        t.press("q")
        assert t.wait_exit() == 0
    members = ("status", "labels", "annotator", "reviewer", "verdict", "fixed", "reason")
    assert [tuple(task[name] for name in members) for task in exported(folder)] == [
        ("accepted", ["cat"], "ann", "rev", "accept", False, None),
        ("rejected", ["dog"], "ann", "rev", "reject", False, "wrong label"),
        ("skipped", [], "ann", None, None, False, None),
        ("accepted", ["dog"], "ann", "rev", "accept", True, None),
        ("rejected", ["dog"], "ann", "rev", "reject", False, None),
    ]


def test_a_key_before_the_fence_s_answer_decides_nothing(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), delay=0.1) as t:
        trace.wait("shown", 1)
        t.hold()
        t.press("1")
        t.wait_for("2.jpg")
        t.press("2")
        t.wait_for("Not yet")
        t.release()
        trace.wait("shown", 2)
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    assert [task["labels"] for task in exported(folder)] == [["cat"], [], [], [], []]
    assert [entry["task"] for entry in trace.events("refused")] == [2]


@pytest.mark.slow
def test_idle_is_silent_and_others_progress_costs_next_to_nothing(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path)) as t:
        trace.wait("shown", 1)
        t.wait_for(" 0 of ")
        t.wait_idle()
        mark, looks = t.mark(), len(trace.events("looked"))
        trace.wait("looked", looks + 1)
        t.wait_idle()
        assert t.bytes_since(mark) == b""
        queue = open_queue(folder)
        (lease,) = queue.claim("bob", 1, sitting="other")
        queue.submit(lease, Annotation(("cat",)), who="bob", seconds=1, request_id="b1")
        t.wait_for(" 1 of ")
        queue.close()
        assert 0 < len(t.bytes_since(mark)) <= 60, t.bytes_since(mark)
        t.press("q")
        assert t.wait_exit() == 0


@pytest.mark.parametrize("profile", ["kitty", "xtermjs", "sixel"])
def test_a_terminal_that_answers_late_shows_the_picture_in_front(
    fill: Fill, tmp_path: Path, profile: str
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    line = command(folder, "annotate", "ann", trace.path)
    with FakeTerminal(line, profile=profile, hold_when=lambda _: True) as t:
        trace.wait("shown", 1)
        t.press("n")
        t.release()
        t.wait_until(lambda model: alone(model, 2), what="the second picture")
        # Timers of the time before have rung.
        t.wait_idle()
        t.press("n")
        t.wait_until(lambda model: alone(model, 3), what="the third picture")
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


def test_a_small_terminal_waits_to_be_enlarged(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), size=(20, 5)) as t:
        t.wait_for("Too small: 20x5.")
        assert trace.events("shown") == []
        t.resize(120, 40)
        trace.wait("shown", 1)
        t.wait_for("1.jpg")
        t.press("q")
        assert t.wait_exit() == 0


def test_no_color_sends_no_colour(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), env={"NO_COLOR": "1"}) as t:
        trace.wait("shown", 1)
        t.wait_for(" 0 of ")
        t.press("?")
        t.wait_for("All keys and what they do")
        t.press("escape", "q")
        assert t.wait_exit() == 0
        sent = bytes(t.stream)
    # The probe before it asks with a colour.
    text = re.sub(rb"\x1b_G.*?\x1b\\", b"", sent[sent.index(b" 0 of ") :], flags=re.DOTALL)
    assert re.search(rb"\x1b\[[\d;]*m", text)
    assert not re.search(rb"\x1b\[[\d;]*[34]8;[25];", text)


def test_a_program_that_is_told_to_end_leaves_a_clean_terminal_and_gives_its_tasks_back(
    fill: Fill, tmp_path: Path
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path)) as t:
        keyed(t, trace, "1", "2")
        t.process.terminate()
        assert t.wait_exit() == 128 + 15
        assert t.model.unclean() == []
    queue = open_queue(folder)
    assert [lease.task.id for lease in queue.claim("bob", 2, sitting="other")] == [3, 4]
    assert [task.annotation.labels for task in queue.export()][:2] == [("cat",), ("dog",)]
    queue.close()
