"""What the wire benchmark compares: a picture's place on the screen, and the pixels that it was sent with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.fidelity import Original, judge
from benchmarks.greys import make_greys
from benchmarks.wire_sittings import PictureSet
from benchmarks.wire_truth import own_pixels, place
from tests.imaging.pictures import scenery


@pytest.mark.parametrize("divisor", [1, 2, 3.7, 5])
@pytest.mark.parametrize("left", [0, 73])
def test_the_pixels_of_a_reduced_picture_are_found_again(divisor: float, left: int) -> None:
    """A picture in cells of 10 pixels, its `left` edge within one, was sent with fewer pixels than it covers."""
    image = scenery(740, 600)
    padded = Image.new("RGB", (750, 600))
    padded.paste(image, (left % 10, 0))
    small = padded.resize((round(750 / divisor), round(600 / divisor)), Image.Resampling.LANCZOS)
    seen = small.resize(padded.size, Image.Resampling.BILINEAR).crop((left % 10, 0, left % 10 + 740, 600))
    grain = 750 / small.width, 600 / small.height
    own, part = own_pixels(seen, (left, 40, left + 740, 640), grain)
    assert abs(own.width - 740 / divisor) <= 2 and abs(own.height - 600 / divisor) <= 2
    found = judge(own, Original(image), part)
    assert found.block < 1 and found.enough_levels
    assert judge(own.transpose(Image.Transpose.FLIP_LEFT_RIGHT), Original(image), part).block > 6


def test_half_blocks_are_pixels_of_half_a_cell() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    seen = Image.fromarray(pixels).resize((300, 200), Image.Resampling.NEAREST)
    own, part = own_pixels(seen, (20, 40, 320, 240), (10.0, 10.0))
    assert np.array_equal(np.asarray(own), pixels) and part == (0.0, 0.0, 1.0, 1.0)


def test_a_picture_lies_in_the_middle_of_the_canvas() -> None:
    pictures = PictureSet(Path(), (), (), (), (100, 20, 900, 620))
    assert place(pictures, (400, 300)) == (100, 20, 900, 620)
    assert place(pictures, (400, 400)) == (200, 20, 800, 620)
    assert place(pictures, (50, 40)) == (300, 160, 700, 480), "no more than eight times as large"


def test_what_is_made_has_few_tones_and_more_than_eight_bits(tmp_path: Path) -> None:
    made = {each.name: each for each in make_greys(tmp_path)}
    with Image.open(made["deep12"].path) as twelve, Image.open(made["deepfloat"].path) as parts:
        assert (twelve.mode, parts.mode) == ("I;16", "F")
        assert np.asarray(twelve).max() == 4095 and np.asarray(parts).max() == 1
    for name in ("deep12", "deepfloat"):
        low, high = made[name].original.image.convert("L").getextrema()
        assert (low, high) == (0, 255)
