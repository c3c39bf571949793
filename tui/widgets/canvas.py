"""The canvas: the widget in which pictures lie. It is told what to show; what a person saw comes back by `on_seen`, all
else as messages.

Only Textual's side stands here; what is sent when is the stage's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.display.frames import lie_on, remarks_of, step_frame
from tui.display.jobs import Picture
from tui.display.protocols import StageSettings, make_stage
from tui.display.sharpness import Sharpness
from tui.display.stage import Stage
from tui.imaging.cache import DiskCache, default_folder
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.encode import Rgb
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import WorkerPool
from tui.model.scene import Scene
from tui.model.view_settings import Adjustment
from tui.terminal.caps import TerminalCaps
from tui.terminal.driver import GraphicsApp
from tui.terminal.line_state import LineState, line_state
from tui.terminal.replies import Reply
from tui.widgets.canvas_host import CanvasEvents, TraceNote, WidgetHost
from tui.widgets.dense import canvas_strip

__all__ = ["Canvas", "Meter", "MouseAction", "Picture", "TraceNote"]

MouseAction = Literal["down", "drag", "up", "move", "wheel-up", "wheel-down"]


@dataclass(frozen=True, slots=True)
class Meter:
    """What the line is like: bits per second, round trip in seconds (None while unknown), bytes under way."""

    rate: float | None = None
    throughput: float | None = None
    round_trip: float | None = None
    under_way: int = 0


class Canvas(Widget, can_focus=False):
    """Shows one picture at a time, with a scene over it."""

    @dataclass
    class PictureBroken(Message):
        """The picture cannot be shown whole; what can be is shown. `partial`: whether that is something. `lasting`:
        the file is at fault."""

        serial: int
        reason: str
        partial: bool
        lasting: bool = True

    class LineChanged(Message):
        """`Canvas.line` changed."""

    @dataclass
    class Moved(Message):
        """The viewport changed: another picture, zoom, pan or size."""

        viewport: Viewport

    class Sharpened(Message):
        """`Canvas.sharpness` changed."""

    @dataclass
    class Pointer(Message):
        """The mouse, in image pixels (floats; may lie outside). `button`: 0 none, 1 left, 2 middle, 3 right."""

        action: MouseAction
        x: float
        y: float
        button: int = 0
        shift: bool = False
        ctrl: bool = False

    def __init__(
        self,
        caps: TerminalCaps,
        *,
        budget: int | None = None,
        rate: float | None = None,
        cache: bool = True,
        exact: bool = True,
        trace: TraceNote | None = None,
        on_seen: Callable[[int], None],
        id: str | None = None,
    ) -> None:
        """`on_seen`: called when the person sees the picture shown under a serial (a fence after it was answered): at
        once, so that no key overtakes the fence's answer."""
        super().__init__(id=id)
        self.caps = caps
        self._events = CanvasEvents(
            seen=on_seen,
            broken=lambda *said: self.post_message(self.PictureBroken(*said)),
            moved=lambda viewport: self.post_message(self.Moved(viewport)),
            woken=self._schedule_tick,
            sharpened=self._sharpened,
        )
        self.sharpness = Sharpness.FINAL
        self.line = LineState.FINE
        self._trace, self._budget, self._rate, self._exact = trace, budget, rate, exact
        self._cache = DiskCache(default_folder()) if cache else None
        self._decode_cache = DecodeCache()
        self._pools: list[WorkerPool] = []
        self._host, self._stage = self._make_stage()
        self._alarm: float | None = None
        self._ground: Rgb | None = None

    def _make_stage(self) -> tuple[WidgetHost, Stage]:
        """With a host and workers of its own, so that one that was replaced is closed with them."""
        host = WidgetHost(self, self._events, self._trace)
        self._pools.append(WorkerPool(host.from_thread))
        settings = StageSettings(
            host,
            self.caps,
            self._pools[-1],
            self._decode_cache,
            self._cache,
            self._budget,
            self._rate,
            self._exact,
        )
        return host, make_stage(settings)

    # What the app asks

    @property
    def viewport(self) -> Viewport | None:
        """None while there is no picture."""
        return self._stage.viewport

    @property
    def meter(self) -> Meter:
        channel = self._stage.channel
        return Meter(channel.rate, channel.throughput, channel.round_trip, channel.under_way)

    def _sharpened(self, sharpness: Sharpness) -> None:
        self.sharpness = sharpness
        self.post_message(self.Sharpened())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of the file in front beside its picture: which frame it is, and what was passed over."""
        return remarks_of(self._stage.front, self._stage.facts)

    @property
    def frame(self) -> int:
        """Which frame of the file in front is shown, counted from 0."""
        return self._stage.front.frame if self._stage.front is not None else 0

    def step_frame(self, by: int) -> None:
        """So many frames on in the file in front, at most to its ends."""
        step_frame(self._stage, by)
        self._schedule_tick()

    def show(self, picture: Picture | None, serial: int, *, keep_view: bool = False) -> None:
        """Put a picture in front, fitted (or with the zoom that is set); None: nothing. Answered by `on_seen`
        or PictureBroken. With the text that is painted next it reaches the screen at once."""
        self._hold()
        self._stage.show(picture, serial, keep_view)
        self._schedule_tick()

    def want(self, pictures: Sequence[Picture]) -> None:
        """Pictures to have ready, best first; what was wanted before and is not here any more is dropped."""
        self._stage.want(pictures)
        self._schedule_tick()

    def draw(self, scene: Scene) -> None:
        """Replaces what lies over the picture; only the difference is sent."""
        self._stage.draw(scene)
        self._schedule_tick()

    @property
    def ground(self) -> Rgb:
        """RGB of what no picture covers."""
        return self._stage.ground.colour

    def lie_on(self, ground: Rgb) -> None:
        """What is shown and wanted lies on this colour from now on; where none are wanted, on the terminal's own."""
        self._ground = None if self.app.no_color else ground
        lie_on(self._stage, self._ground)
        self.refresh()
        self._schedule_tick()

    def adjust(self, adjustment: Adjustment) -> None:
        """Pictures have this adjustment from now on."""
        self._stage.adjusting.ask(adjustment)
        self._schedule_tick()

    def zoom(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """`factor` times as large around an image point (the middle when left out)."""
        self._look(lambda view: view.zoomed(factor, at))

    def fit(self) -> None:
        """The whole picture."""
        self._look(lambda view: Viewport.fit(view.image, view.canvas, view.cell))

    def pan(self, right: float, down: float) -> None:
        """By fractions of the canvas."""
        self._look(lambda view: view.panned(right, down))

    def zoom_to(self, x: float, y: float, width: float, height: float) -> None:
        """This region of the image fills the canvas, with a margin."""
        self._look(lambda view: view.on(x, y, width, height))

    def _look(self, change: Callable[[Viewport], Viewport]) -> None:
        if self._stage.viewport is not None:
            self._hold()
            self._stage.look(change(self._stage.viewport))
            self._schedule_tick()

    def _hold(self) -> None:
        """What is sent now is to be seen with the text that is painted next."""
        if isinstance(self.app, GraphicsApp):
            self.app.hold_graphics()

    def reply(self, reply: Reply, at: float) -> None:
        """An answer of the terminal, in order with the keys; it came at this monotonic time."""
        self._stage.channel.heard_at = at
        self._stage.reply(reply.value)
        self._stage.channel.heard_at = None
        self._heed_line()
        self._schedule_tick()

    def upgrade(self, caps: TerminalCaps) -> None:
        """A late answer told more about the terminal: another way to show pictures, from now on."""
        if self._host.closed:
            return
        old = self._stage
        # Its timers are still to ring, and work for it is under way.
        self.close()
        self.caps = caps
        self._host, self._stage = self._make_stage()
        self._host.attach()
        lie_on(self._stage, self._ground)
        self._place()
        self._stage.wanted = old.wanted
        self._stage.adjusting.ask(old.adjusting.asked)
        self._stage.show(old.front, old.serial)
        self._stage.draw(old.scene)
        self.refresh()

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Textual painted these cells of the screen (row, first, end), or everything."""
        # Known here first after a new layout: strips for the old one would lie over what was just painted.
        self._place()
        region = self.region
        if spans is not None:
            spans = [
                (y - region.y, max(first, region.x) - region.x, min(end, region.right) - region.x)
                for y, first, end in spans
                if region.y <= y < region.bottom and first < region.right and end > region.x
            ]
        if spans or spans is None:
            self._stage.overwritten(spans)
        else:
            self._stage.spared()
        self._schedule_tick()

    def disturbed(self) -> None:
        """Something else may lie on the screen; its text is about to be painted."""
        self._stage.disturbed()
        self._schedule_tick()

    def forget(self) -> None:
        """The terminal was left and entered again: nothing of ours is in it any more."""
        self._stage.forget()
        self._schedule_tick()

    def pause(self, paused: bool) -> None:
        """While paused (another pane of tmux is in front) no pictures and no fences are sent."""
        self._stage.channel.paused = paused
        self._stage.pump()
        self._schedule_tick()

    def release_text(self) -> str:
        """What frees the terminal's copies, for whoever leaves or suspends the app."""
        return "" if self._host.closed else self._stage.release_text()

    def close(self) -> None:
        """Free what the terminal keeps for us; nothing is sent afterwards."""
        if not self._host.closed:
            self._host.write(self._stage.release_text())
            self._host.close()
            self._pools[-1].close()

    def finish(self) -> None:
        """After the app has ended, however it ended: wait until no picture is decoded or encoded any more."""
        for workers in self._pools:
            workers.stop()

    # The stage's own time

    def _schedule_tick(self) -> None:
        """One timer for the channel, only while something is under way."""
        when = self._stage.channel.wake(self._host.now())
        if when is None or (self._alarm is not None and self._alarm <= when):
            return
        self._alarm = when
        self.set_timer(max(when - self._host.now(), 0.001), self._on_alarm)

    def _on_alarm(self) -> None:
        self._alarm = None
        if not self._host.closed:
            self._stage.tick()
            self._heed_line()
            self._schedule_tick()

    def _heed_line(self) -> None:
        channel = self._stage.channel
        before, self.line = self.line, line_state(self.line, *channel.seen, away=channel.away)
        if before is not self.line:
            self.post_message(self.LineChanged())

    # Textual

    def on_mount(self) -> None:
        self._host.attach()
        if self.app.is_headless:
            # Without a terminal, what is painted is seen.
            self._stage.channel.mute_delay = 0.0

    def on_resize(self) -> None:
        self._place()

    def on_show(self) -> None:
        self._place()

    @property
    def _room(self) -> tuple[int, int]:
        """Columns and rows for pictures."""
        return max(0, self.region.width - self.caps.spare_columns), self.region.height

    def _place(self) -> None:
        if 0 not in self._room:
            self._stage.resized((self.region.x, self.region.y), self._room, self.app.size.height)
            self._schedule_tick()

    def _point(self, action: MouseAction, event: events.MouseEvent) -> None:
        view = self._stage.viewport
        if view is None:
            return
        x, y = view.to_image(*self.caps.pixel(event.pointer_x, event.pointer_y))
        self.post_message(self.Pointer(action, x, y, event.button, event.shift, event.ctrl))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._point("down", event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self._point("up", event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._point("drag" if event.button else "move", event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._point("wheel-up", event)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._point("wheel-down", event)

    def render_lines(self, crop: Region) -> list[Strip]:
        # After a new layout the stage learns its size behind this painting, and takes the cells for blank.
        known = self._stage.size == self._room
        width, plain = self.size.width, self.app.no_color
        return [
            canvas_strip(self._stage, y, width, known=known, plain=plain).crop(crop.x, crop.right)
            for y in range(crop.y, crop.bottom)
        ]
