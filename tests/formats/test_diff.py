"""`termlabel diff`: what is told of two sets of annotations."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.samples import B, R, boxes, cuboids, lines, polygons, task, write
from tui.cli import cli
from tui.formats.compare import ImageAnnotations, as_json, compare
from tui.model.shapes import Box, Shape, json_of


def said(*shapes: Shape, labels: tuple[str, ...] = ()) -> ImageAnnotations:
    return ImageAnnotations(labels, tuple(json_of(shape) for shape in shapes))


def test_each_kind_of_change() -> None:
    moved, gone = Box(200, 10, 50, 50, label="car"), Box(300, 10, 50, 50, label="car")
    both, new = Box(400, 10, 50, 50, label="car"), Box(500, 10, 50, 50, label="road")
    a = {"a.jpg": said(B, R, moved, gone, both, labels=("cat", "dog")), "b.jpg": said(), "only.jpg": said()}
    b = {
        "a.jpg": said(
            replace(B, label="road"),
            R,
            replace(moved, x=210),
            replace(both, y=15, label="road"),
            new,
            labels=("cat", "cow"),
        ),
        "x/b.jpg": said(),
        "new.jpg": said(),
    }
    found = as_json(compare(a, b))
    assert found["images"] == {"common": 2, "changed": 1, "only_in_a": ["only.jpg"], "only_in_b": ["new.jpg"]}
    assert found["labels"] == {"added": 1, "removed": 1}
    assert found["shapes"] == {"same": 1, "added": 1, "removed": 1, "relabelled": 2, "moved": 2}
    assert {(c["what"], c["was"], c["now"], c["iou"]) for c in found["changes"]} == {
        ("label removed", "dog", None, None),
        ("label added", None, "cow", None),
        ("relabelled", "car", "road", 1.0),
        ("moved", "car", "car", 0.6667),
        ("moved, relabelled", "car", "road", 0.8182),
        ("removed", "car", None, None),
        ("added", None, "road", None),
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes() | boxes(turned=True) | polygons() | lines() | cuboids(), max_size=5), st.randoms())
def test_nothing_differs_from_itself_in_any_order(shapes: list[Shape], dice: object) -> None:
    turned = list(shapes)
    dice.shuffle(turned)  # type: ignore[attr-defined]
    found = compare({"a": said(*shapes)}, {"a": said(*turned)})
    assert not found
    assert found.same == len(shapes)


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes(), max_size=5), st.lists(boxes(), max_size=5))
def test_both_ways_tell_the_same(a: list[Shape], b: list[Shape]) -> None:
    there = as_json(compare({"i": said(*a)}, {"i": said(*b)}))["shapes"]
    back = as_json(compare({"i": said(*b)}, {"i": said(*a)}))["shapes"]
    assert (there["added"], there["removed"], there["same"]) == (back["removed"], back["added"], back["same"])


def test_the_command_compares_files_of_any_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("coco", [task(1, B)], tmp_path / "a.json")
    write("cvat", [task(1, replace(B, label="road"))], tmp_path / "b.xml")
    cli.main(["diff", str(tmp_path / "a.json"), str(tmp_path / "b.xml"), "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["shapes"]["relabelled"] == 1
    cli.main(["diff", str(tmp_path / "a.json"), str(tmp_path / "b.xml")], standalone_mode=False)
    assert "1.jpg: box relabelled: car → road" in capsys.readouterr().out
    cli.main(["diff", str(tmp_path / "a.json"), str(tmp_path / "a.json")], standalone_mode=False)
    assert "No difference: 1 image, 1 shape." in capsys.readouterr().out
