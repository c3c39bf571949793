"""What the driver, and the strips of half-blocks, take from the inside of Textual and Rich. When one of these fails, Textual has moved something."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import _compositor, constants, events, messages
from textual._keyboard_protocol import MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from tests.terminal.test_parser import KEYS
from tui.terminal.caps import TerminalCaps
from tui.terminal.driver import GfxDriver, GraphicsApp
from tui.terminal.key_parser import GfxParser, PressedKey, TerminalReply
from tui.terminal.keyboard import ALTERNATE_KEYS
from tui.terminal.parser import ReplyFilter
from tui.widgets.lines import Lines


def parser(caps: TerminalCaps | None = None, *, kitty_keys: bool = True) -> GfxParser:
    return GfxParser(ReplyFilter(kitty_keys=kitty_keys), caps or TerminalCaps())


def described(found: Iterable[Message]) -> list[tuple[object, ...]]:
    return [
        (type(m), *(getattr(m, name, None) for name in ("key", "text", "x", "y", "size", "button")))
        for m in found
    ]


def test_keys_are_what_textual_makes_of_them() -> None:
    stream = "".join(KEYS)
    assert described(parser().feed(stream)) == described(XTermParser().feed(stream))


def test_replies_stand_among_the_keys_where_they_were() -> None:
    found = list(parser().feed("1\x1b[0n2\x1b_Gi=7;OK\x1b\\3"))
    order = [m.reply.body if isinstance(m, TerminalReply) else m.key for m in found]  # type: ignore[attr-defined]
    assert order == ["1", "0", "2", "i=7;OK", "3"]


def test_replies_take_the_way_of_the_keys() -> None:
    # `App.on_event` hands input events to the screen; a message of another kind would stay with the app.
    assert issubclass(TerminalReply, events.InputEvent)
    assert "self.screen._forward_event(event)" in inspect.getsource(App.on_event)
    assert "self.post_message(event)" in inspect.getsource(Screen._forward_event)


def test_textual_still_asks_and_hears_for_synchronized_output_and_size() -> None:
    found = list(parser().feed("\x1b[?2026;2$y\x1b[?2048;2$y"))
    kinds = [type(m) for m in found if not isinstance(m, TerminalReply)]
    assert kinds == [messages.TerminalSupportsSynchronizedOutput, messages.InBandWindowResize]


def test_escape_alone_comes_at_the_first_look_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    bare = parser(kitty_keys=False)
    assert list(bare.feed("\x1b")) == []
    now += 0.11
    assert [m.key for m in bare.tick() if isinstance(m, events.Key)] == ["escape"]


def test_what_was_found_of_the_terminal_while_textual_was_imported_reaches_it() -> None:
    assert "color_system=constants.COLOR_SYSTEM" in inspect.getsource(App.__init__)
    assert r'self.write("\x1b[?1049h")' in inspect.getsource(LinuxDriver.start_application_mode)


def test_private_names() -> None:
    assert {"_gen", "_awaiting", "_tokens", "_timeout_time"} <= set(vars(XTermParser()))
    assert isinstance(XTermParser().mouse_pixels, bool)
    assert "left_shift" in MODIFIER_FUNCTIONAL_KEYS
    assert isinstance(constants.DISABLE_KITTY_KEY, bool)
    own = set(vars(LinuxDriver)) | set(vars(Driver))
    assert {"_enable_mouse_pixels", "run_input_thread", "process_message", "close"} <= own
    written = inspect.getsource(LinuxDriver)
    for name in (
        "self._key_thread",
        "self._file",
        "self._mouse_pixels",
        "self.exit_event",
        "self._writer_thread",
    ):
        assert name in written
    # Only `write` and `close` touch the writer: both are ours.
    assert written.count("self._writer_thread.") == 3
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    assert {"_batch_count", "_running", "_exit"} <= set(vars(App()))


def test_places_of_keys_are_asked_beside_what_the_toolkit_asks_and_go_with_it() -> None:
    """Disambiguated keys, all of them as sequences, and their text; one pushed, and popped when it leaves."""
    kitty = [linux_driver.KITTY_DISAMBIGUATE_ESCAPE_CODES, linux_driver.KITTY_REPORT_ALL_KEYS]
    assert [*kitty, linux_driver.KITTY_REPORT_ASSOCIATED_TEXT] == [1, 8, 16]
    assert f"\x1b[={linux_driver.KITTY_REPORT_ALTERNATE_KEYS};2u" == ALTERNATE_KEYS
    assert r'self.write(f"\x1b[>{KITTY_PROTOCOL_FLAG}u")' in inspect.getsource(
        LinuxDriver.start_application_mode
    )
    assert r'self.write("\x1b[<u")' in inspect.getsource(LinuxDriver.stop_application_mode)
    assert PressedKey.handler_name == events.Key.handler_name == "on_key"


def test_what_dense_strips_take_from_strips_and_styles() -> None:
    assert Strip([Segment("a")])._render_cache is None
    # Only what a strip shows is taken of it: its segments, by iterating.
    assert list(Strip([Segment("a"), Segment("b")])) == [Segment("a"), Segment("b")]
    # Colours alone are no attributes: such cells are written with as few codes as they need.
    assert Style(color="red", bgcolor="blue")._attributes == 0
    assert Style(bold=True)._attributes != 0 and Style(italic=True)._attributes != 0


async def test_whatever_painting_is_due_holds_all_that_changed_before_it() -> None:
    """One for the status line alone, say, would take a picture that waits for its name beside the canvas."""
    seen: list[object] = []

    class Watching(GraphicsApp[None]):
        def compose(self) -> ComposeResult:
            yield from (Lines(id="a"), Lines(id="b"))

        def painted(self, spans: object) -> None:
            seen.append(spans)

    app = Watching()
    async with app.run_test() as pilot:
        await pilot.pause()
        for number, name in enumerate(("a", "b")):
            lines = app.query_one(f"#{name}", Lines)
            lines.styles.height = 1
            lines.show_rows([((f"{number} red", ""),)])
        await pilot.pause()
        seen.clear()
        for name in ("a", "b"):
            app.query_one(f"#{name}", Lines).show_rows([(("green", ""),)])
        app.screen._on_timer_update()
        assert len(seen) == 1 and [row for row, _, _ in seen[0]] == [0, 1]  # type: ignore[attr-defined]
        await pilot.pause()
        assert len(seen) == 1, "and not once more"


class Opening(GraphicsApp[None]):
    """A line that is always there, and a page that is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[int] = []
        """Columns of the page, each time that it is told of its size."""

    def compose(self) -> ComposeResult:
        told = self.told

        class Told(Lines):
            def on_resize(self) -> None:
                told.append(self.content_size.width)

        yield from (Lines(id="line"), Told(id="page"))

    @property
    def line(self) -> Lines:
        return self.query_one("#line", Lines)

    @property
    def page(self) -> Lines:
        return self.query_one("#page", Lines)


