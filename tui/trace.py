"""The trace: what happens in a sitting as JSON lines with monotonic times, for checks, benchmarks and bug reports.

Each line is `{"t": seconds, "cpu": seconds, "event": name, ...}`; `cpu`: what the process has computed so far, which
another load on the machine changes little. Events: `shown` (task, serial), `refused` (task, why), `decided`
(task, request, labels or verdict), `durable` (task, request), `looked` (at what others did: done, left); and from the
canvas `sent` (bytes by kind) and `acknowledged` (bits per second as measured so far).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from tui.errors import UsageError


class Trace:
    """Appends to a file, or does nothing without one. Lines are written whole, from any thread.

    Raises:
        UsageError: the file cannot be opened for appending.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = path.open("a", encoding="utf-8", buffering=1)
            except OSError as error:
                raise UsageError(f"--trace {path}: {error.strerror}.") from error

    def __call__(self, event: str, members: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        times = {"t": round(time.monotonic(), 6), "cpu": round(time.process_time(), 4)}
        line = json.dumps({**times, "event": event, **members}, default=str)
        with self._lock:
            if not self._file.closed:
                self._file.write(line + "\n")

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            if self._file is not None:
                self._file.close()
