"""On a thin line another view is whole and rough before any of it is refined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.display.line_host import LineHost
from tests.display.test_together import sides
from tui.display.block_stage import BlockStage
from tui.display.jobs import Rung
from tui.imaging.ladder import Step


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
