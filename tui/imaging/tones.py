"""Pictures of more than eight bits, shown through a window of values that is found from all of them.

Cameras of microscopes put 12 bits into 16, detectors count photons, maps hold metres: which value is black and which white
stands nowhere in the file, so it is read off the data. Everything here works in bands of rows, as a large picture
must not be in memory a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Window = tuple[float, float]
"""The value that is shown as black, and the one shown as white."""
WHOLE_WINDOW: Window = (0.0, 1.0)
"""All of a window, as shares of it."""
LOW_SHARE, HIGH_SHARE = 0.005, 0.995
"""So much of all values lies below the window, and below its upper end: single hot or dead pixels decide nothing."""
BAND_PIXELS = 1_000_000


def is_deep(image: Image.Image) -> bool:
    """Whether its values are numbers of more than eight bits in one channel."""
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def bands(image: Image.Image, pixels: int = BAND_PIXELS) -> Iterator[tuple[int, Image.Image]]:
    """The picture in bands of whole rows, each with its first row; of about `pixels` each."""
    rows = max(1, pixels // max(1, image.width))
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def window_of(image: Image.Image) -> Window:
    """From the 0.5th to the 99.5th percentile of a deep picture's values, by rank. Where these are one value, from the
    lowest to the highest; a picture of one value lies in the middle of its window. What is not finite does not count."""
    coarse = np.zeros(1 << 16, np.int64)
    for _, band in bands(image):
        coarse += np.bincount(_keys(values_of(band)) >> 16, minlength=1 << 16)
    count = int(coarse.sum())
    if not count:
        return 0.0, 1.0
    ranks = _ranks(count)
    return _window(*_at_ranks(image, coarse, ranks))


def window_within(values: NDArray[np.float64]) -> Window:
    """The same of values that are finite and together in memory."""
    if not values.size:
        return 0.0, 1.0
    ranks = _ranks(values.size)
    found = np.partition(values, ranks)
    return _window(*(float(found[rank]) for rank in ranks))


def _ranks(count: int) -> tuple[int, int, int, int]:
    """Of the lowest, the two percentiles and the highest of so many values that are sorted."""
    return 0, int(LOW_SHARE * (count - 1)), -int(-HIGH_SHARE * (count - 1) // 1), count - 1


def _window(lowest: float, low: float, high: float, highest: float) -> Window:
    if low < high:
        return low, high
    return (lowest, highest) if lowest < highest else (low - 0.5, low + 0.5)


def part_of(window: Window, share: Window) -> Window:
    """What lies between two shares of a window's width."""
    if share == WHOLE_WINDOW:
        return window
    low, high = window
    return low + share[0] * (high - low), low + share[1] * (high - low)


def _at_ranks(image: Image.Image, coarse: NDArray[np.int64], ranks: tuple[int, ...]) -> list[float]:
    """The values that stand at `ranks` when all are sorted. `coarse`: how many have the same upper half of their key."""
    ends = np.cumsum(coarse)
    halves = [int(np.searchsorted(ends, rank, side="right")) for rank in ranks]
    fine = {half: np.zeros(1 << 16, np.int64) for half in halves}
    for _, band in bands(image):
        keys = _keys(values_of(band))
        upper = keys >> 16
        for half, counts in fine.items():
            counts += np.bincount(keys[upper == half] & 0xFFFF, minlength=1 << 16)
    found = []
    for rank, half in zip(ranks, halves, strict=True):
        before = int(ends[half]) - int(coarse[half])
        lower = int(np.searchsorted(np.cumsum(fine[half]), rank - before, side="right"))
        found.append(_value((half << 16) | lower, is_float=image.mode == "F"))
    return found


def values_of(image: Image.Image) -> NDArray[np.generic]:
    """A deep picture's values in the machine's own byte order: uint16, int32 or float32, rows by columns."""
    found = np.asarray(image)
    return found.astype(found.dtype.newbyteorder("="), copy=False)


def _keys(values: NDArray[np.generic]) -> NDArray[np.uint32]:
    """Of all finite values, whole numbers in the same order."""
    if values.dtype.kind == "f":
        bits = np.ascontiguousarray(values[np.isfinite(values)], np.float32).view(np.uint32)
        # Below zero the bits of a float grow the other way.
        return np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    signed: NDArray[np.int32] = values.astype(np.int32).ravel()
    return signed.view(np.uint32) ^ np.uint32(1 << 31)


def _value(key: int, *, is_float: bool) -> float:
    if not is_float:
        return float(key - (1 << 31))
    bits = key & 0x7FFFFFFF if key >> 31 else ~key & 0xFFFFFFFF
    return float(np.array([bits], np.uint32).view(np.float32)[0])


def eight_bits(image: Image.Image, window: Window) -> Image.Image:
    """A deep picture in mode L: black at the lower end of the window and below, white at the upper and above. What is
    no number is black."""
    made = Image.new("L", image.size)
    for top, band in bands(image):
        made.paste(Image.fromarray(_scaled(values_of(band), window), "L"), (0, top))
    return made


def _scaled(found: NDArray[Any], window: Window) -> NDArray[np.uint8]:
    low, high = window
    # In doubles, whatever the file has: the same values are to come out the same.
    values = found.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        values -= low
        values *= 255.0 / max(high - low, 1e-300)
        np.rint(values, out=values)
        np.clip(values, 0, 255, out=values)
    np.nan_to_num(values, copy=False, nan=0.0)
    return values.astype(np.uint8)
