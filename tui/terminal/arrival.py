"""The terminal between the command line and the window: it is asked in a thread, while all that the window needs is
imported, and shows what it waits for."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from tui.terminal.caps import TerminalCaps
from tui.terminal.probe import ENTER, LEAVE, RawLine, probe, terminal_lines, window_size
from tui.text import printable

_CLEAR, _HIDE_CURSOR, _SHOW_CURSOR = "\x1b[m\x1b[2J", "\x1b[?25l", "\x1b[?25h"


class Arrival:
    """To be used in a `with`. The terminal is on its alternate screen meanwhile, without echo. It stays there for the
    window, once that has taken it; else the `with` leaves it as it was.

    Raises, on entering: TermlabelError: the terminal cannot be set up, or was closed.
    """

    def __init__(self, protocol: str = "auto", cell: tuple[float, float] | None = None) -> None:
        self._protocol, self._cell = protocol, cell
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._line: RawLine | None = None
        self._caps: Future[TerminalCaps] | None = None
        self._awaited = ""

    def __enter__(self) -> Arrival:
        lines = terminal_lines()
        with ExitStack() as stack:
            if lines is not None:
                self._line = stack.enter_context(RawLine(*lines))
                self._line.send(ENTER)
                stack.callback(self._leave)
            workers = stack.enter_context(ThreadPoolExecutor(1, "probe"))
            self._caps = workers.submit(probe, self._protocol, self._cell, line=self._line)
            self._caps.add_done_callback(lambda _: self._tell())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        # Waits for the answers, which would be typed into the shell.
        self._stack.close()

    def caps(self) -> TerminalCaps:
        """What the terminal can do, once it has answered.

        Raises:
            TermlabelError: it was closed.
        """
        assert self._caps is not None
        return self._caps.result()

    def awaits(self, name: str) -> None:
        """This picture will be the first; from any thread."""
        self._awaited = name
        self._tell()

    def hand_over(self) -> bool:
        """The window takes the terminal now: whether it finds it on the alternate screen. To be left by the window."""
        there = self._taken() is not None
        self._stack.close()
        return there

    def _leave(self) -> None:
        line = self._taken()
        if line is not None:
            line.leave(LEAVE + _SHOW_CURSOR)

    def _taken(self) -> RawLine | None:
        """Nothing is told from now on."""
        with self._lock:
            line, self._line = self._line, None
        return line

    def _tell(self) -> None:
        """Once the answers are there: some terminals print what they do not understand of the questions."""
        with self._lock:
            line = self._line
            if line is not None and self._awaited and self._caps is not None and self._caps.done():
                line.leave(_CLEAR + _HIDE_CURSOR + centred(f"loading {self._awaited}"))


def centred(text: str) -> str:
    """Plain text in the middle of the terminal, cut where it is too long."""
    size = window_size()
    text = printable(text)[: size.columns]
    column = (size.columns - len(text)) // 2
    return f"\x1b[{size.rows // 2 + 1};{column + 1}H{text}"
