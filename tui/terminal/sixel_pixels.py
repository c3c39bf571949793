"""Pixels of sixels that are on the screen, so that something can be drawn over them and nothing beside it changes."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_BAND = 6
_FIRST = ord("?")
_REPEATED = re.compile(rb"!(\d+)([?-~])")
_DEFINED = re.compile(rb"#(\d+);2;(\d+);(\d+);(\d+)")
_IN_COLOUR = re.compile(rb"#(\d+)|([?-~]+)")
_BITS = np.arange(_BAND, dtype=np.uint8)[:, None]
_KEPT = 64
"""Decoded strips: a shape that moves is drawn over the same ones many times."""
_OF_COLOURS = 4
"""A quarter of the colours at least is for what was drawn."""

_Packed = NDArray[np.int32]


@lru_cache(maxsize=_KEPT)
def pixels(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The pixels (RGB) of `size` (width, height) that `sixel.sixels` made this of; not to be changed."""
    width, height = size
    shades = np.zeros((256, 3), np.uint8)
    for number, *percents in _DEFINED.findall(data):
        shades[int(number)] = [round(int(percent) * 255 / 100) for percent in percents]
    body = _DEFINED.sub(b"", data[data.index(b"q") + 1 : data.rindex(b"\x1b")])
    body = _REPEATED.sub(lambda found: found[2] * int(found[1]), body)
    bands = body.split(b"-")
    members = np.zeros((max(len(bands) * _BAND, height), width), np.uint8)
    register = 0
    for number, band in enumerate(bands):
        rows = members[number * _BAND : (number + 1) * _BAND]
        for line in band.split(b"$"):
            x = 0
            for selected, drawn in _IN_COLOUR.findall(line):
                if selected:
                    register = int(selected)
                    continue
                bits = np.frombuffer(drawn, np.uint8) - _FIRST
                rows[:, x : x + len(drawn)][(bits >> _BITS & 1).astype(bool)] = register
                x += len(drawn)
    return Image.fromarray(shades[members[:height]])


def drawn_over(clean: Image.Image, drawn: Image.Image, colours: int) -> Image.Image:
    """`drawn` (RGB) with a palette of at most `colours`. Pixels that are as in `clean` (of the same size, in few colours) stay
    so; where all together are too many colours, the rarest go to the nearest ones."""
    before, after = _packed(clean), _packed(drawn)
    changed = before != after
    after[changed] = _in_percents(after[changed])
    old, new = _by_number(after[~changed]), _by_number(after[changed])
    if len(np.union1d(old, new)) > colours:
        new = new[: max(colours // _OF_COLOURS, colours - len(old))]
        old = old[: colours - len(new)]
    palette = np.union1d(old, new)
    there, places = np.unique(after, return_inverse=True)
    members = _nearest(there, palette)[places].reshape(after.shape)
    found = Image.fromarray(members.astype(np.uint8))
    found.putpalette(_unpacked(palette).astype(np.uint8).tobytes())
    return found


def _packed(image: Image.Image) -> _Packed:
    """(height, width) of 24 bits."""
    rgb = np.asarray(image.convert("RGB")).astype(np.int32)
    return rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]


def _unpacked(colours: _Packed) -> _Packed:
    return np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=-1)


def _in_percents(colours: _Packed) -> _Packed:
    """As registers hold them."""
    rgb = np.round(np.round(_unpacked(colours) * (100 / 255)) * 255 / 100).astype(np.int32)
    return rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]


def _by_number(colours: _Packed) -> _Packed:
    """Each once, the most frequent first."""
    found, counts = np.unique(colours, return_counts=True)
    return found[np.argsort(-counts, kind="stable")]


def _nearest(colours: _Packed, palette: _Packed) -> NDArray[np.intp]:
    """The places in `palette` that are nearest to `colours`."""
    away = ((_unpacked(colours)[:, None] - _unpacked(palette)[None]) ** 2).sum(axis=-1)
    return np.asarray(away.argmin(axis=1), np.intp)
