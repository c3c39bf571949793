"""On a thin line another view or adjustment is whole and rough before any of it is refined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.display.line_host import LineHost
from tests.display.test_adjustment import INVERTED
from tests.display.test_together import BLUE, RED, share, sides
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
    show, whole = stage.strips.show, share(host, RED) + share(host, BLUE)
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
