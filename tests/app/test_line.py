"""What a person is told of the line while they work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools.emulator.emulator import Emulator
from tests.app.test_terminal import Watched, command
from tests.terminal.fake import FakeTerminal

Fill = Callable[..., Path]


def test_figures_stand_on_a_page_and_not_in_the_status_line(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), delay=0.02) as t:
        trace.wait("shown", 1)
        t.wait_idle()
        assert trace.events("line")[-1]["rate"] > 0
        assert sum(e["bytes"] for e in trace.events("sent") if e["kind"] == "padding") > 0
        assert not re.search(r"\d [kM]?bit/s", t.text())
        mark = t.mark()
        t.wait_idle(3.0)
        assert t.bytes_since(mark) == b""
        t.press("f3")
        t.wait_for("scroll · esc closes")
        text = t.text()
        assert "Throughput" in text
        assert re.search(r"Rate +[\d.]+ [kM]bit/s", text)
        assert "kept by the terminal" in text
        assert re.search(r"Round trip +[\d.]+ ms", text)
        assert re.search(r"Encoding +png", text)
        assert re.search(r"Exact +yes", text)
        # A long path goes on in the next row.
        assert "libraries.log" in re.sub(r"\s+", "", text)
        t.press("escape")
        t.wait_until(lambda model: "Throughput" not in model.text())
        t.press("q")
        assert t.wait_exit() == 0


def test_the_theme_changes_while_a_page_is_read(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")

    def ground(model: Emulator) -> tuple[int, ...]:
        pixel = model.picture().convert("RGB").getpixel((300, 200))
        assert isinstance(pixel, tuple)
        return pixel

    with FakeTerminal(command(folder, "annotate", "ann", trace.path)) as t:
        trace.wait("shown", 1)
        t.press("f3")
        t.wait_for("Throughput")
        t.wait_idle()
        before = ground(t.model)
        t.press("f2")
        t.wait_until(lambda model: sum(ground(model)) > sum(before) + 300)
        assert "Throughput" in t.text()
        t.press("escape")
        t.wait_until(lambda model: "Throughput" not in model.text())
        t.press("q")
        assert t.wait_exit() == 0


def test_a_line_that_does_not_answer_is_said_to_be_away_until_it_does(fill: Fill, tmp_path: Path) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path)) as t:
        trace.wait("shown", 1)
        t.wait_idle()
        t.hold()
        t.press("n")
        t.wait_for("line away")
        t.release()
        t.wait_until(lambda model: "line away" not in model.text())
        trace.wait("shown", 2)
        t.press("q")
        assert t.wait_exit() == 0


@pytest.mark.parametrize("rate", [256_000])
def test_a_thin_line_is_said_to_be_slow(fill: Fill, tmp_path: Path, rate: int) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    line = [*command(folder, "annotate", "ann", trace.path), "--rate", str(rate)]
    with FakeTerminal(line) as t:
        trace.wait("shown", 1)
        t.wait_for("slow line")
        t.wait_idle()
        # What was said is not measured.
        assert [e for e in trace.events("sent") if e["kind"] == "padding"] == []
        t.press("q")
        assert t.wait_exit() == 0
