"""A line is seen on a ground of its own colour, in all ways in which pictures reach a terminal."""

from __future__ import annotations

from pathlib import Path as File

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import ALL, seen
from tui.display.jobs import Picture
from tui.imaging.ink import contrast, rgb
from tui.model.scene import Area, Cross, Frame, Handle, Mark, Path, Scene

SIZE = (1200, 1200)
"""Of the picture, in pixels: three to a pixel of the canvas."""
ORANGE, BLUE, WHITE = "#e69f00", "#0072b2", "#ffffff"
_SQUARE = (300.0, 200.0), (900.0, 200.0), (900.0, 700.0), (300.0, 700.0)


def block_mask(colour: str) -> Area:
    """The pixels from 300, 200 to 900, 700."""
    height = SIZE[1]
    column = (200, 500, height - 700)
    counts = [300 * height + column[0]]
    for _ in range(599):
        counts += [column[1], column[2] + column[0]]
    return Area((height, SIZE[0]), (*counts, column[1], column[2] + 300 * height), colour)


MARKS: list[Mark] = [
    Frame(300, 200, 600, 500, ORANGE),
    Frame(300, 200, 600, 500, ORANGE, dashed=True),
    Frame(300, 200, 600, 500, BLUE),
    Path(_SQUARE, ORANGE, closed=True),
    Path(_SQUARE, BLUE, closed=True, dashed=True),
    block_mask(BLUE),
]


def on_ground(protocol: str, colour: str, scene: Scene, folder: File) -> np.ndarray:
    """What is seen on a ground of one colour, (height, width, 3)."""
    path = folder / "ground.png"
    Image.new("RGB", SIZE, rgb(colour)).save(path)
    host = FakeStageHost(protocol)
    host.stage.show(Picture(path, 100_000_000), 1)
    host.run(10.0)
    host.stage.draw(scene)
    host.run(10.0)
    return np.asarray(seen(host).convert("RGB")).astype(float)


@pytest.mark.parametrize("protocol", ALL)
@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"{type(mark).__name__}-{mark.colour}")
def test_a_line_on_a_ground_of_its_own_colour_is_seen_all_along(
    protocol: str, mark: Mark, tmp_path: File
) -> None:
    colour = mark.colour if isinstance(mark, Frame | Path | Area) else ""
    canvas = on_ground(protocol, colour, (mark,), tmp_path)
    ground = np.array(rgb(colour))
    apart = np.abs(canvas - ground).max(axis=2) >= 60
    # The left edge lies at x = 100, from y = 67 to 233: it is crossed from 80 to 120 in each of these rows.
    rows = apart[75:225, 80:120].any(axis=1)
    assert rows.mean() >= (0.6 if getattr(mark, "dashed", False) else 1.0)
    columns = apart[50:85, 110:290].any(axis=0)
    assert columns.mean() >= (0.6 if getattr(mark, "dashed", False) else 1.0)
    # What is far from any edge is the picture.
    assert not apart[:30].any() and not apart[:, 340:].any()


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel"])
@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#808080"])
@pytest.mark.parametrize("mark", [Cross((600, 600), WHITE), Handle((600, 600), WHITE, strong=True)])
def test_a_crosshair_and_a_handle_are_seen_on_any_ground(
    protocol: str, ground: str, mark: Mark, tmp_path: File
) -> None:
    canvas = on_ground(protocol, ground, (mark,), tmp_path)
    part = canvas[190:210, 185:215].reshape(-1, 3)
    lightest, darkest = (int(part.sum(axis=1)[at(part.sum(axis=1))]) // 3 for at in (np.argmax, np.argmin))
    assert (
        contrast(f"#{lightest:02x}{lightest:02x}{lightest:02x}", f"#{darkest:02x}{darkest:02x}{darkest:02x}")
        >= 4.5
    )


def test_a_mask_without_opacity_is_its_outline(tmp_path: File) -> None:
    mask = block_mask(BLUE)
    bare = Area(mask.size, mask.counts, mask.colour, fill=0.0)
    canvas = on_ground("kitty", "#808080", (bare,), tmp_path)
    assert (canvas[140:160, 190:210] == 128).all()
    assert (np.abs(canvas[75:225, 90:110] - np.array(rgb(BLUE))).max(axis=2) == 0).any(axis=1).all()
