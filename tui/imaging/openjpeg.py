"""JPEG 2000 of one tile by rows, from the OpenJPEG that Pillow brings.

Pillow has it decode a whole tile at once, which takes nineteen bytes a pixel where a large picture is one tile. The library
decodes a part as well, to the same pixels: bands of rows, one after another, take a quarter of that and less. Where its functions cannot be
called, Pillow's own way is left.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

BYTES_A_PIXEL = 5
"""What decoding by rows takes, for each pixel of the whole picture, the file included."""
_JP2, _SRGB = 2, 1
"""OpenJPEG's names for the kind of file and for the colours (`CODEC_FORMAT`, `COLOR_SPACE`)."""
_PARAMETERS = 32_768
"""Bytes for the parameters of its decoder, of which it fills some nine thousand."""
_CHUNK_PIXELS, _CHUNK_ROWS = 2_000_000, 64
"""Pixels that are decoded at once, in whole rows of code blocks."""
_KEPT_CHUNKS = 2


class _Component(ctypes.Structure):
    """One channel (`opj_image_comp_t`): `dx` and `dy` tell how many pixels one value stands for."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("dx", "dy", "w", "h", "x0", "y0", "prec", "bpp", "signed")),
        ("resolutions", ctypes.c_uint32),
        ("factor", ctypes.c_uint32),
        ("data", ctypes.POINTER(ctypes.c_int32)),
        ("alpha", ctypes.c_uint16),
    ]


class _Image(ctypes.Structure):
    """A picture (`opj_image_t`), from `x0`, `y0` to before `x1`, `y1`."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("x0", "y0", "x1", "y1", "count")),
        ("colours", ctypes.c_int),
        ("components", ctypes.POINTER(_Component)),
        ("profile", ctypes.c_void_p),
        ("profile_length", ctypes.c_uint32),
    ]


class JpxRows:
    """Rows of an RGB picture of eight bits in one tile. To be closed.

    Raises:
        ValueError: it is another one, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._chunks: dict[int, Image.Image] = {}
        self._codec = self._stream = None
        self._image = ctypes.POINTER(_Image)()
        library = self._library = opened_library()
        if library is None:
            raise ValueError("OpenJPEG cannot be called")
        try:
            self._open(library, path)
        except ValueError:
            self.close()
            raise
        self.size = (self._image.contents.x1, self._image.contents.y1)
        self._rows = max(_CHUNK_ROWS, _CHUNK_PIXELS // self.size[0] // _CHUNK_ROWS * _CHUNK_ROWS)

    def _open(self, library: Any, path: Path) -> None:
        parameters = ctypes.create_string_buffer(_PARAMETERS)
        library.opj_set_default_decoder_parameters(parameters)
        self._codec = library.opj_create_decompress(_JP2)
        self._stream = library.opj_stream_create_default_file_stream(os.fsencode(path), 1)
        ready = self._codec and self._stream and library.opj_setup_decoder(self._codec, parameters)
        if not ready or not library.opj_read_header(self._stream, self._codec, ctypes.byref(self._image)):
            raise ValueError("no JPEG 2000 header")
        image = self._image.contents
        plain = image.count == 3 and image.colours == _SRGB and not (image.x0 or image.y0)
        if not plain or any(not _is_plain(image.components[number]) for number in range(3)):
            raise ValueError("no RGB of eight bits")

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part within left, top, right and bottom.

        Raises:
            ValueError: the file is damaged.
        """
        left, top, right, bottom = box
        part = Image.new("RGB", (right - left, bottom - top))
        for number in range(top // self._rows, (bottom - 1) // self._rows + 1):
            part.paste(self._chunk(number), (-left, number * self._rows - top))
        return part

    def _chunk(self, number: int) -> Image.Image:
        found = self._chunks.get(number)
        if found is None:
            while len(self._chunks) >= _KEPT_CHUNKS:
                self._chunks.pop(next(iter(self._chunks)))
            found = self._chunks[number] = self._decoded(number * self._rows)
        return found

    def _decoded(self, top: int) -> Image.Image:
        width, height = self.size
        bottom = min(top + self._rows, height)
        asked = self._library.opj_set_decode_area(self._codec, self._image, 0, top, width, bottom)
        if not asked or not self._library.opj_decode(self._codec, self._stream, self._image):
            raise ValueError("failed to decode the JPEG 2000 picture")
        if self._image.contents.count != 3:
            # A palette makes others of them: there is no third one to look at.
            raise ValueError("no RGB of eight bits")
        pixels = np.empty((bottom - top, width, 3), np.uint8)
        for number in range(3):
            component = self._image.contents.components[number]
            if (component.w, component.h) != (width, bottom - top) or not component.data:
                raise ValueError("failed to decode the JPEG 2000 picture")
            values = np.ctypeslib.as_array(component.data, pixels.shape[:2])
            np.clip(values, 0, 255, out=values)
            pixels[..., number] = values
        return Image.fromarray(pixels, "RGB")

    def close(self) -> None:
        """Gives all memory back."""
        self._chunks.clear()
        library = self._library
        if library is not None:
            library.opj_image_destroy(self._image)
            library.opj_stream_destroy(self._stream)
            library.opj_destroy_codec(self._codec)
        self._library = self._codec = self._stream = None


def _is_plain(component: Any) -> bool:
    return (component.dx, component.dy, component.prec, component.signed) == (1, 1, 8, 0)


@contextmanager
def jpx_rows(path: Path) -> Iterator[JpxRows]:
    """Rows of the picture at `path`; see `JpxRows`."""
    rows = JpxRows(path)
    try:
        yield rows
    finally:
        rows.close()


@cache
def opened_library() -> Any:
    """OpenJPEG's functions (`openjpeg.h`, from version 2.3 on), found through Pillow's module that is linked with it; None
    without."""
    try:
        from PIL import _imaging

        found = ctypes.CDLL(_imaging.__file__)
        pointer, number, truth = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int
        picture = ctypes.POINTER(_Image)
        for function, result, arguments in (
            (found.opj_set_default_decoder_parameters, None, (pointer,)),
            (found.opj_create_decompress, pointer, (truth,)),
            (found.opj_stream_create_default_file_stream, pointer, (ctypes.c_char_p, truth)),
            (found.opj_setup_decoder, truth, (pointer, pointer)),
            (found.opj_read_header, truth, (pointer, pointer, ctypes.POINTER(picture))),
            (found.opj_set_decode_area, truth, (pointer, picture, number, number, number, number)),
            (found.opj_decode, truth, (pointer, pointer, picture)),
            (found.opj_image_destroy, None, (picture,)),
            (found.opj_stream_destroy, None, (pointer,)),
            (found.opj_destroy_codec, None, (pointer,)),
        ):
            function.restype, function.argtypes = result, arguments
        found.opj_version.restype = ctypes.c_char_p
    except (ImportError, OSError, AttributeError):
        return None
    return found if is_known(bytes(found.opj_version())) else None


def is_known(version: bytes) -> bool:
    """Whether a library that calls itself so has the functions and structures that are used here: 2.0 takes an opened file
    in place of a path, and before 2.3 there are no parts of a tile."""
    numbers = version.split(b".")
    if len(numbers) < 2 or not all(number.isdigit() for number in numbers[:2]):
        return False
    return int(numbers[0]) == 2 and int(numbers[1]) >= 3
