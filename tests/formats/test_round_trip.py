"""What a format says it carries comes back: over all kinds of shapes, within the format's own precision."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as oracle

from tests.formats import samples
from tests.formats.samples import (
    HEIGHT,
    WIDTH,
    boxes,
    cuboids,
    lines,
    masks,
    polygons,
    project,
    read,
    task,
    write,
)
from tui.formats import FORMATS, brush
from tui.formats.conversions import box_of_corners
from tui.formats.conversions import feature_of as kind_of
from tui.formats.pixels import filled, grid_of, mask_of, outlines, runs_of
from tui.formats.rules import Fidelity
from tui.model import rle
from tui.model.even_odd import inside
from tui.model.measure import box_corners, points_of
from tui.model.shapes import Box, Mask, Polygon, Shape, json_of, shapes_of

ANY = boxes() | boxes(turned=True) | polygons() | lines() | cuboids() | masks()
FEW = settings(max_examples=15, deadline=None)
MANY = settings(max_examples=60, deadline=None)
grids = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).random(np.random.default_rng(seed + 1).integers(1, 40, 2)) > 0.5
)


def back(name: str, shapes: list[Shape], variant: str | None = None) -> tuple[Shape, ...]:
    """Shapes through a format and back."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "out" / (FORMATS[name].file or "folder")
        output.parent.mkdir()
        write(name, [task(1, *shapes)], output, kind=variant)
        (record,) = read(name, output, size_of=lambda _name: (WIDTH, HEIGHT))
        return shapes_of(record.shapes)


def close(a: Shape, b: Shape, tolerance: float, members: bool = True) -> bool:
    """Whether two shapes are the same to within some pixels; `members`: attributes and marks too."""
    if type(a) is not type(b) or a.label != b.label:
        return False
    if members and (dict(a.attributes), a.occluded, a.truncated) != (
        dict(b.attributes),
        b.occluded,
        b.truncated,
    ):
        return False
    if isinstance(a, Mask) and isinstance(b, Mask):
        return (a.size, a.counts) == (b.size, b.counts)
    one, other = points_of(a), points_of(b)
    return len(one) == len(other) and np.allclose(one, other, rtol=0, atol=tolerance)


# The rules say what comes back as itself; what was approximated but kept comes back too.
CARRIERS = [
    ("coco", 1e-9, {"box", "polygon", "mask", "rotated box", "cuboid"}),
    ("cvat", 0.0151, {"box", "rotated box", "polygon", "polyline", "spline", "cuboid", "mask"}),
    ("labelme", 1e-9, {"box", "polygon", "polyline", "spline", "cuboid", "mask"}),
    ("labelstudio", 1e-9, {"box", "rotated box", "polygon", "cuboid", "mask"}),
    ("voc", 1e-9, {"box", "rotated box", "cuboid"}),
]


APART = {"yolo", "masks", "jsonl", "csv", "imagefolder"}
"""Those that hold no attributes, whole tasks, or no shapes: each has tests of its own below or in `test_golden.py`."""


def test_what_comes_back_is_tested_of_each_format() -> None:
    assert {*(name for name, _, _ in CARRIERS), *APART} == set(FORMATS)


@pytest.mark.parametrize(("name", "tolerance", "kinds"), CARRIERS)
@FEW
@given(shapes=st.lists(ANY, max_size=4))
def test_carried_shapes_come_back(name: str, tolerance: float, kinds: set[str], shapes: list[Shape]) -> None:
    wanted = [shape for shape in shapes if kind_of(shape) in kinds]
    found = back(name, wanted)
    assert len(found) == len(wanted)
    for one, other in zip(wanted, found, strict=True):
        assert close(one, other, tolerance), (one, other)


@FEW
@given(boxes(turned=True))
def test_labelme_turned_boxes_keep_their_corners(box: Box) -> None:
    (found,) = back("labelme", [box])
    assert isinstance(found, Box)
    assert np.allclose(box_corners(found), box_corners(box), atol=1e-6) or np.allclose(
        box_corners(found), box_corners(box), atol=0.06
    )


@pytest.mark.parametrize(
    ("variant", "kinds"), [("detect", {"box"}), ("obb", {"box", "rotated box"}), ("segment", {"polygon"})]
)
@FEW
@given(shapes=st.lists(boxes() | boxes(turned=True) | polygons(), max_size=4))
def test_yolo_comes_back_to_six_decimals(variant: str, kinds: set[str], shapes: list[Shape]) -> None:
    wanted = [shape for shape in shapes if kind_of(shape) in kinds]
    found = back("yolo", wanted, variant)
    assert len(found) == len(wanted)
    for one, other in zip(wanted, found, strict=True):
        if type(one) is type(other):
            assert close(one, other, 0.01, members=False), (one, other)


