"""Half-blocks in 24 bits for a thin line: along a row a colour stays in force while what is wanted is near to it.

A colour of 24 bits takes seventeen bytes, so a picture in all of its colours takes three times what 256 dithered ones
do. Most neighbours are nearly alike: of colours that are written anew only where the wanted one is further off than a
tolerance, all fit into the bytes of the dithered ones, and are five times as near to the picture (CIELAB). The tolerance
is that of each picture with which its bytes suffice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.terminal.blocks import EMPTY, Cells, cells_of, direct, row_bytes

CELL_BYTES = 10.0
"""For each cell, on the mean of a picture: 256 softly dithered colours take 10.7 of photographs."""
_TOLERANCES = np.array([0.0, *np.geomspace(0.5, 64, 8)])
"""In CIELAB units."""
_SEEN = 1.0
"""What large areas side by side must differ by at least to be told apart. Below that no more bytes are spent than 256 colours
take."""
_FINER = 8
"""Tolerances from one of these to the next."""
_BUSY, _AROUND = 3.0, 7
"""Lightness, of 100, by which neighbours differ, on the mean of a square of so many pixels, where one may be off by twice as
much as where they are alike: what is smooth would get steps. Grain does not hide them: a pixel that may be off by more
than those beside it ends the runs there at another place in each row, and streaks are seen."""
_FAR = 1e4
_NEVER = 9
_MARK, _SPACE, _COLOUR, _SEQUENCE, _BOTH, _ROW = 3, 1, 7, 3, 1, 12
"""Bytes of a half-block and of a blank in UTF-8, of a colour besides its digits, of the sequence with one or two of
them, and of a row besides its cells."""

_LINEAR = np.array(
    [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.arange(256) / 255]
)
_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
_WHITE = _XYZ.sum(axis=1)
_TO_LAB = np.array([[0, 116, 0], [500, -500, 0], [0, 200, -200]])

_Lab = NDArray[np.float32]


def held_cells(image: Image.Image, cell_bytes: float | None = None) -> Cells:
    """Cells of 24-bit colours from an RGB or RGBA image of an even height, in runs so long that a cell takes at most
    `cell_bytes` on the mean (None: CELL_BYTES, or as few as 256 colours take when what is off is hardly seen); pixels less
    than half opaque are EMPTY. A grey picture stays grey."""
    pixels = np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"))
    empty = pixels[..., 3] < 128 if pixels.shape[2] == 4 else np.zeros(pixels.shape[:2], np.bool_)
    wanted = _Wanted.of(pixels[..., :3], empty)
    most = unseen = (CELL_BYTES if cell_bytes is None else cell_bytes) * int((~empty).sum()) / 2
    if cell_bytes is None:
        dithered = cells_of(image, False, softly=True)
        unseen = min(most, sum(len(row_bytes(dithered, y, (0, 0))) for y in range(dithered.rows)))
    sources = _least(wanted, most, unseen)
    colours = np.where(empty, np.int32(EMPTY), direct(_means(pixels[..., :3], sources)))
    return Cells(colours[0::2], colours[1::2])


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What cells are to show; (2, rows, columns) of upper and lower halves. `lab`: their colours, (..., 3); `share`: of the
    square of a distance that counts; `digits`: of their colours in a sequence."""

    lab: _Lab
    share: NDArray[np.float32]
    digits: NDArray[np.int32]
    empty: NDArray[np.bool_]

    @classmethod
    def of(cls, rgb: NDArray[np.uint8], empty: NDArray[np.bool_]) -> _Wanted:
        lab = _lab(rgb)
        share = (1 + _around(_range(lab[..., 0])) / _BUSY) ** -2
        lab[empty] = -_FAR
        digits = (1 + (rgb >= 10) + (rgb >= 100)).sum(axis=2, dtype=np.int32)
        return cls(*(np.stack([each[0::2], each[1::2]]) for each in (lab, share, digits, empty)))


def _least(wanted: _Wanted, most: float, unseen: float) -> NDArray[np.intp]:
    """As `_held`, with the least tolerance with which all takes at most so many bytes (`unseen`: where it is below what is
    seen); else with the largest there is."""
    tolerances = _TOLERANCES
    for finer in (False, True):
        sources, sizes = _held(wanted, tolerances)
        fits = sizes <= np.where(tolerances < _SEEN, unseen, most)
        at = int(np.argmax(fits)) if fits.any() else len(fits) - 1
        if finer or at < 2:
            break
        tolerances = np.geomspace(tolerances[at - 1], tolerances[at], _FINER + 1)[1:]
    least: NDArray[np.intp] = sources[at]
    return least


