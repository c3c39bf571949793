"""Decodes are planned: large ones go alone, what does not fit is told, and nothing large is kept for longer than it is seen."""

from __future__ import annotations

import errno
import gc
import resource
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.imaging.pictures import scenery
from tests.waiting import PATIENCE
from tui.imaging import memory
from tui.imaging.decode import Detail, load
from tui.imaging.decode_cache import DecodeCache, Subject, facts, failure
from tui.imaging.memory import DecodeRoom, NotEnoughMemory, Trimmer, bytes_to_decode, free_bytes
from tui.imaging.viewport import Viewport
from tui.model.project import MAX_PIXELS
from tui.model.view_settings import Adjustment

MEGA = 1_000_000


class Held:
    """Decodes that hold their room until they are told to end; `inside`: those that have it."""

    def __init__(self, room: DecodeRoom) -> None:
        self.room = room
        self.turn = threading.Condition()
        self.inside: list[str] = []
        self.ended: set[str] = set()
        self.threads: list[threading.Thread] = []

    def begin(self, name: str, size: int) -> None:
        self.threads.append(threading.Thread(target=self._decode, args=(name, size)))
        self.threads[-1].start()

    def _decode(self, name: str, size: int) -> None:
        with self.room.of(size, size // 4), self.turn:
            self.inside.append(name)
            self.turn.notify_all()
            assert self.turn.wait_for(lambda: name in self.ended, PATIENCE)
            self.inside.remove(name)
            self.turn.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.turn:
            assert self.turn.wait_for(true, PATIENCE), self.inside

    def end(self, *names: str) -> None:
        with self.turn:
            self.ended.update(names)
            self.turn.notify_all()


def test_large_decodes_go_alone_and_small_ones_beside_them() -> None:
    held = Held(DecodeRoom(together=80 * MEGA, beside=40 * MEGA))
    held.begin("large", 400 * MEGA)
    held.until(lambda: held.inside == ["large"])
    held.begin("panorama", 300 * MEGA)
    held.begin("middling", 50 * MEGA)
    held.begin("small", 30 * MEGA)
    held.until(lambda: "small" in held.inside)
    assert sorted(held.inside) == ["large", "small"]
    held.end("large")
    held.until(lambda: len(held.inside) == 2)
    (other,) = {*held.inside} - {"small"}
    held.end(other)
    held.until(lambda: len({*held.inside} - {"small", other}) == 1)
    held.end("small", "panorama", "middling")
    for thread in held.threads:
        thread.join(PATIENCE)
    assert held.inside == []


def test_middling_decodes_share_the_room() -> None:
    held = Held(DecodeRoom(together=100 * MEGA, beside=10 * MEGA))
    for name in ("a", "b", "c"):
        held.begin(name, 50 * MEGA)
    held.until(lambda: len(held.inside) == 2)
    (third,) = {"a", "b", "c"} - {*held.inside}
    held.end(*held.inside)
    held.until(lambda: held.inside == [third])
    held.end(third)
    for thread in held.threads:
        thread.join(PATIENCE)


def test_a_decode_that_fails_gives_its_room_back() -> None:
    room = DecodeRoom()
    for _ in range(3):
        with pytest.raises(ValueError, match="damaged"), room.of(300 * MEGA, 75 * MEGA):
            raise ValueError("damaged")


def test_what_does_not_fit_is_told_with_its_size_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    Image.new("RGB", (6000, 4000)).save(path)
    monkeypatch.setattr(memory, "free_bytes", lambda: 150 * MEGA)
    subject = Subject(path, MAX_PIXELS, (400, 300), (10.0, 20.0))
    cache = DecodeCache()
    with pytest.raises(NotEnoughMemory) as raised:
        cache.decoded(subject)
    found = failure(raised.value)
    assert found.size is None and not found.lasting
    assert found.reason == "cannot be shown: 24 megapixels take 146 MB of memory, and 50 MB are free"
    monkeypatch.setattr(memory, "free_bytes", lambda: 2000 * MEGA)
    assert facts(cache.decoded(subject)).size == (6000, 4000)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        OSError("out of memory when reading image file"),
    ],
)
def test_whoever_is_refused_memory_says_how_large_the_picture_is(error: Exception) -> None:
    with pytest.raises(NotEnoughMemory) as raised, DecodeRoom().of(300 * MEGA, 75 * MEGA):
        raise error
    assert str(raised.value) == "75 megapixels take 300 MB of memory, and fewer are free"


