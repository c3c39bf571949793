"""How true a picture is: each number for a fault that is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.fidelity import EQUAL, KERNELS, Fidelity, Original, judge, levels
from tests.imaging.pictures import scenery

SIZE = (400, 320)


def slope() -> NDArray[np.uint8]:
    """A grey that rises by a level every four pixels, in (height, width, 3)."""
    row = (np.arange(SIZE[0]) // 4 + 40).astype(np.uint8)
    return np.repeat(np.tile(row, (SIZE[1], 1))[..., None], 3, axis=2)


def of(pixels: NDArray[np.uint8], original: NDArray[np.uint8]) -> Fidelity:
    return judge(Image.fromarray(pixels), Original(Image.fromarray(original)))


def test_a_picture_is_equal_to_itself() -> None:
    assert of(slope(), slope()) == Fidelity(EQUAL, 90, 90, 36, 0.0, 0.0)
    assert of(slope(), slope()).indistinguishable


def test_lost_levels_are_counted_and_seen_as_steps() -> None:
    found = of(slope() // 8 * 8, slope())
    assert (found.levels, found.wanted) == (12, 90)
    assert found.tones == pytest.approx(12 / 90) and not found.enough_levels
    # Of four pixels each, the edge of one level in eight is a step now: one pair of 32.
    assert found.banding == pytest.approx(1 / 32, abs=0.005)
    assert not found.indistinguishable


def test_a_grey_value_is_a_level_from_two_in_a_thousand_pixels_on() -> None:
    pixels = np.full((100, 100, 3), 50, dtype=np.float32)
    pixels.reshape(-1, 3)[:20] = 90
    pixels.reshape(-1, 3)[20:41] = 130
    assert levels(pixels) == 2


def test_few_levels_are_enough_where_the_original_has_no_more() -> None:
    assert Fidelity(40.0, 9, 10, 4, 0.0, 0.0).enough_levels
    assert not Fidelity(40.0, 8, 10, 4, 0.0, 0.0).enough_levels
    assert Fidelity(40.0, 8, 10, 4, 0.0, 0.0).enough_for_sixels, "their colours are told in percent"
    assert not Fidelity(40.0, 3, 10, 4, 0.0, 0.0).enough_for_sixels
    assert Fidelity(40.0, 32, 200, 80, 0.0, 0.0).enough_levels


def test_the_block_that_is_furthest_off_counts_in_its_worst_channel() -> None:
    pixels = slope()
    pixels[80:96, 120:136, 2] += 12
    assert of(pixels, slope()).block >= 3, "it lies on four blocks at the worst"
    pixels[64:112, 100:160, 2] += 12
    assert of(pixels, slope()).block >= 12


def test_noise_is_neither_a_step_nor_an_error_of_blocks() -> None:
    noise = np.random.default_rng(1).integers(-1, 2, slope().shape)
    found = of((slope() + noise).astype(np.uint8), slope())
    assert found.block < 0.5 and found.banding == 0 and 45 < found.psnr < 55


@pytest.mark.parametrize("kernel", KERNELS)
def test_no_common_kernel_is_a_fault(kernel: Image.Resampling) -> None:
    image = scenery(900, 720)
    original = Original(image)
    seen = image.resize(SIZE, kernel)
    assert judge(seen, original).psnr == EQUAL
    assert original.is_exactly(seen) == (kernel == Image.Resampling.LANCZOS)
    smaller = Original(image.resize((300, 240)))
    assert smaller.is_exactly(smaller.image.resize(SIZE, kernel))


def test_one_pixel_that_differs_by_one_is_not_exact() -> None:
    pixels = np.array(scenery(*SIZE))
    original = Original(Image.fromarray(pixels))
    assert original.is_exactly(Image.fromarray(pixels))
    pixels[0, 0, 0] ^= 1
    assert not original.is_exactly(Image.fromarray(pixels))


def test_a_part_is_compared_with_that_part() -> None:
    image = scenery(900, 720)
    seen = image.crop((90, 360, 540, 720)).resize((225, 180), Image.Resampling.BOX)
    assert judge(seen, Original(image), (0.1, 0.5, 0.6, 1.0)).psnr == EQUAL


def test_structural_similarity_forgives_what_is_seen_here() -> None:
    image = scenery(*SIZE)
    coarse = image.quantize(9, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
    found = judge(coarse, Original(image))
    assert not found.enough_levels and found.block > 6
