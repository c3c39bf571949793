"""Pages over the picture: help, guidelines, what the line is like."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.screens.guidelines import guidelines_page
from tui.screens.layers import ReadingLayer
from tui.screens.line_page import line_page
from tui.screens.mode import WorkHost, WorkMode
from tui.widgets.panel import Page, Panel


class ReadingPages:
    """Opens pages. `panel`: where they are shown; `mode`: what the person does just now."""

    def __init__(self, host: WorkHost, panel: Panel, mode: Callable[[], WorkMode]) -> None:
        self._host, self._panel, self._mode = host, panel, mode

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """By the ids of commands."""
        return {
            "app.help": self._help,
            "app.line": self._line,
            "work.guidelines": lambda: self._guidelines("work.guidelines"),
            "sheet.guidelines": lambda: self._guidelines("sheet.guidelines"),
        }

    def _open(self, title: str, page: Page, command: str) -> None:
        """The keys that opened it close it too."""
        self._host.open(ReadingLayer(self._panel, title, page, self._host.table.keymap.of(command)))

    def _help(self) -> None:
        """At what is in hand."""
        mode, layers = self._mode(), self._host.key_layers
        now = layers[-1].legend() if layers else mode.legend()
        self._open("Keys", mode.help(now), "app.help")

    def _line(self) -> None:
        canvas, display = self._host.canvas, self._host.setup.launch.display
        page = line_page(canvas.caps, lambda: canvas.meter, exact=display.exact, budget=display.budget)
        self._open("The line", page, "app.line")

    def _guidelines(self, command: str) -> None:
        self._open("Guidelines", guidelines_page(self._host.project), command)
