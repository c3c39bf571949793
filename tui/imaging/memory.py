"""Memory for decoded pictures: planned before it is taken, given back to the system after large ones.

Small pictures are decoded side by side. What is larger waits until it fits beside the others, and what is larger than all of
the room is decoded alone; so two panoramas never meet. A decode that does not fit into the memory that is free does not
begin: the kernel would end the whole app.
"""

from __future__ import annotations

import ctypes
import errno
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from PIL import Image

BESIDE = 40_000_000
"""Bytes up to which a decode waits for no other: a picture of ten megapixels."""
TOGETHER = 80_000_000
"""Bytes that larger decodes may take together: one of 20 megapixels and more goes alone."""
RESERVE = 100_000_000
"""Bytes that are left to all else on the machine."""
TRIM_SECONDS = 0.5
_MMAP_THRESHOLD = -3
"""glibc's name for the size from which on blocks are mapped (malloc.h)."""
_MAPPED_FROM = 1 << 20
_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")
_CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
"""Where a container's limit and use stand, in both versions of control groups."""
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""Of Pillow's pixels in memory; all other modes take four bytes."""
_BESIDE_PIXELS = {"WEBP": 12, "AVIF": 8, "HEIF": 6, "JPEG2000": 15}
"""Bytes a pixel that decoders take beside the picture at most: these decode it into memory of their own first. (WebP:
animations; see `webp` for still ones.)"""
_BANDS = 50_000_000
"""Bytes of the bands of rows in which a picture is made smaller."""


class NotEnoughMemory(MemoryError):
    """A decode that was not begun; the text says how large the picture is, and what is free."""


class Relief(Protocol):
    """What keeps memory that others may need more."""

    def relieve(self) -> None:
        """Give up what is not looked at now."""


class DecodeRoom:
    """The bytes that decodes under way have planned for. Thread-safe; who holds room asks for no more."""

    def __init__(self, together: int = TOGETHER, beside: int = BESIDE) -> None:
        self._together, self._beside = together, beside
        self._turn = threading.Condition()
        self._taken = 0
        self._reliefs: WeakSet[Relief] = WeakSet()

    def relieved_by(self, relief: Relief) -> None:
        """Before a large decode begins it is asked for memory, as long as anybody else holds it."""
        self._reliefs.add(relief)

    @contextmanager
    def of(self, wanted: int, pixels: int) -> Iterator[None]:
        """Waits until there is room for `wanted` bytes, and holds it. `pixels`: of the whole picture, to be told.

        Raises:
            NotEnoughMemory: the machine has not so much, or what was done meanwhile was refused memory.
        """
        steady_heap()
        counted = wanted if wanted > self._beside else 0
        with self._turn:
            self._turn.wait_for(
                lambda: not (counted and self._taken) or self._taken + counted <= self._together
            )
            self._taken += counted
        try:
            if counted:
                for relief in tuple(self._reliefs):
                    relief.relieve()
            _refuse_what_is_not_free(wanted, pixels)
            yield
        except Exception as error:
            if isinstance(error, NotEnoughMemory) or not _is_want_of_memory(error):
                raise
            raise NotEnoughMemory(f"{_taken_by(pixels, wanted)}, and fewer are free") from error
        finally:
            if counted:
                trim_heap()
            with self._turn:
                self._taken -= counted
                self._turn.notify_all()
            if counted:
                trimmer.soon()


def _is_want_of_memory(error: Exception) -> bool:
    """Whether a decoder failed for that: some raise another kind of error, of which that is only the number or the word."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, OSError) and (error.errno == errno.ENOMEM or "out of memory" in str(error))


def _taken_by(pixels: int, wanted: int) -> str:
    return f"{pixels / 1e6:.0f} megapixels take {_megabytes(wanted)} of memory"


def fits(wanted: int) -> bool:
    """Whether so many bytes can be taken now, as far as is known."""
    return _missing(wanted) is None


def _missing(wanted: int) -> int | None:
    """The bytes that are free where these are too few for what is wanted."""
    free = free_bytes() if wanted > BESIDE else None
    return max(0, free - RESERVE) if free is not None and wanted + RESERVE > free else None


def _refuse_what_is_not_free(wanted: int, pixels: int) -> None:
    free = _missing(wanted)
    if free is not None:
        raise NotEnoughMemory(f"{_taken_by(pixels, wanted)}, and {_megabytes(free)} are free")


def _megabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def free_bytes() -> int | None:
    """Memory that can still be taken, by the machine's count and by the limits of the control group and of the process;
    None where none of them says."""
    counts = _available(_MEMINFO), *(_left(*files) for files in _CGROUPS), _addresses_left()
    return min((size for size in counts if size is not None), default=None)


def _addresses_left() -> int | None:
    """What the process may still map (`ulimit -v`); None without such a limit."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most == resource.RLIM_INFINITY:
            return None
        pages = int(_STATM.read_text(encoding="ascii").split()[0])
        return max(0, most - pages * resource.getpagesize())
    except (ImportError, OSError, ValueError, IndexError):
        return None


