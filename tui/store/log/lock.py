"""The lock of a queue: one writer at a time on this machine, told by flock."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.store.base import QueueBusy, Unavailable
from tui.store.log.files import open_shared

PATIENCE = 10.0
"""Seconds after which a lock that is held is reported instead of waited for."""

CLOSED = "The queue is closed; nothing was recorded."


class QueueLock:
    """flock on a file that is created once and never renamed or removed.

    A process stopped while it holds the lock would stop everybody: so nobody waits for ever, and
    the holder's pid is told. Within this process it may be taken again by the thread that has it.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._path, self._fd = path, open_shared(path, os.O_RDWR | os.O_CREAT)
        self._threads = threading.RLock()
        self._depth = 0
        self.closed = False
        self._waiter: _Waiter | None = None

    def close(self) -> None:
        """Close the file, which lets the lock go; it cannot be taken any more."""
        self.closed = True
        if self._waiter is not None:
            self._waiter.stop()
            self._waiter = None
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises as `take`."""
        self.take()
        try:
            yield
        finally:
            self.let_go()

    def take(self) -> None:
        """Raises QueueBusy after `patience` seconds, Unavailable when the file cannot be opened again after that, or
        was closed."""
        if not self._threads.acquire(timeout=self.patience):
            raise QueueBusy("Queue busy, held by another part of this program.", "this process")
        try:
            if self._depth == 0:
                self._wait()
        except BaseException:
            self._threads.release()
            raise
        self._depth += 1

    def let_go(self) -> None:
        """The opposite of `take`; each needs one."""
        try:
            self._depth -= 1
            if self._depth == 0:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _wait(self) -> None:
        """Take the lock at once if it is free, else stand in the kernel's line, which is fair: whoever
        asks again and again instead lets some wait for seconds. A thread stands there for us, as nothing
        else may give up after a while."""
        self._open_again()
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        if self._waiter is None:
            self._waiter = _Waiter(self._fd)
        inode = os.fstat(self._fd).st_ino
        if not self._waiter.locked_within(self.patience):
            self._waiter, self._fd = None, -1  # The descriptor is the waiter's now.
            who = holder_of(inode)
            raise QueueBusy(
                f"Queue busy, held by {who} for {self.patience:g} s; "
                "if that process is stopped, wake it or end it.",
                who,
            )

    def _open_again(self) -> None:
        """A descriptor of our own, after one was left to a waiter."""
        if self.closed:
            raise Unavailable(CLOSED)
        if self._fd >= 0:
            return
        try:
            self._fd = open_shared(self._path, os.O_RDWR)
        except OSError as error:
            raise Unavailable(
                f"The queue's lock cannot be opened ({error.strerror}); please try again."
            ) from error


class _Waiter:
    """A thread that waits for the lock in the kernel. One that was given up has its descriptor for
    itself: it closes it, and with it lets the lock go, as soon as it gets that (`free` is False)."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.free = True
        self._wanted, self._got = threading.Semaphore(0), threading.Semaphore(0)
        self._lock = threading.Lock()
        threading.Thread(target=self._work, name="queue lock", daemon=True).start()

    def locked_within(self, seconds: float) -> bool:
        """Wait for the lock so long; False when it did not come, and then this waiter is given up."""
        self._wanted.release()
        if self._got.acquire(timeout=seconds):
            return True
        with self._lock:
            if self._got.acquire(blocking=False):
                return True
            self.free = False
        return False

    def stop(self) -> None:
        """End the thread."""
        self.free = False
        self._wanted.release()

    def _work(self) -> None:
        while True:
            self._wanted.acquire()
            if not self.free:
                return
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            with self._lock:
                if not self.free:
                    os.close(self._fd)
                    return
                self._got.release()


def holder_of(inode: int) -> str:
    """The pid that holds a flock on the file of this number, as /proc/locks has it, in words."""
    try:
        with open("/proc/locks", encoding="ascii") as locks:
            for line in locks:
                fields = line.split()
                if "FLOCK" in fields and "->" not in fields and fields[5].rsplit(":", 1)[-1] == str(inode):
                    return f"pid {fields[4]}"
    except (OSError, IndexError):
        pass
    return "another process"
