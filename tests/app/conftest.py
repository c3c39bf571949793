"""A work screen under test: real queue, real keys, a canvas that shows when it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from PIL import Image
from textual import events
from textual.app import RenderResult
from textual.pilot import Pilot
from textual.widget import Widget

from tests.waiting import PATIENCE
from tui.app import remade, setup_of
from tui.cli.project_files import OpenProject
from tui.config import Settings, load_project
from tui.display.sharpness import Sharpness
from tui.imaging.viewport import Viewport
from tui.keymap import CHARACTERS
from tui.launch import Launch
from tui.manifest import new_tasks
from tui.model.scene import Scene, Text
from tui.model.view_settings import Adjustment
from tui.screens import work as work_screen
from tui.screens.window import TermlabelApp
from tui.sitting import sheet as sheet_work
from tui.sitting.draw_state import DrawState
from tui.sitting.sheet_state import SheetState
from tui.sitting.walk_state import WalkState
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.terminal.caps import TerminalCaps
from tui.terminal.line_state import LineState
from tui.text import printable
from tui.trace import Trace
from tui.widgets.canvas import Canvas, Meter, Picture


def name_of(picture: Picture) -> str:
    """A file's name, or those on a contact sheet."""
    source = picture.source
    return source.name if isinstance(source, Path) else " ".join(path.name for path in source.paths)


class CanvasLike(Protocol):
    """What screens use of a canvas in these tests, and what a stand-in has to have."""

    @property
    def viewport(self) -> Viewport | None: ...
    @property
    def meter(self) -> Meter: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...
    @property
    def frame(self) -> int: ...
    def step_frame(self, by: int) -> None: ...
    def show(self, picture: Picture | None, serial: int, *, keep_view: bool = False) -> None: ...
    def want(self, pictures: Sequence[Picture]) -> None: ...
    def draw(self, scene: Scene) -> None: ...
    @property
    def ground(self) -> tuple[int, int, int]: ...
    def lie_on(self, ground: tuple[int, int, int]) -> None: ...
    def adjust(self, adjustment: Adjustment) -> None: ...
    def zoom(self, factor: float, at: tuple[float, float] | None = None) -> None: ...
    def fit(self) -> None: ...
    def pan(self, right: float, down: float) -> None: ...
    def zoom_to(self, x: float, y: float, width: float, height: float) -> None: ...
    def release_text(self) -> str: ...
    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None: ...
    def disturbed(self) -> None: ...
    def close(self) -> None: ...
    def finish(self) -> None: ...


class StagedCanvas(Widget, can_focus=False):
    """Stands in for the canvas. With `at_once` each picture counts as seen as soon as it is shown; else the test
    calls `see`. Files named in `broken` cannot be decoded."""

    at_once = True
    broken: tuple[str, ...] = ()

    def __init__(
        self, caps: TerminalCaps, *, on_seen: Callable[[int], None], id: str | None = None, **rest: Any
    ) -> None:
        super().__init__(id=id)
        self.caps = caps
        self.on_seen = on_seen
        self.sharpness = Sharpness.FINAL
        self.line = LineState.FINE
        self.calls: list[tuple[Any, ...]] = []
        self.scene: Any = ()
        self.serial = 0
        self.picture: Picture | None = None
        self.viewport: Viewport | None = None
        self.meter = Meter()
        self.remarks: tuple[str, ...] = ()
        self.frame = 0
        self.ground = (0, 0, 0)

    def render(self) -> RenderResult:
        return printable(name_of(self.picture)) if self.picture else ""

    def show(self, picture: Picture | None, serial: int, *, keep_view: bool = False) -> None:
        self.picture, self.serial = picture, serial
        self.refresh()
        if picture is None:
            return
        if name_of(picture) in self.broken:
            self.post_message(Canvas.PictureBroken(serial, "cut off after 10 bytes", False))
        elif self.at_once:
            self.see()

    def see(self) -> None:
        self.call_later(self.on_seen, self.serial)

    def want(self, pictures: Sequence[Picture]) -> None:
        self.calls.append(("want", *(name_of(p) for p in pictures)))

    def draw(self, scene: Scene) -> None:
        self.calls.append(("draw",))
        self.scene = scene

    def lie_on(self, ground: tuple[int, int, int]) -> None:
        self.ground = ground
        self.calls.append(("lie on", ground))

    def adjust(self, adjustment: Adjustment) -> None:
        self.calls.append(("adjust", adjustment))

    def zoom(self, factor: float, at: tuple[float, float] | None = None) -> None:
        self.calls.append(("zoom", factor, at))

    def fit(self) -> None:
        self.calls.append(("fit",))

    def step_frame(self, by: int) -> None:
        self.calls.append(("frame", by))
        self.frame = max(0, self.frame + by)

    def pan(self, right: float, down: float) -> None:
        self.calls.append(("pan", right, down))

    def release_text(self) -> str:
        return ""

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        pass

    def zoom_to(self, x: float, y: float, width: float, height: float) -> None:
        self.calls.append(("zoom", x, y, width, height))

    def disturbed(self) -> None:
        self.calls.append(("disturbed",))

    def close(self) -> None:
        self.calls.append(("close",))

    def finish(self) -> None:
        self.calls.append(("finish",))


CANVASES: tuple[type[CanvasLike], ...] = (Canvas, StagedCanvas)
"""mypy holds that both are what screens use."""


