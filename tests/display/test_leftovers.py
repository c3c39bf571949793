"""Whatever came late, was broken off or overtaken: at rest nothing lies on the canvas but the newest scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from rich.style import Style

from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import ALL, seen
from tui.display.jobs import Picture
from tui.imaging.viewport import Viewport
from tui.model.scene import Cross, Frame, Handle, Scene, Text
from tui.widgets.dense import canvas_strip

CANVAS = (2, 1, 24, 12)
COVER = (6, 3, 8, 4)
COLOURED, REACH = 60, 7
"""By how much the channels of ink differ from each other at least, and pixels by which an encoding may spread it."""
RATES = {"slow": 3e5, "middle": 3e6, "fast": 50e6}


def _rubber(x: int, y: int) -> Scene:
    return Frame(40, 40, x - 40, y - 40, "#ff0000", dashed=True), Cross((float(x), float(y)), "#00ff00")


SCENES: tuple[Scene, ...] = (
    (),
    _rubber(150, 130),
    _rubber(260, 200),
    _rubber(370, 280),
    (Frame(40, 40, 330, 240, "#ff0000"), Handle((40, 40), "#ff0000"), Handle((370, 280), "#ff0000")),
    (Frame(40, 40, 330, 240, "#ff00ff"), Text((40, 40), "1 cat", "#ff00ff")),
    (Frame(40, 40, 110, 90, "#00ff00"), Text((150, 130), "2 dog", "#00ff00")),
)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("pictures")
    return [grey(folder / f"{n}.png", n) for n in range(2)]


def grey(path: Path, number: int) -> Picture:
    """Without any colour: what has one is of the scene. Grain takes bytes: strips wait for the line."""
    size = 330 - 60 * number, 440 - 100 * number
    grain = np.random.default_rng(number).normal(90, 25, size)
    Image.fromarray(grain.clip(20, 160).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


class Toolkit(FakeStageHost):
    """With the widget's text: it is painted a moment after it was asked for, round what covers it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.due: list[tuple[int, int, int]] = []
        self.behind: list[Callable[[], None]] = []
        super().__init__(*arguments, **named)

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        if rows:
            self.later(0.002, self.paint)
            self.due += rows

    def painted(self, then: Callable[[], None]) -> None:
        self.later(0.002, self.paint)
        self.behind.append(then)

    def paint(self) -> None:
        """Everything that was asked for."""
        spans, self.due = self.due, []
        behind, self.behind = self.behind, []
        seen = [span for row, *ends in spans for span in self._uncovered(row, *ends)]
        for row, first, end in seen:
            (left, top), width = self.stage.origin, self.stage.size[0]
            strip = canvas_strip(self.stage, row, width, known=True).crop(first, end)
            text = "".join((each.style or Style()).render(each.text) for each in strip)
            self.write(f"\x1b[0m\x1b[{top + row + 1};{left + first + 1}H{text}")
        if seen:
            self.stage.overwritten(seen)
        for then in behind:
            then()

    def _uncovered(self, row: int, first: int, end: int) -> list[tuple[int, int, int]]:
        if not self.covered((first, row, end - first, 1)):
            return [(row, first, end)]
        x, _, columns, _ = self.cover or COVER
        return [(row, a, b) for a, b in ((first, min(end, x)), (max(first, x + columns), end)) if a < b]


class ToolkitHost(Toolkit):
    """On a small canvas."""

    def __init__(self, protocol: str, rate: float, *, attached: bool = False) -> None:
        super().__init__(protocol, CANVAS, rate=rate, attached=attached)


@dataclass(slots=True)
class Sitting:
    """A stage to which things happen in any order. Work is done, and answers come, only when it is said."""

    host: ToolkitHost
    pictures: Sequence[Picture]
    picture: Picture
    scene: Scene = ()

    def do(self, act: str) -> None:
        """One of `ACTS`."""
        host, (name, *number) = self.host, act.split()
        match name:
            case "draw":
                self.scene = SCENES[int(number[0])]
                host.stage.draw(self.scene)
            case "work":
                self._work()
            case "answer":
                host.answer()
            case "wait":
                host.deaf = True
                host.run(float(number[0]))
                host.deaf = False
            case "run":
                host.run(float(number[0]))
            case "wipe":
                host.repaint([(int(number[0]), 4, 20)])
            case "go":
                self.picture, self.scene = self.pictures[int(number[0])], ()
                host.stage.show(self.picture, host.stage.serial + 1)
            case "zoom":
                self._zoom(float(number[0]))
            case "cover":
                self._over()
            case _:
                self.uncover()

    def _work(self) -> None:
        """The job that was asked for first."""
        queue = self.host.workers.queue
        if queue:
            queue.pop(next(iter(queue)))()

    def _zoom(self, factor: float) -> None:
        view = self.host.stage.viewport
        if view is not None:
            fitted = Viewport.fit(view.image, view.canvas, view.cell)
            self.host.stage.look(fitted.zoomed(factor, (200.0, 150.0)) if factor > 1 else fitted)

    def _over(self) -> None:
        """A page opens."""
        host, (x, y, columns, rows) = self.host, COVER
        host.cover = COVER
        for row in range(y, y + rows):
            host.wipe(row, x, x + columns)

    def uncover(self) -> None:
        """The page closes."""
        if self.host.cover is not None:
            self.host.cover = None
            x, y, columns, rows = COVER
            self.host.due += [(row, x, x + columns) for row in range(y, y + rows)]
            self.host.paint()

    @property
    def spoilt(self) -> bool:
        """A picture lies over the page."""
        (x, y), (left, top, columns, rows) = self.host.stage.origin, COVER
        box = 10 * (x + left), 20 * (y + top), 10 * (x + left + columns), 20 * (y + top + rows)
        layer = self.host.model.screen.pictures.layer.crop(box)
        return self.host.cover is not None and layer.getchannel("A").getbbox() is not None

    def rest(self) -> Image.Image:
        """The canvas when everything has been done and answered."""
        self.uncover()
        self.host.workers.held = False
        self.host.run(30.0)
        assert not self.host.model.broken
        return seen(self.host)


