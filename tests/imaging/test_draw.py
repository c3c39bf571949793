"""Scenes as pixels: edges where the shapes say, tiles that join, and nothing sent again that did not change."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging.areas import SampleCache, sampled
from tui.imaging.changes import OverlayTiles, changed_boxes, changed_marks, rectangles
from tui.imaging.draw import TILE, composite, draw, sprite, tiles
from tui.imaging.ink import contrast, ink_on, rgb
from tui.imaging.outline import Grid, casing_boxes, filled_boxes
from tui.imaging.overlay import Inks
from tui.imaging.viewport import Viewport
from tui.model.project_file import PALETTE
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Scene, Text

VIEW = Viewport.fit((1000, 760), (1000, 760), (10.0, 20.0))
GRID = Grid(VIEW)
RED, BLUE = "#d55e00", "#0072b2"


def mask(grid: Grid, *marks: Mark) -> np.ndarray:
    """Where the marks' own colours are."""
    layer = draw(tuple(marks), grid)
    colours = np.array([rgb(mark.colour) for mark in marks if not isinstance(mark, Layers | Ruler)])
    own = (layer.palette[:, None, :3] == colours[None]).all(axis=2).any(axis=1) & (layer.palette[:, 3] > 0)
    found: np.ndarray = own[layer.indices]
    return found


def inked(grid: Grid, *marks: Mark) -> np.ndarray:
    """Where anything is drawn."""
    return draw(tuple(marks), grid).indices > 0


