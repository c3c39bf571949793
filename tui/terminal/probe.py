"""Asks the terminal what it can do: one burst on the raw line, before Textual is imported.

Whatever is typed meanwhile is thrown away. When the deadline passes first, the app starts with what is known;
`TerminalCaps.late` then holds what the driver needs to go on.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import select
import struct
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TextIO

from tui.errors import TermlabelError
from tui.terminal import tmux
from tui.terminal.answers import Answers, Unanswered, questions, questions_outside
from tui.terminal.caps import TerminalCaps
from tui.terminal.detect import WindowSize, decide, in_tmux
from tui.terminal.layers import ancestors
from tui.terminal.parser import InputPiece, ReplyFilter
from tui.terminal.replies import DeviceAttributes, Reply
from tui.terminal.writer import write_whole

DEADLINE = 2.5
_STRAGGLERS, _TMUX_STARTS = 0.3, 0.7
ENTER, LEAVE = "\x1b[?1049h", "\x1b[m\x1b[2J\x1b[?1049l"


def probe(
    protocol: str = "auto",
    cell: tuple[float, float] | None = None,
    deadline: float = DEADLINE,
    *,
    line: RawLine | None = None,
) -> TerminalCaps:
    """What the terminal on standard input and error can do. Returns as soon as it has answered everything, after
    `deadline` seconds at the latest; without a terminal at once, with `answers` False. `line`: is raw already, and the
    terminal on its alternate screen."""
    lines = terminal_lines()
    if lines is None:
        return decide(Answers(), protocol=protocol, cell=cell)
    size = window_size(lines[1])
    inside = in_tmux(os.environ)
    with ExitStack() as stack:
        if line is None:
            line = stack.enter_context(RawLine(*lines))
            stack.enter_context(line.alternate_screen())
        late, round_trip = _ask(line, deadline, inside=inside, outside=inside and tmux.passes())
    late = replace(late, protocol=protocol, cell=cell)
    found = decide(
        late.answers, size=size, protocol=protocol, cell=cell, round_trip=round_trip, ancestors=ancestors()
    )
    complete = late.answers.fenced and not late.held and (late.answers.passthrough or not inside)
    return found if complete else replace(found, late=late)


def _ask(line: RawLine, deadline: float, *, inside: bool, outside: bool) -> tuple[Unanswered, float | None]:
    """The answers that came in time, and the round trip. `inside` tmux; `outside`: it hands our bytes on."""
    asked_at = time.monotonic()
    until = asked_at + deadline
    line.send(questions(inside))
    patience = min(deadline, _TMUX_STARTS) if outside else deadline
    answers, fenced_at = _listen(line, Answers(), asked_at + patience, None, outside=outside)
    if outside and not answers.passthrough:
        # A tmux that has only just started hands nothing on yet.
        asked_at = time.monotonic()
        line.send(questions_outside())
        answers, fenced_at = _listen(line, answers, until, fenced_at, outside=True)
    # tmux answers for itself at once; the line to the person is the one that counts.
    ended_at = (time.monotonic() if answers.passthrough else None) if inside else fenced_at
    round_trip = None if ended_at is None else ended_at - asked_at
    return Unanswered(answers, line.held, asked_at), round_trip


def _listen(
    line: RawLine, answers: Answers, until: float, fenced_at: float | None, *, outside: bool
) -> tuple[Answers, float | None]:
    """The answers so far and more, and when the fence among them came. `outside`: the terminal around tmux
    answers last."""
    line.until = until
    for reply in line.replies():
        answers = answers.feed(reply)
        if isinstance(reply.value, DeviceAttributes) and answers.fenced:
            fenced_at = time.monotonic()
            if answers.cursor is None:
                # The first of all answers: perhaps one that somebody else asked for, and ours are on their way.
                line.until = min(until, fenced_at + _STRAGGLERS)
                continue
        if fenced_at is not None and answers.cursor is not None and (answers.passthrough or not outside):
            break
    return answers, fenced_at


def upgraded(late: Unanswered, reply: Reply, now: float) -> tuple[Unanswered, TerminalCaps | None]:
    """One more reply to a probe that was given up; with new capabilities when it tells something."""
    answers = late.answers.feed(reply)
    if answers == late.answers:
        return late, None
    after = replace(late, answers=answers, held="")
    if not answers.fenced:
        return after, None
    caps = decide(
        answers,
        size=window_size(),
        protocol=late.protocol,
        cell=late.cell,
        round_trip=now - late.asked_at,
        ancestors=ancestors(),
    )
    return after, caps


def terminal_lines() -> tuple[int, int] | None:
    """File descriptors to read from and to write to the terminal; None when there is none. Output goes where
    Textual's goes; when that leads elsewhere, to the line that is read from, which is open both ways."""
    read, *others = (_descriptor(stream) for stream in (sys.__stdin__, sys.__stderr__, sys.__stdout__))
    if read is None:
        return None
    with suppress(OSError):
        write = next((fd for fd in others if fd is not None), read)
        return (read, write) if fcntl.fcntl(write, fcntl.F_GETFL) & (os.O_WRONLY | os.O_RDWR) else None
    return None