@asynccontextmanager
async def hidden() -> AsyncIterator[tuple[Opening, Pilot[None]]]:
    app = Opening()
    async with app.run_test(size=(40, 10)) as pilot:
        app.line.styles.height = app.page.styles.height = 1
        app.line.show_rows([(("below", ""),)])
        app.page.show_rows([(("of before", ""),)])
        await pilot.pause()
        app.page.visible = False
        await pilot.pause()
        app.told.clear()
        yield app, pilot


@pytest.mark.parametrize("shown_first", [False, True])
async def test_a_page_is_told_of_its_size_although_something_is_painted_before_the_layout(
    shown_first: bool,
) -> None:
    async with hidden() as (app, pilot):
        if shown_first:
            app.page.visible = True
        app.page.show_rows([])
        app.line.show_rows([(("its keys", ""),)])
        app.page.visible = True
        app.screen._on_timer_update()
        await pilot.pause()
        assert app.told == [40]


async def test_a_page_is_told_of_its_size_although_it_changed_while_it_was_hidden() -> None:
    async with hidden() as (app, pilot):
        app.page.show_rows([])
        await pilot.pause()
        app.page.visible = True
        assert app.line.content_size.width == 40
        await pilot.pause()
        assert app.told == [40]


async def test_what_was_told_to_a_hidden_page_is_painted_when_it_is_visible() -> None:
    async with hidden() as (app, pilot):
        app.page.show_rows([(("of now", ""),)])
        await pilot.pause()
        app.page.visible = True
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "of now" in text and "of before" not in text


