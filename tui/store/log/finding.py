"""Where something stands in a log, without reading all of what stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tui.model.task import Filter
from tui.store.documents import LogRecord
from tui.store.log.event_log import EventLog, parse

_READ = 1 << 20


def heads(log: EventLog, ops: Iterable[str]) -> Iterator[tuple[LogRecord, int]]:
    """The events of these operations, oldest first, without what they set and what that was (whole lines alone, whose
    checksums are not compared), and the bytes at which they begin. A gigabyte takes a few seconds."""
    wanted = re.compile(b'"op":"(?:%s)"' % b"|".join(op.encode() for op in sorted(ops)))
    rest, at, start = b"", 0, 0
    while part := log.read(at, at + _READ):
        at += len(part)
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            head = line[: max(line.find(b',"set":'), 0)]
            if wanted.search(head):
                tail = line.rfind(b',"prev":')
                yield json.loads(head + (line[tail:] if tail > 0 else b"}")), start
            start += len(line) + 1


def place_after(log: EventLog, moment: int | float) -> int:
    """1 + the byte at which the last event begins that has no greater number (int), or is not later (float, seconds since
    the epoch); 0 where there is none. Halves the log again and again: of a gigabyte it reads thirty lines."""
    member = "at" if isinstance(moment, float) else "seq"
    found, low, high = 0, 0, log.size  # A line begins at `low`, and none from `high` on is asked for.
    while low < high:
        start = _beginning(log, (low + high) // 2)
        start = start if start < high else low
        end = _line_end(log, start)
        record = parse(log.read(start, end - 1)) if end else None
        if record is None or record[member] > moment:
            high = start
        else:
            found, low = start + 1, end
    return found


def _beginning(log: EventLog, at: int) -> int:
    """The first byte from `at` on at which a line begins; the log's end where there is none."""
    return (_line_end(log, at - 1) or log.size) if at else 0


def _line_end(log: EventLog, at: int) -> int:
    """The byte behind the next line end; 0 where there is none."""
    step = 4096
    while part := log.read(at, at + step):
        cut = part.find(b"\n")
        if cut >= 0:
            return at + cut + 1
        at, step = at + len(part), min(step * 4, _READ)
    return 0


def placed(where: Filter, log: EventLog) -> Filter:
    """The filter with the place of an event as its `since`."""
    return where if where.since is None else replace(where, since=place_after(log, where.since))
