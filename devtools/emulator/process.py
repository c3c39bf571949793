"""A program on a pseudo-terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from devtools.emulator.profiles import Profile
from devtools.emulator.size import TerminalSize

_OF_OTHER_TERMINALS = {
    "COLORTERM", "COLUMNS", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "LC_TERMINAL", "LINES", "NO_COLOR", "STY",
    "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "VTE_VERSION", "WEZTERM_PANE", "WT_SESSION",
}  # fmt: skip
"""Environment variables by which a program could learn of the terminal in which all this runs."""
_PATIENCE = 0.4
"""Seconds for a program to end by itself, and after each signal."""


def environment(profile: Profile, extra: Mapping[str, str]) -> dict[str, str]:
    """What a program in a terminal of that profile finds."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_OTHER_TERMINALS}
    return kept | dict(profile.env) | dict(extra)


def set_size(descriptor: int, size: TerminalSize, pixels: bool = True) -> None:
    """Tells the operating system how large the terminal is (TIOCSWINSZ)."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, size.packed(pixels))


def start(
    command: Sequence[str],
    env: Mapping[str, str],
    size: TerminalSize,
    *,
    pixels: bool = True,
) -> tuple[subprocess.Popen[bytes], int]:
    """The program, and the descriptor of the terminal's end of the line. `pixels`: the size in pixels is told.

    Raises:
        OSError: the program cannot be run.
    """
    master, slave = pty.openpty()
    set_size(slave, size, pixels)
    try:
        process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
    except OSError:
        os.close(master)
        raise
    finally:
        os.close(slave)
    return process, master


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def end(process: subprocess.Popen[bytes], master: int) -> int:
    """Ends a program, by signals when it does not end by itself, and closes its line; returns its exit code."""
    os.set_blocking(master, False)
    for number in (None, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
        if number is not None:
            process.send_signal(number)
        if _ended(process, master):
            break
    os.close(master)
    return process.wait()


def _ended(process: subprocess.Popen[bytes], master: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        # What it still writes must not stop it.
        with suppress(OSError):
            os.read(master, 65536)
        time.sleep(0.02)
    return process.poll() is not None


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of all that it started, as Linux tells in /proc; 0 elsewhere."""
    ticks, open_ = 0, [pid]
    while open_:
        process = open_.pop()
        with suppress(OSError, IndexError, ValueError):
            with open(f"/proc/{process}/stat", "rb") as file:
                # utime, stime, cutime, cstime stand 12 to 15 after the name, which may hold anything.
                ticks += sum(int(part) for part in file.read().rpartition(b")")[2].split()[11:15])
            for task in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{task}/children", "rb") as file:
                    open_ += [int(child) for child in file.read().split()]
    return ticks / os.sysconf("SC_CLK_TCK")
