"""Where the images that lie in the terminal go on the screen, for the view that is looked at now."""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from tui.display.jobs import Picture, Rung
from tui.imaging.encode import Tile
from tui.imaging.raster import NEAREST_FROM
from tui.imaging.viewport import CellBox, Viewport
from tui.model.view_settings import NEUTRAL, Adjustment
from tui.terminal import wire
from tui.terminal.wire import Placement


@dataclass(frozen=True, slots=True)
class StoredShape:
    """An encoded rung: the cells that it covers at its own viewport, its size in its own pixels, and how many of these
    there are to a pixel of the image."""

    box: CellBox
    size: tuple[int, int]
    viewport: Viewport
    density: float

    @classmethod
    def of(cls, tile: Tile, viewport: Viewport) -> StoredShape:
        """The shape of a tile that was made for `viewport`."""
        density = viewport.scale * tile.width / (tile.columns * viewport.cell[0])
        box = (tile.column, tile.row, tile.columns, tile.rows)
        return cls(box, (tile.width, tile.height), viewport, density)


def placement(
    shape: StoredShape, viewport: Viewport, origin: tuple[int, int], size: tuple[int, int]
) -> Placement | None:
    """Where `shape` lies when `viewport` is looked at, None when nothing of it is in sight. `origin`, `size`: of the
    canvas on the screen, in cells."""
    if shape.viewport == viewport:
        return _whole(shape, origin)
    return _part(shape, viewport, origin, size)


def _whole(shape: StoredShape, origin: tuple[int, int]) -> Placement:
    column, row, columns, rows = shape.box
    cell = shape.viewport.cell
    unscaled = shape.size == (round(columns * cell[0]), round(rows * cell[1]))
    where = (origin[0] + column, origin[1] + row)
    return Placement(where, wire.Z_PICTURE, cells=None if unscaled else (columns, rows))


def _part(
    shape: StoredShape, viewport: Viewport, origin: tuple[int, int], size: tuple[int, int]
) -> Placement | None:
    """The part of an image made for another view that this view shows, on whole cells."""
    own, cell = shape.viewport, viewport.cell
    column, row, columns, rows = shape.box
    left, top = round(column * cell[0]), round(row * cell[1])
    width, height = columns * cell[0], rows * cell[1]
    x0, y0 = viewport.to_canvas(*own.to_image(left, top))
    x1, y1 = viewport.to_canvas(*own.to_image(left + width, top + height))
    first = max(0, ceil(x0 / cell[0] - 0.05)), max(0, ceil(y0 / cell[1] - 0.05))
    last = min(size[0], floor(x1 / cell[0] + 0.05)), min(size[1], floor(y1 / cell[1] + 0.05))
    if last[0] <= first[0] or last[1] <= first[1]:
        return None
    across, down = shape.size[0] / width, shape.size[1] / height

    def pixel(at: tuple[int, int]) -> tuple[int, int]:
        x, y = own.to_canvas(*viewport.to_image(at[0] * cell[0], at[1] * cell[1]))
        u, v = round((x - left) * across), round((y - top) * down)
        return min(max(u, 0), shape.size[0]), min(max(v, 0), shape.size[1])

    (u0, v0), (u1, v1) = pixel(first), pixel(last)
    source = (min(u0, shape.size[0] - 1), min(v0, shape.size[1] - 1), max(1, u1 - u0), max(1, v1 - v0))
    where = (origin[0] + first[0], origin[1] + first[1])
    return Placement(where, wire.Z_PICTURE, (0, 0), source, (last[0] - first[0], last[1] - first[1]))


class ShapeBook:
    """The shapes of the rungs that were sent, by picture."""

    def __init__(self) -> None:
        self._shapes: dict[Picture, dict[Rung, StoredShape]] = {}

    def enter(self, rung: Rung, tile: Tile, viewport: Viewport) -> None:
        """A tile was made of a rung, for this viewport."""
        self._shapes.setdefault(rung.picture, {})[rung] = StoredShape.of(tile, viewport)

    def of(self, picture: Picture) -> Mapping[Rung, StoredShape]:
        """The shapes of a picture, by its rungs; empty where none is known."""
        return self._shapes.get(picture, {})

    def keep(self, known: Container[Hashable]) -> None:
        """Forget all others than those."""
        for picture, shapes in list(self._shapes.items()):
            self._shapes[picture] = {rung: shape for rung, shape in shapes.items() if rung in known}
            if not self._shapes[picture]:
                del self._shapes[picture]

    def __len__(self) -> int:
        return sum(map(len, self._shapes.values()))

    def best_density(self, stored: Container[Hashable], wanted: Rung, scale: float) -> float:
        """Pixels per pixel of the image of the best that is `stored` for the wanted picture, canvas and view. `scale`:
        pixels of the canvas per pixel of the image."""
        best = 0.0
        for rung, shape in self.of(wanted.picture).items():
            same = (rung.canvas, rung.adjustment) == (wanted.canvas, wanted.adjustment)
            if same and rung in stored and _serves(rung, wanted, scale):
                best = max(best, shape.density)
        return best

    def best_placement(
        self,
        stored: Container[Hashable],
        picture: Picture,
        viewport: Viewport,
        origin: tuple[int, int],
        size: tuple[int, int],
        adjustments: Sequence[Adjustment] = (NEUTRAL,),
    ) -> tuple[Rung, Placement] | None:
        """Of what is `stored` of a picture with the first of these adjustments that there is something with: what shows
        all of the view, then what shows it sharpest."""
        _, _, width, height = viewport.placed
        needed = 0.9 * (width / viewport.cell[0] - 2) * (height / viewport.cell[1] - 2)
        best: tuple[tuple[int, bool, float], Rung, Placement] | None = None
        for rung, shape in self.of(picture).items():
            if rung not in stored or rung.adjustment not in adjustments:
                continue
            at = placement(shape, viewport, origin, size)
            if at is None:
                continue
            columns, rows = at.cells or shape.box[2:]
            # The terminal shows no more than the canvas has, and others than those made for it end at whole cells.
            density = min(shape.density, viewport.scale) * (_MADE_FOR_IT if shape.viewport == viewport else 1)
            place = -adjustments.index(rung.adjustment)
            worth = (place, columns * rows >= needed, density)
            if best is None or worth > best[0]:
                best = worth, rung, at
        return best[1:] if best is not None else None


_MADE_FOR_IT = 1.25
"""By how much another image must be sharper to be shown in place of one that was made for just this view."""


def _serves(rung: Rung, wanted: Rung, scale: float) -> bool:
    """Whether an image made for one view serves another. Magnified pixels are wanted as squares, which the terminal's
    own scaling does not give."""
    return rung.view == wanted.view or (rung.view is None and scale < NEAREST_FROM)
