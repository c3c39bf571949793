"""What a picture file says of itself in its first bytes: format, size after EXIF orientation, frames.

JPEG and PNG are read by hand, because a folder of a hundred thousand of them must be gone through in
seconds; everything else is asked of Pillow, which also reads no pixels for this.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "MPO")
_SOF = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_HEAD = 65536


@dataclass(frozen=True, slots=True)
class Header:
    """`width`, `height`: pixels after EXIF orientation. `reason`: why the picture cannot be used, '' if it can."""

    format: str
    width: int
    height: int
    reason: str = ""


class NotAPicture(Exception):
    """The bytes are of no format known here."""


def read_header(path: Path) -> Header:
    """The header of the file at `path`.

    Raises:
        NotAPicture: no known format, or an empty file. OSError: the file cannot be read.
    """
    with open(path, "rb", buffering=0) as file:
        head = file.read(_HEAD)
        if not head:
            raise NotAPicture("the file is empty")
        if head.startswith(b"\xff\xd8\xff"):
            return _jpeg(head, file)
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(head)
        return _by_pillow(path, head)


def _png(head: bytes) -> Header:
    if len(head) < 33 or head[12:16] != b"IHDR":
        return Header("PNG", 0, 0, "the header is cut off")
    width, height = struct.unpack(">II", head[16:24])
    if not width or not height:
        return Header("PNG", 0, 0, "the header says that it has no pixels")
    if b"eXIf" in head[33:_HEAD]:
        at = head.index(b"eXIf", 33) + 4
        if _orientation(head[at:]) >= 5:
            width, height = height, width
    return Header("PNG", width, height)


def _jpeg(head: bytes, file: BinaryIO) -> Header:
    """Walk the segments up to the frame header (ITU-T T.81, annex B)."""
    at, turned, data = 2, False, head
    while True:
        while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if at + 10 > len(data):
            more = file.read(_HEAD * 4)
            if not more:
                return Header("JPEG", 0, 0, "the header is cut off")
            data += more
            continue
        if data[at] != 0xFF:
            return Header("JPEG", 0, 0, "the header is damaged")
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SOF:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            if not width or not height:
                return Header("JPEG", 0, 0, "the header says that it has no pixels")
            return Header("JPEG", height, width) if turned else Header("JPEG", width, height)
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turned = _orientation(data[at + 10 : at + 2 + length]) >= 5
        if marker in (0xD9, 0xDA) or length < 2:
            return Header("JPEG", 0, 0, "the header is damaged")
        at += 2 + length


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


def _by_pillow(path: Path, head: bytes) -> Header:
    import warnings

    from PIL import Image, UnidentifiedImageError

    kind = _kind_of(head)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=[kind] if kind else ()) as image:
                width, height = image.size
                if image.getexif().get(0x0112, 1) >= 5:
                    width, height = height, width
                return Header(image.format or kind, width, height)
    except Image.DecompressionBombError:
        return _bomb(path, kind)
    except UnidentifiedImageError:
        if kind:
            return Header(kind, 0, 0, "the header is damaged")
        raise NotAPicture("no known picture format") from None
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        if not kind:
            raise NotAPicture("no known picture format") from error
        return Header(kind, 0, 0, f"the header is damaged ({error})")


def _bomb(path: Path, kind: str) -> Header:
    """The size of a picture that Pillow will not open because of it."""
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path) as image:
            return Header(image.format or kind, *image.size)
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _kind_of(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    return "BMP" if head[:2] == b"BM" and len(head) >= 18 else ""
