"""Lines cut out of rule images: together the four sides of a box are the box as it is drawn elsewhere."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.draw import draw
from tui.imaging.ink import ink_on, rgb
from tui.imaging.outline import CASING, Grid, frame_box
from tui.imaging.rule import MAX_LENGTH, Rule, RuledLine, box_lines
from tui.imaging.viewport import Viewport
from tui.model.scene import Frame

ORANGE, NAVY = "#e69f00", "#000080"


def pixels_of(rule: Rule) -> Image.Image:
    return Image.open(io.BytesIO(rule.png())).convert("RGBA")


def put_together(lines: list[RuledLine], size: tuple[int, int]) -> np.ndarray:
    whole = Image.new("RGBA", size)
    for line in lines:
        (x, y), (width, height) = line.source, line.size
        image = pixels_of(line.rule)
        assert x + width <= image.width and y + height <= image.height
        part = image.crop((x, y, x + width, y + height))
        whole.paste(part, line.box[:2])
    return np.asarray(whole)


@given(
    st.floats(-300, 400),
    st.floats(-200, 300),
    st.floats(12, 700),
    st.floats(12, 500),
    st.integers(1, 3),
    st.sampled_from([ORANGE, NAVY]),
)
@settings(max_examples=40, deadline=None)
def test_the_sides_of_a_box_are_the_box(
    x: float, y: float, width: float, height: float, thick: int, colour: str
) -> None:
    grid = Grid(Viewport.fit((400, 300), (400, 300), (10.0, 20.0)))
    frame, out = Frame(x, y, width, height, colour, thick), thick // 2 + CASING
    x0, y0, x1, y1 = frame_box(frame, grid)
    outer = (x0 - out, y0 - out, x1 + out, y1 + out)
    lines = list(box_lines(outer, colour, thick, (0, 0, *grid.size)))
    assert np.array_equal(put_together(lines, grid.size), np.asarray(draw((frame,), grid).rgba()))


def test_a_line_longer_than_its_image_is_cut_into_pieces_that_join() -> None:
    length = 3 * MAX_LENGTH
    pieces = list(Rule(ORANGE, 2, wide=True).cut((10, 5, 10 + length, 9), "first", (0, 0, 2 * length, 20)))
    assert [piece.box[0] for piece in pieces[1:]] == [piece.box[2] for piece in pieces[:-1]]
    assert (pieces[0].box[0], pieces[-1].box[2]) == (10, 10 + length)
    assert [piece.source[0] == 0 for piece in pieces] == [True] + [False] * (len(pieces) - 1)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("dashed", [True, False])
def test_a_rule_is_small_and_carries_its_casing(wide: bool, dashed: bool) -> None:
    rule = Rule(ORANGE, 2, wide, dashed)
    assert len(rule.png()) <= (300 if dashed else 160)
    image = np.asarray(pixels_of(rule))
    along = image if wide else image.transpose(1, 0, 2)
    assert along.shape == (4, MAX_LENGTH, 4)
    column = along[:, 5]
    assert [tuple(pixel[:3]) for pixel in column] == [
        rgb(ink_on(ORANGE)),
        *[rgb(ORANGE)] * 2,
        rgb(ink_on(ORANGE)),
    ]
    assert (along[:, :, 3] == 0).any() == dashed