def test_room_is_given_back_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is so just where memory is scarce: no later decode may wait for it for ever."""

    def refused(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    trimmed: list[int] = []
    monkeypatch.setattr(memory, "trimmer", Trimmer(lambda: trimmed.append(1)))
    monkeypatch.setattr(threading.Thread, "start", refused)
    room = DecodeRoom()
    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"), room.of(300 * MEGA, 75 * MEGA):
            raise ValueError("damaged")
        assert room._taken == 0
    assert trimmed == [1, 1]


def test_the_limit_of_the_process_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "none")
    monkeypatch.setattr(memory, "_CGROUPS", ())
    monkeypatch.setattr(memory, "_STATM", tmp_path / "statm")
    (tmp_path / "statm").write_text("10 5 3 1 0 4 0\n")
    page = resource.getpagesize()
    for most, free in ((30 * page, 20 * page), (9 * page, 0), (resource.RLIM_INFINITY, None)):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, most=most: (most, most))
        assert free_bytes() == free


def test_of_a_damaged_picture_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it needs is free when its damage is found, and not any more when what there is of it is to be shown."""
    path = tmp_path / "damaged.png"
    Image.effect_noise((4000, 3000), 60).save(path)
    path.write_bytes(path.read_bytes()[:-1_000_000])
    free = iter([2000 * MEGA, 10 * MEGA])
    monkeypatch.setattr(memory, "free_bytes", lambda: next(free))
    with pytest.raises(NotEnoughMemory):
        load(path, (400, 300), MAX_PIXELS)


def test_a_jpeg_is_planned_at_the_size_at_which_it_is_decoded(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4000, 3000))
    picture.save(tmp_path / "a.jpg")
    picture.save(tmp_path / "b.jpg", progressive=True)
    planned = []
    for name in ("a.jpg", "b.jpg"):
        with Image.open(tmp_path / name) as image:
            whole = bytes_to_decode(image, (4000, 3000), 12 * MEGA)
            image.draft("RGB", (500, 375))
            planned.append((whole, bytes_to_decode(image, (500, 375), 12 * MEGA)))
    assert planned[0][0] > 48 * MEGA and planned[0][1] < 8 * MEGA
    # A progressive one keeps one and a half coefficients a pixel, of two bytes each.
    assert planned[1][1] - planned[0][1] == 36 * MEGA


@pytest.mark.parametrize(
    ("limit", "used", "stat", "free"),
    [
        ("max", "1", "", 2048),
        ("1000000", "900000", "", 100_000),
        ("1000000", "900000", "inactive_file 50000\nactive_file 1000\nanon 9\n", 151_000),
        ("100", "900", "", 0),
    ],
)
def test_free_memory_is_the_least_of_what_the_machine_and_its_group_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, used: str, stat: str, free: int
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(
        "MemTotal: 9 kB\nMemAvailable:     2 kB\n" if limit == "max" else "MemAvailable: 9000 kB\n"
    )
    for name, text in (("memory.max", limit), ("memory.current", used), ("memory.stat", stat)):
        (tmp_path / name).write_text(text + "\n")
    monkeypatch.setattr(memory, "_MEMINFO", meminfo)
    monkeypatch.setattr(memory, "_CGROUPS", ((tmp_path / "memory.max", tmp_path / "memory.current"),))
    assert free_bytes() == free
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "none")
    monkeypatch.setattr(memory, "_CGROUPS", ())
    assert free_bytes() is None


