"""A measured run: a program in an emulated terminal behind a shaped line, with keys pressed by a script.

The screen is drawn only as far as an answer needs it, so that drawing does not hold up what is measured.
"""

from __future__ import annotations

import os
import select
import time
import zlib
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from devtools.emulator import process
from devtools.emulator.emulator import COLOURS_QUESTION, CURSOR_QUESTION, Emulator
from devtools.emulator.keys import key_text
from devtools.emulator.kitty import Commands
from devtools.emulator.link import Link
from devtools.emulator.profiles import PROFILES, Profile
from devtools.emulator.questions import Questions
from devtools.emulator.records import KeyRecord, RunResult
from devtools.emulator.script import Situation, Step, is_due
from devtools.emulator.size import TerminalSize
from devtools.emulator.tokens import GRAPHICS, Token, Tokenizer

_PIECE, _PIECES = 4096, 16
"""Bytes read at once, and how often before anything else is looked at."""
_SAMPLE = 0.1
"""Seconds between two looks at whether the program computes."""
_BUSY = 0.3
"""The share of a processor from which on it is not idle."""
_START = "(start)"


def run(
    command: Sequence[str],
    *,
    profile: str = "kitty",
    size: TerminalSize | None = None,
    link: Link | None = None,
    keys: Sequence[Step] = (),
    idle: float = 0.6,
    limit: float = 120.0,
    env: Mapping[str, str] | None = None,
    pixels: bool = True,
    picture_delay: float = 0.0,
) -> RunResult:
    """Runs a command and presses the keys; then until nothing happens for `idle` seconds, without keys until it ends.
    `limit`: seconds after which it is ended. `pixels`: the operating system knows the size in pixels.
    `picture_delay`: seconds that the terminal takes for each picture, and does nothing else in.

    Raises:
        OSError: the program cannot be run.
    """
    session = _Session(PROFILES[profile], size or TerminalSize(), link or Link(), keys, picture_delay)
    return session.run(command, env or {}, idle, limit, pixels)


