"""Contact sheets: every picture in its slot, none over another, none cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.sheet import GROUND, Sheet, compose, grid_for, slots, thumbnail_box

CELL = (10.0, 20.0)


@pytest.mark.parametrize(
    ("size", "grid"), [((100, 38), (6, 4)), ((56, 20), (3, 2)), ((30, 8), (3, 2)), ((168, 56), (8, 5))]
)
def test_the_grid_follows_the_terminal(size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert grid_for(size) == grid


def test_half_blocks_get_larger_and_fewer_slots() -> None:
    assert grid_for((120, 37), coarse=True) == (4, 2)
    assert grid_for((80, 21), coarse=True) == (3, 2)
    assert grid_for((400, 120), coarse=True) == (8, 5)


def test_a_sheet_of_24_has_thumbnails_of_the_promised_size() -> None:
    for slot in slots((100, 38), 6, 4):
        _, _, width, height = thumbnail_box(slot, CELL, (4000, 3000))
        assert width >= 158 and height >= 118


@given(st.integers(24, 200), st.integers(8, 70), st.integers(1, 5000), st.integers(1, 5000))
def test_thumbnails_stay_in_their_slots_and_keep_their_aspect(w: int, h: int, wide: int, high: int) -> None:
    size = (w, h)
    places = slots(size, *grid_for(size))
    covered = np.zeros((h, w), dtype=int)
    for column, row, width, height in places:
        covered[row : row + height, column : column + width] += 1
    assert (covered == 1).all()
    for slot in places:
        left, top, tw, th = thumbnail_box(slot, CELL, (wide, high))
        column, row, width, height = slot
        assert column * CELL[0] <= left and left + tw <= (column + width) * CELL[0]
        assert (row + 1) * CELL[1] <= top and top + th <= (row + height) * CELL[1]
        assert (
            abs(tw / th - wide / high) <= wide / high * (1.5 / min(tw, th)) + 1 / min(tw, th)
            or min(tw, th) <= 2
        )


def test_each_picture_lies_in_its_own_slot(tmp_path: Path) -> None:
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    paths = []
    for n, colour in enumerate(colours):
        paths.append(tmp_path / f"{n}.png")
        Image.new("RGB", (400, 300), colour).save(paths[-1])
    made = compose(Sheet(tuple(paths), 3, 2, (60, 20)), CELL, 10**9)
    assert made.image is not None and made.image.size == (600, 400) and not made.reason
    for slot, colour in zip(slots((60, 20), 3, 2), colours, strict=False):
        left, top, width, height = thumbnail_box(slot, CELL, (400, 300))
        assert made.image.getpixel((int(left + width / 2), int(top + height / 2))) == colour
    assert made.image.getpixel((300, 300)) == GROUND


def test_a_file_that_cannot_be_read_leaves_a_field_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    made = compose(Sheet((tmp_path / "bad.jpg", tmp_path / "none.jpg"), 3, 2, (60, 20)), CELL, 10**9)
    assert made.image is not None
    assert len(made.image.getcolors() or ()) == 2
