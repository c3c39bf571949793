"""Decoded pictures, kept and shared by the threads of the worker pool."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tui.imaging.decode import Decoded, load
from tui.imaging.sheet import Sheet, compose
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import LruCache
from tui.model.view_settings import NEUTRAL, Adjustment

DECODED_CAP = 160_000_000
"""Bytes of decoded pictures kept in memory: one of 36 megapixels for zooming, and a dozen of screen size."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be developed: a file or a contact sheet, and where its picture is to lie. `viewport` None: fitted to
    `canvas`. `adjustment`: what is done to its pixels before they are encoded."""

    source: Path | Sheet
    max_pixels: int
    canvas: tuple[int, int]
    cell: tuple[float, float]
    viewport: Viewport | None = None
    adjustment: Adjustment = NEUTRAL


@dataclass(frozen=True, slots=True)
class Facts:
    """`size`: of the whole picture in pixels, None when nothing could be decoded. `reason`: what is wrong. `lasting`:
    it is wrong with the file, so that trying again cannot help."""

    size: tuple[int, int] | None
    reason: str = ""
    frames: int = 1
    lasting: bool = True


def failure(error: Exception) -> Facts:
    """Of a picture that could not be made, although its file may be whole."""
    memory = isinstance(error, MemoryError)
    why = "there is not enough memory" if memory else str(error) or type(error).__name__
    return Facts(None, f"cannot be shown: {why}", lasting=False)


class DecodeCache:
    """Decoded pictures, kept for the steps that follow. Thread-safe; a picture is decoded once at a time."""

    def __init__(self, cap: int = DECODED_CAP) -> None:
        self._decoded: LruCache[Decoded] = LruCache(cap, _bytes_of)
        self._busy: set[Hashable] = set()
        self._turn = threading.Condition()

    def whole(self, subject: Subject) -> Decoded:
        """The picture in full size, to be resized once: what exact steps are made of. Kept only where a view keeps it
        anyway, as it is large."""
        kept = self._decoded.get((subject.source, None))
        return kept if kept is not None else _developed(subject, None)

    def decoded(self, subject: Subject, part: int = 1) -> Decoded:
        """The picture with as much detail as the view needs, or, fitted, a canvas of 1/`part` of its size: a JPEG is
        the sooner there the smaller it may be."""
        view = subject.viewport
        full = isinstance(subject.source, Sheet) or (view is not None and view.zoom > 1.0)
        width, height = subject.canvas
        max_size = None if full else (width // part, height // part)
        for there in (None, subject.canvas):
            larger = self._decoded.get((subject.source, there))
            if larger is not None and (there is None or not full):
                return larger
        key = (subject.source, max_size)
        with self._alone(key):
            found = self._decoded.get(key)
            if found is None:
                found = _developed(subject, max_size)
                self._decoded.put(key, found)
        return found

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


def _developed(subject: Subject, max_size: tuple[int, int] | None) -> Decoded:
    if isinstance(subject.source, Sheet):
        return compose(subject.source, subject.cell, subject.max_pixels)
    return load(subject.source, max_size, subject.max_pixels)


def facts(decoded: Decoded) -> Facts:
    """What decoding told of an image; `size` None where there is no picture."""
    size = (decoded.width, decoded.height) if decoded.image is not None else None
    return Facts(size, decoded.reason, decoded.frames)


def _bytes_of(decoded: Decoded) -> int:
    image: Image.Image | None = decoded.image
    return image.width * image.height * 3 if image is not None else 100
