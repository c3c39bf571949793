"""Layers that choose one of a list by typing a part of its name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from tui.keymap import spelled
from tui.screens.keys import KeyTable
from tui.screens.layers import BACK, CHOOSES, AfterClosing, KeyLayer, LayerAnswer, nothing
from tui.screens.unknown import is_modifier
from tui.text import printable
from tui.widgets.entry import Entry
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.label_bar import LabelLine, filter_rows, matching
from tui.widgets.legend import KeyLine, palette_rows
from tui.widgets.panel import Panel
from tui.widgets.rows import EMPTY, MUTED, WARN, Row, fit, row

T = TypeVar("T")


UP_DOWN = {"down": 1, "ctrl+n": 1, "up": -1, "ctrl+p": -1, "tab": 1, "shift+tab": -1}


def typed(entry: Entry, key: str, character: str | None) -> Entry:
    """After one key: an editing key, or a printable character."""
    edited = entry.edited(key)
    if edited is not None:
        return edited
    return entry.typed(character) if character is not None and character.isprintable() else entry


class ListLayer(KeyLayer, Generic[T]):
    """Chooses one of a list by typing a part of its name. A key that does nothing says why, in the row of messages.
    `takes`: what `enter` does, in a word."""

    typing = True
    takes = "take"

    def __init__(self) -> None:
        self._entry, self._cursor, self._refused = Entry(), 0, ""

    @property
    @abstractmethod
    def found(self) -> Sequence[T]:
        """What holds the text that was typed."""

    @abstractmethod
    def take(self, chosen: T) -> None:
        """It is chosen, and the layer closed."""

    @abstractmethod
    def none_found(self) -> str:
        """Why there is nothing to choose from, in a sentence."""

    def left(self) -> None:
        """Closed without a choice."""

    def changed(self) -> None:
        """Something else was typed, or stands under the cursor."""

    def key(self, key: str, character: str | None) -> LayerAnswer:
        found, self._refused = self.found, ""
        if key == "escape":
            return self.left
        if key == "enter" and found:
            return partial(self.take, found[min(self._cursor, len(found) - 1)])
        if key == "enter" or (key in UP_DOWN and not found):
            self._refused = self.none_found()
        elif key in UP_DOWN:
            self._move(UP_DOWN[key], len(found) - 1)
        else:
            self._type(typed(self._entry, key, character), key)
        return "stay"

    def _move(self, by: int, last: int) -> None:
        to = max(0, min(self._cursor + by, last))
        if to == self._cursor:
            self._refused = "That is the first one." if by < 0 else "That is the last one."
        self._cursor = to
        self.changed()

    def _type(self, entry: Entry, key: str) -> None:
        if entry == self._entry:
            self._refused = "" if is_modifier(key) else f"{spelled(key)}: nothing to do here; esc goes back."
            return
        self._entry, self._cursor = entry, 0
        self.changed()

    def paste(self, text: str) -> None:
        self._entry, self._cursor, self._refused = self._entry.typed(text), 0, ""
        self.changed()

    def line(self, width: int) -> Row | None:
        """Why the last key did nothing."""
        return fit(row((printable(f"! {self._refused}"), WARN)), width) if self._refused else None

    def hints(self) -> tuple[Hint, ...]:
        """What can be done with what is found."""
        if not self.found:
            return (Hint(("backspace",), "take a letter back", Role.FINISHES), BACK)
        return (Hint(("enter",), self.takes, Role.FINISHES), CHOOSES, BACK)


class PaletteLayer(ListLayer[KeyLine]):
    """Finds a command by typing."""

    takes = "run"

    def __init__(self, panel: Panel, table: KeyTable, run: Callable[[str], None]) -> None:
        super().__init__()
        self._panel, self._run = panel, run
        self._all = [line for line in table.lines() if table.can_run(line.id)]
        panel.open("Commands", "type to find · ↑ ↓ choose · ⏎ runs · esc closes", self._page)

    @property
    def found(self) -> list[KeyLine]:
        """The commands that have all words typed in their title or help."""
        words = self._entry.text.casefold().split()
        return [line for line in self._all if all(w in f"{line.title} {line.help}".casefold() for w in words)]

    def _page(self, width: int, height: int) -> Sequence[Row]:
        return [self._entry.row(width, "a command"), EMPTY, *palette_rows(self.found, self._cursor, width)]

    def take(self, chosen: KeyLine) -> None:
        self._run(chosen.id)

    def none_found(self) -> str:
        return f"no command holds “{self._entry.text}”"

    def changed(self) -> None:
        self._panel.again(line=self._cursor + 2)

    def in_hand(self) -> InHand:
        return InHand("COMMANDS")

    def legend(self) -> ModeKeys:
        return ModeKeys("Finding a command", self.hints())

    def close(self) -> None:
        self._panel.close()


class FinderLayer(ListLayer[LabelLine]):
    """Chooses a label by typing a part of its name, in the column beside the picture. `word`: what it is for."""

    def __init__(
        self,
        word: str,
        lines: Callable[[], Sequence[LabelLine]],
        chosen: Callable[[str], None],
        given_up: AfterClosing = nothing,
    ) -> None:
        super().__init__()
        self._word, self._lines, self._chosen, self._given_up = word, lines, chosen, given_up

    @property
    def found(self) -> list[LabelLine]:
        """The labels that match what was typed."""
        return matching(self._lines(), self._entry.text)

    def take(self, chosen: LabelLine) -> None:
        self._chosen(chosen.name)

    def left(self) -> None:
        self._given_up()

    def none_found(self) -> str:
        return f"no label holds “{self._entry.text}”"

    def in_hand(self) -> InHand:
        return InHand(self._word)

    def legend(self) -> ModeKeys:
        return ModeKeys("Finding a label", self.hints())

    def side(self, width: int, height: int) -> list[Row]:
        """What the side column shows meanwhile."""
        head = [self._entry.row(width, "a part of its name"), EMPTY]
        foot = [EMPTY, fit(row(("↑↓ choose  ⏎ takes  esc", MUTED)), width)]
        room = max(height - len(head) - len(foot), 1)
        return [*head, *filter_rows(self.found, self._cursor, width, room), *foot]
