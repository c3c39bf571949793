"""Pictures of all kinds and all kinds of damage: right pixels, or a sentence; never an exception."""

from __future__ import annotations

import io
import os
import re
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from devtools.emulator.likeness import psnr
from tests.imaging.pictures import scenery
from tests.waiting import PATIENCE
from tui.imaging.decode import fitted, load
from tui.imaging.flatten import Flattened
from tui.imaging.flaws import flaw
from tui.imaging.header import NotAPicture, read_header
from tui.model.project import MAX_PIXELS

FORMATS = [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("TIFF", "tif"), ("BMP", "bmp")]


def save(folder: Path, image: Image.Image, format: str, name: str = "picture", **members: object) -> Path:
    path = folder / name
    image.save(path, format, **members)
    return path


def pixels(path: Path, max_size: tuple[int, int] | None = None) -> Image.Image:
    decoded = load(path, max_size, MAX_PIXELS)
    assert decoded.reason == "" and decoded.image is not None and decoded.image.mode == "RGB"
    return decoded.image


@pytest.mark.parametrize(("format", "suffix"), FORMATS)
def test_each_format_is_told_by_its_content(tmp_path: Path, format: str, suffix: str) -> None:
    path = save(tmp_path, scenery(70, 50), format, "picture.txt")
    header = read_header(path)
    assert (header.format, header.width, header.height, header.reason) == (format, 70, 50, "")
    decoded = load(path, (1000, 1000), MAX_PIXELS)
    assert decoded.image is not None and decoded.image.size == (70, 50) == (decoded.width, decoded.height)
    assert psnr(decoded.image, scenery(70, 50)) > 20


def test_large_pictures_are_decoded_to_the_size_wanted(tmp_path: Path) -> None:
    path = save(tmp_path, scenery(1600, 1200), "JPEG", quality=95)
    small = pixels(path, (500, 500))
    assert small.size == (500, 375)
    assert psnr(small, scenery(1600, 1200).resize((500, 375), Image.Resampling.LANCZOS)) > 30
    assert pixels(path).size == (1600, 1200)


@pytest.mark.parametrize(
    ("size", "max_size", "result"),
    [
        ((10, 10), (100, 100), (10, 10)),
        ((20000, 1), (1000, 760), (1000, 1)),
        ((1, 1), (1, 1), (1, 1)),
        ((30, 60), None, (30, 60)),
    ],
)
def test_fitted(size: tuple[int, int], max_size: tuple[int, int] | None, result: tuple[int, int]) -> None:
    assert fitted(*size, max_size) == result


# Orientation


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize(
    ("format", "suffix"), [f for f in FORMATS if f[0] in ("JPEG", "PNG", "WEBP", "TIFF")]
)
def test_every_orientation_comes_out_upright(tmp_path: Path, format: str, suffix: str, turn: int) -> None:
    stored = Image.new("RGB", (160, 96), (200, 200, 200))
    stored.paste((255, 0, 0), (0, 0, 80, 48))
    stored.paste((0, 0, 255), (80, 48, 160, 96))
    exif = Image.Exif()
    exif[0x0112] = turn
    path = save(tmp_path, stored, format, exif=exif.tobytes())
    tagged = stored.copy()
    tagged.getexif()[0x0112] = turn
    upright = ImageOps.exif_transpose(tagged)
    header = read_header(path)
    assert (header.width, header.height) == upright.size
    assert psnr(pixels(path), upright) > 25
    assert pixels(path, (40, 40)).size == fitted(*upright.size, (40, 40))
    assert psnr(pixels(path, (80, 80)), upright.resize(fitted(*upright.size, (80, 80)))) > 20


