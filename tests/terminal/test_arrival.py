"""From the command line to the window: what a person sees, and how often the terminal changes its screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.terminal.fake import FakeTerminal
from tests.terminal.test_line import run
from tui.terminal.arrival import Arrival, centred
from tui.terminal.detect import WindowSize

ALTERNATE, NORMAL = b"\x1b[?1049h", b"\x1b[?1049l"


def project(folder: Path) -> Path:
    folder.mkdir()
    text = 'format = 1\nkind = "classify"\n[[labels]]\nname = "one"\n[[labels]]\nname = "two"\n'
    (folder / "termlabel.toml").write_text(text, encoding="utf-8")
    pixels = np.random.default_rng(1).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "terrace.png")
    run("add", str(folder), str(folder / "terrace.png"))
    return folder


@pytest.mark.parametrize("profile", ["kitty", "sixel"])
def test_the_name_of_the_first_picture_is_there_before_the_window_and_stays_until_it(
    tmp_path: Path, profile: str
) -> None:
    with FakeTerminal(["-m", "tui", "annotate", str(project(tmp_path / "p"))], profile=profile) as t:
        t.wait_for(" 0 of ")
        t.press("q")
        assert t.wait_exit() == 0
        stream = bytes(t.stream)
        assert t.model.unclean() == []
    named, window = stream.index(b"loading terrace.png"), stream.index(b" 0 of ")
    assert named < window
    assert b"\x1b[2J" not in stream[named:window]
    assert (stream.count(ALTERNATE), stream.count(NORMAL)) == (1, 1)


def test_what_cannot_open_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    trace = tmp_path / "nowhere" / "trace.jsonl"
    command = ["-m", "tui", "annotate", str(folder), "--trace", str(trace)]
    with FakeTerminal(command, delay=0.3) as t:
        assert t.wait_exit() == 2
        assert t.model.unclean() == []
        # The line may be cut anywhere: its length is the folder's.
        assert "Nosuchfileordirectory" in "".join(t.model.text().split())
        # The answers to the questions are not typed into the shell.
        assert "OK" not in t.model.text()


def test_without_a_terminal_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.arrival.terminal_lines", lambda: None)
    monkeypatch.setattr("tui.terminal.probe.terminal_lines", lambda: None)
    with Arrival() as arrival:
        arrival.awaits("a.png")
        assert arrival.caps().answers is False
        assert arrival.hand_over() is False


def test_a_long_name_is_cut_to_the_width_and_nothing_of_it_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.arrival.window_size", lambda: WindowSize(10, 4))
    assert centred("loading a name") == "\x1b[3;1Hloading a "
    assert centred("a\x1b[31mb").count("\x1b") == 1
