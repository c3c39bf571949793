"""Previews keep tones: greys stay greys, smooth places smooth; resolution goes first."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging import preview
from tui.imaging.encode import Tile, indexed
from tui.imaging.raster import Raster, raster
from tui.imaging.viewport import Viewport

CELL = (10.0, 20.0)
DIVISORS = (1.0, 2.0, 4.5, 8.0)


def shot(image: Image.Image, canvas: tuple[int, int] = (1000, 760)) -> Raster:
    found = raster(image, Viewport.fit(image.size, canvas, CELL))
    assert found is not None
    return found


def opened(tile: Tile) -> Image.Image:
    return Image.open(io.BytesIO(tile.data), formats=("PNG",))


def seen(tile: Tile, ground: Image.Image) -> NDArray[np.uint8]:
    """A tile over another picture, which is seen where it is clear."""
    shown = opened(tile).convert("RGBA")
    return np.asarray(Image.alpha_composite(ground.convert("RGBA"), shown).convert("RGB"))


def ramp(low: int, high: int) -> Image.Image:
    """A grey sky with a little grain, as a microscope has it."""
    y = np.linspace(low, high, 600)[:, None] + np.random.default_rng(1).normal(0, 0.7, (600, 800))
    return Image.fromarray(np.clip(y, 0, 255).astype(np.uint8)).convert("RGB")


def common_levels(values: NDArray[np.uint8]) -> int:
    return int((np.bincount(values.ravel(), minlength=256) > 0.002 * values.size).sum())


@pytest.mark.parametrize("divisor", DIVISORS)
@pytest.mark.parametrize(("low", "high"), [(20, 60), (100, 116), (0, 255)])
def test_a_grey_picture_keeps_its_greys_in_every_step(low: int, high: int, divisor: float) -> None:
    picture = shot(ramp(low, high))
    tile = preview.png_preview(picture, divisor, 32)
    image = opened(tile)
    assert image.mode == "L"
    shown = np.asarray(image.convert("RGBA"))
    values = shown[..., 0][shown[..., 3] == 255]
    true = np.asarray(picture.reduced(tile.width, tile.height, crisp=True))[..., 0][shown[..., 3] == 255]
    assert common_levels(values) >= min(32, 0.9 * common_levels(true))
    assert np.abs(values.astype(int) - true).max() <= 2


@pytest.mark.parametrize("divisor", DIVISORS)
def test_no_step_of_a_photograph_is_off_by_six_in_a_block_or_has_false_edges(divisor: float) -> None:
    picture = shot(scenery(1200, 900))
    tile = preview.png_preview(picture, divisor, 64)
    true = picture.reduced(tile.width, tile.height, crisp=True).convert("RGB")
    pixels = seen(tile, true)
    assert preview.block_error(pixels, np.asarray(true)) <= 6
    assert preview.false_steps(pixels, true) <= 0.03
    palette = indexed(true, 64)
    old = palette.palette[palette.indices][..., :3]
    assert preview.block_error(old, np.asarray(true)) > preview.block_error(pixels, np.asarray(true))


def test_a_sky_of_colours_gets_no_steps() -> None:
    y, x = np.mgrid[0:600, 0:800]
    sky = np.stack([90 + y / 10, 120 + x / 20, 200 - y / 15], -1) + np.random.default_rng(2).normal(
        0, 0.5, (600, 800, 3)
    )
    picture = shot(Image.fromarray(sky.clip(0, 255).astype(np.uint8)))
    tile = preview.png_preview(picture, 2.0, 256)
    true = picture.reduced(tile.width, tile.height, crisp=True).convert("RGB")
    pixels = seen(tile, true)
    assert np.abs(pixels.astype(int) - np.asarray(true)).max() <= 12
    palette = indexed(true, 256)
    steps = preview.false_steps(palette.palette[palette.indices][..., :3], true)
    assert preview.false_steps(pixels, true) < 0.002 < 0.01 < steps


def test_a_drawing_keeps_its_palette_and_its_bytes() -> None:
    image = Image.new("RGB", (1000, 760), (250, 250, 250))
    image.paste((200, 30, 30), (100, 100, 500, 400))
    image.paste((30, 30, 200), (300, 300, 900, 700))
    tile = preview.png_preview(shot(image), 1.0, 256)
    assert opened(tile).mode == "P" and len(tile.data) < 4000
    assert (tile.width, tile.height) == (1000, 760)


@pytest.mark.parametrize("grey", [True, False])
def test_outside_the_picture_nothing_is_drawn(grey: bool) -> None:
    image = scenery(900, 600)
    picture = shot(image.convert("L").convert("RGB") if grey else image, (1000, 760))
    assert picture.inside != (0, 0, *picture.image.size)
    tile = preview.png_preview(picture, 2.0, 256)
    shown, wanted = (
        np.asarray(made)[..., 3] >= 128
        for made in (opened(tile).convert("RGBA"), picture.reduced(tile.width, tile.height))
    )
    assert (shown == wanted).all() and not wanted.all()


GROUNDS = ((0, 0, 0), (120, 130, 140), (255, 255, 255))


def bordered(kind: str) -> Image.Image:
    """A picture whose edges are of like brightness, dark below and light above, or in many colours."""
    if kind == "like":
        return ramp(60, 72)
    if kind == "ramp":
        return ramp(20, 230)
    image = scenery(900, 600)
    if kind == "drawing":
        image = Image.new("RGB", (900, 600), (250, 240, 90))
        image.paste((200, 30, 30), (0, 100, 500, 600))
    return image


@pytest.mark.parametrize("divisor", [2.0, 4.5])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", ["like", "ramp", "drawing", "scenery"])
def test_clear_pixels_mixed_into_the_edge_are_no_rim(
    kind: str, ground: tuple[int, int, int], divisor: float
) -> None:
    """A terminal that scales up mixes what is clear with what is beside it: that lies between the edge and the ground."""
    picture = shot(bordered(kind), (1000, 761))
    left, top, right, bottom = picture.inside
    assert (left, top, right, bottom) != (0, 0, *picture.image.size)
    tile = preview.png_preview(picture, divisor, 256, ground)
    shown = np.asarray(opened(tile).convert("RGBA")).astype(int)
    clear = shown[..., 3] == 0
    assert clear.any() and (shown[..., 3][~clear] == 255).all()
    colour = np.unique(shown[clear][:, :3], axis=0)
    assert len(colour) == 1
    beside = np.zeros_like(clear)
    beside[1:] |= clear[:-1]
    beside[:-1] |= clear[1:]
    beside[:, 1:] |= clear[:, :-1]
    beside[:, :-1] |= clear[:, 1:]
    edge = shown[beside & ~clear][:, :3]
    # Few pixels of an edge are darker or lighter than nearly all of it.
    ends = np.percentile(edge, (5, 95), axis=0)
    rounding = 12
    assert (colour[0] >= np.minimum(ends[0], ground) - rounding).all()
    assert (colour[0] <= np.maximum(ends[1], ground) + rounding).all()
    nearest = np.clip(ground, ends[0], ends[1])
    assert np.abs(colour[0] - nearest).max() <= rounding


def test_ranges_are_those_of_five_by_five() -> None:
    image = Image.new("L", (12, 9), 10)
    image.putpixel((6, 4), 50)
    found = preview.ranges(image)
    assert {(x, y) for y in range(9) for x in range(12) if found[y, x]} == {
        (x, y) for y in range(2, 7) for x in range(4, 9)
    }
    assert set(np.unique(found)) == {0, 40}