async def test_only_cells_that_changed_are_painted() -> None:
    seen: list[object] = []

    class Watching(GraphicsApp[None]):
        def painted(self, spans: object) -> None:
            seen.append(spans)

    def whole(text: str) -> _compositor.LayoutUpdate:
        rows: list[Iterable[Strip]] = [[Strip([Segment(text)])], [Strip([Segment("ab")])]]
        return _compositor.LayoutUpdate(rows, Region(2, 1, 20, 2))

    def part(text: str, first: int, end: int) -> _compositor.ChopsUpdate:
        return _compositor.ChopsUpdate([{}, {2: Strip([Segment(text)])}], [(1, first, end)], [[], [22]])

    app = Watching()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.forget_painted()
        seen.clear()
        for update in (
            whole("the quick brown fox"),
            whole("the quick brown fox"),
            part("the quack brown fix", 2, 12),
            whole("the quack brown fix"),
        ):
            app._display(app.screen, update)
        assert seen == [[(1, 2, 21), (2, 2, 4)], [], [(1, 8, 9)], [(1, 19, 20)]]
        seen.clear()
        # It had another size for a moment, or is said to have had.
        app.post_message(events.Resize(app.size, app.size))
        await pilot.pause()
        assert seen == [[(y, 0, 80) for y in range(24)]]
        seen.clear()
        # It was asked for its size.
        app.post_message(messages.InBandWindowResize(True, True))
        app.post_message(events.Resize(app.size, app.size))
        await pilot.pause()
        assert seen == []
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert [spans for spans in seen if spans] == [[(y, 0, 60) for y in range(10)]]


@pytest.mark.parametrize(
    ("pixel_mouse", "report", "at"),
    [(True, "\x1b[<0;124;58M", (123, 57)), (False, "\x1b[<0;13;3M", (120.375, 47.5))],
)
def test_the_pointer_in_pixels(pixel_mouse: bool, report: str, at: tuple[float, float]) -> None:
    caps = TerminalCaps(cell=(9.63, 19.0), pixel_mouse=pixel_mouse)
    (event,) = parser(caps).feed(report)
    assert isinstance(event, events.MouseDown)
    assert caps.pixel(event.pointer_x, event.pointer_y) == pytest.approx(at, abs=0.01)


def test_the_driver_is_one_of_textuals() -> None:
    assert issubclass(GfxDriver, LinuxDriver)


async def test_the_first_screen_can_be_switched_too() -> None:
    class Window(GraphicsApp[int]):
        def __init__(self) -> None:
            super().__init__()
            self.first: Screen[None] = Screen()

        def get_default_screen(self) -> Screen[None]:
            self.replaceable(self.first)
            return self.first

    app = Window()
    async with app.run_test() as pilot:
        second: Screen[None] = Screen()
        await app.switch_screen(second)
        await pilot.pause()
        assert app.screen is second


def test_a_terminal_without_a_size_has_one_size_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual falls back to 24 rows where Rich says 25, and lays the screen out in turns for ever."""
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
    driver = GfxDriver.__new__(GfxDriver)
    assert driver._get_terminal_size() == tuple(Console(force_terminal=True).size)
