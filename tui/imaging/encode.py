"""Pixels to payloads: palette PNGs and JPEGs in tiles of whole cells, of about a given size, never dithered.

Colours are chosen by Pillow's octree: at equal bytes it was as near to the picture as median cut, in a fifth of
the time. PNG bytes grow by a third on the wire (base64); sizes here are before that.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from tui.imaging.outline import PixelBox
from tui.imaging.png import palette_png
from tui.imaging.raster import Raster, shrunk

Rgb = tuple[int, int, int]
BLACK: Rgb = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tile:
    """An encoded part of a picture. `column`, `row`, `columns`, `rows`: the cells that it covers on the canvas;
    `width`, `height`: its own pixels, fewer than the cells have when it is to be scaled up by the terminal."""

    column: int
    row: int
    columns: int
    rows: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """`indices`: (height, width); `palette`: (colours, 4), RGBA."""

    indices: NDArray[np.uint8]
    palette: NDArray[np.uint8]


def indexed(image: Image.Image, colours: int, clear_as: Rgb = BLACK) -> Indexed:
    """A picture in RGB or RGBA with a palette of at most `colours`; what is less than half opaque becomes clear, and has
    the colour `clear_as`."""
    clear = None
    if image.mode == "RGBA":
        clear = np.asarray(image)[..., 3] < 128
        image = image.convert("RGB")
        colours = min(colours, 255)
    reduced = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    indices = np.asarray(reduced)
    listed = np.array(reduced.getpalette(), dtype=np.uint8).reshape(-1, 3)
    palette = np.full((len(listed) + 1, 4), 255, dtype=np.uint8)
    palette[:-1, :3] = listed
    palette[-1] = (*clear_as, 0)
    if clear is None or not clear.any():
        return Indexed(indices, palette[:-1])
    return Indexed(np.where(clear, np.uint8(len(listed)), indices), palette)


def longer_runs(image: Image.Image, picture: Indexed, tolerance: float) -> Indexed:
    """Pixels take the colour of their left neighbour where that is hardly further off than their own (`tolerance`:
    squared, weighed): longer runs make a rough picture a tenth smaller, as like as before."""
    true = np.asarray(image.convert("RGB"), dtype=np.int32)
    shades = picture.palette[:, :3].astype(np.int32)
    clear = picture.palette[:, 3] == 0
    indices = picture.indices.copy()
    off = _off(true, shades[indices])
    for x in range(1, indices.shape[1]):
        left = indices[:, x - 1]
        nearly = _off(true[:, x], shades[left]) <= off[:, x] + tolerance
        indices[:, x] = np.where(nearly & (clear[left] == clear[indices[:, x]]), left, indices[:, x])
    return Indexed(indices, picture.palette)


def _off(these: NDArray[np.int32], those: NDArray[np.int32]) -> NDArray[np.int32]:
    """How far colours are from each other; the eye sees green best."""
    squares: NDArray[np.int32] = (these - those) ** 2 @ np.array([2, 4, 1], dtype=np.int32)
    return squares


def png(image: Image.Image, colours: int | None) -> bytes:
    """A PNG of a palette of `colours`; None: of all colours (large)."""
    if colours is not None:
        picture = indexed(image, colours)
        return palette_png(picture.indices, picture.palette, level=png_level(image.width * image.height))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


def png_level(pixels: int) -> int:
    """Of compression: on a picture in full size the highest ones take 40 ms more for 2 % fewer bytes, on one in a
    quarter of it 5 ms for 0.4 %."""
    return 5 if pixels > 400_000 else 6 if pixels > 60_000 else 7


def is_grey(image: Image.Image) -> bool:
    """Whether a picture (RGB or L) has no colour at all."""
    if image.mode == "L":
        return True
    red, green, blue = (np.asarray(image.getchannel(n)) for n in range(3))
    return bool(np.array_equal(red, green) and np.array_equal(green, blue))


def jpeg(image: Image.Image, quality: int, *, full_chroma: bool = False) -> bytes:
    """A baseline JPEG, with a quarter of the chroma (4:2:0) unless it is to be `full_chroma`; of a grey picture a grey one."""
    plain = image.convert("L") if is_grey(image) else image
    return _jpeg(plain, qtables=_tables(quality), subsampling=0 if full_chroma else 2)


def _jpeg(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    try:
        image.save(out, "JPEG", optimize=True, **options)
    except OSError:
        # For that Pillow has a buffer of a byte or two for each pixel, and of noise a JPEG may take more.
        out = io.BytesIO()
        image.save(out, "JPEG", **options)
    return out.getvalue()


@cache
def _tables(quality: int) -> tuple[list[int], list[int]]:
    """Of luma and chroma at a quality of libjpeg's, but for the means of blocks: those of luma are kept to a level, as
    what is smooth is made of nothing else, and those of chroma to a few."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", quality=quality)
    with Image.open(io.BytesIO(out.getvalue()), formats=("JPEG",)) as known:
        assert isinstance(known, JpegImageFile)
        luma, chroma = (list(known.quantization[n]) for n in (0, 1))
    for table, mean, near in ((luma, _MEAN, _NEAR_MEAN), (chroma, _CHROMA_MEAN, _NEAR_CHROMA_MEAN)):
        table[0] = min(table[0], mean)
        for n in _FIRST_SLOPES:
            table[n] = min(table[n], near)
    return luma, chroma


