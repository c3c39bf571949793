"""Colour profiles: what a file's numbers mean, made into sRGB, which is what terminals show."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

IGNORED = "broken colour profile ignored"
UNFIT = "unfit colour profile ignored"
_ALIKE = 2
"""A profile whose colours are all as near as this (of 255) to sRGB's is taken for sRGB."""
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode by a profile's colour space."""


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, str]:
    """L, LA, RGB, RGBA, CMYK or LAB made into L, LA, RGB or RGBA, and what is to be said of the profile ('': nothing).
    Without a profile grey and RGB are taken for sRGB."""
    if image.mode == "LAB":
        return _applied(image, _from_lab()), ""
    mode, word = image.mode, ""
    if profile:
        found = _transform(bytes(profile), mode.removesuffix("A"))
        if isinstance(found, _Transform):
            return _with_alpha(image, found), ""
        word = found
    return (image.convert("RGB") if mode == "CMYK" else image), word


class _Transform:
    """From `mode`, which a picture may have to be turned into first, to RGB."""

    def __init__(self, profile: ImageCms.ImageCmsProfile, mode: str) -> None:
        srgb = ImageCms.createProfile("sRGB")
        self.mode = mode
        self._inner = ImageCms.buildTransform(profile, srgb, mode, "RGB", ImageCms.Intent.PERCEPTUAL)

    def __call__(self, image: Image.Image) -> Image.Image:
        source = image if image.mode == self.mode else image.convert(self.mode)
        made = ImageCms.applyTransform(source, self._inner)
        assert made is not None
        return made


def _applied(image: Image.Image, transform: _Transform) -> Image.Image:
    made = transform(image)
    made.info.pop("icc_profile", None)
    return made


def _with_alpha(image: Image.Image, transform: _Transform) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return _applied(image, transform)
    made = _applied(image.convert(image.mode.removesuffix("A")), transform)
    made.putalpha(image.getchannel("A"))
    return made


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> _Transform | str:
    """What turns pictures of `mode` into sRGB; '' when nothing is to be done, else why the profile is ignored."""
    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = _SPACES.get(known.profile.xcolor_space.strip(), "")
        # Grey pictures often bear the profile of the colour picture that they were made of.
        fits = space == mode or (space, mode) == ("RGB", "L")
        if not fits:
            return UNFIT
        made = _Transform(known, space)
        return "" if _changes_nothing(made, mode) else made
    except (ImageCms.PyCMSError, ImportError, OSError, ValueError, TypeError):
        return IGNORED


@lru_cache(maxsize=1)
def _from_lab() -> _Transform:
    return _Transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB")


def _changes_nothing(transform: _Transform, mode: str) -> bool:
    """Whether it leaves all of a set of colours as they are."""
    if mode == "CMYK":
        return False
    sample = _grey_sample() if mode == "L" else _colour_sample()
    before, after = sample.convert("RGB").tobytes(), transform(sample).tobytes()
    return all(abs(a - b) <= _ALIKE for a, b in zip(before, after, strict=True))


def _grey_sample() -> Image.Image:
    return Image.frombytes("L", (256, 1), bytes(range(256)))


def _colour_sample() -> Image.Image:
    levels = range(0, 256, 51)
    colours = [channel for r in levels for g in levels for b in levels for channel in (r, g, b)]
    return Image.frombytes("RGB", (len(colours) // 3, 1), bytes(colours))