def box_of(drawn: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_an_edge_of_two_pixels_lies_on_both_sides_of_where_the_box_ends() -> None:
    drawn = mask(GRID, Frame(100, 50, 250, 200, RED))
    assert box_of(drawn) == (99, 49, 351, 251)
    assert drawn[49:51, 99:351].all() and drawn[249:251, 99:351].all()
    assert drawn[49:251, 99:101].all() and drawn[49:251, 349:351].all()
    assert not drawn[51:249, 101:349].any()
    assert drawn.sum() == 2 * 2 * 252 + 2 * 2 * (202 - 4)


def test_an_edge_of_one_pixel_lies_inside() -> None:
    drawn = mask(GRID, Frame(100, 50, 250, 200, RED, thick=1))
    assert box_of(drawn) == (100, 50, 350, 250)
    assert not drawn[51:249, 101:349].any()


@given(st.floats(-200, 1200), st.floats(-200, 900), st.floats(0, 500), st.floats(0, 500), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_rules_are_the_drawing(x: float, y: float, width: float, height: float, thick: int) -> None:
    marks = (Frame(x, y, width, height, RED, thick), Handle((x, y), BLUE, strong=True), Cross((x, y), RED))
    drawn = np.zeros((760, 1000), dtype=bool)
    for mark in marks:
        for rule in (*casing_boxes(mark, GRID), *(filled_boxes(mark, GRID) or ())):
            left, top, right, bottom = rule.box
            assert 0 <= left < right <= 1000 and 0 <= top < bottom <= 760
            drawn[top:bottom, left:right] = True
    assert np.array_equal(drawn, inked(GRID, *marks))


def test_a_box_has_four_rules_and_its_edges_do_not_overlap() -> None:
    found = filled_boxes(Frame(100, 50, 250, 200, RED), GRID) or ()
    assert len(found) == 4
    area = sum((r.box[2] - r.box[0]) * (r.box[3] - r.box[1]) for r in found)
    assert area == mask(GRID, Frame(100, 50, 250, 200, RED)).sum()


@pytest.mark.parametrize(
    "mark",
    [Frame(100, 50, 250, 200, RED, dashed=True), Path(((100.0, 50.0), (400.0, 300.0)), RED, dashed=True)],
)
def test_dashed_lines_have_gaps_on_the_same_line(mark: Frame | Path) -> None:
    full = Frame(100, 50, 250, 200, RED) if isinstance(mark, Frame) else Path(mark.points, RED)
    dashes, line = mask(GRID, mark), mask(GRID, full)
    assert 0.4 < dashes.sum() / line.sum() < 0.75
    if isinstance(mark, Frame):
        assert not (dashes & ~line).any()


@pytest.mark.parametrize("thick", [1, 2, 3])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_closed_path_along_a_box_is_the_box_whichever_way_it_goes(thick: int, turn: int) -> None:
    corners = ((100.0, 50.0), (350.0, 50.0), (350.0, 250.0), (100.0, 250.0))[::turn]
    drawn = mask(GRID, Path(corners, RED, thick, closed=True))
    frame = mask(GRID, Frame(100, 50, 250, 200, RED, thick))
    if thick == 2:
        assert np.array_equal(drawn, frame)
    else:
        x0, y0, x1, y1 = box_of(drawn)
        assert (x0, y0) == box_of(frame)[:2] and (x1 - x0, y1 - y0) == (250 + thick, 200 + thick)


def test_handles_are_squares_around_their_point_and_the_strong_one_is_hollow() -> None:
    layer = draw((Handle((100, 100), RED), Handle((200, 100), RED, strong=True)), GRID)
    assert box_of(layer.indices[:, :150] > 0) == (96, 96, 105, 105)
    colours = layer.palette[layer.indices]
    assert tuple(colours[100, 100, :3]) == rgb(RED)
    assert tuple(colours[100, 200, :3]) == rgb(ink_on(RED)) and tuple(colours[95, 195, :3]) == rgb(RED)


def test_the_cross_spans_the_visible_part_of_the_picture_only() -> None:
    view = Viewport.fit((500, 760), (1000, 760), (10.0, 20.0))
    drawn = mask(Grid(view), Cross((250, 380), RED))
    assert box_of(drawn) == (250, 0, 750, 760)
    assert drawn[380, 250:750].all() and drawn[:, 500].all() and drawn.sum() == 500 + 760 - 1
    assert mask(Grid(view), Cross((500, 760), RED))[759, 749]


@pytest.mark.parametrize("zoom", [1.0, 2.5, 8.0, 32.0])
def test_a_box_encloses_the_pixels_it_names_at_every_zoom(zoom: float) -> None:
    view = Viewport.fit((1000, 760), (1000, 760), (10.0, 20.0)).zoomed(zoom, (400, 300))
    frame = Frame(398, 299, 4, 3, RED, thick=1)
    x0, y0, x1, y1 = box_of(mask(Grid(view), frame))
    left, top = view.to_canvas(398, 299)
    right, bottom = view.to_canvas(402, 302)
    assert (x0, y0, x1, y1) == (round(left), round(top), round(right), round(bottom))


def test_what_fills_a_higher_shape_hides_no_outline_below_it() -> None:
    box = Frame(100, 100, 100, 80, BLUE)
    around = Path(((50.0, 50.0), (300.0, 50.0), (300.0, 300.0), (50.0, 300.0)), RED, closed=True, fill=0.3)
    inks = Inks()
    alone, both = (draw(scene, GRID, inks=inks).indices for scene in ((box,), (box, around)))
    assert (both[alone > 0] == alone[alone > 0]).all()


def test_a_filled_polygon_is_tinted_inside_and_solid_at_its_edge() -> None:
    triangle = Path(((100.0, 100.0), (300.0, 100.0), (100.0, 300.0)), RED, closed=True, fill=0.5)
    colours = draw((triangle,), GRID).rgba()
    assert colours.getpixel((150, 150)) == (*rgb(RED), 128)
    assert colours.getpixel((200, 100)) == (*rgb(RED), 255)
    assert colours.getpixel((290, 290)) == (0, 0, 0, 0)
    closing = colours.getpixel((100, 200))
    assert closing == (*rgb(RED), 255)


def test_over_a_picture_opaque_marks_replace_and_tints_mix() -> None:
    picture = Image.new("RGB", (1000, 760), (100, 100, 100))
    scene: Scene = (
        Path(((0.0, 0.0), (500.0, 0.0), (500.0, 500.0), (0.0, 500.0)), "#c80000", closed=True, fill=0.5),
        Frame(600, 600, 50, 50, BLUE),
    )
    done = composite(picture, scene, GRID)
    assert done.getpixel((250, 250)) == (150, 50, 50)
    assert done.getpixel((600, 610)) == rgb(BLUE)
    assert done.getpixel((700, 300)) == (100, 100, 100)
    part = composite(picture.crop((240, 240, 640, 640)), scene, GRID, (240, 240))
    assert np.array_equal(np.asarray(part), np.asarray(done.crop((240, 240, 640, 640))))
    assert picture.getpixel((250, 250)) == (100, 100, 100)


def test_on_half_blocks_a_line_is_one_half_cell_wide_and_lies_where_the_picture_does() -> None:
    grid = Grid.of_blocks(VIEW)
    assert grid.size == (100, 76)
    drawn = mask(grid, Frame(100, 50, 250, 200, RED))
    assert box_of(drawn) == (10, 5, 35, 25)
    assert drawn.sum() == 2 * 25 + 2 * 18
    image = Image.new("RGBA", (100, 76), (9, 9, 9, 0))
    over = composite(image, (Frame(100, 50, 250, 200, RED),), grid)
    assert over.getpixel((10, 5)) == (*rgb(RED), 255) and over.getpixel((11, 6)) == (9, 9, 9, 0)
    assert over.getpixel((9, 4)) != (9, 9, 9, 0)


def test_handles_on_half_blocks_lie_on_both_sides_of_their_edge() -> None:
    grid = Grid.of_blocks(VIEW)
    for x in (100, 350):
        layer = draw((Handle((x, 50), RED), Handle((x, 250), RED, strong=True)), grid)
        assert box_of(layer.indices[:15] > 0) == (x // 10 - 1, 4, x // 10 + 1, 6)
        assert layer.rgba().getpixel((x // 10, 25)) == (*rgb(ink_on(RED)), 255)


# Masks


def filled(counts: tuple[int, ...], size: tuple[int, int]) -> np.ndarray:
    flat = np.repeat(np.arange(len(counts)) % 2, counts).astype(bool)
    whole = np.zeros(size[0] * size[1], dtype=bool)
    whole[: len(flat)] = flat
    return whole.reshape(size[1], size[0]).T


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_sampling_is_the_filled_mask_at_the_samples(data: st.DataObject) -> None:
    size = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    counts: list[int] = []
    left = size[0] * size[1]
    while left > 0:
        run = data.draw(st.integers(0 if counts == [] else 1, left))
        counts.append(run)
        left -= run
    columns = np.array(
        sorted(data.draw(st.lists(st.integers(-2, 11), min_size=1, max_size=12))), dtype=np.intp
    )
    rows = np.array(sorted(data.draw(st.lists(st.integers(-2, 11), min_size=1, max_size=12))), dtype=np.intp)
    whole = np.zeros((size[0] + 15, size[1] + 15), dtype=bool)
    whole[3 : 3 + size[0], 3 : 3 + size[1]] = filled(tuple(counts), size)
    bits = sampled(tuple(counts), size, columns, rows)
    assert np.array_equal(bits, whole[np.ix_(rows + 3, columns + 3)])


def test_a_mask_too_short_or_too_long_for_its_size_is_drawn_as_far_as_it_goes() -> None:
    columns, rows = np.arange(4), np.arange(3)
    assert sampled((), (3, 4), columns, rows).sum() == 0
    assert sampled((2, 3), (3, 4), columns, rows).sum() == 3
    assert sampled((0, 500), (3, 4), columns, rows).all()


def test_a_tint_covers_the_pixels_of_its_mask_on_the_canvas() -> None:
    size = (76, 100)
    truth = np.zeros(size, dtype=bool)
    truth[20:40, 30:70] = True
    flat = truth.T.ravel()
    edges = np.flatnonzero(np.diff(flat.astype(np.int8))) + 1
    counts = tuple(np.diff(np.concatenate(([0], edges, [flat.size]))).tolist())
    view = Viewport((100, 76), (1000, 760), (10.0, 20.0), 1.25, (50.0, 38.0))
    drawn = mask(Grid(view), Area(size, counts, RED))
    assert view.scale == 10
    assert np.array_equal(drawn, np.kron(truth, np.ones((10, 10), dtype=bool)))


def test_samples_are_kept_by_identity() -> None:
    kept, samples = SampleCache(limit=1), np.arange(3)
    counts = (2, 7)
    first = kept.get(counts, (3, 3), samples, samples)
    assert kept.get(counts, (3, 3), samples, samples) is first
    kept.get((0, 9), (3, 3), samples, samples)
    assert kept.get(counts, (3, 3), samples, samples) is not first


# Tiles, sprites, what changed


def marks(seed: int, count: int) -> Scene:
    dice = random.Random(seed)
    found: list[Mark] = []
    for _ in range(count):
        x, y = dice.uniform(-100, 1000), dice.uniform(-100, 760)
        colour = dice.choice(PALETTE)
        points = tuple(
            (x + dice.uniform(0, 200), y + dice.uniform(0, 200)) for _ in range(dice.randint(1, 6))
        )
        kind = dice.randrange(3)
        if kind == 0:
            size = dice.uniform(0, 300), dice.uniform(0, 300)
            found.append(Frame(x, y, *size, colour, dashed=dice.random() < 0.3))
        elif kind == 1:
            found.append(Path(points, colour, closed=dice.random() < 0.5, fill=dice.choice([0.0, 0.4])))
        else:
            found.append(Handle((x, y), colour, strong=dice.random() < 0.5))
    return tuple(found)


@given(st.integers(0, 10**6), st.integers(0, 8))
@settings(max_examples=25, deadline=None)
def test_tiles_join_to_the_whole(seed: int, count: int) -> None:
    scene = marks(seed, count)
    whole, joined = draw(scene, GRID).rgba(), Image.new("RGBA", GRID.size)
    for (left, top), layer in tiles(scene, GRID).items():
        assert (layer.left, layer.top) == (left, top) and left % TILE == 0 and top % TILE == 0
        joined.paste(Image.open(io.BytesIO(layer.png())).convert("RGBA"), (left, top))
    assert np.array_equal(np.asarray(joined), np.asarray(whole))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(0, 4))
@settings(max_examples=15, deadline=None)
def test_a_sheet_that_changes_is_the_sheet_drawn_anew(seeds: list[int], shared: int) -> None:
    sheet = OverlayTiles()
    for seed in seeds:
        scene = (*marks(7, shared), *marks(seed, 3))
        wanted = tiles(scene, GRID)
        found = sheet.tiles(scene, GRID)
        assert {at: tile.key for at, tile in found.items()} == {at: tile.key for at, tile in wanted.items()}
    zoomed = Grid(VIEW.zoomed(2))
    assert {at: t.key for at, t in sheet.tiles(scene, zoomed).items()} == {
        at: t.key for at, t in tiles(scene, zoomed).items()
    }


def test_a_sheet_keeps_the_tiles_that_a_change_does_not_reach() -> None:
    sheet = OverlayTiles()
    left, right = Path(((10.0, 10.0), (90.0, 90.0)), RED), Path(((700.0, 600.0), (740.0, 700.0)), BLUE)
    before = sheet.tiles((left, right), GRID)
    after = sheet.tiles((replace(left, colour=BLUE), right), GRID)
    assert set(before) == set(after)
    assert {at for at in before if before[at] is not after[at]} == {(0, 0)}


def test_moving_a_vertex_changes_few_tiles() -> None:
    circle = [(500 + 200 * np.cos(a), 380 + 200 * np.sin(a)) for a in np.linspace(0, 6.2, 60)]
    before = tiles((Path(tuple(circle), RED, closed=True),), GRID)
    circle[15] = (circle[15][0] + 3, circle[15][1] + 2)
    after = tiles((Path(tuple(circle), RED, closed=True),), GRID)
    changed = [at for at in after if at not in before or before[at].key != after[at].key]
    assert 1 <= len(changed) <= 2
    assert sum(len(after[at].png()) for at in changed) * 4 / 3 < 1000


def test_keys_tell_pixels_apart_and_not_places_or_palette_order() -> None:
    first = sprite((Frame(100, 100, 50, 40, RED),), GRID)
    moved = sprite((Frame(207, 300, 50, 40, RED),), GRID)
    other = sprite((Frame(100, 100, 51, 40, RED),), GRID)
    assert first and moved and other
    assert first.key == moved.key != other.key
    assert (moved.left, moved.top, *moved.indices.shape) == (205, 298, 44, 54)
    both = (Frame(100, 100, 50, 40, RED), Frame(105, 105, 20, 20, BLUE))
    inks = Inks()
    inks.index(BLUE)
    again = draw(both, GRID, (98, 98, 152, 142), inks)
    whole = sprite(both, GRID)
    assert whole and again.key == whole.key and not np.array_equal(again.indices, whole.indices)


def test_a_sprite_of_a_box_is_light() -> None:
    found = sprite(
        (Frame(100, 100, 250, 200, RED), *[Handle((x, y), RED) for x in (100, 350) for y in (100, 300)]), GRID
    )
    assert found is not None and len(found.png()) * 4 / 3 < 300
    assert sprite((Frame(5000, 100, 50, 40, RED),), GRID) is None
    assert sprite((Text((5, 5), "cat", RED),), GRID) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=12, deadline=None)
def test_changed_cells_are_exactly_those_that_differ(seed: int, other: int, shared: int, count: int) -> None:
    common = marks(seed, shared)
    old, new = (*common, *marks(other, count)), (*marks(other + 1, count), *common)
    for view in (VIEW, Viewport.fit((800, 600), (963, 722), (9.63, 19.0))):
        grid = Grid(view)
        columns, rows = round(view.canvas[0] / view.cell[0]), round(view.canvas[1] / view.cell[1])
        differs = np.any(np.asarray(draw(old, grid).rgba()) != np.asarray(draw(new, grid).rgba()), axis=2)
        wanted = np.zeros((rows, columns), dtype=bool)
        for row in range(rows):
            for column in range(columns):
                x, y = (round(at * size) for at, size in zip((column, row), view.cell, strict=True))
                x1, y1 = round((column + 1) * view.cell[0]), round((row + 1) * view.cell[1])
                wanted[row, column] = differs[y:y1, x:x1].any()
        found = np.zeros_like(wanted, dtype=int)
        for column, row, wide, high in changed_boxes(old, new, view):
            found[row : row + high, column : column + wide] += 1
        assert np.array_equal(found, wanted.astype(int))


def test_a_nudged_box_changes_the_cells_of_its_edges_only() -> None:
    before, after = Frame(100, 100, 250, 200, RED), Frame(101, 100, 250, 200, RED)
    cells = changed_boxes((before,), (after,), VIEW)
    assert 0 < sum(wide * high for *_, wide, high in cells) < 80
    assert changed_boxes((before,), (before,), VIEW) == []
    assert changed_boxes((), (Text((5, 5), "cat", RED),), VIEW) == []


def test_changed_marks() -> None:
    a, b, c, d = (Handle((n, n), RED) for n in range(4))
    assert changed_marks((a, b, c), (a, d, c)) == [b, d]
    assert changed_marks((a, b), (a, b)) == []
    assert set(changed_marks((a, b, c), (c, b, a))) == {a, b, c}
    assert changed_marks((a, b), (a, b, c)) == [c]
    assert changed_marks((a, b, c, d), (a, d)) == [b, c]


@given(st.integers(0, 10**6))
def test_rectangles_cover_true_cells_once(seed: int) -> None:
    cells = np.random.default_rng(seed).random((6, 8)) < 0.6
    found = np.zeros(cells.shape, dtype=int)
    for column, row, wide, high in rectangles(cells):
        found[row : row + high, column : column + wide] += 1
    assert np.array_equal(found, cells.astype(int))


def test_text_on_every_default_colour_can_be_read() -> None:
    for colour in PALETTE:
        assert contrast(colour, ink_on(colour)) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_text_on_any_colour_can_be_read(colour: int) -> None:
    assert contrast(f"#{colour:06x}", ink_on(f"#{colour:06x}")) >= 4.5


def test_marks_that_are_no_numbers_or_far_away_draw_nothing_and_break_nothing() -> None:
    nowhere = float("nan"), float("inf")
    scene: Scene = (
        Path((nowhere, (1.0, 1.0)), RED),
        Path((), RED),
        Path(((1e12, 5.0), (2e12, 900.0)), RED, closed=True, fill=0.5, dashed=True),
        Frame(1e12, 1e12, 5, 5, RED),
        Handle((-1e12, 4), RED),
    )
    assert draw(scene, GRID).empty
    assert composite(scenery(40, 30), scene, GRID).size == (40, 30)


def test_more_colours_than_a_palette_holds_are_still_drawn() -> None:
    scene = tuple(Handle((n % 30 * 30 + 10, n // 30 * 30 + 10), f"#{n:06x}") for n in range(300))
    layer = draw(scene, GRID)
    assert (layer.indices > 0).sum() == 300 * 81 and len(layer.palette) == 256