def jpeg_like(image: Image.Image, data: bytes) -> bytes:
    """The same of the quality that another JPEG has: with its quantization tables and its chroma."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as other:
        assert isinstance(other, JpegImageFile)
        tables, sampling = other.quantization, get_sampling(other)
    # What is drawn over a grey picture has colours, all of which are kept.
    return _jpeg(image, qtables=tables, subsampling=max(0, sampling))


def pixels_of(tile: Tile) -> Image.Image:
    """A tile of PNG or JPEG as RGBA."""
    return Image.open(io.BytesIO(tile.data), formats=("PNG", "JPEG")).convert("RGBA")


def jpeg_tiles(
    picture: Raster,
    cell: tuple[float, float],
    quality: int,
    *,
    divisor: float = 1.0,
    part: int = 1,
    max_bytes: int = 12_000,
    ground: tuple[int, int, int] = (0, 0, 0),
) -> Iterator[Tile]:
    """JPEG strips of four rows of cells (more when reduced) at 1/`divisor` of the size, from the top; cut again above
    `max_bytes` bytes. `part`: by how much the raster was reduced before. `ground`: what lies outside the picture."""
    image = picture.on(ground)
    if divisor > 1:
        image = shrunk(image, *reduced_size(image.size, divisor), crisp=True)
    rows = int(_STRIP * divisor * part)
    yield from tiles(picture, cell, divisor, rows, max_bytes, lambda box: jpeg(image.crop(box), quality))


def jpeg_tile(picture: Raster, quality: int, divisor: float, ground: tuple[int, int, int]) -> Iterator[Tile]:
    """All of a picture as one JPEG at 1/`divisor` of the size. `ground`: what lies outside the picture, where that is more
    than half a pixel: a line along the picture's edge would be seen in it as several."""
    small = picture.reduced(*reduced_size(picture.image.size, divisor), crisp=True)
    image = Image.new("RGB", small.size, ground)
    image.paste(small, mask=small.getchannel("A"))
    place = picture.column, picture.row, picture.columns, picture.rows
    yield Tile(*place, *image.size, jpeg(image, quality))


