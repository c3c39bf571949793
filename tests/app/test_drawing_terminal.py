"""The whole program on a terminal: pictures with every kind of shape, drawn by keys alone, and exported."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.terminal.fake import FakeTerminal
from tests.terminal.test_line import run
from tests.tools import plans
from tests.tools.hands import aim, box_keys, editor, line_keys, on_terminal, type_
from tui.model.measure import bounds
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Shape, Spline, shape_of
from tui.tools.editor import annotation_of
from tui.tools.state import Editor

SIZE = (640, 480)
PROJECT = 'format = 1\nkind = "shapes"\n[[labels]]\nname = "car"\n[[labels]]\nname = "person"\n[[labels]]\nname = "road"\n'


def scene(at: Editor) -> list[str]:
    """A box that is nudged, an outline, a lane, a block with a corner of its own, a mask of two classes."""
    keys = [*box_keys(at, (50, 60, 120, 90), "1"), "shift+right", "w", "down", "o"]
    keys += line_keys(at, "g", [(300, 50), (420, 60), (400, 200)], "2")
    keys += line_keys(at, "s", [(100, 470), (200, 300), (320, 240), (330, 200)], "3")
    keys += ["k", *aim(at, (200, 100)), "enter", *aim(at, (280, 160)), "enter", *aim(at, (310, 90)), "enter"]
    keys += ["1", "w", "w", "w", "left", "left"]
    return [
        *keys,
        "m",
        *aim(at, (320, 400)),
        "enter",
        "space",
        *aim(at, (500, 420)),
        "tab",
        "R",
        "escape",
        "escape",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["kitty", "xtermjs", "plain"])
def test_a_scene_drawn_through_a_terminal_is_what_the_keys_say(tmp_path: Path, profile: str) -> None:
    Image.effect_mandelbrot(SIZE, (-2, -1.2, 1, 1.2), 60).convert("RGB").save(tmp_path / "1.png")
    (tmp_path / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
    run("add", str(tmp_path), str(tmp_path / "1.png"))
    at = on_terminal(editor(*SIZE), spare=int(profile == "xtermjs"))
    expected = type_(at, scene(at))
    with FakeTerminal(["-m", "tui", "annotate", str(tmp_path)], profile=profile) as t:
        t.wait_for("0 shapes")
        for key in scene(at):
            t.press(key)
        t.wait_for("6 shapes")
        t.press("escape", "enter")
        t.wait_for("1 of 1 done")
        t.press("q")
        assert t.wait_exit() == 0
    line = json.loads(run("export", str(tmp_path), "--format", "jsonl"))
    assert line["status"] == "labelled"
    assert line["shapes"] == [dict(shape) for shape in annotation_of(expected).shapes]
    assert [s["kind"] for s in line["shapes"]] == ["mask", "mask", "box", "polygon", "spline", "cuboid"]


DRAWN = ("terrace.jpg", "kerbside.jpg", "bend.jpg")
"""Boxes and a partly hidden car as a block; boxes and a street of four classes; boxes and a lane."""


def demo_keys(picture: plans.Picture, names: Sequence[str]) -> list[str]:
    """All that is known of a demo picture, by keys."""
    start = on_terminal(plans.begun(picture, names))
    # Outlines become masks before there are boxes that lie under the crosshair as well.
    keys = plans.street(start, picture, 48) if "masks" in picture else []
    keys += plans.boxes(start, picture)
    hidden, corners = plans.hidden_car()
    if picture is hidden:
        keys += [*plans.block(start, corners, plans.digit(start, "car")), "escape"]
    if "lane" in picture:
        keys += line_keys(start, "s", plans.lane_of(picture), plans.digit(start, "lane"))
    return [*keys, "escape"]


@pytest.mark.slow
def test_what_is_true_of_demo_pictures_is_drawn_through_a_terminal_and_exported(tmp_path: Path) -> None:
    pictures = [next(p for p in plans.PICTURES if p["image"] == name) for name in DRAWN]
    names = ["car", "person", "cyclist", "lane", "sky", "road", "vehicle", "building"]
    assert {box["label"] for picture in pictures for box in picture["boxes"]} <= set(names)
    labels = "".join(f'[[labels]]\nname = "{name}"\n' for name in names)
    (tmp_path / "termlabel.toml").write_text(f'format = 1\nkind = "shapes"\n{labels}', encoding="utf-8")
    for name in DRAWN:
        shutil.copy(plans.FOLDER / name, tmp_path / name)
    run("add", str(tmp_path), *(str(tmp_path / name) for name in DRAWN))
    with FakeTerminal(["-m", "tui", "annotate", str(tmp_path)]) as t:
        for done, picture in enumerate(pictures):
            t.wait_for(f"{done} of {len(pictures)} done")
            t.wait_for("0 shapes")
            t.press(*demo_keys(picture, names), "enter")
        t.wait_for("3 of 3 done")
        t.press("q")
        assert t.wait_exit() == 0
    exported = [json.loads(line) for line in run("export", str(tmp_path), "--format", "jsonl").splitlines()]
    for line, picture in zip(exported, pictures, strict=True):
        assert line["status"] == "labelled"
        assert_true(picture, [shape for data in line["shapes"] if (shape := shape_of(data)) is not None])


def assert_true(picture: plans.Picture, shapes: Sequence[Shape]) -> None:
    """Within a pixel and a half for boxes, less than one for points, an overlap of 0.9 for masks."""
    boxes = [shape for shape in shapes if isinstance(shape, Box)]
    assert [box.label for box in boxes] == [entry["label"] for entry in picture["boxes"]]
    for box, entry in zip(boxes, picture["boxes"], strict=True):
        place = (entry["x"], entry["y"], entry["width"], entry["height"])
        assert all(abs(a - b) <= 2 * plans.PIXEL for a, b in zip(bounds(box), place, strict=True))
    hidden, corners = plans.hidden_car()
    blocks = [shape for shape in shapes if isinstance(shape, Cuboid)]
    assert len(blocks) == (picture is hidden)
    for block in blocks:
        assert block.occluded
        assert all(
            math.dist(a, b) <= 2**0.5 * plans.PIXEL for a, b in zip(block.corners, corners, strict=True)
        )
    lanes = [shape for shape in shapes if isinstance(shape, Spline)]
    assert len(lanes) == ("lane" in picture)
    assert all(plans.lane_error(plans.lane_of(picture), lane) <= plans.PIXEL for lane in lanes)
    masks = {shape.label: shape.runs for shape in shapes if isinstance(shape, Mask)}
    truth = plans.truth(picture).runs() if "masks" in picture else {}
    assert masks.keys() == truth.keys()
    assert all(plans.overlap(masks[name], truth[name]) >= 0.9 for name in truth)
    assert bool(truth) == any(isinstance(shape, Polygon) for shape in shapes)
