"""Files of several frames: each can be shown, in the place of the first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging import frames
from tui.imaging.codecs import open_unlimited
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.develop import cache_key
from tui.imaging.ladder import Step
from tui.model.project import MAX_PIXELS

COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]


def save(path: Path, format: str, sizes: list[tuple[int, int]] | None = None) -> Path:
    frames = [
        Image.new("RGB", size, colour)
        for size, colour in zip(sizes or [(40, 30)] * len(COLOURS), COLOURS, strict=False)
    ]
    members = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(path, format, save_all=True, append_images=frames[1:], **members)
    return path


def frame(path: Path, number: int, max_size: tuple[int, int] | None = None) -> Decoded:
    return load(path, max_size, MAX_PIXELS, Detail(frame=number))


def middle(found: Decoded) -> tuple[int, ...]:
    assert found.image is not None, found.reason
    pixel = found.image.convert("RGB").getpixel((found.image.width // 2, found.image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("format", ["TIFF", "GIF", "WEBP", "PNG"])
def test_each_frame_is_shown(tmp_path: Path, format: str) -> None:
    path = save(tmp_path / "a", format)
    for number, colour in enumerate(COLOURS):
        found = frame(path, number)
        assert (found.frames, found.reason, found.width, found.height) == (3, "", 40, 30)
        assert np.abs(np.subtract(middle(found), colour)).max() <= 8


def test_what_a_telephone_keeps_beside_a_photograph_is_no_frame(tmp_path: Path) -> None:
    """A preview, a map of depth: they lie behind the picture in one file, as multi-picture format."""
    found = frame(save(tmp_path / "a.jpg", "MPO", [(40, 30), (20, 15)]), 0)
    assert (found.frames, found.reason, found.width, found.height) == (1, "", 40, 30)
    assert np.abs(np.subtract(middle(found), COLOURS[0])).max() <= 8


def test_a_frame_of_another_size_lies_in_the_place_of_the_first(tmp_path: Path) -> None:
    """A copy of half the size covers it; one of another shape leaves room that is transparent."""
    path = save(tmp_path / "a.tif", "TIFF", [(80, 60), (40, 30), (30, 60)])
    half, narrow = frame(path, 1), frame(path, 2)
    for found in (half, narrow):
        assert found.image is not None
        assert (found.width, found.height, found.image.size) == (80, 60, (80, 60))
    assert middle(half) == COLOURS[1] and middle(narrow) == COLOURS[2]
    assert half.image is not None and half.image.convert("RGBA").getpixel((0, 0)) == (*COLOURS[1], 255)
    assert narrow.image is not None and narrow.image.mode == "RGBA"
    assert np.flatnonzero(np.asarray(narrow.image)[30, :, 3]).tolist() == list(range(25, 55))
    small = frame(path, 2, (40, 40))
    assert small.image is not None and small.image.size == (40, 30)


def test_a_turned_file_turns_all_its_frames(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    first, second = scenery(40, 30), scenery(40, 30).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    first.save(tmp_path / "a.png", save_all=True, append_images=[second], exif=exif)
    found = frame(tmp_path / "a.png", 1)
    assert found.image is not None
    upright = second.transpose(Image.Transpose.ROTATE_270)
    assert (found.width, found.height) == (30, 40)
    assert found.image.convert("RGB").tobytes() == upright.tobytes()


def broken_tiff(path: Path) -> Path:
    """Three pages of noise; the pixels of the second are cut out of the middle of the file."""
    random = np.random.default_rng(2)
    pages = [Image.fromarray(random.integers(0, 256, (30, 40, 3)).astype(np.uint8)) for _ in range(3)]
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    with Image.open(path) as image:
        image.seek(1)
        (start,), (length,) = image.tag_v2[273], image.tag_v2[279]  # type: ignore[attr-defined]
    data[start : start + length] = b"\xff" * length
    path.write_bytes(data)
    return path


def test_frames_behind_a_damaged_one_are_shown(tmp_path: Path) -> None:
    path = broken_tiff(tmp_path / "a.tif")
    first, second, third = (frame(path, number) for number in range(3))
    assert (first.frames, first.reason, third.reason) == (3, "", "")
    assert first.image is not None and third.image is not None
    assert second.reason.startswith("the file ") and second.frames == 3


def test_a_file_cut_off_behind_some_frames_has_these(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    pages = [Image.fromarray(random.integers(0, 256, (60, 80, 3)).astype(np.uint8)) for _ in range(6)]
    path = tmp_path / "a.gif"
    pages[0].save(path, "GIF", save_all=True, append_images=pages[1:])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    found = frame(path, 0)
    assert found.image is not None and found.reason == ""
    assert 2 <= found.frames <= 4


def test_a_frame_that_is_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", "TIFF", [(40, 30), (400, 300)])
    found = load(path, None, 10_000, Detail(frame=1))
    assert found.image is None and "allowed (max_pixels)" in found.reason
    assert load(path, None, 10_000, Detail()).reason == ""


def test_frames_are_kept_apart(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", "TIFF")
    cache = DecodeCache()
    subjects = [Subject(path, MAX_PIXELS, (20, 20), (10.0, 20.0), frame=number) for number in range(3)]
    for _ in range(2):
        assert [middle(cache.decoded(subject)) for subject in subjects] == COLOURS[:3]
        assert [middle(cache.whole(subject)) for subject in subjects] == COLOURS[:3]
    step = Step("png", 1, None)
    assert len({cache_key(subject, step) for subject in subjects}) == 3


def test_pages_are_counted_once_for_all_decodes_until_the_file_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def noted(path: Path, formats: tuple[str, ...]) -> Image.Image:
        opened.append(path)
        return open_unlimited(path, formats)

    monkeypatch.setattr(frames, "open_unlimited", noted)
    path = save(tmp_path / "a.tif", "TIFF")
    assert [frame(path, number).frames for number in (0, 1, 1)] == [3, 3, 3]
    assert opened == [path]
    save(path, "TIFF", [(40, 30)] * 2)
    assert frame(path, 0).frames == 2
