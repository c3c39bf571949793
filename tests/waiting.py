"""Waiting in tests: for what is to happen, never for a time in which it should have happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual.app import App

PATIENCE = 120.0
"""Seconds after which something counts as what never happens: many times what it takes on a busy machine."""
STEP = 0.01
"""Seconds from one look to the next."""
Told = Callable[[], object]


def wait_until(true: Callable[[], object], told: Told = lambda: "it did not come true") -> None:
    """Wait for what threads and other processes bring about; `told`: what a failure says."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, told()
        time.sleep(STEP)


async def until(true: Callable[[], object], told: Told = lambda: "it did not come true") -> None:
    """The same for what happens in this loop."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, told()
        await asyncio.sleep(STEP)


async def processed(app: App[Any]) -> None:
    """Wait until the app and then its screen have taken in all that was sent to them, and painted."""
    done = asyncio.Event()
    app.call_later(lambda: app.screen.call_after_refresh(done.set))
    await asyncio.wait_for(done.wait(), PATIENCE)
