"""The widgets of a work screen, and how they are told how things stand."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Container

from tui.screens.layers import KeyLayer
from tui.screens.mode import WorkMode
from tui.screens.status import Situation, said_row
from tui.widgets.canvas import Canvas
from tui.widgets.in_hand import head_rows
from tui.widgets.key_line import key_rows
from tui.widgets.lines import Lines
from tui.widgets.minimap import minimap_rows
from tui.widgets.pages import SMALLEST, too_small_rows
from tui.widgets.panel import Panel
from tui.widgets.rows import CHOSEN, EMPTY, TITLE, Row, row, row_width
from tui.widgets.status_line import Status, status_row

LEAST_BESIDE = 12
"""Rows of the column that the map of a zoomed picture leaves in any case."""


class Panes:
    """Only cells that changed are sent. `status`: what the status line says now."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.panel = Panel(id="panel")
        self.status: Status | None = None
        self._page, self._side, self._message = Lines(id="page"), Lines(id="side"), Lines(id="message")
        self._heading = Lines(id="heading")
        self._status, self._legend, self._small = Lines(id="status"), Lines(id="legend"), Lines(id="small")

    def compose(self) -> ComposeResult:
        """In their places."""
        yield self._heading
        with Container(id="desk"):
            yield Container(self.canvas, self._page, id="stage")
            yield self._side
            yield self.panel
        yield self._message
        yield self._status
        yield self._legend
        yield self._small

    def show(self, mode: WorkMode, layer: KeyLayer | None, situation: Situation, *, page: bool) -> None:
        """How things stand. `layer`: the topmost one; `page`: whether one may stand in the picture's place."""
        scene = mode.picture.scene()
        if scene is not None:
            self.canvas.draw(scene)
        if mode.picture.heading is not None:
            self._heading.show_rows([mode.picture.heading(self._heading.content_size.width)])
        self._show_side(mode, layer)
        keys = layer.legend() if layer is not None else mode.legend()
        self._message.show_rows([self._message_row(mode, layer, situation, self._message.content_size.width)])
        self._legend.show_rows(key_rows(keys, *self._legend.content_size))
        self.show_status(mode.front.status(situation))
        rows = mode.front.page_rows(*self.canvas.size) if page else None
        self._page.show_rows(rows or [])
        self._page.visible = rows is not None

    def _show_side(self, mode: WorkMode, layer: KeyLayer | None) -> None:
        width, height = self._side.content_size
        if not width:
            self._side.show_rows([])
            return
        hand = layer.in_hand() if layer is not None else mode.in_hand()
        head = [*head_rows(hand, width), EMPTY]
        room = max(height - len(head), 1)
        rows = layer.side(width, room) if layer is not None else None
        self._side.show_rows([*head, *(rows if rows is not None else self._beside(mode, width, room))])

    def _beside(self, mode: WorkMode, width: int, height: int) -> list[Row]:
        """What the mode says beside the picture, and below it where in the picture one looks."""
        small = minimap_rows(self.canvas.viewport, width) if mode.front.pictures() else []
        if not small or height < len(small) + LEAST_BESIDE:
            return list(mode.picture.side_rows(width, height))
        room = height - len(small) - 1
        rows = list(mode.picture.side_rows(width, room))[:room]
        return [*rows, *[EMPTY] * (height - len(small) - len(rows)), *small]

    def _message_row(self, mode: WorkMode, layer: KeyLayer | None, now: Situation, width: int) -> Row:
        """What there is to say; where there is no column it begins with what is in hand."""
        if mode.has_column:
            return self._said(mode, layer, now, width)
        hand = layer.in_hand() if layer is not None else mode.in_hand()
        head = row((hand.word, TITLE if hand.calm else CHOSEN), "  ")
        return (*head, *self._said(mode, layer, now, max(width - row_width(head), 8)))

    def _said(self, mode: WorkMode, layer: KeyLayer | None, now: Situation, width: int) -> Row:
        message = mode.desk.state.sitting.message
        if message is not None:
            return said_row(message, now.table, width)
        typed = layer.line(width) if layer is not None else None
        return typed if typed is not None else mode.picture.message_row(width)

    def show_status(self, status: Status) -> None:
        """The status line alone."""
        sign, line = self.canvas.sharpness.value, self.canvas.line.value
        self.status = replace(status, sharpening=sign, line=line)
        self._status.show_rows([status_row(self.status, self._status.content_size.width)])

    def show_signs(self) -> None:
        """The canvas's signs in the status line alone."""
        if self.status is not None:
            self.show_status(self.status)

    def show_small(self, width: int, height: int) -> bool:
        """In a terminal too small the words come first; whether it is."""
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self._small.visible = small
        self._small.show_rows(too_small_rows(width, height) if small else [])
        return small
