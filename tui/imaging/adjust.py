"""Brightness, contrast and the like, done to pixels before they are encoded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.decode import Decoded
from tui.imaging.raster import Raster
from tui.imaging.viewport import Viewport
from tui.model.view_settings import NEUTRAL, Adjustment, ColourChannel

Floats = NDArray[np.float32]
Region = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of a picture, in fractions of its sides; may lie outside."""
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
_SAMPLE = 512
"""Pixels of the longer side of the small picture whose values are counted."""
_TILES = 8
"""Tiles of the local contrast along each side."""
_MIN_TILE = 16
"""Pixels of the small picture along a tile's side at least: fewer tell nothing."""
_CLIP = 3.0
"""How many times as often as on average a value of a tile may count: more would make noise of smooth places."""


def adjusted(
    image: Image.Image, adjustment: Adjustment, whole: Image.Image | None = None, region: Region = WHOLE
) -> Image.Image:
    """`image` (L, RGB or RGBA; not changed) with the adjustment, in its own mode; itself where that is neutral.

    What depends on the values of the whole picture (stretch, local contrast) is found in `whole`, of which `image` is
    the part `region`, at any size: a part that was zoomed into looks as it does in the whole.
    """
    if adjustment == NEUTRAL:
        return image
    if image.mode == "RGBA":
        opaque = adjusted(image.convert("RGB"), adjustment, whole, region)
        opaque.putalpha(image.getchannel("A"))
        return opaque
    part = one_channel(image, adjustment.channel)
    range_table = _window(adjustment)
    if adjustment.stretch or adjustment.local:
        small = one_channel(_sample(whole if whole is not None else image), adjustment.channel).convert("L")
        range_table = _stretched(range_table, small, adjustment.stretch)
        if adjustment.local:
            part = _through(part, range_table)
            part = _local(part, _through(small, range_table), adjustment.local / 100, region)
            range_table = _IDENTITY
    return _through(part, _toned(range_table, adjustment))


def adjusted_raster(cut: Raster, whole: Decoded, viewport: Viewport, adjustment: Adjustment) -> Raster:
    """A raster that was cut out of `whole` at `viewport`, with the adjustment; itself where that is neutral. Pictures of
    more than eight bits were decoded through their window already, so that no value of theirs is lost."""
    adjustment = after_decode(whole, adjustment)
    if adjustment == NEUTRAL:
        return cut
    x, y, width, height = viewport.visible
    left, top, right, bottom = cut.inside
    # Image pixels in one pixel of the raster; what lies around the picture repeats its edge.
    across, down = width / (right - left) / viewport.image[0], height / (bottom - top) / viewport.image[1]
    x, y = x / viewport.image[0] - left * across, y / viewport.image[1] - top * down
    region = (x, y, x + cut.image.width * across, y + cut.image.height * down)
    return replace(cut, image=adjusted(cut.image, adjustment, whole.image, region))


def after_decode(decoded: Decoded, adjustment: Adjustment) -> Adjustment:
    """What of an adjustment is still to be done to a picture that may have been decoded through its window."""
    if decoded.adjusted:
        return NEUTRAL
    if decoded.window is None:
        return adjustment
    return replace(adjustment, level=NEUTRAL.level, window=NEUTRAL.window)


def one_channel(image: Image.Image, channel: ColourChannel) -> Image.Image:
    """`image` (L or RGB) with the values of one channel in all of them, in its own mode."""
    if channel == "all" or image.mode == "L":
        return image
    single = image.convert("L") if channel == "luma" else image.getchannel(channel[0].upper())
    return Image.merge("RGB", (single, single, single))


# Tables: (256,) floats from 0 to 1, by value.

_IDENTITY: Floats = np.linspace(0, 1, 256, dtype=np.float32)


def _window(adjustment: Adjustment) -> Floats:
    width = max(adjustment.window, 1) / 100
    low = adjustment.level / 100 - width / 2
    return np.asarray(np.clip((_IDENTITY - low) / width, 0, 1), np.float32)


