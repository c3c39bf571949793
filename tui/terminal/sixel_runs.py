"""Pictures in sixels with few bytes: each pixel is of the colour that costs least, in bytes and in what it is off.

Six rows of pixels are a band, a column of which is written once for each of its colours. A colour that the column has
already costs nothing more, one that the column before had goes on for a byte, any other takes four: itself, its
number and what lies between. Colours chosen so take a quarter fewer bytes than the nearest ones, as like as these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.terminal.sixel_colours import flats_of, in_palette, palette_for, roughness
from tui.terminal.sixel_greys import of_grey
from tui.terminal.sixel_means import evened

_BAND = 6
_WEIGHTS = np.array([2, 4, 2], dtype=np.float32)
"""The eye sees green best. Blue that counts less is off by 8 of 255 over whole places of orange and skin."""
_EVENED = 0.4
"""The share of what a pixel is off that its neighbours make up for: with all of it a picture takes half as many bytes
again and is less like itself (SSIM 0.92 instead of 0.96)."""
_SMALL, _MOST = 8.0, 40.0
"""Of 255: what is further off than the one is handed on whole, as a colour that is not there is mixed of others, and never
more than the other: what no colour of the palette comes near to must not spread."""
_SMOOTH, _ROUGH, _FULLY_ROUGH = 20.0, 2000.0, 8.0
"""What a pixel may be further off (squared, weighed) to save a new colour, in smooth places and in rough ones, and how
much neighbours differ there: among leaves nobody sees it."""
_BYTE = 0.04
"""The share of that for a byte alone."""
_ROWS = np.arange(_BAND)

_Pixels = NDArray[np.float32]
_Members = NDArray[np.int32]
"""Places in a palette."""
_Where = NDArray[np.bool_]
_Nearest = Callable[[_Pixels], _Members]
"""The members of a palette that are nearest to colours (…, 3)."""


def sparing(image: Image.Image, colours: int, check: Callable[[], None] = lambda: None) -> Image.Image:
    """`image` (RGB) with a palette of at most `colours`, in half of the bytes that full dithering takes; flat colours stay as
    they are. `check`: called between the steps; it raises when nobody wants the picture any more."""
    flat = flats_of(image, colours)
    image = flat.on(image)
    listed = palette_for(image, colours, flat, check)
    still = flat.members(listed)
    rough = np.minimum(roughness(image) / _FULLY_ROUGH, 1)
    tolerance = np.where(still >= 0, 0, _SMOOTH + (_ROUGH - _SMOOTH) * rough)
    true, palette = np.asarray(image, dtype=np.float32), _Palette.of(listed)
    wanted = _Wanted(
        _banded(true),
        _banded(tolerance),
        _banded(still.astype(np.float32)).astype(np.int32),
        _banded(flat.greys.there.astype(np.float32)) > 0,
    )
    grey = palette.grey.all()
    nearest = _nearest_grey(palette) if grey else _nearest(wanted.pixels, listed, palette.off_all)
    made = _columns(wanted, palette, nearest, check)
    pixels = made.transpose(1, 2, 0).reshape(-1, image.width)[: image.height]
    if not grey:
        pixels = evened(true, pixels, palette.shades, still >= 0, check, flat.greys.there)
    return in_palette(pixels, listed)


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What is to be of the members of a palette, as `_banded` has it: `pixels` (width, bands, rows, 3), and of each of them the
    `tolerance`, its member where it is flat (`still`; -1: it is not), which is exactly its own, so that nothing is to be made up for
    there, and whether it is to be `grey`."""

    pixels: _Pixels
    tolerance: _Pixels
    still: _Members
    grey: _Where


