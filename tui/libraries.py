"""What libraries say for themselves: libtiff and others write to file descriptor 2, over whatever is on the screen.

While the app runs the descriptor leads to a log (`Diversion`); commands that go through files read what was said of
each (`overheard`). The descriptor belongs to the whole process, and so does what is kept here.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STDERR = 2
MAX_LOG_BYTES = 256_000
"""A longer log begins anew."""
_MAX_SAID = 4_000
"""Characters that are read of what was said of one file."""


def log_file() -> Path | None:
    """`$XDG_STATE_HOME/termlabel/libraries.log`, or below `~/.local/state`; None without a home."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "termlabel" / "libraries.log"
    try:
        return Path.home() / ".local" / "state" / "termlabel" / "libraries.log"
    except RuntimeError:
        return None


def _opened(path: Path | None) -> int:
    """A descriptor to append to; what cannot be kept is thrown away."""
    with suppress(OSError):
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            return os.open(path, flags, 0o600)
    return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)


class Diversion:
    """Between `begin` and `end` file descriptor 2 leads to the log. Either may be called again."""

    def __init__(self) -> None:
        self._before: int | None = None

    @property
    def active(self) -> bool:
        """Whether the descriptor leads to the log."""
        return self._before is not None

    def begin(self) -> int:
        """A descriptor that leads where 2 has led, until `end`."""
        with _turn:
            if self._before is None:
                before = os.dup(STDERR)
                log = _opened(log_file())
                os.dup2(log, STDERR)
                os.close(log)
                self._before = before
                self._trimmed()
                stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
                os.write(STDERR, f"{stamp} process {os.getpid()}\n".encode())
            return self._before

    def end(self) -> None:
        """2 leads where it did before."""
        with _turn:
            if self._before is not None:
                before, self._before = self._before, None
                os.dup2(before, STDERR)
                os.close(before)

    def trim(self) -> None:
        """To be called now and then: a log that has become too long begins anew."""
        with _turn:
            if self._before is not None:
                self._trimmed()

    def _trimmed(self) -> None:
        with suppress(OSError):
            if os.fstat(STDERR).st_size > MAX_LOG_BYTES:
                os.ftruncate(STDERR, 0)


@contextmanager
def diverted() -> Iterator[None]:
    """File descriptor 2 leads to the log within the `with`, and afterwards where it led before all."""
    DIVERSION.begin()
    try:
        yield
    finally:
        DIVERSION.end()


_turn = threading.RLock()
DIVERSION = Diversion()
"""Of this process."""


@contextmanager
def spoken() -> Iterator[None]:
    """What the program itself says on standard error is not taken for a library's."""
    with _turn:
        yield


def hear_warnings() -> None:
    """Python's warnings become lines like those of other libraries, without the line of code that gave them."""
    warnings.showwarning = _say_warning


def _say_warning(message: Warning | str, *_: object, **__: object) -> None:
    # Whoever warned goes on with a picture, whether the disk of the log is full or nobody reads any more.
    with suppress(OSError):
        os.write(STDERR, f"{message}\n".encode("utf-8", "replace"))


@contextmanager
def overheard(wanted: bool = True) -> Iterator[Callable[[], str]]:
    """What is said within the `with` is given by the function, also afterwards: lines in one, '' for nothing. One thread at a time. While
    the app runs the log has it. Not `wanted`, or where it can be kept nowhere: nothing is done."""
    with _turn:
        kept = None if DIVERSION.active or not wanted else _kept_words()
        if kept is not None:
            words: list[str] = []
            before = os.dup(STDERR)
            os.dup2(kept, STDERR)
            try:
                yield lambda: words[0] if words else _said(kept)
            finally:
                words.append(_said(kept))
                os.dup2(before, STDERR)
                os.close(before)
                os.close(kept)
            return
    yield lambda: ""


def _kept_words() -> int | None:
    """A descriptor of a file without a name: in memory where the system has such, as there may be no folder to write to."""
    with suppress(OSError):
        if hasattr(os, "memfd_create"):
            return os.memfd_create("said")
        with tempfile.TemporaryFile(buffering=0) as file:
            return os.dup(file.fileno())
    return None


def _said(fd: int) -> str:
    text = os.pread(fd, _MAX_SAID, 0).decode("utf-8", "replace")
    return " ".join(line.strip() for line in text.splitlines() if line.strip())
