"""Still WebP pictures come by rows, as Pillow decodes them, in a part of the memory."""

from __future__ import annotations

import errno
import mmap
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.imaging.pictures import scenery
from tui.imaging import memory, webp
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.header import read_header
from tui.imaging.memory import NotEnoughMemory
from tui.imaging.webp import StillWebp, WebpRows, still_webp, webp_rows
from tui.model.project import MAX_PIXELS

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "lossy": ("RGB", {"quality": 70}),
    "lossless": ("RGB", {"lossless": True}),
    "transparent": ("RGBA", {"quality": 70}),
    "lossless and transparent": ("RGBA", {"lossless": True, "exact": True}),
    "of one colour": ("flat", {"lossless": True}),
}
WIDTH, HEIGHT = 301, 203


def picture(mode: str, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    if mode == "flat":
        return Image.new("RGB", (width, height), (3, 200, 9))
    found = scenery(width, height)
    if mode == "RGBA":
        found.putalpha(Image.linear_gradient("L").resize(found.size))
    return found


def as_pillow_has_it(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image.copy()


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    mode, members = KINDS[request.param]
    picture(mode).save(tmp_path / "a.webp", **members)
    return tmp_path / "a.webp"


def still(path: Path) -> StillWebp:
    header = read_header(path)
    found = still_webp(path, (header.width, header.height))
    assert found is not None, "libwebp cannot be called here"
    return found


def test_every_row_is_as_pillow_decodes_it(path: Path) -> None:
    whole = as_pillow_has_it(path)
    with webp_rows(still(path)) as rows:
        for top in range(0, HEIGHT, 17):
            box = (0, max(0, top - 5), WIDTH, min(HEIGHT, top + 17))
            assert rows.crop(box).tobytes() == whole.crop(box).tobytes()
        again = (10, 3, 200, 90)
        assert rows.crop(again).tobytes() == whole.crop(again).tobytes()


def pixels(found: Decoded) -> bytes:
    assert found.image is not None and found.reason == ""
    return found.image.mode.encode() + found.image.tobytes()


DETAILS = [Detail(), Detail((150, 101), whole=True), Detail((150, 101)), Detail((WIDTH, HEIGHT), whole=True)]


@pytest.mark.parametrize("detail", DETAILS)
def test_it_is_shown_as_before_in_every_size(
    path: Path, detail: Detail, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = pixels(load(path, (120, 90), MAX_PIXELS, detail))
    with monkeypatch.context() as patch:
        patch.setattr(webp, "_library", lambda: None)
        assert pixels(load(path, (120, 90), MAX_PIXELS, detail)) == own


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("size", [(120, 70), (60, 140)])
def test_upright_with_its_profile(
    tmp_path: Path, turn: int, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where its rows are not needed from top to bottom: turned, or high."""
    exif = Image.Exif()
    exif[0x0112] = turn
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "a.webp"
    picture("RGB", *size).save(path, lossless=True, exif=exif.tobytes(), icc_profile=profile)
    assert still(path).profile == profile
    wanted = Detail(tuple(side // 2 for side in (size[::-1] if turn >= 5 else size)), whole=True)  # type: ignore[arg-type]
    for detail in (wanted, Detail()):
        own = pixels(load(path, None, MAX_PIXELS, detail))
        with monkeypatch.context() as patch:
            patch.setattr(webp, "_library", lambda: None)
            assert pixels(load(path, None, MAX_PIXELS, detail)) == own


def test_an_animation_goes_pillow_s_way(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime")]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert still_webp(tmp_path / "a.webp", (40, 30)) is None
    found = load(tmp_path / "a.webp", None, MAX_PIXELS, Detail(frame=1))
    assert found.frames == 2 and found.image is not None and found.image.getpixel((3, 3)) == (0, 255, 0)


def test_what_there_is_of_a_file_that_is_cut_off_is_shown(tmp_path: Path) -> None:
    whole = scenery(WIDTH, HEIGHT)
    path = tmp_path / "a.webp"
    whole.save(path, lossless=True)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    found = load(path, None, MAX_PIXELS)
    assert found.reason.startswith("the file ") and found.image is not None
    assert (found.width, found.height, found.image.size) == (WIDTH, HEIGHT, (WIDTH, HEIGHT))
    upper = (0, 0, WIDTH, HEIGHT // 3)
    assert found.image.crop(upper).tobytes() == whole.crop(upper).tobytes()


@pytest.mark.parametrize("tenth", range(10))
def test_a_file_cut_off_anywhere_is_told(tmp_path: Path, path: Path, tenth: int) -> None:
    data = path.read_bytes()
    cut = tmp_path / "b.webp"
    cut.write_bytes(data[: len(data) * tenth // 10])
    assert load(cut, None, MAX_PIXELS).reason


@pytest.mark.parametrize("seed", range(6))
def test_damage_is_told_or_does_not_matter(tmp_path: Path, path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for at in random.integers(12, len(data), 5):
        data[at] = random.integers(0, 256)
    (tmp_path / "b.webp").write_bytes(data)
    found = load(tmp_path / "b.webp", None, MAX_PIXELS)
    assert found.image is not None or found.reason


def test_rows_that_were_taken_are_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the last band of them, each once, and the file goes to the decoder in pieces that hold about as much."""
    given: list[tuple[int, int]] = []
    ahead: list[int] = []

    class Noted(mmap.mmap):
        def madvise(self, option: int, start: int = 0, length: int = 0) -> None:
            given.append((start, start + length))
            super().madvise(option, start, length)

    class Counted(WebpRows):
        def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
            part = super().crop(box)
            ahead.append(self._there - box[3])
            return part

    monkeypatch.setattr(mmap, "mmap", Noted)
    monkeypatch.setattr(webp, "WebpRows", Counted)
    path = tmp_path / "a.webp"
    scenery(600, 500).resize((2400, 2000)).save(path, lossless=True, quality=0, method=0)
    found = load(path, None, MAX_PIXELS, Detail((600, 500), whole=True))
    assert found.reason == "" and len(ahead) > 3 and max(ahead) < 200, ahead
    assert given == sorted(given) and all(a[1] == b[0] for a, b in pairwise(given))
    assert sum(end - start for start, end in given) > 2400 * 4 * 1500


def test_it_is_planned_for_by_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[int] = []
    monkeypatch.setattr(memory, "free_bytes", lambda: 0)
    for name, members in (("lossy", {}), ("lossless", {"lossless": True})):
        Image.new("RGB", (6000, 4000)).save(tmp_path / name, "WEBP", method=0, **members)
        with pytest.raises(NotEnoughMemory) as raised:
            load(tmp_path / name, (400, 300), MAX_PIXELS)
        planned.append(int(str(raised.value).split(" take ")[1].split(" MB")[0]))
    assert all(100 < each < 160 for each in planned), planned


def test_of_memory_that_is_refused_the_file_is_not_called_damaged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the system, or to the library."""

    def refused(*_: object) -> mmap.mmap:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    real = webp._library()

    class Without:
        WebPINewRGB, WebPIDelete = real.WebPINewRGB, real.WebPIDelete

        def WebPIUpdate(self, *_: object) -> int:
            return 1

    with monkeypatch.context() as patch:
        patch.setattr(mmap, "mmap", refused)
        with pytest.raises(NotEnoughMemory):
            load(path, None, MAX_PIXELS)
    monkeypatch.setattr(webp, "_library", Without)
    with pytest.raises(NotEnoughMemory):
        load(path, None, MAX_PIXELS)


def test_a_profile_counts_where_the_header_speaks_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    picture("RGB").save(path, lossless=True, icc_profile=b"no profile")
    assert still(path).profile == b"no profile"
    data = bytearray(path.read_bytes())
    data[20] &= ~0x20
    path.write_bytes(data)
    assert still(path).profile is None and "icc_profile" not in as_pillow_has_it(path).info


@pytest.mark.parametrize("kind", [b"VP8X", b"ICCP", b"ALPH", b"VP8L", b"VP8 ", b"JUNK"])
@pytest.mark.parametrize("length", [0, 1, 4, 0xFFFF_FFFF])
def test_lengths_in_a_header_may_be_any(tmp_path: Path, kind: bytes, length: int) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(b"RIFF\x10\0\0\0WEBP" + kind + length.to_bytes(4, "little") + bytes(length % 8))
    found = still_webp(path, (4, 4))
    assert (found is not None) == (kind in (b"VP8L", b"VP8 "))


def test_a_row_cannot_be_read_from_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(b"RIFF\x10\0\0\0WEBPVP8 " + bytes(4))
    rows = WebpRows(StillWebp(tmp_path / "a.webp", (4, 4), alpha=False, lossless=False))
    with pytest.raises(ValueError, match="WebP"):
        rows.crop((0, 0, 4, 4))
    rows.close()
