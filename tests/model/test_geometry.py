"""Outlines, curves, blocks and what is measured on them."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.model import geometry as g
from tui.model import measure, spline
from tui.model.cuboid import completed, corner_hidden, corner_put, from_front
from tui.model.even_odd import rings_iou
from tui.model.shapes import Box, Cuboid, Polygon, Polyline, Spline

coordinate = st.floats(-500, 500, allow_nan=False).map(lambda x: round(x, 3))
point = st.tuples(coordinate, coordinate)
some = st.lists(point, min_size=2, max_size=7)


@given(some, st.booleans(), st.sampled_from(["catmull-rom", "bezier"]), st.sampled_from([0.05, 0.25, 2.0]))
def test_flattening_stays_within_its_tolerance(
    points: list[g.Point], closed: bool, curve: str, tolerance: float
) -> None:
    shape = Spline(tuple(points), "bezier" if curve == "bezier" else "catmull-rom", closed)
    flat = spline.flattened(shape, tolerance)
    ring = [*flat, flat[0]] if closed else list(flat)
    lines = list(itertools.pairwise(ring)) or [(flat[0], flat[0])]
    for stretch in spline.stretches(shape):
        for step in range(21):
            at = spline.point_at(stretch, step / 20)
            assert min(g.nearest_on(at, a, b)[1] for a, b in lines) <= tolerance + 1e-6


@given(some)
def test_a_catmull_rom_curve_goes_through_its_points(points: list[g.Point]) -> None:
    flat = spline.flattened(Spline(tuple(points)))
    for p in points:
        assert min(math.dist(p, q) for q in flat) < 1e-9


@given(some, st.booleans())
def test_a_curve_is_the_same_through_bezier_points(points: list[g.Point], closed: bool) -> None:
    shape = Spline(tuple(points), closed=closed)
    assume(len(spline.stretches(shape)) > 0)
    for a, b in zip(spline.flattened(shape), spline.flattened(spline.as_bezier(shape)), strict=True):
        assert a == pytest.approx(b)


@given(st.builds(Box, coordinate, coordinate, st.floats(1, 300), st.floats(1, 300), st.floats(-720, 720)))
def test_turning_keeps_area_and_middle(box: Box) -> None:
    corners = measure.box_corners(box)
    assert g.ring_area(corners) == pytest.approx(measure.area(box), rel=1e-9)
    middle = tuple(sum(c) / 4 for c in zip(*corners, strict=True))
    assert middle == pytest.approx((box.x + box.width / 2, box.y + box.height / 2))


@given(point, point, st.floats(-360, 360))
def test_turning_there_and_back(p: g.Point, middle: g.Point, degrees: float) -> None:
    assert g.rotated(g.rotated(p, middle, degrees), middle, -degrees) == pytest.approx(p)


def test_a_quarter_turn_is_clockwise_on_the_screen() -> None:
    assert g.rotated((10, 0), (0, 0), 90) == (0, 10)


def test_a_turned_box_has_the_corners_that_other_tools_give_it() -> None:
    corners = measure.box_corners(Box(100, 200, 80, 40, 30))
    expected = [(115.359, 182.679), (184.641, 222.679), (164.641, 257.321), (95.359, 217.321)]
    for found, wanted in zip(corners, expected, strict=True):
        assert found == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize(
    ("ring", "found"),
    [
        ([(0, 0), (10, 0), (10, 10), (0, 10)], None),
        ([(0, 0), (10, 10), (10, 0), (0, 10)], (0, 2)),
        ([(0, 0), (10, 0), (10, 10)], None),
        ([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)], None),
        ([(0, 0), (10, 0), (5, 0), (5, 5)], (0, 2)),
        ([(0, 0), (0, 0), (10, 10), (10, 0), (0, 10)], (1, 3)),
    ],
)
def test_where_an_outline_crosses_itself(ring: list[g.Point], found: tuple[int, int] | None) -> None:
    assert g.crossing(ring) == found


def test_a_hole_is_outside() -> None:
    shape = Polygon(((0, 0), (30, 0), (30, 30), (0, 30)), (((10, 10), (20, 10), (20, 20), (10, 20)),))
    assert measure.area(shape) == 800
    assert measure.hit(shape, (5, 5))
    assert not measure.hit(shape, (15, 15))


def test_lines_are_hit_from_nearby() -> None:
    line = Polyline(((0, 0), (100, 0)))
    assert measure.hit(line, (50, 3), within=4)
    assert not measure.hit(line, (50, 5), within=4)


@given(st.builds(Box, coordinate, coordinate, st.floats(5, 300), st.floats(5, 300)),
       st.builds(Box, coordinate, coordinate, st.floats(5, 300), st.floats(5, 300)))  # fmt: skip
def test_overlap_by_level_lines_is_that_of_boxes(a: Box, b: Box) -> None:
    exact = measure.iou(a, b)
    assert measure.iou(b, a) == exact
    sampled = rings_iou(measure.rings_of(a), measure.rings_of(b))
    assert sampled == pytest.approx(exact, abs=0.03)
    assert measure.iou(a, a) == pytest.approx(1)


def test_area_far_from_the_origin_keeps_its_digits() -> None:
    assert g.ring_area([(1e6 + x, 1e6 + y) for x, y in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))]) == (
        pytest.approx(0.01, rel=1e-6)
    )


FRONT = ((0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (0.0, 80.0))


def test_corners_behind_the_front_are_estimated() -> None:
    block = from_front(FRONT, (30, -20))
    assert block.corners[5] == (130, -20)
    assert block.estimated == (False,) * 7 + (True,)


@given(st.tuples(coordinate, coordinate), st.sets(st.integers(0, 7), max_size=3))
def test_missing_corners_of_a_parallel_block_are_found(depth: g.Point, missing: set[int]) -> None:
    block = from_front(FRONT, depth)
    again = completed([None if i in missing else c for i, c in enumerate(block.corners)])
    assert again is not None
    for found, true in zip(again.corners, block.corners, strict=True):
        assert found == pytest.approx(true)
    assert {i for i, flag in enumerate(again.estimated) if flag} == missing


def test_too_few_corners_are_no_block() -> None:
    assert completed([(0, 0), (1, 0), None, None, None, None, None, None]) is None


def test_a_corner_that_is_put_counts_as_seen_and_the_estimated_follow() -> None:
    block = corner_put(from_front(FRONT, (30, -20)), 4, (35, -25))
    assert block.corners[4] == (35, -25)
    assert block.estimated[7] and block.corners[7] != (30, 60)
    seen = corner_put(block, 7, (33, 55))
    assert not any(seen.estimated)
    assert seen.corners[7] == (33, 55)
    assert corner_hidden(seen, 7).estimated[7]


def test_a_block_covers_its_hull() -> None:
    block = Cuboid(from_front(FRONT, (30, -20)).corners)
    assert measure.bounds(block) == (0, -20, 130, 100)
    assert measure.area(block) == 100 * 80 + 30 * 80 + 100 * 20
