"""On thin lines too what is on the canvas belongs together: nothing of the picture before is beside the next one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tui.display.jobs import Picture

RED, BLUE = (210, 60, 60), (60, 60, 210)


def noisy(path: Path, colour: tuple[int, int, int]) -> Picture:
    """Of one colour, with grain that takes bytes."""
    grain = np.random.default_rng(1).normal(0, 18, (675, 900, 1))
    Image.fromarray((np.array(colour) + grain).clip(0, 255).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


def share(host: LineHost, colour: tuple[int, int, int]) -> float:
    """Of the canvas, the part that has about this colour."""
    (x, y), (columns, rows) = host.stage.origin, host.stage.size
    (across, down) = host.model.size.cell
    box = (x * across, y * down, (x + columns) * across, (y + rows) * down)
    pixels = np.asarray(host.model.picture().convert("RGB").crop(box)).astype(int)
    main, other = (0, 2) if colour == RED else (2, 0)
    return float((pixels[..., main] > pixels[..., other] + 60).mean())


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
@pytest.mark.parametrize("after", [1.0, 4.0, 8.0])
def test_nothing_of_the_picture_before_stays_when_the_next_comes(
    tmp_path: Path, protocol: str, after: float
) -> None:
    """However far that had come: previews lie under strips that are sharper, and are seen where these have not come."""
    host = LineHost(256e3, 0.15, (60, 20), protocol)
    red, blue = noisy(tmp_path / "red.png", RED), noisy(tmp_path / "blue.png", BLUE)
    host.stage.want([blue])
    host.stage.show(red, 1)
    while ("seen", 1) not in host.said:
        host.run(0.1)
    host.run(after)
    assert share(host, RED) > 0.5
    host.stage.show(blue, 2)
    assert share(host, RED) == 0.0
    host.run(20.0)
    assert share(host, BLUE) > 0.5
