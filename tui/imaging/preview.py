"""Previews as PNGs: they lose resolution before tones, so that no edge is seen in them that the picture has not.

Few colours of a palette turn a sky into steps and a cell into islands. A palette is taken where it is true to the
picture; else all channels are rounded, finely where the picture is smooth, and the preview is somewhat smaller for it.
Grey pictures are sent as greys, of which a byte holds all.

A terminal that scales a preview up mixes the pixels at the picture's edge with the clear ones beside them, and most mix
the colours of these in, though they are not seen. All clear pixels have one colour, which is such that the mixture lies
between the edge and what is round the picture: another one would be seen as a rim.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.encode import BASE64, BLACK, Rgb, Tile, indexed, longer_runs, png, png_level, reduced_size
from tui.imaging.png import palette_png
from tui.imaging.raster import Raster

SOFTER = 1.25
"""By how much smaller a picture with rounded channels is than one of as many bytes with a palette."""
MAX_BLOCK_ERROR = 5.0
"""Of 255: how far the mean of 16x16 pixels may be off in a channel."""
MAX_FALSE_STEPS = 0.005
"""The share of smooth places that may become steps: contours are thin, and seen all the same."""
_ROUNDED = ((24, 12), (6, 3))
"""In 5x5 pixels of at most so wide a range of values channels are rounded to such a step; a step of three is no edge."""
_COARSEST = 24
"""The step where there is more in the picture: it is not seen there."""
_GREYS, _ROUGH_GREYS = 40, 32
"""So many grey values at least, where the picture has them; where there is much in it, so many will do."""
_FINE_STEP, _ROUGH_STEP, _ROUGH_FROM = 3, 6, 12
"""Greys are rounded to at most the one, and to at most the other in 5x5 pixels of more than such a range: elsewhere a step
of four would be an edge."""
_COMMON = 0.002
"""The share of the pixels that makes a grey value one that the picture has."""
_BLOCK = 16
_RARE = 5
"""Percent of an edge's pixels that may be darker, and lighter, than what is said to be its range."""
_NEARLY = 4
"""Levels by which the grey that stands for clear pixels may be off, to be one that the picture hardly has."""

_Values = NDArray[np.uint8]


def is_grey(image: Image.Image) -> bool:
    """Whether an RGB picture has no colours."""
    red, green, blue = (np.asarray(channel) for channel in image.split()[:3])
    return np.array_equal(red, green) and np.array_equal(red, blue)


