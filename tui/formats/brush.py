"""Label Studio's brush masks: the whole image as RGBA, row by row, packed by thi.ng's `rle-pack`.

A bit stream, most significant bit first: 32 bits number of values, 5 bits word size - 1, four times 4 bits
length sizes - 1 (here 3, 4, 8, 16); then runs: 1 bit kind (1 one value repeated, 0 values as they are), 2 bits
which length size, length - 1, value or values. Padded with zeros to a byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui.formats.pixels import MaskGrid, runs_of

_SIZES = (3, 4, 8, 16)
_MAX_RUN = 1 << 16
"""Values."""
_HEADER = 53
"""Bits before the first run."""


def packed(grid: MaskGrid) -> list[int]:
    """The bytes of a mask."""
    flat = grid.reshape(-1)
    bits = [f"{flat.size * 4:032b}", "00111", "".join(f"{size - 1:04b}" for size in _SIZES)]
    for n, run in enumerate(runs_of(flat)):
        value = "11111111" if n % 2 else "00000000"
        bits += [f"1{_length(part)}{value}" for part in _parts(run * 4)]
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return list(int(text, 2).to_bytes(len(text) // 8, "big"))


def _parts(run: int) -> Iterator[int]:
    while run > 0:
        yield min(run, _MAX_RUN)
        run -= _MAX_RUN


def _length(run: int) -> str:
    """Size class and length - 1, in the smallest class that holds it."""
    which = next(n for n, size in enumerate(_SIZES) if run <= 1 << size)
    return f"{which:02b}{run - 1:0{_SIZES[which]}b}"


def unpacked(data: Sequence[int], width: int, height: int) -> MaskGrid:
    """The mask of bytes; a pixel is set when its fourth value (alpha) is not 0.

    Raises:
        ValueError: they are cut off, or are not of an image of this size.
    """
    raw = bytes(data)
    bits = f"{int.from_bytes(raw, 'big'):0{len(raw) * 8}b}" if raw else ""
    count, word = int(bits[:32] or "0", 2), int(bits[32:37] or "0", 2) + 1
    if count != width * height * 4 or word != 8:
        raise ValueError(f"{count} values of {word} bits are no picture of {width} x {height} pixels")
    sizes = [int(bits[at : at + 4], 2) + 1 for at in range(37, _HEADER, 4)]
    values = np.zeros(count, dtype=np.uint8)
    at, done = _HEADER, 0
    while done < count:
        at, run, found = _next_run(bits, at, sizes)
        if done + run > count:
            raise ValueError("the run lengths are cut off")
        values[done : done + run] = found
        done += run
    alpha: MaskGrid = values.reshape(height, width, 4)[:, :, 3] > 0
    return alpha


def _next_run(bits: str, at: int, sizes: Sequence[int]) -> tuple[int, int, NDArray[np.uint8]]:
    """Of the run that begins at a bit: where it ends, how many values it has, and these; one when all are the same."""
    size = sizes[int(bits[at + 1 : at + 3], 2)]
    begin = at + 3 + size
    run = int(bits[at + 3 : begin], 2) + 1
    length = 8 if bits[at] == "1" else 8 * run
    found = bits[begin : begin + length]
    if len(found) < length:
        raise ValueError("the run lengths are cut off")
    return begin + length, run, np.frombuffer(int(found, 2).to_bytes(length // 8, "big"), dtype=np.uint8)
