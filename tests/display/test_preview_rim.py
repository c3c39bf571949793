"""What is clear in a preview beside its picture has a colour between that picture's edge and the terminal's background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tui.display.jobs import Picture


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells"])
@pytest.mark.parametrize(("background", "nearest"), [((250, 250, 250), 180), ((0, 0, 0), 60)])
@pytest.mark.parametrize("coloured", [True, False])
def test_clear_pixels_of_what_is_sent_are_no_rim(
    protocol: str, background: tuple[int, int, int], nearest: int, coloured: bool, tmp_path: Path
) -> None:
    path = tmp_path / "edge.png"
    values = np.linspace(60, 180, 300).astype(np.uint8)[:, None].repeat(211, axis=1)
    pixels = np.stack([values, values, np.roll(values, 40 * coloured, axis=0)], axis=-1)
    Image.fromarray(pixels).save(path)
    host = FakeStageHost(protocol, rate=2e5, exact=False, background=background)
    host.stage.show(Picture(path, 10**8), 1)
    host.run(60.0)
    found = [np.asarray(image) for image in host.model.kitty.stored.values()]
    clear = [image[image[..., 3] == 0] for image in found]
    assert sum(map(len, clear)) > 0
    for colours in clear:
        assert (np.abs(colours[:, :3].astype(int) - nearest) <= 12).all()
