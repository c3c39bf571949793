"""Rasters and their payloads: at the right cells, of the right pixels, of the promised size."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.likeness import psnr, ssim
from tests.imaging.pictures import scenery
from tui.imaging import encode, preview
from tui.imaging.encode import Tile
from tui.imaging.outline import PixelBox
from tui.imaging.png import palette_png
from tui.imaging.raster import Raster, raster
from tui.imaging.viewport import Viewport

CELL = (9.63, 19.0)


def shot(
    size: tuple[int, int], canvas: tuple[int, int] = (1000, 760), cell: tuple[float, float] = (10.0, 20.0)
) -> Raster:
    found = raster(scenery(*size), Viewport.fit(size, canvas, cell))
    assert found is not None
    return found


def opened(tile: Tile) -> Image.Image:
    image = Image.open(io.BytesIO(tile.data))
    image.load()
    assert image.size == (tile.width, tile.height)
    return image


def png_tiles(
    picture: Raster,
    cell: tuple[float, float],
    colours: int | None,
    divisor: float = 1.0,
    max_bytes: int = 9000,
) -> list[Tile]:
    """Strips of five rows with one palette."""
    width, height = round(picture.image.width / divisor), round(picture.image.height / divisor)
    image = picture.reduced(width, height)
    if colours is None:
        return list(
            encode.tiles(picture, cell, divisor, 5, max_bytes, lambda box: encode.png(image.crop(box), None))
        )
    whole = encode.indexed(image, colours)

    def part(box: PixelBox) -> bytes:
        return palette_png(whole.indices[box[1] : box[3], box[0] : box[2]], whole.palette)

    return list(encode.tiles(picture, cell, divisor, 5, max_bytes, part))


def joined(tiles: list[Tile], picture: Raster, cell: tuple[float, float]) -> Image.Image:
    """Tiles pasted where their cells are; each pixel exactly once."""
    left, top = round(picture.column * cell[0]), round(picture.row * cell[1])
    whole = Image.new("RGBA", picture.image.size)
    drawn = np.zeros(picture.image.size[::-1], dtype=int)
    for tile in tiles:
        x, y = round(tile.column * cell[0]) - left, round(tile.row * cell[1]) - top
        whole.paste(opened(tile).convert("RGBA"), (x, y))
        drawn[y : y + tile.height, x : x + tile.width] += 1
    assert (drawn == 1).all()
    return whole


@pytest.mark.parametrize("cell", [(10.0, 20.0), CELL])
@pytest.mark.parametrize("size", [(900, 600), (300, 700), (1000, 760), (40, 30), (1, 1), (5000, 1)])
def test_a_raster_covers_whole_cells_and_holds_the_picture(
    size: tuple[int, int], cell: tuple[float, float]
) -> None:
    canvas = int(100 * cell[0]), int(38 * cell[1])
    view = Viewport.fit(size, canvas, cell)
    picture = raster(scenery(*size), view)
    assert picture is not None
    left, top = round(picture.column * cell[0]), round(picture.row * cell[1])
    assert left + picture.image.width == round((picture.column + picture.columns) * cell[0])
    assert top + picture.image.height == round((picture.row + picture.rows) * cell[1])
    x, y, width, height = view.placed
    assert (picture.inside[0] + left, picture.inside[1] + top) == (round(x), round(y))
    assert picture.inside[2] - picture.inside[0] == pytest.approx(max(1, width), abs=1)
    assert picture.inside[3] - picture.inside[1] == pytest.approx(max(1, height), abs=1)
    alpha = np.asarray(picture.reduced(*picture.image.size))[..., 3]
    x0, y0, x1, y1 = picture.inside
    assert (alpha[y0:y1, x0:x1] == 255).all() and alpha.sum() == 255 * (x1 - x0) * (y1 - y0)
    assert picture.on((1, 2, 3)).getpixel((x0, y0)) == picture.image.getpixel((x0, y0))


def test_magnified_pixels_are_squares_of_one_colour() -> None:
    image = Image.new("RGB", (4, 3))
    for n in range(12):
        image.putpixel((n % 4, n // 4), (n * 20, 255 - n * 20, n))
    picture = raster(image, Viewport((4, 3), (320, 240), (10.0, 20.0), 10.0, (2.0, 1.5)))
    assert picture is not None and picture.image.size == (320, 240)
    pixels = np.asarray(picture.image)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) == 12
    assert (pixels[:80, :80] == pixels[0, 0]).all() and (
        pixels[80:160, 80:160] == image.getpixel((1, 1))
    ).all()


def test_nothing_visible_is_no_raster() -> None:
    assert raster(scenery(8, 8), Viewport((8, 8), (100, 100), (10.0, 20.0), 1.0, (1000.0, 4.0))) is None


@pytest.mark.parametrize("cell", [(10.0, 20.0), CELL])
def test_png_tiles_join_without_gaps_at_the_promised_size(cell: tuple[float, float]) -> None:
    picture = shot((900, 640), (int(100 * cell[0]), int(38 * cell[1])), cell)
    tiles = png_tiles(picture, cell, 256)
    assert max(len(tile.data) for tile in tiles) <= 9000
    whole = joined(tiles, picture, cell)
    assert psnr(whole.convert("RGB").crop(picture.inside), picture.image.crop(picture.inside)) > 26
    alpha = np.asarray(whole)[..., 3]
    assert alpha.sum() == 255 * (picture.inside[2] - picture.inside[0]) * (
        picture.inside[3] - picture.inside[1]
    )
    palettes = {colour for tile in tiles for _, colour in opened(tile).convert("RGB").getcolors(10**6) or ()}
    assert len(palettes) <= 256


def test_reduced_tiles_hold_each_pixel_of_the_reduced_picture_once() -> None:
    picture = shot((900, 640), (963, 722), CELL)
    tiles = png_tiles(picture, CELL, 128, divisor=2, max_bytes=3000)
    assert len(tiles) > 8 and max(len(tile.data) for tile in tiles) <= 3000
    assert sum(tile.width * tile.height for tile in tiles) == round(picture.image.width / 2) * round(
        picture.image.height / 2
    )
    assert sum(tile.columns * tile.rows for tile in tiles) == picture.columns * picture.rows


def test_all_colours_are_exact() -> None:
    picture = shot((500, 380))
    whole = joined(png_tiles(picture, (10.0, 20.0), None, max_bytes=60_000), picture, (10.0, 20.0))
    assert np.array_equal(
        np.asarray(whole.convert("RGB"))[: picture.inside[3]], np.asarray(picture.image)[: picture.inside[3]]
    )


@pytest.mark.parametrize("divisor", [1.0, 4.0])
def test_jpeg_tiles_join_at_the_promised_size(divisor: float) -> None:
    picture = shot((1000, 700))
    tiles = list(
        encode.jpeg_tiles(picture, (10.0, 20.0), 60, divisor=divisor, max_bytes=6000, ground=(9, 9, 9))
    )
    assert max(len(tile.data) for tile in tiles) <= 6000
    assert sum(tile.columns * tile.rows for tile in tiles) == picture.columns * picture.rows
    if divisor == 1:
        whole = joined(tiles, picture, (10.0, 20.0)).convert("RGB")
        assert ssim(whole, picture.on((9, 9, 9))) > 0.9
    else:
        assert max(tile.width * divisor - tile.columns * 10 for tile in tiles) <= divisor


def test_in_one_piece_a_picture_has_no_lines_along_its_edge() -> None:
    """It ends within a pixel of the canvas; a dark one beside it would be seen in every block of the JPEG."""
    size = (900, 675)
    picture = raster(Image.new("RGB", size, (240, 230, 220)), Viewport.fit(size, (847, 703), (9.6333, 19.0)))
    assert picture is not None and picture.inside[2] < picture.image.width
    (tile,) = encode.jpeg_tile(picture, 50, 6.0, (0, 0, 0))
    assert (tile.column, tile.row, tile.columns, tile.rows) == (0, 1, 88, 35)
    pixels = np.asarray(opened(tile).convert("RGB")).astype(int)
    whole = pixels[16:-32]
    assert np.abs(whole - np.array((240, 230, 220))).max() <= 3


def test_a_preview_is_the_picture_made_smaller() -> None:
    picture = shot((900, 600))
    tile = preview.png_preview(picture, 4, 128)
    assert (tile.columns, tile.rows) == (picture.columns, picture.rows)
    assert picture.image.width / 4 / preview.SOFTER - 1 < tile.width <= round(picture.image.width / 4)
    assert tile.height / tile.width == pytest.approx(picture.image.height / picture.image.width, rel=0.02)
    back = opened(tile).convert("RGB").resize(picture.image.size, Image.Resampling.BILINEAR)
    assert ssim(back.crop(picture.inside), picture.image.crop(picture.inside)) > 0.6


@pytest.mark.parametrize("max_bytes", [6_000, 40_000, 90_000])
def test_the_best_quality_within_the_bytes_is_found(max_bytes: int) -> None:
    image = shot((1000, 760)).image
    quality = encode.jpeg_quality(image, max_bytes)
    assert len(encode.jpeg(image, quality)) <= max_bytes or quality == 30
    assert quality == 90 or len(encode.jpeg(image, quality + 1)) > max_bytes


def test_an_image_of_few_colours_keeps_them() -> None:
    image = Image.new("RGB", (40, 40), (10, 20, 30))
    image.paste((200, 100, 50), (10, 10, 20, 20))
    for colours in (2, 64, 256):
        found = encode.indexed(image, colours)
        back = found.palette[found.indices][..., :3]
        assert np.abs(back.astype(int) - np.asarray(image, dtype=int)).max() <= 1


def test_equal_pictures_measure_as_equal() -> None:
    image = scenery(64, 48)
    assert ssim(image, image) == pytest.approx(1.0)
    assert psnr(image, image) == 99.0
    assert ssim(image, scenery(64, 48, seed=2)) < 0.6


def test_cells_of_a_fractional_width_are_not_cut_side_by_side() -> None:
    picture = shot((1200, 900), cell=CELL)
    found = list(encode.jpeg_tiles(picture, CELL, 90, max_bytes=2000))
    assert {(tile.column, tile.columns) for tile in found} == {(picture.column, picture.columns)}
    assert sum(tile.rows for tile in found) == picture.rows


def test_a_rough_picture_is_smaller_with_longer_runs_and_as_like() -> None:
    small = shot((900, 640)).reduced(160, 120)
    plain = encode.indexed(small, 32)
    longer_runs = encode.longer_runs(small, plain, 300)

    def weight(picture: encode.Indexed) -> int:
        return len(palette_png(picture.indices, picture.palette, level=7))

    def likeness(picture: encode.Indexed) -> float:
        shown = Image.fromarray(picture.palette[picture.indices]).convert("RGB")
        return ssim(shown, small.convert("RGB"))

    assert weight(longer_runs) < 0.97 * weight(plain)
    assert likeness(longer_runs) > likeness(plain) - 0.01


def test_longer_runs_keep_what_is_clear() -> None:
    image = Image.new("RGBA", (4, 1), (10, 10, 10, 255))
    image.putpixel((2, 0), (10, 10, 10, 0))
    picture = encode.longer_runs(image, encode.indexed(image, 16), 1e9)
    assert picture.palette[picture.indices][0, :, 3].tolist() == [255, 255, 0, 255]


@pytest.mark.parametrize("quality", [40, 75, 90, 94, 98])
@pytest.mark.parametrize("full_chroma", [True, False])
def test_noise_becomes_a_jpeg_of_any_quality(quality: int, full_chroma: bool) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 400, 3), dtype=np.uint8))
    made = encode.jpeg(noise, quality, full_chroma=full_chroma)
    for data in (made, encode.jpeg_like(noise, made)):
        with Image.open(io.BytesIO(data)) as found:
            assert np.asarray(found).shape == (400, 400, 3)
