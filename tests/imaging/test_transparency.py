"""Whatever is transparent lies on a checkerboard that is fixed to the screen."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tui.imaging.checkerboard import DARK, LIGHT, checkerboard, on_checkerboard, square_for
from tui.imaging.decode import load
from tui.imaging.raster import raster
from tui.imaging.sheet import Sheet, compose
from tui.imaging.viewport import Viewport
from tui.model.project import MAX_PIXELS

GREEN = (0, 255, 0)


def alpha_of(
    path: Path, max_size: tuple[int, int] | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    found = load(path, max_size, MAX_PIXELS)
    assert found.reason == "" and found.image is not None and found.image.mode == "RGBA", found
    return np.asarray(found.image.getchannel("A"))


def png(bits: int, kind: int, rows: bytes, clear: bytes | None, size: tuple[int, int] = (8, 2)) -> bytes:
    """A PNG of the kinds that Pillow does not write. `rows`: pixels of one row, the same in each."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, 0)
    body = zlib.compress((b"\0" + rows) * size[1])
    middle = chunk(b"tRNS", clear) if clear is not None else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + middle + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("1 bit", png(1, 0, bytes([0b11110000]), b"\0\1")),
        ("2 bits", png(2, 0, bytes([0b10101010, 0b01010101]), b"\0\2")),
        ("4 bits", png(4, 0, bytes.fromhex("77771111"), b"\0\7")),
        ("8 bits", png(8, 0, bytes([9] * 4 + [200] * 4), b"\0\x09")),
        ("16 bits", png(16, 0, struct.pack(">8H", *[4000] * 4, *[70, 80, 90, 99]), struct.pack(">H", 4000))),
        ("colours", png(8, 2, bytes([1, 2, 3] * 4 + [9, 9, 9] * 4), struct.pack(">3H", 1, 2, 3))),
        (
            "deep colours",
            png(16, 2, struct.pack(">24H", *[40_000, 2, 3] * 4, *[9] * 12), struct.pack(">3H", 40_000, 2, 3)),
        ),
        ("grey and alpha", png(8, 4, bytes([9, 0] * 4 + [9, 255] * 4), None)),
        ("deep grey and alpha", png(16, 4, struct.pack(">16H", *[900, 0] * 4, *[900, 65535] * 4), None)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_png_keeps_its_transparency(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    assert alpha_of(path).tolist() == [[0] * 4 + [255] * 4] * 2, name


def _palette(path: Path) -> None:
    image = Image.new("P", (8, 2), 1)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(0, (0, 0, 4, 2))
    image.save(path, "PNG", transparency=bytes([0, 255]))


def _gif(path: Path) -> None:
    image = Image.new("P", (8, 2), 1)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(0, (0, 0, 4, 2))
    image.save(path, "GIF", transparency=0)


def _half(mode: str, format: str, **members: object) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        image = Image.new("RGBA", (8, 2), (*GREEN, 255))
        image.paste((0, 0, 0, 0), (0, 0, 4, 2))
        image.convert(mode).save(path, format, **members)

    return save


@pytest.mark.parametrize(
    "save",
    [
        _palette, _gif, _half("RGBA", "WEBP", lossless=True), _half("RGBA", "TIFF"), _half("LA", "TIFF"),
        _half("RGBA", "TGA"), _half("RGBA", "PNG"),
    ],
)  # fmt: skip
def test_other_files_do_too(tmp_path: Path, save: Callable[[Path], None]) -> None:
    path = tmp_path / "a.tga"
    save(path)
    assert alpha_of(path).tolist() == [[0] * 4 + [255] * 4] * 2


def test_what_is_opaque_needs_no_ground(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 2), (1, 2, 3, 255)).save(tmp_path / "a.png")
    found = load(tmp_path / "a.png", None, MAX_PIXELS)
    assert found.image is not None and found.image.mode == "RGB"


def test_clear_pixels_bring_no_colour_into_their_neighbours(tmp_path: Path) -> None:
    image = Image.new("RGBA", (80, 80), (255, 0, 0, 0))
    image.paste((*GREEN, 255), (0, 0, 41, 80))
    image.save(tmp_path / "a.png")
    found = load(tmp_path / "a.png", (40, 40), MAX_PIXELS)
    assert found.image is not None
    assert np.asarray(found.image)[..., 0][np.asarray(found.image)[..., 3] > 0].max() == 0


def test_the_squares_are_fixed_to_the_screen() -> None:
    """A picture that moves or grows moves over them."""
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    cell, canvas = (10.0, 20.0), (200, 120)
    whole = Image.new("RGB", canvas, (9, 9, 9))
    ground = np.asarray(checkerboard(canvas, square_for(cell)))
    assert {tuple(pixel) for pixel in ground.reshape(-1, 3).tolist()} == {DARK, LIGHT}
    fit = Viewport.fit((400, 300), canvas, cell)
    for view in (fit, fit.zoomed(3.0), fit.zoomed(3.0).panned(0.07, 0.11), fit.zoomed(11.0)):
        cut = raster(clear, view)
        assert cut is not None
        left, top = round(cut.column * cell[0]), round(cut.row * cell[1])
        x0, y0, x1, y1 = cut.inside
        shown = np.asarray(cut.image)[y0:y1, x0:x1]
        assert np.array_equal(shown, ground[top + y0 : top + y1, left + x0 : left + x1])
    assert whole.size == canvas


def test_a_checkerboard_begins_anywhere() -> None:
    large = checkerboard((200, 100), (7, 5))
    assert large.crop((13, 9, 60, 50)).tobytes() == checkerboard((47, 41), (7, 5), (13, 9)).tobytes()
    opaque = Image.new("RGB", (3, 3), GREEN)
    assert on_checkerboard(opaque, (2, 2)) is opaque


def test_a_thumbnail_lies_on_it_too(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(tmp_path / "a.png")
    sheet = compose(Sheet((tmp_path / "a.png",), 1, 1, (20, 10), (28, 28, 28)), (10.0, 20.0), MAX_PIXELS)
    assert sheet.image is not None
    colours = {pixel for _, pixel in sheet.image.getcolors(1000) or ()}
    assert {DARK, LIGHT} <= colours and (0, 0, 0) not in colours
