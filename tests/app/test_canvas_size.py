"""`termlabel prepare` computes the canvas's size before there is a window: it must be the window's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import Sit
from tui.display.prepare import canvas_cells

SHAPES = 'kind = "shapes"\n[[labels]]\nname = "cat"\n'


@pytest.mark.parametrize(
    ("size", "draws"), [((90, 30), False), ((100, 30), False), ((159, 50), True), ((160, 50), False)]
)
async def test_the_canvas_has_the_cells_that_pictures_are_prepared_for(
    fill: Callable[..., Path], sit: Sit, size: tuple[int, int], draws: bool
) -> None:
    async with sit(fill(SHAPES if draws else ""), size=size) as seat:
        assert tuple(seat.canvas.size) == canvas_cells(*size)
