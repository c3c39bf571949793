"""What of a picture in strips is on the canvas while the rest of it is made or sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import seen
from tests.display.waves import waves
from tui.display.cell_stage import CellStage
from tui.display.jobs import Picture
from tui.imaging.decode_cache import Subject
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step
from tui.imaging.raster import placed_box
from tui.imaging.worker_pool import Check
from tui.terminal.caps import TerminalCaps

Begun = Callable[[CellStage, Developed], None]
"""Is called with the stage, which knows of them, each time that some strips are made."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("pictures")
    made = []
    for number in range(2):
        path = folder / f"{number}.png"
        waves(number).save(path)
        made.append(Picture(path, 100_000_000))
    return made


def cell_stage(host: FakeStageHost) -> CellStage:
    assert isinstance(host.stage, CellStage)
    return host.stage


def picture_seen(host: FakeStageHost) -> np.ndarray:
    """(height, width) greys of the picture's place on the screen."""
    assert host.stage.viewport is not None
    return np.asarray(seen(host).convert("L").crop(placed_box(host.stage.viewport)), dtype=float)


def with_half_blocks(picture: Picture, begun: Begun | None = None) -> FakeStageHost:
    """They were seen, and the strips are about to be made."""
    host = FakeStageHost("sixel", rate=1e6)
    stage = cell_stage(host)
    develop = stage.supply.develop

    def spied(subject: Subject, step: Step, check: Check, so_far: Callable[[Developed], None]) -> Developed:
        def told(made: Developed) -> None:
            so_far(made)
            if begun is not None:
                begun(stage, made)

        return develop(subject, step, check, told)

    stage.supply.develop = spied  # type: ignore[assignment]
    host.stage.show(picture, 1)
    host.workers.queue.pop(next(iter(host.workers.queue)))()
    host.workers.held = True
    host.run(2.0)
    assert host.said == [("seen", 1)] and host.workers.queue
    host.workers.held = False
    return host


def test_strips_are_sent_while_those_below_them_are_made(pictures: list[Picture]) -> None:
    painted = list[int]()

    def begun(stage: CellStage, made: Developed) -> None:
        painted.append(len(stage.strips._screen.painted))
        assert not made.whole and not stage.strips.complete

    host = with_half_blocks(pictures[0], begun)
    host.workers.work()
    assert painted and painted[0] > 0
    host.run(30.0)
    assert cell_stage(host).strips.complete


def test_strips_that_no_others_follow_are_a_whole(pictures: list[Picture]) -> None:
    """The memory did not suffice for more: what is there can be worked with."""

    def begun(stage: CellStage, made: Developed) -> None:
        raise MemoryError

    host = with_half_blocks(pictures[0], begun)
    host.run(5.0)
    stage = cell_stage(host)
    assert stage.strips.any_painted and stage.strips.complete


def test_the_line_is_not_measured_while_strips_are_made(pictures: list[Picture]) -> None:
    """Padding would go before them."""
    host = with_half_blocks(pictures[0])
    assert not host.stage.channel.calm
    host.run(60.0)
    assert cell_stage(host).strips.complete and host.stage.channel.calm


@pytest.mark.parametrize("protocol", ["sixel", "blocks"])
def test_the_name_of_a_picture_stands_there_until_some_of_it_does(
    protocol: str, pictures: list[Picture]
) -> None:
    """The line is full with the picture before, so that the rows of the next one have to wait."""
    host = FakeStageHost(protocol, rate=2e5)
    host.stage.show(pictures[0], 1)
    host.stage.want(pictures[1:])
    host.workers.work()
    host.deaf = True
    host.run(0.5)
    assert host.stage.channel.under_way
    host.stage.show(pictures[1], 2)
    assert host.stage.tag_layer.fetching == pictures[1].name
    assert "loading" in host.stage.tag_layer.tags[0].text
    host.deaf = False
    host.run(60.0)
    assert not host.stage.tag_layer.fetching and not host.stage.tag_layer.tags
    assert host.said[-1] == ("seen", 2)


@pytest.mark.parametrize("rate", [12e6, 50e6])
def test_where_strips_are_still_to_come_their_half_blocks_are(rate: float, pictures: list[Picture]) -> None:
    """On a fast line nothing of the canvas is black behind a key, nor of the picture before."""
    host = FakeStageHost("sixel", rate=rate)
    host.stage.show(pictures[0], 1)
    host.stage.want(pictures[1:])
    host.run(60.0)
    host.stage.show(pictures[1], 2)
    first = picture_seen(host)
    assert (first > 0).mean(axis=1).min() > 0.9
    host.run(60.0)
    # Half-blocks of the same picture are like it.
    assert np.abs(first - picture_seen(host)).mean() < 30


@pytest.mark.parametrize("protocol", ["sixel", "iterm2"])
def test_the_cells_in_which_a_picture_ends_are_filled_with_the_colour_round_it(
    protocol: str, tmp_path: Path
) -> None:
    path = tmp_path / "wide.png"
    waves(1).resize((397, 171)).save(path)
    host = FakeStageHost(protocol, background=(238, 238, 220))
    host.stage.show(Picture(path, 100_000_000), 1)
    host.run(30.0)
    view = host.stage.viewport
    assert view is not None and cell_stage(host).strips.complete
    top = round(view.placed[1])
    assert top % 20 > 4
    rim = np.asarray(seen(host))[top - top % 20 : top - 2, 20:380].reshape(-1, 3).astype(int)
    # Next to the picture dithering takes some of it in.
    off = np.abs(rim - (238, 238, 220)).max(axis=1)
    assert (off <= 3).mean() > 0.95


def test_of_a_terminal_that_tells_no_colour_it_is_black() -> None:
    assert replace(TerminalCaps(), protocol="sixel").background == (0, 0, 0)