@pytest.mark.parametrize("turn", [0, 9, 77])
def test_an_orientation_that_does_not_exist_is_none(tmp_path: Path, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = save(tmp_path, scenery(40, 30), "JPEG", exif=exif.tobytes())
    assert read_header(path).turn == 1
    assert pixels(path).size == (40, 30)


# Kinds of pixels


def test_cmyk_is_shown_in_its_colours(tmp_path: Path) -> None:
    image = Image.new("CMYK", (40, 30), (0, 255, 255, 0))
    red, green, blue = pixels(save(tmp_path, image, "JPEG", quality=95)).getpixel((20, 15))  # type: ignore[misc]
    assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_decoded(tmp_path: Path, mode: str) -> None:
    assert pixels(save(tmp_path, scenery(33, 21).convert(mode), "PNG"), (20, 20)).size == (20, 13)


@pytest.mark.parametrize("format", ["GIF", "TIFF", "WEBP"])
def test_of_several_frames_the_first_is_shown_and_all_are_counted(tmp_path: Path, format: str) -> None:
    first, *others = (Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue"))
    path = save(tmp_path, first, format, save_all=True, append_images=others)
    decoded = load(path, None, MAX_PIXELS)
    assert decoded.frames == 3 and decoded.image is not None
    assert psnr(decoded.image.convert("RGB"), first) > 30


@pytest.mark.parametrize("size", [(1, 1), (20000, 1), (1, 20000)])
@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_extreme_sizes(tmp_path: Path, size: tuple[int, int], format: str) -> None:
    path = save(tmp_path, Image.new("RGB", size, (9, 99, 199)), format)
    assert (read_header(path).width, read_header(path).height) == size
    small = pixels(path, (1000, 760))
    assert small.size == fitted(*size, (1000, 760))
    assert psnr(small, Image.new("RGB", small.size, (9, 99, 199))) > 30


# Damage


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be large: its data ends after one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = zlib.compress(bytes(1 + (width + 7) // 8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", start) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def test_more_pixels_than_allowed_are_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb(20000, 12000))
    decoded = load(path, (100, 100), 179_000_000)
    assert decoded.image is None and (decoded.width, decoded.height) == (20000, 12000)
    assert decoded.reason == "240 megapixels are more than the 179 allowed (max_pixels)"


@pytest.mark.parametrize("format", ["BMP", "TIFF", "GIF"])
def test_a_large_picture_of_any_format_is_measured_without_decoding(tmp_path: Path, format: str) -> None:
    path = save(
        tmp_path,
        Image.new("1", (16000, 12000)),
        format,
        **({"compression": "group4"} if format == "TIFF" else {}),
    )
    header = read_header(path)
    assert (header.width, header.height, header.reason) == (16000, 12000, "")
    assert "192 megapixels" in load(path, (100, 100), 179_000_000).reason


ENDS_AT = r"the file ends at about (\d+) % of the picture: the rest is missing"


@pytest.mark.parametrize("size", [None, (200, 200)])
@pytest.mark.parametrize(
    ("format", "turn"), [("PNG", 1), ("WEBP", 1), *(("JPEG", turn) for turn in range(1, 9))]
)
def test_it_is_told_where_in_the_picture_a_file_ends(
    tmp_path: Path, format: str, turn: int, size: tuple[int, int] | None
) -> None:
    """All of its rows are alike, so that bytes tell about how many are there."""
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = turn
    path = save(tmp_path, Image.fromarray(noise), format, exif=exif)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.61)])
    told = re.fullmatch(ENDS_AT, load(path, size, MAX_PIXELS).reason)
    assert told is not None and 54 <= int(told[1]) <= 65


def test_of_a_file_that_comes_from_rough_to_fine_every_row_is_there(tmp_path: Path) -> None:
    path = save(tmp_path, scenery(400, 300), "JPEG", quality=90, progressive=True)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert load(path, None, MAX_PIXELS).reason == "the file ends early: a part of the picture is missing"


def test_a_cut_off_picture_says_so_and_shows_what_there_is(tmp_path: Path) -> None:
    whole = save(tmp_path, scenery(400, 300), "JPEG", quality=90)
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    decoded = load(whole, (200, 200), MAX_PIXELS)
    assert re.fullmatch(ENDS_AT, decoded.reason)
    assert decoded.image is not None and decoded.image.size == (200, 150)
    top = (0, 0, 200, 50)
    assert psnr(decoded.image.crop(top), scenery(400, 300).resize((200, 150)).crop(top)) > 20


OUR_WORDS = {
    "the file is empty",
    "no known picture format",
    "the header is cut off",
    "the header is damaged",
    "the header is damaged, or of a kind that is not known here",
    "the header says that it has no pixels",
    *(flaw(early=early, shown=shown) for early in (False, True) for shown in (False, True)),
}
"""What may be said of a file that is not whole: decoders speak of their insides."""


def is_ours(reason: str) -> bool:
    return reason in OUR_WORDS or re.fullmatch(ENDS_AT, reason) is not None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "PCX"])
def test_of_a_file_cut_in_half_it_is_said_that_it_ends_early(tmp_path: Path, format: str) -> None:
    path = save(tmp_path, scenery(400, 300), format)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    decoded = load(path, (200, 150), MAX_PIXELS)
    assert decoded.reason == flaw(early=True, shown=True) or re.fullmatch(ENDS_AT, decoded.reason)
    assert decoded.image is not None


