"""The whole program on a terminal: one picture with every kind of shape, drawn by keys alone, and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.terminal.fake import FakeTerminal
from tests.terminal.test_line import run
from tests.tools.hands import aim, box_keys, editor, line_keys, type_
from tui.tools.editor import annotation_of

SIZE = (640, 480)
PROJECT = 'format = 1\nkind = "shapes"\n[[labels]]\nname = "car"\n[[labels]]\nname = "person"\n[[labels]]\nname = "road"\n'


def scene() -> list[str]:
    """A box that is nudged, an outline, a lane, a block with a corner of its own, a mask of two classes."""
    at = editor(*SIZE)
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
@pytest.mark.parametrize("profile", ["kitty", "plain"])
def test_a_scene_drawn_through_a_terminal_is_what_the_keys_say(tmp_path: Path, profile: str) -> None:
    Image.effect_mandelbrot(SIZE, (-2, -1.2, 1, 1.2), 60).convert("RGB").save(tmp_path / "1.png")
    (tmp_path / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
    run("add", str(tmp_path), str(tmp_path / "1.png"))
    expected = type_(editor(*SIZE), scene())
    with FakeTerminal(["-m", "tui", "annotate", str(tmp_path)], profile=profile) as t:
        t.wait_for("0 shapes")
        for key in scene():
            t.press(key)
        t.wait_for("6 shapes", timeout=60)
        t.press("escape", "enter")
        t.wait_for("1 done", timeout=30)
        t.press("q")
        assert t.wait_exit() == 0
    line = json.loads(run("export", str(tmp_path), "--format", "jsonl"))
    assert line["status"] == "labelled"
    assert line["shapes"] == [dict(shape) for shape in annotation_of(expected).shapes]
    assert [s["kind"] for s in line["shapes"]] == ["mask", "mask", "box", "polygon", "spline", "cuboid"]
