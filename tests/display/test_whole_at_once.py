"""With inline files on a thin line a picture, or another part of it, is first seen whole and rough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.test_together import BLUE, RED, share, shares, sides
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.model.scene import Frame, Text

Look = tuple[float, float, bool]
"""The parts of the canvas that are red and blue, and whether it says that a picture is loading."""


def patchy(path: Path, colour: tuple[int, int, int]) -> Picture:
    """Of one colour, with patches and grain that take bytes at any size."""
    noise = np.random.default_rng(1)
    patches = noise.normal(0, 25, (135, 180, 1)).repeat(5, 0).repeat(5, 1)
    grain = noise.normal(0, 12, (675, 900, 1))
    Image.fromarray((np.array(colour) + patches + grain).clip(0, 255).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


class WatchedHost(LineHost):
    """Looks at the canvas after everything that is written while it watches."""

    def __init__(self, rate: float = 256e3) -> None:
        self.looks: list[Look] = []
        self.watching = False
        super().__init__(rate, 0.15, (60, 20), "iterm2")

    def write(self, text: str) -> None:
        super().write(text)
        if text and self.watching:
            self.looks.append((*shares(self), "loading" in self.model.screen.text()))


def test_the_next_picture_is_whole_from_the_first_and_until_then_it_is_called_loading(tmp_path: Path) -> None:
    """It was made ahead, in steps that this line takes seconds for."""
    host = WatchedHost()
    red, blue = patchy(tmp_path / "red.png", RED), patchy(tmp_path / "blue.png", BLUE)
    host.stage.want([blue])
    host.stage.show(red, 1)
    host.run(60.0)
    host.watching = True
    host.stage.show(blue, 2)
    before = host.sent
    while ("seen", 2) not in host.said:
        host.run(0.05)
    first = host.sent - before
    host.run(60.0)
    assert {look[0] for look in host.looks} == {0.0}
    there = next(n for n, look in enumerate(host.looks) if look[1] > 0.0)
    assert there > 0 and host.looks[there - 1][2]
    assert min(look[1] for look in host.looks[there:]) > 0.8
    assert first < 20_000
    assert host.sharpnesses[-1] == Sharpness.FINAL


def test_a_rough_picture_that_was_sent_at_once_stays_until_something_better_comes(tmp_path: Path) -> None:
    """It was wiped out for the time until the sharper strips came, which were made ahead as well."""
    host = WatchedHost()
    grain = np.random.default_rng(1).normal(0, 9, (675, 900, 1))
    path = tmp_path / "blue.png"
    Image.fromarray((np.array(BLUE) + grain).clip(0, 255).astype(np.uint8)).save(path)
    blue = Picture(path, 100_000_000)
    host.stage.want([blue])
    host.stage.show(patchy(tmp_path / "red.png", RED), 1)
    host.run(60.0)
    host.watching = True
    host.stage.show(blue, 2)
    host.run(60.0)
    there = next(n for n, look in enumerate(host.looks) if look[1] > 0.0)
    assert min(look[1] for look in host.looks[there:]) > 0.85


def test_another_view_takes_the_place_of_the_one_before_as_a_whole(tmp_path: Path) -> None:
    """Also when others are asked for while it comes."""
    host = WatchedHost()
    host.stage.show(sides(tmp_path / "sides.png"), 1)
    host.run(60.0)
    host.watching = True
    start = host.stage.viewport
    assert start is not None
    for right in (1.0, -1.0, 1.0):
        host.stage.look(start.zoomed(2.5).panned(right, 0.0))
        host.run(0.2)
    host.run(60.0)
    assert {(round(red), round(blue)) for red, blue, _ in host.looks} == {(0, 1), (1, 0)}
    assert all(max(red, blue) > 0.95 for red, blue, _ in host.looks)
    assert host.looks[-1][1] > 0.95


@pytest.mark.parametrize("rate", [256e3, 1e6])
def test_a_picture_from_which_a_page_goes_is_whole_from_the_first(tmp_path: Path, rate: float) -> None:
    """With its shape and the tag of that: exact strips came round the shape and left holes for seconds, after the tag."""
    host = WatchedHost(rate)
    scene = (Frame(300, 200, 250, 150, "#00ff00"), Text((300, 200), "cat", "#00ff00"))
    host.stage.show(patchy(tmp_path / "red.png", RED), 1)
    host.stage.draw(scene)
    host.run(60.0)
    before = share(host, RED)
    host.cover = (0, 0, 60, 20)
    host.stage.overwritten([(y, 0, 60) for y in range(20)])
    host.run(2.0)
    for y in range(20):
        host.write(f"\x1b[0m\x1b[{y + 2};3H" + " " * 60)
    host.cover, host.watching = None, True
    host.stage.overwritten(None)
    host.run(60.0)
    there = next(n for n, look in enumerate(host.looks) if look[0] > 0.0)
    assert min(look[0] for look in host.looks[there:]) > before - 0.05
    assert "cat" in host.model.screen.text()
    assert host.sharpnesses[-1] == Sharpness.FINAL


@pytest.mark.parametrize("row", [0, 10])
def test_what_something_covers_in_part_is_seen_beside_that(tmp_path: Path, row: int) -> None:
    host = WatchedHost()
    host.cover = (0, row, 12, 3)
    host.workers.held = True
    host.stage.show(patchy(tmp_path / "red.png", RED), 1)
    host.workers.queue.pop(next(iter(host.workers.queue)))()
    host.run(2.0)
    assert share(host, RED) > 0.5
    assert ("seen", 1) in host.said
