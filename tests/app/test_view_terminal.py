"""The view panel in emulated terminals: what it shows, and what it costs on the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.app.conftest import colour_of
from tests.app.test_terminal import Watched, command
from tests.terminal.fake import FakeTerminal
from tui.store import open_queue

Fill = Callable[..., Path]
PROFILES = ("kitty", "iterm2", "sixel", "plain")


def of_text(trace: Watched, t: FakeTerminal, mark: int, before: int) -> int:
    """Bytes since then that are neither pictures nor fences, placements or the line's measuring."""
    others = sum(int(entry["bytes"]) for entry in trace.events("sent")[before:])
    return len(t.bytes_since(mark)) - others


def has_colour(t: FakeTerminal, colour: tuple[int, int, int]) -> bool:
    """Whether much of the screen has about this colour."""
    pixels = np.asarray(t.model.picture(), np.int16)
    return bool(np.sum(np.abs(pixels - colour).max(axis=2) < 24) > 50_000)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_panel_changes_the_picture_and_the_next_and_costs_a_preview(
    fill: Fill, tmp_path: Path, profile: str
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    first, second = (
        (255 - red, 255 - green, 255 - blue) for red, green, blue in (colour_of(1), colour_of(2))
    )
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile, size=(80, 24)) as t:
        trace.wait("shown", 1)
        t.wait_idle()
        mark, before = t.mark(), len(trace.events("sent"))
        t.press("V")
        t.wait_for("Auto-stretch")
        t.wait_idle()
        assert of_text(trace, t, mark, before) < 2_500
        assert "all back" in t.text() and "1.jpg" not in t.text()
        t.press(*["down"] * 7)
        t.wait_idle()
        mark, before = t.mark(), len(trace.events("sent"))
        t.press("right")
        t.wait_until(lambda _: has_colour(t, first), what="the picture inverted")
        t.wait_idle()
        assert of_text(trace, t, mark, before) < 900
        assert "view: inverted" in t.text()
        t.press("escape")
        t.wait_for("■ cat")
        t.press("1")
        trace.wait("shown", 2)
        t.wait_until(lambda _: has_colour(t, second), what="the next one inverted")
        t.press("q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []
    queue = open_queue(folder, readonly=True)
    contexts = [event.context for event in queue.history(1) if event.op == "label"]
    queue.close()
    assert [context["view"] for context in contexts] == [{"invert": True}]