def _banded(pixels: _Pixels) -> _Pixels:
    """(height, width, …) as (width, bands, rows of a band, …); what is missing of the last band repeats the last row."""
    short = -len(pixels) % _BAND
    whole = np.concatenate([pixels, np.repeat(pixels[-1:], short, axis=0)])
    cut = whole.reshape(-1, _BAND, *pixels.shape[1:])
    return np.ascontiguousarray(np.moveaxis(cut, 2, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Palette:
    """`shades`: (colours, 3); `weighed`, `squares`: these by the weights, and their sums of weighed squares; `grey`: which of
    them are."""

    shades: _Pixels
    weighed: _Pixels
    squares: _Pixels
    grey: _Where

    @classmethod
    def of(cls, listed: NDArray[np.uint8]) -> _Palette:
        shades = listed.astype(np.float32)
        weighed = shades * _WEIGHTS
        return cls(shades, weighed, (shades * weighed).sum(axis=1), of_grey(listed))

    def off_all(self, goals: _Pixels) -> _Pixels:
        """(number, colours): how far (number, 3) are from all members, as `off` has it."""
        return self.squares - 2 * goals @ self.weighed.T

    def off(self, goals: _Pixels, members: _Members, grey: _Where) -> _Pixels:
        """(bands, rows, members): how far (bands, rows, 3) are from (bands, members), squared and weighed, but for what is
        the same for all members. `grey`: (bands, rows) to which only greys are near."""
        off = self.squares[members][:, None] - 2 * goals @ self.weighed[members].transpose(0, 2, 1)
        if grey.any():
            off[grey[:, :, None] & ~self.grey[members][:, None]] = np.inf
        return off

    def off_own(self, goals: _Pixels, members: _Members) -> _Pixels:
        """(bands, rows): the same of (bands, rows, 3) and one member for each."""
        off: _Pixels = self.squares[members] - 2 * np.einsum("brc,brc->br", goals, self.weighed[members])
        return off


def _columns(wanted: _Wanted, palette: _Palette, nearest: _Nearest, check: Callable[[], None]) -> _Members:
    """(width, bands, rows) members of a palette for all pixels, one column of all bands after the other."""
    found = np.empty(wanted.still.shape, dtype=np.int32)
    carry: _Pixels = np.zeros(wanted.pixels.shape[1:], dtype=np.float32)
    nearest_grey = _nearest_grey(palette)
    last = nearest(wanted.pixels[0])
    for x, true in enumerate(wanted.pixels):
        check()
        still, grey = wanted.still[x], wanted.grey[x]
        goals = true + carry * (still < 0)[..., None]
        own = nearest(goals)
        if grey.any():
            # Greys make up for no colours beside them.
            goals = np.where(grey[..., None], goals.mean(axis=2, keepdims=True), goals)
            own = np.where(grey, nearest_grey(goals), own)
        own = np.where(still < 0, own, still)
        found[x] = last = _chosen(goals, own, last, palette, wanted.tolerance[x], grey)
        carry = _handed_on(goals - palette.shades[last])
    return found


def _chosen(
    goals: _Pixels, own: _Members, last: _Members, palette: _Palette, tolerance: _Pixels, grey: _Where
) -> _Members:
    """(bands, rows) members for the goals of a column. `own`: the nearest ones; `last`: those of the column before; `grey`: which
    are to be grey."""
    off = palette.off(goals, last, grey)
    like = off.argmin(axis=2)
    off_last = np.take_along_axis(off, like[..., None], 2)[..., 0]
    off_own = palette.off_own(goals, own)
    going_on = off_last <= off_own + tolerance
    found = np.where(going_on, np.take_along_axis(last, like, 1), own)
    off_found = np.where(going_on, off_last, off_own)
    most = off_found + np.where(going_on, _BYTE, 1) * tolerance
    return _shared(found, palette.off(goals, found, grey), most)


def _shared(found: _Members, off: _Pixels, most: _Pixels) -> _Members:
    """Without colours that a single row of a band has, where another one of the column is hardly further `off` (bands, rows,
    members of the rows). `most`: what it may be off at most."""
    same = found[:, :, None] == found[:, None, :]
    alone = same.sum(axis=2) == 1
    off = np.where(same, np.float32(np.inf), off)
    other = off.argmin(axis=2)
    joins = alone & (np.take_along_axis(off, other[..., None], 2)[..., 0] <= most)
    # Of two that would take each other's the upper one stays.
    joins &= ~np.take_along_axis(joins, other, 1) | (other < _ROWS)
    return np.where(joins, np.take_along_axis(found, other, 1), found)


def _handed_on(error: _Pixels) -> _Pixels:
    """What the next column is to make up for, of what pixels (bands, rows, 3) are off."""
    small = np.clip(error, -_SMALL, _SMALL)
    rows = np.clip(error - small * np.float32(1 - _EVENED), -_MOST, _MOST).reshape(-1, 3)
    carry = rows * np.float32(0.5)
    carry[1:] += rows[:-1] * np.float32(0.25)
    carry[:-1] += rows[1:] * np.float32(0.25)
    return carry.reshape(error.shape)


def _nearest(true: _Pixels, listed: NDArray[np.uint8], off: Callable[[_Pixels], _Pixels]) -> _Nearest:
    """About the nearest: of each 32nd of red, green and blue that of its middle, by `off`, where pixels of the picture
    (`true`) are, and elsewhere as Pillow finds it, which is quicker."""
    steps = np.arange(32, dtype=np.float32) * 8 + 3.5
    middles = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    palette = Image.new("P", (1, 1))
    palette.putpalette(listed.tobytes())
    rough = Image.fromarray(middles.astype(np.uint8).reshape(-1, 32, 3)).quantize(
        palette=palette, dither=Image.Dither.NONE
    )
    table = np.asarray(rough).ravel().astype(np.int32)
    there = np.flatnonzero(np.bincount(_bins(true.reshape(-1, 3))))
    table[there] = off(middles[there]).argmin(axis=1)

    def found(goals: _Pixels) -> _Members:
        members: _Members = table[_bins(np.clip(goals, 0, 255))]
        return members

    return found


def _bins(colours: _Pixels) -> _Members:
    """The numbers of the 32nds in which colours (…, 3) from 0 to 255 are."""
    at = colours.astype(np.int32) >> 3
    return at[..., 0] << 10 | at[..., 1] << 5 | at[..., 2]


def _nearest_grey(palette: _Palette) -> _Nearest:
    """Of its greys (of what it has where these are none), to the level, as they lie so near to each other that more of them than
    one are in a 32nd. Only the first channel counts."""
    numbers = np.flatnonzero(palette.grey) if palette.grey.any() else np.arange(len(palette.grey))
    levels = np.arange(256, dtype=np.float32)
    table = numbers[np.abs(levels[:, None] - palette.shades[numbers, 0]).argmin(axis=1)].astype(np.int32)

    def found(goals: _Pixels) -> _Members:
        members: _Members = table[np.clip(goals[..., 0] + 0.5, 0, 255).astype(np.int32)]
        return members

    return found
