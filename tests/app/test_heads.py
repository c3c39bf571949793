"""What is in hand stands at the head of the side column, whatever it is, and `escape` leaves it one level at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.app.conftest import Seat, Sit
from tests.app.test_review import labelled
from tui.screens.layers import KeyLayer
from tui.screens.list_layers import ListLayer
from tui.widgets.in_hand import HEAD_ROWS
from tui.widgets.lines import Lines

Fill = Callable[..., Path]
SHAPES = (
    'kind = "shapes"\n[[labels]]\nname = "car"\nattributes = [\n'
    '{name = "view", type = "choice", values = ["front", "side"]}, {name = "plate", type = "text"}]\n'
    '[[labels]]\nname = "person"\n'
)


def head(seat: Seat) -> str:
    """The first row of the column; without a column the first words of the row of messages."""
    work = seat.app.work
    if work.mode.has_column:
        rows = work.query_one("#side", Lines)._rows
        assert len(rows) >= HEAD_ROWS
        return "".join(text for text, _ in rows[0]).strip()
    return work.query_one("#message", Lines)._rows[0][0][0]


async def walked(seat: Seat, keys: str) -> list[str]:
    """The heads after each of the keys; then `escape` gives them back, one by one."""
    heads = [head(seat)]
    for key in keys.split():
        await seat.press(key)
        heads.append(head(seat))
    for before in heads[-2::-1]:
        await seat.press("escape")
        assert head(seat) == before, (keys, heads)
    return heads[1:]


async def test_what_draws_tells_itself_and_is_left_one_level_at_a_time(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        assert head(seat) == "SHAPES · next: car"
        assert await walked(seat, "b enter") == ["BOX · corner 1 of 2 · car", "BOX · corner 2 of 2 · car"]
        assert (await walked(seat, "b c"))[1] == "BOX · column c, now a row"
        assert (await walked(seat, "g enter"))[1] == "POLYGON · 1 point"
        assert (await walked(seat, "m"))[0] == "PAINTING car · brush 2"
        await seat.press("m", "space", "escape", "escape")
        assert head(seat) == "CAR · mask", "what was painted is in hand, as all that is drawn"
        await seat.press("escape")
        for keys, word in (
            ("slash", "FIND LABEL"),
            ("ctrl+p", "COMMANDS"),
            ("question_mark", "KEYS"),
            ("V", "VIEW"),
        ):
            assert (await walked(seat, keys))[0].startswith(word)
        await seat.press("escape", "b", "enter", "enter")
        assert head(seat) == "CAR · whole box"
        assert (await walked(seat, "a"))[0] == "ATTRIBUTE view · no value yet"
        assert head(seat) == "CAR · whole box"
        await seat.press("a", "a")
        assert head(seat).startswith("ATTRIBUTE plate")
        await seat.press("escape")
        assert head(seat) == "CAR · whole box"
        await seat.press("a", "2")
        assert "view: side" in seat.text and head(seat) == "CAR · whole box"
        await seat.press("escape")
        assert head(seat) == "SHAPES · next: car"


async def test_reviews_and_sheets_tell_themselves_and_are_left_one_level_at_a_time(
    fill: Fill, sit: Sit
) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        assert head(seat).startswith("REVIEW")
        assert [h.split(" · ")[0] for h in await walked(seat, "x slash")] == ["WHY?", "COMMENT"]
        assert [h.split(" · ")[0] for h in await walked(seat, "e slash")] == ["FIX", "FIX"]
        assert await walked(seat, "i") == ["GUIDELINES"]
    async with sit(folder, "rev", work="review", sheet=True) as seat:
        await seat.until(lambda: "This pass" in seat.text)
        assert head(seat) == "SHEET"
        assert await walked(seat, "z") == ["ONE PICTURE"]


def below(kind: type[Any]) -> set[type[Any]]:
    return {kind, *(each for sub in kind.__subclasses__() for each in below(sub))}


def test_every_layer_and_every_mode_has_a_head() -> None:
    """A layer without one cannot be made at all; a mode is held to it by its protocol, and says it in one place."""
    layers = below(KeyLayer) - {ListLayer}
    assert "in_hand" in KeyLayer.__abstractmethods__ and len(layers) >= 7
    assert all("in_hand" in vars(kind) for kind in layers)
