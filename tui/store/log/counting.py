"""Counters for audits straight from the log, where neither index nor checkpoint is there: nothing but the counting is
done, and it takes a fraction of the time that building an index does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.store.log.event_log import EventLog
from tui.store.log.layout import CHECKPOINT, INDEX, LOG
from tui.store.tally import TallyKey, merge, tally

ReadSoFar = Callable[[int, int], None]
"""Told the bytes read so far, and all there are."""
_STEP = 20_000


def counted_log(folder: Path, progress: ReadSoFar = lambda done, total: None) -> dict[TallyKey, float] | None:
    """The counters of the queue in `folder`; None where the queue itself answers faster, or where its log has
    something to be mended first."""
    if any((folder / name).exists() for name in (INDEX, CHECKPOINT)) or not (folder / LOG).exists():
        return None
    log = EventLog(folder / LOG, readonly=True)
    sums: dict[TallyKey, float] = {}
    try:
        size, end = log.size, 0
        for number, line in enumerate(log.lines(0, 0, size)):
            merge(sums, tally(line.record))
            end = line.end
            if number % _STEP == 0:
                progress(end, size)
        progress(end, size)
        return sums if end == size else None
    finally:
        log.close()
