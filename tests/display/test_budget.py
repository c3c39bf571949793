"""A budget holds for exact pictures too, however many bytes theirs takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tui.display.cell_stage import CellStage
from tui.display.covering_stage import CoveringStage
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.display.stored_stage import StoredStage


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2"])
@pytest.mark.parametrize("rate", [2e8, 1e6, 2.56e5])
def test_noise_does_not_pass_it(protocol: str, rate: float, tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 400, 3), dtype=np.uint8)).save(path)
    host = FakeStageHost(protocol, rate=rate)
    stage, budget = host.stage, 340_000
    assert isinstance(stage, StoredStage | CoveringStage | CellStage)
    holder = stage.supply if isinstance(stage, CoveringStage) else stage
    holder._planner = replace(holder._planner, budget=budget)
    assert any(step.exact for step in holder._planner.steps(stage, 1.0))
    stage.show(Picture(path, 10**8), 1)
    host.run(60.0)
    # With its previews; all of its pixels alone would take 640,000.
    assert host.kinds["picture"] <= budget * 1.9
    assert host.sharpnesses[-1] == Sharpness.INEXACT
    assert not host.model.broken
    before = host.sent
    host.run(10.0)
    assert host.sent == before
