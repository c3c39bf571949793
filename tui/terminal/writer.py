"""Writes to the terminal in a thread of its own, so that a stalled line never stops the event loop."""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable

_STOP_TIMEOUT = 3.0
"""Seconds that leaving waits for a line that takes nothing."""


def write_whole(fd: int, data: bytes) -> None:
    """All of it, however long the line takes nothing: also when another program left the terminal in a mode
    (`O_NONBLOCK`) in which that is an error.

    Raises:
        OSError: the terminal is gone.
    """
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            ready = select.poll()  # Unlike select() it takes descriptors of any number.
            ready.register(fd, select.POLLOUT)
            ready.poll()


class Writer:
    """Each `write` arrives whole and in order. The queue has no limit: pictures are limited by acknowledgements,
    and a full queue would stop the loop that reads the acknowledgements.

    Written with `write_whole`: a thread that waits inside a buffered file would hold its lock while the program ends.
    `closed` is called, in the thread, when the terminal is gone; whatever comes after that is dropped.
    """

    def __init__(self, fd: int, closed: Callable[[], None]) -> None:
        self._fd = fd
        self._closed = closed
        self._waiting: deque[bytes] = deque()
        self._something = threading.Condition()
        self._ending = False
        self._dead = False
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Bytes that the line has not taken."""
        with self._something:
            return sum(map(len, self._waiting))

    def write(self, text: str) -> None:
        """Hand text to the thread, without waiting for the line."""
        with self._something:
            if not self._dead:
                self._waiting.append(text.encode("utf-8", "replace"))
                self._something.notify()

    def stop(self) -> None:
        """Writes what is waiting, as long as the line takes it, and ends."""
        with self._something:
            self._ending = True
            self._something.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(_STOP_TIMEOUT)

    def _run(self) -> None:
        while True:
            with self._something:
                while not self._waiting and not self._ending:
                    self._something.wait()
                if not self._waiting:
                    return
                # What stands together goes out together: fewer, larger packets.
                data = b"".join(self._waiting)
                self._waiting.clear()
            try:
                write_whole(self._fd, data)
            except OSError:
                with self._something:
                    self._dead = True
                    self._waiting.clear()
                self._closed()
                return
