"""The cells of a picture in half-blocks, without and with a scene over them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from tui.imaging.changes import changed_boxes
from tui.imaging.decode_cache import Facts
from tui.imaging.draw import composite
from tui.imaging.outline import Grid
from tui.imaging.viewport import CellBox, Viewport
from tui.model.scene import Scene
from tui.terminal.blocks import Cells, cells_over


@dataclass(frozen=True, slots=True)
class BlockPicture:
    """The cells of one view; None when there is no picture. `truecolor`: in 24-bit colours. `base`: from a column and
    a row of the canvas on, the pixels of these cells and what they are drawn as."""

    facts: Facts
    cells: Cells | None = None
    viewport: Viewport | None = None
    truecolor: bool = False
    base: tuple[int, int, Image.Image, Cells] | None = None


def with_scene(made: BlockPicture, scene: Scene, box: CellBox) -> Cells:
    """The cells of a box of the canvas, of a picture that is there, with a scene over them."""
    assert made.cells is not None and made.base is not None
    if not scene or made.viewport is None:
        return made.cells.part(box)
    column, row, image, part = made.base
    left, top = max(box[0], column), max(box[1], row)
    right, bottom = min(box[0] + box[2], column + part.columns), min(box[1] + box[3], row + part.rows)
    if left >= right or top >= bottom:
        return made.cells.part(box)
    below = image.crop((left - column, (top - row) * 2, right - column, (bottom - row) * 2))
    over = composite(below, scene, Grid.of_blocks(made.viewport), (left, top * 2))
    under = part.part((left - column, top - row, right - left, bottom - top))
    cells = cells_over(under, below, over, made.truecolor)
    return on_canvas(cells, left - box[0], top - box[1], (box[2], box[3]))


def on_canvas(part: Cells, column: int, row: int, size: tuple[int, int]) -> Cells:
    """Cells from a column and a row on, on a canvas of `size` (columns, rows)."""
    whole = Cells.empty(size)
    for full, cut in ((whole.top, part.top), (whole.bottom, part.bottom)):
        room = full[row : row + part.rows, column : column + part.columns]
        room[:] = cut[: room.shape[0], : room.shape[1]]
    return whole


def rough_ink(scene: Scene, view: Viewport) -> list[CellBox]:
    """Cells that a scene may touch where it is drawn in half-blocks: a pixel is half a cell there."""
    return [(x - 1, y - 1, w + 2, h + 2) for x, y, w, h in changed_boxes((), scene, view)]