def test_a_full_decode_is_kept_only_while_it_is_zoomed_into(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("RGB", (3200, 2400), (9, 99, 199)).save(path)
    cache = DecodeCache()
    view = Viewport.fit((3200, 2400), (400, 300), (10.0, 20.0)).zoomed(4.0)
    zoomed = Subject(path, MAX_PIXELS, (400, 300), (10.0, 20.0), view)

    class Front:
        source, frame = path, 0

    cache.look_at(Front())
    first = cache.decoded(zoomed)
    assert first.image is not None and first.image.size == (3200, 2400)
    cache.relieve()
    assert cache.decoded(zoomed) is first
    cache.look_at(None)
    again = cache.decoded(zoomed)
    assert again is not first
    cache.relieve()
    assert cache.decoded(zoomed) is not again


def test_a_large_picture_is_not_held_once_for_each_window_it_was_seen_through(tmp_path: Path) -> None:
    path = tmp_path / "deep.tif"
    Image.fromarray(np.arange(3200 * 2400, dtype=np.uint16).reshape(2400, 3200)).save(path)
    cache = DecodeCache()
    view = Viewport.fit((3200, 2400), (400, 300), (10.0, 20.0)).zoomed(4.0)
    zoomed = Subject(path, MAX_PIXELS, (400, 300), (10.0, 20.0), view)

    class Front:
        source, frame = path, 0

    cache.look_at(Front())
    held: list[weakref.ref[Image.Image]] = []

    def look(window: int) -> None:
        found = cache.decoded(replace(zoomed, adjustment=Adjustment(window=window)))
        assert found.image is not None and found.window is not None
        held.append(weakref.ref(found.image))

    for window in (100, 90, 80):
        look(window)
        gc.collect()
        assert [number for number, image in enumerate(held) if image() is not None] == [len(held) - 1]


def test_a_large_decode_asks_caches_for_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Cache:
        def relieve(self) -> None:
            asked.append(self)

    room, cache = DecodeRoom(together=80, beside=40), Cache()
    room.relieved_by(cache)
    with room.of(40, 1):
        assert asked == []
    with room.of(41, 1):
        assert asked == [cache]


def test_the_heap_is_trimmed_once_for_all_that_ask_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Callable[[], None]] = []

    class Timer:
        def __init__(self, seconds: float, then: Callable[[], None]) -> None:
            assert 0 < seconds < 1
            self.then, self.daemon = then, False

        def start(self) -> None:
            assert self.daemon
            rung.append(self.then)

    monkeypatch.setattr("tui.imaging.memory.threading.Timer", Timer)
    trimmed: list[int] = []
    trimmer = Trimmer(lambda: trimmed.append(1))
    for _ in range(5):
        trimmer.soon()
    assert len(rung) == 1 and trimmed == []
    rung.pop()()
    assert trimmed == [1]
    picture = Image.new("L", (1, 1))
    gone = weakref.ref(picture)
    trimmer.soon([picture])
    del picture
    assert gone() is not None
    rung.pop()()
    assert trimmed == [1, 1] and rung == [] and gone() is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_large_picture_is_made_smaller_in_bands_as_it_would_be_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    path = tmp_path / "a.png"
    scenery(900, 700).convert(mode).save(path, compress_level=1)
    at_once = load(path, (130, 100), MAX_PIXELS, Detail(whole=True))
    monkeypatch.setattr("tui.imaging.flatten._BAND_PIXELS", 900 * 60)
    in_bands = load(path, (130, 100), MAX_PIXELS, Detail(whole=True))
    assert at_once.image is not None and in_bands.image is not None
    differences = np.abs(np.asarray(at_once.image).astype(int) - np.asarray(in_bands.image))
    assert differences.max() <= 1 and (differences > 0).mean() < 0.001


def test_the_decoded_pixels_are_gone_before_the_next_decode_may_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed on is small; what was decoded for it is closed within its room."""
    path = tmp_path / "a.png"
    scenery(600, 400).save(path)
    events: list[str] = []

    class Room(DecodeRoom):
        @contextmanager
        def of(self, wanted: int, pixels: int) -> Iterator[None]:
            events.append("begun")
            yield
            events.append("ended")

    close = Image.Image.close

    def closed(image: Image.Image) -> None:
        events.append("closed")
        close(image)

    monkeypatch.setattr("tui.imaging.decode.decode_room", Room())
    monkeypatch.setattr(Image.Image, "close", closed)
    assert load(path, (60, 40), MAX_PIXELS).image is not None
    assert events[:3] == ["begun", "closed", "ended"]
    events.clear()
    whole = load(path, None, MAX_PIXELS)
    assert whole.image is not None and whole.image.getpixel((5, 5)) == scenery(600, 400).getpixel((5, 5))
    assert events[:2] == ["begun", "ended"]
