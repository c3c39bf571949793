"""What a person sees of the small pictures that `conftest.pictures` made."""

from __future__ import annotations

import numpy as np

from devtools.emulator.emulator import Emulator
from tests.app.conftest import colour_of

NEAR = 18
"""Differences by which a JPEG may miss a colour; the pictures' differ by more."""
AREA = 480 * 320
"""Pixels of a picture that has room; it is enlarged eight times at most."""


def alone(model: Emulator, number: int) -> bool:
    """Whether this of the pictures is on the screen whole, and of the others nothing (but at its edges, where JPEG mixes
    colours)."""
    pixels = np.asarray(model.picture(), np.int16)
    areas = {n: np.sum(np.abs(pixels - colour_of(n)).max(axis=2) < NEAR) for n in range(1, 6)}
    return bool(0.95 * AREA < areas.pop(number) < 1.05 * AREA and max(areas.values()) < 0.01 * AREA)
