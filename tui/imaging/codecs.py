"""Which kinds of picture files are read: all that Pillow decodes by itself, and HEIC where its extra is installed."""

from __future__ import annotations

import importlib
import threading
import warnings
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_WITHOUT_PIXELS = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Of these Pillow tells a header only, or has another program draw them."""
_BY_NAME = {
    "TGA": frozenset({".tga", ".icb", ".vda", ".vst"}),
    "PCD": frozenset({".pcd"}),
    "IM": frozenset({".im"}),
    "SPIDER": frozenset({".spi", ".spider"}),
}
"""Formats without a signature of their own, which any file could be taken for: only by these endings."""
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
HEIC_HINT = "pip install 'termlabel[heic]' reads them"
HEIC_SUFFIXES = frozenset({".heic", ".heif", ".hif"})


def readable_formats(suffix: str) -> tuple[str, ...]:
    """Pillow's names of the formats that a file with this ending (`.tga`, in small letters) may have."""
    signed, named = _registered()
    return (*signed, *(name for name in named if suffix in _BY_NAME[name]))


@cache
def _registered() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Formats with a signature, and those told by the ending."""
    from PIL import Image

    Image.init()
    signed = (name for name, (_, accept) in Image.OPEN.items() if accept is not None)
    return (
        tuple(name for name in signed if name not in _WITHOUT_PIXELS),
        tuple(name for name in _BY_NAME if name in Image.OPEN),
    )


def pillow_format(format: str) -> str:
    """The name under which Pillow opens pictures that it then calls `format`."""
    return "JPEG" if format == "MPO" else format


def is_heif(head: bytes) -> bool:
    """Whether a file that begins so is HEIC or HEIF (ISO/IEC 23008-12), and not AVIF, which has the same container."""
    length = int.from_bytes(head[:4], "big")
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS and b"avif" not in head[8:length]


@cache
def heif_is_readable() -> bool:
    """Has Pillow read HEIC, where the extra `heic` is installed; whether it is."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    _registered.cache_clear()
    return True


_MAX_PROFILE = 16_000_000
"""Bytes of a PNG's colour profile: those of printers take megabytes, of which Pillow takes one."""
_limit_turn = threading.Lock()


def open_unlimited(path: Path, formats: tuple[str, ...]) -> Image.Image:
    """Opens a picture of any size that has one of `formats` (Pillow's names); no pixels are read. How many are allowed is
    the project's `max_pixels`, to be looked at before decoding, not Pillow's one limit for all."""
    from PIL import Image, PngImagePlugin

    with _limit_turn:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        text, PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_CHUNK, _MAX_PROFILE
        try:
            return Image.open(path, formats=formats)
        finally:
            Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK = limit, text


class _Quiet:
    """Python's filters of warnings are one for all threads: those within a `with` of this share a catch, which begins
    with the first and ends with the last of them."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._inside = 0
        self._caught = ExitStack()

    def __enter__(self) -> None:
        with self._turn:
            if not self._inside:
                self._caught.enter_context(warnings.catch_warnings(action="ignore"))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._inside -= 1
            if not self._inside:
                self._caught.close()


quiet = _Quiet()
"""Whoever has Pillow read a file: what it warns of is told by us, or does not matter."""
