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
            # Naming a colour costs as much as some dozen pixels: a small patch has few.
            few = max(16, image.width * image.height // 48)
            return sixel.sixels(sixel.reduced(image, min(now.step.quality or 256, few)))
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
    if kind == "jpeg":
        boxes = list(dict.fromkeys(without_seam(box, inside, cell[0]) for box in boxes))
    return replace(now, drawn=drawn, patches={box: encoded(part(box)[1]) for box in boxes})


def without_seam(box: Box, inside: Box, width: float) -> Box:
    """`box`, or where cells are a fraction of a pixel wide (xterm.js drawn by the browser) its rows from a column that
    begins on a whole pixel to the right end of `inside`: where a picture begins or ends between pixels the terminal
    leaves a dark line, which nobody sees at the end."""
    if abs(width - round(width)) < 0.01:
        return box
    left = box[0]
    while left > inside[0] and abs(left * width - round(left * width)) > 0.05:
        left -= 1
    return left, box[1], inside[0] + inside[2] - left, box[3]


def box_of(tile: Tile) -> Box:
    return tile.column, tile.row, tile.columns, tile.rows


def common(a: Box, b: Box) -> Box | None:
    """The cells of both."""
    left, top = max(a[0], b[0]), max(a[1], b[1])
    right, bottom = min(a[0] + a[2], b[0] + b[2]), min(a[1] + a[3], b[1] + b[3])
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None
