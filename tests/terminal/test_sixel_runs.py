"""Sixels with few bytes: runs are long where nobody sees it, and nothing drifts away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging.fidelity import fidelity
from tui.resources import bundled
from tui.terminal import sixel
from tui.terminal.sixel_means import evened


def noisy_slope(noise: float, *, grey: bool = False) -> Image.Image:
    across, down = np.meshgrid(np.linspace(0, 1, 240), np.linspace(0, 1, 180))
    slope = np.stack([70 + 60 * across, 110 + 50 * down, 200 + 30 * across * down], axis=2)
    slope = np.repeat(slope[..., :1], 3, axis=2) if grey else slope
    off = np.random.default_rng(5).normal(0, noise, (*slope.shape[:2], 1))
    return Image.fromarray(np.clip(np.rint(slope + off), 0, 255).astype(np.uint8))


def block(made: Image.Image, image: Image.Image) -> float:
    return fidelity(np.asarray(made.convert("RGB")), np.asarray(image)).block


def test_it_takes_far_fewer_bytes_than_full_dithering_and_is_hardly_less_like() -> None:
    image = noisy_slope(6)
    spared, full = sixel.sparing(image, 160), sixel.reduced(image, 160, dithered=True)
    assert spared.mode == "P" and spared.size == image.size
    assert len(sixel.sixels(spared)) < 0.6 * len(sixel.sixels(full))

    def off(made: Image.Image) -> float:
        return float(np.square(np.asarray(made.convert("RGB"), dtype=float) - np.asarray(image)).mean())

    # Less than the noise that is in the picture.
    assert off(spared) < 6**2
    assert block(spared, image) <= 4


def test_smooth_places_have_neither_streaks_nor_steps() -> None:
    for grey in (False, True):
        image = noisy_slope(0.5, grey=grey)
        made = sixel.sparing(image, 160)
        assert block(made, image) <= 3
        full = sixel.reduced(image, 160, dithered=True)
        banding, most = (
            fidelity(np.asarray(found.convert("RGB")), np.asarray(image)).banding for found in (made, full)
        )
        assert banding <= max(0.01, most / 2)


def test_a_grey_picture_stays_grey_with_its_tones() -> None:
    image = noisy_slope(0.5, grey=True)
    found = np.asarray(sixel.sparing(image, 160).convert("RGB"))
    assert (found == found[..., :1]).all()
    # Whole percents of which there are fewer than levels.
    assert len(np.unique(found)) >= len(np.unique(np.asarray(image))) / 2.7


def test_no_more_colours_than_asked_for_and_a_rare_one_is_there() -> None:
    image = scenery(480, 320)
    image.paste((250, 20, 240), (40, 40, 64, 64))
    made = sixel.sparing(image, 128)
    assert len(made.getcolors() or []) <= 128
    found = np.asarray(made.convert("RGB"))[46:58, 46:58].reshape(-1, 3).mean(axis=0)
    assert np.abs(found - (250, 20, 240)).max() <= 8


def test_the_smallest_pictures_are_encoded() -> None:
    for size in ((1, 1), (1, 40), (40, 1)):
        made = sixel.sparing(Image.new("RGB", size, (10, 200, 30)), 64)
        assert made.size == size and sixel.sixels(made).endswith(b"\x1b\\")


class Unwanted(Exception):
    """Somebody went on to another picture."""


def test_both_are_given_up_at_any_time() -> None:
    """The next picture waits for the thread."""
    image = noisy_slope(6)
    encoders: tuple[Callable[[Callable[[], None]], Image.Image], ...] = (
        lambda check: sixel.sparing(image, 256, check),
        lambda check: sixel.reduced(image, 256, dithered=True, check=check),
    )
    for encode in encoders:
        times = 0

        def count() -> None:
            nonlocal times
            times += 1

        encode(count)
        assert times >= 5
        left = times // 2

        def give_up() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Unwanted

        with pytest.raises(Unwanted):
            encode(give_up)


def test_a_place_whose_colour_is_none_of_the_palette_is_made_up_of_others() -> None:
    """Blue without a register of its own, from one with too much red and one with too little."""
    true = np.full((64, 64, 3), (50, 54, 166), np.float32)
    shades = np.array([(61, 54, 171), (20, 54, 150), (200, 30, 20)], np.float32)
    found = evened(true, np.zeros((64, 64), np.int32), shades, np.zeros((64, 64), bool), lambda: None)
    means = shades[found].reshape(4, 16, 4, 16, 3).mean(axis=(1, 3))
    assert np.abs(means - (50, 54, 166)).max() <= 4.5
    assert not (found == 2).any()


def test_what_is_near_enough_on_the_whole_stays_as_it_is() -> None:
    true = np.full((64, 64, 3), (50, 54, 166), np.float32)
    shades = np.array([(53, 54, 168), (20, 54, 150)], np.float32)
    members = np.zeros((64, 64), np.int32)
    assert (evened(true, members, shades, np.zeros((64, 64), bool), lambda: None) == 0).all()


@pytest.mark.parametrize("name", ["bed", "crossing"])
def test_no_place_of_a_photograph_is_of_another_colour_on_the_whole(name: str) -> None:
    """Few pixels of a strong colour have none of 256 for themselves."""
    with Image.open(bundled("demo_images") / f"{name}.jpg") as file:
        image = file.convert("RGB").resize((940, 705), Image.Resampling.LANCZOS)
    assert block(sixel.sparing(image, 256), image) <= 6
