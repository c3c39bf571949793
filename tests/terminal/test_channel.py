"""The channel in virtual time, with a line that is simulated: nothing is written, nobody waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.display.protocols import STORED_SLACK
from tui.terminal.channel import ANSWER_TIMEOUT, HOLD, MAX_PROBES, Channel, Job, Priority, Sent


def fence(number: int) -> str:
    return f"<{number}>"


def job(key: Hashable, size: int, rank: int = 0, parts: int = 1) -> Job[Hashable]:
    return Job(key, Priority.PICTURE + rank, tuple("x" * size for _ in range(parts)), abort="!")


def urgent(key: str, exact: bool = True, priority: int = Priority.URGENT) -> Job[Hashable]:
    return Job(key, priority, ("place",), "place", exact=exact)


def taken(channel: Channel[Hashable], now: float) -> list[Sent[Hashable]]:
    """All that may be written now."""
    return list(iter(lambda: channel.next_part(now), None))


@dataclass
class Line:
    """Bytes go one after another at `rate` bits per second and arrive half a round trip later; answers come back. In the
    first `busy` seconds of each fifth of a second nobody looks at them. For each picture the terminal takes `decode` seconds
    before it goes on. `packets`: what is written at once arrives at once, with its last byte."""

    channel: Channel[Hashable]
    rate: float = 256_000
    round_trip: float = 0.15
    busy: float = 0.0
    decode: float = 0.0
    packets: bool = False
    now: float = 0.0
    free_at: float = 0.0
    decoded_at: float = 0.0
    padding: list[tuple[float, int]] = field(default_factory=list)
    answers: deque[tuple[float, int | None]] = field(default_factory=deque)
    written: list[tuple[float, Sent[Hashable]]] = field(default_factory=list)
    done: list[tuple[float, object]] = field(default_factory=list)
    most_under_way: int = 0
    most_over: int = 0
    packet: tuple[float, int] = (-1.0, 0)

    def pump(self) -> None:
        while sent := self.channel.next_part(self.now):
            self.written.append((self.now, sent))
            self._carry(sent.text, sent.done and sent.job.kind == "picture")
            self.most_under_way = max(self.most_under_way, self.channel.under_way)
            part = len(sent.text)
            allowed = max(self.channel.window + part // 2 * (len(sent.job.parts) == 1), part)
            self.most_over = max(self.most_over, self.channel.under_way - allowed)

    def _carry(self, text: str, picture: bool = False) -> None:
        self.free_at = max(self.now, self.free_at) + len(text) * 8 / self.rate
        self.decoded_at = max(self.free_at, self.decoded_at) + self.decode * picture
        if text.endswith(">"):
            self.answers.append((self.decoded_at + self.round_trip, int(text[text.rindex("<") + 1 : -1])))
        elif text.endswith("\x1b[5n"):
            self.answers.append((self.decoded_at + self.round_trip, None))
        at, count = self.packet
        self.packet = self.now, count + 1 if at == self.now else 1
        for n in range(-min(self.packet[1], len(self.answers)) if self.packets else 0, 0):
            self.answers[n] = self.decoded_at + self.round_trip, self.answers[n][1]

    def _noticed(self, at: float) -> float:
        return max(at, at // 0.2 * 0.2 + self.busy)

    def run(self, until: float) -> None:
        self.pump()
        while True:
            times = [self._noticed(self.answers[0][0])] if self.answers else []
            wake = self.channel.wake(self.now)
            if wake is not None:
                times.append(max(wake, self.now))
            if not times or min(times) > until:
                break
            self.now = min(times)
            if self.answers and self.answers[0][0] <= self.now:
                _, number = self.answers.popleft()
                arrived = self.channel.answered(number, self.now)
            else:
                arrived, fence = self.channel.tick(self.now)
                self._carry(fence)
            self.done += [(self.now, one.key) for one in arrived]
            self.pump()
            if padding := self.channel.pad(self.now):
                self.padding.append((self.now, len(padding)))
                self._carry(padding)
        self.now = until


def line(rate: float = 256_000, round_trip: float = 0.15) -> Line:
    return Line(Channel(fence=fence), rate, round_trip)


def test_the_window_grows_to_what_the_line_holds_and_no_further() -> None:
    sim = line(1e6, 0.08)
    for n in range(200):
        sim.channel.submit(job(n, 4000, n))
    sim.run(6.0)
    assert sim.channel.rate is not None
    assert 0.8e6 < sim.channel.rate < 1.2e6
    assert len(sim.done) * 4000 * 8 > 0.75 * 6 * 1e6
    assert sim.most_under_way <= 1.2e6 / 8 * (0.12 + 0.1) + 4004


@given(
    sizes=st.lists(st.integers(1, 12_000), min_size=1, max_size=40),
    rate=st.sampled_from([64e3, 256e3, 1e6, 10e6]),
    round_trip=st.sampled_from([0.001, 0.08, 0.15, 0.6]),
)
@settings(max_examples=60, deadline=None)
def test_everything_arrives_once_and_no_more_is_under_way_than_window_and_one_part(
    sizes: list[int], rate: float, round_trip: float
) -> None:
    sim = line(rate, round_trip)
    for n, size in enumerate(sizes):
        sim.channel.submit(job(n, size, n))
    sim.run(1000.0)
    assert [key for _, key in sim.done] == list(range(len(sizes)))
    assert sim.most_over <= 10
    assert sim.channel.idle


def test_the_most_wanted_goes_first_whatever_the_order_of_submitting() -> None:
    sim = line()
    for rank in (3, 1, 2, 0):
        sim.channel.submit(job(f"rank {rank}", 2900, rank))
    sim.run(10)
    assert [key for _, key in sim.done] == ["rank 0", "rank 1", "rank 2", "rank 3"]


def test_urgent_groups_never_wait_for_the_window() -> None:
    sim = line()
    for n in range(20):
        sim.channel.submit(job(n, 4000, n))
    sim.pump()
    sim.channel.submit(urgent("switch"))
    sent = taken(sim.channel, sim.now)
    assert [piece.job.key for piece in sent] == ["switch"]
    assert sent[0].text == "place<1>"


def test_what_is_passed_never_reaches_the_line() -> None:
    sim = line()
    for n in range(20):
        sim.channel.submit(job(n, 4000, n))
    sim.pump()
    before = len(sim.written)
    assert sim.channel.reprioritise(lambda key: 0 if key == 19 else None) == ""
    sim.run(30)
    assert [piece.job.key for _, piece in sim.written[before:]] == [19]


def test_a_transfer_under_way_is_ended_when_it_is_passed() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    channel.submit(job("old", 2500, parts=5))
    assert [piece.done for piece in taken(channel, 0.0)] == [False, False]
    assert channel.reprioritise(lambda key: None) == "!"
    assert not channel.waits("old")


def test_an_urgent_group_breaks_a_long_transfer_off_and_it_begins_again() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    channel.submit(job("long", 3000, parts=20))
    taken(channel, 0.0)
    channel.submit(urgent("switch"))
    sent = taken(channel, 0.1)
    assert [piece.text for piece in sent][:2] == ["!", "place<1>"]
    channel.answered(1, 0.11)
    assert taken(channel, 0.11) == []
    assert channel.wake(0.11) == 0.1 + HOLD
    again = taken(channel, 0.1 + HOLD)
    assert again and again[0].job.key == "long" and again[0].text.startswith("x")


def test_a_transfer_that_is_nearly_done_is_finished_first() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    channel.submit(job("short", 1500, parts=3))
    taken(channel, 0.0)
    channel.submit(urgent("switch"))
    texts = [piece.text[-4:] for piece in taken(channel, 0.1)]
    assert "!" not in texts
    assert texts[-1] == "e<1>"


def test_no_transfer_begins_again_while_somebody_moves_a_shape() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    channel.submit(job("long", 3000, parts=20))
    taken(channel, 0.0)
    now = 0.1
    for n in range(5):
        channel.submit(urgent(f"nudge {n}", priority=Priority.OVERLAY))
        sent = taken(channel, now)
        assert [piece.job.key for piece in sent if piece.text.startswith("x")] == []
        channel.answered(n + 1, now + 0.1)
        now += 0.2
    wake = channel.wake(now)
    assert wake is not None
    assert [piece.job.key for piece in taken(channel, wake + 0.001)][:1] == ["long"]


def test_parts_of_one_transfer_have_no_other_picture_between_them() -> None:
    sim = line()
    sim.channel.submit(job("a", 3000, 1, parts=6))
    sim.pump()
    sim.channel.submit(job("b", 3000, 0))
    sim.run(20)
    assert [key for _, key in sim.done] == ["a", "b"]


def test_an_exact_fence_answers_for_everything_before_it() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    channel.submit(job("lost", 1000))
    channel.submit(urgent("switch"))
    taken(channel, 0.0)
    assert [one.key for one in channel.answered(1, 0.2)][-1:] == ["switch"] or channel.idle


def test_an_answer_that_nobody_waits_for_is_nothing() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    assert channel.answered(None, 1.0) == []
    assert channel.answered(77, 1.0) == []
    channel.submit(urgent("switch"))
    taken(channel, 1.0)
    assert channel.answered(None, 1.1) == []
    assert [one.key for one in channel.answered(1, 1.2)] == ["switch"]


def test_a_stalled_line_is_asked_again_and_given_up_without_another_picture() -> None:
    channel: Channel[Hashable] = Channel(fence=fence)
    for n in range(10):
        channel.submit(job(n, 4000, n))
    taken(channel, 0.0)
    now, asked = 0.0, 0
    for _ in range(MAX_PROBES + 1):
        now += ANSWER_TIMEOUT
        _, text = channel.tick(now)
        asked += text == "\x1b[5n"
    assert asked == MAX_PROBES


def test_a_mute_terminal_is_paced_by_time() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, answers=False, rate=80_000.0, mute_delay=0.15)
    channel.submit(urgent("switch"))
    (sent,) = taken(channel, 0.0)
    assert sent.text == "place"
    due = channel.wake(0.0)
    assert due is not None and abs(due - (0.15 + 5 * 8 / 80_000)) < 1e-9
    assert channel.tick(due - 0.01) == ([], "")
    assert [one.key for one in channel.tick(due)[0]] == ["switch"]


def test_in_tmux_time_passes_for_answers_inside_a_transfer() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, inside=False, rate=80_000.0)
    channel.submit(job("a", 1000, parts=2))
    first, second = taken(channel, 0.0)
    assert first.text == "x" * 1000
    assert second.text == "x" * 1000 + "<1>"


def test_a_quiet_channel_wakes_nobody() -> None:
    sim = line()
    sim.channel.submit(job("a", 1000))
    sim.run(5)
    assert sim.channel.idle
    assert sim.channel.wake(sim.now) is None


def test_a_key_is_not_kept_waiting_by_pictures_at_256_kbit() -> None:
    """The bytes ahead of an urgent group, once the rate is known, take no longer than the slack and one part."""
    sim = line(256_000, 0.15)
    for n in range(100):
        sim.channel.submit(job(n, 4000, n))
    sim.run(5.0)
    behind = sim.free_at - sim.now
    assert behind <= 0.1 + 4004 * 8 / 256_000


def test_a_transfer_rests_while_the_channel_is_paused_and_ends_afterwards() -> None:
    """In tmux with another pane in front: that pane's program would get the answers."""
    channel: Channel[Hashable] = Channel(fence=fence, inside=False, rate=8_000_000, round_trip=0.01)
    channel.submit(job("a", 4000, parts=3))
    first = channel.next_part(0.0)
    assert first is not None and not first.done
    channel.paused = True
    channel.tick(1.0)
    assert taken(channel, 1.0) == []
    channel.paused = False
    assert [sent.done for sent in taken(channel, 1.0)] == [False, True]


