"""What is flat in a picture is flat in its sixels: of one register, which is the colour's own, without a pixel of others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.terminal import sixel
from tui.terminal.sixel_colours import flats_of
from tui.terminal.sixel_means import evened

Encode = Callable[[Image.Image], Image.Image]
ENCODERS: dict[str, Encode] = {
    "quick": partial(sixel.sparing, colours=256),
    "quick, few registers": partial(sixel.sparing, colours=64),
    "last": partial(sixel.reduced, colours=256, dithered=True),
    "last, few registers": partial(sixel.reduced, colours=16, dithered=True),
    "patch": partial(sixel.reduced, colours=40, dithered=False),
}
ENCODED = pytest.mark.parametrize("encode", ENCODERS.values(), ids=ENCODERS.keys())


def sheet(ground: tuple[int, int, int], *, grey: bool = False) -> Image.Image:
    """Pictures side by side, some of them as dark as the ground."""
    made = Image.new("RGB", (480, 320), ground)
    for n in range(6):
        picture = scenery(110, 84, seed=n)
        picture = picture.point(lambda value: value // 6) if n % 2 else picture
        picture = picture.convert("L").convert("RGB") if grey else picture
        made.paste(picture, (5 + 120 * (n % 3), 7 + 110 * (n // 3)))
    return made


def of_colour(made: Image.Image, image: Image.Image, colour: tuple[int, int, int]) -> list[list[int]]:
    """All colours in which pixels of this one are shown."""
    found: list[list[int]] = np.unique(
        np.asarray(made.convert("RGB"))[(np.asarray(image) == colour).all(axis=2)], axis=0
    ).tolist()
    return found


@ENCODED
@pytest.mark.parametrize(
    ("ground", "register"),
    [
        ((28, 28, 28), [28, 28, 28]),
        ((24, 24, 24), [23, 23, 23]),
        ((238, 238, 238), [237, 237, 237]),
        ((255, 255, 255), [255, 255, 255]),
        ((32, 74, 135), [33, 74, 135]),
    ],
)
def test_the_ground_of_pictures_is_of_one_colour_its_own(
    encode: Encode, ground: tuple[int, int, int], register: list[int]
) -> None:
    image = sheet(ground)
    made = encode(image)
    assert of_colour(made, image, ground) == [register]


@ENCODED
@pytest.mark.parametrize("ground", [24, 28, 250])
def test_that_of_grey_pictures_too(encode: Encode, ground: int) -> None:
    image = sheet((ground, ground, ground), grey=True)
    (found,) = of_colour(encode(image), image, (ground, ground, ground))
    assert max(abs(value - ground) for value in found) <= 1.3


@ENCODED
def test_each_of_several_flat_colours_has_a_register(encode: Encode) -> None:
    image = sheet((255, 255, 255))
    others = [(204, 0, 51), (0, 102, 153), (255, 204, 102)]
    for n, colour in enumerate(others):
        image.paste(colour, (5 + 150 * n, 230, 105 + 150 * n, 310))
    made = encode(image)
    assert [of_colour(made, image, colour) for colour in others] == [[list(colour)] for colour in others]


def test_no_more_colours_than_asked_for() -> None:
    image = sheet((28, 28, 28))
    for n in range(40):
        colour = (250 - 6 * n, 30 + 5 * n, 40 + 5 * (n * 7 % 40))
        image.paste(colour, (12 * n, 230, 12 * n + 12, 310))
    for colours in (16, 64):
        for made in (sixel.sparing(image, colours), sixel.reduced(image, colours, dithered=True)):
            assert len(made.getcolors() or []) <= colours


def test_the_steps_of_a_slope_are_not_flat() -> None:
    """They are dithered: there is a register for every second of them only."""
    across, _ = np.meshgrid(np.linspace(0, 1, 480), np.linspace(0, 1, 320))
    for slope in (
        [40 + 20 * across, 60 + 30 * across, 100 + 25 * across],
        [100 + 30 * across] * 3,
    ):
        image = Image.fromarray(np.stack(slope, axis=2).round().astype(np.uint8))
        assert len(flats_of(image, 256).colours) == 0


def test_pixels_that_are_still_make_up_for_nothing() -> None:
    true = np.full((64, 64, 3), (50, 54, 166), np.float32)
    shades = np.array([(61, 54, 171), (20, 54, 150), (200, 30, 20)], np.float32)
    still = np.zeros((64, 64), bool)
    still[:, ::4] = True
    found = evened(true, np.zeros((64, 64), np.int32), shades, still, lambda: None)
    assert (found[still] == 0).all() and (found[~still] == 1).any()