def _available(meminfo: Path) -> int | None:
    """What Linux takes to be available without swapping."""
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _left(limit: Path, used: Path) -> int | None:
    """What a control group may still take; files that are read once may be dropped again, and do not count."""
    try:
        most, now = int(limit.read_text(encoding="ascii")), int(used.read_text(encoding="ascii"))
    except (OSError, ValueError):  # `max`: no limit.
        return None
    return max(0, most - now + _reclaimable(used.with_name("memory.stat")))


def _reclaimable(stat: Path) -> int:
    try:
        lines = stat.read_text(encoding="ascii").splitlines()
        return sum(
            int(line.split()[1]) for line in lines if line.startswith(("inactive_file ", "active_file "))
        )
    except (OSError, ValueError, IndexError):
        return 0


def bytes_to_decode(image: Image.Image, size: tuple[int, int], whole: int) -> int:
    """What decoding an opened picture takes at its highest, until it is there at `size` in RGB. `whole`: pixels of the
    picture in the file, of which a JPEG may decode fewer."""
    pixels = image.width * image.height
    made = size[0] * size[1] * 4
    if image.size == size:
        made = 0 if image.mode == "RGB" and not image.info.get("icc_profile") else made
    beside = pixels * _BESIDE_PIXELS.get(image.format or "", 0) + _progressive_bytes(image, whole)
    return pixels * _PIXEL_BYTES.get(image.mode, 4) + beside + made + min(_BANDS, pixels * 12)


def bytes_by_rows(stored: tuple[int, int], size: tuple[int, int], decoder: int, *, all_of_it: bool) -> int:
    """The same of a picture whose rows are made smaller as they come. `decoder`: what decoding them takes; `all_of_it`: they
    are not asked for in their order, so that they are all kept."""
    pixels = stored[0] * stored[1]
    return decoder + pixels * 4 * all_of_it + size[0] * size[1] * 4 + min(_BANDS, pixels * 12)


def _progressive_bytes(image: Image.Image, whole: int) -> int:
    """A progressive JPEG's coefficients are all in memory, two bytes each, however small it is decoded."""
    layers = getattr(image, "layer", ())
    if not image.info.get("progressive") or not layers:
        return 0
    largest = max(across * down for _, across, down, _ in layers)
    samples = sum(across * down for _, across, down, _ in layers) / largest
    return int(whole * samples * 2)


class Trimmer:
    """Gives freed memory back to the system, a moment after it was freed, in a thread of its own."""

    def __init__(self, trim: Callable[[], object] | None = None) -> None:
        self._trim = trim or trim_heap
        self._turn = threading.Lock()
        self._waits = False
        self._given_up: list[object] = []

    def soon(self, given_up: Iterable[object] = ()) -> None:
        """Once, however often it is asked meanwhile. `given_up`: what is to be freed in that thread too."""
        with self._turn:
            self._given_up.extend(given_up)
            if self._waits:
                return
            self._waits = True
        timer = threading.Timer(TRIM_SECONDS, self._run)
        timer.daemon = True
        try:
            timer.start()
        except (RuntimeError, MemoryError):  # There is not even memory for a thread.
            self._run()

    def _run(self) -> None:
        with self._turn:
            self._waits = False
            given_up, self._given_up = self._given_up, []
        del given_up
        self._trim()


@cache
def _heap_trim() -> Callable[[int], int] | None:
    """glibc's `malloc_trim`; None with other C libraries."""
    try:
        found = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    found.argtypes, found.restype = [ctypes.c_size_t], ctypes.c_int
    return found


@cache
def steady_heap() -> None:
    """Has glibc map large blocks one by one for good, so that each goes back to the system when it is freed. By itself it
    keeps more and more of them in its heap, where a small block in between holds all below it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _MAPPED_FROM)


def trim_heap() -> None:
    """Pages that the C library keeps for later go back to the system, where it can be asked for that."""
    trim = _heap_trim()
    if trim is not None:
        trim(0)


decode_room = DecodeRoom()
"""One for the process: sheets, prefetched pictures and tools share the machine."""
trimmer = Trimmer()
