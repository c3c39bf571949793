"""The scene over a picture in a terminal without layers: the cells that it touches, as small opaque pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.display.strips import common
from tui.imaging.adjust import adjusted_raster
from tui.imaging.changes import changed_boxes, rectangles
from tui.imaging.decode import Decoded
from tui.imaging.draw import composite, draw
from tui.imaging.encode import jpeg, png
from tui.imaging.outline import Grid, PixelBox
from tui.imaging.raster import raster
from tui.imaging.viewport import CellBox, Viewport
from tui.model.scene import Scene
from tui.model.view_settings import NEUTRAL, Adjustment

_REACH = 12
"""Cells by which a box grows at most before it goes to the end."""
_SMALL = 4_000
"""Pixels up to which a PNG may be smaller than a JPEG with its tables."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to lie on these cells of the canvas: an encoded picture with the scene over it; None: the picture as it
    is, without the scene."""

    box: CellBox
    data: bytes | None


def patches(
    picture: Decoded,
    viewport: Viewport,
    before: Scene,
    scene: Scene,
    quality: int,
    bared: Sequence[CellBox] = (),
    adjustment: Adjustment = NEUTRAL,
    origin: tuple[int, int] = (0, 0),
    ground: tuple[int, int, int] = (0, 0, 0),
) -> tuple[Patch, ...]:
    """Where the scene differs from the one `before`, and for the cells `bared` of text. `quality`: of JPEGs. `adjustment`:
    that the picture has which lies there. `origin`: column and row of the canvas on the screen. `ground`: the colour round
    the picture."""
    cut = raster(picture.image, viewport) if picture.image is not None else None
    if cut is None:
        return ()
    cut = adjusted_raster(cut, picture, viewport, adjustment)
    whole, grid, cell = cut.on(ground), Grid(viewport), viewport.cell
    left, top = round(cut.column * cell[0]), round(cut.row * cell[1])
    inside = (cut.column, cut.row, cut.columns, cut.rows)

    def patch(box: CellBox) -> Patch:
        x0, y0, x1, y1 = _pixels(box, cell)
        drawn = composite(whole.crop((x0 - left, y0 - top, x1 - left, y1 - top)), scene, grid, (x0, y0))
        return Patch(box, _smaller(drawn, quality))

    def parted(box: CellBox) -> Iterator[Patch]:
        """What the scene does not touch is not to be composed, unless it has to reach further."""
        inked = _inked(draw(scene, grid, _pixels(box, cell)).indices, box, cell)
        if not all(map(_is_whole, cell)):
            yield patch(box) if inked.any() else Patch(box, None)
            return
        yield from (Patch(part, None) for part in rectangles(~inked, box[:2]))
        yield from (patch(part) for part in rectangles(inked, box[:2]))

    touched = (common(box, inside) for box in (*changed_boxes(before, scene, viewport), *bared))
    boxes = _without_inner(_reaching_on(box, inside, cell, origin) for box in touched if box is not None)
    return tuple(found for box in boxes for found in parted(box))


def reaching(box: CellBox, inside: CellBox, cell: tuple[float, float]) -> CellBox:
    """`box`, or where cells are a fraction of a pixel wide or high the smallest one round it within `inside` whose size the
    terminal rounds down, so that it takes no cell beside it, and by which no line of pixels stays bare. Both in cells
    of the screen."""
    (left, columns), (top, rows) = (
        _reach(box[n], box[n + 2], inside[n], inside[n + 2], unit) for n, unit in enumerate(cell)
    )
    return left, top, columns, rows


def _reaching_on(
    box: CellBox, inside: CellBox, cell: tuple[float, float], origin: tuple[int, int]
) -> CellBox:
    """`reaching` for cells of a canvas that begins at the cell `origin` of the screen."""
    x, y = origin
    left, top, columns, rows = reaching(
        (box[0] + x, box[1] + y, *box[2:]), (inside[0] + x, inside[1] + y, *inside[2:]), cell
    )
    return left - x, top - y, columns, rows


def _reach(first: int, count: int, start: int, length: int, unit: float) -> tuple[int, int]:
    """The same along one side, as first cell and number of cells. At the end of what is inside there is room."""
    end = start + length
    if _is_whole(unit):
        return first, count
    for wider in range(count, min(length, count + _REACH) + 1):
        for left in range(max(start, first + count - wider), min(first, end - wider) + 1):
            if left + wider == end or _fits(left, wider, unit):
                return left, wider
    return first, end - first


def _fits(first: int, count: int, unit: float) -> bool:
    """The terminal draws from the pixel in which the first cell begins, and as many as there are whole ones."""
    rest = count * unit % 1
    return rest < 0.49 and first * unit % 1 + rest < 0.99


def _is_whole(unit: float) -> bool:
    return abs(unit - round(unit)) < 0.01


def _without_inner(boxes: Iterable[CellBox]) -> list[CellBox]:
    """Those that do not lie in another one."""
    distinct = list(dict.fromkeys(boxes))
    return [
        box for box in distinct if not any(other != box and common(box, other) == box for other in distinct)
    ]


def _pixels(box: CellBox, cell: tuple[float, float]) -> PixelBox:
    """Left, top, right and bottom of cells on the canvas."""
    (x, y, columns, rows), (across, down) = box, cell
    return round(x * across), round(y * down), round((x + columns) * across), round((y + rows) * down)


def _inked(indices: NDArray[np.uint8], box: CellBox, cell: tuple[float, float]) -> NDArray[np.bool_]:
    """(rows, columns) of a box: whether something is drawn on that cell. `indices`: of the box's pixels, 0: nothing."""
    x0, y0, _, _ = _pixels(box, cell)
    across = np.array([round((box[0] + n) * cell[0]) - x0 for n in range(box[2])])
    down = np.array([round((box[1] + n) * cell[1]) - y0 for n in range(box[3])])
    by_row = np.logical_or.reduceat(indices > 0, down, axis=0)
    return np.asarray(np.logical_or.reduceat(by_row, across, axis=1), bool)


def _smaller(image: Image.Image, quality: int) -> bytes:
    data = jpeg(image, quality)
    if image.width * image.height > _SMALL:
        return data
    return min(data, png(image, None), key=len)
