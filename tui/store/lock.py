"""The lock of a queue: one writer at a time on this machine, told by flock."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.store.base import QueueBusy
from tui.store.files import open_shared

PATIENCE = 10.0
"""Seconds after which a lock that is held is reported instead of waited for."""


class QueueLock:
    """flock on a file that is created once and never renamed or removed.

    A process stopped while it holds the lock would stop everybody: so nobody waits for ever, and
    the holder's pid is told. Within this process it may be taken again by the thread that has it.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._fd = open_shared(path, os.O_RDWR | os.O_CREAT)
        self._threads = threading.RLock()
        self._depth = 0

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises QueueBusy after `patience` seconds."""
        if not self._threads.acquire(timeout=self.patience):
            raise QueueBusy("The queue is busy: another part of this program holds it.", "this process")
        try:
            if self._depth == 0:
                self._wait()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _wait(self) -> None:
        deadline = time.monotonic() + self.patience
        pause = 0.0002
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
            if time.monotonic() >= deadline:
                who = holder_of(self._fd)
                raise QueueBusy(
                    f"The queue is busy: its lock has been held for {self.patience:g} s by {who}; "
                    "if that process is stopped, wake it or end it.",
                    who,
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)


def holder_of(fd: int) -> str:
    """The pid that holds a flock on this file, as /proc/locks has it, in words."""
    inode = os.fstat(fd).st_ino
    try:
        with open("/proc/locks", encoding="ascii") as locks:
            for line in locks:
                fields = line.split()
                if "FLOCK" in fields and "->" not in fields and fields[5].rsplit(":", 1)[-1] == str(inode):
                    return f"pid {fields[4]}"
    except (OSError, IndexError):
        pass
    return "another process"
