"""`termlabel prepare` computes the canvas's size before there is a window: it must be the window's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import Sit
from tui.display.prepare import canvas_cells


@pytest.mark.parametrize("size", [(90, 30), (100, 30), (120, 40), (159, 50), (160, 50), (220, 60)])
async def test_the_canvas_has_the_cells_that_pictures_are_prepared_for(
    fill: Callable[..., Path], sit: Sit, size: tuple[int, int]
) -> None:
    async with sit(fill(), size=size) as seat:
        assert tuple(seat.canvas.size) == canvas_cells(*size)
