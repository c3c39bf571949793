"""What a person sees of the small pictures that `conftest.pictures` made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from devtools.emulator.emulator import Emulator
from tests.app.conftest import colour_of

NEAR = 18
"""Differences by which a JPEG may miss a colour; the pictures' differ by more."""
AREA = 480 * 320
"""Pixels of a picture that has room; it is enlarged eight times at most."""


def pixels_near(picture: Image.Image, colours: Sequence[tuple[int, int, int]], near: int) -> list[int]:
    """How many pixels (of an RGB picture) are of each of the colours, up to eight, in every channel by less than `near`."""
    values, table = np.arange(256), np.zeros((3, 256), np.uint8)
    for place, colour in enumerate(colours):
        table |= ((np.abs(values - np.array(colour)[:, None]) < near) << place).astype(np.uint8)
    red, green, blue = (np.asarray(channel) for channel in picture.point(table.ravel().tolist()).split())
    counts = np.bincount((red & green & blue).ravel(), minlength=256)
    return [int(counts[(values >> place & 1).astype(bool)].sum()) for place in range(len(colours))]


def alone(model: Emulator, number: int) -> bool:
    """Whether this of the pictures is on the screen whole, and of the others nothing (but at its edges, where JPEG mixes
    colours)."""
    areas = dict(enumerate(pixels_near(model.picture(), [colour_of(n) for n in range(1, 6)], NEAR), 1))
    return 0.95 * AREA < areas.pop(number) < 1.05 * AREA and max(areas.values()) < 0.01 * AREA
