"""The bottom row reminds of the keys that work where the person is, and of no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.app.conftest import Seat, Sit
from tests.app.test_review import labelled

Fill = Callable[..., Path]


def legend(seat: Seat) -> str:
    """Both rows of it."""
    return "\n".join(seat.text.splitlines()[-2:])


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
        await seat.settle()
        below = legend(seat)
        assert "accept" in below and "enlarge" in below and "a–e  take out" in below
        await seat.key("b")
        assert "no reason" in legend(seat) and "b  put back" in legend(seat) and "accept" not in legend(seat)
        await seat.key("escape", "x")
        assert "no reason" in legend(seat) and "accept" not in legend(seat)
        await seat.key("escape")
        assert legend(seat) == below
        await seat.press("z")
        assert "whole sheet" in legend(seat) and "accept" not in legend(seat)
        await seat.press("z")
        assert legend(seat) == below
        await seat.press("R")
        assert "undo" in legend(seat) and "take out" not in legend(seat)


SHAPES = 'kind = "shapes"\n[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'


async def click(seat: Seat, words: str) -> None:
    """On the first cell of some words on the screen."""
    y, line = next((y, line) for y, line in enumerate(seat.text.splitlines()) if words in line)
    await seat.pilot.click(offset=(line.index(words), y))
    await seat.processed()
    await seat.settle()


async def test_keys_labels_and_shapes_can_be_clicked(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        await click(seat, "box")
        await click(seat, "⏎  corner")
        await click(seat, "finish")
        await click(seat, "dog")
        editor = seat.app.work.desk.state.editor
        assert [shape.label for shape in editor.shapes] == ["dog"] and editor.selected == 0
        await click(seat, "let go")
        assert seat.app.work.desk.state.editor.selected is None
        await click(seat, "  1 ■ dog")
        assert seat.app.work.desk.state.editor.selected == 0
        await click(seat, "⏎  done")
        assert seat.front == "2.jpg"
        await seat.key("slash")
        await click(seat, "back")
        assert not seat.app.work.key_layers


async def test_one_zooms_around_the_crosshair_while_one_draws(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        await seat.key("m", "plus", "minus", "equals_sign", "ctrl+right", "q")
        calls = [call for call in seat.canvas.calls if call[0] in ("zoom", "fit", "pan")]
        assert calls == [("zoom", 1.5, (30, 20)), ("zoom", 1 / 1.5, (30, 20)), ("fit",), ("pan", 0.25, 0)]
        assert seat.front == "1.jpg"


async def test_help_begins_with_what_is_in_hand(fill: Fill, sit: Sit) -> None:
    async with sit(labelled(fill()), "rev", work="review") as seat:
        for keys, title in (
            (("x",), "Now: Why is it wrong?"),
            (("e",), "Now: Fixing: what is right?"),
            ((), "Now: Reviewing"),
        ):
            await seat.key(*keys, "question_mark")
            await seat.until(lambda title=title: title in "".join(seat.text.splitlines()[:10]))
            await seat.key("escape", "escape")
