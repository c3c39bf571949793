"""The colours of a picture in sixels: as many of its own as there are registers, each in whole percents."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tui.terminal.sixel_flats import Flats, flats, numbers
from tui.terminal.sixel_means import evened

_PERCENTS = np.round(np.arange(101) * 255 / 100).astype(np.uint8)
"""What terminals make of a register's percents."""
_NEAREST_PERCENT = (np.arange(256) * 100 + 127) // 255
_ROUNDS = 5
"""Of moving colours to the middle of what they stand for; more gain nothing that is seen."""
_BLOCK = 16
_BLOCK_ERROR, _REPAIRED, _REPAIRS, _FEW_REPAIRS = 2.0, 20, 5, 4
"""The mean of a block of pixels may be so far off before colours are spent on it, on so many blocks at a time, and so many
times; fewer where the picture is soon followed by a better one."""
_WORSE = 8
"""The power of what blocks are off by which palettes are compared: the worst blocks count most."""
_SAMPLE = 16_000
"""Pixels to which a picture is reduced for the first palette; what becomes of it is chosen by all."""
_APART, _BEYOND = 8, 0.5
"""Levels by which two colours differ that are both taken in at a time; how much of what is missing is added to them."""
_THRESHOLDS = (
    np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) + 0.5
) / 16
"""A pattern of four by four whose shares are as even as they can be."""
_DIRECTIONS = np.array(
    [(r, g, b) for r in (-1, 0, 1) for g in (-1, 0, 1) for b in (-1, 0, 1) if (r, g, b) != (0, 0, 0)],
    dtype=np.float64,
)
_MANY_GREYS = 48
_RARE = 6
"""Pixels below which a colour at the edge of all colours gets no register of its own."""
_Colours = NDArray[np.float64]
_Check = Callable[[], None]
"""To be called between the steps of the work: raises when nobody wants it any more."""


def _in_any_case() -> None:
    """Nobody gives it up."""


def reduced(image: Image.Image, colours: int, *, dithered: bool, check: _Check = _in_any_case) -> Image.Image:
    """`image` (RGB) with a palette of at most `colours` (and 256): the one palette of all its strips. `dithered`: what a
    pixel is off evens out over the pixels round it, but for those of flat colours."""
    colours = min(colours, 256)
    flat = flats_of(image, colours)
    image = flat.on(image)
    grey = _as_grey(image)
    if grey is not None:
        return _grey(grey, colours, flat, dithered=dithered)
    if not dithered:
        image = flat.greys.on(image, Image.Dither.NONE)
        return _mapped(image, _snapped(_own_colours(image, colours, flat, check)), Image.Dither.NONE, flat)
    found, palette = _repaired(image, colours, flat, Image.Dither.FLOYDSTEINBERG, _REPAIRS, check)
    return _evened(image, found, palette, flat, check)


def flats_of(image: Image.Image, colours: int) -> Flats:
    """The flat colours of an image in RGB that is to have at most `colours`."""
    return flats(image, colours, _PERCENTS)


def palette_for(
    image: Image.Image, colours: int, flat: Flats, check: _Check = _in_any_case
) -> NDArray[np.uint8]:
    """(colours, 3): at most `colours` (and 256) for an image in RGB that is hardly dithered, those that are `flat` in it among
    them. It has these as registers hold them."""
    colours, grey = min(colours, 256), _as_grey(image)
    return (
        _greys(grey, colours, flat)
        if grey is not None
        else _repaired(image, colours, flat, Image.Dither.NONE, _FEW_REPAIRS, check)[1]
    )


def _repaired(
    image: Image.Image, colours: int, flat: Flats, dither: Image.Dither, repairs: int, check: _Check
) -> tuple[Image.Image, NDArray[np.uint8]]:
    """In its palette, and that, into which colours were taken that no others mix."""
    image = flat.greys.on(image, dither)
    palette = _snapped(_own_colours(image, colours, flat, check))
    pixels = np.asarray(image, dtype=np.float32)
    best, least = None, np.inf
    for _ in range(repairs + 1):
        check()
        found = _mapped(image, palette, dither, flat)
        short = pixels - np.asarray(found.convert("RGB"), dtype=np.float32)
        off = np.abs(_block_means(short)).max(axis=1)
        # The worst count most, and how many there are.
        sum_off = float((off**_WORSE).sum())
        if best is None or sum_off < least:
            best, least = (found, palette), sum_off
        if off.max() <= _BLOCK_ERROR:
            break
        palette = _with_missed(pixels, short, np.asarray(found), palette, flat)
    assert best is not None
    return best


def _evened(
    image: Image.Image, found: Image.Image, palette: NDArray[np.uint8], flat: Flats, check: _Check
) -> Image.Image:
    """With the means of its places, where no colours were near and dithering left too much."""
    still = flat.members(palette) >= 0
    pixels, members = np.asarray(image, dtype=np.float32), np.asarray(found).astype(np.int32)
    even = evened(pixels, members, palette.astype(np.float32), still, check, flat.greys.there)
    return in_palette(even, palette)


