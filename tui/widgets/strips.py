"""Strips of a picture that belong to cells, without and with the scene over them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PIL import Image

from tui.imaging.damage import damage
from tui.imaging.draw import composite
from tui.imaging.encode import Tile, jpeg
from tui.imaging.ladder import Step
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.scene import Scene
from tui.imaging.viewport import Viewport
from tui.terminal import sixel

Box = tuple[int, int, int, int]
"""Column, row, columns, rows on the canvas."""
GROUND = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Strips:
    """What is to lie on the canvas: strips by their boxes, without and with the scene. `patches`: the cells alone that
    the last change of the scene touched."""

    serial: int
    viewport: Viewport
    step: Step
    clean: dict[Box, Tile]
    drawn: dict[Box, bytes]
    patches: dict[Box, bytes] = field(default_factory=dict)

    def data(self, box: Box) -> bytes:
        return self.drawn.get(box) or self.clean[box].data


def composed(picture: Image.Image, now: Strips, before: Scene, scene: Scene, kind: str) -> Strips:
    """With the strips that the scene touches, and where it differs from `before`. Strips of a reduced picture are not
    patched: what is cut out of the whole one would be sharper."""
    cut = raster(picture, now.viewport)
    if cut is None:
        return replace(now, drawn={}, patches={})
    whole, grid, cell = cut.on(GROUND), Grid(now.viewport), now.viewport.cell
    left, top = round(cut.column * cell[0]), round(cut.row * cell[1])

    def part(box: Box) -> tuple[Image.Image, Image.Image]:
        x0, y0 = round(box[0] * cell[0]), round(box[1] * cell[1])
        x1, y1 = round((box[0] + box[2]) * cell[0]), round((box[1] + box[3]) * cell[1])
        clean = whole.crop((x0 - left, y0 - top, x1 - left, y1 - top))
        return clean, composite(clean, scene, grid, (x0, y0))

    def encoded(image: Image.Image) -> bytes:
        if kind == "sixel":
            return sixel.sixels(sixel.reduced(image, now.step.quality or 256))
        return jpeg(image, max(now.step.quality or 50, 50))

    drawn = {}
    for box, tile in now.clean.items():
        clean, over = part(box)
        if over is not clean:
            if over.size != (tile.width, tile.height):
                over = over.resize((tile.width, tile.height), Image.Resampling.LANCZOS)
            drawn[box] = encoded(over)
    inside = (cut.column, cut.row, cut.columns, cut.rows)
    boxes = [
        box for box in damage(before, scene, now.viewport) if now.step.divisor == 1 and _within(box, inside)
    ]
    return replace(now, drawn=drawn, patches={box: encoded(part(box)[1]) for box in boxes})


def _within(box: Box, bounds: Box) -> bool:
    return (
        bounds[0] <= box[0]
        and bounds[1] <= box[1]
        and box[0] + box[2] <= bounds[0] + bounds[2]
        and box[1] + box[3] <= bounds[1] + bounds[3]
    )
