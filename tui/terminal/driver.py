"""The only place that reaches into Textual, but for its parser of keys (`key_parser.py`). What it gives to the rest:

* `GfxDriver(app, ...)`, for `App(driver_class=...)`: input without the terminal's replies, output that never blocks
  the loop, and a clean terminal afterwards, however the app ends.
* Messages, delivered to the screen in one stream with the keys, in the order in which all of it was typed and
  answered: `TerminalReply`, `TerminalUpgraded` (late answers to the probe), `TerminalResumed` (the app was
  suspended, the terminal has forgotten our pictures).
* `GraphicsApp`: the app's base class. `caps` is what the probe found; `painted(...)` tells which cells Textual has
  just written; `release_text` gives what frees our pictures when the app leaves or is suspended.

All graphics go out by `GraphicsApp.send`, from the loop's thread, a whole group at once: so nothing lands inside a
frame of Textual's. A test pins everything private that is used here.
"""

from __future__ import annotations

import codecs
import os
import select
import shutil
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from textual import constants
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import InputEvent
from textual.filter import Monochrome, NoColor
from textual.geometry import Region
from textual.message import Message
from textual.messages import InBandWindowResize
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.libraries import DIVERSION
from tui.terminal.answers import FENCE, PASSED_ID, ends_round, passed, query
from tui.terminal.caps import TerminalCaps
from tui.terminal.held import HeldGraphics
from tui.terminal.key_parser import GfxParser, TerminalReply
from tui.terminal.keyboard import ALTERNATE_KEYS
from tui.terminal.paint import LeanUpdate, Span, changed_pieces
from tui.terminal.parser import ReplyFilter
from tui.terminal.probe import upgraded
from tui.terminal.replies import Reply
from tui.terminal.shadow_screen import ShadowScreen
from tui.terminal.writer import Writer

R = TypeVar("R")
HANGUP = 128 + signal.SIGHUP
_ALTERNATE_SCREEN = "\x1b[?1049h"
_LAST_ANSWER = (0.3, 2.0)
"""At least and at most so many seconds are waited for the terminal's last answer when leaving."""


class TerminalUpgraded(InputEvent):
    """Late answers to the probe: this is what the terminal can do."""

    def __init__(self, caps: TerminalCaps) -> None:
        super().__init__()
        self.caps = caps


class TerminalResumed(InputEvent):
    """The app is in front again after having been suspended."""


