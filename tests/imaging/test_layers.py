"""A painting drawn as one mark: the same pixels as its masks one by one, however it came about."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.imaging.changes import OverlayTiles, changed_boxes
from tui.imaging.draw import draw
from tui.imaging.outline import Grid
from tui.imaging.viewport import Viewport
from tui.model import class_map as cm
from tui.model.class_map import ClassMap
from tui.model.scene import Area, Layers, Scene

NAMES = ("road", "sky", "car")
COLOURS = ("#e69f00", "#56b4e9", "#009e73")
SIZE = (90, 120)
VIEW = Viewport.fit((SIZE[1], SIZE[0]), (400, 300), (10.0, 20.0))
dabs = st.lists(
    st.tuples(st.floats(-5, 125), st.floats(-5, 95), st.floats(1, 40), st.integers(0, 3)), max_size=6
)


def painted(classes: ClassMap, strokes: list[tuple[float, float, float, int]]) -> ClassMap:
    for x, y, size, number in strokes:
        classes = classes.painted(cm.disc((x, y), size), number)
    return classes


def as_areas(classes: ClassMap) -> Scene:
    colours = dict(zip(NAMES, COLOURS, strict=True))
    return tuple(Area(SIZE, tuple(runs), colours[name]) for name, runs in classes.runs().items())


@settings(max_examples=40, deadline=None)
@given(dabs, dabs, st.sampled_from([1.0, 3.7]))
def test_layers_are_the_masks_and_only_cells_that_changed_are_told(
    first: list[tuple[float, float, float, int]], then: list[tuple[float, float, float, int]], zoom: float
) -> None:
    view = VIEW.zoomed(zoom) if zoom > 1 else VIEW
    grid, sheet = Grid(view), OverlayTiles()
    old = painted(ClassMap.blank(SIZE, NAMES), first)
    new = painted(old, then)
    before, after = (Layers(old, COLOURS),), (Layers(new, COLOURS),)
    sheet.tiles(before, grid)
    tiles = sheet.tiles(after, grid)
    drawn, wanted = draw(after, grid).rgba(), draw(as_areas(new), grid).rgba()
    assert np.array_equal(np.asarray(drawn), np.asarray(wanted))
    whole = np.zeros((grid.size[1], grid.size[0], 4), np.uint8)
    for (left, top), tile in tiles.items():
        height, width = tile.indices.shape
        whole[top : top + height, left : left + width] = np.asarray(tile.rgba())
    assert np.array_equal(whole, np.asarray(drawn))
    cells = np.zeros((15, 40), bool)
    for column, row, columns, rows in changed_boxes(before, after, view):
        cells[row : row + rows, column : column + columns] = True
    differ = (np.asarray(draw(before, grid).rgba()) != np.asarray(drawn)).any(axis=2)
    assert np.array_equal(cells, differ.reshape(15, 20, 40, 10).any(axis=(1, 3)))


def test_a_hidden_class_is_not_drawn() -> None:
    classes = painted(ClassMap.blank(SIZE, NAMES), [(60, 45, 30, 2)])
    assert draw((Layers(classes, ("#e69f00", "", "#009e73")),), Grid(VIEW)).empty
    assert not draw((Layers(classes, COLOURS),), Grid(VIEW)).empty
