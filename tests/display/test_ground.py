"""What is seen of the canvas where no picture is: the colour of the theme, in all ways in which pictures reach a terminal,
in cells as in the pixels at the edges of pictures."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tui.display.block_stage import BlockStage
from tui.display.ground import THEMES, Ground
from tui.display.jobs import Picture
from tui.imaging.encode import Rgb
from tui.imaging.raster import placed_box
from tui.model.scene import Frame, Text
from tui.terminal.blocks import EMPTY
from tui.terminal.caps import TerminalCaps

DARK, LIGHT = THEMES["dark"], THEMES["light"]
PROTOCOLS = ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"]
WHITE = (255, 255, 255)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    """Its sides lie within cells."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    noise = np.random.default_rng(1).normal(128, 60, (500, 333)).clip(0, 255).astype(np.uint8)
    Image.fromarray(noise).convert("RGB").save(path)
    return Picture(path, 10**8)


def beside(host: FakeStageHost) -> np.ndarray:
    """(number, 3): the pixels of the canvas that are not the picture's."""
    (left, top), (columns, rows) = host.stage.origin, host.stage.size
    pixels = np.asarray(host.model.picture().convert("RGB"))
    pixels = pixels[top * 20 : (top + rows) * 20, left * 10 : (left + columns) * 10]
    outside = np.ones(pixels.shape[:2], bool)
    if host.stage.front is not None and host.stage.viewport is not None:
        x0, y0, x1, y1 = placed_box(host.stage.viewport)
        if isinstance(host.stage.ground, Ground) and host.stage.caps.protocol in ("blocks", "sixel"):
            # Half-blocks are as wide as a cell and half as high.
            x0, x1, y0, y1 = x0 // 10 * 10, -(-x1 // 10) * 10, y0 // 10 * 10, -(-y1 // 10) * 10
        outside[y0:y1, x0:x1] = False
    found: np.ndarray = pixels[outside]
    return found


def lies_on(host: FakeStageHost, ground: Rgb) -> bool:
    """What JPEGs lose beside a picture is left out."""
    most = 40 if host.stage.caps.protocol == "iterm2" else 0
    found = beside(host).astype(int)
    away = np.abs(found - host.stage.ground.colour).max(axis=1)
    exact = np.abs(np.subtract(host.stage.ground.colour, ground)).max() <= 1
    return bool(exact and away.max() <= most and (away == 0).mean() > 0.8)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_ground_is_the_theme_s_and_changes_with_it(protocol: str, portrait: Picture) -> None:
    host = FakeStageHost(protocol, background=WHITE)
    host.lie_on(DARK)
    host.run()
    assert lies_on(host, DARK), "before there is a picture"
    host.stage.show(portrait, 1)
    host.run(30.0)
    assert lies_on(host, DARK)
    host.lie_on(LIGHT)
    host.run(30.0)
    assert lies_on(host, LIGHT)
    host.stage.show(None, 2)
    host.run()
    assert lies_on(host, LIGHT), "where it was"
    assert host.said.count(("seen", 1)) == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_it_is_there_while_a_picture_is_on_its_way(protocol: str, portrait: Picture) -> None:
    host = FakeStageHost(protocol, background=WHITE, rate=64e3, trip=0.3)
    host.lie_on(LIGHT)
    host.stage.show(portrait, 1)
    host.stage.channel.paused = True
    assert host.stage.viewport is None
    colours, count = np.unique(beside(host), axis=0, return_counts=True)
    assert tuple(colours[count.argmax()].tolist()) == host.stage.ground.colour
    assert count.max() > 0.9 * count.sum(), "but for the picture's name"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_lay_beside_a_picture_leaves_the_ground(protocol: str, portrait: Picture) -> None:
    host = FakeStageHost(protocol, background=WHITE)
    host.lie_on(LIGHT)
    host.stage.show(portrait, 1)
    host.run(30.0)
    scene = (Frame(5, 20, 300, 90, "#ff0000"), Text((-20, 20), "beside", "#ff0000", "above"))
    host.stage.draw(scene)
    host.run(30.0)
    assert host.stage.tag_layer.tags
    host.stage.draw(())
    host.run(30.0)
    assert lies_on(host, LIGHT)


