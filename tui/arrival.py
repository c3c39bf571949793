"""From the command line to the window, in as little time as can be: the terminal is asked and the first tasks are claimed
while the window and its toolkit are imported."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import suppress

from tui.first_claim import begin_claiming
from tui.launch import Departure, Launch
from tui.terminal.arrival import Arrival


def run(launch: Launch) -> Departure:
    """Open the window and stay until the person leaves.

    Raises:
        UsageError: the keymap, a label's key or the trace file cannot be used.
        TermlabelError: the terminal cannot be set up, or was closed.
    """
    # What is imported stays: looking through it for what can be freed takes a fifth of the time.
    gc.disable()
    for number in (signal.SIGTERM, signal.SIGHUP):
        with suppress(ValueError):  # Not in the main thread: there nobody is sent one.
            signal.signal(number, _leave)
    try:
        with Arrival(launch.display.protocol, launch.display.cell) as arrival:
            first = begin_claiming(launch, arrival.awaits)
            from tui.app import run as run_app

            return run_app(launch, arrival, first)
    finally:
        gc.enable()


def _leave(number: int, _frame: object) -> None:
    """Ended from outside before there is a window, which has its own way: the terminal is left as it was."""
    sys.exit(128 + number)
