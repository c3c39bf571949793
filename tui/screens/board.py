"""What is on a work screen: its widgets, and how they are told how things stand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.launch import Launch
from tui.screens import face
from tui.screens.clerk import Terms
from tui.screens.keys import KeyTable
from tui.screens.layers import Layer
from tui.sitting.state import Rules, SittingState
from tui.terminal.caps import TerminalCaps
from tui.trace import Trace
from tui.widgets.canvas import Canvas
from tui.widgets.label_bar import LabelLine
from tui.widgets.legend import KeyLine, legend_row
from tui.widgets.lines import Lines
from tui.widgets.pages import SMALLEST, too_small_rows
from tui.widgets.panel import Panel
from tui.widgets.rows import Row
from tui.widgets.side import label_line
from tui.widgets.status_line import Status, status_row


@dataclass(frozen=True, slots=True)
class Setting:
    """What a work screen is made of. `rules`: of the sitting; `terms`: under which it claims."""

    launch: Launch
    caps: TerminalCaps
    table: KeyTable
    rules: Rules
    terms: Terms
    trace: Trace


class Board(Screen[None]):
    """Widgets only: what happens is the work screen's."""

    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    # A change of focus must not repaint the screen: nothing here takes the focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]
        self.setting, self.project, self.table = setting, setting.launch.project, setting.table
        self.caps = setting.caps
        self.opened: list[Layer] = []
        launch = setting.launch
        self.canvas = Canvas(
            setting.caps,
            budget=launch.view.budget,
            rate=launch.view.rate,
            cache=launch.project.cache,
            trace=setting.trace,
            told=self.seen,
            id="canvas",
        )
        self.page, self.panel = Lines(id="page"), Panel(id="panel")
        self.side, self.message = Lines(id="side"), Lines(id="message")
        self.status, self.legend = Lines(id="status"), Lines(id="legend")
        self.small = Lines(id="small")
        self.key_at = 0.0
        self.partial = False
        self._status: Status | None = None

    def compose(self) -> ComposeResult:
        with Container(id="desk"):
            yield Container(self.canvas, self.page, id="stage")
            yield self.side
        yield self.message
        yield self.status
        yield self.legend
        yield self.panel
        yield self.small

    # What the work screen knows.

    @property
    def state(self) -> SittingState:
        raise NotImplementedError

    @property
    def adding(self) -> bool:
        """Whether this process goes on adding pictures."""
        raise NotImplementedError

    def seen(self, serial: int) -> None:
        """The canvas's picture is on the screen."""
        raise NotImplementedError

    def size_changed(self, small: bool) -> None:
        """Too small for a picture, or large enough again."""
        raise NotImplementedError

    # What is on the screen.

    def label_lines(self, chosen: Sequence[str]) -> list[LabelLine]:
        return [label_line(label, self.table.labels, chosen) for label in self.project.labels]

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        """What the column says about the picture in front; each work has its own."""
        raise NotImplementedError

    def legend_lines(self) -> list[KeyLine]:
        """The commands that the bottom row reminds of."""
        return self.table.lines(legend=True)

    def message_line(self, width: int) -> Row:
        return face.message_row(self.state, width)

    def redraw(self) -> None:
        """Tell the widgets how things stand; only cells that changed are sent."""
        if not self.is_mounted:
            return
        state = self.state
        layer: Any = self.opened[-1] if self.opened else None
        width, height = self.side.content_size
        side = layer.side if hasattr(layer, "side") else self.side_rows
        self.side.show_rows(side(width, height) if width and (state.visit or layer) else [])
        room = self.message.content_size.width
        said = state.message is None and hasattr(layer, "line")
        self.message.show_rows([layer.line(room) if said else self.message_line(room)])
        self.legend.show_rows([legend_row(self.legend_lines(), self.legend.content_size.width)])
        situation = face.Situation(self.caps, self.canvas.meter, self.key_at or time.monotonic(), self.adding)
        self._status = face.status_of(state, situation)
        self.status.show_rows([status_row(self._status, self.status.content_size.width)])
        self._redraw_page()

    def redraw_progress(self) -> None:
        """Others' progress changes one number, nothing else: it must cost next to nothing on the line."""
        if self._status is None or self.state.closing or self.state.visit is None:
            self.redraw()
            return
        self._status = replace(self._status, done=self.state.totals.done)
        self.status.show_rows([status_row(self._status, self.status.content_size.width)])

    def _redraw_page(self) -> None:
        width, height = self.canvas.size
        rows = face.stage_rows(self.state, self.partial, width, height)
        self.page.show_rows(rows or [])
        self.page.visible = rows is not None

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.look_at_size()
        self.redraw()

    def look_at_size(self) -> None:
        """In a terminal too small the words come first; the picture waits to be seen."""
        width, height = self.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.small.visible = small
        self.small.show_rows(too_small_rows(width, height) if small else [])
        if small != self.state.covered:
            self.size_changed(small)
