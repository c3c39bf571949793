"""The thread that writes: on lines that take nothing for a while, and lines that are gone."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Iterator

import pytest

from tests.waiting import PATIENCE
from tui.terminal.writer import Writer

HIGH = 2000
"""A file descriptor that `select.select` refuses."""
Line = tuple[int, int]
"""The ends to read from and to write to."""


@pytest.fixture(params=[True, False], ids=["blocking", "not blocking"])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    read, write = os.pipe()
    os.set_blocking(write, request.param)
    yield read, write
    for fd in (read, write):
        try:
            os.close(fd)
        except OSError:
            continue


def test_more_than_the_line_holds_arrives_whole_and_in_order(line: Line) -> None:
    gone: list[str] = []

    def lost() -> None:
        gone.append("gone")
        # Whoever reads must not wait.
        os.close(line[1])

    writer = Writer(line[1], lost)
    text = "".join(f"{n} " for n in range(200_000))
    writer.write(text)
    writer.write("end")
    with os.fdopen(os.dup(line[0]), encoding="utf-8") as file:
        found = file.read(len(text) + 3)
    writer.stop()
    assert found == text + "end"
    assert gone == []


def test_a_line_whose_number_is_high_is_waited_for() -> None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit[0] <= HIGH and limit[1] != resource.RLIM_INFINITY and limit[1] <= HIGH:
        pytest.skip("no descriptor may have such a number here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limit[0], HIGH + 1), limit[1]))
    read, write = os.pipe()
    try:
        os.dup2(write, HIGH)
        os.set_blocking(HIGH, False)
        writer = Writer(HIGH, lambda: None)
        writer.write("x" * 1_000_000)
        found = 0
        while found < 1_000_000:
            found += len(os.read(read, 1 << 16))
        writer.stop()
    finally:
        for fd in (read, write, HIGH):
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)


def test_a_line_that_is_closed_while_it_is_full_is_gone(line: Line) -> None:
    gone = threading.Event()
    writer = Writer(line[1], gone.set)
    writer.write("x" * 1_000_000)
    assert os.read(line[0], 1) == b"x"
    os.close(line[0])
    assert gone.wait(PATIENCE)
    writer.write("more")
    assert writer.waiting == 0
    writer.stop()
