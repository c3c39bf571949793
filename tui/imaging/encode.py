"""Pixels to payloads: palette PNG and JPEG of about a given size, never dithered."""

from __future__ import annotations

import io

from PIL import Image


def png(image: Image.Image, colours: int | None, *, quick: bool = False) -> bytes:
    """A PNG; with `colours` a palette of that many, by median cut, or octree when `quick`."""
    if colours is not None:
        method = Image.Quantize.FASTOCTREE if quick else Image.Quantize.MEDIANCUT
        image = image.quantize(colours, method, dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


def jpeg(image: Image.Image, quality: int) -> bytes:
    """A baseline JPEG with 4:2:0 chroma."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def scaled(image: Image.Image, width: int, height: int) -> Image.Image:
    """Down to at most this size in pixels; never up."""
    factor = min(1.0, width / image.width, height / image.height)
    if factor >= 1.0:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
