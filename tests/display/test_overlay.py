"""What a scene over a picture costs and leaves: rulers and tags come and go, edges move, pages lie over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.likeness import ssim
from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import PICTURES, expected, likeness, seen
from tui.display.cell_stage import CellStage
from tui.display.jobs import Picture
from tui.imaging.draw import draw
from tui.imaging.outline import Grid
from tui.model.scene import Area, Cross, Frame, Handle, Ruler, Scene, Text

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
    assert set("".join("".join(rows[first:]).split()).replace("▀", "").replace("▄", "")) == set(
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


@pytest.fixture(params=["grey", "colour"])
def shades(request: pytest.FixtureRequest, tmp_path: Path) -> Picture:
    """Smooth, from dark to light: where it has too few levels, edges are seen."""
    across, down = np.meshgrid(np.linspace(20, 90, 800), np.linspace(0, 25, 800))
    levels = [across + down, across + 2 * down, 120 - across + down]
    if request.param == "grey":
        levels = [levels[0]] * 3
    pixels = np.stack(levels, axis=-1) + np.random.default_rng(5).normal(0, 2, (800, 800, 1))
    path = tmp_path / "shades.png"
    Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8)).save(path)
    return Picture(path, 10**8)


def drawn(host: FakeStageHost, scene: Scene) -> np.ndarray:
    """(height, width) of the canvas: where something of a scene is."""
    assert host.stage.viewport is not None
    return draw(scene, Grid(host.stage.viewport), (0, 0, *host.stage.canvas)).indices > 0


@pytest.mark.parametrize("rate", [50e6, 1e6])
def test_beside_a_shape_no_pixel_of_sixels_changes(rate: float, shades: Picture) -> None:
    """Neither in the strips that are sent with it nor in what is sent as it moves and goes."""
    host = shown("sixel", shades, rate)
    bare = np.asarray(seen(host))
    before = np.zeros(bare.shape[:2], bool)
    for left in (100, 130, 137):
        scene: Scene = (Frame(left, 100, 300, 280, "#ff8000"), Handle((left, 100), "#ff8000"))
        host.stage.draw(scene)
        host.run()
        now, inked = np.asarray(seen(host)), drawn(host, scene)
        assert np.array_equal(now[~inked], bare[~inked])
        wanted = np.asarray(expected(host, shades, scene))[inked].astype(int)
        assert np.abs(now[inked] - wanted).mean() < 4
        assert (inked & ~before).any()
        before = inked
    host.stage.draw(())
    host.run()
    assert np.array_equal(np.asarray(seen(host)), bare)


def test_under_a_filled_shape_sixels_are_as_near_as_beside_it(shades: Picture) -> None:
    """By the means of places of 16 by 16 pixels."""
    host = shown("sixel", shades)
    box = (slice(160, 320), slice(160, 320))

    def off(scene: Scene) -> float:
        short = np.asarray(seen(host)).astype(float) - np.asarray(expected(host, shades, scene))
        return float(np.abs(short[box].reshape(10, 16, 10, 16, 3).mean(axis=(1, 3))).max())

    without = off(())
    scene: Scene = (Area((800, 800), (0, 640_000), "#0000ff"),)
    host.stage.draw(scene)
    host.run()
    assert drawn(host, scene)[box].all()
    assert off(scene) <= without + 1


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
