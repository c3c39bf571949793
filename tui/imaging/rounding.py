"""Which parts of a picture come with rounded channels first, so that it looks as it is long before it is exact.

A part with much in it takes two fifths of its bytes when channels are rounded to tens, and nobody sees that there;
smooth parts would get steps, and are cheap as they are. All exact parts follow in any case, so what is sent before them
is sent in addition: no more of it than pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.outline import PixelBox
from tui.imaging.preview import ranges, to_multiples

STEP = 10
MAX_SQUARE = 2.8
"""The mean square of what channels may be off, over the whole picture: 43.6 dB."""
MAX_STEPS = 0.007
"""The share of all smooth places that may become steps."""
SAVED, LEAST_SAVED = 0.21, 0.08
"""Shares of all bytes: so many fewer are sent until the picture looks as it is. With the least it does not pay."""
MAX_SPENT = 0.14
"""The share of all bytes that is sent in addition."""
_SHIFTS = (0, 1, -1, 2, -2)
_AREA, _TINT = 8, 0.9
"""No square of so many pixels may be lighter or darker by more than this, of 255: there it stays as it is."""


@dataclass(frozen=True, slots=True)
class Likely:
    """One part: bytes when it is `exact` and when it is `rounded`, the sum of the squares of what its channels are off
    then, and how many places of it that are smooth become steps."""

    exact: int
    rounded: int
    squares: float
    steps: int


def chosen(parts: Sequence[Likely], channels: int, smooth: int) -> set[int]:
    """Numbers of the parts that are to be sent rounded first. `channels`: values in the whole picture; `smooth`: smooth
    places of it. First goes what saves most for what it takes of all that is limited."""
    total = sum(part.exact for part in parts)
    most = Likely(0, round(MAX_SPENT * total), MAX_SQUARE * channels, round(MAX_STEPS * smooth))

    def cost(part: Likely) -> float:
        return (
            part.rounded / max(most.rounded, 1)
            + part.squares / max(most.squares, 1.0)
            + part.steps / max(most.steps, 1)
        )

    def worth(n: int) -> float:
        return (parts[n].exact - parts[n].rounded) / max(cost(parts[n]), 1e-9)

    taken, spent, saved = set[int](), Likely(0, 0, 0.0, 0), 0
    for n in sorted(range(len(parts)), key=worth, reverse=True):
        part = parts[n]
        more = Likely(0, spent.rounded + part.rounded, spent.squares + part.squares, spent.steps + part.steps)
        fits = more.rounded <= most.rounded and more.squares <= most.squares and more.steps <= most.steps
        if saved >= SAVED * total or part.rounded >= part.exact or not fits:
            continue
        taken.add(n)
        spent, saved = more, saved + part.exact - part.rounded
    return taken if saved >= LEAST_SAVED * total else set()


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A picture with rounded channels. `values`: (height, width, 3); `smooth`: how many smooth places the picture has."""

    values: NDArray[np.uint8]
    smooth: int
    _squares: NDArray[np.float32]
    _became_steps: NDArray[np.bool_]

    @classmethod
    def of(cls, pixels: NDArray[np.uint8]) -> Rounded:
        """`pixels`: (height, width, 3)."""
        values = _untinted(pixels)
        image = Image.fromarray(pixels)
        true, made = (np.asarray(each.convert("L"), np.int16) for each in (image, Image.fromarray(values)))
        smooth = (ranges(image)[:, :-1] <= 4) & (np.abs(np.diff(true, axis=1)) <= 1)
        off = values.astype(np.float32) - pixels
        became = smooth & (np.abs(np.diff(made, axis=1)) >= 4)
        return cls(values, int(smooth.sum()), (off * off).sum(axis=2), became)

    def squares(self, box: PixelBox) -> float:
        """The sum of the squares of what channels are off in a part."""
        return float(self._squares[box[1] : box[3], box[0] : box[2]].sum())

    def steps(self, box: PixelBox) -> int:
        """How many smooth places of a part became steps."""
        return int(self._became_steps[box[1] : box[3], box[0] : box[2]].sum())


def _untinted(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rounded so that no square becomes lighter or darker as a whole: each channel of each as it comes out best of some
    shifts before rounding; where none will do, it stays as it is."""
    high, wide = (length // _AREA * _AREA for length in pixels.shape[:2])
    inner = pixels[:high, :wide]
    values, least = to_multiples(inner, STEP), np.full((high // _AREA, wide // _AREA, 3), np.inf, np.float32)
    for shift in _SHIFTS:
        shifted = to_multiples((np.arange(256) + shift).clip(0, 255).astype(np.uint8), STEP)[inner]
        off = shifted.astype(np.int16) - inner
        tint = np.abs(off.reshape(high // _AREA, _AREA, wide // _AREA, _AREA, 3).sum(axis=(1, 3))) / _AREA**2
        better = tint < least
        values = np.where(_spread(better), shifted, values)
        least = np.where(better, tint, least)
    found = pixels.copy()
    found[:high, :wide] = np.where(
        _spread(np.asarray(least > _TINT).max(axis=2, keepdims=True)), inner, values
    )
    return found


def _spread(squares: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What holds for squares, for their pixels."""
    return squares.repeat(_AREA, 0).repeat(_AREA, 1)
