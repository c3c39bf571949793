"""From the command line to the window, in as little time as can be: the terminal is asked and the first tasks are claimed
while the window and its toolkit are imported."""

from __future__ import annotations

import gc

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
    try:
        with Arrival(launch.display.protocol, launch.display.cell) as arrival:
            first = begin_claiming(launch, arrival.awaits)
            from tui.app import run as run_app

            return run_app(launch, arrival, first)
    finally:
        gc.enable()
