"""Pictures in sixels with few bytes: dithered only as far as long runs of one colour allow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.terminal.sixel_colours import palette_for, roughness

_WEIGHTS = np.array([2, 4, 1], dtype=np.float32)
"""The eye sees green best."""
_EVENED = 0.3
"""The share of what a pixel is off that its neighbours make up for: with all of it a picture takes twice the bytes and
is less like itself (SSIM 0.95 instead of 0.96)."""
_SMALL, _MOST = 8.0, 40.0
"""Of 255: what is further off than the one is handed on whole, as a colour that is not there is mixed of others, and never
more than the other: what no colour of the palette comes near to must not spread."""
_SMOOTH, _ROUGH, _FULLY_ROUGH = 20.0, 500.0, 8.0
"""What a pixel may be further off (squared, weighed) to continue a run, in smooth places and in rough ones, and how
much neighbours differ there. In a sky longer runs are streaks; among leaves nobody sees them."""


def sparing(image: Image.Image, colours: int) -> Image.Image:
    """`image` (RGB) with a palette of at most `colours`, in two thirds of the bytes that full dithering takes."""
    palette = palette_for(image, colours)
    shades = palette.astype(np.float32)
    grey = bool((palette[:, :1] == palette).all())
    listed = Image.new("P", (1, 1))
    listed.putpalette(palette.tobytes())
    mapped = np.asarray(image.quantize(palette=listed, dither=Image.Dither.NONE)).astype(np.int32)
    # Columns go one after the other, all their pixels at once.
    true = np.ascontiguousarray(np.asarray(image, dtype=np.float32).transpose(1, 0, 2))
    tolerance = _SMOOTH + (_ROUGH - _SMOOTH) * np.minimum(roughness(image).T / _FULLY_ROUGH, 1)
    nearest = _nearest_grey(shades) if grey else _nearest(shades)
    made = _columns(true, np.ascontiguousarray(mapped.T), shades, nearest, tolerance)
    found = Image.fromarray(made.T.astype(np.uint8))
    found.putpalette(palette.tobytes())
    return found


_Nearest = Callable[[NDArray[np.float32]], NDArray[np.int32]]
"""Members of a palette for colours (number, 3)."""


def _columns(
    true: NDArray[np.float32],
    mapped: NDArray[np.int32],
    shades: NDArray[np.float32],
    nearest: _Nearest,
    tolerance: NDArray[np.float32],
) -> NDArray[np.int32]:
    """(width, height) members of the palette `shades` for pixels (width, height, 3). `mapped`: those nearest to the pixels
    before anything is handed on to them."""
    found = np.empty(true.shape[:2], dtype=np.int32)
    carry = np.zeros(true.shape[1:], dtype=np.float32)
    left: NDArray[np.int32] | None = None
    for x in range(len(true)):
        goal = true[x] + carry
        own, other = nearest(goal), mapped[x]
        off, other_off = _off(goal, shades[own]), _off(goal, shades[other])
        own = np.where(other_off < off, other, own)
        if left is not None:
            kept = _off(goal, shades[left]) <= np.minimum(off, other_off) + tolerance[x]
            own = np.where(kept, left, own)
        found[x] = left = own
        error = goal - shades[own]
        small = np.clip(error, -_SMALL, _SMALL)
        error = np.clip(error - small * np.float32(1 - _EVENED), -_MOST, _MOST)
        carry = error * np.float32(0.5)
        carry[1:] += error[:-1] * np.float32(0.25)
        carry[:-1] += error[1:] * np.float32(0.25)
    return found


def _off(these: NDArray[np.float32], those: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((these - those) ** 2 @ _WEIGHTS, dtype=np.float32)


def _nearest(shades: NDArray[np.float32]) -> _Nearest:
    """About the nearest: of each 32nd of red, green and blue that of its middle."""
    steps = np.arange(32, dtype=np.float32) * 8 + 3.5
    bins = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(32, -1, 3)
    weighed = shades * _WEIGHTS
    squares = (shades * weighed).sum(axis=1)
    table = np.concatenate([(squares - 2 * part @ weighed.T).argmin(axis=1) for part in bins]).astype(
        np.int32
    )

    def found(goal: NDArray[np.float32]) -> NDArray[np.int32]:
        at = np.clip(goal, 0, 255).astype(np.int32) >> 3
        members: NDArray[np.int32] = table[at[:, 0] << 10 | at[:, 1] << 5 | at[:, 2]]
        return members

    return found


def _nearest_grey(shades: NDArray[np.float32]) -> _Nearest:
    """To the level, as greys lie so near to each other that more of them than one are in a 32nd."""
    levels = np.arange(256, dtype=np.float32)
    table = np.abs(levels[:, None] - shades[:, 0]).argmin(axis=1).astype(np.int32)

    def found(goal: NDArray[np.float32]) -> NDArray[np.int32]:
        members: NDArray[np.int32] = table[np.clip(goal[:, 0] + 0.5, 0, 255).astype(np.int32)]
        return members

    return found