class _Session:
    def __init__(
        self, profile: Profile, size: TerminalSize, link: Link, keys: Sequence[Step], picture_delay: float
    ) -> None:
        self._profile, self._size, self._link = profile, size, link
        self._picture_delay, self._busy_until = picture_delay, 0.0
        self._steps = deque(keys)
        self._terminal = _LazyTerminal(profile, size)
        self._down: deque[tuple[float, bytes, int]] = deque()
        """When pieces of output arrive, and their bytes under zlib."""
        self._up: deque[tuple[float, bytes]] = deque()
        self._zlib = zlib.compressobj(6)
        self._stream = bytearray()
        self._arrivals: list[tuple[float, int]] = []
        self._ended = self._arrived = False
        self._cpu_before = 0.0

    def run(
        self, command: Sequence[str], env: Mapping[str, str], idle: float, limit: float, pixels: bool
    ) -> RunResult:
        environment = process.environment(self._profile, env)
        program, self._master = process.start(command, environment, self._size, pixels=pixels)
        self._pid = program.pid
        os.set_blocking(self._master, False)
        self._began = self._quiet_since = time.monotonic()
        self._sampled = self._began, 0.0
        self._records = [KeyRecord(_START, self._began)]
        try:
            timed_out = not self._play(idle, self._began + limit)
            self._end_record()
        finally:
            status = process.end(program, self._master)
        wall = time.monotonic() - self._began
        if not self._link.compress:
            self._compress_afterwards()
        return RunResult(
            self._profile,
            self._size,
            self._records,
            bytes(self._stream),
            self._arrivals,
            status,
            timed_out,
            wall,
            self._terminal.answered,
        )

    def _play(self, idle: float, deadline: float) -> bool:
        """The whole of it; False when the deadline came first."""
        interactive = bool(self._steps)
        while time.monotonic() <= deadline:
            self._move_bytes()
            if self._ended and not self._down:
                return True
            if self._steps and is_due(self._steps[0], self._situation()):
                self._press(self._steps.popleft())
                continue
            if interactive and not self._steps and self._silent() >= idle:
                return True
            self._sleep()
        return False

    def _move_bytes(self) -> None:
        """Everything that is due on the line, both ways."""
        self._receive()
        self._now = time.monotonic()
        self._deliver()
        self._hand_up()
        self._watch_cpu()

    def _silent(self) -> float:
        """Seconds since anything happened; 0 while anything is under way."""
        return 0.0 if self._down or self._up else max(0.0, self._now - self._quiet_since)

    def _situation(self) -> Situation:
        shown = self._records[-1].t_picture
        return Situation(
            self._now - self._began,
            self._silent(),
            None if shown is None else self._now - shown,
            self._arrived and not self._down,
        )

    def _receive(self) -> None:
        """From the program into the line, as far as the sender's buffer takes it."""
        for _ in range(_PIECES):
            if self._ended or not self._takes_more(time.monotonic()):
                return
            try:
                data = os.read(self._master, _PIECE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self._ended = not data
            if data:
                compressed = self._compressed(data) if self._link.compress else 0
                arrives = self._link.send_down(len(data), compressed, time.monotonic())
                self._down.append((arrives, data, compressed))

    def _takes_more(self, now: float) -> bool:
        """Whether the line does; one without a rate is full when the terminal is behind."""
        unread = sum(len(data) for _, data, _ in self._down) if now < self._busy_until else 0
        return unread < self._link.buffer and self._link.has_room(now)

    def _deliver(self) -> None:
        """What has reached the person by now."""
        while self._down and max(self._down[0][0], self._busy_until) <= self._now:
            at, data, compressed = self._down.popleft()
            at = max(at, self._busy_until)
            self._stream += data
            self._arrivals.append((at, len(self._stream)))
            self._look_for_expected(at, len(data))
            record = self._records[-1]
            record.end = len(self._stream)
            record.compressed += compressed
            record.t_first = at if record.t_first is None else record.t_first
            record.t_last = at
            self._quiet_since = max(self._quiet_since, at)
            for read in self._terminal.feed(data):
                self._note(read.token, read.shows, at)
                if read.decodes:
                    self._busy_until = max(self._busy_until, self._now) + self._picture_delay
                if read.answer:
                    sent = max(self._busy_until, self._now)
                    self._up.append((self._link.send_up(len(read.answer), sent), read.answer))

    def _compressed(self, data: bytes) -> int:
        """Bytes that a piece takes under zlib, after those before it."""
        return len(self._zlib.compress(data)) + len(self._zlib.flush(zlib.Z_SYNC_FLUSH))

    def _compress_afterwards(self) -> None:
        """Where it does not shape the line it would only slow it down."""
        begin = 0
        for _, end in self._arrivals:
            size = self._compressed(bytes(self._stream[begin:end]))
            next(record for record in self._records if end <= record.end).compressed += size
            begin = end

    def _look_for_expected(self, at: float, size: int) -> None:
        for record in self._records:
            if record.expected and record.t_expected is None:
                start = max(record.begin, len(self._stream) - size - len(record.expected))
                if self._stream.find(record.expected, start) >= 0:
                    record.t_expected = at

    def _note(self, token: Token, shows: bool, at: float) -> None:
        record = self._records[-1]
        record.purposes[token.purpose] += len(token.data)
        if token.purpose in GRAPHICS:
            record.t_graphics = at
        if shows:
            self._arrived = True
            record.t_picture = at if record.t_picture is None else record.t_picture

    def _hand_up(self) -> None:
        """Keys and answers that have reached the program by now."""
        while self._up and self._up[0][0] <= self._now and not self._ended:
            _, data = self._up.popleft()
            with suppress(OSError):
                os.write(self._master, data)
            self._quiet_since = max(self._quiet_since, self._now)

    def _watch_cpu(self) -> None:
        """A program that computes is not idle."""
        sampled_at, before = self._sampled
        if self._now - sampled_at >= _SAMPLE:
            cpu = process.cpu_seconds(self._pid)
            if (cpu - before) / (self._now - sampled_at) >= _BUSY:
                self._quiet_since = max(self._quiet_since, self._now)
            self._sampled = self._now, cpu

    def _press(self, step: Step) -> None:
        self._end_record()
        at = len(self._stream)
        self._records.append(KeyRecord(step.key, self._now, at, at, expected=step.expected))
        data = key_text(step.key).encode()
        self._up.append((self._link.send_up(len(data), self._now), data))
        self._quiet_since = self._now + self._link.round_trip
        self._arrived = False

    def _end_record(self) -> None:
        cpu = process.cpu_seconds(self._pid)
        self._records[-1].cpu = cpu - self._cpu_before
        self._cpu_before = cpu

    def _sleep(self) -> None:
        """Until the next thing is due."""
        due = [self._now + 0.05]
        due += [max(self._down[0][0], self._busy_until)] if self._down else []
        due += [self._up[0][0]] if self._up else []
        room = self._takes_more(self._now)
        if not room:
            due.append(self._now + max(0.0005, self._link.wait(self._now)))
        timeout = max(0.0, min(due) - time.monotonic())
        if room and not self._ended:
            select.select([self._master], [], [], timeout)
        else:
            time.sleep(timeout)


@dataclass(frozen=True, slots=True)
class _Read:
    """A sequence that came. `decodes`: the terminal now has a whole picture to decode. `shows`: it puts one on the
    screen. `answer`: empty when there is none."""

    token: Token
    decodes: bool
    shows: bool
    answer: bytes


class _LazyTerminal:
    """Answers at once what can be answered without a screen; draws all that came before for the rest."""

    def __init__(self, profile: Profile, size: TerminalSize) -> None:
        self._questions = Questions(profile, size)
        self._emulator = Emulator(profile, size)
        self._undrawn: list[Token] = []
        self._tokens = Tokenizer()
        self._commands = Commands()
        self.answered: list[str] = []

    def feed(self, data: bytes) -> list[_Read]:
        """What is whole with `data` added."""
        found = []
        for token in self._tokens.feed(data):
            self._undrawn.append(token)
            keys = self._commands.whole(token.body) if token.purpose == "kitty" else None
            action = keys.get("a", "t") if keys is not None else ""
            inline = token.purpose in ("sixel", "iterm2")
            asks = keys is not None and keys.get("q", "0") == "0" and action in ("t", "T", "p")
            asks = asks or token.data in (CURSOR_QUESTION, COLOURS_QUESTION)
            answer = self._drawn() if asks else self._questions.reply(token).encode()
            if answer:
                self.answered.append(repr(token.data[:40]))
            decodes, shows = (inline or action in whole for whole in (("t", "T"), ("T", "p")))
            found.append(_Read(token, decodes, shows, answer))
        return found

    def _drawn(self) -> bytes:
        """Takes all that came; the answer to the last of it."""
        answers = [self._emulator.take(token) for token in self._undrawn]
        self._undrawn.clear()
        return answers[-1]
