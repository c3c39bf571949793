"""One window for all pages of a deep stack: slices of a tissue, times of a cell. A window for each of them would make what is
as bright look brighter or darker from one to the next.

It is found from some of the pages, the same ones whichever is opened first, one after the other and each in room that
was planned for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.codecs import open_unlimited
from tui.imaging.memory import bytes_to_decode, decode_room
from tui.imaging.tones import Window, bands, is_deep, values_of, window_within

SAMPLED_PAGES = 12
"""Pages that a window is found from at most, evenly over the stack, the first and the last among them."""
_SAMPLED_PIXELS = 24_000_000
"""Pixels that are decoded for it at most, but always two pages."""
_VALUES = 4_000_000
"""Values that are counted at most; of larger pages whole rows, evenly."""

_turn = threading.Lock()


def stack_window(image: Image.Image, path: Path, frames: int, max_pixels: int) -> Window | None:
    """The window of an opened file of several pages, found once for each state of the file; None where none of those that
    were looked at is deep, or there is but one."""
    if frames < 2 or not (image.format == "TIFF" or is_deep(image)):
        return None
    info = os.stat(path)
    with _turn:
        return _found(
            path, image.format or "", frames, max_pixels, (info.st_ino, info.st_size, info.st_mtime_ns)
        )


@lru_cache(maxsize=64)
def _found(
    path: Path, format: str, frames: int, max_pixels: int, _stamp: tuple[int, int, int]
) -> Window | None:
    with open_unlimited(path, (format,)) as stack:
        numbers = sampled(frames, stack.width * stack.height)
        quota = _VALUES // len(numbers)
        values = [page for number in numbers for page in _page(stack, number, quota, max_pixels)]
    return window_within(np.concatenate(values)) if values else None


def sampled(frames: int, pixels: int) -> list[int]:
    """Which of so many pages are looked at. `pixels`: of the first one."""
    count = min(frames, SAMPLED_PAGES, max(2, _SAMPLED_PIXELS // max(1, pixels)))
    return [number * (frames - 1) // (count - 1) for number in range(count)]


def _page(stack: Image.Image, number: int, quota: int, max_pixels: int) -> Iterator[NDArray[np.float64]]:
    """Of one page about `quota` values that are finite, in pieces; nothing of one that is not deep, damaged or too large."""
    try:
        stack.seek(number)
        pixels = stack.width * stack.height
        if not is_deep(stack) or pixels > max_pixels:
            return
        with decode_room.of(bytes_to_decode(stack, stack.size, pixels), pixels):
            stack.load()
            step = -(-pixels // quota)
            for top, band in bands(stack):
                rows = values_of(band)[-top % step :: step].astype(np.float64)
                yield rows[np.isfinite(rows)]
    except MemoryError:
        raise
    except Exception:  # Decoders raise whatever their authors thought of; the page itself will tell.
        return