def block_error(pixels: _Values, true: _Values) -> float:
    """The largest difference of the means of 16x16 pixels in any channel. Both: (height, width, channels)."""
    difference = pixels.astype(np.float32) - true
    high, wide = (max(1, length // _BLOCK) for length in difference.shape[:2])
    part = difference[: high * _BLOCK, : wide * _BLOCK]
    tall, broad = min(_BLOCK, part.shape[0]), min(_BLOCK, part.shape[1])
    means = part.reshape(high, tall, wide, broad, -1).mean(axis=(1, 3))
    return float(np.abs(means).max())


def ranges(image: Image.Image) -> NDArray[np.int16]:
    """Of each pixel of a picture (L or RGB) the range of brightness in the 5x5 pixels round it."""
    grey = np.pad(np.asarray(image.convert("L")), 2, mode="edge")
    return _over_square(grey, np.maximum).astype(np.int16) - _over_square(grey, np.minimum)


def _over_square(values: _Values, of_two: np.ufunc) -> _Values:
    """The greatest or least of each square of 5x5."""
    for axis in (0, 1):
        count = values.shape[axis] - 4
        found = values.take(range(count), axis)
        for at in range(1, 5):
            of_two(found, values.take(range(at, at + count), axis), out=found)
        values = found
    return values


def false_steps(pixels: _Values, image: Image.Image) -> float:
    """The share of neighbours in smooth places of `image` that differ by 4 or more in `pixels`."""
    true = np.asarray(image.convert("L"), np.int16)
    made = np.asarray(Image.fromarray(pixels).convert("L"), np.int16)
    smooth = (ranges(image)[:, :-1] <= 4) & (np.abs(np.diff(true, axis=1)) <= 1)
    return float((np.abs(np.diff(made, axis=1))[smooth] >= 4).mean()) if smooth.any() else 0.0


def is_true(pixels: _Values, image: Image.Image) -> bool:
    """Whether a picture in RGB became these `pixels` without false tones or edges."""
    off = block_error(pixels, np.asarray(image))
    return off <= MAX_BLOCK_ERROR and false_steps(pixels, image) <= MAX_FALSE_STEPS


def rounded(image: Image.Image) -> _Values:
    """(height, width, 3) of a picture in RGB: rounded to few values, where it is smooth to more."""
    pixels, about = np.asarray(image), ranges(image)[..., None]
    found = to_multiples(pixels, _COARSEST)
    for most, step in _ROUNDED:
        found = np.where(about <= most, to_multiples(pixels, step), found)
    return found


def to_multiples(pixels: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """To the nearest multiple of `step`; white stays white."""
    values = np.arange(256)
    table = np.minimum((values + step // 2) // step * step, 255).astype(np.uint8)
    return table[pixels]


def greys(image: Image.Image) -> _Values:
    """(height, width) of a grey picture, rounded where it has more values than are seen, and more so where there is much
    in it."""
    values = np.asarray(image.getchannel(0))
    common = int((np.bincount(values.ravel(), minlength=256) > _COMMON * values.size).sum())
    step = max(1, common // _GREYS)
    if step <= _FINE_STEP:
        return to_multiples(values, step)
    rough = to_multiples(values, min(_ROUGH_STEP, common // _ROUGH_GREYS))
    return np.where(ranges(image) > _ROUGH_FROM, rough, to_multiples(values, _FINE_STEP))


def clear_colour(small: Image.Image, ground: Rgb) -> Rgb:
    """The colour for the clear pixels of a picture in RGBA, which is opaque in one box: `ground`, which is round it, or
    what is nearest to that in the range of the picture's edges beside clear pixels."""
    left, top, right, bottom = small.getchannel("A").getbbox() or (0, 0, *small.size)
    pixels = np.asarray(small)[top:bottom, left:right, :3]
    edges = [
        pixels[:, 0] if left else None,
        pixels[:, -1] if right < small.width else None,
        pixels[0] if top else None,
        pixels[-1] if bottom < small.height else None,
    ]
    beside = [edge for edge in edges if edge is not None]
    if not beside:
        return ground
    low, high = np.percentile(np.concatenate(beside), (_RARE, 100 - _RARE), axis=0)
    red, green, blue = np.clip(ground, low, high).round().astype(int).tolist()
    return red, green, blue


def grey_png(small: Image.Image, ground: Rgb = BLACK) -> bytes:
    """A PNG of a grey picture in RGBA; what is less than half opaque becomes clear."""
    values = greys(small)
    if small.getchannel("A").getextrema() == (255, 255):
        return _png(values, None)
    clear = np.asarray(small)[..., 3] < 128
    wanted = round(sum(clear_colour(small, ground)) / 3)
    # One grey stands for what is transparent; where the picture has it, it has its neighbour instead.
    count = np.bincount(values[~clear], minlength=256)
    near = range(max(0, wanted - _NEARLY), min(255, wanted + _NEARLY) + 1)
    key = min(near, key=lambda grey: (count[grey], abs(grey - wanted)))
    values = np.where(values == key, np.uint8(key + 1 if key < 128 else key - 1), values)
    return _png(np.where(clear, np.uint8(key), values), key)


def rounded_png(small: Image.Image, ground: Rgb = BLACK) -> bytes:
    """A PNG of a picture in RGBA with rounded channels; what is less than half opaque becomes clear."""
    pixels = rounded(small.convert("RGB"))
    if small.getchannel("A").getextrema() == (255, 255):
        return _png(pixels, None)
    clear = np.asarray(small)[..., 3] < 128
    red, green, blue = clear_colour(small, ground)
    # Rounded channels are multiples of three: no pixel of the picture has this one.
    key = min(red, 253) // 3 * 3 + 1, green, blue
    return _png(np.where(clear[..., None], np.array(key, dtype=np.uint8), pixels), key)


def _png(pixels: _Values, clear: int | tuple[int, int, int] | None) -> bytes:
    """`clear`: the colour that is transparent."""
    out = io.BytesIO()
    options = {} if clear is None else {"transparency": clear}
    Image.fromarray(pixels).save(out, "PNG", compress_level=6 if len(pixels) > 200 else 7, **options)
    return out.getvalue()


def png_preview(picture: Raster, divisor: float, colours: int | None, ground: Rgb = BLACK) -> Tile:
    """The whole raster as one tile at 1/`divisor` of its size with a palette of at most `colours` (None: all colours);
    somewhat smaller where a palette would falsify it. `ground`: what is seen round the picture."""
    width, height = reduced_size(picture.image.size, divisor)
    small = picture.reduced(width, height, crisp=True)
    data = (
        png(small, None)
        if colours is None
        else grey_png(small, ground)
        if is_grey(small)
        else _palette_png(small, colours, ground)
    )
    if data is None:
        width, height = reduced_size(picture.image.size, divisor * SOFTER)
        data = rounded_png(picture.reduced(width, height, crisp=True), ground)
    return Tile(picture.column, picture.row, picture.columns, picture.rows, width, height, data)


def _palette_png(small: Image.Image, colours: int, ground: Rgb) -> bytes | None:
    """With the fewest colours that are true to it; None: no palette is."""
    flat, pixels = small.convert("RGB"), small.width * small.height
    if pixels > _SMALL and flat.getcolors(_FEW_COLOURS) is None:
        return None
    clear = clear_colour(small, ground)
    for most in sorted({colours, 256}):
        picture = indexed(small, most, clear)
        shown = picture.palette[picture.indices]
        # Where it is clear nothing is seen.
        if is_true(np.where(shown[..., 3:] == 0, np.asarray(flat), shown[..., :3]), flat):
            if pixels <= _SMALL:
                picture = longer_runs(small, picture, _TOLERANCE / most)
            return palette_png(picture.indices, picture.palette, level=png_level(pixels))
    return None


def png_within(picture: Raster, max_bytes: int) -> tuple[float, int]:
    """Divisor and colours of the best PNG of about `max_bytes` bytes on the wire, tried from the best down: pixels go
    before colours."""
    tried: tuple[float, float] | None = None
    for divisor, colours in _STEPS:
        if tried is not None and tried[1] * (tried[0] / divisor) ** _FALL > max_bytes * _FAR:
            continue
        size = len(png_preview(picture, divisor, colours).data) * BASE64
        if size <= max_bytes:
            return divisor, colours
        tried = divisor, size
    return _STEPS[-1]


_SMALL = 60_000
"""_Values up to which some more milliseconds of encoding are less than what they save on a line."""
_FEW_COLOURS = 4096
"""A larger picture with more than these is no drawing: a palette is not tried."""
_TOLERANCE = 10_000
_FALL, _FAR = 1.8, 1.1
"""Bytes fall about with this power of the divisor; what is expected to be so many times too large is left out."""
_STEPS = tuple((round(1.12**n, 3), 256) for n in range(26))
