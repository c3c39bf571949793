"""What adjustments do to pixels: numbers, without a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.adjust import adjusted, adjusted_raster
from tui.imaging.cache import DiskCache
from tui.imaging.decode import Decoded
from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.develop import Developer, cache_key
from tui.imaging.encode import pixels_of
from tui.imaging.ladder import Step
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport
from tui.model.view_settings import NEUTRAL, Adjustment, ViewSettings

RAMP = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :].repeat(8, 0), "L")


def values(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image).astype(np.int16)


def ramp(**settings: Any) -> list[int]:
    """What becomes of the values 0 to 255."""
    return [int(value) for value in values(adjusted(RAMP, Adjustment(**settings)))[0]]


def scene(size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Three colour channels that differ, dull in the left half."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    planes = [90 + 40 * np.sin(x / (9 + n) + n) * np.cos(y / (14 - n)) for n in range(3)]
    image = np.stack(planes, -1)
    image[:, : size[0] // 2] = image[:, : size[0] // 2] * 0.2 + 60
    return Image.fromarray(image.astype(np.uint8), "RGB")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_neutral_is_the_picture_itself(mode: str) -> None:
    image = scene().convert(mode)
    assert adjusted(image, NEUTRAL) is image
    cut = raster(scene(), Viewport.fit((320, 240), (200, 200), (10, 20)))
    assert (
        cut is not None and adjusted_raster(cut, Decoded(scene()), Viewport((1, 1), (1, 1)), NEUTRAL) is cut
    )
    assert ramp() == list(range(256))


@pytest.mark.parametrize(
    "settings",
    [
        {"brightness": 40}, {"brightness": -40}, {"contrast": 60}, {"contrast": -60}, {"gamma": 220}, {"gamma": 45},
        {"level": 30, "window": 20}, {"window": 180}, {"stretch": 2.0}, {"contrast": 30, "gamma": 150, "stretch": 1.0},
    ],
)  # fmt: skip
def test_what_was_lighter_is_not_darker_afterwards(settings: dict[str, Any]) -> None:
    found = ramp(**settings)
    assert found == sorted(found) and found != list(range(256))
    assert ramp(**settings, invert=True) == [255 - value for value in found]


def test_numbers() -> None:
    assert ramp(brightness=20)[:2] == [51, 52] and ramp(brightness=20)[-52:] == [255] * 52
    assert ramp(contrast=100)[96:160:16] == [2, 66, 130, 194]
    assert ramp(gamma=200)[64] == round(255 * (64 / 255) ** 0.5)
    windowed = ramp(level=50, window=10)
    assert windowed[:115] == [0] * 115 and windowed[141:] == [255] * 115
    assert 126 <= (windowed[127] + windowed[128]) / 2 <= 129


def test_inverted_twice_is_as_before() -> None:
    image = scene()
    inverted = Adjustment(invert=True)
    assert values(adjusted(adjusted(image, inverted), inverted)).tolist() == values(image).tolist()
    assert values(adjusted(image, inverted))[5, 7].tolist() == (255 - values(image)[5, 7]).tolist()


def test_stretching_uses_the_whole_range_and_clips_what_it_says() -> None:
    found = values(adjusted(scene().convert("L"), Adjustment(stretch=1.0)))
    assert (found.min(), found.max()) == (0, 255)
    for end in (0, 255):
        assert 0.001 < np.mean(found == end) < 0.03
    flat = Image.new("RGB", (40, 30), (90, 90, 90))
    assert values(adjusted(flat, Adjustment(stretch=5.0))).tolist() == values(flat).tolist()


def test_one_channel_is_grey_with_its_values() -> None:
    image = scene()
    for n, channel in enumerate(("red", "green", "blue")):
        found = values(adjusted(image, Adjustment(channel=channel)))  # type: ignore[arg-type]
        assert all(np.array_equal(found[..., plane], values(image)[..., n]) for plane in range(3))
    luma = values(adjusted(image, Adjustment(channel="luma")))
    assert np.array_equal(luma[..., 0], values(image.convert("L")))
    assert values(adjusted(RAMP, Adjustment(channel="blue", invert=True)))[0, 3] == 252


def test_transparency_stays() -> None:
    image = scene().convert("RGBA")
    image.putalpha(77)
    found = adjusted(image, Adjustment(gamma=200))
    assert found.mode == "RGBA" and set(values(found)[..., 3].ravel()) == {77}


def test_local_contrast_raises_what_is_dull_more_than_what_is_not_and_keeps_grey_grey() -> None:
    image = scene()
    before, after = values(image), values(adjusted(image, Adjustment(local=100)))
    gain = [after[:, half].std() / before[:, half].std() for half in (slice(0, 150), slice(170, 320))]
    assert gain[0] > 2 and gain[0] > 1.3 * gain[1]
    grey = values(adjusted(image.convert("L").convert("RGB"), Adjustment(local=80)))
    assert np.array_equal(grey[..., 0], grey[..., 2])
    assert np.array_equal(after, values(adjusted(image, Adjustment(local=100)))), "the same every time"
    half = values(adjusted(image, Adjustment(local=50)))
    assert np.abs(half - (before + after) / 2).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (40, 9)])
def test_pictures_of_any_size_have_local_contrast(size: tuple[int, int]) -> None:
    assert adjusted(scene((520, 520)).resize(size), Adjustment(local=60, stretch=0.5)).size == size


def test_a_part_that_was_zoomed_into_looks_as_in_the_whole() -> None:
    """The same point of the image has the same value, whatever else is on the canvas."""
    image, adjustment = scene((800, 600)), Adjustment(stretch=1.0, local=70, contrast=20)
    whole = values(adjusted(image, adjustment))
    view = Viewport.fit(image.size, (800, 600), (10, 20)).zoomed(4.0).panned(0.3, 0.2)
    cut = raster(image, view)
    assert cut is not None
    found = values(adjusted_raster(cut, Decoded(image), view, adjustment).image)
    left, top, right, bottom = cut.inside
    x, y = view.visible[:2]
    inside = found[top:bottom:4, left:right:4]
    same = whole[round(y) : round(y) + inside.shape[0], round(x) : round(x) + inside.shape[1]]
    assert np.abs(inside[: same.shape[0], : same.shape[1]] - same).mean() < 1.5


def test_adjusted_pictures_are_made_so_and_not_kept_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene().save(path)
    plain = Subject(path, 10**8, (320, 240), (10.0, 20.0))
    inverted = replace(plain, adjustment=Adjustment(invert=True))
    step = Step("png", 1, None)
    assert cache_key(plain, step) is not None and cache_key(inverted, step) is None
    develop = Developer(DecodeCache(), DiskCache(tmp_path / "cache"))
    before, after, again = (pixels_of(develop(each, step).tiles[0]) for each in (plain, inverted, plain))
    assert np.abs(values(before)[..., :3] + values(after)[..., :3] - 255).max() <= 1
    assert np.array_equal(values(before), values(again))


def test_a_window_shows_values_of_more_than_eight_bits_that_are_lost_in_eight(tmp_path: Path) -> None:
    """Level and window are percent of the window that was found from the data; a narrow one has all its tones, in every
    decode and step, and a wide one shows what lies outside the one that was found."""
    path = tmp_path / "deep.png"
    data = np.linspace(1000, 5000, 320 * 240).reshape(240, 320).astype(np.uint16)
    data[0] = 60_000  # Less than half a percent of all pixels: it decides nothing.
    Image.fromarray(data).save(path)
    plain = Subject(path, 10**8, (320, 240), (10.0, 20.0))
    narrow = replace(plain, adjustment=Adjustment(level=50, window=10))
    wide = replace(plain, adjustment=Adjustment(level=50, window=200))
    cache = DecodeCache()
    for step in (Step("png", 1, None), Step("png", 1, None, exact=True)):
        before, near, far = (
            values(pixels_of(Developer(cache)(each, step).tiles[0]))[..., 0] for each in (plain, narrow, wide)
        )
        middle = (before > 118) & (before < 137)
        assert len(np.unique(before[middle])) < 20 and len(np.unique(near[middle])) > 150
        assert np.mean(near == 0) > 0.4 and np.mean(near == 255) > 0.4
        assert far[120].min() >= 64 and far[120].max() <= 191
        assert before[0, 0] == 255
    assert cache.decoded(plain).window != cache.decoded(narrow).window


def test_a_picture_of_eight_bits_is_decoded_once_for_all_windows(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene().save(path)
    subject, cache = Subject(path, 10**8, (320, 240), (10.0, 20.0)), DecodeCache()
    narrow = replace(subject, adjustment=Adjustment(window=40))
    assert cache.decoded(narrow) is cache.decoded(subject)
    assert cache.whole(narrow) is cache.whole(subject)


def test_what_is_not_neutral_is_recorded_and_signed() -> None:
    assert ViewSettings().members == {} and ViewSettings().signs == ()
    view = ViewSettings(Adjustment(gamma=140, invert=True, level=30, window=20), 60, shapes=False)
    assert view.members == {
        "gamma": 140, "level": 30, "window": 20, "invert": True, "mask_opacity": 60, "shapes": False,
    }  # fmt: skip
    assert view.signs == ("shapes hidden", "γ1.4", "inverted", "windowed", "masks 60%")