def _held(wanted: _Wanted, tolerances: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each tolerance (tolerances, rows * 2, columns) the number of the pixel for which the colour was written that
    each pixel takes; and the bytes of all rows.

    As `blocks.runs` does it, each cell is drawn in the way that changes the fewest colours.
    """
    _, rows, columns = wanted.share.shape
    limit = (tolerances**2).astype(np.float32)[:, None]
    shape = (len(tolerances), rows)
    # Of two layers: the foreground's and the background's.
    lab, source = np.full((2, *shape, 3), _FAR, np.float32), np.full((2, *shape), -1, np.intp)
    found = np.empty((len(tolerances), rows, 2, columns), np.intp)
    size = np.full(shape, _ROW)
    first = np.arange(rows) * 2 * columns
    for column in range(columns):
        here, share = wanted.lab[:, :, column], wanted.share[:, :, column]
        near = ((lab[:, None] - here[:, None]) ** 2).sum(axis=-1) * share[:, None] <= limit
        (fore_top, fore_bottom), (back_top, back_bottom) = near
        alike = ((here[0] - here[1]) ** 2).sum(axis=-1) * share.max(axis=0) <= limit
        nothing = wanted.empty[:, :, column] * _NEVER
        upper = 2 - fore_top.astype(np.int8) - back_bottom + nothing[0]
        lower = 2 - fore_bottom.astype(np.int8) - back_top + nothing[1]
        blank = np.where(back_top & back_bottom, 0, np.where(alike, 1, _NEVER))
        is_blank = blank <= np.minimum(upper, lower)
        is_lower = ~is_blank & (lower < upper)
        renewed = (
            ~is_blank & ~np.where(is_lower, fore_bottom, fore_top),
            np.where(is_blank, blank > 0, ~np.where(is_lower, back_top, back_bottom)),
        )
        halves = is_lower.astype(np.intp), (~is_lower & ~is_blank).astype(np.intp)
        for layer in range(2):
            half, new = halves[layer], renewed[layer]
            lab[layer] = np.where(new[..., None], here[half, np.arange(rows)], lab[layer])
            source[layer] = np.where(new, first + half * columns + column, source[layer])
            size += np.where(new, wanted.digits[half, np.arange(rows), column] + _COLOUR, 0)
        size += np.where(renewed[0] | renewed[1], _SEQUENCE, 0) + (renewed[0] & renewed[1]) * _BOTH
        size += np.where(is_blank, _SPACE, _MARK)
        found[:, :, 0, column] = np.where(is_blank | is_lower, source[1], source[0])
        found[:, :, 1, column] = np.where(is_lower, source[0], source[1])
    return found.reshape(len(tolerances), rows * 2, columns), size.sum(axis=1).astype(np.float64)


def _means(rgb: NDArray[np.uint8], sources: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Each run in the mean of the colours that are wanted of it: of what errors are left, neighbours even them out."""
    runs, count = sources.ravel(), sources.size
    many = np.maximum(1, np.bincount(runs, minlength=count))
    channels = [np.bincount(runs, rgb[..., n].ravel(), count) / many for n in range(3)]
    return np.rint(np.stack(channels, axis=1)[runs]).astype(np.uint8).reshape(rgb.shape)


def _lab(rgb: NDArray[np.uint8]) -> _Lab:
    """CIELAB of sRGB, (..., 3)."""
    share = _LINEAR[rgb] @ _XYZ.T / _WHITE
    bent = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    lab: _Lab = (bent @ _TO_LAB.T - (16, 0, 0)).astype(np.float32)
    return lab


def _range(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each value and its eight neighbours differ by."""
    room = _squares(values, 3)
    found: NDArray[np.float32] = room.max(axis=(2, 3)) - room.min(axis=(2, 3))
    return found


def _around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the square around each value."""
    found: NDArray[np.float32] = _squares(values, _AROUND).mean(axis=(2, 3))
    return found


def _squares(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """The square of so many (an odd number) values around each, (..., side, side); the edge goes on beyond it."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, side // 2, mode="edge"), (side, side))
