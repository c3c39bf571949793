"""The event log: one JSON object a line, append-only, the truth about the project.

A line is one transaction and one write. Its last member is `crc`: eight hexadecimal digits of
CRC-32 over the bytes before `,"crc":"`. `seq` counts from 1 without gaps. Bytes after the last
whole line are a torn tail: a power cut or a full disk left them, nobody was told they were safe.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from tui.store.base import CorruptLog, StorageFull, Unavailable
from tui.store.documents import LogRecord
from tui.store.jsontext import dumps
from tui.store.log.files import begin_writing, flush, open_shared, put_aside

TRAILER = re.compile(rb',"crc":"([0-9a-f]{8})"\}$')
_ANYWHERE = re.compile(rb',"crc":"[0-9a-f]{8}"\}')
_TAIL = 18
"""Bytes of `,"crc":"01234567"}`."""
_READ = 1 << 20


def seal(record: Mapping[str, Any]) -> bytes:
    """The line of a record, with its checksum and line end."""
    return closed(dumps(record)[:-1])


def closed(body: bytes) -> bytes:
    """The line of an object whose closing brace is missing."""
    return b'%b,"crc":"%08x"}\n' % (body, crc32(body))


def intact(line: bytes) -> bool:
    """Whether a line without its line end carries the checksum of its bytes."""
    found = TRAILER.search(line)
    return found is not None and int(found[1], 16) == crc32(line[:-_TAIL])


def is_torn(rest: bytes, seq: int) -> bool:
    """Whether the bytes after event `seq`, the last whole one, may be what a power cut left of a write: nobody was told
    that it is safe. Where the end of an event stands among them, they may have been whole, unless all that is lacking
    is the line end."""
    return _ANYWHERE.search(rest) is None or parse(rest, seq + 1) is not None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A record with the bytes it takes in the log: [start, end)."""

    record: LogRecord
    start: int
    end: int


