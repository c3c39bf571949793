"""What a JPEG 2000 file says of its codestream (ISO/IEC 15444-1, annexes A and I): how it can be decoded smaller, and what that
takes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

_START = b"\xff\x4f"
_SIZ, _COD, _COC = 0xFF51, 0xFF52, 0xFF53
_TILE_PART, _END = 0xFF90, 0xFFD9
_MAX_HEAD = 16_000_000
"""Bytes before the codestream that are looked through."""
_MAX_BOXES, _MAX_SEGMENTS = 200, 1000


@dataclass(frozen=True, slots=True)
class Codestream:
    """`size`, `tile`: width and height in pixels. `depths`: bits of each component. `levels`: how often it can be halved.
    `mapped`: boxes before it may say that its components are no channels, or in another order."""

    size: tuple[int, int]
    tile: tuple[int, int]
    depths: tuple[int, ...]
    levels: int
    mapped: bool = False

    def halvings(self, wanted: tuple[int, int]) -> int:
        """The most after which it is as large as `wanted` still. Pillow rounds its sides, and the decoder rounds them up:
        where that differs it cannot be decoded so."""
        return max(
            times
            for times in range(self.levels + 1)
            if times == 0
            or all(
                half >= least and side + (1 << times >> 1) >> times == half
                for side, half, least in zip(self.size, self.halved(times), wanted, strict=True)
            )
        )

    def halved(self, times: int) -> tuple[int, int]:
        """Its size then."""
        width, height = (-(-side >> times) for side in self.size)
        return width, height

    def bytes_to_decode(self, times: int = 0) -> int:
        """What its decoder takes beside the picture: a tile's coefficients, four bytes each, and its samples."""
        across, down = (min(side, whole) for side, whole in zip(self.tile, self.size, strict=True))
        samples = sum(4 + (depth + 7) // 8 for depth in self.depths)
        return (across * down * samples) >> (2 * times)


def codestream_of(path: Path) -> Codestream | None:
    """Of the file at `path`; None where it is not found.

    Raises:
        OSError: the file cannot be read.
    """
    with open(path, "rb") as file:
        try:
            start = _codestream_at(file)
            file.seek(start)
            found = _main_header(file)
            return replace(found, mapped=_is_mapped(file, start)) if found is not None else None
        except (struct.error, ValueError, IndexError):
            return None


def _codestream_at(file: BinaryIO) -> int:
    """Its first byte: of the file, or of the contents of a box."""
    if file.read(2) == _START:
        return 0
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            (length,), head = struct.unpack(">Q", file.read(8)), 16
        if kind == b"jp2c":
            return at + head
        if length < head:
            break
        at += length
    raise ValueError("no codestream")


def _is_mapped(file: BinaryIO, start: int) -> bool:
    """Whether there is a palette or a definition of channels (annex I.5.3) before the codestream, in whatever box. What
    only looks like one costs memory, and no more."""
    if start > _MAX_HEAD:
        return True
    file.seek(0)
    head = file.read(start)
    return any(kind in head for kind in (b"pclr", b"cmap", b"cdef"))


def _main_header(file: BinaryIO) -> Codestream | None:
    if file.read(2) != _START:
        return None
    size, tile, levels = (0, 0), (0, 0), 32
    depths: tuple[int, ...] = ()
    for marker, body in _segments(file):
        if marker == _SIZ:
            right, bottom, left, top, across, down = struct.unpack(">6I", body[2:26])
            size, tile = (right - left, bottom - top), (across, down)
            if left or top:
                # Halves of its sides depend on where it begins.
                levels = 0
            (count,) = struct.unpack(">H", body[34:36])
            depths = tuple((body[36 + 3 * number] & 0x7F) + 1 for number in range(count))
        elif marker == _COD:
            levels = min(levels, body[5])
        elif marker == _COC:
            levels = min(levels, body[3 if len(depths) > 256 else 2])
    known = min(size) > 0 and min(tile) > 0 and levels <= 31
    return Codestream(size, tile, depths, levels) if known else None


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Those before the first tile, each with its marker."""
    for _ in range(_MAX_SEGMENTS):
        marker, length = struct.unpack(">HH", file.read(4))
        if marker in (_TILE_PART, _END) or length < 2:
            return
        yield marker, file.read(length - 2)
