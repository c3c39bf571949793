"""Colour profiles are followed where they say anything, and passed over with a word where they are broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.imaging.pictures import scenery
from tests.imaging.profile_files import SRGB_PRIMARIES, cmyk_profile, grey_profile, rgb_profile
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.profiles import IGNORED, UNFIT
from tui.model.project import MAX_PIXELS

SWAPPED = SRGB_PRIMARIES[::-1]
"""A screen whose red is blue."""


def shown(path: Path, max_size: tuple[int, int] | None = None, *, whole: bool = False) -> Decoded:
    found = load(path, max_size, MAX_PIXELS, Detail(whole=whole))
    assert found.reason == "" and found.image is not None
    return found


def colour(found: Decoded, at: tuple[int, int] = (3, 3)) -> tuple[int, ...]:
    assert found.image is not None
    pixel = found.image.getpixel(at)
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_a_profile_decides_what_the_numbers_mean(tmp_path: Path, format: str) -> None:
    image = Image.new("RGB", (40, 30), (255, 0, 0))
    members = {"lossless": True} if format == "WEBP" else {"quality": 95} if format == "JPEG" else {}
    image.save(tmp_path / "a", format, icc_profile=rgb_profile(2.2, SWAPPED), **members)
    for found in (
        shown(tmp_path / "a"),
        shown(tmp_path / "a", (10, 10)),
        shown(tmp_path / "a", (10, 10), whole=True),
    ):
        red, green, blue = colour(found)
        assert red < 12 and green < 12 and blue > 240
        assert found.word == ""


def test_previews_drafts_and_whole_decodes_have_the_same_colours(tmp_path: Path) -> None:
    picture = scenery(1600, 1200)
    picture.save(tmp_path / "a.jpg", quality=95, icc_profile=rgb_profile(1.0))
    plain = tmp_path / "plain.jpg"
    picture.save(plain, quality=95)
    means = []
    for found in (
        shown(tmp_path / "a.jpg", (100, 75)),
        shown(tmp_path / "a.jpg", (100, 75), whole=True),
        shown(tmp_path / "a.jpg"),
    ):
        means.append(np.asarray(found.image).mean())
    assert max(means) - min(means) < 3
    # A linear picture is much lighter than its numbers.
    assert min(means) > np.asarray(shown(plain, (100, 75)).image).mean() + 20


def test_srgb_itself_changes_nothing(tmp_path: Path) -> None:
    picture = scenery(60, 40)
    known = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(tmp_path / "a.png", icc_profile=known)
    found = shown(tmp_path / "a.png")
    assert found.image is not None and found.image.tobytes() == picture.tobytes()


def test_grey_pictures_have_profiles_too(tmp_path: Path) -> None:
    image = Image.new("L", (20, 20), 128)
    image.save(tmp_path / "grey.png", icc_profile=grey_profile(1.0))
    # Half of the light is 188 in sRGB.
    assert all(abs(value - 188) <= 2 for value in colour(shown(tmp_path / "grey.png")))
    image.save(tmp_path / "colour.png", icc_profile=rgb_profile(1.0))
    assert all(abs(value - 188) <= 2 for value in colour(shown(tmp_path / "colour.png")))


def test_a_profile_reaches_pictures_with_transparency_and_palettes(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 128))
    image.save(tmp_path / "a.png", icc_profile=rgb_profile(2.2, SWAPPED))
    red, _, blue, alpha = colour(shown(tmp_path / "a.png"))
    assert (red < 12, blue > 240, alpha) == (True, True, 128)
    image.convert("RGB").quantize(4).save(tmp_path / "p.png", icc_profile=rgb_profile(2.2, SWAPPED))
    assert colour(shown(tmp_path / "p.png"))[2] > 240


def test_inks_are_shown_by_their_profile(tmp_path: Path) -> None:
    image = Image.new("CMYK", (20, 20), (255, 0, 0, 0))
    image.save(tmp_path / "a.tif", icc_profile=cmyk_profile())
    assert max(colour(shown(tmp_path / "a.tif"))) < 12
    image.save(tmp_path / "plain.tif")
    assert colour(shown(tmp_path / "plain.tif")) == (0, 255, 255)


@pytest.mark.parametrize(
    ("profile", "word"),
    [(b"nothing of the kind", IGNORED), (rgb_profile(1.0)[:140], IGNORED), (cmyk_profile(), UNFIT)],
)
def test_a_profile_that_cannot_be_used_is_ignored_with_a_word(
    tmp_path: Path, profile: bytes, word: str
) -> None:
    picture = scenery(60, 40)
    picture.save(tmp_path / "a.png", icc_profile=profile)
    found = shown(tmp_path / "a.png")
    assert found.image is not None and found.image.tobytes() == picture.tobytes()
    assert (found.word, found.reason) == (word, "")
