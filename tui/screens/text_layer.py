"""A line of words that is typed in the row of messages."""

from __future__ import annotations

from collections.abc import Callable

from tui.screens.layers import AfterClosing, KeyLayer, LayerAnswer, nothing
from tui.screens.list_layers import typed
from tui.text import printable
from tui.widgets.entry import Entry
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.rows import ACCENT, STRONG, Row, row, row_width


class TextLayer(KeyLayer):
    """One line of words, in the row of messages. `hand`: what they are for; `text`: what they are so far; `optional`: none may be said too; `given_up`: what
    `escape` does; `asked`: whether they are still asked for."""

    typing = True

    def __init__(
        self,
        hand: Callable[[], InHand],
        prompt: str,
        said: Callable[[str], None],
        *,
        text: str = "",
        optional: bool = False,
        given_up: AfterClosing = nothing,
        asked: Callable[[], bool] = lambda: True,
    ) -> None:
        self._hand, self._prompt, self._said, self._entry = hand, prompt, said, Entry().typed(text)
        self._optional, self._given_up, self._asked = optional, given_up, asked

    def stale(self) -> bool:
        """What was asked of a shape is not asked of another."""
        return not self._asked()

    def key(self, key: str, character: str | None) -> LayerAnswer:
        if key == "escape":
            return self._given_up
        if key == "enter":
            text = self._entry.text.strip()
            return (lambda: self._said(text)) if text or self._optional else "stay"
        self._entry = typed(self._entry, key, character)
        return "stay"

    def paste(self, text: str) -> None:
        self._entry = self._entry.typed(text)

    def in_hand(self) -> InHand:
        return self._hand()

    def legend(self) -> ModeKeys:
        saves = Hint(("enter",), "save", Role.FINISHES)
        return ModeKeys(self._prompt, (saves, Hint(("escape",), "back", Role.TAKES_BACK)))

    def line(self, width: int) -> Row:
        """What the row of messages shows meanwhile."""
        prompt = (f"{printable(self._prompt)} ", STRONG)
        room = max(width - row_width((prompt,)), 8)
        return row(prompt, *self._entry.row(room, "⏎ saves, esc goes back"), ("", ACCENT))


def comment_layer(said: Callable[[str], None]) -> TextLayer:
    """Why something is rejected, in words."""
    return TextLayer(lambda: InHand("COMMENT", ("type why",)), "Why?", said)
