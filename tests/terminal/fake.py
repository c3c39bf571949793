"""A fake terminal: runs a command on a pseudo-terminal, answers it after a while, and keeps its screen.

    with FakeTerminal(["-m", "tui", "demo"], profile="kitty", delay=0.15) as t:
        t.wait_for("cat")
        t.press("2")

On leaving the `with`, rules that the program broke fail the test.
"""

from __future__ import annotations

import heapq
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from devtools.emulator import process
from devtools.emulator.emulator import QUOTA, Emulator
from devtools.emulator.keys import key_text
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize
from tests.waiting import PATIENCE, STEP

ROOT = Path(__file__).parents[2]


class FakeTerminal:
    """`delay`: seconds from a question to its answer, None: it never answers. `hold_when`: from when this is true of the
    screen answers wait for `release`, those to what made it true among them. `size`: columns and rows.
    A command that begins with an option is one for this Python."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        profile: str = "kitty",
        size: tuple[int, int] = (120, 40),
        delay: float | None = 0.0,
        cell: tuple[int, int] = (10, 20),
        env: Mapping[str, str] | None = None,
        quota: int = QUOTA,
        hold_when: Callable[[Emulator], bool] | None = None,
    ) -> None:
        self.model = Emulator(PROFILES[profile], TerminalSize(*size, cell), quota)
        self.delay = delay
        self.stream = bytearray()
        self.answered: list[bytes] = []
        self._command = [sys.executable, *command] if command[0].startswith("-") else list(command)
        self._env = process.environment(PROFILES[profile], {"PYTHONPATH": str(ROOT), **(env or {})})
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._due: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._hold_when = hold_when
        self._held = False
        self._stalled = False
        self._closed = False

    def __enter__(self) -> FakeTerminal:
        self.process, self._master = process.start(self._command, self._env, self.model.size)
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._closed = True
        os.write(self._waker, b"x")
        self._thread.join(PATIENCE)
        for fd in (self._wake, self._waker, *(() if self._master < 0 else (self._master,))):
            os.close(fd)
        if kind is None:
            assert not self.model.broken, self.model.broken

    @staticmethod
    def python() -> str:
        return sys.executable

    @property
    def due(self) -> int:
        """Answers on their way."""
        with self._lock:
            return len(self._due)

    # What a person does

    def press(self, *keys: str) -> None:
        """Named keys, or characters as they are, each written by itself."""
        for key in keys:
            self.type(self._key(key))

    def _key(self, key: str) -> str:
        if key == "escape" and self.model.keys_pushed > 0 and self.model.profile.kitty_keys:
            return "\x1b[27u"
        return key_text(key)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        size = replace(self.model.size, columns=columns, rows=rows)
        with self._lock:
            self.model.resize(size)
            in_band = "2048" in self.model.modes
        process.set_size(self._master, size)
        if in_band:
            self.type(size.report())
        os.killpg(self.process.pid, signal.SIGWINCH)

    def hang_up(self) -> None:
        """The connection is lost: the pseudo-terminal is closed."""
        self._closed = True
        os.write(self._waker, b"x")
        self._thread.join(PATIENCE)
        master, self._master = self._master, -1
        os.close(master)

    def stall(self, stalled: bool = True) -> None:
        """The line takes nothing any more, or does again."""
        self._stalled = stalled
        os.write(self._waker, b"x")

    def hold(self) -> None:
        """Answers stay on their way until `release`."""
        with self._lock:
            self._held = True

    def release(self) -> None:
        with self._lock:
            self._hold_when, self._held = None, False
        os.write(self._waker, b"x")

    def spoil(self) -> None:
        """Another program empties the screen, and writes on it."""
        with self._lock:
            self.model.feed(b"\x1b[2J\x1b[3;1H" + b"Broadcast message! " * 40)

    # What a person sees

    def wait_until(self, true: Callable[[Emulator], Any], timeout: float = PATIENCE, what: str = "") -> None:
        """Waits for the screen to fulfil something; looked at when something was written or answered."""
        end = time.monotonic() + timeout
        with self._changed:
            while not true(self.model):
                assert time.monotonic() < end, f"{what or 'not fulfilled'}; the screen:\n{self.model.text()}"
                self._changed.wait(max(0.0, end - time.monotonic()))

    def wait_for(self, text: str, timeout: float = PATIENCE) -> None:
        self.wait_until(lambda model: text in model.text(), timeout, f"{text!r} did not appear")

    def wait_idle(self, seconds: float = 1.5) -> None:
        """Until nothing has come for so long, and all threads of the program slept: more comes for a person who stays at
        a picture (0.8 s), later when the processor has other work."""
        mark, began = self.mark(), time.monotonic()
        while time.monotonic() - began < seconds:
            time.sleep(STEP)
            if mark != self.mark() or _runs(self.process.pid):
                mark, began = self.mark(), time.monotonic()

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """The program's exit code, once everything it wrote was read."""
        code = self.process.wait(timeout)
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "something else still holds the terminal"
        return code

    def text(self) -> str:
        with self._lock:
            return self.model.text()

    def picture(self) -> Image.Image:
        with self._lock:
            return self.model.picture()

    def mark(self) -> int:
        with self._lock:
            return len(self.stream)

    def bytes_since(self, mark: int) -> bytes:
        with self._lock:
            return bytes(self.stream[mark:])

    # The line

    def _run(self) -> None:
        while not self._closed and self._master >= 0:
            now = time.monotonic()
            with self._changed:
                while self._due and self._due[0][0] <= now and self._master >= 0 and not self._held:
                    self._reply(heapq.heappop(self._due)[2])
                    self._changed.notify_all()
                wait = max(0.0, self._due[0][0] - now) if self._due and not self._held else 1.0
                watched = [self._wake] + ([] if self._stalled or self._master < 0 else [self._master])
            ready, _, _ = select.select(watched, [], [], wait)
            if self._wake in ready:
                os.read(self._wake, 100)
            elif ready and not self._receive():
                return

    def _receive(self) -> bool:
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        with self._changed:
            self.stream += data
            for answer in self.model.feed(data):
                if self.delay is not None:
                    self._count += 1
                    heapq.heappush(self._due, (time.monotonic() + self.delay, self._count, answer))
            self._held = self._held or (self._hold_when is not None and self._hold_when(self.model))
            self._changed.notify_all()
        return bool(data)

    def _reply(self, answer: bytes) -> None:
        self.answered.append(answer)
        try:
            os.write(self._master, answer)
        except OSError:
            return


def _runs(pid: int) -> bool:
    """Whether a thread of it has, or waits for, a processor or a disk; where the system does not tell, none does."""
    try:
        return any(_state(thread) in "RD" for thread in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return False


def _state(thread: Path) -> str:
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]
