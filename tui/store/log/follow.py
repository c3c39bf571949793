"""The log as it grows: others' progress without asking the index, without a lock, without a write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tui.model.task import Event
from tui.store.documents import event_of
from tui.store.log.event_log import EventLog, parse

_PAUSE = 0.1
"""Seconds between two looks at the log's size; one `fstat` each."""
_STEP = 1 << 16


def follow(path: Path, after_seq: int, timeout: float) -> Iterator[Event]:
    """Events after `after_seq`, one a task that they concern, until `timeout` seconds brought none."""
    with closing(EventLog(path, readonly=True)) as log:
        pos, seq = place_after(log, after_seq)
        quiet = time.monotonic() + timeout
        while not log.replaced:
            for line in log.lines(pos, seq):
                pos, seq = line.end, line.record["seq"]
                for key in line.record.get("set") or {}:
                    yield event_of(line.record, int(key))
                quiet = time.monotonic() + timeout
            left = quiet - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(_PAUSE, left))


def place_after(log: EventLog, seq: int) -> tuple[int, int]:
    """(byte, number) of the end of event `seq`, or of the last whole event when there are fewer: found by
    halving, so that a log of a million events costs twenty reads."""
    low, number, high = 0, 0, log.size
    while high - low > _STEP:
        middle = (low + high) // 2
        found = _line_from(log, middle, high)
        if found is None or found[1] > seq:
            high = middle
        else:
            low, number = found
    for line in log.lines(low, number):
        if line.record["seq"] > seq:
            break
        low, number = line.end, line.record["seq"]
    return low, number


def _line_from(log: EventLog, start: int, limit: int) -> tuple[int, int] | None:
    """(end, number) of the first whole event that begins after byte `start` and ends before `limit`."""
    data, at = b"", start
    while at < limit:
        data += log.read(at, min(limit, at + _STEP))
        at = start + len(data)
        first = data.find(b"\n")
        second = data.find(b"\n", first + 1) if first >= 0 else -1
        if second >= 0:
            record = parse(data[first + 1 : second])
            return (start + second + 1, record["seq"]) if record is not None else None
    return None
