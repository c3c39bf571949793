"""The scene over a picture in a terminal without layers: the cells that it touches, as small opaque pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from tui.display.strips import GROUND, common
from tui.imaging.adjust import adjusted_raster
from tui.imaging.changes import changed_boxes
from tui.imaging.draw import composite
from tui.imaging.encode import jpeg, png
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.viewport import CellBox, Viewport
from tui.model.scene import Scene
from tui.model.view_settings import NEUTRAL, Adjustment

_SMALL = 4_000
"""Pixels up to which a PNG may be smaller than a JPEG with its tables."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to lie on these cells of the canvas: an encoded picture with the scene over it; None: the picture as it
    is, without the scene."""

    box: CellBox
    data: bytes | None


def patches(
    picture: Image.Image,
    viewport: Viewport,
    before: Scene,
    scene: Scene,
    quality: int,
    bared: Sequence[CellBox] = (),
    adjustment: Adjustment = NEUTRAL,
) -> tuple[Patch, ...]:
    """Where the scene differs from the one `before`, and for the cells `bared` of text. `quality`: of JPEGs. `adjustment`:
    that the picture has which lies there."""
    cut = raster(picture, viewport)
    if cut is None:
        return ()
    cut = adjusted_raster(cut, picture, viewport, adjustment)
    whole, grid, cell = cut.on(GROUND), Grid(viewport), viewport.cell
    left, top = round(cut.column * cell[0]), round(cut.row * cell[1])
    inside = (cut.column, cut.row, cut.columns, cut.rows)

    def patch(box: CellBox) -> Patch:
        x0, y0 = round(box[0] * cell[0]), round(box[1] * cell[1])
        x1, y1 = round((box[0] + box[2]) * cell[0]), round((box[1] + box[3]) * cell[1])
        clean = whole.crop((x0 - left, y0 - top, x1 - left, y1 - top))
        drawn = composite(clean, scene, grid, (x0, y0))
        return Patch(box, None if drawn is clean else _smaller(drawn, quality))

    touched = (common(box, inside) for box in (*changed_boxes(before, scene, viewport), *bared))
    return tuple(patch(box) for box in dict.fromkeys(box for box in touched if box is not None))


def _smaller(image: Image.Image, quality: int) -> bytes:
    data = jpeg(image, quality)
    if image.width * image.height > _SMALL:
        return data
    return min(data, png(image, None), key=len)
