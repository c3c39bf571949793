"""A contact sheet: many small pictures on one canvas, as one picture. Pure but for reading the files."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from tui.imaging.adjust import adjusted, after_decode
from tui.imaging.checkerboard import THUMBNAIL_SQUARE, on_checkerboard
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.header import NotAPicture, read_header
from tui.imaging.ladder import SentEncoding
from tui.imaging.raster import resampling
from tui.imaging.tones import WHOLE_WINDOW, Window
from tui.imaging.viewport import MAX_FIT, CellBox
from tui.model.view_settings import NEUTRAL, Adjustment

SLOT = (16, 9)
"""Cells of a slot of a full sheet at least: a row of text and, with cells of 10 x 20 pixels, a thumbnail of 160 x 160."""
COARSE_SLOT = (26, 13)
"""The same where pictures are half-blocks, two pixels a cell: smaller ones show nothing."""
MIN_SLOTS, MAX_SLOTS = (3, 2), (8, 5)
"""Slots across and down of a full sheet, on the smallest and on the largest canvas."""
LIKELY = (4, 3)
"""The sides of a picture for which grids are chosen: what is on a sheet is not known before it is read."""
BUDGET: Mapping[SentEncoding, int] = {"png": 195_000, "jpeg": 88_000}
"""Bytes on the wire for a whole sheet, by how it is encoded. None for sixels: in fewer colours its many pictures would take
nearly as many bytes and share what is left, so that grey ones get a tint."""
BROKEN = (96, 40, 40)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`paths` fill `columns` x `rows` slots like text; `size`: of the canvas in cells. `ground`: RGB of what no picture
    covers."""

    paths: tuple[Path, ...]
    columns: int
    rows: int
    size: tuple[int, int]
    ground: tuple[int, int, int]


def grids_for(
    size: tuple[int, int], cell: tuple[float, float], *, most: int, coarse: bool = False
) -> tuple[tuple[int, int], ...]:
    """Columns and rows of the slots for a sheet of one picture, of two, and so on up to a full one. `size`: of the canvas
    in cells; `cell`: of one in pixels. At most `most` pictures, and fewer where they are `coarse`."""
    across, down = (
        min(max(cells // slot, least), largest)
        for cells, slot, least, largest in zip(
            size, COARSE_SLOT if coarse else SLOT, MIN_SLOTS, MAX_SLOTS, strict=True
        )
    )
    return tuple(_grid(count, size, cell) for count in range(1, min(across * down, most) + 1))


def _grid(count: int, size: tuple[int, int], cell: tuple[float, float]) -> tuple[int, int]:
    """That in which so many pictures are largest; of those alike the one with the fewest slots left over."""

    def largest_first(grid: tuple[int, int]) -> tuple[float, int]:
        columns, rows = grid
        # Of the smallest slot: some are a cell wider or higher.
        width, height = size[0] // columns * cell[0], (size[1] // rows - 1) * cell[1]
        return -min(width / LIKELY[0], height / LIKELY[1]), columns * rows

    return min(((columns, -(-count // columns)) for columns in range(1, count + 1)), key=largest_first)


def slots(size: tuple[int, int], columns: int, rows: int) -> list[CellBox]:
    """The slots in cells: column, row, width, height. The first row of each belongs to its text."""
    return [
        (
            size[0] * x // columns,
            size[1] * y // rows,
            size[0] * (x + 1) // columns - size[0] * x // columns,
            size[1] * (y + 1) // rows - size[1] * y // rows,
        )
        for y in range(rows)
        for x in range(columns)
    ]


def thumbnail_box(
    slot: CellBox, cell: tuple[float, float], image: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Where a picture of `image` pixels lies in its slot, in canvas pixels: left, top, width, height. It keeps its
    aspect, lies in the middle, leaves the text's row free and one pixel between neighbours, and is not larger than alone."""
    column, row, width, height = slot
    room = (width * cell[0] - 2, (height - 1) * cell[1] - 2)
    scale = min(room[0] / image[0], room[1] / image[1], MAX_FIT)
    wide, high = max(1.0, round(image[0] * scale)), max(1.0, round(image[1] * scale))
    left = round(column * cell[0] + 1 + (room[0] - wide) / 2)
    return left, round((row + 1) * cell[1] + 1 + (room[1] - high) / 2), wide, high


def compose(
    sheet: Sheet,
    cell: tuple[float, float],
    max_pixels: int,
    adjustment: Adjustment = NEUTRAL,
    share: Window = WHOLE_WINDOW,
    *,
    whole: bool = False,
) -> Decoded:
    """All thumbnails on one picture of the canvas's size, each with the adjustment, as if it was looked at alone. `share`: of
    the window of deep pictures. `whole`: each from all pixels of its file and resized once, as exact steps want them. A
    file that cannot be read leaves a crossed field."""
    canvas = round(sheet.size[0] * cell[0]), round(sheet.size[1] * cell[1])
    picture = Image.new("RGB", canvas, sheet.ground)
    places = slots(sheet.size, sheet.columns, sheet.rows)
    max_size = (round(places[0][2] * cell[0]) + 16, round(places[0][3] * cell[1]))

    def read(path: Path, slot: CellBox) -> Decoded:
        detail = Detail(_exact_size(path, slot, cell) if whole else None, whole=whole, share=share)
        try:
            return load(path, max_size, max_pixels, detail)
        except MemoryError:
            return Decoded(None)

    with ThreadPoolExecutor(2) as pool:
        for slot, decoded in zip(places, pool.map(read, sheet.paths, places), strict=False):
            _put(picture, decoded, slot, cell, after_decode(decoded, adjustment))
    return Decoded(picture, *canvas, adjusted=True)


def _exact_size(path: Path, slot: CellBox, cell: tuple[float, float]) -> tuple[int, int] | None:
    """Of a picture in its slot, where it is made smaller for that; None for its own size."""
    try:
        header = read_header(path)
    except (NotAPicture, OSError):
        return None
    if header.reason:
        return None
    _, _, wide, high = thumbnail_box(slot, cell, (header.width, header.height))
    return (int(wide), int(high)) if wide < header.width else None


def _put(
    picture: Image.Image, decoded: Decoded, slot: CellBox, cell: tuple[float, float], adjustment: Adjustment
) -> None:
    size = (decoded.width, decoded.height) if decoded.image is not None else (4, 3)
    left, top, wide, high = (int(v) for v in thumbnail_box(slot, cell, size))
    if decoded.image is not None:
        thumb = decoded.image
        if thumb.size != (wide, high):
            method = resampling(wide / decoded.width, magnified=wide > thumb.width)
            thumb = thumb.resize((wide, high), method, reducing_gap=2.0)
        thumb = on_checkerboard(adjusted(thumb, adjustment, decoded.image), THUMBNAIL_SQUARE)
        picture.paste(thumb, (left, top))
    if decoded.image is None or decoded.reason:
        draw = ImageDraw.Draw(picture)
        draw.rectangle((left, top, left + wide - 1, top + high - 1), outline=BROKEN, width=2)
        draw.line((left, top, left + wide - 1, top + high - 1), fill=BROKEN, width=2)
