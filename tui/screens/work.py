"""The screen on which people work. Keys, layers, the canvas and the terminal's replies come in here, with the clerk and
the watcher behind it; what keys mean and what is shown is the business of the mode of work that the screen holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, assert_never

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui.model.view_settings import ViewSettings
from tui.screens.layers import KeyLayer
from tui.screens.list_layers import PaletteLayer
from tui.screens.mode import WorkMode
from tui.screens.modes import mode_for
from tui.screens.navigator import Navigator
from tui.screens.panes import Panes
from tui.screens.parts import is_zoomed
from tui.screens.pictures import Pictures
from tui.screens.pressed import key_of
from tui.screens.reading import ReadingPages
from tui.screens.rereading import reread
from tui.screens.setup import ScreenSetup
from tui.screens.status import Situation
from tui.screens.unknown import unknown_key
from tui.screens.view_panel import view_panel
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.terminal.driver import GraphicsApp, TerminalResumed, TerminalUpgraded
from tui.terminal.key_parser import TerminalReply
from tui.widgets.canvas import Canvas
from tui.widgets.clicks import ClickedShape
from tui.widgets.lines import Lines
from tui.widgets.theme import THEMES, surface_of
from tui.work.clerk import Clerk
from tui.work.desk import Desk
from tui.work.watcher import Watcher

RENEW_SECONDS = 20.0
"""How often the sitting is asked whether its leases must be renewed."""
LONGEST_BLANK = 0.3
"""The first painting waits for the first answer of the queue, but not longer than this."""
SHORT_WAIT = 0.4
"""Seconds for which an empty canvas says nothing: a page over it and its going cost 10 kB on the line, before the
picture."""


class WorkScreen(Screen[None]):
    """See the module's text. `key_layers`: those that are open, the topmost last. `key_at`: when the last key came, in
    monotonic seconds."""

    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    # A change of focus must not repaint the screen: nothing here takes the focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @dataclass
    class Answered(Message):
        """From the clerk's or the watcher's thread."""

        answer: i.Answer

    @dataclass
    class ThreadSaid(Message):
        """What a thread could not do, in a sentence."""

        text: str

    @dataclass
    class GoesOn(Message):
        """This sitting has ended; the app begins another one."""

        then: i.Then

    def __init__(self, setup: ScreenSetup) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, ""), (100, "-wide"), (160, "-vast")]
        launch = setup.launch
        self.setup, self.project, self.table, self.caps = setup, launch.project, setup.table, setup.caps
        self.key_layers: list[KeyLayer] = []
        self.canvas = Canvas(
            setup.caps,
            budget=launch.display.budget,
            rate=launch.display.rate,
            cache=launch.project.cache,
            exact=launch.display.exact,
            trace=setup.trace,
            on_seen=self.seen,
            id="canvas",
        )
        self.panes, self.navigator = (
            Panes(self.canvas),
            Navigator(self.canvas, lambda: self.mode.picture.aim(), self.put),
        )
        self.reading = ReadingPages(self, self.panes.panel, lambda: self.mode)
        self.clerk = Clerk(
            launch.queue,
            setup.terms,
            lambda answer: self._deliver(self.Answered(answer)),
            setup.planned,
            setup.first,
        )
        self.pictures = Pictures(self.canvas, launch.project, self._read_pixels, self.clerk.looker.look)
        self.watcher = Watcher(
            self.clerk.totals,
            lambda more: self._deliver(self.Answered(more)),
            lambda text: self._deliver(self.ThreadSaid(text)),
            partial(launch.adding, launch.queue) if launch.adding is not None else None,
            setup.trace,
            launch.files.differs if launch.files is not None else lambda: None,
        )
        self.key_at = 0.0
        # When the app starts, nothing is there that a page would disturb.
        self._waited = True
        self._wait: Timer | None = None
        self.mode: WorkMode = mode_for(launch, self)
        self.set_class(not self.mode.has_column, "-no-column")
        self.set_class(self.mode.picture.heading is None, "-no-heading")

    @property
    def desk(self) -> Desk[Any]:
        """The sitting behind this screen."""
        return self.mode.desk

    @property
    def covered(self) -> bool:
        """Whether the terminal is too small to see anything."""
        return bool(self.desk.state.sitting.covered)

    def compose(self) -> ComposeResult:
        yield from self.panes.compose()

    def on_mount(self) -> None:
        self.canvas.lie_on(surface_of(self.app.theme))
        self.clerk.start()
        self.watcher.start()
        self.set_interval(RENEW_SECONDS, lambda: self._put_now(i.Tick()))
        # The first paintings of the toolkit are over then: a picture shown before would be painted over.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.desk.begin(time.monotonic())
        kept = self.setup.view
        # On contact sheets there is nothing else of it.
        view = ViewSettings(kept.adjustment) if self.setup.launch.sheet else kept
        if view != self.desk.state.sitting.view:
            self._put_now(i.SetView(view))
        self._look_at_size()
        self.redraw()
        if self.desk.state.sitting.claiming:
            self.set_timer(LONGEST_BLANK, self._begin_painting)
        else:
            self._begin_painting()

    def _begin_painting(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.begin_painting()

    # What the sitting asks for.

    def carry_out(self, effect: e.ScreenEffect) -> None:
        """One effect of the sitting."""
        if isinstance(effect, e.PictureEffect):
            self.pictures.carry_out(effect)
            return
        match effect:
            case e.AskText(prompt):
                self.mode.picture.ask(prompt)
            case e.CallAfter(seconds, due):
                self.set_timer(seconds, lambda: self._put_now(due))
            case e.Quit(then):
                self._leave(then)
            case _:
                assert_never(effect)

    def _read_pixels(self, read: Callable[[], i.PixelsRead]) -> None:
        """In a thread; the latest question counts."""

        def done(answer: i.PixelsRead) -> None:
            self._put_now(answer)
            self.redraw()

        self.run_worker(
            lambda: self.app.call_from_thread(done, read()), thread=True, exclusive=True, group="pixels"
        )

    def switch_sheet(self) -> None:
        """Contact sheets instead of single pictures, or the other way, once everything decided is safe."""
        self.put(i.QuitKey("switches"))

    def _leave(self, then: i.Then) -> None:
        self.canvas.close()
        if then == "ends":
            self.app.exit(0)
        else:
            self.post_message(self.GoesOn(then))

    def finish(self) -> None:
        """After the app has ended, however it ended: wait for what was asked of the queue, and for the threads."""
        self.watcher.stop()
        self.clerk.stop()
        self.canvas.finish()

    # What comes in.

    def _deliver(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def put(self, incoming: i.Input) -> None:
        """An input of the sitting that came with the last key."""
        self.desk.put(incoming, self.key_at)

    def _put_now(self, incoming: i.Input) -> None:
        self.desk.put(incoming, time.monotonic())

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.key_at = event.time
        table = self.mode.picture.table() or self.table
        key = key_of(event, table, self.setup.launch.layout, self.key_layers)
        if key in ("ctrl+q", "ctrl+c"):
            self.put(i.QuitKey())
        elif key == "ctrl+z":
            self.app.action_suspend_process()
        elif (always := self.table.always(key)) and not (event.is_printable and event.character):
            # A person who cannot see, or read, does not know what is open.
            self._screen_commands()[always]()
        elif not self._layer_key(key, event.character) and not self._work_key(key):
            return
        self.redraw()

    def _layer_key(self, key: str, character: str | None) -> bool:
        """Whether a layer took the key."""
        for layer in reversed(self.key_layers):
            answer = layer.key(key, character)
            if answer == "pass":
                continue
            self.put(i.Touch())
            if answer != "stay":
                self.key_layers.remove(layer)
                layer.close()
                answer()
            return True
        return False

    def _work_key(self, key: str) -> bool:
        """Whether a key that no layer took means anything."""
        self._sync()
        if not self.covered and self.mode.key(key):
            return True
        command = self.table.command(key)
        if self.covered and command != "app.quit":
            return False
        if command is not None:
            self._run_command(command)
        elif unknown := unknown_key(key, self.table.means):
            self.put(unknown)
        return True

    def _run_command(self, command_id: str) -> None:
        """By key or from the palette."""
        cancel: Callable[[], i.Input] = partial(i.CancelKey, is_zoomed(self.canvas))
        inputs = {**self.mode.inputs, "app.quit": i.QuitKey, "app.cancel": cancel}
        if (made := inputs.get(command_id)) is not None:
            self.put(made())
            return
        self.put(i.Touch())
        commands = {**self._screen_commands(), **self.navigator.commands(), **self.mode.commands()}
        commands.get(command_id, lambda: self.put(i.IdleCommand(command_id)))()

    def _screen_commands(self) -> dict[str, Callable[[], None]]:
        """Those of every work screen."""
        return {
            **self.reading.commands(),
            "app.theme": self._switch_theme,
            "app.redraw": self._paint_anew,
            "app.reload": lambda: reread(self),
            "app.palette": lambda: self.open(PaletteLayer(self.panes.panel, self.table, self._run_command)),
            "work.view": self._open_view,
            "sheet.view": self._open_view,
        }

    @property
    def view(self) -> ViewSettings:
        """How single pictures are looked at: contact sheets share what is done to pixels with them."""
        now = self.desk.state.sitting.view
        return replace(self.setup.view, adjustment=now.adjustment) if self.setup.launch.sheet else now

    def _open_view(self) -> None:
        self.open(view_panel(self, self.mode, self.panes.panel))

    def _switch_theme(self) -> None:
        self.app.theme = next(t.name for t in THEMES.values() if t.name != self.app.theme)
        self.canvas.lie_on(surface_of(self.app.theme))

    def _paint_anew(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.paint_anew()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.key_layers and self.key_layers[-1].typing:
            self.key_layers[-1].paste(event.text)
            self.redraw()

    def on_work_screen_answered(self, event: Answered) -> None:
        self._put_now(event.answer)
        if isinstance(event.answer, i.ProjectChanged):
            return  # Told with the next key.
        self._begin_painting()
        if isinstance(event.answer, i.MoreTasks):
            self._redraw_progress()
        else:
            self.redraw()

    def on_work_screen_thread_said(self, event: ThreadSaid) -> None:
        self._put_now(i.ThreadFailed(event.text))
        self.redraw()

    def seen(self, serial: int) -> None:
        """The picture or sheet under this serial is on the screen."""
        self._sync()
        self._put_now(i.SeenOnScreen(serial))
        self.redraw()

    def on_terminal_reply(self, event: TerminalReply) -> None:
        """In one stream with the keys: a fence's answer is the canvas's before the next key is looked at."""
        self.canvas.reply(event.reply, event.time)

    def on_terminal_upgraded(self, event: TerminalUpgraded) -> None:
        self.caps = event.caps
        self.canvas.upgrade(event.caps)
        self.redraw()

    def on_terminal_resumed(self, event: TerminalResumed) -> None:
        self.canvas.forget()

    def on_canvas_picture_broken(self, event: Canvas.PictureBroken) -> None:
        self._put_now(i.Broken(event.serial, event.reason, event.partial, event.lasting))
        self.redraw()

    def on_canvas_moved(self, event: Canvas.Moved) -> None:
        self.redraw()

    def on_canvas_sharpened(self) -> None:
        self.panes.show_signs()

    def on_canvas_line_changed(self) -> None:
        self.panes.show_signs()

    def on_canvas_pointer(self, event: Canvas.Pointer) -> None:
        self._sync()
        before, self.key_at = self.key_at, time.monotonic()
        taken = self.mode.picture.pointed(event)
        if not taken:
            self.key_at = before
        if taken or self.navigator.pointed(event):
            self.redraw()  # At once: what the text tells of it is painted with it.

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        if isinstance(event.on, ClickedShape):
            self.key_at = time.monotonic()
            self.put(i.EditorCommand("shapes.choose", n=event.on.number))
            self.redraw()
        elif event.on.character is None or not (self.key_layers and self.key_layers[-1].typing):
            self.post_message(events.Key(event.on.key, event.on.character))

    def _sync(self) -> None:
        """The sitting is told what the canvas shows, and layers go that have become stale."""
        self.mode.picture.sync()
        if any(layer.stale() for layer in self.key_layers):
            self.close_layers()

    # Layers.

    def open(self, layer: KeyLayer) -> None:
        """The layer takes the keys from now on."""
        self.key_layers.append(layer)

    def close_layers(self) -> None:
        """The keys are the mode's again; what the layers were drawn on is left."""
        while self.key_layers:
            self.key_layers.pop().close()

    # What is on the screen.

    def room(self) -> tuple[int, int]:
        """Columns and rows of the canvas, 0 before it has its place."""
        size = self.canvas.size if self.is_mounted else (0, 0)
        return size[0], size[1]

    def redraw(self) -> None:
        """Tell the widgets how things stand; only cells that changed are sent."""
        if not self.is_mounted:
            return
        self._sync()
        key_at = self.key_at or time.monotonic()
        situation = Situation(self.caps, self.table, key_at, self.watcher.adding, self.canvas.remarks)
        layer = self.key_layers[-1] if self.key_layers else None
        self.panes.show(self.mode, layer, situation, page=self._may_say())

    def _redraw_progress(self) -> None:
        """Others' progress changed. Only their numbers change, nothing else: it must cost next to nothing on the line."""
        status = self.panes.status
        if status is None or not self.mode.front.pictures():
            self.redraw()
        else:
            totals = self.desk.state.sitting.totals
            self.panes.show_status(replace(status, done=totals.done, left=totals.left))

    def _may_say(self) -> bool:
        """Whether a page may say that something is fetched: not when it is there in a moment."""
        if not self.mode.picture.fetching():
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

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._look_at_size()
        self.mode.picture.resized()
        self.redraw()

    def _look_at_size(self) -> None:
        """In a terminal too small the words come first; the picture waits to be seen."""
        small = self.panes.show_small(*self.size)
        if small != self.covered:
            self._put_now(i.Covered(small))
