"""The disk cache gives back what it was given or nothing, stays within its bytes, and never breaks anything."""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.imaging.pictures import scenery
from tui.imaging.cache import DiskCache, default_folder
from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.develop import Developer, cache_key
from tui.imaging.ladder import Step
from tui.imaging.viewport import Viewport
from tui.terminal import sixel

KEY = "ab" + "0" * 62


def key(number: int) -> str:
    return f"{number:064x}"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_comes_back_also_to_another_process(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c")
    assert cache.get(KEY) is None and KEY not in cache
    assert cache.put(KEY, b"picture") and cache.put(key(1), b"")
    assert DiskCache(tmp_path / "c").get(KEY) == b"picture" and KEY in cache
    assert cache.get(key(1)) == b""


def test_nobody_else_can_look_in(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir(mode=0o755)
    DiskCache(folder).put(KEY, b"picture")
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.lstat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_somebody_elses_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert not DiskCache(folder).put(KEY, b"picture")
    assert files(folder) == []
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.undo()
    assert not DiskCache(tmp_path / "link").put(KEY, b"picture")


@pytest.mark.parametrize("spoil", [b"", b"\0\0\0\0other", b"\0\0"])
def test_a_damaged_entry_is_none_and_goes(tmp_path: Path, spoil: bytes) -> None:
    cache = DiskCache(tmp_path / "c")
    cache.put(KEY, b"picture")
    (entry,) = files(tmp_path)
    entry.write_bytes(spoil)
    assert cache.get(KEY) is None
    assert files(tmp_path) == []


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c", max_bytes=10_000)
    for number in range(9):
        cache.put(key(number), bytes(996))
    for age, entry in enumerate(sorted(files(tmp_path), key=lambda path: path.name)):
        os.utime(entry, (1_000_000 + age, 1_000_000 + age))
    assert cache.get(key(0)) is not None
    for number in (20, 21):
        cache.put(key(number), bytes(996))
    kept = {number for number in (*range(9), 20, 21) if key(number) in cache}
    assert kept == {0, 3, 4, 5, 6, 7, 8, 20, 21}
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 9_000


def test_a_cache_counts_what_is_there_already(tmp_path: Path) -> None:
    DiskCache(tmp_path / "c", max_bytes=100_000).put(key(1), bytes(50_000))
    for path in files(tmp_path):
        os.utime(path, (1, 1))
    DiskCache(tmp_path / "c", max_bytes=60_000).put(key(2), bytes(20_000))
    assert [path.stat().st_size for path in files(tmp_path)] == [20_004]


def test_a_full_disk_is_as_no_cache_and_soon_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path / "c")
    cache.put(KEY, b"picture")
    tries = []

    def full(*_: object) -> None:
        tries.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert [cache.put(key(number), b"more") for number in range(9)] == [False] * 9
    assert len(tries) == 3
    assert len(files(tmp_path)) == 1


def test_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("a file")
    cache = DiskCache(tmp_path / "c")
    assert cache.get(KEY) is None and not cache.put(KEY, b"x") and cache.clear() == (0, 0)
    assert not DiskCache(None).put(KEY, b"x")


def test_clear_removes_everything(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c")
    for number in range(5):
        cache.put(key(number), bytes(96))
    assert cache.clear() == (5, 500)
    assert files(tmp_path) == []
    assert cache.put(KEY, b"again") and cache.get(KEY) == b"again"


def test_many_threads_write_the_same_and_others(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c")

    def work() -> None:
        for number in range(40):
            cache.put(key(number), bytes([number]) * 500)
            assert cache.get(key(number)) in (None, bytes([number]) * 500)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cache.get(key(number)) == bytes([number]) * 500 for number in range(40))
    assert len(files(tmp_path)) == 40


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "termlabel"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert default_folder() == tmp_path / "home" / ".cache" / "termlabel"


# Pictures

STEPS = [
    Step("png", 1, 256),
    Step("png", 4, 64),
    Step("png", 1, 256, max_bytes=20_000),
    Step("jpeg", 1, 50),
    Step("jpeg", 4, 60, max_bytes=9_000),
    Step("sixel", 1, 32),
    Step("blocks", 1, None),
]


def subject(path: Path) -> Subject:
    return Subject(path, 10**9, (400, 300), (10.0, 20.0))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    scenery(640, 480).save(path)
    return path


class Counted(DecodeCache):
    """Counts decodes."""

    count = 0

    def decoded(self, subject: Subject, part: int = 1):  # type: ignore[no-untyped-def]
        self.count += 1
        return super().decoded(subject, part)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.kind}-{step.divisor:g}")
def test_a_kept_picture_is_the_same_and_not_decoded(tmp_path: Path, photo: Path, step: Step) -> None:
    cache, decode_cache = DiskCache(tmp_path / "c"), Counted()
    developer = Developer(decode_cache, cache, sixel)
    first = developer(subject(photo), step)
    assert first.tiles and first.facts.size == (640, 480)
    assert sum(tile.columns * tile.rows for tile in first.tiles) == 40 * 15
    again = Developer(decode_cache, DiskCache(tmp_path / "c"), sixel)(subject(photo), step)
    assert again == first and decode_cache.count == 1
    assert Developer(decode_cache, None, sixel)(subject(photo), step) == first and decode_cache.count == 2


def test_another_file_size_or_step_is_another_picture(photo: Path) -> None:
    one = cache_key(subject(photo), Step("png", 4, 64))
    assert one is not None
    others = {
        cache_key(subject(photo), Step("png", 4, 128)),
        cache_key(replace(subject(photo), ground=(9, 0, 0)), Step("png", 4, 64)),
        cache_key(Subject(photo, 10**9, (410, 300), (10.0, 20.0)), Step("png", 4, 64)),
        cache_key(Subject(photo, 10**9, (400, 300), (10.0, 19.5)), Step("png", 4, 64)),
    }
    assert cache_key(subject(photo), Step("png", 4, 64, ahead=2, rest=True)) == one
    os.utime(photo, (5, 5))
    others.add(cache_key(subject(photo), Step("png", 4, 64)))
    assert len(others) == 5 and one not in others and None not in others


def test_parts_and_broken_pictures_are_not_kept(tmp_path: Path, photo: Path) -> None:
    cache = DiskCache(tmp_path / "c")
    developer = Developer(DecodeCache(), cache)
    view = Viewport.fit((640, 480), (400, 300), (10.0, 20.0)).zoomed(3)
    assert developer(Subject(photo, 10**9, (400, 300), (10.0, 20.0), view), STEPS[0]).tiles
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(photo.read_bytes()[:-3000])
    shown = developer(subject(cut), STEPS[0])
    assert shown.tiles and shown.facts.reason
    assert developer(subject(tmp_path / "none.jpg"), STEPS[0]).facts.reason.startswith("cannot be read")
    assert files(tmp_path / "c") == []


def test_an_entry_of_another_make_is_made_anew(tmp_path: Path, photo: Path) -> None:
    cache = DiskCache(tmp_path / "c")
    found = cache_key(subject(photo), STEPS[1])
    assert found is not None
    for strange in (
        b"",
        b"{}\n",
        b'{"facts": {"size": [1, 1], "frames": 1}, "tiles": [[1, 2]]}\n',
        b"\xff\n",
    ):
        cache.put(found, strange)
        assert Developer(DecodeCache(), cache)(subject(photo), STEPS[1]).tiles
