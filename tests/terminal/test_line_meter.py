"""What the meter makes of simulated lines, terminals that take their time, and a program that is busy."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal.test_channel import Line, fence, job
from tui.terminal.channel import PADDING_REST, Channel, Job
from tui.terminal.line_meter import FIRST_PADDING, MAX_PADDING, LineMeter
from tui.terminal.padding import is_invisible, padding

LINES = ((256e3, 0.15), (1e6, 0.08), (10e6, 0.04), (100e6, 0.01))
SLOT = 0.4
"""Seconds from one job to the next."""
Feed = Callable[[Channel[Hashable], int], None]


def large(channel: Channel[Hashable], n: int) -> None:
    """A picture of 40 kB, in parts."""
    channel.submit(job(n, channel.piece, parts=40_000 // channel.piece))


def strip(channel: Channel[Hashable], n: int) -> None:
    channel.submit(job(n, 6_000))


def placement(channel: Channel[Hashable], n: int) -> None:
    channel.submit(Job(n, 0, ("p" * 60,), "place", exact=True))


FEEDS = {"large": large, "strips": strip, "placements": placement}


def simulated(rate: float, round_trip: float, *, busy: float = 0.0, decode: float = 0.0) -> Line:
    """A line of which the first questions told a round trip that is a little long."""
    channel: Channel[Hashable] = Channel(
        fence=fence, round_trip=1.1 * round_trip + 0.002, slack=0.04, padding=lambda size: "p" * size
    )
    return Line(channel, rate, round_trip, busy, decode)


def worked(sim: Line, feed: Feed, seconds: float = 2.0, rest: float = 1.5) -> Line:
    """So long something is sent, then nothing."""
    begun = sim.now
    for n in range(int(seconds / SLOT)):
        feed(sim.channel, len(sim.written) + n)
        sim.run(begun + (n + 1) * SLOT)
    sim.run(sim.now + rest)
    return sim


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("busy", [0.0, 0.06])
@pytest.mark.parametrize("decode", [0.0, 0.005])
@pytest.mark.parametrize(("rate", "round_trip"), LINES)
def test_the_rate_is_what_the_line_carries(
    rate: float, round_trip: float, decode: float, busy: float, feed: str
) -> None:
    sim = worked(simulated(rate, round_trip, decode=decode, busy=busy), FEEDS[feed], rest=3.0)
    assert sim.channel.rate is not None
    assert 0.67 < sim.channel.rate / rate < 1.5


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("decode", [0.0, 0.005, 0.03])
def test_a_local_line_is_fast_also_where_the_terminal_is_slow(feed: str, decode: float) -> None:
    sim = worked(simulated(500e6, 0.0005, decode=decode), FEEDS[feed])
    assert sim.channel.rate is not None
    assert sim.channel.rate > 300e6


@given(
    line=st.sampled_from(LINES),
    sizes=st.lists(st.integers(50, 12_000), min_size=1, max_size=60),
    decode=st.sampled_from([0.0, 0.005]),
    gap=st.floats(0.0, 0.3),
)
@settings(max_examples=60, deadline=None)
def test_the_rate_is_found_whatever_is_sent(
    line: tuple[float, float], sizes: list[int], decode: float, gap: float
) -> None:
    sim = simulated(*line, decode=decode)
    for n, size in enumerate(sizes):
        sim.channel.submit(job(n, size))
        sim.run(sim.now + gap)
    sim.run(sim.now + 30.0)
    assert sim.channel.rate is not None
    assert 0.67 < sim.channel.rate / line[0] < 1.5


@given(
    line=st.sampled_from(LINES),
    sizes=st.lists(st.integers(50, 12_000), min_size=1, max_size=60),
    busy=st.floats(0.0, 0.19),
)
@settings(max_examples=60, deadline=None)
def test_what_comes_late_never_fills_the_line(
    line: tuple[float, float], sizes: list[int], busy: float
) -> None:
    """Of pictures: their window rests upon what was answered."""
    sim = simulated(*line, busy=busy)
    for n, size in enumerate(sizes):
        sim.channel.submit(job(n, size))
    sim.run(60.0)
    assert (sim.channel.meter.flow or 0.0) <= 1.5 * line[0]


@pytest.mark.parametrize(("rate", "round_trip"), LINES)
def test_padding_is_cheap_comes_only_after_a_rest_and_ends(rate: float, round_trip: float) -> None:
    sim = worked(simulated(rate, round_trip), placement)
    sent = [at for at, _ in sim.written]
    first, _ = sim.padding[0]
    assert first >= min(at for at in sent) + PADDING_REST
    assert sum(size for _, size in sim.padding) * 8 / rate < 0.5
    count = len(sim.padding)
    sim.run(sim.now + 100.0)
    assert len(sim.padding) == count
    assert sim.channel.wake(sim.now) is None


def test_no_padding_before_something_was_sent_while_a_picture_is_awaited_or_with_a_rate_that_was_said() -> (
    None
):
    text = partial(padding, tmux=False)
    idle: Channel[Hashable] = Channel(fence=fence, padding=text)
    said: Channel[Hashable] = Channel(fence=fence, padding=text, rate=1e6)
    mute: Channel[Hashable] = Channel(fence=fence, padding=text, answers=False)
    awaited, paused = (simulated(10e6, 0.04).channel for _ in range(2))
    awaited.calm, paused.paused = False, True
    for channel in (said, mute, awaited, paused):
        placement(channel, 1)
        assert channel.next_part(0.0)
        channel.answered(1, 0.05)
        channel.tick(0.1)
    for channel in (idle, said, mute, awaited, paused):
        assert channel.pad(10.0) == ""
        assert channel.wake(10.0) is None
    awaited.calm = True
    assert awaited.wake(10.0) is not None
    assert awaited.pad(10.0)


def test_a_key_does_not_wait_for_padding() -> None:
    sim = worked(simulated(256e3, 0.15), placement, seconds=0.8, rest=0.0)
    while not sim.padding or not sim.channel.meter.wanted:
        sim.run(sim.now + 0.05)
    before = sim.now
    placement(sim.channel, 99)
    sim.pump()
    assert (sim.written[-1][0], sim.written[-1][1].job.key) == (before, 99)
    # Nor behind it, for longer than it takes on this line.
    assert sim.free_at - before < 0.3
    large(sim.channel, 100)
    sim.run(before + 1.0)
    assert sim.written[-1][1].job.key == 100


@pytest.mark.parametrize(("before", "after"), [(100e6, 1e6), (1e6, 100e6), (10e6, 256e3), (256e3, 10e6)])
def test_a_line_that_becomes_another_is_measured_again(before: float, after: float) -> None:
    sim = worked(simulated(before, 0.03), large)
    assert 0.67 < (sim.channel.rate or 0.0) / before < 1.5
    sim.rate = after
    worked(sim, large, seconds=4.0, rest=10.0)
    assert 0.67 < (sim.channel.rate or 0.0) / after < 1.5


def test_figures_stand_still_while_the_line_is_as_it_was() -> None:
    sim = worked(simulated(1e6, 0.08), large, rest=3.0)
    figures = sim.channel.figures
    worked(sim, large, seconds=6.0)
    assert sim.channel.figures == figures


def test_a_terminal_that_takes_long_for_each_picture_has_a_low_throughput_and_its_line_is_not_measured_for_each() -> (
    None
):
    sim = simulated(100e6, 0.001, decode=0.1)
    for turn in range(4):
        for n in range(10):
            strip(sim.channel, n)
        sim.run(sim.now + 3.0)
        if turn == 1:
            count = len(sim.padding)
    assert 60e6 < (sim.channel.rate or 0.0) < 150e6
    assert (sim.channel.throughput or 0.0) < 2e6
    assert len(sim.padding) == count


def test_a_thin_line_that_never_rests_is_known_also_where_answers_wait_for_this_end() -> None:
    sim = simulated(256e3, 0.15, busy=0.12)
    for n in range(200):
        sim.channel.submit(job(n, 1_100, n))
    sim.run(3.0)
    assert sim.padding == []
    assert 0.67 < (sim.channel.rate or 0.0) / 256e3 < 1.5


def test_a_fast_line_is_not_told_for_a_slow_one_while_it_never_rests() -> None:
    """Each part waits for this program, not for the line."""
    meter = LineMeter(round_trip=0.0005)
    for n in range(400):
        meter.answered(n * 0.003, 4_000, (n + 1) * 0.003)
    assert meter.rate is None
    assert (meter.throughput or 0.0) > 5e6


def test_a_stalled_line_gives_pictures_less_room() -> None:
    meter = LineMeter(round_trip=0.1)
    for n in range(10):
        meter.answered(n * 0.1, 5_000, 0.2 + n * 0.1)
    flow = meter.flow
    assert flow is not None
    meter.stalled()
    assert meter.flow == flow / 2


@given(st.integers(0, 300_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_padding_has_about_the_size_asked_for_and_is_all_one_kind_of_sequence(size: int, tmux: bool) -> None:
    text = padding(size, tmux=tmux)
    assert size <= len(text) <= size * 1.05 + 40
    opening = "\x1bPtmux;\x1b\x1b]5555;" if tmux else "\x1b]5555;"
    assert text.count(opening) == -(-size // 2_000)
    assert text == "" or text.startswith(opening)


def test_no_padding_is_larger_than_what_it_is_said_to_be() -> None:
    sim = worked(simulated(1e9, 0.0005), placement)
    assert max(size for _, size in sim.padding) <= MAX_PADDING + 10
    assert sim.padding[1][1] <= FIRST_PADDING + 10


@pytest.mark.parametrize(("term", "invisible"), [("xterm-256color", True), ("linux", False), ("", True)])
def test_terminals_that_would_print_padding_get_none(term: str, invisible: bool) -> None:
    assert is_invisible({"TERM": term}) == invisible
