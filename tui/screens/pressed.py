"""From a key as the toolkit brings it to the name that tables of keys know."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Key

from tui.screens.keys import KeyTable, canonical, press_of
from tui.screens.layers import KeyLayer
from tui.terminal.key_parser import PressedKey


def key_of(event: Key, table: KeyTable, layout: str | None, layers: Sequence[KeyLayer]) -> str:
    """`layout`: of the person's keyboard. `layers`: those that are open; where the topmost takes words, a character is one."""
    if layers and layers[-1].typing and event.is_printable:
        return canonical(event.key, event.character)
    place, caps = (event.place, event.caps) if isinstance(event, PressedKey) else ("", False)
    return table.reading(press_of(event.key, event.character, place=place, caps=caps, layout=layout))