def _as_grey(image: Image.Image) -> NDArray[np.uint8] | None:
    """The values of an image in RGB that has no colours; None when it has."""
    pixels = np.asarray(image)
    grey = pixels[..., 0]
    same = (grey == pixels[..., 1]).all() and (grey == pixels[..., 2]).all()
    return grey if same else None


def _grey(grey: NDArray[np.uint8], colours: int, flat: Flats, *, dithered: bool) -> Image.Image:
    """In the greys that it has, as far as whole percents and registers go. Neighbours among many are so near that a
    fixed pattern between them is not seen; few are dithered as colours are."""
    palette = _greys(grey, colours, flat)
    levels = palette[:, 0]
    if dithered and colours < _MANY_GREYS:
        return _mapped(Image.fromarray(grey).convert("RGB"), palette, Image.Dither.FLOYDSTEINBERG, flat)
    values = np.arange(256, dtype=np.float32)
    # What is flat has a place of its own, a whole number: no pattern is seen there.
    place = np.interp(values, levels, np.arange(len(levels))).astype(np.float32)[grey]
    height, width = grey.shape
    pattern = np.tile(_THRESHOLDS, (height // 4 + 1, width // 4 + 1))[:height, :width] if dithered else 0.5
    found = Image.fromarray((place + pattern).astype(np.uint8))
    found.putpalette(palette.tobytes())
    return found


def _greys(grey: NDArray[np.uint8], colours: int, flat: Flats) -> NDArray[np.uint8]:
    """(at most `colours`, 3): the percents that lie between the darkest and the lightest, or as many of them, and those that
    are flat."""
    there = _NEAREST_PERCENT[np.unique(grey)]
    percents = np.arange(max(0, there[0] - 1), min(100, there[-1] + 1) + 1)
    if len(percents) > colours:
        count = colours - len(flat.colours)
        percents = np.unique(np.round(np.linspace(there[0], there[-1], count)).astype(int))
    levels = np.union1d(_PERCENTS[percents], flat.colours[:, 0])
    return np.repeat(levels[:, None], 3, axis=1)


def _mapped(image: Image.Image, palette: NDArray[np.uint8], dither: Image.Dither, flat: Flats) -> Image.Image:
    """`image`: as `flat` and its greys are on it."""
    listed = Image.new("P", (1, 1))
    listed.putpalette(palette.tobytes())
    found = np.asarray(image.quantize(palette=listed, dither=dither))
    return in_palette(flat.kept(np.asarray(image), found, palette), palette)


def in_palette(members: NDArray[np.integer], palette: NDArray[np.uint8]) -> Image.Image:
    """An image of members (height, width) of a palette (colours, 3)."""
    found = Image.fromarray(members.astype(np.uint8))
    found.putpalette(palette.tobytes())
    return found


def _snapped(colours: _Colours) -> NDArray[np.uint8]:
    """In whole percents, each once."""
    percents = np.clip(np.round(colours * (100 / 255)), 0, 100).astype(np.int64)
    return np.ascontiguousarray(_PERCENTS[np.unique(percents, axis=0)])


def _own_colours(image: Image.Image, count: int, flat: Flats, check: _Check) -> _Colours:
    """`count` colours, more of them for what is smooth, where the eye sees steps, some for the most colourful, and those
    that are flat."""
    bins, pixels, weights = _histogram(image)
    outermost = _extremes(bins[pixels >= _RARE], count)
    fixed = _snapped(np.concatenate([outermost, flat.fixed])).astype(np.float64)
    small = image.reduce(max(1, int((image.width * image.height / _SAMPLE) ** 0.5)))
    first = small.quantize(count - len(fixed), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    moving = np.array(first.getpalette(), dtype=np.float64).reshape(-1, 3)[: count - len(fixed)]
    for _ in range(_ROUNDS):
        check()
        moving = _moved(np.concatenate([moving, fixed]), len(moving), bins, weights)
    return np.concatenate([moving, fixed])


def _histogram(image: Image.Image) -> tuple[_Colours, NDArray[np.int64], _Colours]:
    """The mean colours of pixels that are about the same, how many there are, and what they weigh."""
    pixels = np.asarray(image).reshape(-1, 3)
    places = (
        (pixels[:, 0] >> 3).astype(np.int32) << 10
        | (pixels[:, 1] >> 3).astype(np.int32) << 5
        | (pixels[:, 2] >> 3).astype(np.int32)
    )
    counts = np.bincount(places)
    there = np.flatnonzero(counts)
    sums = [np.bincount(places, weights=pixels[:, n])[there] for n in range(3)]
    smooth = np.bincount(places, weights=1 / (1.0 + roughness(image).ravel()))[there]
    return np.stack(sums, axis=1) / counts[there][:, None], counts[there], np.sqrt(smooth)


def roughness(image: Image.Image) -> NDArray[np.float32]:
    """(height, width): how much neighbouring pixels of an RGB image differ there, of 255."""
    grey = image.convert("L")
    edges = np.asarray(grey, dtype=np.int16) - np.asarray(grey.filter(ImageFilter.BoxBlur(1)), dtype=np.int16)
    around = Image.fromarray(np.abs(edges).astype(np.uint8)).filter(ImageFilter.BoxBlur(2))
    return np.asarray(around, dtype=np.float32)


def _extremes(bins: _Colours, count: int) -> _Colours:
    """The outermost, at most half of `count`: dithering mixes what lies between colours, never what lies outside."""
    if not len(bins):
        return bins
    directions = _DIRECTIONS if count >= 64 else _DIRECTIONS[np.abs(_DIRECTIONS).sum(axis=1) == 3]
    outermost = np.unique((bins @ directions.T / np.sqrt((directions**2).sum(axis=1))).argmax(axis=0))
    found: _Colours = bins[outermost[: count // 2]]
    return found


def _moved(colours: _Colours, moving: int, bins: _Colours, weights: _Colours) -> _Colours:
    """The first `moving` colours, each in the middle of the bins that it is nearest to; one that stands for nothing
    goes where the most is off."""
    off = ((bins**2).sum(axis=1)[:, None] - 2 * bins @ colours.T + (colours**2).sum(axis=1)).astype(
        np.float32
    )
    nearest = off.argmin(axis=1)
    sums = np.bincount(nearest, weights=weights, minlength=len(colours))[:moving]
    middles = [
        np.bincount(nearest, weights=weights * bins[:, n], minlength=len(colours))[:moving] for n in range(3)
    ]
    idle = sums <= 0
    found = np.where(
        idle[:, None], colours[:moving], np.stack(middles, axis=1) / np.where(idle, 1, sums)[:, None]
    )
    if idle.any():
        worst = np.argsort(-(weights * off.min(axis=1)))[: int(idle.sum())]
        found[np.flatnonzero(idle)[: len(worst)]] = bins[worst]
    return found


def _with_missed(
    pixels: NDArray[np.float32],
    short: NDArray[np.float32],
    found: NDArray[np.uint8],
    palette: NDArray[np.uint8],
    flat: Flats,
) -> NDArray[np.uint8]:
    """The palette with colours of blocks whose mean is off, in place of those missed least, which are not `flat`. `pixels`,
    `short`: (height, width, 3) of the picture, and what is missing of them in `found`."""
    missed = _block_means(short)
    off = np.abs(missed).max(axis=1)
    most = min(_REPAIRED, len(palette) // 4)
    wanted: list[_Colours] = []
    for block in np.argsort(-off)[: 4 * most]:
        if len(wanted) == most or off[block] <= _BLOCK_ERROR:
            break
        colour = _lacking(_block(pixels, int(block)), _block(short, int(block)), missed[block])
        if all(np.abs(colour - other).max() > _APART for other in wanted):
            wanted.append(colour)
    cost = _cost_without(found, palette)
    cost[numbers(flat.fixed, palette)] = np.inf
    kept = np.argsort(cost)[len(wanted) :]
    return _snapped(np.concatenate([palette[kept].astype(np.float64), np.clip(wanted, 0, 255)]))


def _lacking(pixels: NDArray[np.float32], short: NDArray[np.float32], missed: _Colours) -> _Colours:
    """The colour of those pixels (number, 3) of a block to which its mean owes what is `missed` of it, and somewhat beyond
    them, as no others mix them."""
    weights = np.maximum(short @ missed, 0)
    mean: _Colours = (pixels * weights[:, None]).sum(axis=0) / max(float(weights.sum()), 1e-6)
    return mean + missed * _BEYOND


def _cost_without(found: NDArray[np.uint8], palette: NDArray[np.uint8]) -> _Colours:
    """How far off the pixels of each colour would be, all squared, if the nearest other one took its place."""
    colours = palette.astype(np.float64)
    away = ((colours[:, None] - colours[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(away, np.inf)
    return np.asarray(np.bincount(found.ravel(), minlength=len(palette)) * away.min(axis=1))


def _block(pixels: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """(number, 3): the pixels of a block, as `_block_means` counts them."""
    row, column = divmod(number, max(1, pixels.shape[1] // _BLOCK))
    y, x = row * _BLOCK, column * _BLOCK
    return pixels[y : y + _BLOCK, x : x + _BLOCK].reshape(-1, 3)


def _block_means(pixels: NDArray[np.float32]) -> _Colours:
    """(blocks, 3) of (height, width, 3); what is left at the right and below counts for nothing unless it is all."""
    height, width = pixels.shape[:2]
    down, across = max(1, height // _BLOCK), max(1, width // _BLOCK)
    high, wide = min(_BLOCK, height), min(_BLOCK, width)
    cut = pixels[: down * high, : across * wide].reshape(down, high, across, wide, 3)
    means: _Colours = cut.mean(axis=(1, 3), dtype=np.float64).reshape(-1, 3)
    return means
