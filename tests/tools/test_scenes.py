"""The demo pictures drawn by keys alone, compared with what is known of them."""

from __future__ import annotations

import pytest

from tests.tools import plans
from tests.tools.hands import line_keys, type_
from tests.tools.plans import PICTURES, PIXEL, Picture, begun
from tui.model import rle
from tui.model.geometry import box_iou
from tui.model.measure import bounds
from tui.model.shapes import Cuboid, Mask, Spline


@pytest.mark.parametrize("picture", PICTURES, ids=[p["image"] for p in PICTURES])
def test_the_true_boxes(picture: Picture) -> None:
    start = begun(picture, sorted({box["label"] for box in picture["boxes"]}))
    found = type_(start, plans.boxes(start, picture))
    assert [shape.label for shape in found.shapes] == [entry["label"] for entry in picture["boxes"]]
    for shape, entry in zip(found.shapes, picture["boxes"], strict=True):
        box = (entry["x"], entry["y"], entry["width"], entry["height"])
        assert all(abs(a - b) <= 2 * PIXEL for a, b in zip(bounds(shape), box, strict=True))
        assert box_iou(bounds(shape), box) > 0.85


def test_a_lane_as_a_spline() -> None:
    picture = next(p for p in PICTURES if p.get("lane"))
    lane, start = plans.lane_of(picture), begun(picture, ["lane"])
    found = type_(start, line_keys(start, "s", lane)).shape
    assert isinstance(found, Spline)
    assert plans.lane_error(lane, found) <= PIXEL


def test_a_partly_hidden_car_as_a_block_corner_by_corner() -> None:
    picture, corners = plans.hidden_car()
    start = begun(picture, ["car"])
    found = type_(start, plans.block(start, corners, "1"), pause=0.2).shape
    assert isinstance(found, Cuboid) and found.occluded
    for one, true in zip(found.corners, corners, strict=True):
        assert abs(one[0] - true[0]) <= PIXEL and abs(one[1] - true[1]) <= PIXEL


def test_a_street_of_four_classes_as_a_mask() -> None:
    """By outlines with a point every 24 columns, 12 for the cars, most pixels are right."""
    picture = next(p for p in PICTURES if p.get("masks"))
    start = begun(picture, [mask["label"] for mask in picture["masks"]])
    found = type_(start, plans.street(start, picture))
    masks = {mask.label: mask.runs for mask in found.shapes if isinstance(mask, Mask)}
    assert sum(rle.area(runs) for runs in masks.values()) == picture["width"] * picture["height"]
    for name, runs in plans.truth(picture).runs().items():
        assert plans.overlap(masks[name], runs) > 0.8, name
