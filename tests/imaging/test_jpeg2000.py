"""JPEG 2000 is decoded as small as a preview needs it, whole for an exact picture, and planned for as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.likeness import psnr
from tests.imaging.pictures import scenery
from tui.imaging import decode, memory, ways
from tui.imaging.decode import Detail, load
from tui.imaging.jpeg2000 import Codestream, codestream_of
from tui.imaging.memory import DecodeRoom, NotEnoughMemory
from tui.model.project import MAX_PIXELS

MEGA = 1_000_000


def save(path: Path, image: Image.Image, **members: Any) -> Path:
    image.save(path, "JPEG2000", **members)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "members", "depths", "tile"),
    [
        ("a.jp2", "RGB", {}, (8, 8, 8), (301, 203)),
        ("a.j2k", "L", {"no_jp2": True}, (8,), (301, 203)),
        ("a.jp2", "RGBA", {"tile_size": (128, 64), "num_resolutions": 3}, (8, 8, 8, 8), (128, 64)),
        ("a.jp2", "I;16", {"num_resolutions": 1}, (16,), (301, 203)),
    ],
)
def test_what_a_codestream_says_of_itself(
    tmp_path: Path,
    name: str,
    mode: str,
    members: dict[str, Any],
    depths: tuple[int, ...],
    tile: tuple[int, int],
) -> None:
    image = (
        Image.fromarray(np.zeros((203, 301), np.uint16))
        if mode == "I;16"
        else scenery(301, 203).convert(mode)
    )
    found = codestream_of(save(tmp_path / name, image, **members))
    # Of four channels it is defined which is the alpha.
    levels = members.get("num_resolutions", 6) - 1
    assert found == Codestream((301, 203), tile, depths, levels, mapped=mode == "RGBA")


def test_it_is_halved_as_long_as_it_is_large_enough() -> None:
    stream = Codestream((6000, 4001), (6000, 4001), (8, 8, 8), 5)
    sizes = ((6000, 4001), (3000, 2001), (3001, 2), (1, 1))
    assert [stream.halvings(size) for size in sizes] == [0, 1, 0, 1]
    stream = Codestream((6000, 4000), (6000, 4001), (8, 8, 8), 5)
    assert [stream.halvings(size) for size in ((750, 500), (751, 500), (1, 1))] == [3, 2, 5]
    assert stream.halved(3) == (750, 500) and stream.halved(5) == (188, 125)
    assert stream.bytes_to_decode() == 6000 * 4000 * 15
    assert Codestream((6000, 4000), (1000, 1000), (16,), 5).bytes_to_decode(1) == 6 * MEGA // 4


@pytest.mark.parametrize("size", [(1, 1), (5, 7), (301, 203), (304, 208)])
def test_it_is_shown_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    path = save(tmp_path / "a.jp2", scenery(304, 208).resize(size))
    for part in range(1, 40):
        wanted = max(1, size[0] // part), max(1, size[1] // part)
        found = load(path, None, MAX_PIXELS, Detail(wanted))
        assert found.reason == "" and found.image is not None and found.image.size == wanted


def test_a_preview_is_made_from_a_half_and_the_exact_picture_from_all(tmp_path: Path) -> None:
    picture = scenery(900, 600)
    path = save(tmp_path / "a.jp2", picture)
    size = (200, 133)
    whole = picture.resize(size, Image.Resampling.LANCZOS)
    exact = load(path, None, MAX_PIXELS, Detail(size, whole=True))
    preview = load(path, size, MAX_PIXELS)
    assert exact.image is not None and exact.image.tobytes() == whole.tobytes() and exact.word == ""
    assert preview.image is not None and preview.image.size == size and preview.word == ""
    assert preview.image.tobytes() != whole.tobytes() and psnr(preview.image, whole) > 30
    full = load(path, None, MAX_PIXELS)
    assert full.image is not None and full.image.tobytes() == picture.tobytes()


def test_a_deep_one_is_decoded_whole_as_its_window_is_found_from_all_values(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(200, 4000, (600, 900)).astype(np.uint16)
    path = save(tmp_path / "a.jp2", Image.fromarray(values))
    preview, exact = load(path, (200, 133), MAX_PIXELS), load(path, None, MAX_PIXELS)
    assert preview.window == exact.window is not None


@pytest.mark.parametrize("turn", [1, 6])
def test_it_is_upright_in_either(tmp_path: Path, turn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.imaging.header._turn_of", lambda image: turn)
    picture = scenery(900, 600)
    found = load(save(tmp_path / "a.jp2", picture), (150, 150), MAX_PIXELS)
    upright = picture.transpose(Image.Transpose.ROTATE_270) if turn == 6 else picture
    upright.thumbnail((150, 150))
    assert found.image is not None and found.image.size == upright.size
    assert psnr(found.image, upright) > 25


def test_what_is_planned_is_what_its_tiles_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[int] = []

    class Noted(DecodeRoom):
        def of(self, wanted: int, pixels: int) -> Any:
            planned.append(wanted)
            return super().of(wanted, pixels)

    monkeypatch.setattr(decode, "decode_room", Noted())
    monkeypatch.setattr(ways, "TOGETHER", 1 << 60)
    picture = Image.new("RGB", (2000, 1500), (90, 120, 9))
    one = save(tmp_path / "a.jp2", picture)
    tiled = save(tmp_path / "b.jp2", picture, tile_size=(256, 256))
    for path in (one, tiled):
        load(path, None, MAX_PIXELS)
        load(path, (500, 375), MAX_PIXELS)
    whole, small, of_tiles, small_tiles = planned
    assert whole - of_tiles == 15 * (3 * MEGA - 256 * 256)
    assert whole > 3 * MEGA * 19 and small < whole / 4 and small_tiles < small


def test_one_tile_that_is_large_is_planned_by_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.jp2", Image.new("RGB", (4000, 3000), (90, 120, 9)))
    monkeypatch.setattr(memory, "free_bytes", lambda: 0)
    with pytest.raises(NotEnoughMemory, match="12 megapixels take 158 MB of memory"):
        load(path, None, MAX_PIXELS)


def test_for_want_of_memory_less_is_shown_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.jp2", Image.new("RGB", (2400, 1600), (90, 120, 9)))
    monkeypatch.setattr(memory, "free_bytes", lambda: memory.RESERVE + 60 * MEGA)
    found = load(path, None, MAX_PIXELS, Detail((600, 400), whole=True))
    assert found.image is not None and found.image.size == (600, 400)
    assert found.word == "made from 1/4 of its size, for want of memory"
    with pytest.raises(NotEnoughMemory):
        load(path, None, MAX_PIXELS)


@pytest.mark.parametrize("tenth", range(10))
def test_a_header_that_is_cut_off_has_no_codestream(tmp_path: Path, tenth: int) -> None:
    path = save(tmp_path / "a.jp2", scenery(40, 30))
    data = path.read_bytes()
    end = data.index(b"\xff\x52")
    path.write_bytes(data[: end * tenth // 10])
    assert codestream_of(path) is None
