"""The demo pictures drawn by keys alone, compared with what is known of them."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tools.hands import aim, box_keys, editor, line_keys, type_
from tui.model import class_map as cm
from tui.model import rle
from tui.model.geometry import Point, box_iou, nearest_on
from tui.model.measure import bounds
from tui.model.project import Label
from tui.model.shapes import Cuboid, Mask, Spline
from tui.model.spline import flattened
from tui.tools.state import Editor

FOLDER = Path(__file__).parents[2] / "demo_images"
PICTURES: list[dict[str, Any]] = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))[
    "pictures"
]
PIXEL = 0.75
"""Half a pixel each way, and rounding: as far as the crosshair's arrows come."""


def begun(picture: dict[str, Any], names: Sequence[str]) -> Editor:
    start = editor(picture["width"], picture["height"])
    labels = tuple(Label(name, name, "#e69f00") for name in names)
    return replace(start, rules=replace(start.rules, labels=labels), label=names[0])


@pytest.mark.parametrize("picture", PICTURES, ids=[p["image"] for p in PICTURES])
def test_the_true_boxes(picture: dict[str, Any]) -> None:
    names = sorted({box["label"] for box in picture["boxes"]})
    found = begun(picture, names)
    truth = [(b["x"], b["y"], b["width"], b["height"]) for b in picture["boxes"]]
    digits = {label.name: str(n) for n, label in enumerate(found.rules.labels, 1)}
    for box, entry in zip(truth, picture["boxes"], strict=True):
        found = type_(found, box_keys(found, box, digits[entry["label"]]))
    assert [shape.label for shape in found.shapes] == [entry["label"] for entry in picture["boxes"]]
    for shape, box in zip(found.shapes, truth, strict=True):
        assert all(abs(a - b) <= 2 * PIXEL for a, b in zip(bounds(shape), box, strict=True))
        assert box_iou(bounds(shape), box) > 0.85


def test_a_lane_as_a_spline() -> None:
    picture = next(p for p in PICTURES if p.get("lane"))
    lane = [(x, y) for x, y in picture["lane"] if 0 <= x <= picture["width"] and 0 <= y <= picture["height"]]
    start = begun(picture, ["lane"])
    found = type_(start, line_keys(start, "s", lane)).shape
    assert isinstance(found, Spline)
    curve = flattened(found)
    for point in lane:
        assert min(nearest_on(point, a, b)[1] for a, b in itertools.pairwise(curve)) <= PIXEL


def test_a_partly_hidden_car_as_a_block_corner_by_corner() -> None:
    picture, car = next(
        (p, b) for p in PICTURES for b in p["boxes"]
        if b["occluded"] and "corners" in b
        and all(0 <= x <= p["width"] and 0 <= y <= p["height"] for x, y in b["corners"])
    )  # fmt: skip
    corners: list[Point] = [(x, y) for x, y in car["corners"]]
    found = begun(picture, ["car"])
    keys = ["k", *aim(found, corners[0]), "enter", *aim(found, corners[2]), "enter"]
    found = type_(found, [*keys, *aim(found, corners[5]), "enter", "o"])
    # `w` goes whole, front, back, then corner by corner; the arrows put each where it belongs.
    found = type_(found, ["w", "w"])
    for corner in range(8):
        found = type_(found, "w")
        assert isinstance(found.shape, Cuboid)
        at = found.shape.corners[corner]
        for axis, less, more in ((0, "left", "right"), (1, "up", "down")):
            steps = round(corners[corner][axis] - at[axis])
            found = type_(found, [more if steps > 0 else less] * abs(steps), pause=0.2)
    block = found.shape
    assert isinstance(block, Cuboid) and block.occluded
    for one, true in zip(block.corners, corners, strict=True):
        assert abs(one[0] - true[0]) <= PIXEL and abs(one[1] - true[1]) <= PIXEL


def envelope(spans: Sequence[cm.Span], step: int) -> list[Point]:
    """An outline of a region from the first and last pixel of every `step`-th column."""
    columns: dict[int, tuple[int, int]] = {}
    for column, top, bottom in spans:
        before = columns.get(column, (top, bottom))
        columns[column] = (min(before[0], top), max(before[1], bottom))
    chosen = [c for i, c in enumerate(sorted(columns)) if i % step == 0 or i == len(columns) - 1]
    upper: list[Point] = [(c, columns[c][0]) for c in chosen]
    return [*upper, *((c, columns[c][1]) for c in reversed(chosen))]


def test_a_street_of_four_classes_as_a_mask() -> None:
    """Sky and road by outline, vehicles over them, the rest of the picture is buildings: most pixels are right."""
    picture = next(p for p in PICTURES if p.get("masks"))
    names = [mask["label"] for mask in picture["masks"]]
    size = (picture["height"], picture["width"])
    truth = cm.from_runs(size, [(m["label"], rle.unpack(m["counts"])) for m in picture["masks"]])
    found = begun(picture, names)
    for name in ("sky", "road"):
        spans = list(cm.spans_of(truth.runs()[name], size[0]))
        found = type_(found, line_keys(found, "g", envelope(spans, 24), str(names.index(name) + 1)))
        middle = sorted(spans)[len(spans) // 2]
        inner = (middle[0] + 0.5, (middle[1] + middle[2]) / 2)
        found = type_(found, ["m", *aim(found, inner), "P", "escape"])
    rest = names.index("building")
    found = type_(found, ["m", *["tab"] * ((rest - names.index(found.label)) % len(names)), "R", "escape"])
    masks = {m.label: m.runs for m in found.shapes if isinstance(m, Mask)}
    assert sum(rle.area(runs) for runs in masks.values()) == size[0] * size[1]
    for name in ("sky", "road"):
        both = rle.common(masks[name], truth.runs()[name])
        assert both / (rle.area(masks[name]) + rle.area(truth.runs()[name]) - both) > 0.8, name
