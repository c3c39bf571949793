"""What the line can do: its rate and its round trip, from what was sent when and was answered when.

Sans I/O: sizes and times come in, figures come out. The channel of the app and `doctor` have it from here.

An answer can only come too late: the terminal had a picture to decode, or this program had other things to do. So each
answer bounds the rate from below: at least so many bytes went in that time. How much of the time was the line's
and how much theirs, ordinary traffic tells on thin lines only. Padding that no terminal shows tells it on every one: it
is made larger until it takes long enough to be measured, and smaller where that is soon.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

PADDING_SECONDS = 0.05
"""How long the line is to be busy with one padding."""
MAX_PADDING = 512_000
"""No padding is larger."""
FIRST_PADDING = 2_000
"""Bytes of the first padding, whatever was known before: the line may have become a thin one."""
_GROWTH = 8
_LONG_ENOUGH = 0.6
"""The part of `seconds` from which on a padding tells the rate."""
_MAX_PADDINGS, _MAX_LARGE = 14, 4
"""Paddings of one series; those of the largest size."""
_ALIKE, _CHANGED = 1.25, 1.3
"""Rates are the same within the first factor; from the second on one that was measured is measured again."""
_BATCH = 0.004
"""Answers so near to each other, in seconds, have waited for this end: they count up to the last of them."""
_GAP = 0.002
"""Seconds for which the line may have stood idle within a run."""
_STEADY_SECONDS, _STEADY_POINTS = 0.1, 4
"""A run tells the rate from so many seconds and separate answers on: one that came late does not look like a thin line."""
_THIN = 64e3
"""Bits per second of a thin line, where nothing is known."""
_NOT_FAST = 2.5e6
"""Bits per second below which a run is taken for a line's rate, whatever else may have taken its time."""
_MIN_SIZE = 2_000
"""Bytes from which on a first figure is taken."""
_FLIGHT = 0.5
"""Seconds over which short pauses of the line are counted in."""
_RUN = 0.4
"""Seconds of a run after which it is judged, and the next one begins."""
_COST = 0.008
"""Seconds of each answer that may not be the line's, until it is known better."""
_MAX_RATIO = 1.5
"""Bounds of a rate that lie further apart do not tell it."""


@dataclass(frozen=True, slots=True)
class _Point:
    """By `at` so many answers had come, to so many bytes, since the run began."""

    at: float
    size: int = 0
    count: int = 0


