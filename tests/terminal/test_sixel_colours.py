"""The colours of sixels: a picture's own, its tones kept."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging.fidelity import fidelity
from tui.terminal.sixel_colours import reduced


def grey_slope(low: int, high: int) -> Image.Image:
    values = np.linspace(low, high, 256).round().astype(np.uint8)
    return Image.fromarray(np.repeat(np.repeat(values[None, :, None], 96, axis=0), 3, axis=2))


def shown(image: Image.Image, colours: int, *, dithered: bool = True) -> np.ndarray:
    return np.asarray(reduced(image, colours, dithered=dithered).convert("RGB"))


@pytest.mark.parametrize("dithered", [False, True])
@pytest.mark.parametrize(("low", "high"), [(0, 255), (90, 130)])
def test_a_grey_picture_keeps_its_tones(low: int, high: int, dithered: bool) -> None:
    image = grey_slope(low, high)
    found = shown(image, 256, dithered=dithered)
    assert (found == found[..., :1]).all()
    levels, there = (len(np.unique(pixels)) for pixels in (found, np.asarray(image)))
    # A register holds whole percents, of which there are fewer than levels.
    assert levels >= min(32, there / 2.6)
    measured = fidelity(found, np.asarray(image))
    assert measured.block <= (0.5 if dithered else 1.5) and measured.banding <= 0.01


@pytest.mark.parametrize("colours", [16, 40, 64])
def test_with_few_registers_grey_blocks_stay_as_bright(colours: int) -> None:
    image = grey_slope(20, 235)
    found = shown(image, colours)
    assert len(np.unique(found)) <= colours
    assert fidelity(found, np.asarray(image)).block <= 3


def test_a_colour_that_is_rare_is_not_lost() -> None:
    image = scenery(480, 320)
    image.paste((250, 20, 240), (40, 40, 64, 64))
    for dithered in (False, True):
        found = shown(image, 256, dithered=dithered)[48:56, 48:56].reshape(-1, 3).mean(axis=0)
        assert np.abs(found - (250, 20, 240)).max() <= 6


def test_dithering_keeps_what_smooth_places_are_on_the_whole() -> None:
    across, down = np.meshgrid(np.linspace(0, 1, 320), np.linspace(0, 1, 240))
    sky = np.stack([70 + 40 * across, 110 + 50 * down, 200 + 30 * across * down], axis=2)
    image = Image.fromarray(sky.round().astype(np.uint8))
    found = reduced(image, 256, dithered=True)
    assert found.mode == "P" and len(found.getcolors() or []) <= 256
    assert fidelity(np.asarray(found.convert("RGB")), np.asarray(image)).block <= 2.5


def test_one_colour_is_one_register() -> None:
    for image in (Image.new("RGB", (30, 20), (51, 102, 153)), Image.new("RGB", (30, 20), (51, 51, 51))):
        assert np.array_equal(shown(image, 256), np.asarray(image))
