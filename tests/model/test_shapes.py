"""Shapes as JSON and back, and what is kept when it makes no sense."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import rle
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown, json_of, shape_of

number = st.floats(-1e5, 1e5, allow_nan=False)
point = st.tuples(number, number)
points = st.lists(point, min_size=1, max_size=6).map(tuple)
side = st.floats(0, 1e5, allow_nan=False)
common = {
    "id": st.integers(1, 99) | st.text(max_size=4),
    "label": st.text(max_size=5),
    "attributes": st.dictionaries(st.text(max_size=4), st.booleans() | number | st.text(max_size=4), max_size=3),
    "occluded": st.booleans(),
    "truncated": st.booleans(),
    "z": st.integers(-5, 5),
    "extra": st.dictionaries(st.sampled_from(["score", "source"]), number, max_size=2),
}  # fmt: skip
mask = st.builds(
    lambda height, width, cells, **rest: Mask(
        (height, width), rle.pack(runs_of((cells * 64)[: height * width])), **rest
    ),
    st.integers(1, 8), st.integers(1, 8), st.lists(st.booleans(), min_size=1), **common,
)  # fmt: skip
shape = (
    st.builds(Box, number, number, side, side, number, **common)
    | st.builds(Polygon, points, st.lists(points, max_size=2).map(tuple), **common)
    | st.builds(Polyline, points, **common)
    | st.builds(Spline, points, st.sampled_from(["catmull-rom", "bezier"]), st.booleans(), **common)
    | st.builds(
        Cuboid, st.tuples(*[point] * 8), st.tuples(*[st.booleans()] * 8), **common
    )
    | mask
)  # fmt: skip


def runs_of(cells: list[bool]) -> list[int]:
    runs, value = [0], False
    for cell in cells:
        if cell is not value:
            runs.append(0)
            value = cell
        runs[-1] += 1
    return runs


@given(shape)
def test_every_shape_comes_back_from_its_json_exactly(value: Shape) -> None:
    text = json.dumps(json_of(value))
    assert shape_of(json.loads(text)) == value


def test_members_are_those_of_the_contract() -> None:
    assert json_of(Box(1, 2, 3, 4, id=7, label="cat")) == {
        "id": 7, "kind": "box", "label": "cat", "attributes": {}, "occluded": False, "truncated": False,
        "x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0.0,
    }  # fmt: skip


KEPT: list[tuple[dict[str, Any], str]] = [
    ({"kind": "ellipse", "id": 3, "label": "cat", "cx": 1}, "has the kind 'ellipse'"),
    ({"kind": "box", "x": math.nan, "y": 0, "width": 1, "height": 1}, "has x nan, which lies on no picture"),
    ({"kind": "box", "x": 0, "y": math.inf, "width": 1, "height": 1}, "has y inf"),
    ({"kind": "box", "x": 0, "y": 0, "width": -1, "height": 1}, "has width -1"),
    ({"kind": "box", "x": 0, "y": 0, "width": 1}, "has no height"),
    ({"kind": "box", "x": "0", "y": 0, "width": 1, "height": 1}, "has x '0', which is no number"),
    ({"kind": "polygon", "points": [[0, 1], [2]]}, "has points with [2]"),
    ({"kind": "polygon", "points": []}, "has points that are no list of at least 1"),
    ({"kind": "spline", "points": [[0, 1]], "curve": "nurbs"}, "has the curve 'nurbs'"),
    ({"kind": "cuboid", "corners": [[0, 0]] * 7}, "has corners that are no list of at least 8"),
    ({"kind": "mask", "size": [2, 3], "counts": [5]}, "has runs over 5 pixels, 3 x 2 pixels are 6"),
    ({"kind": "mask", "size": [2, 3], "counts": "~"}, "has counts that cannot be read"),
    ({"kind": "mask", "size": [2, 3], "counts": [7, -1]}, "has a run of -1 pixels"),
    ({"kind": "box", "label": 5, "x": 0, "y": 0, "width": 1, "height": 1}, "has the label 5"),
    ({"kind": "polyline", "points": [[0, 1e300]]}, "which lies on no picture"),
    ({}, "has the kind ''"),
]


@pytest.mark.parametrize(("data", "problem"), KEPT)
def test_what_makes_no_sense_is_named_and_kept(data: dict[str, Any], problem: str) -> None:
    found = shape_of(data)
    assert isinstance(found, Unknown)
    assert found.problem.startswith(problem) or problem in found.problem
    assert json_of(found) == data


def test_run_lengths_as_a_list_become_text() -> None:
    found = shape_of({"kind": "mask", "label": "road", "size": [4, 5], "counts": [5, 1, 3, 2, 3, 1, 5]})
    assert isinstance(found, Mask)
    assert found.counts == "51310O2"
    assert found.runs == [5, 1, 3, 2, 3, 1, 5]
