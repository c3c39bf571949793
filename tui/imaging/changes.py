"""What of the canvas differs between two scenes, for terminals in which pictures belong to cells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from tui.imaging.areas import Bits
from tui.imaging.draw import TILE, covered, draw, numbered, tiles, union
from tui.imaging.outline import CASING, Grid, PixelBox, bounds, clipped
from tui.imaging.overlay import Inks, OverlayLayer
from tui.imaging.viewport import CellBox, Viewport
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Scene, Text


class OverlayTiles:
    """The overlay tiles of a scene that changes: only those that a change reaches are drawn again."""

    def __init__(self) -> None:
        self._scene: Scene = ()
        self._grid: Grid | None = None
        self._tiles: dict[tuple[int, int], OverlayLayer] = {}

    def tiles(self, scene: Scene, grid: Grid) -> dict[tuple[int, int], OverlayLayer]:
        """As `draw.tiles`."""
        if grid != self._grid:
            self._tiles = tiles(scene, grid)
        else:
            box = _reach(self._scene, scene, grid)
            if box is not None:
                self._tiles = {at: tile for at, tile in self._tiles.items() if not _touches(at, box)}
                self._tiles.update(tiles(scene, grid, box=box))
        self._scene, self._grid = scene, grid
        return dict(self._tiles)


def _touches(at: tuple[int, int], box: PixelBox) -> bool:
    return clipped((at[0], at[1], at[0] + TILE, at[1] + TILE), box) is not None


def changed_boxes(old: Scene, new: Scene, view: Viewport) -> list[CellBox]:
    """The cells whose pixels differ between two scenes, as rectangles that do not overlap."""
    grid = Grid(view)
    box = _reach(old, new, grid)
    if box is None:
        return []
    cell = view.cell
    first = int(box[0] / cell[0]), int(box[1] / cell[1])
    x_edges, y_edges = (_edges(first[n], box[n + 2], cell[n], grid.size[n]) for n in (0, 1))
    box = x_edges[0], y_edges[0], x_edges[-1], y_edges[-1]
    inks, known = Inks(), dict[int, bool]()
    before, after = (draw(_near(scene, grid, box, known), grid, box, inks).indices for scene in (old, new))
    by_row = np.logical_or.reduceat(before != after, np.array(y_edges[:-1]) - box[1], axis=0)
    cells = np.logical_or.reduceat(by_row, np.array(x_edges[:-1]) - box[0], axis=1)
    return rectangles(cells, first)


def _near(scene: Scene, grid: Grid, box: PixelBox, known: dict[int, bool]) -> Scene:
    """The marks that reach into a box. `known`: what was found, by identity: the two scenes share most of theirs."""
    found = []
    for mark in scene:
        near = known.get(id(mark))
        if near is None:
            reach = bounds(mark, grid)
            near = known[id(mark)] = reach is not None and clipped(reach, box) is not None
        if near:
            found.append(mark)
    return tuple(found)


def _reach(old: Scene, new: Scene, grid: Grid) -> PixelBox | None:
    """A box that holds everything that differs."""
    boxes, areas, layers = list[PixelBox | None](), list[Area](), list[Layers]()
    for mark in changed_marks(old, new):
        match mark:
            case Area():
                areas.append(mark)
            case Layers():
                layers.append(mark)
            case Frame() | Path() | Handle() | Cross() | Text() | Ruler():
                boxes.append(bounds(mark, grid))
            case _:
                assert_never(mark)
    masks = (*_masks_reach(areas, grid), *_paintings_reach(layers, grid))
    return union(iter([*boxes, *(_with_edges(box, grid) for box in masks)]))


def _with_edges(box: PixelBox | None, grid: Grid) -> PixelBox | None:
    """What changes of a mask changes the lines along its edge too."""
    if box is None:
        return None
    out = 1 + CASING
    return clipped((box[0] - out, box[1] - out, box[2] + out, box[3] + out), (0, 0, *grid.size))


def _masks_reach(areas: list[Area], grid: Grid) -> Iterator[PixelBox | None]:
    """A stroke of the brush makes another mask of the whole image: only where the two differ matters."""
    while areas:
        area = areas.pop()
        twin = next((other for other in areas if _look(other) == _look(area)), None)
        if twin is not None:
            areas.remove(twin)
        yield _difference(area, twin, grid)


def _look(area: Area) -> tuple[object, ...]:
    return area.size, area.colour, area.fill


def _paintings_reach(layers: list[Layers], grid: Grid) -> list[PixelBox | None]:
    if len(layers) == 2 and layers[0].colours == layers[1].colours:
        return [_extent(numbered(layers[0], grid) != numbered(layers[1], grid))]
    return [bounds(mark, grid) for mark in layers]


def _difference(area: Area, other: Area | None, grid: Grid) -> PixelBox | None:
    return _extent(covered(area, grid) if other is None else covered(area, grid) ^ covered(other, grid))


def _extent(bits: Bits) -> PixelBox | None:
    """The box that holds all that are set."""
    rows, columns = np.flatnonzero(bits.any(axis=1)), np.flatnonzero(bits.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if len(rows) else None


def _edges(first: int, last: int, size: float, end: int) -> list[int]:
    """Pixel edges of the cells from number `first` on that hold everything before pixel `last`."""
    edges = [round(first * size)]
    while edges[-1] < last and edges[-1] < end:
        first += 1
        edges.append(min(round(first * size), end))
    return edges


def changed_marks(old: Scene, new: Scene) -> list[Mark]:
    """The marks that are only in one of two scenes, or in another order."""
    start = _common_length(old, new)
    end = _common_length(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    shared = set(before) & set(after)
    if [mark for mark in before if mark in shared] != [mark for mark in after if mark in shared]:
        return [*before, *after]
    return [mark for mark in (*before, *after) if mark not in shared]


def _common_length(old: Scene, new: Scene) -> int:
    """How many marks two scenes have alike from the first on."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1] or pair[0] == pair[1], pairs))


def rectangles(cells: NDArray[np.bool_], first: tuple[int, int] = (0, 0)) -> list[CellBox]:
    """True cells of a grid as rectangles (column, row, columns, rows): runs of a row, joined with equal runs below."""
    open_runs: dict[tuple[int, int], int] = {}
    found = []
    for row in range(len(cells) + 1):
        runs = set(_runs(cells[row])) if row < len(cells) else set()
        for (start, end), top in list(open_runs.items()):
            if (start, end) not in runs:
                found.append((first[0] + start, first[1] + top, end - start, row - top))
                del open_runs[start, end]
        for run in runs:
            open_runs.setdefault(run, row)
    return sorted(found, key=lambda box: (box[1], box[0]))


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    steps = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return list(zip(steps[0::2].tolist(), steps[1::2].tolist(), strict=True))