class EventLog:
    """The file. Appending needs the queue's lock; reading whole lines needs none.

    `write` and `flush` stand apart so that a test can make them fail as a disk does.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        flags = os.O_RDONLY if readonly else os.O_RDWR | os.O_CREAT | os.O_APPEND
        self.fd = open_shared(path, flags)
        self.write: Callable[[int, bytes], int] = os.write
        self.flush: Callable[[int], None] = flush
        self.failed = ""

    def close(self) -> None:
        """Close the file; nothing happens when it is closed."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self.fd < 0

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self.fd).st_size

    def look(self) -> tuple[int, bool]:
        """The size, and whether a repair has put another file in the place of this one."""
        info = os.fstat(self.fd)
        return info.st_size, info.st_nlink == 0

    @property
    def replaced(self) -> bool:
        """Whether a repair has put another file in the place of this one."""
        return self.look()[1]

    @property
    def place(self) -> str:
        """Tells this file from a copy of it."""
        info = os.fstat(self.fd)
        return f"{info.st_dev}:{info.st_ino}"

    def append(self, line: bytes, end: int) -> int:
        """Write one whole line at `end`, the log's size; gives the new size.

        Raises:
            StorageFull: nothing was written (a part was taken back).
        """
        if self.failed:
            raise Unavailable(self.failed)
        try:
            written = self.write(self.fd, line)
        except OSError as error:
            self._take_back(end)
            raise StorageFull(f"The disk took no more ({error.strerror}); nothing was recorded.") from error
        if written != len(line):
            self._take_back(end)
            raise StorageFull("The disk is full; nothing was recorded.")
        return end + written

    def _take_back(self, end: int) -> None:
        with suppress(OSError):
            os.ftruncate(self.fd, end)

    def start_sync(self, start: int, end: int) -> None:
        """Have the system begin to write these bytes to the disk, so that `sync` has less to wait for."""
        begin_writing(self.fd, start, end - start)

    def sync(self) -> None:
        """Return when all that was appended survives a power cut.

        Raises:
            Unavailable: the disk refused; what became of the last events is not known.
        """
        if self.failed:
            raise Unavailable(self.failed)
        try:
            self.flush(self.fd)
        except OSError as error:
            self.failed = (
                f"The disk could not be made to keep the log ({error.strerror}); "
                "close the program and look at the disk before going on."
            )
            raise Unavailable(self.failed) from error

    def read(self, start: int, end: int) -> bytes:
        """The bytes [start, end), fewer where the log ends before."""
        parts = []
        while start < end:
            part = os.pread(self.fd, min(_READ, end - start), start)
            if not part:
                break
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def lines(self, start: int, seq: int, end: int | None = None) -> Iterator[LogLine]:
        """Whole lines from byte `start`, the first numbered `seq` + 1; stops before a torn or damaged one."""
        end = self.size if end is None else end
        rest, at = b"", start
        while at < end:
            part = os.pread(self.fd, min(_READ, end - at), at)
            if not part:
                return
            at += len(part)
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                record = parse(line, seq + 1)
                if record is None:
                    return
                stop = start + len(line) + 1
                yield LogLine(record, start, stop)
                start, seq = stop, seq + 1

    def line_at(self, start: int) -> LogRecord:
        """The record whose line begins at byte `start`."""
        size, step = self.size, 512
        data = b""
        while start + len(data) < size:
            data += os.pread(self.fd, step, start + len(data))
            cut = data.find(b"\n")
            if cut >= 0:
                record = parse(data[:cut])
                if record is None:
                    raise CorruptLog(f"The log is damaged at byte {start}.", start)
                return record
            step = min(step * 4, _READ)
        raise CorruptLog(f"The log has no whole line at byte {start}.", start)

    def examine_line_end(self, end: int, seq: int) -> None:
        """Look at the last byte of event `seq`, which ends at byte `end` (0: there is none yet): no checksum covers it,
        and whoever reads on from there does not see it.

        Raises:
            CorruptLog: it is no line end.
        """
        if end and self.read(end - 1, end) != b"\n":
            raise CorruptLog(f"The log is damaged at byte {end - 1}, where event {seq} ends.", end - 1)

    def examine_tail(self, end: int, seq: int) -> bytes:
        """The bytes after the last whole line at `end`, if they may be the torn tail of a power cut.

        Raises:
            CorruptLog: they may have been whole, so more than a tail is wrong.
        """
        rest = self.read(end, self.size)
        if not is_torn(rest, seq):
            after = any(map(intact, rest.split(b"\n")))
            what = "with whole events after it" if after else "where an event stood that may have been safe"
            raise CorruptLog(f"The log is damaged at byte {end} (after event {seq}), {what}.", end)
        return rest

    def mend_tail(self, end: int, seq: int) -> int:
        """After the last whole line at `end`: complete a line that lacks only its line end, put a torn
        tail aside; gives the log's new size. Needs the lock.

        Raises:
            CorruptLog: more than a torn tail is wrong; nothing was changed.
            StorageFull: the tail could not be put aside, and stays.
            Unavailable: as for `sync`.
        """
        rest = self.examine_tail(end, seq)
        if not rest:
            return end
        if parse(rest, seq + 1) is not None:
            return self.append(b"\n", end + len(rest))
        aside = self.path.parent / f"torn-{end}-{time.time_ns()}"
        try:
            put_aside(aside, rest)
            os.ftruncate(self.fd, end)
        except OSError as error:
            with suppress(OSError):
                aside.unlink()  # Else each look at the queue would leave another.
            raise StorageFull(
                f"An event that was cut off in the middle could not be put aside ({error.strerror}); "
                "nothing was recorded."
            ) from error
        self.sync()
        return end


def parse(line: bytes, seq: int | None = None) -> LogRecord | None:
    """The record of a line without its line end, None when it is not whole or not number `seq`."""
    if not intact(line):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or (seq is not None and record.get("seq") != seq):
        return None
    return record