class Seat:
    """A person at a work screen."""

    def __init__(self, app: TermlabelApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def state(self) -> WalkState:
        state = self.app.work.desk.state
        return state.walk if isinstance(state, DrawState) else state

    @property
    def canvas(self) -> StagedCanvas:
        canvas: Any = self.app.work.canvas
        return canvas  # type: ignore[no-any-return]

    @property
    def front(self) -> str | None:
        return Path(self.state.visit.task.path).name if self.state.visit else None

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for the clerk's thread and the screen."""
        end = time.monotonic() + PATIENCE
        while True:
            await self.processed()
            if true():
                return
            assert time.monotonic() < end, f"it did not come true; the screen:\n{self.text}"
            await asyncio.sleep(0.002)

    async def processed(self) -> None:
        """Wait until the app and then the screen have taken in all that was sent to them, and painted."""
        done = asyncio.Event()
        self.app.call_later(lambda: self.app.work.call_after_refresh(done.set))
        end = time.monotonic() + PATIENCE
        while not done.is_set() and not self.state.sitting.over:
            assert time.monotonic() < end, f"the app takes nothing in; the screen:\n{self.text}"
            await asyncio.sleep(0)
            if self.app._exception is not None:
                raise self.app._exception

    async def settle(self) -> None:
        """Until nothing is being saved or fetched, and the picture in front was seen where it can be."""

        def still() -> bool:
            state: WalkState | SheetState = self.state
            if state.sitting.pending or state.sitting.claiming:
                return False
            if isinstance(state, SheetState):
                waits = bool(state.cards)
            else:
                waits = state.visit is not None and state.visit.damage is None and not state.sitting.covered
            return state.sitting.seen or not waits or not self.canvas.at_once

        await self.until(still)

    async def key(self, *keys: str) -> None:
        """Keys as fast as they come."""
        for key in keys:
            character = key if len(key) == 1 else {"space": " ", **CHARACTERS}.get(key)
            self.app.post_message(events.Key(key, character))
        await self.processed()

    async def press(self, *keys: str) -> None:
        """Keys at human pace: each one after what the one before brought about."""
        for key in keys:
            await self.key(key)
            await self.settle()

    async def type(self, text: str) -> None:
        await self.key(*("space" if c == " " else c for c in text))

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def sheet(self) -> SheetState:
        """The state where a contact sheet is in front."""
        state = self.app.work.desk.state
        assert isinstance(state, SheetState)
        return state

    @property
    def cards(self) -> list[str]:
        """Names of the pictures on the contact sheet in front."""
        return [Path(card.task.path).stem for card in self.sheet.cards]

    @property
    def captions(self) -> list[str]:
        """What stands over the pictures of the sheet."""
        return [mark.text for mark in self.canvas.scene if isinstance(mark, Text)]

    @property
    def said(self) -> str:
        return self.state.sitting.message.text if self.state.sitting.message else ""


Sit = Callable[..., Any]


def colour_of(number: int) -> tuple[int, int, int]:
    """Of one of the pictures, counted from 1; a member of the 256-colour palette."""
    return (55 + 40 * number, 95, 135)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Five small pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for n in range(1, 6):
        Image.new("RGB", (60, 40), colour_of(n)).save(folder / f"{n}.jpg")
    return folder


@pytest.fixture
def fill(project_folder: Path, pictures: Path) -> Iterator[Callable[[str], Path]]:
    """Writes the project file (text added to `format = 1`) and adds the pictures."""

    def make(text: str = "") -> Path:
        labels = '[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'
        (project_folder / "termlabel.toml").write_text(f"format = 1\n{text or labels}", encoding="utf-8")
        project = load_project(project_folder)
        queue = open_queue(project)
        queue.add(new_tasks(project, [pictures]), who="lead")
        queue.close()
        return project_folder

    yield make


@pytest.fixture
def sit(monkeypatch: pytest.MonkeyPatch) -> Sit:
    """`async with sit(folder, "ann") as seat`: opens the queue and the window."""

    @asynccontextmanager
    async def opened(
        folder: Path,
        who: str = "ann",
        *,
        size: tuple[int, int] = (120, 40),
        at_once: bool = True,
        broken: tuple[str, ...] = (),
        wrap: Callable[[AnnotationQueue], AnnotationQueue] = lambda queue: queue,
        trace: Path | None = None,
        **rest: Any,
    ) -> AsyncIterator[Seat]:
        monkeypatch.setattr(StagedCanvas, "at_once", at_once)
        monkeypatch.setattr(StagedCanvas, "broken", broken)
        monkeypatch.setattr(work_screen, "Canvas", StagedCanvas)
        # People look at a sheet for a while; tests do not.
        monkeypatch.setattr(sheet_work, "LEAST_LOOK", 0.0)
        project = load_project(folder)
        queue = open_queue(project)
        settings = {"key_repeat_ms": 0, **rest}
        own = Settings(enter_confirms_nothing=settings.pop("enter_confirms_nothing", None))
        sure = own.enter_confirms_nothing or project.enter_confirms_nothing
        begun = Launch(project, wrap(queue), who, enter_confirms_nothing=sure, **settings)
        files = OpenProject(begun, own, open_queue)
        launch = files.launch
        caps = TerminalCaps("kitty", answers=True)
        notes = Trace(trace)
        app = TermlabelApp(setup_of(launch, caps, notes), remake=remade)
        try:
            async with app.run_test(size=size) as pilot:
                seat = Seat(app, pilot)
                if launch.audit is None:
                    desk = app.work.desk
                    await seat.until(lambda: bool(desk.state.sitting.totals.left) or desk.state.sitting.ended)
                    await seat.settle()
                else:
                    await seat.processed()
                yield seat
        finally:
            app.work.finish()
            notes.close()
            files.close()

    return opened
