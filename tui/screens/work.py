"""The screen on which people work: keys become inputs of the sitting, what it asks for is carried out, and the
widgets are told how things stand. Annotating and reviewing differ in a few methods."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.commands import SCOPES
from tui.launch import Launch
from tui.model.task import Task
from tui.screens import face
from tui.screens.clerk import Clerk, Terms
from tui.screens.desk import Desk
from tui.screens.guidelines import guidelines_page
from tui.screens.keys import KeyTable, canonical
from tui.screens.layers import Layer, Palette, Reading
from tui.screens.watcher import Watcher
from tui.sitting import inputs as i
from tui.sitting.state import Rules, SittingState
from tui.terminal.caps import TerminalCaps
from tui.terminal.driver import GraphicsApp, TerminalReply, TerminalResumed, TerminalUpgraded
from tui.trace import Trace
from tui.widgets.canvas import Canvas, Picture
from tui.widgets.label_bar import LabelLine
from tui.widgets.legend import KeyLine, legend_row
from tui.widgets.lines import Lines
from tui.widgets.pages import SMALLEST, too_small_rows
from tui.widgets.panel import Panel
from tui.widgets.rows import Row
from tui.widgets.side import label_line
from tui.widgets.status_line import Status, status_row

RENEW_SECONDS = 20.0
"""How often the sitting is asked whether its leases must be renewed."""
LONGEST_BLANK = 0.3
"""The first painting waits for the first answer of the queue, but not longer than this."""
ZOOM, PAN = 1.5, 0.25
INPUTS: dict[str, Callable[[], i.Input]] = {
    "app.quit": i.QuitKey,
    "app.cancel": i.CancelKey,
    "work.skip": i.SkipKey,
    "work.undo": i.UndoKey,
    "work.redo": i.RedoKey,
    "work.flag": i.FlagKey,
    "work.next": i.NextKey,
    "work.previous": i.PreviousKey,
    "work.next-undone": i.NextUndoneKey,
    "annotate.confirm": i.Confirm,
    "review.accept": i.AcceptKey,
    "review.accept-shown": i.AcceptShownKey,
    "review.reject": i.RejectKey,
    "review.confirm": i.Confirm,
}
"""Commands that are the sitting's business."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a work screen is made of. `rules`: of the sitting; `terms`: under which it claims."""

    launch: Launch
    caps: TerminalCaps
    table: KeyTable
    rules: Rules
    terms: Terms
    trace: Trace