class GfxDriver(LinuxDriver):
    """See the module's text."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._graphics = app if isinstance(app, GraphicsApp) else None
        self._caps = self._graphics.caps if self._graphics else TerminalCaps()
        self._late = self._caps.late
        self._writer: Writer | None = None
        self._parser: GfxParser | None = None
        self._started = False
        self._gone = False
        self._last_answer = threading.Event()
        held = self._late.held if self._late else ""
        self._filter = ReplyFilter(held, time.monotonic(), kitty_keys=self._own_keys)

    @property
    def _own_keys(self) -> bool:
        return self._caps.kitty_keys and not constants.DISABLE_KITTY_KEY

    def _get_terminal_size(self) -> tuple[int, int]:
        """Where the terminal tells no size, the one that Rich assumes too: two would chase each other for ever."""
        width, height = shutil.get_terminal_size((80, 25))
        return width, height

    # Output

    def write(self, data: str) -> None:
        if data == _ALTERNATE_SCREEN and self._graphics is not None and self._graphics.there:
            # What waits there for the first painting would be cleared.
            self._graphics.there = False
        elif self._writer is not None:
            self._writer.write(data)

    # Coming and going

    def start_application_mode(self) -> None:
        if self._key_thread is not None and self._key_thread.is_alive():
            # Stopped from outside and continued: the terminal may be in any state, and one thread must read.
            self.stop_application_mode()
            self.close()
        again, self._started = self._started, True
        self._leaving = False
        # Standard error is the terminal; what libraries write there is for the log from now on.
        self._writer = Writer(DIVERSION.begin(), self._lost)
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(ValueError, RuntimeError, NotImplementedError):
                self._loop.add_signal_handler(number, self._leave, 128 + number)
        if self._graphics is not None:
            self._graphics.forget_painted()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not constants.DISABLE_KITTY_KEY:
            self.write(ALTERNATE_KEYS)
        self._set_pixel_mouse()
        if again:
            self.process_message(TerminalResumed())

    # Stopped (^Z) and continued between two steps of the loop: in the midst of one, the books that are cleared and
    # the screen that is painted anew are in use.

    def _sigtstp_application(self, *_: object) -> None:
        self._between_steps(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        self._between_steps(super()._sigcont_application)

    def _between_steps(self, call: Callable[[], None]) -> None:
        if self._auto_restart:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call)
        else:
            # Another program has the terminal, and the loop waits for it.
            call()

    def _set_pixel_mouse(self) -> None:
        # Where the size is reported in band Textual asks for pixels itself.
        if self._caps.pixel_mouse and not self._caps.in_band_size:
            self._enable_mouse_pixels()

    _leaving = False

    def _enable_mouse_pixels(self) -> None:
        # Textual asks for pixels when the terminal answers, which may be after the app fell.
        if not self._leaving:
            super()._enable_mouse_pixels()

    def stop_application_mode(self) -> None:
        self._leaving = True
        if self._graphics is not None and self._graphics.release_text is not None:
            with suppress(Exception):
                self._graphics.release_graphics()
                self.write(self._graphics.release_text())
        self._await_last_answer()
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
            self._mouse_pixels = False
        super().stop_application_mode()

    def _await_last_answer(self) -> None:
        """Whatever the terminal still answers must not be typed into the shell afterwards."""
        caps = self._caps
        if not caps.answers or self._gone or self._key_thread is None or not self._key_thread.is_alive():
            return
        self._last_answer.clear()
        self.write(passed(query(PASSED_ID)) if caps.passthrough else FENCE)
        minimum, maximum = _LAST_ANSWER
        self._last_answer.wait(min(max(minimum, 4 * (caps.round_trip or 0.0)), maximum))

    def close(self) -> None:
        super().close()
        if self._writer is not None:
            self._writer.stop()
            self._writer = None
        DIVERSION.end()

    def _lost(self) -> None:
        """The terminal is gone (in a thread)."""
        self._gone = True
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._leave, HANGUP)

    def _leave(self, code: int) -> None:
        if not self._app._exit:
            self._app.exit(return_code=code)

    # Input

    def run_input_thread(self) -> None:
        self._parser = parser = GfxParser(self._filter, self._caps, debug=self._debug)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            DIVERSION.trim()
            ready, _, _ = select.select([self.fileno], [], [], 0.1)
            text = decode(self._receive()) if ready else ""
            if self._gone:
                return
            for message in parser.feed(text) if text else ():
                self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def _receive(self) -> bytes:
        """b'' when the terminal is gone: a closed pseudo-terminal gives an end of file or an error; or when another
        program took what there was."""
        try:
            data = os.read(self.fileno, 65536)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._lost()
        return data

    def process_message(self, message: Message) -> None:
        if isinstance(message, TerminalReply):
            self._heed(message.reply)
        super().process_message(message)

    def _heed(self, reply: Reply) -> None:
        """What of a reply concerns the driver itself."""
        if ends_round(reply):
            self._last_answer.set()
        if self._late is None:
            return
        self._late, caps = upgraded(self._late, reply, time.monotonic())
        if caps is not None and caps != self._caps:
            self._caps = caps
            self._filter.kitty_keys = self._own_keys
            if self._parser is not None:
                self._parser.use_pixels(caps)
            self._set_pixel_mouse()
            super().process_message(TerminalUpgraded(caps))


def driver_class() -> type[GfxDriver] | None:
    """For `App(driver_class=...)`. None in a browser (textual-serve), which brings its own."""
    return None if os.environ.get("TEXTUAL_DRIVER") else GfxDriver


class GraphicsApp(App[R]):
    """An app with pictures in its terminal. Set `caps` before it runs."""

    caps = TerminalCaps()
    there = False
    """The terminal is on its alternate screen already, for this app."""
    # Another window comes to the front, or this one again: nothing looks different, so nothing is painted.
    app_focus = Reactive(True, compute=False, repaint=False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._shadow = ShadowScreen()
        if self.no_color:
            # Textual would send shades of grey; none at all is what NO_COLOR asks for.
            self._filters = [NoColor() if isinstance(f, Monochrome) else f for f in self._filters]

    painting_held = False
    """Nothing is painted: Textual paints a whole screen several times while it starts."""
    release_text: Callable[[], str] | None = None
    """What to write before the terminal is left or handed to another program."""

    def send(self, data: str) -> None:
        """One group of graphics to the terminal. From the loop's thread only."""
        now = data if self._held is None else self._held.take(data)
        if now and self._driver is not None and not self.is_headless:
            self._driver.write(now)

    _held: HeldGraphics | None = None

    def hold_graphics(self) -> None:
        """What is sent from now on waits for the text that is painted next, so that both are seen at once."""
        if self._held is None and not self.is_headless:
            self._held = HeldGraphics()
            # When nothing is to be painted.
            self.call_after_refresh(self.release_graphics)

    def release_graphics(self) -> None:
        """What waits for a painting waits no longer."""
        held, self._held = self._held, None
        if held is not None:
            self.send(held.whole)

    def painted(self, spans: Sequence[Span]) -> None:
        """Textual wrote these cells, perhaps none, as what it painted was there; pictures that belong to cells are
        overwritten there."""

    def replaceable(self, screen: Screen[Any]) -> None:
        """Textual forgets to give its first screen what `switch_screen` takes away from it."""
        screen._push_result_callback(self, None)

    def begin_painting(self) -> None:
        """From now on everything is painted, beginning with the whole screen."""
        if self.painting_held:
            self.painting_held = False
            self.screen.refresh(layout=True)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if self.painting_held and not self.is_headless:
            return
        if self._batch_count or not self._running or not isinstance(renderable, ChopsUpdate | LayoutUpdate):
            super()._display(screen, renderable)
            return
        held, self._held = self._held or HeldGraphics(), None
        update = LeanUpdate(changed_pieces(renderable, self.console, self._shadow), held.framed)
        if update.pieces or update.before:
            self._bare = len(update.pieces) == 1 and not update.before
            super()._display(screen, update)
            self._bare = False
        self.send(held.behind)
        self.painted(list(update.spans))

    def paint_next(self, widget: Widget, *regions: Region) -> None:
        """These parts of a widget are painted anew, with the next painting, whatever that is for. Textual lets each widget tell
        the screen by a message of its own; a painting that is due between two of them would show a part of what changed at
        once, and take the graphics with it that wait for the rest. A widget that has no place on the screen yet waits for the
        layout: painted before, it would get a place without being told of its size."""
        widget.refresh(*regions)
        if self._screen_stack and widget.is_attached and widget.screen is self.screen:
            self.screen._dirty_widgets.update({widget} & self.screen._compositor.visible_widgets.keys())

    def forget_painted(self) -> None:
        """Whatever was painted is not on the screen any more."""
        self._shadow.forget()

    def disturbed(self) -> None:
        """Something else may lie on the screen by now; all of its text is about to be painted."""

    def _wipe(self) -> None:
        """mlterm draws no cell that is to hold what it held, although a larger window does not show it yet."""
        if not self.painting_held:
            self.send("\x1b[0m" + "".join(f"\x1b[{y + 1}H\x1b[K" for y in range(self.size.height)))
        self.forget_painted()

    def paint_anew(self) -> None:
        """Everything, whatever is on the screen."""
        self._wipe()
        self.disturbed()
        self.screen.refresh()

    def paint_cells(self, region: Region) -> None:
        """Text that was overwritten."""
        for y in range(region.y, region.bottom):
            self._shadow.unknown(y, region.x, region.width)
        self.screen.refresh(region)

    # Terminals move and cut what is on them. When they have their size back in the end, no layout follows, and Textual
    # would paint nothing.

    _size_asked = False

    def on_in_band_window_resize(self, message: InBandWindowResize) -> None:
        # Then the terminal tells its size at once; it has not changed.
        self._size_asked = message.enabled

    def _check_resize(self) -> None:
        asked, self._size_asked = self._size_asked, False
        if self._screen_stack and self.screen.outer_size != self.size:
            self._wipe()
        elif self._screen_stack and not asked:
            self.paint_anew()
        super()._check_resize()

    # One span of one row cannot tear: it needs no brackets of synchronized output.

    _bare = False

    def _begin_update(self) -> None:
        if not self._bare:
            super()._begin_update()

    def _end_update(self) -> None:
        if not self._bare:
            super()._end_update()
