"""Pictures encoded ahead, into the cache, as the canvas of a terminal will ask for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tui.display.ground import THEMES, Ground
from tui.display.protocols import encoding_of
from tui.errors import UsageError
from tui.imaging.cache import DiskCache, default_folder
from tui.imaging.decode_cache import DecodeCache, Subject, failure
from tui.imaging.develop import Developer, cache_key
from tui.imaging.header import Header, NotAPicture, read_header
from tui.imaging.ladder import Encoding, Step, every_step, ladder
from tui.imaging.viewport import Viewport
from tui.libraries import overheard
from tui.model.project import Project
from tui.model.task import Task
from tui.terminal import sixel
from tui.terminal.probe import probe, terminal_lines
from tui.terminal.protocols import AUTO

_ROWS_BELOW = 4
_SIDES = ((160, 40), (100, 32), (0, 26))
_DECODED = 8_000_000


@dataclass(frozen=True, slots=True)
class PrepareTerms:
    """`canvas`: in pixels. `rate`: bits per second, None: whatever the line will be. `budget`: bytes a picture.
    `truecolor`: cells may have 24-bit colours. `exact`: pictures become exact, where the rate says how. `ground`:
    the colour round a picture."""

    encoding: Encoding
    canvas: tuple[int, int]
    cell: tuple[float, float]
    rate: float | None = None
    budget: int | None = None
    registers: int = 256
    truecolor: bool = True
    exact: bool = True
    ground: tuple[int, int, int] = (0, 0, 0)

    def steps(self, image: tuple[int, int]) -> tuple[Step, ...]:
        """What a picture of this size in pixels may be sent as, as far as it is kept on disk."""
        pixels = self.canvas[0] * self.canvas[1]
        scale = Viewport.fit(image, self.canvas, self.cell).scale
        if self.rate is None and self.budget is None:
            return every_step(self.encoding, pixels=pixels, scale=scale, registers=self.registers)
        steps = ladder(
            self.encoding,
            self.rate,
            budget=self.budget,
            pixels=pixels,
            scale=scale,
            registers=self.registers,
            truecolor=self.truecolor,
            exact=self.exact,
        )
        return tuple(step for step in steps if step.strips is None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One picture: how many encodings were made, how many were there; `reason`: why there are none; `said`: what a library
    said while it was read."""

    path: Path
    made: int = 0
    there: int = 0
    reason: str = ""
    said: str = ""


def canvas_cells(columns: int, rows: int) -> tuple[int, int]:
    """The canvas's columns and rows in a terminal of this size: beside the side column, above four rows of text,
    of which the keys take two."""
    side = next(width for minimum, width in _SIDES if columns >= minimum)
    return max(1, columns - side), max(1, rows - _ROWS_BELOW)


def terms_for(
    protocol: str,
    cell: tuple[float, float] | None,
    rate: float | None,
    budget: int | None,
    *,
    exact: bool = True,
    theme: str = "dark",
) -> PrepareTerms:
    """For the terminal that we are in; without one `protocol` says for which, COLUMNS and LINES how large. `theme`: on whose
    ground pictures lie.

    Raises:
        UsageError: there is neither a terminal nor a protocol.
    """
    lines = terminal_lines()
    if lines is None and protocol == AUTO:
        raise UsageError(
            "There is no terminal to ask: name one by --protocol (and --cell; COLUMNS and LINES its size)."
        )
    caps = probe(protocol, cell)
    size = (caps.columns, caps.rows) if lines is not None else shutil.get_terminal_size((120, 40))
    columns, rows = canvas_cells(*size)
    canvas = int(columns * caps.cell[0]), int(rows * caps.cell[1])
    registers = caps.registers or 256
    encoding = encoding_of(caps.protocol)
    ground = Ground.of(None if "NO_COLOR" in os.environ else THEMES[theme], caps).colour
    return PrepareTerms(encoding, canvas, caps.cell, rate, budget, registers, caps.truecolor, exact, ground)


def own_cache() -> DiskCache:
    """The cache that the canvas uses too."""
    return DiskCache(default_folder())


def prepare(
    project: Project, tasks: Iterable[Task], terms: PrepareTerms, cache: DiskCache
) -> Iterator[Prepared]:
    """Encodes the tasks' pictures in a thread for each processor, as they are done. May be closed at any time: what
    was encoded is kept, and found there the next time."""
    threads = os.cpu_count() or 1
    pool = ThreadPoolExecutor(threads)
    paths = iter(dict.fromkeys(project.folder / task.path for task in tasks))
    try:
        waiting: set[Future[Prepared]] = set()
        while True:
            for path in islice(paths, threads * 2 - len(waiting)):
                waiting.add(pool.submit(_prepare, path, project.max_pixels, terms, cache))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in done)
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(path: Path, max_pixels: int, terms: PrepareTerms, cache: DiskCache) -> Prepared:
    try:
        header = read_header(path)
    except (NotAPicture, OSError) as error:
        return Prepared(path, reason=str(error))
    if header.reason:
        return Prepared(path, reason=header.reason)
    # What is overheard is one thread's at a time; other formats are read by libraries that are silent.
    with overheard(header.format == "TIFF") as said:
        found = _encoded(path, header, max_pixels, terms, cache)
    return replace(found, said=said())


def _encoded(path: Path, header: Header, max_pixels: int, terms: PrepareTerms, cache: DiskCache) -> Prepared:
    subject = Subject(path, max_pixels, terms.canvas, terms.cell, ground=terms.ground)
    # The picture is decoded once for all its steps, and not kept for longer.
    develop = Developer(DecodeCache(_DECODED), cache, sixel)
    made = there = 0
    for step in terms.steps((header.width, header.height)):
        key = cache_key(subject, step)
        if key is not None and key in cache:
            there += 1
            continue
        try:
            found = develop(subject, step).facts
        except Exception as error:  # The other pictures are made all the same.
            found = failure(error)
        if found.reason:
            return Prepared(path, made, there, found.reason)
        made += 1
    return Prepared(path, made, there)
