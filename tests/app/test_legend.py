"""The bottom row reminds of the keys that work where the person is, and of no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.app.conftest import Seat, Sit
from tests.app.test_review import labelled

Fill = Callable[..., Path]


def legend(seat: Seat) -> str:
    return seat.text.splitlines()[-1]


async def test_pages_and_lists_over_the_work_tell_their_own_keys(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), "ann") as seat:
        below = legend(seat)
        assert "skip" in below and "quit" in below
        for key in ("question_mark", "i", "f3"):
            await seat.key(key)
            assert "esc  close" in legend(seat) and "skip" not in legend(seat)
            await seat.key("escape")
            assert legend(seat) == below
        await seat.key("ctrl+p")
        assert "⏎  run" in legend(seat) and "skip" not in legend(seat)
        await seat.key("escape", "slash")
        assert "⏎  take" in legend(seat) and "skip" not in legend(seat)
        await seat.key("escape")
        assert legend(seat) == below


async def test_while_a_reason_is_awaited_its_keys_are_told(fill: Fill, sit: Sit) -> None:
    async with sit(labelled(fill()), "rev", work="review") as seat:
        below = legend(seat)
        await seat.key("x")
        assert "no reason" in legend(seat) and "accept" not in legend(seat)
        await seat.key("slash")
        assert "save" in legend(seat) and "no reason" not in legend(seat)
        await seat.key("escape", "escape", "e")
        assert "find label" in legend(seat) and "accept" not in legend(seat)
        await seat.key("escape")
        assert legend(seat) == below


async def test_at_the_end_only_what_still_does_something_is_told(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), "ann") as seat:
        await seat.press(*"11111")
        assert seat.front is None
        assert [word in legend(seat) for word in ("undo", "previous", "quit", "skip", "flag")] == [
            True,
            True,
            True,
            False,
            False,
        ]


async def test_a_contact_sheet_tells_what_its_keys_do_as_it_is(fill: Fill, sit: Sit) -> None:
    async with sit(labelled(fill()), "rev", work="review", sheet=True) as seat:
        await seat.until(lambda: "This pass" in seat.text)
        assert "esc  close" in legend(seat) and "accept others" not in legend(seat)
        await seat.press("enter")
        below = legend(seat)
        assert "accept others" in below and "enlarge" in below
        await seat.key("m")
        assert "ends" in legend(seat) and "accept others" not in legend(seat)
        await seat.key("escape", "x")
        assert "no reason" in legend(seat) and "accept others" not in legend(seat)
        await seat.key("escape")
        assert legend(seat) == below
        await seat.press("enter")
        assert "whole sheet" in legend(seat) and "accept others" not in legend(seat)
        await seat.press("enter")
        assert legend(seat) == below
        await seat.press("R")
        assert "undo" in legend(seat) and "mark" not in legend(seat)
