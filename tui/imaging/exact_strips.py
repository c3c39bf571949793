"""Strips of a picture as it is: PNGs without a loss, or JPEGs that nobody would tell from it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from PIL import Image

from tui.imaging.encode import Tile, is_grey, jpeg, pixels_of, tiles
from tui.imaging.fidelity import fidelity
from tui.imaging.outline import PixelBox
from tui.imaging.png import full_png, palette_png
from tui.imaging.raster import Raster
from tui.imaging.worker_pool import Check

_ROWS = 4
"""Cells of a strip; at any usual size of cells its blocks of eight pixels are those of the whole picture."""
_QUALITIES = range(70, 99)
_FEW_COLOURS = 256


def exact_tiles(
    picture: Raster,
    cell: tuple[float, float],
    *,
    ground: tuple[int, int, int],
    strip: int,
    lossless: bool,
    check: Check,
) -> list[Tile]:
    """PNG strips; or, unless they are to be `lossless`, JPEGs of the least quality that cannot be told from the picture,
    where those have fewer bytes. `strip`: bytes of one at most. `ground`: what lies outside the picture."""
    image = picture.on(ground)
    if is_grey(image):
        image = image.convert("L")

    def cut(encode: Callable[[Image.Image], bytes]) -> list[Tile]:
        def part(box: PixelBox) -> bytes:
            check()
            return encode(image.crop(box))

        return list(tiles(picture, cell, 1, _ROWS, strip, part))

    exact = cut(png_exact)
    lowest = None if lossless else lowest_quality(image, check)
    if lowest is None:
        return exact
    for quality in range(lowest, _QUALITIES.stop):
        near = cut(lambda part, quality=quality: jpeg(part, quality, full_chroma=True))  # type: ignore[misc]
        if _bytes(near) >= _bytes(exact):
            break
        # Cut at other places than the whole, it may be a little less like.
        if fidelity(np.asarray(joined(near, cell).convert(image.mode)), np.asarray(image)).indistinguishable:
            return near
    return exact


def _bytes(strips: Sequence[Tile]) -> int:
    return sum(len(tile.data) for tile in strips)


def are_full(strips: Iterable[Tile], cell: tuple[float, float]) -> bool:
    """Whether strips have all pixels of their cells: within a budget they may have fewer."""
    return all(tile.width >= int(tile.columns * cell[0]) for tile in strips)


def joined(strips: Sequence[Tile], cell: tuple[float, float]) -> Image.Image:
    """The pixels (RGB) of strips in full size that cover a rectangle, from its top left corner on."""
    left = round(min(tile.column for tile in strips) * cell[0])
    top = round(min(tile.row for tile in strips) * cell[1])
    places = [(round(tile.column * cell[0]) - left, round(tile.row * cell[1]) - top) for tile in strips]
    width = max(x + tile.width for (x, _), tile in zip(places, strips, strict=True))
    height = max(y + tile.height for (_, y), tile in zip(places, strips, strict=True))
    whole = Image.new("RGB", (width, height))
    for place, tile in zip(places, strips, strict=True):
        whole.paste(pixels_of(tile).convert("RGB"), place)
    return whole


def lowest_quality(image: Image.Image, check: Check) -> int | None:
    """The least quality of a JPEG that cannot be told from `image` (RGB or L); None when none is good enough."""
    true = np.asarray(image)

    def good(quality: int) -> bool:
        check()
        with Image.open(io.BytesIO(jpeg(image, quality, full_chroma=True)), formats=("JPEG",)) as found:
            return fidelity(np.asarray(found), true).indistinguishable

    low, high = _QUALITIES.start, _QUALITIES.stop
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle + 1, high)
    return low if low < _QUALITIES.stop else None


def png_exact(image: Image.Image) -> bytes:
    """A PNG of RGB or L that loses nothing, with a palette where there are few colours and that is smaller."""
    return min(_candidates(image), key=len)


def _candidates(image: Image.Image) -> Iterator[bytes]:
    yield full_png(np.asarray(image))
    listed = image.getcolors(_FEW_COLOURS)
    if listed is not None:
        pixels = np.asarray(image.convert("RGB")).astype(np.int32)
        packed = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
        colours, places = np.unique(packed, return_inverse=True)
        palette = np.stack(
            [colours >> 16, colours >> 8 & 255, colours & 255, np.full_like(colours, 255)], axis=1
        )
        yield palette_png(places.reshape(packed.shape).astype(np.uint8), palette.astype(np.uint8))
