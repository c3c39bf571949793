"""Terminals and pictures for the emulator's own tests."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import pytest
from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize

Make = Callable[..., Emulator]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def png(colour: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    """A picture of one colour, in base64."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return base64.b64encode(out.getvalue())


@pytest.fixture
def make() -> Make:
    """A terminal of a profile, with cells of 10 x 20 pixels."""

    def terminal(profile: str = "kitty", columns: int = 20, rows: int = 6, quota: int = 10**9) -> Emulator:
        return Emulator(PROFILES[profile], TerminalSize(columns, rows), quota)

    return terminal
