"""Still WebP pictures by rows, from the libwebp that Pillow brings.

Pillow takes sixteen bytes a pixel for them: its decoder is one for animations, with two canvases, of which a copy is
made, and of that the picture. Here the file is fed to the library piece by piece, and rows that were taken are given back to the
system: of a lossy picture no more is in memory than is looked at, of a lossless one the four bytes a pixel that the
library needs. Where Pillow was built so that its library's functions cannot be called, its own way is left.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

_RGBA = 1
"""libwebp's name for four bytes a pixel (`WEBP_CSP_MODE`)."""
_DONE, _NO_MEMORY, _SUSPENDED = 0, 1, 5
"""Of its states (`VP8StatusCode`): all was decoded; it was refused memory; more data are needed."""
_PIECES, _MIN_PIECE = 128, 1024
_MAX_CHUNKS = 200
_ANIMATED, _ALPHA, _PROFILE = 0x02, 0x10, 0x20
_PAGE = mmap.PAGESIZE


@dataclass(frozen=True, slots=True)
class StillWebp:
    """What a file says of itself. `size`: width and height as stored. `profile`: an ICC profile."""

    path: Path
    size: tuple[int, int]
    alpha: bool
    lossless: bool
    profile: bytes | None = None

    @property
    def bytes_to_decode(self) -> int:
        """What its rows take at most, one after another: the pixels where one piece of the file holds most of them, or the
        library's own; alpha is decoded for itself."""
        pixels = self.size[0] * self.size[1]
        return pixels * (4 + 2 * (self.alpha and not self.lossless)) + self.path.stat().st_size


def still_webp(path: Path, size: tuple[int, int]) -> StillWebp | None:
    """The WebP file at `path`, whose header tells `size`; None for an animation, for a file that is not read here, or where
    the library cannot be called."""
    if _library() is None:
        return None
    found: dict[bytes, bytes] = {}
    with open(path, "rb") as file, suppress(struct.error):
        for kind, body in _chunks(file):
            found.setdefault(kind, body)
    flags = int.from_bytes(found.get(b"VP8X", b"")[:1], "big")
    lossless = b"VP8L" in found
    if flags & _ANIMATED or not (lossless or b"VP8 " in found):
        return None
    # The bit behind fourteen each for width and height, which come after a signature of one byte.
    alpha = bool(flags & _ALPHA) or bool(int.from_bytes(found.get(b"VP8L", b"")[4:5], "big") & 0x10)
    # A profile of which the header says nothing does not count.
    return StillWebp(path, size, alpha, lossless, found.get(b"ICCP") if flags & _PROFILE else None)


def _chunks(file: Any) -> Iterator[tuple[bytes, bytes]]:
    """Up to the pixels. Only a profile is read whole, as far as there is one."""
    most = file.seek(0, 2)
    file.seek(12)
    for _ in range(_MAX_CHUNKS):
        kind, length = struct.unpack("<4sI", file.read(8))
        body = file.read(min(length, most if kind == b"ICCP" else 10))
        yield kind, body
        if kind in (b"VP8 ", b"VP8L"):
            return
        file.seek(length - len(body) + length % 2, 1)


class WebpRows:
    """Rows of a still picture, decoded as they are asked for from top to bottom; what lies above those asked for last is
    gone, and decoded anew when it is asked for again. To be closed."""

    def __init__(self, still: StillWebp, *, lenient: bool = False) -> None:
        self.size = still.size
        self._alpha, self._lenient = still.alpha, lenient
        self._data = still.path.read_bytes()
        self._piece = max(_MIN_PIECE, len(self._data) // _PIECES)
        self._stride = self.size[0] * 4
        self._decoder: int | None = None
        self._buffer: mmap.mmap | None = None
        self._fed = self._there = self._gone = 0

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part within left, top, right and bottom, RGB or RGBA.

        Raises:
            ValueError: the file is damaged, or cut off before the last of these rows. MemoryError, OSError: there is not
                enough memory.
        """
        left, top, right, bottom = box
        if self._buffer is None or top < self._gone:
            self._begin()
        assert self._buffer is not None
        self._decode(bottom)
        rows = self._buffer[top * self._stride : bottom * self._stride]
        size = (self.size[0], bottom - top)
        mode, raw = ("RGBA", "RGBA") if self._alpha else ("RGB", "RGBX")
        part = Image.frombytes(mode, size, rows, "raw", raw)
        self._give_back(top)
        return part if (left, right) == (0, self.size[0]) else part.crop((left, 0, right, part.height))

    def _begin(self) -> None:
        self.close()
        library = _library()
        assert library is not None
        size = max(1, self._stride * self.size[1])
        buffer = self._buffer = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        # Only its address is kept: an object that points into the buffer could not be closed with it.
        start = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
        self._decoder = library.WebPINewRGB(_RGBA, start, size, self._stride)
        if not self._decoder:
            raise MemoryError

    def _decode(self, rows: int) -> None:
        """Until so many rows are there."""
        library, last = _library(), ctypes.c_int()
        assert library is not None
        while self._there < rows and self._fed < len(self._data):
            self._fed = min(self._fed + self._piece, len(self._data))
            state = library.WebPIUpdate(self._decoder, self._data, self._fed)
            if state == _NO_MEMORY:
                raise MemoryError
            if state not in (_DONE, _SUSPENDED) and not self._lenient:
                raise ValueError("failed to decode the WebP picture")
            if library.WebPIDecGetRGB(self._decoder, ctypes.byref(last), None, None, None):
                self._there = last.value
            if state not in (_DONE, _SUSPENDED):
                break
        if self._there < rows and not (self._lenient and self._there):
            raise ValueError("the WebP picture is cut off")

    def _give_back(self, rows: int) -> None:
        """The first rows will not be needed any more."""
        end = rows * self._stride // _PAGE * _PAGE
        start = self._gone * self._stride // _PAGE * _PAGE
        self._gone = max(self._gone, rows)
        if end > start and self._buffer is not None and hasattr(self._buffer, "madvise"):
            self._buffer.madvise(mmap.MADV_DONTNEED, start, end - start)

    def close(self) -> None:
        """Gives all memory back."""
        library = _library()
        if library is not None and self._decoder:
            library.WebPIDelete(self._decoder)
        if self._buffer is not None:
            self._buffer.close()
        self._decoder, self._buffer = None, None
        self._fed = self._there = self._gone = 0


@contextmanager
def webp_rows(still: StillWebp, *, lenient: bool = False) -> Iterator[WebpRows]:
    """Rows of a picture; `lenient`: what is missing or damaged is left black or transparent."""
    rows = WebpRows(still, lenient=lenient)
    try:
        yield rows
    finally:
        rows.close()


@cache
def _library() -> Any:
    """libwebp's functions (`webp/decode.h`), found through Pillow's module that is linked with it; None without."""
    try:
        from PIL import _webp

        found = ctypes.CDLL(_webp.__file__)
        pointer, whole = ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)
        for function, result, arguments in (
            (found.WebPINewRGB, pointer, (ctypes.c_int, pointer, ctypes.c_size_t, ctypes.c_int)),
            (found.WebPIUpdate, ctypes.c_int, (pointer, ctypes.c_char_p, ctypes.c_size_t)),
            (found.WebPIDecGetRGB, pointer, (pointer, whole, whole, whole, whole)),
            (found.WebPIDelete, None, (pointer,)),
        ):
            function.restype, function.argtypes = result, arguments
    except (ImportError, OSError, AttributeError):
        return None
    return found
