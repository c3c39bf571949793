"""Grey pictures among others, as on a contact sheet, are grey in its sixels too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging.fidelity import fidelity
from tui.terminal import sixel
from tui.terminal.sixel_colours import flats_of
from tui.terminal.sixel_means import evened

Encode = Callable[[Image.Image], Image.Image]
SIDE = (112, 96)
PLACES = [(6 + 120 * (n % 4), 7 + 108 * (n // 4)) for n in range(12)]
GREY = (1, 6, 8)
GROUNDS = pytest.mark.parametrize("ground", [(28, 28, 28), (0, 43, 54), (253, 246, 227)])


def slope(n: int) -> Image.Image:
    """A smooth one, whose every level is there."""
    across, down = np.meshgrid(np.linspace(0, 1, SIDE[0]), np.linspace(0, 1, SIDE[1]))
    return Image.fromarray((20 * n + 60 * across + 40 * down).round().astype(np.uint8)).convert("RGB")


def sheet(ground: tuple[int, int, int]) -> Image.Image:
    made = Image.new("RGB", (480, 330), ground)
    for n, place in enumerate(PLACES):
        picture = scenery(*SIDE, seed=n)
        grey = slope(n) if n == GREY[1] else picture.convert("L").convert("RGB")
        made.paste(grey if n in GREY else picture, place)
    return made


def greys(image: Image.Image) -> list[np.ndarray]:
    """The pixels of the grey pictures."""
    pixels = np.asarray(image.convert("RGB"))
    return [pixels[y : y + SIDE[1], x : x + SIDE[0]] for x, y in (PLACES[n] for n in GREY)]


@GROUNDS
@pytest.mark.parametrize(
    ("encode", "most"),
    [
        (partial(sixel.sparing, colours=256), 3.0),
        (partial(sixel.sparing, colours=64), 6.0),
        (partial(sixel.reduced, colours=256, dithered=True), 1.0),
    ],
    ids=["quick", "quick, few registers", "last"],
)
def test_a_grey_picture_among_others_has_no_tint_and_is_as_bright(
    encode: Encode, most: float, ground: tuple[int, int, int]
) -> None:
    image = sheet(ground)
    for found, true in zip(greys(encode(image)), greys(image), strict=True):
        # But for the corners, three quarters of whose neighbourhood are the ground.
        assert (found[2:-2] == found[2:-2, :, :1]).all()
        assert fidelity(found, true).block <= most


@GROUNDS
def test_its_tones_are_there(ground: tuple[int, int, int]) -> None:
    made = sixel.reduced(sheet(ground), 256, dithered=True)
    assert all(len(np.unique(found)) >= 10 for found in greys(made))


def test_those_beside_it_keep_their_colours() -> None:
    image = sheet((28, 28, 28))
    for made in (sixel.sparing(image, 256), sixel.reduced(image, 256, dithered=True)):
        assert fidelity(np.asarray(made.convert("RGB")), np.asarray(image)).block <= 7
        assert len(made.getcolors() or []) <= 256


def test_colours_that_happen_to_be_grey_have_no_registers_of_their_own() -> None:
    pixels = np.random.default_rng(0).integers(90, 110, (200, 300, 3), dtype=np.uint8)
    pixels[::4, ::4] = pixels[::4, ::4, :1]
    assert not len(flats_of(Image.fromarray(pixels), 256).greys.levels)


def test_neither_has_the_ground_nor_a_picture_that_is_grey_throughout() -> None:
    coloured = Image.new("RGB", (480, 330), (28, 28, 28))
    coloured.paste(scenery(300, 200), (10, 10))
    for image in (coloured, slope(3)):
        flat = flats_of(image, 256)
        assert not len(flat.greys.levels) and not flat.greys.there.any()


def test_few_registers_are_for_colours() -> None:
    assert not len(flats_of(sheet((28, 28, 28)), 16).greys.levels)


def test_greys_make_up_for_what_is_missed_and_colours_do_not() -> None:
    """Where colours would bring more of it."""
    true = np.full((64, 64, 3), 100, np.float32)
    shades = np.array([(90, 90, 90), (120, 120, 120), (104, 101, 104)], np.float32)
    there = np.ones((64, 64), bool)
    found = evened(true, np.zeros((64, 64), np.int32), shades, ~there, lambda: None, there)
    assert set(np.unique(found)) == {0, 1}
    means = shades[found].reshape(4, 16, 4, 16, 3).mean(axis=(1, 3))
    assert np.abs(means - 100).max() <= 4.5
