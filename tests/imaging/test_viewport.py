"""Image, canvas and cell coordinates lead into one another at every zoom, and zoom and pan keep what they promise."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.imaging.viewport import MAX_ZOOM, Viewport

SIZES = st.one_of(
    st.tuples(st.integers(1, 8000), st.integers(1, 8000)),
    st.sampled_from([(1, 1), (20000, 1), (1, 20000), (40000, 30000), (1000, 750), (3, 2)]),
)
CANVASES = st.sampled_from(
    [(1000, 760, 10.0, 20.0), (963, 722, 9.63, 19.0), (640, 440, 8.0, 17.5), (10, 20, 10.0, 20.0)]
)
POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1))
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.2, 5), POINTS),
        st.tuples(st.just("pan"), st.floats(-2, 2), POINTS),
    ),
    max_size=6,
)


@st.composite
def views(draw: st.DrawFn) -> Viewport:
    image, (width, height, cell_width, cell_height) = draw(SIZES), draw(CANVASES)
    view = Viewport.fit(image, (width, height), (cell_width, cell_height))
    for kind, amount, (x, y) in draw(MOVES):
        if kind == "zoom":
            view = view.zoomed(amount, (x * image[0], y * image[1]))
        else:
            view = view.panned(amount, y * 2 - 1)
    return view


@given(views(), POINTS)
def test_image_to_canvas_and_back(view: Viewport, point: tuple[float, float]) -> None:
    x, y = point[0] * view.image[0], point[1] * view.image[1]
    assert view.to_image(*view.to_canvas(x, y)) == pytest.approx((x, y), abs=1e-6)
    px, py = point[0] * view.canvas[0], point[1] * view.canvas[1]
    assert view.to_canvas(*view.to_image(px, py)) == pytest.approx((px, py), abs=1e-6)


def cell_of(view: Viewport, x: float, y: float) -> tuple[int, int]:
    """The cell, column and row, in which an image point is drawn."""
    px, py = view.to_canvas(x, y)
    return int(px // view.cell[0]), int(py // view.cell[1])


@given(views(), POINTS)
def test_a_point_is_in_the_cell_that_is_drawn_over_it(view: Viewport, point: tuple[float, float]) -> None:
    x, y = point[0] * view.image[0], point[1] * view.image[1]
    px, py = view.to_canvas(x, y)
    column, row = cell_of(view, x, y)
    assert column * view.cell[0] <= px < (column + 1) * view.cell[0] + 1e-9
    assert row * view.cell[1] <= py < (row + 1) * view.cell[1] + 1e-9


@given(views())
def test_what_is_visible_is_where_it_is_placed(view: Viewport) -> None:
    x, y, width, height = view.visible
    left, top, across, down = view.placed
    assert x >= 0 and y >= 0 and width > 0 and height > 0
    assert x + width <= view.image[0] and y + height <= view.image[1]
    assert (across, down) == pytest.approx((width * view.scale, height * view.scale))
    assert left >= -1e-6 and top >= -1e-6
    assert left + across <= view.canvas[0] + 1e-6 and top + down <= view.canvas[1] + 1e-6


@given(views())
def test_nothing_of_the_outside_is_seen_that_need_not_be(view: Viewport) -> None:
    for axis in (0, 1):
        seen, start = view.visible[axis + 2], view.placed[axis]
        room = view.canvas[axis] / view.scale
        if room >= view.image[axis]:
            assert seen == view.image[axis]
            assert start == pytest.approx((view.canvas[axis] - seen * view.scale) / 2, abs=1e-6)
        else:
            assert seen == pytest.approx(room)
            assert start == pytest.approx(0, abs=1e-6)


@given(views(), POINTS, st.floats(0.1, 10))
def test_zoom_keeps_the_point_under_the_pointer(
    view: Viewport, at: tuple[float, float], factor: float
) -> None:
    x, y, width, height = view.visible
    point = x + at[0] * width, y + at[1] * height
    zoomed = view.zoomed(factor, point)
    for axis in (0, 1):
        # Where the picture is narrower than the canvas, or ends within it, it is put in the middle or to the edge.
        free = zoomed.canvas[axis] / zoomed.scale < zoomed.image[axis]
        touches = zoomed.visible[axis] < 1e-6 or sum(zoomed.visible[axis::2]) > zoomed.image[axis] - 1e-6
        if free and not touches:
            assert zoomed.to_canvas(*point)[axis] == pytest.approx(view.to_canvas(*point)[axis], abs=1e-4)
    x, y, width, height = zoomed.visible
    assert x - 1e-6 <= point[0] <= x + width + 1e-6 and y - 1e-6 <= point[1] <= y + height + 1e-6


@given(views(), st.floats(0.01, 100))
def test_zoom_stays_between_the_whole_picture_and_single_pixels(view: Viewport, factor: float) -> None:
    zoomed = view.zoomed(factor)
    assert zoomed.zoom >= 1
    assert zoomed.scale <= MAX_ZOOM * (1 + 1e-9)
    assert view.zoomed(1e9).scale == pytest.approx(MAX_ZOOM)


@given(views(), st.floats(-3, 3), st.floats(-3, 3))
def test_pan_moves_by_parts_of_the_canvas_up_to_the_edge(view: Viewport, right: float, down: float) -> None:
    moved = view.panned(right, down)
    assert moved.scale == view.scale
    for axis, way in ((0, right), (1, down)):
        wanted = view.visible[axis] + way * view.visible[axis + 2]
        max_offset = view.image[axis] - view.visible[axis + 2]
        assert moved.visible[axis] == pytest.approx(min(max(wanted, 0), max(max_offset, 0)), abs=1e-6)


@given(views(), st.floats(0.01, 0.9), st.floats(0.01, 0.9), POINTS)
def test_a_region_fills_the_canvas_but_for_a_margin(
    view: Viewport, wide: float, high: float, corner: tuple[float, float]
) -> None:
    width, height = wide * view.image[0], high * view.image[1]
    x, y = corner[0] * (view.image[0] - width), corner[1] * (view.image[1] - height)
    found = view.on(x, y, width, height)
    left, top, across, down = found.visible
    assert left <= x + 1e-6 and x + width <= left + across + 1e-6
    assert top <= y + 1e-6 and y + height <= top + down + 1e-6
    assume(found.zoom > 1 and found.scale < MAX_ZOOM * 0.999 and min(width, height) >= 1)
    assert max(
        width * found.scale / found.canvas[0], height * found.scale / found.canvas[1]
    ) == pytest.approx(1 / 1.3)


@given(views(), CANVASES)
def test_another_canvas_size_keeps_the_zoom(view: Viewport, canvas: tuple[int, int, float, float]) -> None:
    resized = view.resized(canvas[:2], canvas[2:])
    assert resized.zoom == view.zoom
    assert resized.visible[2] > 0 and resized.visible[3] > 0


@given(views(), st.tuples(st.integers(1, 4000), st.integers(1, 4000)))
def test_another_image_is_seen_as_much_larger_at_the_same_place(
    view: Viewport, image: tuple[int, int]
) -> None:
    assert view.carried(view.image, view.canvas, view.cell).visible == pytest.approx(view.visible)
    carried = view.carried(image, view.canvas, view.cell)
    assert carried.zoom == pytest.approx(min(view.zoom, max(1.0, MAX_ZOOM / carried.fit_scale)))
    assert carried == carried.panned(0, 0), "no more of the outside is seen than must be"
    assert view.zoom > 1 or carried == Viewport.fit(image, view.canvas, view.cell)


@pytest.mark.parametrize("canvas", [(1000, 760), (1000, 740), (963, 722), (337, 911), (1777, 333)])
def test_a_fitted_picture_is_visible_to_its_exact_size(canvas: tuple[int, int]) -> None:
    """The crosshair's middle and the first box's quarter are then exact numbers on every terminal."""
    view = Viewport.fit((1000, 750), canvas, (10.0, 20.0))
    assert view.visible == (0.0, 0.0, 1000.0, 750.0)


def test_fitting_enlarges_small_pictures_to_eight_at_most() -> None:
    assert Viewport.fit((1, 1), (1000, 760), (10.0, 20.0)).scale == 8
    assert Viewport.fit((1000, 750), (1000, 760), (10.0, 20.0)).scale == 1
    assert Viewport.fit((500, 100), (1000, 760), (10.0, 20.0)).scale == 2
    assert Viewport.fit((20000, 1), (1000, 760), (10.0, 20.0)).scale == 0.05


def test_fractional_cells_do_not_drift() -> None:
    view = Viewport.fit((963, 722), (963, 722), (9.63, 19.0))
    assert [cell_of(view, n * 9.63 + 0.01, 0)[0] for n in range(100)] == list(range(100))