@FEW
@given(shapes=st.lists(ANY, max_size=5))
def test_the_native_format_is_exact(shapes: list[Shape]) -> None:
    assert back("jsonl", shapes) == shapes_of([json_of(shape) for shape in shapes])


@FEW
@given(shape=ANY, name=st.sampled_from(["coco", "cvat", "labelme", "labelstudio", "voc", "masks", "yolo"]))
def test_what_the_rules_promise_is_what_is_written(shape: Shape, name: str) -> None:
    """A kind that is carried or approximated is written as at least one shape, one that is left out as none."""
    variant = "detect" if name == "yolo" else None
    chosen = FORMATS[name].variants.get("detect", FORMATS[name])
    fidelity = chosen.rule(kind_of(shape)).fidelity
    open_curve = kind_of(shape) == "spline" and name in ("labelstudio", "masks")
    found = back(name, [shape], variant)
    if name == "masks":
        assert fidelity is not Fidelity.LEFT_OUT or not found
    else:
        assert bool(found) == (fidelity is not Fidelity.LEFT_OUT and not open_curve)


# Codecs and conversions by themselves.


@MANY
@given(grids)
def test_run_lengths_are_those_of_pycocotools(grid: NDArray[np.bool_]) -> None:
    mask = mask_of(grid)
    theirs = oracle.encode(np.asfortranarray(grid.astype(np.uint8)))
    assert mask.counts == theirs["counts"].decode()
    assert (grid_of(mask) == grid).all()
    assert rle.area(mask.runs) == oracle.area(theirs) == grid.sum()
    assert list(rle.box(mask.runs, mask.size)) == oracle.toBbox(theirs).tolist()


@MANY
@given(grids)
def test_brush_masks_come_back(grid: NDArray[np.bool_]) -> None:
    assert (brush.unpacked(brush.packed(grid), grid.shape[1], grid.shape[0]) == grid).all()


@MANY
@given(grids)
def test_outlines_filled_again_give_the_area_without_holes(grid: NDArray[np.bool_]) -> None:
    height, width = grid.shape
    again = np.zeros_like(grid)
    for ring in outlines(grid):
        again |= filled([ring], width, height)
    assert (again[grid]).all()
    # Whatever was added lies in a hole: no path of unset pixels leads from it to the border.
    outside = ~again
    assert not (outside & grid).any()
    border = np.zeros_like(grid)
    border[[0, -1], :] = border[:, [0, -1]] = True
    assert not (border & again & ~grid).any()


@MANY
@given(polygons())
@example(Polygon(((0.0, 0.0), (0.0, 2.0), (275.0, 275.0))))
def test_filling_an_outline_counts_its_area(polygon: Polygon) -> None:
    """By the middle of each pixel, as computed the slow way."""
    small = replace(polygon, points=tuple((x / 20, y / 20) for x, y in polygon.points))
    grid = filled([small.points], 32, 24)
    slow = [[inside((x + 0.5, y + 0.5), [small.points]) for x in range(32)] for y in range(24)]
    assert (grid == np.array(slow)).all()


@MANY
@given(boxes(turned=True))
def test_a_box_is_found_in_its_corners(box: Box) -> None:
    found = box_of_corners(box_corners(box), 0.05)
    assert found is not None
    assert np.allclose(box_corners(found), box_corners(box), atol=0.05)


@MANY
@given(st.lists(st.integers(0, 1), min_size=1, max_size=60))
def test_runs_add_up(bits: list[int]) -> None:
    runs = runs_of(np.array(bits, dtype=np.bool_))
    assert sum(runs) == len(bits)
    assert sum(runs[1::2]) == sum(bits)
    assert all(runs[1:])


def test_labels_of_every_script_come_back(tmp_path: Path) -> None:
    names = samples.LABELS
    shapes = [Box(n, n, 10, 10, id=n + 1, label=name) for n, name in enumerate(names)]
    its = project(*names)
    for name in (name for name in FORMATS if name != "csv"):
        apart = [replace(shape, x=20.0 * n, y=0.0) for n, shape in enumerate(shapes)]
        write(name, [task(1, *apart)], tmp_path / name, of=its)
        path = tmp_path / name
        (record,) = read(name, path, size_of=lambda _name: (640, 480))
        assert {shape["label"] for shape in record.shapes} == set(names), name


def test_classes_of_every_script_come_back(tmp_path: Path) -> None:
    its = project(*samples.LABELS, kind="classify")
    tasks = [task(n, labels=[name]) for n, name in enumerate(samples.LABELS, 1)]
    for name in ("jsonl", "cvat", "labelstudio", "labelme"):
        write(name, tasks, tmp_path / name, of=its)
        assert {label for record in read(name, tmp_path / name) for label in record.labels} == set(
            samples.LABELS
        )
