"""What a picture file says of itself in its first bytes: format, size after EXIF orientation, frames.

JPEG, PNG and WebP are read by hand, because a folder of a hundred thousand of them must be gone through in
seconds (and Pillow reads a WebP whole); everything else is asked of Pillow, which reads no pixels for this.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui.imaging.codecs import HEIC_HINT, heif_is_readable, is_heif, open_unlimited, quiet, readable_formats

if TYPE_CHECKING:
    from PIL import Image

_SOF = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_HEAD = 16384
_MAX_CHUNKS = 200


@dataclass(frozen=True, slots=True)
class Header:
    """`width`, `height`: pixels after EXIF orientation. `reason`: why the picture cannot be used, '' if it can.
    `turn`: the EXIF orientation, 1 to 8, by which the stored pixels are to be turned."""

    format: str
    width: int
    height: int
    reason: str = ""
    turn: int = 1


class NotAPicture(Exception):
    """The bytes are of no format known here."""


def read_header(path: Path) -> Header:
    """The header of the file at `path`.

    Raises:
        NotAPicture: no known format, an empty file, a pipe or a device. OSError: the file cannot be read.
    """
    with open(path, "rb", buffering=0, opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotAPicture("this is no file, but a pipe or a device")
        head = file.read(_HEAD)
        if not head:
            raise NotAPicture("the file is empty")
        read = _by_hand(head)
        if read is None:
            return _by_pillow(path, head)
        found = read(_Window(file, head))
    # Pillow forgives more than is forgiven here, junk between segments for one: its word counts.
    return _by_pillow(path, head, found) if found.reason else found


def _by_hand(head: bytes) -> Callable[[_Window], Header] | None:
    """What reads the header of a file that begins so; None: only Pillow does."""
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png
    return _webp if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _without_waiting(path: str, flags: int) -> int:
    """Opens also a pipe at once to which nobody writes."""
    return os.open(path, flags | os.O_NONBLOCK)


class _Window:
    """A file of which only the parts asked for are read, some kilobytes at a time."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file, self._start, self._data = file, 0, head

    def at(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset` on, fewer at the end of the file."""
        begin = offset - self._start
        if begin < 0 or begin + size > len(self._data):
            self._file.seek(offset)
            self._start, self._data, begin = offset, self._file.read(max(size, 4096)), 0
        return self._data[begin : begin + size]


def _header(format: str, width: int, height: int, turn: int) -> Header:
    if not width or not height:
        return Header(format, 0, 0, "the header says that it has no pixels")
    return Header(format, height, width, "", turn) if turn >= 5 else Header(format, width, height, "", turn)


def _png(data: _Window) -> Header:
    """The chunks before the pixels; an orientation after them is passed over."""
    start = data.at(0, 33)
    if len(start) < 33 or start[12:16] != b"IHDR":
        return Header("PNG", 0, 0, "the header is cut off")
    width, height = struct.unpack(">II", start[16:24])
    at, turn = 33, 1
    for _ in range(_MAX_CHUNKS):
        chunk = data.at(at, 8)
        if len(chunk) < 8 or chunk[4:] in (b"IDAT", b"IEND"):
            break
        length = int.from_bytes(chunk[:4], "big")
        if chunk[4:] == b"eXIf":
            turn = _orientation(data.at(at + 8, min(length, _HEAD)))
            break
        at += 12 + length
    return _header("PNG", width, height, turn)


def _jpeg(data: _Window) -> Header:
    """Walk the segments up to the frame header (ITU-T T.81, annex B)."""
    at, turn = 2, 1
    while True:
        segment = data.at(at, 10)
        if len(segment) == 10 and segment[:2] == b"\xff\xff":
            at += 1
            continue
        if len(segment) < 10:
            return Header("JPEG", 0, 0, "the header is cut off")
        marker, length = segment[1], int.from_bytes(segment[2:4], "big")
        if segment[0] != 0xFF or marker in (0xD9, 0xDA) or length < 2:
            return Header("JPEG", 0, 0, "the header is damaged")
        if marker in _SOF:
            height, width = struct.unpack(">HH", segment[5:9])
            return _header("JPEG", width, height, turn)
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turn = _orientation(data.at(at + 10, length - 8))
        at += 2 + length


def _webp(data: _Window) -> Header:
    """The RIFF chunks up to the one that tells the size, and if it promises EXIF up to that (WebP container format)."""
    at, size, wants_exif = 12, None, False
    for _ in range(_MAX_CHUNKS):
        chunk = data.at(at, 18)
        if len(chunk) < 18:
            break
        kind, length, body = chunk[:4], int.from_bytes(chunk[4:8], "little"), chunk[8:]
        if kind == b"EXIF" and size is not None:
            block = data.at(at + 8, min(length, _HEAD))
            return _header("WEBP", *size, _orientation(block.removeprefix(b"Exif\0\0")))
        if kind == b"VP8X":
            # The canvas's size stands above that of a frame in it.
            wants_exif, size = bool(body[0] & 8), _vp8x_size(body)
        elif size is None and kind in _WEBP_FRAMES:
            size = _WEBP_FRAMES[kind](body)
        if size is not None and not wants_exif:
            break
        at += 8 + length + length % 2
    if size is None:
        return Header("WEBP", 0, 0, "the header is damaged")
    return _header("WEBP", *size, 1)


def _vp8x_size(body: bytes) -> tuple[int, int]:
    """Width and height in pixels of an extended file."""
    return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")


def _vp8l_size(body: bytes) -> tuple[int, int] | None:
    """The same of a lossless frame, None when it is none."""
    if body[0] != 0x2F:
        return None
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _vp8_size(body: bytes) -> tuple[int, int] | None:
    """The same of a lossy frame, None when it is none."""
    if body[3:6] != b"\x9d\x01\x2a":
        return None
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


_WEBP_FRAMES = {b"VP8L": _vp8l_size, b"VP8 ": _vp8_size}


def _orientation(tiff: bytes) -> int:
    """The EXIF orientation (tag 0x0112) of a TIFF block, 1 where there is none (EXIF 2.3, 4.6.4)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    try:
        (offset,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, offset)
        for entry in range(offset + 2, offset + 2 + 12 * min(count, 100), 12):
            tag, _kind, _n, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _by_pillow(path: Path, head: bytes, own: Header | None = None) -> Header:
    """The header as Pillow reads it. `own`: what was found by hand, which says more where Pillow reads nothing.

    Raises:
        NotAPicture: no known format. OSError: the file cannot be read.
    """
    if is_heif(head) and not heif_is_readable():
        raise NotAPicture(f"a HEIC picture: {HEIC_HINT}")
    kind = own.format if own is not None else _kind_of(head)
    # Decoders raise whatever their authors thought of, and speak of their insides.
    formats = (kind,) if kind else readable_formats(path.suffix.lower())
    with suppress(Exception), quiet, open_unlimited(path, formats) as image:
        return _header(image.format or kind, *image.size, _turn_of(image))
    if own is not None:
        return own
    if not kind:
        raise NotAPicture("no known picture format")
    return Header(kind, 0, 0, "the header is damaged, or of a kind that is not known here")


def _turn_of(image: Image.Image) -> int:
    """The EXIF orientation; 1 for TIFFs, which Pillow turns by itself, the size too."""
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # What is wrong with EXIF takes nothing from the picture.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _kind_of(head: bytes) -> str:
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if head[4:12] in (b"ftypavif", b"ftypavis"):
        return "AVIF"
    if head[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" or head[:4] == b"\xff\x4f\xff\x51":
        return "JPEG2000"
    return "BMP" if head[:2] == b"BM" and len(head) >= 18 else ""
