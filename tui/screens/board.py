"""What is on a work screen: its widgets, and how they are told how things stand."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui.screens import face
from tui.screens.layers import Layer
from tui.screens.setting import Setting
from tui.sitting.state import Message
from tui.widgets.canvas import Canvas
from tui.widgets.legend import KeyLine, legend_row
from tui.widgets.lines import Lines
from tui.widgets.pages import SMALLEST, too_small_rows
from tui.widgets.panel import Panel
from tui.widgets.rows import Row
from tui.widgets.status_line import Status, status_row

SHORT_WAIT = 0.4
"""Seconds for which an empty canvas says nothing: a page over it and its going cost 10 kB on the line, before the picture."""


class Board(Screen[None]):
    """Widgets only: what happens is the frame's, what the rows say is the screen's."""

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
            on_seen=self.seen,
            id="canvas",
        )
        self.page, self.panel = Lines(id="page"), Panel(id="panel")
        self.side, self.message = Lines(id="side"), Lines(id="message")
        self.status, self.legend = Lines(id="status"), Lines(id="legend")
        self.small = Lines(id="small")
        self.key_at = 0.0
        self.covered = False
        self._status: Status | None = None
        # When the app starts, nothing is there that a page would disturb.
        self._waited = True
        self._wait: Timer | None = None

    def compose(self) -> ComposeResult:
        with Container(id="desk"):
            yield Container(self.canvas, self.page, id="stage")
            yield self.side
        yield self.message
        yield self.status
        yield self.legend
        yield self.panel
        yield self.small

    # What the screen knows.

    @property
    @abstractmethod
    def said(self) -> Message | None:
        """What the sitting has to say."""

    @property
    @abstractmethod
    def adding(self) -> bool:
        """Whether this process goes on adding pictures."""

    @abstractmethod
    def seen(self, serial: int) -> None:
        """The canvas's picture is on the screen."""

    def legend_lines(self) -> list[KeyLine]:
        """The commands that the bottom row reminds of."""
        return self.table.lines(legend=True)

    @abstractmethod
    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        """What the column says; nothing when there is nothing in front."""

    @abstractmethod
    def status_now(self, situation: face.Situation) -> Status:
        """What the status line says."""

    @abstractmethod
    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """What stands in the picture's place; None: the picture."""

    def redraw(self) -> None:
        """Tell the widgets how things stand; only cells that changed are sent."""
        if not self.is_mounted:
            return
        layer: Any = self.opened[-1] if self.opened else None
        width, height = self.side.content_size
        side = layer.side if hasattr(layer, "side") else self.side_rows
        self.side.show_rows(side(width, height) if width else [])
        room = self.message.content_size.width
        said = self.said is None and hasattr(layer, "line")
        self.message.show_rows([layer.line(room) if said else self.message_line(room)])
        self.legend.show_rows([legend_row(self.legend_lines(), self.legend.content_size.width)])
        situation = face.Situation(self.caps, self.canvas.meter, self.key_at or time.monotonic(), self.adding)
        self.show_status(self.status_now(situation))
        rows = self.page_rows(*self.canvas.size) if self._may_say() else None
        self.page.show_rows(rows or [])
        self.page.visible = rows is not None

    @property
    def fetching(self) -> bool:
        """Nothing is in front, and something is to come."""
        return False

    def _may_say(self) -> bool:
        """Whether a page may say that something is fetched: not when it is there in a moment."""
        if not self.fetching:
            self._waited = False
            if self._wait is not None:
                self._wait.stop()
                self._wait = None
            return True
        if not self._waited and self._wait is None:
            self._wait = self.set_timer(SHORT_WAIT, self._wait_is_long)
        return self._waited

    def _wait_is_long(self) -> None:
        self._waited, self._wait = True, None
        self.redraw()

    def message_line(self, width: int) -> Row:
        return face.message_row(self.said, width)

    def show_status(self, status: Status) -> None:
        self._status = status
        self.status.show_rows([status_row(status, self.status.content_size.width)])

    def redraw_progress(self) -> None:
        """Others' progress changed; nobody pressed a key."""
        self.redraw()

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.look_at_size()
        self.resized()
        self.redraw()

    def resized(self) -> None:
        """The canvas has another size."""

    def look_at_size(self) -> None:
        """In a terminal too small the words come first; the picture waits to be seen."""
        width, height = self.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.small.visible = small
        self.small.show_rows(too_small_rows(width, height) if small else [])
        if small != self.covered:
            self.covered = small
            self.cover(small)

    def cover(self, small: bool) -> None:
        """The terminal became too small to see anything, or large enough again."""