def _descriptor(stream: TextIO | None) -> int | None:
    with suppress(OSError, ValueError):
        if stream is not None and os.isatty(stream.fileno()):
            return stream.fileno()
    return None


def window_size(fd: int | None = None) -> WindowSize:
    """Cells and pixels as the operating system knows them."""
    if fd is None:
        lines = terminal_lines()
        if lines is None:
            return WindowSize()
        fd = lines[1]
    try:
        packed = fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return WindowSize()
    rows, columns, width, height = struct.unpack("HHHH", packed)
    return WindowSize(columns, rows, width, height)


class RawLine:
    """The terminal without echo and line editing, for as long as the `with` lasts. `until`: monotonic seconds at
    which waiting ends.

    Raises:
        TermlabelError: the line is not a terminal, or it was closed.
    """

    def __init__(self, read: int, write: int) -> None:
        self.until = float("inf")
        self._read, self._write = read, write
        self._sending = threading.Lock()
        self._filter = ReplyFilter()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._before: list[object] | None = None

    def __enter__(self) -> RawLine:
        try:
            self._before = termios.tcgetattr(self._read)
            tty.setraw(self._read, termios.TCSADRAIN)
        except termios.error as error:
            raise TermlabelError(f"The terminal cannot be set up: {error.args[-1]}.") from error
        return self

    def __exit__(self, *_: object) -> None:
        # Not flushed: the rest of a reply cut in two must reach the one who can tell that it is a reply.
        with suppress(termios.error):
            termios.tcsetattr(self._read, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]

    @property
    def held(self) -> str:
        """What came of a reply that is not whole yet."""
        return self._filter.held

    @contextmanager
    def alternate_screen(self) -> Iterator[None]:
        """Nothing that a poor terminal prints for our questions stays."""
        self.send(ENTER)
        try:
            yield
        finally:
            self.leave(LEAVE)

    def send(self, text: str) -> None:
        """Write text to the terminal whole.

        Raises:
            TermlabelError: the terminal was closed.
        """
        try:
            with self._sending:
                write_whole(self._write, text.encode())
        except OSError as error:
            raise TermlabelError("The terminal was closed.") from error

    def leave(self, text: str) -> None:
        """The same, to a terminal that may be gone."""
        with suppress(TermlabelError):
            self.send(text)

    def pieces(self) -> Iterator[InputPiece]:
        """Keys and replies as they come, for as long as `until` allows."""
        while (left := self.until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._read], [], [], min(left, 0.05))
            now = time.monotonic()
            if ready:
                yield from self._filter.feed(self._decode(self._receive()), now)
            yield from self._filter.tick(now)

    def replies(self) -> Iterator[Reply]:
        """The same without the keys: they are thrown away."""
        return (piece for piece in self.pieces() if isinstance(piece, Reply))

    def time_to(self, text: str, done: Callable[[Reply], bool], deadline: float) -> float | None:
        """Seconds from sending `text` to the reply that `done` accepts; None when it does not come in time."""
        begun = time.monotonic()
        self.until = begun + deadline
        self.send(text)
        for reply in self.replies():
            if done(reply):
                return time.monotonic() - begun
        return None

    def _receive(self) -> bytes:
        """b'' when another program took what there was."""
        try:
            data = os.read(self._read, 65536)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            raise TermlabelError("The terminal was closed.")
        return data