def test_what_libtiff_cannot_decode_is_told_in_our_words(tmp_path: Path) -> None:
    path = save(tmp_path, scenery(400, 300), "TIFF", compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    data[8:2000] = bytes(1992)
    path.write_bytes(data)
    decoded = load(path, (200, 150), MAX_PIXELS)
    assert decoded.reason in OUR_WORDS and decoded.reason.startswith("the file is damaged")


@pytest.mark.parametrize(("format", "suffix"), FORMATS)
def test_cut_anywhere_a_file_is_a_reason_and_never_an_exception(
    tmp_path: Path, format: str, suffix: str
) -> None:
    data = save(tmp_path, scenery(60, 40), format).read_bytes()
    path = tmp_path / f"cut.{suffix}"
    reasons = 0
    for part in (1, 3, 8, 14, 20, 33, 60, 120, len(data) // 2, len(data) * 9 // 10):
        path.write_bytes(data[:part])
        decoded = load(path, (50, 50), MAX_PIXELS)
        reasons += bool(decoded.reason)
        assert not decoded.reason or is_ours(decoded.reason)
    assert reasons >= 9


@pytest.mark.parametrize(("format", "suffix"), FORMATS)
def test_damaged_anywhere_a_file_is_never_an_exception(tmp_path: Path, format: str, suffix: str) -> None:
    data = save(tmp_path, scenery(60, 40), format).read_bytes()
    random = np.random.default_rng(5)
    path = tmp_path / f"damaged.{suffix}"
    for _ in range(40):
        spoilt = bytearray(data)
        for at in random.integers(0, min(len(data), 300), 3):
            spoilt[at] = random.integers(0, 256)
        path.write_bytes(spoilt)
        decoded = load(path, (50, 50), 4_000_000)
        assert not decoded.reason or is_ours(decoded.reason) or "megapixels are more" in decoded.reason
        assert decoded.image is None or decoded.image.mode in ("RGB", "RGBA")


def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.jpg", tmp_path / "text.jpg"
    empty.touch()
    text.write_text("hello")
    assert load(empty, None, MAX_PIXELS).reason == "the file is empty"
    assert load(text, None, MAX_PIXELS).reason == "no known picture format"
    assert load(tmp_path / "none.jpg", None, MAX_PIXELS).reason.startswith("cannot be read (No such file")
    assert "cannot be read" in load(tmp_path, None, MAX_PIXELS).reason
    with pytest.raises(NotAPicture):
        read_header(text)


def test_a_cut_off_decode_does_not_make_others_lenient(tmp_path: Path) -> None:
    """Two threads, one of whole and one of cut-off files: the cut-off ones are always told."""
    whole = save(tmp_path, scenery(200, 150), "JPEG", "whole")
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[:-2000])
    found: list[tuple[Path, str]] = []

    def work(path: Path) -> None:
        found.extend((path, load(path, (100, 100), MAX_PIXELS).reason) for _ in range(30))

    threads = [threading.Thread(target=work, args=(path,)) for path in (whole, cut, whole, cut)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    assert all(bool(reason) == (path == cut) for path, reason in found)


def test_threads_that_decode_at_once_leave_the_filters_of_warnings_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that began first ends first, and then the other one's decoder warns."""
    first, second = (save(tmp_path, scenery(20, 15), "JPEG", name) for name in ("first", "second"))
    begun = {str(path): threading.Event() for path in (first, second)}
    may = {str(path): threading.Event() for path in (first, second)}

    def warning(image: Image.Image, *_: object) -> Flattened:
        path = os.fspath(image.filename)  # type: ignore[attr-defined]
        begun[path].set()
        assert may[path].wait(PATIENCE)
        warnings.warn("Corrupt EXIF data.", stacklevel=1)
        return Flattened(image)

    monkeypatch.setattr("tui.imaging.decode._pixels", warning)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        threads = {}
        for path in (first, second):
            threads[path] = threading.Thread(target=load, args=(path, None, MAX_PIXELS))
            threads[path].start()
            assert begun[str(path)].wait(PATIENCE)
        for path in (first, second):
            may[str(path)].set()
            threads[path].join()
        assert list(warnings.filters) == before
    assert caught == []


# Headers are read, pixels are not


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP", "BMP"])
def test_of_a_large_file_only_the_head_is_read(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(1).integers(0, 256, (1200, 1600, 3)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 1
    path = save(tmp_path, Image.fromarray(random), format, exif=exif.tobytes(), icc_profile=bytes(30_000))
    assert path.stat().st_size > 400_000
    read = count_reads(monkeypatch)
    assert read_header(path).width == 1600
    assert 0 < sum(read) <= 150_000


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes taken from files opened from now on."""
    import builtins

    counts: list[int] = []

    class Counted(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(-1 if size is None else size)
            counts.append(len(data or b""))
            return data or b""

        def readinto(self, buffer: object, /) -> int:
            count = super().readinto(buffer) or 0  # type: ignore[arg-type]
            counts.append(count)
            return count

    def opened(path: str | os.PathLike[str], mode: str = "r", buffering: int = -1, **_: object) -> object:
        assert mode == "rb"
        raw = Counted(os.fspath(path), "rb")
        return raw if buffering == 0 else io.BufferedReader(raw)

    monkeypatch.setattr(builtins, "open", opened)
    return counts


def test_a_frame_header_far_behind_is_found_without_reading_what_lies_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path, scenery(64, 48), "JPEG")
    data = path.read_bytes()
    filler = b"\xff\xe2" + struct.pack(">H", 65535) + bytes(65533)
    path.write_bytes(data[:2] + filler * 20 + data[2:])
    read = count_reads(monkeypatch)
    assert (read_header(path).width, read_header(path).height) == (64, 48)
    assert sum(read) < 2 * 150_000


def test_an_orientation_behind_other_chunks_is_found(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(
        tmp_path,
        scenery(64, 48),
        "PNG",
        exif=exif.tobytes(),
        icc_profile=bytes(np.random.default_rng(1).bytes(50_000)),
    )
    assert (read_header(path).width, read_header(path).height, read_header(path).turn) == (48, 64, 6)
