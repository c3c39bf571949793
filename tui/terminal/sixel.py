"""Pictures in sixels (DEC STD 070, chapter 9), by textual-image's encoder.

Only `textual_image._sixel` is imported, and only when the first picture is encoded: the package's other modules ask
the terminal questions as they are imported, and late answers would arrive as keys.
"""

from __future__ import annotations

import re

import numpy as np
from PIL import Image

# What encodes sixels is one module to others.
from tui.terminal.sixel_colours import reduced as reduced
from tui.terminal.sixel_pixels import drawn_over as drawn_over
from tui.terminal.sixel_pixels import pixels as pixels
from tui.terminal.sixel_runs import sparing as sparing

BAND = 6
"""Pixel rows in one line of sixels."""
_DEFINITION = re.compile(r"#(\d+);2;\d+;\d+;\d+(?!\d)")
_OPAQUE, _CLEAR = "\x1bP0;0;0q", "\x1bP0;1;0q"


def in_percents(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """The RGB that terminals make of a colour, which they are told in whole percents."""
    red, green, blue = (round(round(value * 100 / 255) * 255 / 100) for value in colour)
    return red, green, blue


def rimmed(
    image: Image.Image, inside: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> Image.Image:
    """A palette image of at most 255 colours with what is outside of a box (left, top, right, bottom) in one more, an RGB."""
    palette, indices = (image.getpalette() or [])[: 3 * 255], np.asarray(image)
    number = min(int(indices.max()) + 1, 255)
    left, top, right, bottom = inside
    filled = np.full_like(indices, number)
    filled[top:bottom, left:right] = indices[top:bottom, left:right]
    found = Image.fromarray(filled, "P")
    found.putpalette([*palette[: 3 * number], *colour])
    return found


def sixels(image: Image.Image) -> bytes:
    """A palette image as one sixel string, without a position."""
    from textual_image._sixel import SixelOptions, image_to_sixels

    text = image_to_sixels(image, SixelOptions(colors=256))
    # xterm before 380 and foot do not select a colour by defining it.
    text = _DEFINITION.sub(r"\g<0>#\1", text)
    if image.height % BAND:
        # The rest of the last band is no part of the picture: it stays as it is on the screen.
        text = text.replace(_OPAQUE, _CLEAR, 1)
    return text.encode("ascii")


def strip(data: bytes, at: tuple[int, int]) -> bytes:
    """Sixels at a position: column and line of the top left cell on the screen, from 0.

    A picture must end above the screen's last row, or most terminals scroll. The cursor ends where the terminal
    likes: whatever follows must begin with an absolute move.
    """
    return f"\x1b[{at[1] + 1};{at[0] + 1}H".encode() + data


def rows_of_whole_bands(cell_height: float, max_rows: int = 6) -> int:
    """The fewest rows of cells that hold a whole number of bands; 1 when it would take more than `max_rows`."""
    for rows in range(1, max_rows + 1):
        if (cell_height * rows) % BAND == 0:
            return rows
    return 1
