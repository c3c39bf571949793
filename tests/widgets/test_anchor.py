"""Inside tmux everything hangs on one placeholder cell, which the canvas itself has to print."""

from __future__ import annotations

import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.terminal.caps import TerminalCaps
from tui.terminal.wire import ANCHOR_CELL
from tui.widgets.canvas import Canvas


@pytest.mark.parametrize("tmux", [True, False])
async def test_the_first_cell_is_the_anchor_in_its_palette_colour(tmux: bool) -> None:
    caps = TerminalCaps("kitty", answers=True, tmux=tmux, passthrough=tmux, relative=True)

    class Showing(App[None]):
        def compose(self) -> ComposeResult:
            yield Canvas(caps, on_seen=lambda serial: None)

    app = Showing()
    async with app.run_test():
        canvas = app.query_one(Canvas)
        first, second = canvas.render_lines(Region(0, 0, canvas.size.width, 2))
        assert ANCHOR_CELL not in second.text
        assert first.cell_length == canvas.size.width
        assert first.text.startswith(ANCHOR_CELL) is tmux
        if tmux:
            # The colour is the image's number: it has to go out as an index, also where 24-bit colours are used.
            sent = first.render(Console(color_system="truecolor"))
            assert sent.startswith(f"\x1b[38;5;{canvas._stage.anchor}m{ANCHOR_CELL}")
