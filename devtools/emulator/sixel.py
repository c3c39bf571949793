"""Pixels out of sixels (DEC STD 070, chapter 9)."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from devtools.emulator.colours import Rgb

BAND = 6
"""Rows of pixels in one line of sixels."""
_FIRST = ord("?")
_PART = re.compile(
    rb"#(?P<number>\d+)(?:;(?P<definition>\d+;\d+;\d+;\d+))?"
    rb"|!(?P<count>\d+)(?P<repeated>[?-~])"
    rb"|(?P<sixels>[?-~]+)"
    rb"|(?P<back>[$-])"
    rb'|"(?P<raster>[\d;]*)'
)
_BITS = np.arange(BAND, dtype=np.uint8)[:, None]


@dataclass(frozen=True, slots=True)
class _Run:
    """Sixels side by side in one colour. `x`: pixels. `band`: counted from the top."""

    x: int
    band: int
    sixels: bytes
    colour: Rgb


class _Drawing:
    """What was drawn so far: an interpreter of the parts of a sixel string."""

    def __init__(self) -> None:
        self.width = self.height = 0
        """As the raster attributes say, later as drawn."""
        self._runs: list[_Run] = []
        self._registers: dict[int, Rgb] = {}
        self._register = 0
        self._x = self._band = self._begun = 0
        self._parts: list[bytes] = []

    def take(self, part: re.Match[bytes]) -> None:
        match part.lastgroup:
            case "sixels" | "repeated":
                self._draw(part["sixels"] or part["repeated"] * int(part["count"]))
            case "number" | "definition":
                self._end_run()
                self._register = int(part["number"])
                if part["definition"]:
                    self._registers[self._register] = _defined(part["definition"])
            case "back":
                self._end_run()
                self._x = self._begun = 0
                self._band += part["back"] == b"-"
            case "raster":
                numbers = [int(number or 0) for number in part["raster"].split(b";")]
                if len(numbers) >= 4:
                    self.width, self.height = numbers[2:4]
            case _:
                pass

    def _draw(self, sixels: bytes) -> None:
        self._parts.append(sixels)
        self._x += len(sixels)
        self.width = max(self.width, self._x)

    def _end_run(self) -> None:
        if self._parts:
            colour = self._registers.get(self._register, (0, 0, 0))
            self._runs.append(_Run(self._begun, self._band, b"".join(self._parts), colour))
        self._parts, self._begun = [], self._x

    def image(self) -> Image.Image:
        self._end_run()
        drawn = BAND * max((run.band + 1 for run in self._runs), default=0)
        height = self.height or max(drawn, 1)
        pixels = np.zeros((max(height, drawn), max(self.width, 1), 4), np.uint8)
        for run in self._runs:
            bits = np.frombuffer(run.sixels, np.uint8) - _FIRST
            top = run.band * BAND
            there = pixels[top : top + BAND, run.x : run.x + len(run.sixels)]
            there[(bits >> _BITS & 1).astype(bool)] = (*run.colour, 255)
        return Image.fromarray(pixels[:height])


def _defined(definition: bytes) -> Rgb:
    """`kind;a;b;c`: kind 2 are red, green and blue in percent, kind 1 hue (blue is 0), lightness and saturation."""
    kind, *values = (int(number) for number in definition.split(b";"))
    if kind == 2:
        shares = [value / 100 for value in values]
    else:
        hue, lightness, saturation = values
        shares = list(colorsys.hls_to_rgb((hue - 120) % 360 / 360, lightness / 100, saturation / 100))
    red, green, blue = (round(255 * share) for share in shares)
    return red, green, blue


def decode(body: bytes) -> Image.Image:
    """The picture (RGBA) of a device control string without its introducer and terminator; pixels never set are clear.

    Raises:
        ValueError: these are no sixels.
    """
    drawing = _Drawing()
    for part in _PART.finditer(body, body.index(b"q") + 1):
        drawing.take(part)
    return drawing.image()
