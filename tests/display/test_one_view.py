"""On a thin line another view or adjustment is whole and rough before any of it is refined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.display.line_host import LineHost
from tests.display.test_adjustment import INVERTED
from tests.display.test_together import shares, sides
from tui.display.block_stage import BlockStage
from tui.display.cell_stage import CellStage
from tui.display.jobs import Rung
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step


def inverted_share(host: LineHost) -> float:
    """Of the canvas, the part that is light in green: red and blue have become cyan and yellow."""
    (x, y), (columns, rows) = host.stage.origin, host.stage.size
    box = (x * 10, y * 20, (x + columns) * 10, (y + rows) * 20)
    return float((np.asarray(host.model.picture().convert("RGB").crop(box))[..., 1] > 128).mean())


@pytest.mark.parametrize("rate", [256e3, 1e6])
def test_half_blocks_of_another_view_are_whole_before_any_of_them_is_refined(
    tmp_path: Path, rate: float
) -> None:
    """Also when the fine ones were made before, as those of the whole picture were."""
    host = LineHost(rate, 0.15, (60, 20), "blocks")
    host.stage.show(sides(tmp_path / "sides.png"), 1)
    host.run(30.0)
    stage = host.stage
    assert isinstance(stage, BlockStage) and stage.viewport is not None
    fitted, present = stage.viewport, stage.blocks.present
    presented: list[tuple[bool, bool]] = []

    def spied(rung: Rung | None) -> None:
        if rung is not None:
            assert isinstance(rung.step, Step)
            presented.append((rung.step.exact, stage.blocks.complete))
        present(rung)

    stage.blocks.present = spied  # type: ignore[method-assign]
    for view in (fitted.zoomed(1.5), fitted):
        presented.clear()
        stage.look(view)
        host.run(30.0)
        first = presented.index((True, True))
        assert first > 0 and not any(exact for exact, _ in presented[:first])
        assert stage.blocks.complete


def test_fine_half_blocks_stay_when_the_rest_of_the_canvas_changes_before_they_were_answered(
    tmp_path: Path,
) -> None:
    host = LineHost(256e3, 0.6, (60, 20), "blocks")
    stage = host.stage
    assert isinstance(stage, BlockStage)
    present = stage.blocks.present
    presented: list[bool] = []

    def spied(rung: Rung | None) -> None:
        if rung is not None:
            assert isinstance(rung.step, Step)
            presented.append(rung.step.exact)
        present(rung)

    picture = sides(tmp_path / "sides.png")
    stage.show(picture, 1)
    host.run(30.0)
    stage.show(None, 2)
    host.run(1.0)
    stage.blocks.present = spied  # type: ignore[method-assign]
    stage.show(picture, 3)
    for _ in range(200):
        host.run(0.05)
        stage.present()
    assert presented == sorted(presented) and presented[0] < presented[-1]
    assert stage.blocks.complete


@pytest.mark.parametrize("rate", [256e3, 1e6, 20e6])
def test_under_sixels_another_adjustment_is_whole_in_half_blocks_before_strips_come(
    tmp_path: Path, rate: float
) -> None:
    """Strips took seconds, in which the picture was as before and then half of it inverted."""
    host = LineHost(rate, 0.08, (60, 20), "sixel")
    host.stage.show(sides(tmp_path / "sides.png"), 1)
    host.run(60.0)
    stage = host.stage
    assert isinstance(stage, CellStage)
    show, whole = stage.strips.show, sum(shares(host))
    assert inverted_share(host) == 0.0
    seen: list[tuple[float, bool]] = []

    def spied(made: Developed, step: Step) -> None:
        seen.append((inverted_share(host), stage.blocks.complete))
        show(made, step)

    stage.strips.show = spied  # type: ignore[method-assign]
    stage.adjusting.ask(INVERTED)
    host.run(60.0)
    inverted, complete = seen[0]
    assert complete and abs(inverted - whole) < 0.03
    assert host.said == [("seen", 1)], "the picture itself was seen before"


class WatchedHost(LineHost):
    """Looks at the canvas after everything that is written while it watches: the parts that are red and blue."""

    def __init__(self, rate: float, protocol: str, size: tuple[int, int]) -> None:
        self.looks: list[tuple[float, float]] = []
        self.watching = False
        super().__init__(rate, 0.15, size, protocol)

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        # The toolkit paints all of them in one frame.
        watching, self.watching = self.watching, False
        super().repaint(rows)
        self.watching = watching
        self.look_at()

    def write(self, text: str) -> None:
        super().write(text)
        self.look_at()

    def look_at(self) -> None:
        if self.watching:
            self.looks.append(shares(self))


@pytest.mark.parametrize("size", [(40, 20), (100, 36)])
@pytest.mark.parametrize("protocol", ["blocks", "sixel"])
def test_no_half_blocks_of_two_views_are_side_by_side(
    tmp_path: Path, protocol: str, size: tuple[int, int]
) -> None:
    """Also when others are asked for while the first comes. What the line takes long for comes over blank cells."""
    host = WatchedHost(256e3, protocol, size)
    host.stage.show(sides(tmp_path / "sides.png"), 1)
    host.run(60.0)
    start = host.stage.viewport
    assert start is not None
    host.stage.look(start.zoomed(2.5).panned(-1.0, 0.0))
    host.run(30.0)
    host.watching = True
    for right in (1.0, -1.0, 1.0):
        host.looks.clear()
        host.stage.look(start.zoomed(2.5).panned(right, 0.0))
        host.run(0.4)
        # The view before lies there until the first of this one is made.
        first = next(n for n, (red, blue) in enumerate(host.looks) if (blue if right > 0 else red) > 0.0)
        assert all((red if right > 0 else blue) == 0.0 for red, blue in host.looks[first:])
    host.run(5.0)
    assert host.looks[-1][1] > 0.95
