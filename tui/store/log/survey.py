"""What stands in a log, byte by byte, good and bad: for `check` and for repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tui.store.log.event_log import EventLog, LogLine, is_torn, parse

BadKind = Literal["middle", "end", "torn"]
"""Where bytes are no whole event: before one, or after the last one, where they may have been one that was safe, or are
what a power cut left of a write."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes [start, end) that are no whole event. `lost`: how many sequence numbers are missing there, as far as that
    is known."""

    start: int
    end: int
    kind: BadKind
    lost: int = 0


def survey(log: EventLog, end: int) -> Iterator[LogLine | Bad]:
    """The whole of a log up to byte `end`, in order, without gaps."""
    seq, bad = 0, -1
    position = 0
    for line, stop, closed in _split(log, end):
        record = parse(line) if closed else None
        if record is not None and isinstance(record.get("seq"), int) and record["seq"] > seq:
            lost = record["seq"] - seq - 1
            if bad >= 0 or lost:
                yield Bad(bad if bad >= 0 else position, position, "middle", lost)
            yield LogLine(record, position, stop)
            seq, bad = record["seq"], -1
        elif bad < 0:
            bad = position
        position = stop
    if bad >= 0:
        torn = is_torn(log.read(bad, position), seq)
        yield Bad(bad, position, "torn" if torn else "end")


def _split(log: EventLog, end: int) -> Iterator[tuple[bytes, int, bool]]:
    """(bytes without line end, position after them and it, whether a line end was there)."""
    at, rest, position = 0, b"", 0
    while at < end:
        part = log.read(at, min(end, at + (1 << 20)))
        if not part:
            break
        at += len(part)
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            position += len(line) + 1
            yield line, position, True
    if rest:
        yield rest, position + len(rest), False