def test_nothing_is_given_out_between_leaving_and_entering() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, rate=8_000_000, round_trip=0.01)
    channel.submit(job("a", 4000, parts=3))
    assert channel.next_part(0.0) is not None
    assert channel.leave() == "!"
    channel.submit(urgent("front"))
    assert taken(channel, 1.0) == []
    assert channel.leave() == ""
    channel.enter()
    assert channel.idle
    channel.submit(urgent("front"))
    assert [sent.job.key for sent in taken(channel, 2.0)] == ["front"]


def test_a_slow_line_is_kept_busy_by_parts_of_the_size_that_it_is_said() -> None:
    def took(size: int) -> float:
        channel: Channel[Hashable] = Channel(fence=fence, rate=256_000, round_trip=0.15, slack=0.04)
        line = Line(channel)
        channel.submit(job("picture", size, parts=32_000 // size))
        line.pump()
        line.run(20.0)
        ((at, _),) = line.done
        return at

    piece = Channel(fence=fence, rate=256_000, round_trip=0.15, slack=0.04).piece
    # A second for the bytes and a round trip.
    assert took(piece) < 1.22
    assert Channel(fence=fence, rate=20e6, round_trip=0.15).piece == 4_096


def test_a_window_is_not_one_packet_for_whose_answer_the_line_waits() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, rate=256_000, round_trip=0.15, slack=0.04)
    sim = Line(channel, packets=True)
    sim.channel.submit(job("preview", channel.piece, parts=9))
    sim.run(3.0)
    ((at, _),) = sim.done
    size = sum(len(sent.text) for _, sent in sim.written)
    assert at < size * 8 / 256_000 + 0.15 + 0.06
    # A fast line has its window at once.
    fast: Channel[Hashable] = Channel(fence=fence, rate=20e6, round_trip=0.05)
    fast.submit(job("preview", 4_096, parts=9))
    assert len(taken(fast, 0.0)) == 9


@given(st.floats(0, 1e6), st.floats(0.001, 3))
def test_when_the_channel_asked_to_be_woken_there_is_something_to_do(now: float, round_trip: float) -> None:
    """Whoever waits for exactly that moment would otherwise ask for ever."""
    channel: Channel[Hashable] = Channel(fence=fence, round_trip=round_trip)
    channel.submit(job(0, 100, 0))
    assert channel.next_part(now)
    wake = channel.wake(now)
    assert wake is not None
    assert channel.tick(wake)[1] == "\x1b[5n"


def test_a_faster_line_is_found_out_also_with_little_slack() -> None:
    """From what is assumed at first to 1 Mbit/s, within two of the first steps of a picture."""
    sim = Line(Channel(fence=fence, round_trip=0.08, slack=0.04), 1_000_000, 0.08)
    for n in range(50):
        sim.channel.submit(job(n, sim.channel.piece, n))
    sim.pump()
    sim.run(4.0)
    assert sim.channel.throughput is not None and sim.channel.throughput > 700_000


@pytest.mark.parametrize("busy", [0.0, 0.06, 0.12, 0.18])
def test_answers_that_waited_in_a_heap_do_not_make_the_line_look_faster(busy: float) -> None:
    sim = Line(Channel(fence=fence, round_trip=0.15, slack=0.04), 256_000, 0.15, busy)
    max_rate = 0.0
    for n in range(200):
        sim.channel.submit(job(n, 1100, n))
    for step in range(30):
        sim.run(step * 0.2)
        max_rate = max(max_rate, sim.channel.meter.flow or 0)
    assert 200_000 < max_rate < 1.3 * 256_000


def test_strips_of_a_third_of_the_window_keep_the_line_busy() -> None:
    sim = Line(Channel(fence=fence, rate=1_000_000, round_trip=0.08), 1_000_000, 0.08)
    for n in range(20):
        sim.channel.submit(job(n, 6_700, n))
    sim.run(5.0)
    assert len(sim.done) == 20
    # 134 kB are 1.07 s and a round trip; with two strips under way they took a quarter more.
    assert sim.done[-1][0] < 1.25


@pytest.mark.parametrize(("spare", "first"), [(False, "x"), (True, "!")])
def test_a_key_does_not_wait_for_the_end_of_what_can_be_spared(spare: bool, first: str) -> None:
    channel: Channel[Hashable] = Channel(fence=fence, rate=256_000.0, round_trip=0.15)
    # When three parts are on the line, a third of the window is to come.
    part = channel.window // 6
    channel.submit(replace(job("strip", part, parts=5), spare=spare))
    for n in range(3):
        assert channel.next_part(n / 10) is not None
    channel.submit(urgent("place"))
    sent = channel.next_part(0.0)
    assert sent is not None and sent.text[:1] == first


def test_time_that_goes_until_a_part_is_written_is_not_the_lines() -> None:
    # Rows of cells are painted with all other text, a moment after they were taken.
    found = []
    for told in (False, True):
        channel: Channel[Hashable] = Channel(fence=fence, round_trip=0.002)
        now = 0.0
        for n in range(8):
            channel.submit(job(n, 4_000))
            assert taken(channel, now)
            now += 0.03
            if told:
                channel.written(n, now)
            now += 0.003
            assert [done.key for done in channel.answered(None, now)] == [n]
        found.append(channel.throughput or 0.0)
    assert found[0] < 2e6 and found[1] > 8e6


def test_a_thin_line_is_busy_while_strips_follow_one_another() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, round_trip=0.15, slack=STORED_SLACK)
    line = Line(channel)
    line.run(0.01)
    for number in range(200):
        parts = 8_000 // channel.piece
        channel.submit(job(number, channel.piece, number, parts))
    line.run(30.0)
    carried = sum(len(sent.text) for at, sent in line.written if 10.0 <= at < 28.0)
    assert carried >= 0.89 * 18.0 * line.rate / 8
    # A key that comes meanwhile waits for no more than that.
    assert line.most_under_way <= 0.18 * line.rate / 8


def test_a_key_waits_for_little_of_the_strips_at_1_mbit() -> None:
    channel: Channel[Hashable] = Channel(fence=fence, round_trip=0.08, slack=STORED_SLACK)
    line = Line(channel, 1_000_000, 0.08)
    line.run(0.01)
    for number in range(800):
        channel.submit(job(number, channel.piece, number, 8_000 // channel.piece))
    line.run(10.0)
    carried = sum(len(sent.text) for at, sent in line.written if 5.0 <= at < 8.0)
    assert carried >= 0.97 * 3.0 * line.rate / 8
    assert line.most_under_way <= (line.round_trip + 0.03) * line.rate / 8