def test_in_kitty_it_costs_some_hundred_bytes_once(portrait: Picture) -> None:
    host = FakeStageHost("kitty")
    host.stage.show(portrait, 1)
    host.run(30.0)
    for ground, most in ((DARK, 330), (LIGHT, 330), (DARK, 160)):
        host.kinds.clear()
        host.lie_on(ground)
        host.run()
        assert 0 < sum(host.kinds.values()) <= most
    host.stage.show(None, 2)
    host.run()
    host.kinds.clear()
    host.stage.resized((2, 1), (38, 18))
    host.run()
    assert 0 < sum(host.kinds.values()) <= 160
    assert lies_on(host, DARK)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_where_none_is_wished_it_is_the_terminal_s_own(protocol: str, portrait: Picture) -> None:
    host = FakeStageHost(protocol, background=(0, 0, 0))
    host.stage.show(portrait, 1)
    host.run(30.0)
    host.lie_on(None)
    assert host.stage.ground.cell == EMPTY
    host.run(30.0)
    assert lies_on(host, (0, 0, 0))


@pytest.mark.parametrize("ground", [DARK, LIGHT])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_in_256_colours_it_is_the_same_colour(protocol: str, ground: Rgb) -> None:
    caps = replace(TerminalCaps(), protocol=protocol)
    grey = Ground.of(ground, caps).cell
    assert 8 + 10 * (grey - 232) == ground[0]


@pytest.mark.parametrize("protocol", ["sixel", "blocks"])
@pytest.mark.parametrize("seed", range(2))
def test_no_half_block_is_painted_without_both_colours(
    protocol: str, seed: int, portrait: Picture, pictures: list[Picture]
) -> None:
    """Whatever happens one after another: the half without one would have the terminal's own foreground."""
    host, chance = FakeStageHost(protocol, rate=256e3, trip=0.15, background=WHITE), random.Random(seed)
    host.lie_on(DARK)
    for serial in range(1, 25):
        match chance.randrange(6):
            case 0:
                host.lie_on(chance.choice([DARK, LIGHT]))
            case 1:
                host.stage.show(chance.choice([portrait, *pictures]), serial)
            case 2:
                row, first = chance.randrange(20), chance.randrange(30)
                host.wipe(row, first, first + 8)
            case 3 if host.stage.viewport is not None:
                host.stage.look(host.stage.viewport.zoomed(chance.choice([0.5, 2.0])))
            case 4:
                host.stage.draw((Frame(100, 100, 200 + serial, 200, "#ff0000"),) if serial % 2 else ())
            case _:
                host.run(chance.choice([0.05, 0.5, 20.0]))
        for y in range(host.stage.size[1]):
            for text, fore, _ in host.stage.row(y):
                assert fore != EMPTY or not text.strip()
        assert not bare_halves(host)


@pytest.mark.parametrize("protocol", ["sixel", "iterm2"])
def test_another_ground_paints_no_half_block_without_both_colours(protocol: str, portrait: Picture) -> None:
    """Half-blocks filled in for strips that text went over, and strips lie there again."""
    host = FakeStageHost(protocol, rate=256e3, trip=0.15, background=WHITE)
    host.lie_on(DARK)
    host.stage.show(portrait, 1)
    host.run(60.0)
    for row in range(20):
        host.wipe(row, 0, 40)
    host.run(60.0)
    for ground in (LIGHT, DARK):
        host.lie_on(ground)
        for _ in range(40):
            assert not bare_halves(host)
            host.run(0.05)
    host.run(60.0)
    assert lies_on(host, DARK)


def test_another_ground_leaves_half_blocks_that_are_exact_as_they_are(portrait: Picture) -> None:
    """On a thin line these take seconds to come: only cells at the rim are painted, and none is rougher meanwhile."""
    host = FakeStageHost("blocks", rate=256e3, trip=0.15, background=WHITE)
    host.lie_on(DARK)
    host.stage.show(portrait, 1)
    host.run(60.0)
    assert isinstance(host.stage, BlockStage) and host.stage.blocks.shown is not None
    whole = host.kinds["picture"]
    inside = (slice(2, 18), slice(17, 23))
    sharp = host.stage.blocks.shown.top[inside].copy()
    for ground in (LIGHT, DARK, LIGHT):
        host.kinds.clear()
        host.lie_on(ground)
        for _ in range(60):
            host.run(0.1)
            assert np.array_equal(host.stage.blocks.shown.top[inside], sharp)
        host.run(20.0)
        assert lies_on(host, ground)
        assert host.kinds.get("picture", 0) < whole / 10


def bare_halves(host: FakeStageHost) -> list[tuple[int, int]]:
    """Cells of the screen (row, column) with a half-block that has no colour of its own."""
    cells = enumerate(host.model.screen.cells)
    return [
        (y, x)
        for y, line in cells
        for x, cell in enumerate(line)
        if cell.text in ("▀", "▄") and cell.front is None
    ]
