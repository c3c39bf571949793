"""From whatever a decoder gives to eight bits a channel at the size wanted, in bands of rows where a picture is large.

The pixels of a large picture are in memory once, as they were decoded; what is made of them is never much larger than
the canvas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image, ImageOps

from tui.imaging.profiles import to_srgb
from tui.imaging.tones import WHOLE_WINDOW, Window, eight_bits, is_deep, part_of, values_of, window_of

_SUPPORT = 3.0
"""Pixels that LANCZOS looks at on either side, times the scale."""
_BAND_PIXELS = 4_000_000
_SMALL_BAND_PIXELS = 1_000_000
"""The same where bands do not overlap."""
_RESIZABLE = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")
_NEAREST = {"1": "L", "La": "LA", "RGBa": "RGBA", "PA": "RGBA"}
_TURN_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""
_GREY_SCALES = {"1": 255, "L;2": 85, "L;4": 17}
"""What one step of a grey PNG of few bits is in eight."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file's numbers are read. `window`: of deep pictures. `clear`: the value that means transparent, in units of
    the decoded picture. `inverted`: zero is white. `profile`: an ICC profile."""

    window: Window | None = None
    clear: object = None
    inverted: bool = False
    profile: bytes | None = None


@dataclass(frozen=True, slots=True)
class Flattened:
    """`image`: RGB, or RGBA where something is transparent. `window`: through which a deep picture is seen. `word`: what is
    to be said of it, '' for nothing."""

    image: Image.Image
    window: Window | None = None
    word: str = ""


def flattened(
    image: Image.Image,
    size: tuple[int, int],
    turn: int = 1,
    window: Window | None = None,
    gap: float | None = 2.0,
    share: Window = WHOLE_WINDOW,
) -> Flattened:
    """A picture that was opened, turned upright, at `size`. `turn`: its EXIF orientation. `window`: None for one found from
    the data. `gap`: how roughly it may be reduced (Pillow's `reducing_gap`); None: resized from all pixels at once.
    `share`: what of the window is shown."""
    raw = _raw_mode(image)
    image.load()
    reading = _reading(image, raw, window, share)
    upright = Upright(image, turn)
    if upright.size == size and image.mode == "RGB" and reading.profile is None and reading.clear is None:
        return Flattened(upright.rows(0, size[1]))
    return _made(upright, size, reading, gap)


def flattened_rows(
    rows: Rows, size: tuple[int, int], turn: int, profile: bytes | None, gap: float | None
) -> Flattened:
    """The same of RGB or RGBA that is decoded only as it is asked for; it is all in memory where it is not asked for from
    top to bottom (see `in_order`)."""
    stored = rows if in_order(rows.size, turn, gap) else _as_large(Upright(rows, 1), Reading()).image
    return _made(Upright(stored, turn), size, Reading(profile=profile), gap)


def in_order(stored: tuple[int, int], turn: int, gap: float | None) -> bool:
    """Whether rows of a picture of that size are asked for one after another, none of them again once it was passed by."""
    return turn <= 2 and (gap is not None or stored[1] <= _HIGH * stored[0])


def _made(upright: Upright, size: tuple[int, int], reading: Reading, gap: float | None) -> Flattened:
    if upright.size == size:
        return _as_large(upright, reading)
    made, word = to_srgb(_resized(upright, size, reading, gap), reading.profile)
    return Flattened(_shown(made), reading.window, word)


def _raw_mode(image: Image.Image) -> str:
    """How the pixels lie in the file, as far as that is known before they are decoded."""
    tiles = getattr(image, "tile", ())
    arguments = tiles[0][3] if tiles else ""
    return arguments if isinstance(arguments, str) else ""


def _reading(image: Image.Image, raw: str, window: Window | None, share: Window) -> Reading:
    deep = is_deep(image)
    found = part_of(window or window_of(image), share) if deep else None
    profile = image.info.get("icc_profile")
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        # Some versions of Pillow scale it themselves.
        clear = min(clear * _GREY_SCALES.get(raw, 1), 255) if image.format == "PNG" and not deep else clear
    elif isinstance(clear, tuple) and max(clear) > 255:
        clear = tuple(value >> 8 for value in clear)
    zero_is_white = deep and image.format == "TIFF" and image.tag_v2.get(262) == 0  # type: ignore[attr-defined]
    usable = profile if isinstance(profile, bytes) and profile and not deep else None
    return Reading(found, clear, zero_is_white, usable)


def _flat(band: Image.Image, reading: Reading) -> Image.Image:
    """In a mode that can be resized and has eight bits a channel."""
    if reading.window is not None:
        return _windowed(band, reading, reading.window)
    if reading.clear is not None and band.mode in ("1", "L", "RGB", "P"):
        if band.mode == "1":
            band = band.convert("L")
        band.info["transparency"] = reading.clear
        return band.convert("LA" if band.mode == "L" else "RGBA")
    if band.mode in _RESIZABLE:
        return band
    band.info.pop("transparency", None)
    return band.convert(_NEAREST.get(band.mode, "RGB"))


def _windowed(band: Image.Image, reading: Reading, window: Window) -> Image.Image:
    grey = eight_bits(band, window)
    if reading.inverted:
        grey = ImageOps.invert(grey)
    if isinstance(reading.clear, int):
        seen = values_of(band) != reading.clear
        grey.putalpha(Image.fromarray((seen * 255).astype(np.uint8), "L"))
    return grey


class Rows(Protocol):
    """A picture as it was stored, of which parts can be had: one in memory, or one that is decoded by and by."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part within left, top, right and bottom."""


@dataclass(frozen=True, slots=True)
class Upright:
    """Rows of a picture as it is to be seen, which lies in memory as it was stored. `turn`: its EXIF orientation."""

    stored: Rows
    turn: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height when it stands upright."""
        return self.stored.size[::-1] if self.turn >= 5 else self.stored.size

    def rows(self, first: int, last: int) -> Image.Image:
        """The rows from `first` to before `last`, upright; the picture itself where that is all of it."""
        length = self.size[1]
        if self.turn in (3, 4, 7, 8):
            first, last = length - last, length - first
        across, down = self.stored.size
        box = (first, 0, last, down) if self.turn >= 5 else (0, first, across, last)
        whole = self.stored if isinstance(self.stored, Image.Image) and last - first == length else None
        part = self.stored.crop(box) if whole is None else whole
        return part.transpose(_TURN_BACK[self.turn]) if self.turn in _TURN_BACK else part


def _resized(image: Upright, size: tuple[int, int], reading: Reading, gap: float | None) -> Image.Image:
    """In bands of rows of the result, each from the rows of the picture that it needs."""
    if gap is None:
        return _resized_at_once(image, size, reading)
    width, height = image.size
    scale = height / size[1]
    support = math.ceil(_SUPPORT * max(1.0, scale)) + 1
    step = max(1, int(_BAND_PIXELS / max(1.0, width * scale)))
    whole: Image.Image | None = None
    for top in range(0, size[1], step):
        bottom = min(top + step, size[1])
        first = max(0, math.floor(top * scale) - support)
        last = min(height, math.ceil(bottom * scale) + support)
        box = (0, top * scale - first, width, min(bottom * scale - first, last - first))
        part = _flat(image.rows(first, last), reading).resize(
            (size[0], bottom - top), Image.Resampling.LANCZOS, box, reducing_gap=gap
        )
        if bottom - top == size[1]:
            return part
        whole = Image.new(part.mode, size) if whole is None else whole
        whole.paste(part, (0, top))
    assert whole is not None
    return whole


_PREMULTIPLIED = {"RGBA": "RGBa", "LA": "La"}
_HIGH = 1.9


def _resized_at_once(image: Upright, size: tuple[int, int], reading: Reading) -> Image.Image:
    """To the bit what resizing the whole picture gives: Pillow makes it narrower first, which is done here in bands, and
    then lower. A band with a height of its own would round here and there another way. Where a picture is high, Pillow
    begins with the other side."""
    width, height = image.size
    if height > _HIGH * width:
        return _flat(image.rows(0, height), reading).resize(size, Image.Resampling.LANCZOS)
    step = max(1, _SMALL_BAND_PIXELS // width)
    narrow: Image.Image | None = None
    mode = ""
    for top in range(0, height, step):
        band = _flat(image.rows(top, min(top + step, height)), reading)
        mode = band.mode
        if mode in _PREMULTIPLIED:
            band = band.convert(_PREMULTIPLIED[mode])
        part = band.resize((size[0], band.height), Image.Resampling.LANCZOS)
        narrow = Image.new(part.mode, (size[0], height)) if narrow is None else narrow
        narrow.paste(part, (0, top))
    assert narrow is not None
    small = narrow.resize(size, Image.Resampling.LANCZOS)
    return small.convert(mode) if mode in _PREMULTIPLIED else small


def _as_large(image: Upright, reading: Reading) -> Flattened:
    """Every pixel, band by band."""
    whole: Image.Image | None = None
    word = ""
    step = max(1, _SMALL_BAND_PIXELS // image.size[0])
    for top in range(0, image.size[1], step):
        band = image.rows(top, min(top + step, image.size[1]))
        part, word = to_srgb(_flat(band, reading), reading.profile)
        if "A" in part.getbands():
            part = part.convert("RGBA")
        if whole is None:
            whole = Image.new("RGBA" if part.mode == "RGBA" else "RGB", image.size)
        whole.paste(part, (0, top))
    assert whole is not None
    return Flattened(_shown(whole), reading.window, word)


def _shown(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something of it is transparent."""
    if "A" not in image.getbands():
        return image if image.mode == "RGB" else image.convert("RGB")
    opaque = image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB" if opaque else "RGBA")
