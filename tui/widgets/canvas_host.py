"""What surrounds a stage on a screen: the clock, the terminal, the widget's cells, timers and the loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.errors import NoWidget
from textual.geometry import Region
from textual.widget import Widget

from tui.display.sharpness import Sharpness
from tui.imaging.viewport import CellBox, Viewport
from tui.terminal.driver import GraphicsApp

TraceNote = Callable[[str, Mapping[str, Any]], None]
"""Takes an event of the trace: its name and members."""


@dataclass(frozen=True, slots=True)
class CanvasEvents:
    """What is told to whoever shows pictures: by `StageHost`'s names. `woken`: something happened at the stage's own
    time, so that its next time may be another one."""

    seen: Callable[[int], None]
    broken: Callable[[int, str, bool, bool], object]
    moved: Callable[[Viewport], object]
    woken: Callable[[], None]
    sharpened: Callable[[Sharpness], object]


class WidgetHost:
    """The `StageHost` of a widget; after `close` nothing is written, told or called any more."""

    def __init__(self, widget: Widget, events: CanvasEvents, trace: TraceNote | None) -> None:
        self._widget, self._events, self._trace = widget, events, trace
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    def attach(self) -> None:
        """The widget's loop runs: threads may hand in what they made."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """The canvas goes: nothing is written or told any more."""
        self.closed = True

    def now(self) -> float:
        return time.monotonic()

    def write(self, text: str) -> None:
        app = self._widget.app if self._widget.is_attached and not self.closed else None
        if isinstance(app, GraphicsApp):
            app.send(text)

    def seen(self, serial: int) -> None:
        if not self.closed:
            self._events.seen(serial)

    def broken(self, serial: int, reason: str, partial: bool, lasting: bool) -> None:
        self._events.broken(serial, reason, partial, lasting)

    def moved(self, viewport: Viewport) -> None:
        self._events.moved(viewport)

    def sharpness(self, sharpness: Sharpness) -> None:
        if not self.closed:
            self._events.sharpened(sharpness)

    def note(self, name: str, members: Mapping[str, Any]) -> None:
        if self._trace is not None:
            self._trace(name, members)

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        regions = [Region(first, y, end - first, 1) for y, first, end in rows]
        app = self._widget.app
        if regions and isinstance(app, GraphicsApp):
            app.paint_next(self._widget, *regions)
        elif regions:
            self._widget.refresh(*regions)

    def repaint_beside(self) -> None:
        region, app = self._widget.region, self._widget.app
        if isinstance(app, GraphicsApp):
            app.paint_cells(Region(region.right, region.y, 1, region.height))

    def painted(self, then: Callable[[], None]) -> None:
        self._widget.call_after_refresh(then)

    def covered(self, box: CellBox) -> bool:
        widget = self._widget
        left, top = widget.region.x + box[0], widget.region.y + box[1]
        right, bottom = left + box[2] - 1, top + box[3] - 1
        columns = {*range(left, right, 8), right}
        rows = {*range(top, bottom, 3), bottom}
        try:
            return any(widget.screen.get_widget_at(x, y)[0] is not widget for x in columns for y in rows)
        except NoWidget:
            # The screen has become smaller: what was to lie there is on its way out.
            return True

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        if seconds:
            self._widget.set_timer(seconds, lambda: self._wake(then))
        else:
            self._widget.call_later(self._wake, then)

    def from_thread(self, call: Callable[[], None]) -> None:
        """Has something called in the widget's loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._widget.call_later, self._wake, call)

    def _wake(self, call: Callable[[], None]) -> None:
        if not self.closed:
            call()
            self._events.woken()
