"""What the line carries until a picture is as it is: hardly more than the picture itself would be."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.test_exact_layer import differences, expected, seen
from tui.display.jobs import Picture
from tui.imaging.fidelity import fidelity
from tui.imaging.raster import placed_box

ROOT = Path(__file__).resolve().parents[2]
EXACT, SPARE, ALIKE = 1.2, 0.5, 0.75
"""Times the bytes of the whole picture as one PNG in base64, and seconds of the line beside that, until each pixel is
right; and what share of it until nobody can tell."""
MARGIN = 0.02

_LEAST = 5_000
"""Bytes after which it is looked at again."""


@pytest.fixture(scope="module")
def photographs() -> list[Picture]:
    return [Picture(ROOT / "demo_images" / f"{name}.jpg", 100_000_000) for name in ("bed", "bend")]


def whole_png(host: LineHost) -> int:
    """Bytes of the fitted picture in base64."""
    assert host.stage.viewport is not None
    out = io.BytesIO()
    expected(host).crop(placed_box(host.stage.viewport)).save(out, "PNG")
    return -(-out.tell() // 3) * 4


def cut(host: LineHost, image: Image.Image) -> np.ndarray:
    assert host.stage.viewport is not None
    return np.asarray(image.crop(placed_box(host.stage.viewport)))


@pytest.mark.parametrize(("rate", "trip"), [(1e6, 0.08), (256e3, 0.15)])
def test_until_it_is_exact_hardly_more_comes_than_the_picture(
    photographs: list[Picture], rate: float, trip: float
) -> None:
    host = LineHost(rate, trip, (50, 20))
    host.stage.show(photographs[0], 1)
    host.stage.want(photographs[1:])
    host.run(120.0)
    for serial, picture in enumerate(photographs[1:], 2):
        before = host.sent
        host.stage.show(picture, serial)
        host.stage.want([each for each in photographs if each != picture])
        alike = None
        for _ in range(300):
            host.run(_LEAST * 8 / rate)
            if alike is None and fidelity(cut(host, seen(host)), cut(host, expected(host))).indistinguishable:
                alike = host.sent - before
            if differences(host) == 0:
                break
        png = whole_png(host)
        assert differences(host) == 0
        # The spare time is what keys and answers take.
        assert host.sent - before <= (EXACT - MARGIN) * png
        assert alike is not None and alike <= ALIKE * (EXACT * png + SPARE * rate / 8)
        host.run(120.0)
