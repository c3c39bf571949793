"""The canvas in an app without a terminal: what it posts, and what its cells show."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from textual.app import App, ComposeResult
from textual.message import Message

from tests.waiting import PATIENCE, processed, until
from tui.imaging import decode_cache
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.viewport import Viewport
from tui.terminal.caps import TerminalCaps
from tui.widgets.canvas import Canvas, Picture
from tui.widgets.canvas_host import WidgetHost

SIZE = (40, 12)


class Room(App[None]):
    """An app of one canvas that keeps what it posts."""

    CSS = "Canvas { width: 40; height: 12; }"

    def __init__(self, caps: TerminalCaps) -> None:
        super().__init__()
        self.canvas = Canvas(caps, on_seen=lambda serial: self.heard.append(serial))
        self.heard: list[int | Message] = []
        """Serials of what was seen, and messages."""

    def compose(self) -> ComposeResult:
        yield self.canvas

    def on_canvas_picture_broken(self, message: Canvas.PictureBroken) -> None:
        self.heard.append(message)


class Wide(Room):
    CSS = "Canvas { width: 1fr; height: 1fr; }"


def picture(folder: Path, name: str, colour: str, size: tuple[int, int] = (400, 240)) -> Picture:
    path = folder / name
    Image.new("RGB", size, colour).save(path)
    return Picture(path, 100_000_000)


async def fitted(app: Room, columns: int, rows: int) -> None:
    """Wait until the picture has a view for a canvas of this size."""

    def is_fitted() -> bool:
        view = app.canvas.viewport
        width = (columns - app.canvas.caps.spare_columns) * 10
        return view is not None and view.canvas == (width, rows * 20)

    await until(is_fitted)


def colours(app: Room, y: int) -> set[str]:
    """Background colours in a row of the canvas."""
    strip = app.screen._compositor.render_strips()[y]
    return {
        segment.style.bgcolor.name
        for segment in strip
        if segment.style is not None and segment.style.bgcolor is not None
    }


@pytest.mark.parametrize("truecolor", [True, False])
async def test_a_picture_is_seen_once_and_painted(tmp_path: Path, truecolor: bool) -> None:
    app = Room(TerminalCaps(truecolor=truecolor))
    async with app.run_test(size=SIZE):
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(lambda: len(app.heard) >= 1)
        await until(lambda: colours(app, 6) == {"#ff0000" if truecolor else "color(196)"})
        app.canvas.show(picture(tmp_path, "b.png", "#00ff00"), 2)
        await until(lambda: len(app.heard) >= 2)
        await until(lambda: colours(app, 6) == {"#00ff00" if truecolor else "color(46)"})
    assert [m for m in app.heard if isinstance(m, int)] == [1, 2]


async def test_a_broken_file_is_told_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    app = Room(TerminalCaps())
    async with app.run_test(size=SIZE):
        app.canvas.show(Picture(path, 1000), 7)
        await until(lambda: len(app.heard) >= 1)
    (told,) = app.heard
    assert isinstance(told, Canvas.PictureBroken)
    assert (told.serial, told.partial) == (7, False)
    assert told.reason


async def test_zoom_pan_and_fit_move_the_viewport(tmp_path: Path) -> None:
    app = Room(TerminalCaps(truecolor=True))
    async with app.run_test(size=SIZE):
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(lambda: len(app.heard) >= 1)
        whole = app.canvas.viewport
        assert whole == Viewport.fit((400, 240), (400, 240), (10.0, 20.0))
        app.canvas.zoom(2.0)
        app.canvas.pan(0.25, 0.0)
        moved = app.canvas.viewport
        assert moved is not None and moved.zoom == 2.0 and moved.centre == (250.0, 120.0)
        app.canvas.fit()
        assert app.canvas.viewport == whole


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"])
async def test_a_terminal_made_smaller_and_larger_shows_the_picture_again(
    tmp_path: Path, protocol: str
) -> None:
    app = Wide(TerminalCaps(protocol=protocol, truecolor=True, rows=12, columns=40))
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(lambda: len(app.heard) >= 1)
        for size in ((25, 8), (60, 20)):
            await pilot.resize_terminal(*size)
            await fitted(app, *size)
        app.canvas.show(picture(tmp_path, "b.png", "#00ff00"), 2)
        await until(lambda: len(app.heard) >= 2)
    assert app.return_code in (None, 0)


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel"])
async def test_a_canvas_that_reaches_out_of_the_screen_is_no_error(tmp_path: Path, protocol: str) -> None:
    app = Room(TerminalCaps(protocol=protocol, truecolor=True, rows=12, columns=40))
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(lambda: len(app.heard) >= 1)
        await pilot.resize_terminal(25, 8)
        app.canvas.show(picture(tmp_path, "b.png", "#00ff00"), 2)
        await processed(app)
        await pilot.resize_terminal(*SIZE)
        # As the window does when everything was painted.
        app.canvas.overwritten(None)
        await until(lambda: len(app.heard) >= 2)
    assert [m for m in app.heard if isinstance(m, int)] == [1, 2]


def upgraded(protocol: str) -> TerminalCaps:
    return TerminalCaps(protocol=protocol, truecolor=True, rows=12, columns=40, registers=256)


BETTER = ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"]
"""Protocols of which a late answer may tell; the last with other colours than before."""


@pytest.mark.parametrize("protocol", BETTER)
async def test_timers_of_a_stage_that_was_replaced_take_nothing_from_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    rung: list[Callable[[], None]] = []
    later = WidgetHost.later

    def kept(self: WidgetHost, seconds: float, then: Callable[[], None]) -> None:
        if seconds:
            rung.append(lambda: self._wake(then))
        else:
            later(self, seconds, then)

    monkeypatch.setattr(WidgetHost, "later", kept)
    app = Room(TerminalCaps())
    async with app.run_test(size=SIZE):
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(lambda: len(app.heard) >= 1)
        app.canvas.zoom(2.0)
        assert len(rung) == 2, "that the picture rests, and that a person stays at it"
        app.canvas.upgrade(upgraded(protocol))
        for ring in rung:
            ring()
        await until(lambda: len(app.heard) >= 2, lambda: app.heard)
        width = 400 - 10 * app.canvas.caps.spare_columns
        assert app.canvas.viewport == Viewport.fit((400, 240), (width, 240), (10.0, 20.0))
    assert app.heard == [1, 1]


@pytest.mark.parametrize("protocol", BETTER)
async def test_a_picture_on_its_way_is_shown_by_the_stage_that_comes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    begun, may = threading.Event(), threading.Event()

    def slow(path: Path, max_size: tuple[int, int] | None, max_pixels: int, detail: Detail) -> Decoded:
        begun.set()
        assert may.wait(PATIENCE)
        return load(path, max_size, max_pixels, detail)

    monkeypatch.setattr(decode_cache, "load", slow)
    app = Room(TerminalCaps())
    async with app.run_test(size=SIZE):
        app.canvas.show(picture(tmp_path, "a.png", "#ff0000"), 1)
        await until(begun.is_set)
        app.canvas.upgrade(upgraded(protocol))
        may.set()
        await until(lambda: len(app.heard) >= 1, lambda: app.heard)
        assert app.canvas.viewport is not None
        app.canvas.close()
        app.canvas.upgrade(upgraded("kitty"))
        app.canvas.show(picture(tmp_path, "b.png", "#00ff00"), 2)
        await processed(app)
    app.canvas.finish()
    assert app.heard == [1]


def pages(folder: Path, colours: tuple[str, ...], size: tuple[int, int] = (400, 240)) -> Picture:
    """A TIFF of pages in these colours."""
    path = folder / "pages.tif"
    first, *others = (Image.new("RGB", size, colour) for colour in colours)
    first.save(path, save_all=True, append_images=others)
    return Picture(path, 100_000_000)


async def test_frames_are_stepped_through_and_seen_once(tmp_path: Path) -> None:
    app = Room(TerminalCaps(truecolor=True))
    async with app.run_test(size=SIZE):
        app.canvas.show(pages(tmp_path, ("#ff0000", "#00ff00", "#0000ff")), 1)
        await until(lambda: colours(app, 6) == {"#ff0000"})
        await until(lambda: app.heard == [1])
        assert app.canvas.remarks == ("frame 1 of 3",)
        app.canvas.zoom(2.0)
        zoomed = app.canvas.viewport
        app.canvas.step_frame(-1)
        assert app.canvas.remarks == ("frame 1 of 3",)
        # Twice before the first of them is decoded.
        app.canvas.step_frame(1)
        app.canvas.step_frame(1)
        assert app.canvas.remarks == ("frame 3 of 3",)
        await until(lambda: colours(app, 6) == {"#0000ff"})
        app.canvas.step_frame(1)
        assert app.canvas.remarks == ("frame 3 of 3",)
        app.canvas.step_frame(-1)
        await until(lambda: colours(app, 6) == {"#00ff00"})
        assert app.canvas.viewport == zoomed
        await processed(app)
    assert app.heard == [1]


@pytest.mark.parametrize("protocol", BETTER)
async def test_a_damaged_frame_says_so_and_the_picture_stays_whole(tmp_path: Path, protocol: str) -> None:
    picture = pages(tmp_path, ("#ff0000", "#00ff00", "#0000ff"))
    assert isinstance(picture.source, Path)
    with Image.open(picture.source) as image:
        image.seek(1)
        tags = dict(image.tag_v2)  # type: ignore[attr-defined]
    data = bytearray(picture.source.read_bytes())
    # Its pixels are said to lie behind the end of the file.
    entry, other = (struct.pack("<HHII", 273, 4, 1, at) for at in (tags[273][0], len(data) + 1000))
    assert data.count(entry) == 1
    data[:] = data.replace(entry, other)
    picture.source.write_bytes(data)
    app = Room(TerminalCaps(protocol=protocol, truecolor=True, rows=12, columns=40))
    async with app.run_test(size=SIZE):
        app.canvas.show(picture, 1)
        await until(lambda: app.heard == [1])
        app.canvas.step_frame(1)
        await until(lambda: len(app.canvas.remarks) == 2)
        assert app.canvas.remarks[0] == "frame 2 of 3" and app.canvas.remarks[1].startswith("the file ")
        app.canvas.step_frame(1)
        await until(lambda: app.canvas.remarks == ("frame 3 of 3",))
        await processed(app)
    app.canvas.finish()
    assert app.heard == [1]
