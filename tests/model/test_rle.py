"""Run lengths against pycocotools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from tui.model import rle

side = st.integers(1, 60)


def runs_of(pixels: np.ndarray) -> list[int]:
    flat = pixels.flatten(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff([0, *changes, flat.size]).tolist()
    return [0, *runs] if flat[0] else runs


@given(side, side, st.integers(0, 2**32), st.floats(0, 1))
def test_text_area_and_box_are_those_of_pycocotools(height: int, width: int, seed: int, share: float) -> None:
    pixels = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)
    runs = runs_of(pixels)
    theirs = coco.encode(np.asfortranarray(pixels))
    assert rle.pack(runs) == theirs["counts"].decode()
    assert rle.unpack(theirs["counts"].decode()) == runs
    assert rle.check(runs, (height, width)) == ""
    assert rle.area(runs) == coco.area(theirs)
    if pixels.any():
        assert rle.box(runs, (height, width)) == tuple(coco.toBbox(theirs))


@given(side, side, st.integers(0, 2**32))
def test_common_pixels(height: int, width: int, seed: int) -> None:
    a, b = np.random.default_rng(seed).random((2, height, width)) < 0.5
    assert rle.common(runs_of(a), runs_of(b)) == int((a & b).sum())


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([6], "6"),
        ([0, 6], "06"),
        ([2010, 50, 50, 50, 7840], "jn1b1b10^c7"),
        ([125, 25, 15, 25, 15, 25, 15, 25, 138, 2, 38, 2, 1550], "m3i0?00000k3YOlL0X_1"),
    ],
)
def test_known_texts(runs: list[int], text: str) -> None:
    assert rle.pack(runs) == text
    assert rle.unpack(text) == runs


@pytest.mark.parametrize("text", ["~", "P", "5O0O", " "])
def test_broken_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"run|occur"):
        rle.unpack(text)


def test_an_empty_mask_has_an_empty_box() -> None:
    assert rle.box([6], (2, 3)) == (0, 0, 0, 0)