def _stretched(table: Floats, small: Image.Image, percent: float) -> Floats:
    """The table with so many percent of the values of `small` clipped at either end."""
    if not percent:
        return table
    counts = np.asarray(small.histogram(), dtype=np.float64)
    ranks = np.cumsum(counts) / counts.sum() * 100
    low = table[int(np.searchsorted(ranks, percent))]
    high = table[min(int(np.searchsorted(ranks, 100 - percent)), 255)]
    return np.asarray(np.clip((table - low) / (high - low), 0, 1), np.float32) if high > low else table


def _toned(table: Floats, adjustment: Adjustment) -> Floats:
    """The table with contrast, brightness, gamma and inversion behind it."""
    steep = 4.0 ** (adjustment.contrast / 100)
    values = np.clip((table - 0.5) * steep + 0.5 + adjustment.brightness / 100, 0, 1)
    values = np.power(values, 100 / max(adjustment.gamma, 1))
    return np.asarray(1 - values if adjustment.invert else values, np.float32)


def _through(image: Image.Image, table: Floats) -> Image.Image:
    values = np.rint(table * 255).astype(int).tolist()
    return image.point(values * len(image.getbands()))


def _sample(image: Image.Image) -> Image.Image:
    """A small picture with about the same values."""
    factor = max(1, -(-max(image.size) // _SAMPLE))
    return image.reduce(factor) if factor > 1 else image


# Local contrast: contrast limited adaptive histogram equalization (Zuiderveld, Graphics Gems IV, 1994).


def _local(image: Image.Image, small: Image.Image, strength: float, region: Region) -> Image.Image:
    """Luma by the tables of the tiles around each pixel, blended; colours move with it."""
    tables = _tile_tables(small)
    luma = np.asarray(image.convert("L"))
    rows, columns, _ = tables.shape
    above, below, down = _between(region[1], region[3], luma.shape[0], rows)
    before, behind, right = _between(region[0], region[2], luma.shape[1], columns)
    down = down[:, None]
    upper = tables[above[:, None], before, luma] * (1 - right) + tables[above[:, None], behind, luma] * right
    lower = tables[below[:, None], before, luma] * (1 - right) + tables[below[:, None], behind, luma] * right
    change = (upper * (1 - down) + lower * down - luma) * np.float32(strength)
    pixels = np.asarray(image).astype(np.float32)
    pixels += change if pixels.ndim == 2 else change[:, :, None]
    return Image.fromarray(np.rint(pixels).clip(0, 255).astype(np.uint8), image.mode)


def _between(
    first: float, last: float, count: int, tiles: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """For `count` pixels from one fraction of a side to another: the tiles whose middles lie before and behind each, and
    how far it is on the way between them, from 0 to 1."""
    at = (first + (np.arange(count) + 0.5) * (last - first) / count) * tiles - 0.5
    at = at.clip(0, tiles - 1)
    before = np.floor(at).astype(np.intp)
    return before, np.minimum(before + 1, tiles - 1), (at - before).astype(np.float32)


def _tile_tables(small: Image.Image) -> Floats:
    """(rows, columns, 256): the new value of each value in each tile of a grey picture, from 0 to 255."""
    values = np.asarray(small)
    rows, columns = (min(_TILES, max(1, side // _MIN_TILE)) for side in values.shape)
    return np.array(
        [
            [_equalizing(tile) for tile in np.array_split(band, columns, axis=1)]
            for band in np.array_split(values, rows, axis=0)
        ],
        dtype=np.float32,
    )


def _equalizing(tile: NDArray[np.uint8]) -> Floats:
    counts = np.bincount(tile.ravel(), minlength=256).astype(np.float64)
    limit = counts.sum() / 256 * _CLIP
    cut = np.minimum(counts, limit)
    cut += (counts.sum() - cut.sum()) / 256
    return np.asarray((np.cumsum(cut) - cut / 2) / cut.sum() * 255, np.float32)
