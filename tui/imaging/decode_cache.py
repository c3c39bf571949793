"""Decoded pictures, kept and shared by the threads of the worker pool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.header import NotAPicture, read_header
from tui.imaging.memory import decode_room, trimmer
from tui.imaging.raster import placed_box
from tui.imaging.sheet import Sheet, compose
from tui.imaging.tones import WHOLE_WINDOW, Window
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import LruCache
from tui.model.view_settings import NEUTRAL, Adjustment

DECODED_CAP = 80_000_000
"""Bytes of decoded pictures kept in memory: two dozen of screen size. One that is zoomed into stays, however large it is,
for as long as it is looked at."""
RELIEVED_CAP = 16_000_000
"""The same while a large picture is decoded."""
_LARGE = 24_000_000
"""Bytes from which on a picture in full size is kept for nothing but a zoom."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be developed: a file or a contact sheet, and where its picture is to lie. `viewport` None: fitted to
    `canvas`. `adjustment`: what is done to its pixels before they are encoded. `frame`: of a file that holds several,
    counted from 0. `ground`: RGB of what is seen round its picture."""

    source: Path | Sheet
    max_pixels: int
    canvas: tuple[int, int]
    cell: tuple[float, float]
    viewport: Viewport | None = None
    adjustment: Adjustment = NEUTRAL
    frame: int = 0
    ground: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """`size`: of the whole picture in pixels, None when nothing could be decoded. `reason`: what is wrong. `frames`: how
    many the file holds. `lasting`: it is wrong with the file, so that trying again cannot help. `window`: the values that
    are shown as black and as white, of pictures of more than eight bits. `word`: what else is to be said."""

    size: tuple[int, int] | None
    reason: str = ""
    frames: int = 1
    lasting: bool = True
    window: Window | None = None
    word: str = ""


def failure(error: Exception) -> Facts:
    """Of a picture that could not be made, although its file may be whole."""
    memory = isinstance(error, MemoryError)
    why = str(error) or ("there is not enough memory" if memory else type(error).__name__)
    return Facts(None, f"cannot be shown: {why}", lasting=False)


class FileFrame(Protocol):
    """A frame of a file, or a contact sheet."""

    @property
    def source(self) -> Path | Sheet: ...
    @property
    def frame(self) -> int: ...


class DecodeCache:
    """Decoded pictures, kept for the steps that follow. Thread-safe; a picture is decoded once at a time."""

    def __init__(self, cap: int = DECODED_CAP) -> None:
        self._decoded: LruCache[Decoded] = LruCache(cap, _bytes_of)
        self._busy: set[Hashable] = set()
        self._turn = threading.Condition()
        self._zoomed: tuple[Path | Sheet, int] | None = None
        self._shallow: set[Hashable] = set()
        decode_room.relieved_by(self)

    def whole(self, subject: Subject) -> Decoded:
        """The picture at the size at which it is fitted, from all pixels of its file and resized once: what exact steps
        are made of. Of a part the same as `decoded`."""
        if isinstance(subject.source, Sheet) and subject.viewport is None:
            return self._sheet(subject.source, subject, whole=True)
        if subject.viewport is not None or isinstance(subject.source, Sheet):
            return self.decoded(subject)
        source, max_pixels = subject.source, subject.max_pixels
        share = self._share(subject)
        detail = Detail(_fitted_size(subject), whole=True, frame=subject.frame, share=share)
        return self._kept(
            (source, subject.frame, "whole", subject.canvas),
            share,
            lambda: load(source, None, max_pixels, detail),
        )

    def _share(self, subject: Subject) -> Window:
        """What of the window of a deep picture is shown; of others that is a matter of their eight bits."""
        shallow = (subject.source, subject.frame) in self._shallow
        return WHOLE_WINDOW if shallow else window_share(subject.adjustment)

    def decoded(self, subject: Subject, part: int = 1) -> Decoded:
        """The picture with as much detail as the view needs, or, fitted, a canvas of 1/`part` of its size: a JPEG is
        the sooner there the smaller it may be."""
        view = subject.viewport
        if isinstance(subject.source, Sheet):
            return self._sheet(subject.source, subject)
        full = view is not None and view.zoom > 1.0
        width, height = subject.canvas
        max_size, share = None if full else (width // part, height // part), self._share(subject)
        for there in (None, subject.canvas):
            larger = self._decoded.get((subject.source, subject.frame, there, share))
            if larger is not None and (there is None or not full):
                return larger
        key = (subject.source, subject.frame, max_size)
        detail = Detail(frame=subject.frame, share=share)
        return self._kept(key, share, lambda: load(key[0], max_size, subject.max_pixels, detail))

    def _sheet(self, sheet: Sheet, subject: Subject, *, whole: bool = False) -> Decoded:
        """A contact sheet: its pictures have their adjustment before they are put together."""
        look, max_pixels = subject.adjustment, subject.max_pixels
        key = (sheet, subject.frame, "whole" if whole else None, look)
        share = window_share(look)
        return self._kept(
            key, WHOLE_WINDOW, lambda: compose(sheet, subject.cell, max_pixels, look, share, whole=whole)
        )

    def _kept(self, key: tuple[Hashable, ...], share: Window, decode: Callable[[], Decoded]) -> Decoded:
        """What is there under a key and a share of the window, else decoded and kept."""
        with self._alone(key):
            found = self._decoded.get((*key, share))
            if found is None:
                self._give_up_other_windows(key)
                found = decode()
                if found.image is not None and found.window is None:
                    self._shallow.add(key[:2])
                    share = WHOLE_WINDOW
                self._decoded.put((*key, share), found)
        return found

    def _give_up_other_windows(self, key: tuple[Hashable, ...]) -> None:
        """The same picture is not held twice while it is large: as it was seen through the last window goes before it is
        decoded for another."""
        self._decoded.keep(lambda other, decoded: not _begins_with(other, key) or _bytes_of(decoded) < _LARGE)

    def look_at(self, picture: FileFrame | None) -> None:
        """Which picture is zoomed into (None: none is): only of that one a large decode in full size is kept."""
        zoomed = (picture.source, picture.frame) if picture is not None else None
        if zoomed == self._zoomed:
            return
        self._zoomed = zoomed
        gone = self._decoded.keep(self._may_stay)
        if gone:
            # To give hundreds of megabytes back takes a while, and this is called where keys are answered.
            trimmer.soon(gone)

    def relieve(self) -> None:
        """A large decode begins: little else is kept."""
        self._decoded.keep(self._may_stay)
        self._decoded.shrink(RELIEVED_CAP, self._is_zoomed)

    def _may_stay(self, key: Hashable, decoded: Decoded) -> bool:
        return self._is_zoomed(key) or not _is_full(key) or _bytes_of(decoded) < _LARGE

    def _is_zoomed(self, key: Hashable) -> bool:
        return isinstance(key, tuple) and _is_full(key) and key[:2] == self._zoomed

    @contextmanager
    def _alone(self, key: Hashable) -> Iterator[None]:
        """Waits until no other thread is at this key."""
        with self._turn:
            self._turn.wait_for(lambda: key not in self._busy)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._turn:
                self._busy.remove(key)
                self._turn.notify_all()

    def viewport(self, subject: Subject, decoded: Decoded) -> Viewport:
        """The viewport of a subject, or the one in which the whole image fits the canvas."""
        if subject.viewport is not None:
            return subject.viewport
        return Viewport.fit((decoded.width, decoded.height), subject.canvas, subject.cell)


def _begins_with(key: Hashable, first: tuple[Hashable, ...]) -> bool:
    return isinstance(key, tuple) and key[: len(first)] == first


def _is_full(key: Hashable) -> bool:
    """Whether it is of a decode in full size."""
    return isinstance(key, tuple) and key[2] is None


def _fitted_size(subject: Subject) -> tuple[int, int] | None:
    """In canvas pixels, when a file's picture is made smaller to fit; None for its own size."""
    assert isinstance(subject.source, Path)
    try:
        header = read_header(subject.source)
    except (NotAPicture, OSError):
        return None
    if header.reason:
        return None
    view = Viewport.fit((header.width, header.height), subject.canvas, subject.cell)
    left, top, right, bottom = placed_box(view)
    return (right - left, bottom - top) if view.scale < 1 else None


def window_share(adjustment: Adjustment) -> Window:
    """Window and level of an adjustment as shares of the window of a deep picture."""
    level, half = adjustment.level / 100, max(adjustment.window, 1) / 200
    return level - half, level + half


def facts(decoded: Decoded) -> Facts:
    """What decoding told of an image; `size` None where there is no picture."""
    size = (decoded.width, decoded.height) if decoded.image is not None else None
    return Facts(size, decoded.reason, decoded.frames, window=decoded.window, word=decoded.word)


def _bytes_of(decoded: Decoded) -> int:
    image: Image.Image | None = decoded.image
    # Pillow keeps RGB in four bytes too.
    return image.width * image.height * 4 if image is not None else 100