class WorkScreen(Screen[None]):
    """See the module's text. `launch.work` says which of the two screens it is."""

    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    # A change of focus must not repaint the screen: nothing here takes the focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @dataclass
    class Answered(Message):
        """From the clerk's or the watcher's thread."""

        answer: i.Answer

    @dataclass
    class Said(Message):
        """A sentence from a thread."""

        text: str

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]
        launch = setting.launch
        self.setting, self.project, self.table = setting, launch.project, setting.table
        self.caps = setting.caps
        self.opened: list[Layer] = []
        self.clerk = Clerk(launch.queue, setting.terms, lambda answer: self._deliver(self.Answered(answer)))
        self.watcher = Watcher(
            self.clerk.totals,
            lambda more: self._deliver(self.Answered(more)),
            lambda text: self._deliver(self.Said(text)),
            launch.adding,
        )
        self.desk = Desk(setting.rules, self.clerk, self, setting.trace, self._leave)
        self.canvas = Canvas(
            setting.caps,
            budget=launch.view.budget,
            rate=launch.view.rate,
            cache=launch.project.cache,
            trace=setting.trace,
            told=self._seen,
            id="canvas",
        )
        self.page, self.panel = Lines(id="page"), Panel(id="panel")
        self.side, self.message = Lines(id="side"), Lines(id="message")
        self.status, self.legend = Lines(id="status"), Lines(id="legend")
        self.small = Lines(id="small")
        self._key_at = 0.0
        self._partial = False
        self._status: Status | None = None
        self._grip: tuple[float, float] | None = None

    def compose(self) -> ComposeResult:
        with Container(id="desk"):
            yield Container(self.canvas, self.page, id="stage")
            yield self.side
        yield self.message
        yield self.status
        yield self.legend
        yield self.panel
        yield self.small

    def on_mount(self) -> None:
        self.clerk.start()
        self.watcher.start()
        self.set_interval(RENEW_SECONDS, lambda: self.desk.put(i.Tick(), time.monotonic()))
        # The first paintings of the toolkit are over then: a picture shown before would be painted over.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._look_at_size()
        self.desk.begin(time.monotonic())
        self.redraw()
        self.set_timer(LONGEST_BLANK, self._raise_curtain)

    def _raise_curtain(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.raise_curtain()

    # What the sitting asks for.

    def show(self, task: Task | None, serial: int) -> None:
        """The easel's part: a picture in front."""
        self._partial = False
        self.canvas.show(self._picture(task) if task is not None else None, serial)

    def want(self, tasks: Sequence[Task]) -> None:
        self.canvas.want([self._picture(task) for task in tasks])

    def _picture(self, task: Task) -> Picture:
        return Picture(self.project.folder / task.path, self.project.max_pixels)

    def _leave(self) -> None:
        self.canvas.close()
        self.app.exit(0)

    def finish(self) -> None:
        """After the app has ended, however it ended: wait until everything asked of the queue is done."""
        self.watcher.stop()
        self.clerk.stop()

    def _deliver(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    # What comes in.

    @property
    def state(self) -> SittingState:
        return self.desk.state

    def put(self, event: i.Input) -> None:
        """A key's meaning, to the sitting."""
        self.desk.put(event, self._key_at)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._key_at = event.time
        key = canonical(event.key, event.character)
        if key == "ctrl+q":
            self.put(i.QuitKey())
        elif key == "ctrl+z":
            self.app.action_suspend_process()
        elif not self._layer_key(key, event.character) and not self.walk_key(key):
            return
        self.redraw()

    def _layer_key(self, key: str, character: str | None) -> bool:
        """Whether a layer took the key."""
        for layer in reversed(self.opened):
            answer = layer.key(key, character)
            if answer == "pass":
                continue
            self.put(i.Touch())
            if answer != "stay":
                self.opened.remove(layer)
                layer.close()
                answer()
            return True
        return False

    def walk_key(self, key: str) -> bool:
        """What a key means when no layer takes it; False when it means nothing."""
        command = self.table.command(key)
        if command is None or (self.state.covered and command != "app.quit"):
            return False
        self.run_command(command)
        return True

    def run_command(self, command_id: str) -> None:
        """By key or from the palette."""
        if command_id in INPUTS:
            self.put(INPUTS[command_id]())
            return
        self.put(i.Touch())
        view = self.view_commands().get(command_id)
        if view is not None:
            view()

    def view_commands(self) -> dict[str, Callable[[], None]]:
        """Commands that concern this screen alone."""
        canvas = self.canvas
        return {
            "app.help": self.open_help,
            "app.palette": lambda: self.open(Palette(self.panel, self.table, self.run_command)),
            "work.guidelines": self.open_guidelines,
            "work.zoom-in": lambda: canvas.zoom(ZOOM),
            "work.zoom-out": lambda: canvas.zoom(1 / ZOOM),
            "work.fit": canvas.fit,
            "work.pan-left": lambda: canvas.pan(-PAN, 0),
            "work.pan-right": lambda: canvas.pan(PAN, 0),
            "work.pan-up": lambda: canvas.pan(0, -PAN),
            "work.pan-down": lambda: canvas.pan(0, PAN),
        }

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.opened and self.opened[-1].typing:
            self.opened[-1].paste(event.text)
            self.redraw()

    def on_work_screen_answered(self, event: Answered) -> None:
        self.desk.put(event.answer, time.monotonic())
        self._raise_curtain()
        if isinstance(event.answer, i.MoreTasks):
            self._redraw_progress()
        else:
            self.redraw()

    def on_work_screen_said(self, event: Said) -> None:
        self.desk.state = self.state.say(event.text, "error")
        self.redraw()

    def on_canvas_seen(self, event: Canvas.Seen) -> None:
        self._seen(event.serial)

    def _seen(self, serial: int) -> None:
        self.desk.put(i.Shown(serial), time.monotonic())
        self.redraw()

    def on_terminal_reply(self, event: TerminalReply) -> None:
        """In one stream with the keys: a fence's answer is the canvas's before the next key is looked at."""
        self.canvas.reply(event.reply.text)

    def on_terminal_upgraded(self, event: TerminalUpgraded) -> None:
        self.caps = event.caps
        self.canvas.upgrade(event.caps)
        self.redraw()

    def on_terminal_resumed(self, event: TerminalResumed) -> None:
        self.canvas.forget()

    def on_canvas_broken(self, event: Canvas.Broken) -> None:
        self._partial = event.partial
        self.desk.put(i.Broken(event.serial, event.reason), time.monotonic())
        self.redraw()

    def on_canvas_moved(self, event: Canvas.Moved) -> None:
        self.redraw()

    def on_canvas_pointer(self, event: Canvas.Pointer) -> None:
        """The wheel zooms around the pointer, a drag with any button pans."""
        if event.action in ("wheel-up", "wheel-down"):
            self.canvas.zoom(ZOOM if event.action == "wheel-up" else 1 / ZOOM, (event.x, event.y))
        elif event.action == "down":
            self._grip = (event.x, event.y)
        elif event.action == "up":
            self._grip = None
        elif event.action == "drag" and self._grip is not None and self.canvas.viewport is not None:
            view = self.canvas.viewport
            right = (self._grip[0] - event.x) * view.scale / view.canvas[0]
            down = (self._grip[1] - event.y) * view.scale / view.canvas[1]
            self.canvas.pan(right, down)

    # Layers.

    def open(self, layer: Layer) -> None:
        self.opened.append(layer)

    def open_help(self) -> None:
        page = face.help_page(self.table, SCOPES, self.setting.launch.work)
        self.open(Reading(self.panel, "Keys", page, self.table.keymap.of("app.help")))

    def open_guidelines(self) -> None:
        keys = self.table.keymap.of("work.guidelines")
        self.open(Reading(self.panel, "Guidelines", guidelines_page(self.project), keys))

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
        situation = face.Situation(
            self.caps, self.canvas.meter, self._key_at or time.monotonic(), self.watcher.adding
        )
        self._status = face.status_of(state, situation)
        self.status.show_rows([status_row(self._status, self.status.content_size.width)])
        self._redraw_page()

    def _redraw_progress(self) -> None:
        """Others' progress changes one number, nothing else: it must cost next to nothing on the line."""
        if self._status is None or self.state.closing or self.state.visit is None:
            self.redraw()
            return
        self._status = replace(self._status, done=self.state.totals.done)
        self.status.show_rows([status_row(self._status, self.status.content_size.width)])

    def _redraw_page(self) -> None:
        width, height = self.canvas.size
        rows = face.stage_rows(self.state, self._partial, width, height)
        self.page.show_rows(rows or [])
        self.page.visible = rows is not None

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._look_at_size()
        self.redraw()

    def _look_at_size(self) -> None:
        """In a terminal too small the words come first; the picture waits to be seen."""
        width, height = self.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.small.visible = small
        self.small.show_rows(too_small_rows(width, height) if small else [])
        if small != self.state.covered:
            self.desk.put(i.Covered() if small else i.Uncovered(), time.monotonic())
