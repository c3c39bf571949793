"""Contact sheets: every picture in its slot, none over another, none cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.decode_cache import window_share
from tui.imaging.sheet import Sheet, compose, grid_for, slots, thumbnail_box
from tui.model.view_settings import Adjustment

CELL = (10.0, 20.0)
GROUND = (28, 28, 28)


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
    made = compose(Sheet(tuple(paths), 3, 2, (60, 20), GROUND), CELL, 10**9)
    assert made.image is not None and made.image.size == (600, 400) and not made.reason
    for slot, colour in zip(slots((60, 20), 3, 2), colours, strict=False):
        left, top, width, height = thumbnail_box(slot, CELL, (400, 300))
        assert made.image.getpixel((int(left + width / 2), int(top + height / 2))) == colour
    assert made.image.getpixel((300, 300)) == GROUND


def test_each_picture_is_adjusted_as_if_it_was_alone(tmp_path: Path) -> None:
    """What depends on the values of a picture is found in that picture."""
    paths = []
    for n, low in enumerate((20, 150)):
        ramp = np.linspace(low, low + 60, 400).astype(np.uint8)
        paths.append(tmp_path / f"{n}.png")
        Image.fromarray(np.tile(ramp, (300, 1))).save(paths[-1])
    sheet = Sheet(tuple(paths), 3, 2, (60, 20), GROUND)
    made = compose(sheet, CELL, 10**9, Adjustment(stretch=0.5)).image
    assert made is not None
    for slot in slots((60, 20), 3, 2)[:2]:
        left, top, width, height = (int(v) for v in thumbnail_box(slot, CELL, (400, 300)))
        values = np.asarray(made)[top : top + height, left : left + width]
        assert values.min() <= 5 and values.max() >= 250
    assert made.getpixel((300, 300)) == GROUND


def test_a_deep_picture_is_seen_through_the_window_that_was_set(tmp_path: Path) -> None:
    deep = np.linspace(0, 4000, 400).astype(np.uint16)
    Image.fromarray(np.tile(deep, (300, 1))).save(tmp_path / "deep.png")
    sheet = Sheet((tmp_path / "deep.png",), 3, 2, (60, 20), GROUND)
    left, top, width, height = (int(v) for v in thumbnail_box(slots((60, 20), 3, 2)[0], CELL, (400, 300)))
    middle = left + width // 4, top + height // 2
    plain = compose(sheet, CELL, 10**9).image
    look = Adjustment(level=25, window=50)
    set_so = compose(sheet, CELL, 10**9, look, window_share(look)).image
    assert plain is not None and set_so is not None
    dark, light = plain.getpixel(middle), set_so.getpixel(middle)
    assert isinstance(dark, tuple) and isinstance(light, tuple)
    assert dark[0] == pytest.approx(64, abs=6) and light[0] == pytest.approx(128, abs=6)


def test_a_file_that_cannot_be_read_leaves_a_field_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    made = compose(Sheet((tmp_path / "bad.jpg", tmp_path / "none.jpg"), 3, 2, (60, 20), GROUND), CELL, 10**9)
    assert made.image is not None
    assert len(made.image.getcolors() or ()) == 2
