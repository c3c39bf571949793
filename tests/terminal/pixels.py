"""Pixels and colours out of what a program sends to a terminal."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

from PIL import Image

Colour = tuple[int, int, int] | None
BASIC = [(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205)]
BASIC += [(229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255)]
BASIC += [(255, 0, 255), (0, 255, 255), (255, 255, 255)]


def colour_of(parts: list[int]) -> Colour:
    """The colour that follows 38 or 48; its numbers are taken off `parts`."""
    kind = parts.pop(0) if parts else 0
    if kind == 2 and len(parts) >= 3:
        red, green, blue = parts[:3]
        del parts[:3]
        return red, green, blue
    if kind == 5 and parts:
        return _indexed(parts.pop(0))
    return None


def _indexed(number: int) -> Colour:
    if number < 16:
        return BASIC[number]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return levels[number // 36], levels[number // 6 % 6], levels[number % 6]


def decode_kitty(keys: dict[str, str], parts: list[bytes]) -> Image.Image:
    """An uploaded image. Raises ValueError or OSError for one that is damaged."""
    data = b"".join(parts)
    if keys.get("o") == "z":
        data = zlib.decompress(data)
    if keys.get("f", "32") == "100":
        image = Image.open(io.BytesIO(data))
        image.load()
        return image.convert("RGBA")
    mode = "RGB" if keys.get("f") == "24" else "RGBA"
    return Image.frombytes(mode, (int(keys["s"]), int(keys["v"])), data).convert("RGBA")


_SIXEL = re.compile(rb'#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|(\$)|(-)|"[\d;]*')


def decode_sixel(body: bytes) -> Image.Image:
    """The pixels of a sixel string; those never set are transparent."""
    pixels: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    palette: dict[int, tuple[int, int, int, int]] = {}
    colour, x, band, width = 0, 0, 0, 0
    for match in _SIXEL.finditer(body[body.index(b"q") + 1 :]):
        number, red, green, blue, count, repeated, single, back, down = match.groups()
        if number is not None:
            colour = int(number)
            if red is not None:
                r, g, b = (round(int(v) * 255 / 100) for v in (red, green, blue))
                palette[colour] = (r, g, b, 255)
        elif back:
            x = 0
        elif down:
            x, band = 0, band + 1
        elif single or repeated:
            bits, run = (single or repeated)[0] - 63, int(count or 1)
            for step in range(run):
                for bit in range(6):
                    if bits >> bit & 1:
                        pixels[x + step, band * 6 + bit] = palette.get(colour, (0, 0, 0, 255))
            x += run
            width = max(width, x)
    height = max((y for _, y in pixels), default=0) + 1
    image = Image.new("RGBA", (max(width, 1), height))
    access: Any = image.load()
    for (px, py), value in pixels.items():
        access[px, py] = value
    return image
