"""The writer's files are read back by Pillow as what they were made of."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.imaging.png import full_png, palette_png

DEMO_IMAGES = Path(__file__).parents[2] / "demo_images"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 33), st.integers(1, 9), st.integers(1, 256), st.booleans(), st.integers(0, 10**6))
def test_pixels_come_back(width: int, height: int, colours: int, clear: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colours, 4)).astype(np.uint8)
    if not clear:
        palette[:, 3] = 255
    indices = random.integers(0, colours, (height, width)).astype(np.uint8)
    image = Image.open(io.BytesIO(palette_png(indices, palette)))
    image.load()
    assert image.mode == "P"
    assert np.array_equal(np.asarray(image.convert("RGBA")), palette[indices])


@pytest.mark.parametrize(
    ("colours", "bits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)]
)
def test_the_fewest_bits_that_hold_the_colours(colours: int, bits: int) -> None:
    indices = np.arange(colours, dtype=np.uint8)[None, :]
    palette = np.full((256, 4), 255, dtype=np.uint8)
    palette[:, 0] = np.arange(256)
    data = palette_png(indices, palette)
    assert data[24] == bits
    start = data.index(b"PLTE")
    assert struct.unpack(">I", data[start - 4 : start])[0] == 3 * colours
    assert b"tRNS" not in data


def test_one_clear_colour_costs_one_byte_of_transparency() -> None:
    palette = np.array([[255, 0, 0, 255], [0, 0, 0, 0]], dtype=np.uint8)
    data = palette_png(np.array([[0, 1, 0]], dtype=np.uint8), palette)
    start = data.index(b"tRNS")
    assert struct.unpack(">I", data[start - 4 : start])[0] == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 33), st.integers(1, 9), st.booleans(), st.integers(0, 9), st.integers(0, 10**6))
def test_all_colours_come_back(width: int, height: int, grey: bool, level: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = (height, width) if grey else (height, width, 3)
    # Neighbours that are alike, so that every filter is the best one somewhere.
    steps = random.integers(-3, 4, shape).cumsum(axis=1) + random.integers(
        0, 256, shape[:1] + (1,) * (len(shape) - 1)
    )
    pixels = (steps % 256).astype(np.uint8)
    image = Image.open(io.BytesIO(full_png(pixels, level)))
    assert image.mode == ("L" if grey else "RGB")
    assert np.array_equal(np.asarray(image), pixels)


def test_a_photograph_takes_fewer_bytes_than_a_general_writer_makes_of_it() -> None:
    ours = general = 0
    for path in sorted(DEMO_IMAGES.glob("*.jpg")):
        with Image.open(path) as opened:
            part = opened.convert("RGB").resize((750, 540)).crop((250, 240, 500, 300))
        out = io.BytesIO()
        part.save(out, "PNG", compress_level=7)
        general += len(out.getvalue())
        ours += len(full_png(np.asarray(part), 7))
    assert 0 < ours < general
