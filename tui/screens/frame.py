"""The frame of every screen on which people work: keys, layers and the terminal's replies come in here, with the clerk
and the watcher behind it. What the keys mean and what is shown is the business of the screens."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.message import Message

from tui.commands import SCOPES
from tui.model.task import Task
from tui.screens import face
from tui.screens.board import Board
from tui.screens.guidelines import guidelines_page
from tui.screens.keys import canonical
from tui.screens.layers import Layer, Palette, Reading
from tui.screens.setting import Setting
from tui.sitting import inputs as i
from tui.sitting.state import Message as Spoken
from tui.terminal.driver import GraphicsApp, TerminalReply, TerminalResumed, TerminalUpgraded
from tui.widgets.canvas import Canvas, Picture
from tui.widgets.pages import pass_rows
from tui.widgets.theme import THEMES
from tui.work.clerk import Clerk
from tui.work.desk import Desk
from tui.work.watcher import Watcher

RENEW_SECONDS = 20.0
"""How often the sitting is asked whether its leases must be renewed."""
LONGEST_BLANK = 0.3
"""The first painting waits for the first answer of the queue, but not longer than this."""
ZOOM, PAN = 1.5, 0.25


class Frame(Board):
    """See the module's text. A screen gives its desk, its inputs, and what its rows say."""

    INPUTS: ClassVar[dict[str, Callable[[], i.Input]]] = {}
    """Commands that are the sitting's business."""

    @dataclass
    class Answered(Message):
        """From the clerk's or the watcher's thread."""

        answer: i.Answer

    class SheetSwitched(Message):
        """This sitting has ended; the app shows contact sheets instead of single pictures, or the other way."""

    @dataclass
    class Said(Message):
        """A sentence from a thread."""

        text: str

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        launch = setting.launch
        self.clerk = Clerk(
            launch.queue,
            setting.terms,
            lambda answer: self._deliver(self.Answered(answer)),
            setting.planned,
        )
        self.watcher = Watcher(
            self.clerk.totals,
            lambda more: self._deliver(self.Answered(more)),
            lambda text: self._deliver(self.Said(text)),
            launch.adding,
        )
        self.desk: Desk[Any] = self.make_desk(setting)
        self._grip: tuple[float, float] | None = None
        self._then: Callable[[], object] | None = None

    def on_mount(self) -> None:
        self.clerk.start()
        self.watcher.start()
        self.set_interval(RENEW_SECONDS, lambda: self.desk.put(i.Tick(), time.monotonic()))
        # The first paintings of the toolkit are over then: a picture shown before would be painted over.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.desk.begin(time.monotonic())
        self.covered = False
        self.look_at_size()
        self.redraw()
        self.set_timer(LONGEST_BLANK, self._begin_painting)

    def _begin_painting(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.begin_painting()

    # What the sitting asks for.

    @abstractmethod
    def make_desk(self, setting: Setting) -> Desk[Any]:
        """The sitting behind this screen."""

    def show(self, task: Task | None, serial: int, *, keep_zoom: bool = False) -> None:
        """The pictures's part: a picture in front."""
        self.canvas.show(self.picture_of(task) if task is not None else None, serial)

    def want(self, tasks: Sequence[Task]) -> None:
        self.canvas.want([self.picture_of(task) for task in tasks])

    def show_sheet(self, tasks: Sequence[Task], serial: int) -> None:
        """Only sheets have this."""

    def want_sheet(self, tasks: Sequence[Task]) -> None:
        """Only sheets have this."""

    def picture_of(self, task: Task) -> Picture:
        return Picture(self.project.folder / task.path, self.project.max_pixels)

    def switch_sheet(self) -> None:
        """Contact sheets instead of single pictures, or the other way."""
        self.leave_for(lambda: self.post_message(self.SheetSwitched()))

    def leave_for(self, then: Callable[[], object]) -> None:
        """End this sitting when everything decided is safe, and go on with `then` instead of ending the app."""
        self._then = then
        self.put(i.QuitKey())

    def _leave(self) -> None:
        self.canvas.close()
        if self._then is not None:
            self._then()
        else:
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
    def said(self) -> Spoken | None:
        return self.desk.state.sitting.message  # type: ignore[no-any-return]

    @property
    def adding(self) -> bool:
        return self.watcher.adding

    def put(self, event: i.Input) -> None:
        """A key's meaning, to the sitting."""
        self.desk.put(event, self.key_at)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.key_at = event.time
        key = canonical(event.key, event.character)
        if key == "ctrl+q":
            self.quit()
        elif key == "ctrl+z":
            self.app.action_suspend_process()
        elif self.table.is_for(key, "app.redraw") and not (event.is_printable and event.character):
            # Whatever is open: a person who cannot see does not know.
            self.paint_anew()
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
        if command is None or (self.covered and command != "app.quit"):
            return False
        self.run_command(command)
        return True

    def run_command(self, command_id: str) -> None:
        """By key or from the palette."""
        if command_id == "app.quit":
            self.quit()
            return
        if command_id in self.INPUTS:
            if command_id == "app.cancel":
                self._then = None
            self.put(self.INPUTS[command_id]())
            return
        self.put(i.Touch())
        view = self.view_commands().get(command_id)
        if view is not None:
            view()

    def switch_theme(self) -> None:
        names = [theme.name for theme in THEMES.values()]
        self.app.theme = next(name for name in names if name != self.app.theme)

    def paint_anew(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.paint_anew()

    def quit(self) -> None:
        """Leave the app, even when another screen was to come next."""
        self._then = None
        self.put(i.QuitKey())

    def view_commands(self) -> dict[str, Callable[[], None]]:
        """Commands that concern this screen alone."""
        canvas = self.canvas
        return {
            "app.help": self.open_help,
            "app.theme": self.switch_theme,
            "app.redraw": self.paint_anew,
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

    def on_frame_answered(self, event: Answered) -> None:
        if isinstance(event.answer, i.PlanMade):
            self.tell_plan(event.answer.sentence)
            return
        self.desk.put(event.answer, time.monotonic())
        self._begin_painting()
        if isinstance(event.answer, i.MoreTasks):
            self.redraw_progress()
        else:
            self.redraw()

    def tell_plan(self, sentence: str) -> None:
        """What a pass goes through is said before it begins."""
        keys = ("enter", "space")
        self.open(Reading(self.panel, "This pass", lambda width, _: pass_rows(sentence, width), keys))

    def on_frame_said(self, event: Said) -> None:
        self.desk.put(i.ThreadFailed(event.text), time.monotonic())
        self.redraw()

    def seen(self, serial: int) -> None:
        self.desk.put(i.Shown(serial), time.monotonic())
        self.redraw()

    def on_terminal_reply(self, event: TerminalReply) -> None:
        """In one stream with the keys: a fence's answer is the canvas's before the next key is looked at."""
        self.canvas.reply(event.reply)

    def on_terminal_upgraded(self, event: TerminalUpgraded) -> None:
        self.caps = event.caps
        self.canvas.upgrade(event.caps)
        self.redraw()

    def on_terminal_resumed(self, event: TerminalResumed) -> None:
        self.canvas.forget()

    @abstractmethod
    def on_canvas_broken(self, event: Canvas.Broken) -> None:
        """A file could not be decoded whole."""

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

    help_text = ""

    def open_help(self) -> None:
        page = face.help_page(self.table, SCOPES, self.help_text)
        self.open(Reading(self.panel, "Keys", page, self.table.keymap.of("app.help")))

    def open_guidelines(self) -> None:
        keys = self.table.keymap.of("work.guidelines")
        self.open(Reading(self.panel, "Guidelines", guidelines_page(self.project), keys))
