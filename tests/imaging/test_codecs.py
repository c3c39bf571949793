"""What Pillow opens is opened; what only looks like a picture is not taken for one."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from devtools.emulator.likeness import psnr
from tests.imaging.pictures import scenery
from tui.imaging import codecs
from tui.imaging.codecs import HEIC_HINT
from tui.imaging.decode import load
from tui.imaging.header import NotAPicture, read_header
from tui.model.project import MAX_PIXELS

KINDS = [
    ("AVIF", "avif", "RGB"), ("JPEG2000", "jp2", "RGB"), ("PPM", "ppm", "RGB"), ("PPM", "pgm", "L"), ("PPM", "pbm", "1"),
    ("TGA", "tga", "RGB"), ("ICO", "ico", "RGB"), ("DDS", "dds", "RGB"), ("PCX", "pcx", "RGB"), ("SGI", "sgi", "RGB"),
    ("BMP", "bmp", "P"), ("XBM", "xbm", "1"), ("MSP", "msp", "1"), ("IM", "im", "RGB"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "suffix", "mode"), KINDS)
def test_what_pillow_reads_is_shown(tmp_path: Path, format: str, suffix: str, mode: str) -> None:
    picture = scenery(64, 48).convert(mode)
    path = tmp_path / f"picture.{suffix}"
    members = {"sizes": [picture.size]} if format == "ICO" else {}
    picture.save(path, format, **members)
    header = read_header(path)
    assert (header.width, header.height, header.reason) == (64, 48, "")
    found = load(path, None, MAX_PIXELS)
    assert found.reason == "" and found.image is not None and found.image.size == (64, 48)
    assert psnr(found.image.convert("RGB"), picture.convert("RGB")) > 25


def test_a_format_without_a_signature_is_told_by_its_ending(tmp_path: Path) -> None:
    scenery(40, 30).save(tmp_path / "a.tga")
    (tmp_path / "a.bin").write_bytes((tmp_path / "a.tga").read_bytes())
    assert read_header(tmp_path / "a.tga").format == "TGA"
    with pytest.raises(NotAPicture):
        read_header(tmp_path / "a.bin")


@pytest.mark.parametrize(
    "data",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"P5 is the fifth of its kind\n",
        b"#define LIMIT 4\nint main() { return 0; }\n",
        bytes(64),
        b"GRIB\0\0\0\1" + bytes(60),
    ],
)
def test_what_only_looks_like_a_picture_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(data)
    with pytest.raises(NotAPicture):
        read_header(path)


def jpeg_with(tmp_path: Path, junk: bytes, *, turn: int = 1) -> Path:
    """A JPEG with something between its first two segments."""
    exif = Image.Exif()
    exif[0x0112] = turn
    path = tmp_path / "a.jpg"
    scenery(64, 48).save(path, quality=95, exif=exif.tobytes())
    data = path.read_bytes()
    behind = 4 + struct.unpack(">H", data[4:6])[0]
    path.write_bytes(data[:behind] + junk + data[behind:])
    return path


@pytest.mark.parametrize(
    "junk",
    [bytes(7), b"\xff\xe5\0\0", b"\xff\x00" * 3, b"\xff" * 5],
    ids=["zeros", "empty", "escaped", "fill"],
)
def test_a_jpeg_opens_where_pillow_opens_it(tmp_path: Path, junk: bytes) -> None:
    path = jpeg_with(tmp_path, junk, turn=6)
    try:
        with Image.open(path) as image:
            size = image.size
    except OSError:
        assert load(path, None, MAX_PIXELS).image is None
        return
    header = read_header(path)
    assert (header.width, header.height, header.turn, header.reason) == (*size[::-1], 6, "")
    found = load(path, None, MAX_PIXELS)
    assert found.reason == "" and found.image is not None
    upright = scenery(64, 48).transpose(Image.Transpose.ROTATE_270)
    assert psnr(found.image, upright) > 25


def test_at_least_junk_is_forgiven(tmp_path: Path) -> None:
    assert load(jpeg_with(tmp_path, bytes(7)), None, MAX_PIXELS).reason == ""


HEIC = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(40)


class _Heif(ImageFile.ImageFile):
    """Stands in for a decoder that is not installed: a red picture of 6 x 4."""

    format = "HEIF"

    def _open(self) -> None:
        self._mode = "RGB"
        self._size = (6, 4)
        self.tile = []
        self.im = Image.new("RGB", (6, 4), (255, 0, 0)).im


@pytest.fixture
def no_heif(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the extra was not installed; afterwards nothing is left of one that was put in."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    codecs.heif_is_readable.cache_clear()
    yield
    if Image.OPEN.pop("HEIF", None):
        Image.ID.remove("HEIF")
    codecs.heif_is_readable.cache_clear()
    codecs._registered.cache_clear()


@pytest.mark.usefixtures("no_heif")
def test_heic_without_its_extra_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.heic"
    path.write_bytes(HEIC)
    assert load(path, None, MAX_PIXELS).reason == f"a HEIC picture: {HEIC_HINT}"


@pytest.mark.usefixtures("no_heif")
def test_heic_is_read_where_its_extra_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def register() -> None:
        Image.register_open("HEIF", _Heif, lambda prefix: prefix[4:8] == b"ftyp" and prefix[8:12] == b"heic")

    monkeypatch.setitem(sys.modules, "pillow_heif", SimpleNamespace(register_heif_opener=register))
    path = tmp_path / "a.heic"
    path.write_bytes(HEIC)
    found = load(path, None, MAX_PIXELS)
    assert found.reason == "" and found.image is not None
    assert (found.image.size, found.image.getpixel((0, 0))) == ((6, 4), (255, 0, 0))


def test_avif_is_no_heic(tmp_path: Path) -> None:
    scenery(40, 30).save(tmp_path / "a.avif")
    assert not codecs.is_heif((tmp_path / "a.avif").read_bytes())
    assert codecs.is_heif(HEIC)


@pytest.mark.parametrize("format", ["AVIF", "JPEG2000"])
def test_of_a_header_that_is_cut_off_the_kind_is_known_still(tmp_path: Path, format: str) -> None:
    path = tmp_path / "a"
    scenery(40, 30).save(path, format)
    path.write_bytes(path.read_bytes()[:60])
    header = read_header(path)
    assert header.format == format and header.reason.startswith("the header is damaged")


def test_a_profile_of_megabytes_is_no_damage(tmp_path: Path) -> None:
    """Those of printers hold large tables."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + bytes(3_000_000)
    path, picture = tmp_path / "a.png", scenery(40, 30)
    picture.save(path, icc_profile=profile)
    found = load(path, None, MAX_PIXELS)
    assert found.reason == "" and found.image is not None and found.image.tobytes() == picture.tobytes()
    assert PngImagePlugin.MAX_TEXT_CHUNK == ImageFile.SAFEBLOCK
