"""What waits for a painting: placements come into its frame, transfers do not, and nothing overtakes anything."""

from __future__ import annotations

import pytest

from tui.terminal import wire
from tui.terminal.held import HeldGraphics
from tui.terminal.wire import Placement

PARTS = wire.upload(7, b"p" * 9000)
PLACE = wire.synchronized(wire.place(5, 1, Placement((0, 0), 0))) + wire.fence(9)
REPORT = "\x1b[5n"


def test_a_placement_waits_for_the_painting_without_brackets_of_its_own() -> None:
    held = HeldGraphics()
    assert held.take(PLACE) == ""
    assert held.framed == wire.place(5, 1, Placement((0, 0), 0)) + wire.fence(9)
    assert (held.behind, held.whole) == ("", PLACE)


@pytest.mark.parametrize("through", [lambda part: part, wire.through_tmux])
def test_a_transfer_goes_before_the_frame_or_behind_it(through) -> None:  # type: ignore[no-untyped-def]
    first, *rest = (through(part) + REPORT for part in PARTS)
    held = HeldGraphics()
    assert held.take(first) == first
    end = through(wire.ABANDON)
    assert held.take(end) == end
    assert held.take(PLACE) == ""
    for part in (first, *rest):
        assert held.take(part) == ""
    assert not wire.is_transfer(held.framed)
    assert held.behind == "".join((first, *rest))


def test_what_follows_a_transfer_that_waits_stays_behind_it() -> None:
    held = HeldGraphics()
    for text in (PLACE, PARTS[0], wire.ABANDON, REPORT, PLACE):
        assert held.take(text) == ""
    assert held.behind == PARTS[0] + wire.ABANDON + REPORT + PLACE
    assert held.whole == PLACE + held.behind
