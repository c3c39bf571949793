"""Pages over the picture have their text each time that they are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.seen import alone
from tests.app.test_terminal import Watched, command
from tests.terminal.fake import FakeTerminal

Fill = Callable[..., Path]
PAGES = {
    "?": "All keys and what they do",
    "f3": "Throughput",
    "i": "Guidelines",
}
"""Keys that open pages, and what stands there."""
HINT = "scroll · esc closes"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("profile", "order"),
    [
        ("kitty", "? ? ? ? f3 f3 f3 i i i ? f3 i"),
        ("plain", "f3 f3 f3 i i i ? ? ? ? i f3"),
        ("xtermjs", "i i i ? ? ? ? f3 f3 f3 ? f3 i"),
    ],
)
def test_a_page_has_its_text_each_time_it_is_opened(
    fill: Fill, tmp_path: Path, profile: str, order: str
) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile) as t:
        trace.wait("shown", 1)
        t.wait_until(lambda model: alone(model, 1), what="the picture")
        for key in order.split():
            t.press(key)
            t.wait_for(PAGES[key])
            t.wait_for(HINT)
            t.press("escape")
            t.wait_until(lambda model: HINT not in model.text() and alone(model, 1), what="the page gone")
        t.press("q")
        assert t.wait_exit() == 0
