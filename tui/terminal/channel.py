"""One channel for all graphics: it knows what the line holds, and lets no more onto it than that.

Sans I/O: bytes come out of `next_part`, answers go into `answered`, and time is an argument. After each part a fence
is sent, a question that the terminal answers when it has got so far. From the answers come the rate and the
round trip, and from these the window: how many bytes may be on their way. So a key's echo never waits long
behind pictures, and what is not wanted any more is dropped before it is on the line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic

# A channel and what it takes are one module to others.
from tui.terminal.job_queue import Job as Job
from tui.terminal.job_queue import JobQueue, Key
from tui.terminal.job_queue import Priority as Priority
from tui.terminal.line_meter import LineMeter

STATUS_REPORT = "\x1b[5n"
"""Answered by `ESC [ 0 n`, in order with everything before: a fence of four bytes, also inside an open upload."""
SLACK = 0.07
"""Seconds of the line's rate that may wait in its buffers, where nothing else was said."""
MIN_WINDOW = 3_000
MIN_PIECE, MAX_PIECE = 700, 4_096
FIRST_RATE = 256_000.0
"""Bits per second assumed until something was measured."""
ANSWER_TIMEOUT = 2.0
"""Seconds without an answer before the line counts as stalled."""
MAX_PROBES = 3
REST = 0.4
"""Seconds without an urgent group before a transfer that one broke off begins again."""
HOLD = 0.03
"""Seconds after an urgent group in which no picture follows: ssh and TCP put what comes at once into one packet, and
the group, with the text that answers the same key, would arrive with its last byte."""
SPREAD, _LEAST_SPREAD = 0.5, 0.005
"""The part of the time for which a part of a transfer keeps the line busy, after which the next one follows, where that
is so many seconds at least: a whole window in one packet is answered as a whole, and meanwhile the line lies idle."""
PADDING_REST = 0.3
"""Seconds without traffic after which the line may be measured by padding."""

_SOON, _AT_ONCE = 0.5, 0.1
"""With so much of the window to come a transfer is finished before what waits goes; one that can be spared is so only at
once."""


@dataclass(frozen=True, slots=True)
class Sent(Generic[Key]):
    """`text` is to be written now. `done`: the last part of the job."""

    job: Job[Key]
    text: str
    done: bool


@dataclass(slots=True)
class _Mark(Generic[Key]):
    """A fence on its way. `number`: of an exact one. `due`: when it counts as answered without an answer. `padding`:
    bytes before it that measure the line."""

    job: Job[Key] | None
    size: int
    at: float
    last: bool
    number: int | None = None
    due: float | None = None
    padding: int = 0


