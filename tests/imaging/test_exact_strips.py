"""Strips of a picture as it is: without a loss, or with none that anybody would see."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging import fidelity
from tui.imaging.exact_strips import exact_tiles, joined, png_exact
from tui.imaging.raster import Raster, raster
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import unchecked

CELL = (10.0, 20.0)


def cut(image: Image.Image) -> Raster:
    found = raster(image, Viewport.fit(image.size, image.size, CELL))
    assert found is not None
    return found


def soft(width: int = 400, height: int = 240, grey: bool = False) -> Image.Image:
    """A photograph: slopes with the noise of a sensor."""
    rng = np.random.default_rng(7)
    ramp = np.linspace(30, 210, width)[None, :, None] + np.linspace(0, 40, height)[:, None, None]
    noisy = ramp + rng.normal(0, 1.0, (height, width, 1 if grey else 3)) * (1 if grey else [1, 0.8, 1.2])
    pixels = np.clip(noisy, 0, 255).astype(np.uint8)
    return Image.fromarray(np.repeat(pixels, 3, axis=2) if grey else pixels)


@pytest.mark.parametrize("grey", [False, True])
def test_without_a_loss_every_pixel_is_there(grey: bool) -> None:
    picture = cut(soft(grey=grey))
    tiles = exact_tiles(picture, CELL, ground=(0, 0, 0), strip=6_000, lossless=True, check=unchecked)
    assert np.array_equal(np.asarray(joined(tiles, CELL)), np.asarray(picture.image))
    assert max(len(tile.data) for tile in tiles) <= 6_000
    modes = {Image.open(io.BytesIO(tile.data)).mode for tile in tiles}
    assert modes <= ({"L", "P"} if grey else {"RGB", "P"})


@pytest.mark.parametrize("grey", [False, True])
def test_otherwise_nobody_would_tell_and_it_takes_less(grey: bool) -> None:
    picture = cut(soft(grey=grey))
    exact, near = (
        exact_tiles(picture, CELL, ground=(0, 0, 0), strip=6_000, lossless=lossless, check=unchecked)
        for lossless in (True, False)
    )
    found = fidelity.fidelity(np.asarray(joined(near, CELL)), np.asarray(picture.image))
    assert found.psnr >= 43 and found.block <= 1 and found.banding <= 0.01
    assert sum(len(tile.data) for tile in near) <= 0.75 * sum(len(tile.data) for tile in exact)
    image = Image.open(io.BytesIO(near[0].data))
    assert (image.format, image.mode) == ("JPEG", "L" if grey else "RGB")


def test_drawings_lose_nothing_as_that_takes_less() -> None:
    image = Image.new("RGB", (400, 240), (250, 250, 250))
    for x in range(0, 400, 7):
        image.paste((200, 30, 30), (x, 20, x + 2, 220))
    picture = cut(image)
    tiles = exact_tiles(picture, CELL, ground=(0, 0, 0), strip=6_000, lossless=False, check=unchecked)
    assert all(tile.data.startswith(b"\x89PNG") for tile in tiles)
    assert np.array_equal(np.asarray(joined(tiles, CELL)), np.asarray(image))


def test_few_colours_are_a_palette() -> None:
    image = scenery(60, 40).quantize(5, dither=Image.Dither.NONE).convert("RGB")
    found = Image.open(io.BytesIO(png_exact(image)))
    assert found.mode == "P"
    assert np.array_equal(np.asarray(found.convert("RGB")), np.asarray(image))


def test_banding_is_seen_where_structure_is_alike() -> None:
    ramp = np.repeat(np.linspace(60, 120, 240).round().astype(np.uint8)[None, :], 60, axis=0)
    stepped = (ramp // 8 * 8 + 4).astype(np.uint8)
    assert fidelity.fidelity(ramp, ramp) == fidelity.Faithfulness(99.0, 0.0, 0.0)
    found = fidelity.fidelity(stepped, ramp)
    assert found.banding > 0.02 and not found.indistinguishable


def test_a_block_that_is_off_is_found() -> None:
    true = np.full((64, 64, 3), 100, np.uint8)
    shown = true.copy()
    shown[16:32, 32:48, 1] += 7
    assert fidelity.fidelity(shown, true).block == 7
