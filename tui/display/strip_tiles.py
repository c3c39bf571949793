"""Which strips of a picture that was made may lie on the canvas."""

from __future__ import annotations

from collections.abc import Iterator

from tui.display.stage import Stage
from tui.display.strip_format import StripFormat
from tui.display.strips import box_of
from tui.imaging.develop import Developed
from tui.imaging.encode import Tile, pixels_of
from tui.imaging.ladder import Step
from tui.imaging.viewport import CellBox


def strips_of(stage: Stage, form: StripFormat, made: Developed, step: Step) -> dict[CellBox, Tile]:
    """By their boxes. Where something covers a part of a picture in one piece, it is cut: the rest is seen."""
    end, screen_rows = stage.origin[1], stage.screen_rows
    tiles = [
        part
        for tile in made.tiles
        for part in (
            _in_rows(tile, form, step.quality)
            if step.one_piece and stage.host.covered(box_of(tile))
            else (tile,)
        )
    ]
    return {box_of(tile): tile for tile in tiles if form.fits(end + tile.row + tile.rows, screen_rows)}


def _in_rows(tile: Tile, form: StripFormat, quality: int | None, rows: int = 4) -> Iterator[Tile]:
    """A tile as strips of so many rows of cells, for what is partly covered."""
    image = pixels_of(tile).convert("RGB")
    for first in range(0, tile.rows, rows):
        last = min(first + rows, tile.rows)
        y0, y1 = (row * tile.height // tile.rows for row in (first, last))
        part = image.crop((0, y0, tile.width, max(y1, y0 + 1)))
        data = form.encode_like(part, part, tile.data, quality)
        yield Tile(tile.column, tile.row + first, tile.columns, last - first, *part.size, data)
