"""Large JPEG 2000 pictures of one tile come by rows, as Pillow decodes them."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tui.imaging import openjpeg, ways
from tui.imaging.decode import Detail, load
from tui.imaging.openjpeg import JpxRows, is_known, jpx_rows, opened_library
from tui.model.project import MAX_PIXELS

SIZE = (330, 290)
KINDS: dict[str, dict[str, Any]] = {
    "reversible": {},
    "irreversible": {"irreversible": True, "quality_mode": "rates", "quality_layers": [8]},
    "few levels": {"num_resolutions": 2},
}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of tests count as large, and come in many pieces."""
    assert opened_library() is not None, "OpenJPEG cannot be called here"
    monkeypatch.setattr(openjpeg, "_CHUNK_PIXELS", 1)
    monkeypatch.setattr(ways, "TOGETHER", 0)


def save(path: Path, image: Image.Image, **members: Any) -> Path:
    image.save(path, "JPEG2000", **members)
    return path


def as_pillow_has_it(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image.copy()


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_as_pillow_decodes_it(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / "a.jp2", scenery(*SIZE), **KINDS[kind])
    whole = as_pillow_has_it(path)
    with jpx_rows(path) as rows:
        assert rows.size == SIZE
        for box in ((0, 0, 330, 40), (0, 30, 330, 140), (0, 130, 330, 290), (7, 60, 200, 70), (0, 0, *SIZE)):
            assert rows.crop(box).tobytes() == whole.crop(box).tobytes()


class Noted(JpxRows):
    """Counts those that were opened."""

    opened = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        Noted.opened += 1


@pytest.fixture
def noted(small_chunks: None, monkeypatch: pytest.MonkeyPatch) -> type[Noted]:
    Noted.opened = 0
    monkeypatch.setattr(openjpeg, "JpxRows", Noted)
    return Noted


@pytest.mark.parametrize("turn", [1, 2, 3, 8])
@pytest.mark.parametrize("size", [SIZE, (120, 290)])
def test_an_exact_picture_is_the_same_by_rows(
    tmp_path: Path, noted: type[Noted], turn: int, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.imaging.header._turn_of", lambda image: turn)
    path = save(tmp_path / "a.jp2", scenery(*size))
    half = (size[0] // 2, size[1] // 2) if turn < 5 else (size[1] // 2, size[0] // 2)
    for count, detail in enumerate((Detail(half, whole=True), Detail()), 1):
        found = load(path, None, MAX_PIXELS, detail)
        assert noted.opened == count and found.image is not None
        with monkeypatch.context() as patch:
            patch.setattr(ways, "TOGETHER", 1 << 60)
            other = load(path, None, MAX_PIXELS, detail)
        assert noted.opened == count and other.image is not None
        assert found.image.tobytes() == other.image.tobytes() and found.image.mode == other.image.mode


@pytest.mark.parametrize(
    ("mode", "members"),
    [("L", {}), ("RGBA", {}), ("RGB", {"tile_size": (128, 128)}), ("RGB", {"no_jp2": True})],
)
def test_what_is_of_another_kind_goes_pillow_s_way(
    tmp_path: Path, noted: type[Noted], mode: str, members: dict[str, Any]
) -> None:
    picture = scenery(*SIZE).convert(mode)
    found = load(save(tmp_path / "a.jp2", picture, **members), None, MAX_PIXELS)
    assert noted.opened == 0 and found.reason == "" and found.image is not None
    assert found.image.tobytes() == picture.convert(found.image.mode).tobytes()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def definition(*channels: tuple[int, int, int]) -> bytes:
    entries = b"".join(struct.pack(">3H", *each) for each in channels)
    return box(b"cdef", struct.pack(">H", len(channels)) + entries)


def palette(channels: int) -> bytes:
    """Of 256 entries that turn light into dark, for all of the channels from the first component."""
    entries = b"".join(bytes([255 - value] * channels) for value in range(256))
    head = struct.pack(">HB", 256, channels) + bytes([7] * channels)
    mapping = b"".join(struct.pack(">HBB", 0, 1, number) for number in range(channels))
    return box(b"pclr", head + entries) + box(b"cmap", mapping)


def save_with(path: Path, boxes: bytes) -> Path:
    """A picture whose header has these boxes as well."""
    data = save(path, scenery(*SIZE)).read_bytes()
    start = data.index(b"jp2h") - 4
    end = start + int.from_bytes(data[start : start + 4], "big")
    path.write_bytes(data[:start] + box(b"jp2h", data[start + 8 : end] + boxes) + data[end:])
    return path


MAPPINGS = {
    "blue first": definition((0, 0, 3), (1, 0, 2), (2, 0, 1)),
    "palette": palette(3),
    "palette of one channel": palette(1),
}


@pytest.mark.parametrize("kind", MAPPINGS)
def test_channels_that_are_mapped_are_as_pillow_has_them_in_every_row(
    tmp_path: Path, noted: type[Noted], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_with(tmp_path / "a.jp2", MAPPINGS[kind])
    found = load(path, None, MAX_PIXELS)
    assert noted.opened == 0
    monkeypatch.setattr(ways, "TOGETHER", 1 << 60)
    other = load(path, None, MAX_PIXELS)
    assert found.reason == other.reason
    assert (found.image and found.image.tobytes()) == (other.image and other.image.tobytes())


@pytest.mark.usefixtures("small_chunks")
def test_a_channel_that_a_palette_took_away_is_not_looked_for(tmp_path: Path) -> None:
    with (
        jpx_rows(save_with(tmp_path / "a.jp2", palette(1))) as rows,
        pytest.raises(ValueError, match="no RGB"),
    ):
        rows.crop((0, 0, 330, 40))


@pytest.mark.parametrize("version", [b"2.3.0", b"2.5.4", b"2.10.0"])
def test_libraries_with_these_functions_are_known(version: bytes) -> None:
    assert is_known(version)


@pytest.mark.parametrize("version", [b"2.0.0", b"2.1.2", b"2.2.0", b"1.5.2", b"3.0.0", b"2", b"", b"2.x"])
def test_others_are_left_to_pillow(version: bytes) -> None:
    """With 2.0 the path would be taken for an opened file."""
    assert not is_known(version)


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_rows_are_refused_of_another_kind(tmp_path: Path, mode: str) -> None:
    with pytest.raises(ValueError, match="no RGB"):
        JpxRows(save(tmp_path / "a.jp2", scenery(40, 30).convert(mode)))
    (tmp_path / "b.jp2").write_bytes(b"no picture at all")
    with pytest.raises(ValueError, match="header"):
        JpxRows(tmp_path / "b.jp2")
    with pytest.raises(ValueError, match="header"):
        JpxRows(tmp_path / "not there.jp2")


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("tenth", range(1, 10))
def test_of_one_that_is_cut_off_the_damage_is_told_as_before(
    tmp_path: Path, tenth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.jp2", scenery(*SIZE))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * tenth // 10])
    found = load(path, None, MAX_PIXELS)
    monkeypatch.setattr(ways, "TOGETHER", 1 << 60)
    assert found.reason == load(path, None, MAX_PIXELS).reason != ""


def test_a_decoder_keeps_two_pieces_at_most(tmp_path: Path, small_chunks: None) -> None:
    with jpx_rows(save(tmp_path / "a.jp2", scenery(*SIZE))) as rows:
        for top in range(0, 280, 10):
            rows.crop((0, top, 330, top + 10))
            assert len(rows._chunks) <= 2
