"""The queue of a channel: in the order of priorities, by keys, and as quick with many jobs as with few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.channel import Channel
from tui.terminal.job_queue import Job, JobQueue, Priority


@dataclass(frozen=True)
class Counted:
    """A key that counts how often any was looked at."""

    number: int
    looks: ClassVar[int] = 0

    def __eq__(self, other: object) -> bool:
        Counted.looks += 1
        return isinstance(other, Counted) and other.number == self.number

    def __hash__(self) -> int:
        Counted.looks += 1
        return hash(self.number)


def named(key: str, priority: int, text: str = "") -> Job[str]:
    return Job(key, priority, (text,))


def test_the_first_of_the_lowest_priority_goes_first_and_a_key_waits_once() -> None:
    queue = JobQueue[str]()
    for job in (named("b", 12), named("a", 11), named("c", 11), named("b", 11, "new"), named("d", 10)):
        queue.put(job)
    assert [(job.key, job.parts[0]) for job in queue] == [("d", ""), ("a", ""), ("c", ""), ("b", "new")]
    assert len(queue) == 4 and "b" in queue and queue.urgent is None
    queue.put(named("key", Priority.URGENT))
    assert queue.urgent == named("key", Priority.URGENT)


steps = st.lists(
    st.tuples(st.sampled_from(["put", "take", "rank", "drop"]), st.integers(0, 9), st.integers(0, 14)),
    max_size=40,
)


@given(steps)
def test_it_does_what_a_sorted_list_does(done: list[tuple[str, int, int]]) -> None:
    queue, listed = JobQueue[int](), list[Job[int]]()
    for turn, (what, key, priority) in enumerate(done):
        match what:
            case "put":
                job = Job(key, priority, (str(turn),))
                queue.put(job)
                listed = [*(other for other in listed if other.key != key), job]
            case "take":
                queue.take(key)
                listed = [job for job in listed if job.key != key]
            case "drop":
                queue.change(lambda job, key=key: None if job.key == key else job)  # type: ignore[misc]
                listed = [job for job in listed if job.key != key]
            case _:
                queue.change(lambda job, by=priority: job.ranked(job.key * by))  # type: ignore[misc]
                listed = [job.ranked(job.key * priority) for job in listed]
        # `listed` is in the order of arrival.
        assert list(queue) == sorted(listed, key=lambda job: job.priority)
        assert len(queue) == len(listed) and [key in queue for key in range(10)] == [
            any(job.key == key for job in listed) for key in range(10)
        ]


def looks_of(jobs: int) -> int:
    """How often a channel looks at keys while it is given so many jobs, each asked for, and all ranked anew."""
    channel = Channel[Counted](fence=None, rate=1e6, round_trip=0.1)
    channel.next_part(0.0)
    before = Counted.looks
    for n in range(jobs):
        if not channel.waits(Counted(n)):
            channel.submit(Job(Counted(n), Priority.PICTURE + n, ("x",)))
    channel.reprioritise(lambda key: jobs - key.number)
    return Counted.looks - before


def test_a_job_among_many_takes_no_longer_than_one_among_few() -> None:
    few, many = looks_of(20), looks_of(400)
    assert many <= 21 * few
