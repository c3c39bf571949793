"""Where something in between answers in the terminal's place, the line to the terminal is not measured, and that is said."""

from __future__ import annotations

import pytest

from tests.display.stage_host import AtOnce, FakeStageHost
from tui.display.jobs import SeenFence
from tui.display.protocols import StageSettings
from tui.imaging.decode_cache import DecodeCache
from tui.screens.line_page import line_page
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Job, Priority
from tui.widgets.canvas import Meter


@pytest.mark.parametrize(("by", "padded"), [("", True), ("tmux", False), ("mosh", False)])
def test_padding_goes_only_to_the_terminal_itself(
    by: str, padded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    caps = TerminalCaps(answers=True, tmux=by == "tmux", answered_by=by, round_trip=None if by else 0.01)
    channel = StageSettings(FakeStageHost("blocks"), caps, AtOnce(), DecodeCache()).channel(
        lambda number: f"<{number}>"
    )
    channel.submit(Job(SeenFence(1, 1), Priority.PICTURE, ("a picture",), exact=True))
    assert channel.next_part(0.0) is not None
    channel.answered(1, 0.02)
    channel.calm = True
    assert any(channel.pad(moment / 10) for moment in range(100)) == padded


def text_of(by: str) -> str:
    meter = Meter(rate=800e6, throughput=600e6, round_trip=0.0004)
    page = line_page(TerminalCaps(answers=True, answered_by=by), lambda: meter, exact=True)
    return "\n".join("".join(text for text, _ in row) for row in page(100, 40))


def test_the_page_about_the_line_says_what_its_figures_are_of() -> None:
    own, other = text_of(""), text_of("tmux")
    assert "800 Mbit/s: what the line carries" in own and "tmux" not in own
    assert "unknown (tmux answers in the terminal's place)" in other
    assert "600 Mbit/s and 0.4 ms to tmux, which is not the line" in other
    assert "what the line carries" not in other and "Round trip" not in other
