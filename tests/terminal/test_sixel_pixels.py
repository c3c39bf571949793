"""What is drawn over sixels that are on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tui.terminal import sixel


def noise(size: tuple[int, int], colours: int) -> Image.Image:
    pixels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    return sixel.reduced(Image.fromarray(pixels), colours, dithered=True)


@pytest.mark.parametrize("size", [(37, 40), (1, 1), (300, 12), (5, 7)])
@pytest.mark.parametrize("colours", [8, 16, 256])
def test_pixels_are_those_that_were_written(size: tuple[int, int], colours: int) -> None:
    image = noise(size, colours)
    found = sixel.pixels(sixel.sixels(image), size)
    assert np.array_equal(np.asarray(found), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("colours", [16, 100, 256])
def test_the_rarest_colours_give_way_to_what_is_drawn(colours: int) -> None:
    clean = noise((120, 60), colours).convert("RGB")
    drawn = clean.copy()
    drawn.paste((255, 128, 0), (10, 10, 110, 12))
    drawn.paste((0, 51, 255), (10, 12, 110, 13))
    found = sixel.drawn_over(clean, drawn, colours)
    assert len(found.getcolors() or ()) <= colours
    pixels = np.asarray(found.convert("RGB"))
    assert (pixels[10:12, 10:110] == (255, 128, 0)).all()
    assert (pixels[12, 10:110] == (0, 51, 255)).all()
    beside = np.ones((60, 120), bool)
    beside[10:13, 10:110] = False
    same = (pixels == np.asarray(clean)).all(axis=-1)[beside]
    assert same.mean() > 0.85