class Channel(Generic[Key]):
    """`fence(number)`: text of an exact fence, None: there is none, the status report serves. `answers`: the
    terminal answers at all. `inside`: status reports are answered by the terminal itself, so that they work
    inside a transfer; otherwise (tmux) time passes for an answer there. `mute_delay`: seconds after the bytes of an
    exact job went from which it counts as arrived where nothing is answered. `slack`: see SLACK; the smaller the parts
    of the jobs are, the less will do. `padding(size)`: text of about so many bytes that no terminal shows, None: the line
    is measured by traffic alone."""

    def __init__(
        self,
        *,
        fence: Callable[[int], str] | None,
        report: str = STATUS_REPORT,
        answers: bool = True,
        inside: bool = True,
        rate: float | None = None,
        round_trip: float | None = None,
        first_number: int = 1,
        mute_delay: float = 0.0,
        slack: float = SLACK,
        padding: Callable[[int], str] | None = None,
    ) -> None:
        self._fence, self._report, self._answers, self._inside = fence, report, answers, inside
        self.meter = LineMeter(rate=rate, round_trip=round_trip)
        self._padding = padding if answers else None
        self._number = first_number
        self.mute_delay = mute_delay
        self._slack = slack
        # Whether answers came late because the line was full: before that its rate may be higher than known.
        self._full = False
        self._waiting: JobQueue[Key] = JobQueue()
        self._open: tuple[Job[Key], int] | None = None
        self._marks: deque[_Mark[Key]] = deque()
        self._heard = 0.0
        self._probes = 0
        # From when on the line may be measured; never before it has carried something.
        self._pad_from = float("inf")
        self._rest_until = 0.0
        self._hold_until = 0.0
        self.paused = False
        self.calm = True
        self.heard_at: float | None = None
        self._left = False

    # What the line is like

    @property
    def rate(self) -> float | None:
        """Bits per second that the line carries, None while unknown."""
        return self.meter.rate

    @property
    def throughput(self) -> float | None:
        """Bits per second of pictures that arrive, the time that the terminal takes for them included; None while
        unknown. It is lower than the rate where the terminal is slow."""
        return self.meter.throughput

    @property
    def seen(self) -> tuple[float | None, float | None]:
        """Rate and round trip."""
        return self.meter.rate, self.meter.round_trip

    @property
    def figures(self) -> tuple[float | None, float | None]:
        """Rate and throughput. They stand still until they are clearly others: then what was planned by them is not
        right any more."""
        return self.meter.rate, self.meter.throughput

    @property
    def round_trip(self) -> float | None:
        """The shortest seen, in seconds."""
        return self.meter.round_trip

    @property
    def away(self) -> bool:
        """What was asked is not answered: the line is stalled."""
        return self._probes > 0

    @property
    def under_way(self) -> int:
        """Bytes sent and not acknowledged."""
        return sum(mark.size for mark in self._marks)

    @property
    def window(self) -> int:
        """Bytes that may be under way."""
        rate = self.meter.flow or FIRST_RATE
        round_trip = self.round_trip or 0.1
        # A rate is only found out with more under way than the line carries in a round trip.
        slack = max(self._slack if self._full else min(SLACK, 1.25 * self._slack), round_trip / 8)
        return max(MIN_WINDOW, int(rate / 8 * (round_trip + slack)))

    @property
    def piece(self) -> int:
        """Bytes that a part of a job should have: with a few large ones under way a slow line lies idle half of the
        time, while many small ones cost more of what stands round each."""
        return min(MAX_PIECE, max(MIN_PIECE, self.window // 8))

    @property
    def idle(self) -> bool:
        """Nothing is to be sent and nothing under way."""
        return not (self._waiting or self._open or self._marks)

    def waits(self, key: Key) -> bool:
        """Whether a job of this key is to be sent or partly sent."""
        return key in self._waiting or (self._open is not None and self._open[0].key == key)

    @property
    def pending(self) -> set[Key]:
        """The keys of all jobs that are to be sent or partly sent."""
        opened = {self._open[0].key} if self._open is not None else set()
        return self._waiting.keys | opened

    # What is to be sent

    def submit(self, job: Job[Key]) -> None:
        """Takes the place of a waiting job of the same key."""
        self._waiting.put(job)

    def reprioritise(self, rank: Callable[[Key], int | None]) -> str:
        """Gives picture jobs their new priorities; None drops one. What must be written at once is returned: the
        end of a transfer that is not wanted any more."""
        return self._keep(lambda job: _ranked(job, rank))

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Jobs that wait and are not to be sent any more."""
        self._waiting.change(lambda job: None if unwanted(job.key) else job)

    def withdraw(self, keys: Collection[Key]) -> str:
        """Jobs that are not to be sent any more, or no further: what ends a transfer is to be written at once."""
        return self._keep(lambda job: None if job.key in keys else job)

    def _keep(self, become: Callable[[Job[Key]], Job[Key] | None]) -> str:
        self._waiting.change(become)
        if self._open is None:
            return ""
        job, at = self._open
        after = become(job)
        self._open = (after, at) if after is not None else None
        return "" if after is not None else job.abort

    def leave(self) -> str:
        """The terminal is being left: until `enter` nothing is sent. What is returned ends a transfer half sent and is
        to be written before anything else of graphics."""
        text = self._open[0].abort if self._open is not None else ""
        self.enter()
        self._left = True
        return text

    def enter(self) -> None:
        """The terminal is entered anew: everything is forgotten, and answers still to come are for nobody."""
        self._waiting.clear()
        self._marks.clear()
        self._open = None
        self._left = False

    def next_part(self, now: float) -> Sent[Key] | None:
        """The next that may be written now, None when nothing may. Whoever takes it writes it before the channel is
        asked anything else: the end of a transfer must not overtake its beginning."""
        if self._left:
            return None
        urgent = self._waiting.urgent
        if self._open is not None:
            return self._go_on(*self._open, urgent, now)
        if urgent is not None:
            return self._begin_urgent(urgent, now)
        return self._begin_picture(now)

    def _go_on(self, job: Job[Key], at: int, urgent: Job[Key] | None, now: float) -> Sent[Key] | None:
        """With a transfer that is half sent: its next part when the line has room for it, or when that is soon over and
        something urgent waits; else it is broken off for that."""
        if urgent is None:
            free = not self.paused and now >= self._hold_until and self._fits(len(job.parts[at]))
            return self._part(job, at, now) if free else None
        soon = _AT_ONCE if job.spare and urgent.priority == Priority.URGENT else _SOON
        if sum(map(len, job.parts[at:])) <= self.window * soon:
            return self._part(job, at, now)
        return self._break_off(job, urgent, now)

    def _begin_urgent(self, job: Job[Key], now: float) -> Sent[Key]:
        self._waiting.take(job.key)
        if now < self._rest_until:
            self._rest_until = now + REST
        self._hold_until = now + HOLD * job.holds
        return self._part(job, 0, now)

    def _begin_picture(self, now: float) -> Sent[Key] | None:
        """The first picture job that may begin, when it fits."""
        if self.paused or now < self._hold_until:
            return None
        resting = now < self._rest_until
        job = next((job for job in self._waiting if len(job.parts) == 1 or not resting), None)
        if job is None:
            return None
        if not self._fits(len(job.parts[0])):
            return None
        self._waiting.take(job.key)
        return self._part(job, 0, now)

    def written(self, key: Key, now: float) -> None:
        """The last part of this key that was taken is written only now: its time on the line begins here."""
        mark = next((mark for mark in reversed(self._marks) if mark.job and mark.job.key == key), None)
        if mark is not None:
            mark.at = now

    def _break_off(self, job: Job[Key], by: Job[Key], now: float) -> Sent[Key]:
        """The transfer begins again later; while somebody moves a shape, not before they rest."""
        self._open = None
        if by.priority == Priority.OVERLAY:
            self._rest_until = now + REST
        self.submit(job)
        return Sent(job, job.abort, False)

    def _fits(self, size: int) -> bool:
        # It may go over the window by half: where seven and a bit fit, the line would lie idle.
        under_way = self.under_way
        return under_way == 0 or under_way + size // 2 <= self.window

    def _part(self, job: Job[Key], at: int, now: float) -> Sent[Key]:
        last = at == len(job.parts) - 1
        self._open = None if last else (job, at + 1)
        text = job.parts[at]
        mark = _Mark(job, 0, now, last)
        if not self._answers or (not last and not self._inside):
            mark.due = self._arrives(len(text), now) + self.mute_delay * job.exact
        else:
            text += self._question(mark, exact=last and job.exact)
        mark.size = len(text)
        self._await(mark, now)
        if len(job.parts) > 1 and self._answers and self._inside:
            spread = SPREAD * mark.size * 8 / (self.meter.flow or float("inf"))
            self._hold_until = max(self._hold_until, now + spread * (spread >= _LEAST_SPREAD))
        return Sent(job, text, last)

    def _await(self, mark: _Mark[Key], now: float) -> None:
        if not self._marks:
            self._heard = now
        self._marks.append(mark)
        self._pad_from = now + PADDING_REST * (not mark.padding)

    def _question(self, mark: _Mark[Key], *, exact: bool) -> str:
        """A fence with a number of its own where that is wanted or status reports are not answered by the terminal."""
        if self._fence is None or (self._inside and not exact):
            return self._report
        mark.number = self._number
        self._number += 1
        return self._fence(mark.number)

    def _arrives(self, size: int, now: float) -> float:
        """When so many bytes more will have gone at the rate known or assumed."""
        before = max((mark.due for mark in self._marks if mark.due is not None), default=now)
        return max(before, now) + size * 8 / (self.meter.flow or FIRST_RATE)

    # What was answered

    def answered(self, number: int | None, now: float) -> list[Job[Key]]:
        """Jobs that are in the terminal now. `number`: of an exact fence, None: a status report. `heard_at`: when the
        answer came, where that is known; whoever asks may have been busy since."""
        now = min(now, self.heard_at or now)
        upto = self._answered_mark(number)
        if upto is None:
            return []
        marks = [self._marks[n] for n in range(upto + 1)]
        done = self._finished(upto + 1)
        for mark in marks:
            self._measure(mark, now)
        self._heard, self._probes = now, 0
        return done

    def _answered_mark(self, number: int | None) -> int | None:
        """The place of the fence that is answered; everything before it has arrived as well."""
        awaited = (at for at, mark in enumerate(self._marks) if mark.due is None and mark.number == number)
        return next(awaited, None)

    def _measure(self, mark: _Mark[Key], now: float) -> None:
        if mark.padding:
            self.meter.padded(mark.at, mark.padding, now)
            return
        self._pad_from = now + PADDING_REST
        self.meter.answered(mark.at, mark.size, now)
        trip, shortest = now - mark.at, self.round_trip or 0.0
        if trip > 1.25 * shortest + 0.03:
            self._full = True
        elif trip < shortest + self._slack / 2:
            self._full = False

    # What the line is asked for its own sake

    def pad(self, now: float) -> str:
        """Padding to be written now, which measures the line: only while nothing else is to be sent, and only as long
        as traffic has not told what the line can do. '' for none."""
        when = self._pad_time()
        if when is None or now < when or self._padding is None:
            return ""
        mark: _Mark[Key] = _Mark(None, 0, now, True)
        text = self._padding(self.meter.wanted or 0) + self._question(mark, exact=False)
        mark.padding = len(text)
        self._await(mark, now)
        return text

    def _pad_time(self) -> float | None:
        """`calm`: no picture is awaited."""
        able = self._padding is not None and self.calm and not (self.paused or self._left)
        return self._pad_from if able and self.idle and self.meter.wanted is not None else None

    def tick(self, now: float) -> tuple[list[Job[Key]], str]:
        """To be called at `wake`: jobs that count as arrived, and text to write: a fence when the line is stalled."""
        done = self._finished(self._due(now))
        if not self._stalled(now):
            return done, ""
        self._heard = now
        self._probes += 1
        if self._probes > MAX_PROBES:
            # It will not answer any more; an answer that comes all the same is for nobody.
            self._marks.clear()
            return done, ""
        self.meter.stalled()
        self._marks.append(_Mark(None, 0, now, True))
        return done, self._report

    def _due(self, now: float) -> int:
        """How many of the first marks count as answered by now without an answer."""
        pending = (n for n, mark in enumerate(self._marks) if mark.due is None or mark.due > now)
        return next(pending, len(self._marks))

    def _finished(self, count: int) -> list[Job[Key]]:
        """Takes the first marks away; the jobs whose last part was among them."""
        marks = [self._marks.popleft() for _ in range(count)]
        return [mark.job for mark in marks if mark.last and mark.job is not None]

    def _stalled(self, now: float) -> bool:
        waiting = any(mark.due is None for mark in self._marks)
        return waiting and now >= self._heard + self._answer_timeout()  # As `wake` has it, to the last bit.

    def _answer_timeout(self) -> float:
        return max(ANSWER_TIMEOUT, 4 * (self.round_trip or 0.0))

    def wake(self, now: float) -> float | None:
        """When `tick`, `next_part` and `pad` are next needed without an answer; None: never."""
        times = [mark.due for mark in self._marks if mark.due is not None][:1]
        if any(mark.due is None for mark in self._marks):
            times.append(self._heard + self._answer_timeout())
        if self._waiting or self._open:
            times += [until for until in (self._rest_until, self._hold_until) if now < until]
        if (pad_at := self._pad_time()) not in (None, float("inf")):
            times.append(pad_at)
        return min(times, default=None)


def _ranked(job: Job[Key], rank: Callable[[Key], int | None]) -> Job[Key] | None:
    if job.priority < Priority.PICTURE:
        return job
    place = rank(job.key)
    return job.ranked(place) if place is not None else None
