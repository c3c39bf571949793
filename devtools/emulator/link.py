"""A shaped line: what is handed over arrives when a line of that rate and delay would have brought it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINK = re.compile(r"(?P<rate>[\d.]+)(?P<unit>[kmg]?)(?:bit)?(?:/(?P<trip>[\d.]+))?", re.IGNORECASE)
_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}


@dataclass(slots=True)
class Link:
    """`rate`: bits per second each way, None: unlimited. `round_trip`: seconds. `buffer`: bytes that the sender may hold
    unsent. `overhead`: bytes more for each piece (packet headers). `compress`: what counts is the size under zlib, as
    with `ssh -C`. Times are monotonic seconds."""

    rate: float | None = None
    round_trip: float = 0.0
    buffer: int = 131_072
    overhead: int = 0
    compress: bool = False
    _down_free: float = 0.0
    _up_free: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the sender's buffer takes more; 0: it does now."""
        return 0.0 if self.rate is None else max(0.0, self._down_free - now - self.buffer * 8 / self.rate)

    def has_room(self, now: float) -> bool:
        return self.rate is None or (self._down_free - now) * self.rate / 8 < self.buffer

    def send_down(self, size: int, compressed: int, now: float) -> float:
        """When the last of a piece of the program's output, handed over now, is with the person. `size`,
        `compressed`: bytes as they are and under zlib."""
        self._down_free = self._sent(
            self._down_free, (compressed if self.compress else size) + self.overhead, now
        )
        return self._down_free + self.round_trip / 2

    def send_up(self, size: int, now: float) -> float:
        """When the last of so many bytes of keys or answers, handed over now, is with the program."""
        self._up_free = self._sent(self._up_free, size, now)
        return self._up_free + self.round_trip / 2

    def _sent(self, free: float, size: int, now: float) -> float:
        """When a direction that is free at `free` has sent so many bytes more."""
        return now if self.rate is None else max(now, free) + size * 8 / self.rate


def parse_link(text: str, *, buffer: int = 131_072, overhead: int = 0, compress: bool = False) -> Link:
    """`unlimited`, `1M/80` (bits per second with k, M or G, then the round trip in milliseconds), `256k/150`.

    Raises:
        ValueError: it is none of these.
    """
    if text in ("unlimited", ""):
        return Link(buffer=buffer, overhead=overhead, compress=compress)
    found = _LINK.fullmatch(text)
    if found is None:
        raise ValueError(f"not a link such as 256k/150: {text}")
    rate = float(found["rate"]) * _UNITS[found["unit"].lower()]
    return Link(rate, float(found["trip"] or 0) / 1000, buffer, overhead, compress)