DRAWS = tuple(f"draw {n}" for n in range(len(SCENES)))
ACTS = (
    *DRAWS,
    *("work",) * 6,
    *("answer", "answer", "wait 0.01", "wait 0.5", "run 0.02", "run 0.4", "run 1"),
    *("wipe 2", "wipe 7", "cover", "uncover", "go 0", "go 1", "zoom 1", "zoom 2.5"),
)
OVERTAKEN = ["work", "run 0.02", "draw 6", "work", "work", "draw 2", "draw 6"]
"""Strips with a scene that is drawn again wait behind those with another."""
HIDDEN = ["work", "run 1", "draw 3", "cover", "work", "draw 0"]
"""A scene that came and went below a page."""


def begun(protocol: str, rate: str, pictures: Sequence[Picture], front: Picture) -> Sitting:
    host = ToolkitHost(protocol, RATES[rate])
    host.workers.held = True
    host.stage.show(front, 1)
    return Sitting(host, pictures, front)


def in_peace(protocol: str, rate: str, like: Sitting) -> Image.Image:
    """The same picture, view and scene, each drawn when what was before had come."""
    fresh = begun(protocol, rate, like.pictures, like.picture)
    fresh.rest()
    if like.host.stage.viewport is not None:
        fresh.host.stage.look(like.host.stage.viewport)
    fresh.rest()
    fresh.host.stage.draw(like.scene)
    return fresh.rest()


def ink(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image).astype(int)
    return Image.fromarray(((pixels.max(axis=-1) - pixels.min(axis=-1)) > COLOURED).astype(np.uint8) * 255)


def apart(a: Image.Image, b: Image.Image) -> int:
    """Pixels with ink in one of them, and none near them in the other."""
    first, second = ink(a), ink(b)
    pairs = ((first, second), (second, first))
    found = (
        np.asarray(one) & ~np.asarray(other.filter(ImageFilter.MaxFilter(2 * REACH + 1)))
        for one, other in pairs
    )
    return sum(int(np.count_nonzero(each)) for each in found)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("protocol", ALL)
@example(acts=OVERTAKEN)
@example(acts=HIDDEN)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=20))
@settings(max_examples=2)
def test_nothing_is_left_over(protocol: str, rate: str, pictures: list[Picture], acts: list[str]) -> None:
    sitting = begun(protocol, rate, pictures, pictures[0])
    for act in acts:
        sitting.do(act)
        assert not sitting.spoilt
    there = sitting.rest()
    assert apart(there, in_peace(protocol, rate, sitting)) == 0


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells"])
@pytest.mark.parametrize("size", [(14, 12), (9, 12), (17, 7)])
def test_of_a_canvas_that_became_smaller_the_whole_picture_is_shown(
    protocol: str, size: tuple[int, int], pictures: list[Picture]
) -> None:
    """Not a part of what was made for the larger one, cut at whole cells."""

    def rows(*sizes: tuple[int, int]) -> tuple[int, int]:
        host = FakeStageHost(protocol, (2, 1, *sizes[0]), RATES["fast"], exact=False)
        host.stage.show(pictures[0], 1)
        for each in sizes:
            host.stage.resized((2, 1), each)
            host.run(30.0)
        lit = np.flatnonzero(np.asarray(seen(host).convert("L")).max(axis=1) > 30)
        return int(lit[0]), int(lit[-1])

    assert rows((24, 12), size) == rows(size)


@pytest.mark.parametrize("protocol", ALL)
def test_what_is_said_of_a_picture_on_its_way_stays_within_the_canvas(
    protocol: str, pictures: list[Picture]
) -> None:
    """Also when that becomes smaller meanwhile."""
    host = begun(protocol, "slow", pictures, pictures[0]).host
    assert any("loading" in tag.text for tag in host.stage.tag_layer.tags)
    host.stage.resized((2, 1), (9, 12))
    assert all(tag.column >= 0 and tag.end <= 9 for tag in host.stage.tag_layer.tags)
    assert host.stage.tag_layer.tags
