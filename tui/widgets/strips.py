"""Strips of a picture that belong to cells, without and with the scene over them."""

from __future__ import annotations

from collections.abc import Sequence
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
    the last change of the scene touched, or from which a tag has gone."""

    serial: int
    viewport: Viewport
    step: Step
    clean: dict[Box, Tile]
    drawn: dict[Box, bytes]
    patches: dict[Box, bytes] = field(default_factory=dict)

    def data(self, box: Box) -> bytes:
        return self.drawn.get(box) or self.clean[box].data


def composed(
    picture: Image.Image, now: Strips, before: Scene, scene: Scene, kind: str, bared: Sequence[Box] = ()
) -> Strips:
    """With the strips that the scene touches, and where it differs from `before`; `bared`: cells on which text lay.
    Strips of a reduced picture are not patched: what is cut out of the whole one would be sharper."""
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
    touched = (*damage(before, scene, now.viewport), *bared) if now.step.divisor == 1 else ()
    boxes = [cells for box in touched if (cells := common(box, inside)) is not None]
    return replace(now, drawn=drawn, patches={box: encoded(part(box)[1]) for box in boxes})


def common(a: Box, b: Box) -> Box | None:
    """The cells of both."""
    left, top = max(a[0], b[0]), max(a[1], b[1])
    right, bottom = min(a[0] + a[2], b[0] + b[2]), min(a[1] + a[3], b[1] + b[3])
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None
