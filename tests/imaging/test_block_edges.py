"""Half-blocks of one picture end at the same cells, whether they were made of a smaller decode or of the whole file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.develop import Developer
from tui.imaging.encode import pixels_of
from tui.imaging.ladder import Step

_ROUGH, _EXACT = Step("blocks", 1, None), Step("blocks", 1, None, exact=True)


def _cells(path: Path, canvas: tuple[int, int], step: Step) -> set[tuple[int, int]]:
    """Where the picture is: column, half row."""
    (tile,) = Developer(DecodeCache())(Subject(path, 10**9, canvas, (10.0, 20.0)), step).tiles
    shown = np.asarray(pixels_of(tile).convert("RGBA"))[..., 3] > 0
    return {(tile.column + int(x), tile.row * 2 + int(y)) for y, x in np.argwhere(shown)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edges")


@given(st.integers(200, 700), st.integers(200, 700), st.integers(20, 60), st.integers(10, 30))
@settings(max_examples=60, deadline=None)
def test_both_end_at_the_same_cells(folder: Path, width: int, height: int, columns: int, rows: int) -> None:
    path = folder / f"{width}x{height}.png"
    if not path.exists():
        Image.new("RGB", (width, height), (200, 30, 30)).save(path, compress_level=0)
    canvas = columns * 10, rows * 20
    assert _cells(path, canvas, _ROUGH) == _cells(path, canvas, _EXACT)


def test_a_picture_between_two_cells_is_as_wide_as_it_is_to_be(tmp_path: Path) -> None:
    # 350 of 540 pixels, from 95 to 445.
    path = tmp_path / "cell.png"
    Image.new("L", (550, 660), 90).save(path)
    columns = {x for x, _ in _cells(path, (540, 420), _ROUGH)}
    assert len(columns) == 35