def jpeg_within(picture: Raster, max_bytes: int) -> tuple[float, int]:
    """Divisor and quality of the best JPEG tiles of about `max_bytes` bytes on the wire."""
    for divisor in (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0):
        image = shrunk(picture.image, *reduced_size(picture.image.size, divisor), crisp=True)
        strips = -(-picture.rows // int(_STRIP * divisor))
        room = int(max_bytes / _TILED) - (strips - 1) * _JPEG_TABLES
        lowest = _MIN_QUALITY if divisor == 1 else _MIN_REDUCED_QUALITY
        if len(jpeg(image, lowest)) <= room:
            break
    return divisor, jpeg_quality(image, room, lowest)


def jpeg_quality(image: Image.Image, max_bytes: int, lowest: int = 30) -> int:
    """The best quality from `lowest` to 90 whose JPEG has at most `max_bytes` bytes; `lowest` when none has."""
    highest = 90
    while lowest < highest:
        middle = (lowest + highest + 1) // 2
        lowest, highest = (middle, highest) if len(jpeg(image, middle)) <= max_bytes else (lowest, middle - 1)
    return lowest


_MEAN, _CHROMA_MEAN = 8, 6
_NEAR_MEAN, _NEAR_CHROMA_MEAN = 16, 20
"""Eighths of a level of 255 between the means, and what slopes are rounded to."""
_FIRST_SLOPES = (1, 8)
_STRIP = 4
_JPEG_TABLES = 500
"""Bytes of a JPEG that are not picture."""
_MIN_QUALITY, _MIN_REDUCED_QUALITY = 30, 25
"""What is worse is reduced instead. At equal bytes a sheet in 4/5 of its size at 26 was nearer to it than in 2/3 at 39
(SSIM 0.979 and 0.971)."""
BASE64 = 4 / 3 * 1.01
"""With what stands round each chunk."""
_TILED = BASE64 * 1.1
"""With what is lost by cutting a JPEG."""


def reduced_size(size: tuple[int, int], divisor: float) -> tuple[int, int]:
    """Width and height at 1/`divisor` of a size, at least a pixel."""
    return max(1, round(size[0] / divisor)), max(1, round(size[1] / divisor))


def tiles(
    picture: Raster,
    cell: tuple[float, float],
    divisor: float,
    rows: int,
    max_bytes: int,
    encode: Callable[[PixelBox], bytes],
) -> Iterator[Tile]:
    """Cut a raster, reduced to 1/`divisor`, into strips of `rows` cells, and these again where `encode` makes more
    than `max_bytes` bytes of them. `encode` is given a box in the reduced raster's pixels."""
    left, top = (round(at * size) for at, size in zip((picture.column, picture.row), cell, strict=True))
    size = reduced_size(picture.image.size, divisor)
    # Where cells are no whole number of pixels wide (xterm.js), neighbours would leave a dark line between them.
    side_by_side = cell[0] == round(cell[0])

    def edge(number: int, cell_size: float, origin: int, end: int) -> int:
        return min(round((round(number * cell_size) - origin) / divisor), end)

    def cut(column: int, row: int, columns: int, high: int) -> Iterator[Tile]:
        x0, x1 = (edge(at, cell[0], left, size[0]) for at in (column, column + columns))
        y0, y1 = (edge(at, cell[1], top, size[1]) for at in (row, row + high))
        # A tile holds at least one pixel, if need be one of its neighbour.
        box = min(x0, size[0] - 1), min(y0, size[1] - 1), max(x1, x0 + 1), max(y1, y0 + 1)
        data = encode(box)
        if len(data) <= max_bytes or columns * high == 1 or (high == 1 and not side_by_side):
            yield Tile(column, row, columns, high, box[2] - box[0], box[3] - box[1], data)
        elif high == 1 or (side_by_side and columns > 1 and columns * cell[0] >= high * cell[1]):
            for first, last in _parts(columns, len(data) / max_bytes):
                yield from cut(column + first, row, last - first, high)
        else:
            for first, last in _parts(high, len(data) / max_bytes):
                yield from cut(column, row + first, columns, last - first)

    for row in range(picture.row, picture.row + picture.rows, rows):
        yield from cut(picture.column, row, picture.columns, min(rows, picture.row + picture.rows - row))


def _parts(count: int, wanted: float) -> Iterator[tuple[int, int]]:
    """`count` cells in parts of about one size: at least two, and some more than `wanted`, as none is average."""
    parts = min(count, max(2, ceil(wanted * 1.15)))
    edges = [round(count * n / parts) for n in range(parts + 1)]
    yield from pairwise(edges)