@dataclass(slots=True)
class _Series:
    """Paddings, one after another; the first is empty, a question alone, which tells the round trip. `size`: of the next
    one. `fastest`: bits per second of the quickest. `long`: of those that took long enough. `needed`: how many of these
    must agree. `large`: how many had the largest size."""

    size: int = 0
    large: int = 0
    count: int = 0
    needed: int = 2
    fastest: float = 0.0
    long: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The likeliest rate so far, 0 for none: what disturbs a measurement makes it longer."""
        return max(self.long, default=self.fastest)

    @property
    def over(self) -> bool:
        """Enough of them agree, of several sizes where that can be; or it goes on for too long."""
        alike = [rate for rate in self.long if rate * _ALIKE >= self.best]
        too_many = self.count >= _MAX_PADDINGS or self.large >= _MAX_LARGE
        return len(alike) >= self.needed or too_many

    def took(self, size: int, seen: float, *, long: bool, seconds: float, max_bytes: int) -> None:
        """A padding of `size` bytes went at `seen` bits per second. `long`: it took long enough to tell."""
        self.count += 1
        if size < FIRST_PADDING:
            self.size = FIRST_PADDING
            return
        self.fastest = max(self.fastest, seen)
        if not long:
            self.size = max(FIRST_PADDING, min(_GROWTH * size, int(self.fastest / 8 * seconds), max_bytes))
            return
        self.long.append(seen)
        self.large += size >= max_bytes
        if seen * _ALIKE >= self.best:
            # What only waited for something else takes no longer when it is twice as large.
            self.size = min(2 * size, max_bytes)
            self.needed = 2 + (size >= max_bytes)


class LineMeter:
    """`rate`: bits per second where a person has said it, which then stays. `round_trip`: seconds, as far as known.
    `seconds`, `max_bytes`: of one padding."""

    def __init__(
        self,
        *,
        rate: float | None = None,
        round_trip: float | None = None,
        seconds: float = PADDING_SECONDS,
        max_bytes: int = MAX_PADDING,
    ) -> None:
        self._said = rate is not None
        self._rate = self._throughput = self._flow = rate
        self._round_trip, self._trip_size = round_trip, 0
        self._seconds, self._max_bytes = seconds, max_bytes
        self._settled: float | None = rate
        self._series = _Series()
        self._points: list[_Point] = []
        self._least_span = 0.0
        # The bytes since a while ago, also over pauses that are too short to fill a line whose window is too small.
        self._flight = _Point(0.0)
        self._cost = _COST
        self._low: _Point | None = None

    # The figures

    @property
    def rate(self) -> float | None:
        """Bits per second that the line carries; None while traffic told too little. It stands still until it is
        clearly another one."""
        return self._rate

    @property
    def throughput(self) -> float | None:
        """Bits per second of pictures that arrive, the terminal's time for them included; None while unknown. It stands
        still until it is clearly another one."""
        return self._throughput

    @property
    def flow(self) -> float | None:
        """The same, as it is at the moment."""
        return self._flow

    @property
    def round_trip(self) -> float | None:
        """The shortest seen, in seconds."""
        return self._round_trip

    @property
    def estimate(self) -> float | None:
        """The rate, or what is likest to it while it is not settled."""
        return self._rate or self._series.best or None

    # Traffic

    def answered(self, sent: float, size: int, now: float) -> None:
        """So many bytes, written at `sent`, have arrived, as is known here at `now`. In the order of writing."""
        least = self._heed_trip(now - sent, size)
        arrives = sent + (self._round_trip or 0.0)
        if least or not self._points or arrives > self._points[-1].at + _GAP:
            # The line was idle before. The least late of all answers is itself the best time to count from.
            start = now if least else arrives
            if least or not self._points or start > min(self._points[-1].at, self._flight.at) + _FLIGHT:
                self._flight = _Point(start)
            self._points, self._least_span = [_Point(start)], 0.0
            if least:
                return
        self._flight = _Point(self._flight.at, self._flight.size + size)
        last = self._points[-1]
        point = _Point(now, last.size + size, last.count + 1)
        if len(self._points) > 1 and now - last.at < _BATCH:
            self._points[-1] = point
        else:
            self._points.append(point)
        self._judge(point)

    def stalled(self) -> None:
        """The line has not answered for long."""
        self._points = []
        if self._flow is not None and not self._said:
            self._flows(self._flow / 2)

    def _flows(self, flow: float) -> None:
        self._flow = flow
        if self._throughput is None or not self._throughput / _CHANGED <= flow <= self._throughput * _CHANGED:
            self._throughput = flow

    def _heed_trip(self, trip: float, size: int) -> bool:
        """Whether it is the shortest so far."""
        if self._round_trip is not None and trip > self._round_trip - 1e-6:
            return False
        self._round_trip, self._trip_size = trip, size
        return True

    @property
    def _unsure(self) -> float:
        """Seconds by which the round trip may be shorter than the shortest seen: what was answered then took its time on
        the line as well."""
        own = self._trip_size * 8 / (self._flow or _THIN)
        trip = self._round_trip or 0.0
        # One that was told was taken when the program started, from a terminal that was asked much.
        return max(0.001, min(own, trip), trip / (16 if self._trip_size else 6))

    def _judge(self, point: _Point) -> None:
        """What a run tells so far."""
        first = self._points[0]
        span, size = point.at - first.at, point.size - first.size
        if self._said or span < self._least_span:
            return
        flown = self._flight.size * 8 / (point.at - self._flight.at + self._unsure)
        came = max(size * 8 / (span + self._unsure), flown)
        if came > (self._flow or 0.0) and (size >= _MIN_SIZE or self._flow is not None):
            self._flows(came)
        if self._rate is not None and came > self._rate * _ALIKE:
            self._rate = came
        if self._steady(span):
            self._bound(first, point, came)
        if span >= _RUN:
            self._end_run(first)

    def _steady(self, span: float) -> bool:
        """Whether answers came all the time, as from a thin line, not many at once after a pause."""
        if span < _STEADY_SECONDS or len(self._points) <= _STEADY_POINTS:
            return False
        return all(later.at - point.at <= span / 2 for point, later in pairwise(self._points))

    def _bound(self, first: _Point, last: _Point, came: float) -> None:
        """A run without a pause: where others' time cannot have been most of it, the rate is known from both sides."""
        own = last.at - first.at - (last.count - first.count) * self._cost
        most = (last.size - first.size) * 8 / own if own > 0 else float("inf")
        if most > came * _MAX_RATIO:
            return
        if self._rate is None:
            self._rate = came
        elif most * _ALIKE < self._rate:
            self._low = _Point(last.at - first.at, last.size - first.size, last.count - first.count)
            self._rate = most

    def _end_run(self, first: _Point) -> None:
        """The answer that was the least late tells most, and the next run begins with it."""
        late = [point for point in self._points if point.at - first.at >= _RUN / 2]
        best = max(late, key=lambda point: (point.size - first.size) / (point.at - first.at))
        came = (best.size - first.size) * 8 / (best.at - first.at)
        if self._rate is None and came < _NOT_FAST:
            # It may never rest. A fast line does, and padding tells its rate then.
            self._rate = came
        if self._flow is not None and came < self._flow:
            self._flows((came + self._flow) / 2)
        self._points = [point for point in self._points if point.at >= best.at]
        self._least_span = _RUN / 2

    # Padding

    @property
    def wanted(self) -> int | None:
        """Bytes of padding that would tell more about the rate; None: it is known."""
        return None if self._said or self._agrees else self._series.size

    @property
    def _agrees(self) -> bool:
        """Traffic has said nothing else since the rate was measured."""
        if self._settled is None or self._rate is None:
            return False
        return self._settled / _CHANGED <= self._rate <= self._settled * _CHANGED

    def padded(self, sent: float, size: int, now: float) -> None:
        """So many bytes with padding, written at `sent` onto an idle line, were answered."""
        self._points, self._least_span = [_Point(now)], _RUN / 2
        self._flight = _Point(now)
        self._heed_trip(now - sent, size)
        series, took = self._series, now - sent - (self._round_trip or 0.0)
        long = took >= _LONG_ENOUGH * self._seconds or size >= self._max_bytes
        seen = size * 8 / (took + self._unsure)
        series.took(size, seen, long=long, seconds=self._seconds, max_bytes=self._max_bytes)
        if series.over:
            self._settle(series.best)

    def _settle(self, rate: float) -> None:
        self._rate = self._settled = rate
        self._series = _Series()
        if self._low is not None:
            # What looked like a slower line was the terminal's time, or this program's.
            cost = (self._low.at - self._low.size * 8 / rate) / self._low.count
            self._cost = max(self._cost, cost)
            self._low = None
