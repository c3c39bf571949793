"""Contact sheets: every picture in its slot, none over another, none cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.decode_cache import window_share
from tui.imaging.sheet import Sheet, compose, grids_for, slots, thumbnail_box
from tui.imaging.viewport import Viewport
from tui.model.view_settings import Adjustment

CELL = (10.0, 20.0)
GROUND = (28, 28, 28)


SIZES = {"80x24": (80, 20), "120x40": (120, 36), "200x60": (200, 56)}
"""Canvases of sheets in terminals of this size."""


@pytest.mark.parametrize(("size", "most"), [((100, 38), 24), ((56, 20), 6), ((30, 8), 6), ((168, 56), 40)])
def test_how_many_pictures_there_are_follows_the_terminal(size: tuple[int, int], most: int) -> None:
    assert len(grids_for(size, CELL, most=99)) == most
    assert len(grids_for(size, CELL, most=5)) == 5


def test_half_blocks_get_larger_and_fewer_slots() -> None:
    assert [
        len(grids_for(size, CELL, most=99, coarse=True)) for size in ((120, 37), (80, 21), (400, 120))
    ] == [
        8,
        6,
        40,
    ]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("coarse", [False, True])
def test_sheets_fill_the_canvas_whatever_their_number(size: tuple[int, int], coarse: bool) -> None:
    """Of photographs; a wide one could fill no more than three quarters as the only one."""
    for count, (columns, rows) in enumerate(grids_for(size, CELL, most=99, coarse=coarse), 1):
        assert columns * rows >= count > columns * (rows - 1), "no row is empty"
        boxes = [thumbnail_box(slot, CELL, (4000, 3000)) for slot in slots(size, columns, rows)[:count]]
        covered = sum(width * height for _, _, width, height in boxes) / (
            size[0] * CELL[0] * size[1] * CELL[1]
        )
        assert covered >= (0.48 if count < 12 else 0.58), (count, columns, rows)
        assert min(box[2] for box in boxes) >= (158 if size[0] >= 120 else 140)


def test_one_picture_has_the_whole_canvas_and_two_a_half_each() -> None:
    one, two, *_ = grids_for((120, 36), CELL, most=99)
    assert (one, two) == ((1, 1), (2, 1))
    assert slots((120, 36), *one) == [(0, 0, 120, 36)]


def test_a_full_sheet_has_thumbnails_of_the_promised_size() -> None:
    for slot in slots((100, 38), *grids_for((100, 38), CELL, most=99)[-1]):
        _, _, width, height = thumbnail_box(slot, CELL, (4000, 3000))
        assert width >= 158 and height >= 118


def test_a_small_picture_is_not_larger_than_it_would_be_alone(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), (200, 30, 30)).save(tmp_path / "icon.png")
    _, _, width, height = thumbnail_box((0, 0, 120, 36), CELL, (16, 16))
    assert (
        (width, height)
        == (128, 128)
        == tuple(16 * Viewport.fit((16, 16), (1200, 700), CELL).scale for _ in "xy")
    )
    made = compose(Sheet((tmp_path / "icon.png",), 1, 1, (120, 36), GROUND), CELL, 10**9).image
    assert made is not None
    assert sum(n for n, colour in made.getcolors() or () if colour == (200, 30, 30)) == 128 * 128, "no blur"


@given(
    st.integers(24, 200), st.integers(8, 70), st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 40)
)
def test_thumbnails_stay_in_their_slots_and_keep_their_aspect(
    w: int, h: int, wide: int, high: int, count: int
) -> None:
    size = (w, h)
    grids = grids_for(size, CELL, most=99)
    places = slots(size, *grids[min(count, len(grids)) - 1])
    covered = np.zeros((h, w), dtype=int)
    for column, row, width, height in places:
        covered[row : row + height, column : column + width] += 1
    assert (covered == 1).all()
    for slot in places:
        left, top, tw, th = thumbnail_box(slot, CELL, (wide, high))
        column, row, width, height = slot
        assert column * CELL[0] <= left and left + tw <= (column + width) * CELL[0]
        above, below = top - (row + 1) * CELL[1], (row + height) * CELL[1] - (top + th)
        assert above >= 0 and below >= 0 and abs(above - below) <= 2
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
