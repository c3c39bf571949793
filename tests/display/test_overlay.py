"""What a scene over a picture costs and leaves: rulers and tags come and go, edges move, pages lie over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.likeness import ssim
from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import PICTURES, expected, likeness, seen
from tui.display.cell_stage import CellStage
from tui.display.jobs import Picture
from tui.model.scene import Cross, Frame, Handle, Ruler, Scene, Text

RULER = Ruler(0, 0, 1200, 900, "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst", (1200 / 26, 45.0))
CROSS = Cross((600.0, 450.0), "#ffffff")


@pytest.fixture
def picture(pictures: list[Picture]) -> Picture:
    return pictures[0]


def shown(protocol: str, picture: Picture, rate: float = 50e6) -> FakeStageHost:
    host = FakeStageHost(protocol, rate=rate)
    host.stage.show(picture, 1)
    host.run(10.0)
    return host


def cost(host: FakeStageHost, scene: Scene) -> int:
    """Bytes of another scene."""
    before = host.sent
    host.stage.draw(scene)
    host.run()
    return host.sent - before


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_tags_come_and_go_without_the_strips_below_them(protocol: str, picture: Picture) -> None:
    host = shown(protocol, picture)
    bare, whole = seen(host), host.sent
    tagged = cost(host, (Text((600, 450), "1 cat", "#e69f00"),))
    assert 0 < tagged <= 60
    assert "1 cat" in host.model.text()
    assert 0 < cost(host, ()) <= whole / 20
    assert ssim(seen(host), bare) > 0.995


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_the_ruler_costs_its_letters(protocol: str, picture: Picture) -> None:
    host = shown(protocol, picture)
    bare = seen(host)
    assert 0 < cost(host, (RULER,)) <= 700
    rows = host.model.text().splitlines()
    first = host.stage.origin[1] + 2
    # Half-blocks that came first lie under sixels.
    assert sorted("".join("".join(rows[first:]).split()).replace("▀", "").replace("▄", "")) == sorted(
        RULER.columns + RULER.rows
    )
    assert cost(host, (RULER, CROSS)) > 0
    assert cost(host, ()) > 0
    assert ssim(seen(host), bare) > 0.99


@pytest.mark.parametrize("held", [(600, 300), (800, 500), (600, 700), (400, 500)])
def test_kitty_moves_a_held_edge_for_three_placements(held: tuple[int, int], picture: Picture) -> None:
    host = shown("kitty", picture)
    costs = []
    for n in range(9):
        left, top, right, bottom = 400.0, 300.0, 800.0, 700.0
        step = 1.7 * n
        match held:
            case (600, 300):
                top += step
            case (800, 500):
                right += step
            case (600, 700):
                bottom += step
            case _:
                left += step
        middle = (left + right) / 2, (top + bottom) / 2
        at = (middle[0] if held[0] == 600 else (left if held[0] == 400 else right),
              middle[1] if held[1] == 500 else (top if held[1] == 300 else bottom))  # fmt: skip
        scene: Scene = (
            Frame(left, top, right - left, bottom - top, "#00ff00"),
            *(Handle((x, y), "#00ff00") for x in (left, right) for y in (top, bottom)),
            Handle(at, "#00ff00", strong=True),
        )
        costs.append(cost(host, scene))
        assert ssim(seen(host), expected(host, picture, scene)) > 0.9
    assert max(costs[1:]) <= 330


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_what_waits_for_a_slow_line_does_not_go_over_a_page(protocol: str, picture: Picture) -> None:
    """Strips were asked for, then something covers the canvas, and only then the line has room."""
    host = shown(protocol, picture, rate=200e3)
    host.deaf = True
    host.stage.draw((Frame(50, 50, 1100, 800, "#ff0000"),))
    for row in range(20):
        host.wipe(row, 0, 40)
    host.run(0.05)
    host.cover = (0, 0, 40, 20)
    for row in range(20):
        host.wipe(row, 0, 40)
    host.deaf = False
    host.run(20.0)
    assert seen(host).getextrema() == ((0, 0), (0, 0), (0, 0))
    host.cover = None
    for row in range(20):
        host.wipe(row, 0, 40)
    host.run(20.0)
    assert likeness(host, picture, host.stage.scene) > 0.85


def changed(host: FakeStageHost, bare: Image.Image) -> int:
    """Pixels that are clearly not as in `bare`."""
    apart = np.abs(np.asarray(seen(host)).astype(int) - np.asarray(bare).astype(int))
    return int((apart.max(axis=-1) > 90).sum())


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_a_strip_that_waits_is_given_up_when_its_scene_has_gone(protocol: str, picture: Picture) -> None:
    """The line takes nothing for a while: a frame is asked for in whole strips, and gone again before they went."""
    host = shown(protocol, picture)
    stage = host.stage
    assert isinstance(stage, CellStage) and stage.strips.now is not None
    bare, now = seen(host), stage.strips.now
    stage.strips.now = replace(now, step=replace(now.step, divisor=2))  # Such strips are not patched.
    frame = Frame(50, 50, 1000, 800, "#00ff00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "pump", lambda: None)
        for scene in ((frame,), ()):
            stage.draw(scene)
            host.workers.work()
    stage.pump()
    assert changed(host, bare) == 0
    stage.draw((frame,))
    host.workers.work()
    assert changed(host, bare) > 500


@pytest.mark.parametrize("protocol", PICTURES)
def test_nothing_of_a_ruler_stays(protocol: str, picture: Picture) -> None:
    host = shown(protocol, picture)
    for scene in ((RULER, CROSS), (RULER, Cross((610.0, 450.0), "#ffffff")), ()):
        cost(host, scene)
    assert likeness(host, picture) > 0.9
