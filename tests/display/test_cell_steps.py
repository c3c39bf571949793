"""Which steps of a picture that belongs to cells lie on the screen, one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import expected, seen
from tui.display.cell_stage import CellStage
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step
from tui.model.scene import Frame, Scene
from tui.terminal.line_meter import LineMeter

BAND = (30, 300, 340, 340)
"""Pixels of the cells round a shape low in the picture."""


def cell_stage(host: FakeStageHost) -> CellStage:
    assert isinstance(host.stage, CellStage)
    return host.stage


@pytest.mark.parametrize(
    ("rate", "later"), [(12e6, 5e6), (12e6, 1e6), (12e6, 3e5), (12e6, 5e4), (5e6, 1e6), (1e6, 3e5)]
)
def test_what_is_there_gives_way_to_nothing_that_is_worse(
    rate: float, later: float, pictures: list[Picture]
) -> None:
    """The line has become slower, and its ladder another one."""
    host = FakeStageHost("iterm2", rate=rate, exact=False)
    host.stage.show(pictures[0], 1)
    host.run(30.0)
    best, before = seen(host).tobytes(), host.sent
    stage = cell_stage(host)
    stage.channel.meter = LineMeter(rate=later)
    stage.advance()
    stage.present()
    host.run(60.0)
    assert host.sent == before
    assert seen(host).tobytes() == best


@pytest.mark.parametrize(
    ("protocol", "exact", "rate", "later"),
    [
        # Each two values meet.
        ("iterm2", True, 1e6, 3e5),
        ("sixel", False, 1e6, 3e5),
        ("iterm2", False, 3e5, 1e6),
        ("sixel", True, 3e5, 1e6),
        ("iterm2", True, 5e6, 1e6),
        ("sixel", False, 5e6, 1e6),
    ],
)
def test_the_sign_goes_though_the_line_is_taken_for_another_one(
    protocol: str, exact: bool, rate: float, later: float, pictures: list[Picture]
) -> None:
    """Strips that were made for the line of before are as good as those of now, which do not come any more."""
    host = FakeStageHost(protocol, rate=rate, exact=exact)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    told = host.stage.sharpness.told
    assert told == (Sharpness.FINAL if exact else Sharpness.INEXACT)
    stage = cell_stage(host)
    stage.channel.meter = LineMeter(rate=later)
    stage.advance()
    stage.present()
    host.run(60.0)
    assert host.stage.sharpness.told == told


@pytest.mark.parametrize(("rate", "later"), [(5e4, 1e6), (3e5, 12e6), (1e6, 12e6)])
def test_what_is_there_gives_way_to_what_is_better(
    rate: float, later: float, pictures: list[Picture]
) -> None:
    host = FakeStageHost("iterm2", rate=rate, exact=False)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    stage = cell_stage(host)
    assert stage.strips.now is not None
    first = stage.strips.now.step
    stage.channel.meter = LineMeter(rate=later)
    stage.advance()
    host.run(60.0)
    now = stage.strips.now.step
    assert (now.divisor, -(now.quality or 0)) < (first.divisor, -(first.quality or 0))


@pytest.mark.parametrize("rate", [4e6, 50e6])
def test_a_key_shows_the_next_picture_with_its_text_and_no_black_canvas_between(
    rate: float, pictures: list[Picture]
) -> None:
    """Nothing has to come first, no timer and no answer."""
    host = FakeStageHost("sixel", rate=rate)
    host.stage.show(pictures[0], 1)
    host.stage.want(pictures[1:2])
    host.run(60.0)
    host.stage.show(pictures[1], 2)
    filled = np.asarray(seen(host).convert("L")) > 0
    # Above it is nothing: the canvas is a square.
    assert filled[60:100].mean() > 0.9
    host.run(60.0)
    assert host.said == [("seen", 1), ("seen", 2)]


@pytest.mark.parametrize("after", [(Frame(100, 780, 900, 60, "#00ff00"),), ()])
@pytest.mark.parametrize("protocol", ["sixel", "iterm2"])
def test_a_shape_is_drawn_before_what_only_becomes_better(
    protocol: str, after: Scene, pictures: list[Picture]
) -> None:
    """A shape low in the picture gets another colour, or goes, while the exact strips are on their way from the top."""
    host = FakeStageHost(protocol, rate=1e6)
    host.stage.show(pictures[0], 1)
    before: Scene = (Frame(100, 780, 900, 60, "#ff0000"),)
    host.stage.draw(before)
    stage = cell_stage(host)
    host.run(0.7)
    host.deaf = True
    host.run(0.7)
    host.deaf = False
    host.stage.draw(after)
    host.workers.work()
    now = stage.strips.now
    assert now is not None and now.step.exact and not stage.strips.complete
    wanted, gone = (off(host, pictures[0], scene) for scene in (after, before))
    assert wanted < 10 < gone


def off(host: FakeStageHost, picture: Picture, scene: Scene) -> float:
    """By how much what is seen in the cells of `BAND` differs from a picture with a scene."""
    there, due = (
        np.asarray(image.crop(BAND)).astype(int) for image in (seen(host), expected(host, picture, scene))
    )
    return float(np.abs(there - due).mean())


@pytest.mark.parametrize("rate", [256e3, 1e6])
@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_another_view_is_whole_before_any_of_it_becomes_exact(
    protocol: str, rate: float, pictures: list[Picture]
) -> None:
    """Exact strips go over the view before from the top, for many seconds on a slow line. Of the fitted picture they
    were made before."""
    host = LineHost(rate, 0.15, (60, 22), protocol)
    host.stage.show(pictures[0], 1)
    host.run(90.0)
    stage = cell_stage(host)
    fitted = stage.viewport
    assert fitted is not None and stage.strips.complete
    shown, show = [], stage.strips.show

    def spied(made: Developed, step: Step) -> None:
        shown.append((step.exact, stage.strips.as_wanted and stage.strips.complete))
        show(made, step)

    stage.strips.show = spied  # type: ignore[method-assign]
    for view in (fitted.zoomed(1.5), fitted):
        shown.clear()
        host.stage.look(view)
        host.run(90.0)
        assert stage.strips.now is not None and stage.strips.now.step.exact and stage.strips.complete
        exact = [whole for exact, whole in shown if exact]
        assert exact and all(exact)
