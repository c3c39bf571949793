"""Layers: what takes the keys while it is open. A layer draws on a widget that is there already, and never takes the
toolkit's focus; a stack of them stands over the walk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, Literal, TypeVar

from tui.keymap import spelled
from tui.screens.hints import help_key, labels_of, told
from tui.screens.keys import KeyTable
from tui.screens.unknown import is_modifier
from tui.text import printable
from tui.widgets.entry import Entry
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.label_bar import LabelLine, filter_rows, lines_within, matching
from tui.widgets.legend import KeyLine, palette_rows
from tui.widgets.panel import Page, Panel
from tui.widgets.rows import EMPTY, MUTED, WARN, Row, fit, row

T = TypeVar("T")
AfterClosing = Callable[[], None]
"""What is done once a layer is closed."""
LayerAnswer = Literal["stay", "pass"] | AfterClosing
"""A layer stays open; or lets the key through to what lies below it; or closes."""


def nothing() -> None:
    """Closes a layer and does no more."""


_CLOSES = Hint(("escape",), "close", Role.FINISHES)
BACK = Hint(("escape",), "back", Role.TAKES_BACK)
CHOOSES = Hint(("up", "down"), "choose", Role.CHANGES)


class KeyLayer(ABC):
    """Takes the keys while it is open. `typing`: it takes printable characters, so that no key means a command."""

    typing = False

    @abstractmethod
    def key(self, key: str, character: str | None) -> LayerAnswer:
        """What becomes of it by a key."""

    def paste(self, text: str) -> None:  # noqa: B027
        """Text from the clipboard; by itself a layer takes none."""

    def side(self, width: int, height: int) -> list[Row] | None:
        """What the side column shows meanwhile; None: what it shows without the layer."""
        return None

    def line(self, width: int) -> Row | None:
        """What the row of messages shows meanwhile; None: what it shows without the layer."""
        return None

    @abstractmethod
    def in_hand(self) -> InHand:
        """What it is, told at the head of the column."""

    @abstractmethod
    def legend(self) -> ModeKeys:
        """What is open, and the keys that work here, no others."""

    def stale(self) -> bool:
        """Whether what it asks is not asked any more."""
        return False

    def close(self) -> None:  # noqa: B027
        """Leave the widget that was drawn on, where there is one."""


class ReadingLayer(KeyLayer):
    """A page over the picture: help or guidelines. `keys`: those that close it."""

    def __init__(self, panel: Panel, title: str, page: Page, keys: Sequence[str]) -> None:
        self._panel, self._title, self._keys = panel, title, {*keys, "escape", "q", "enter"}
        panel.open(title, "↑ ↓ space scroll · esc closes", page)

    def key(self, key: str, character: str | None) -> LayerAnswer:
        if key in self._keys:
            return nothing
        rows = {"down": 1, "j": 1, "up": -1, "k": -1}.get(key)
        pages = {"pagedown": 0.9, "space": 0.9, "pageup": -0.9, "home": -1e4, "end": 1e4}.get(key)
        if rows is not None:
            self._panel.scroll_rows(rows)
        elif pages is not None:
            self._panel.scroll_pages(pages)
        return "stay"

    def in_hand(self) -> InHand:
        return InHand(self._title.upper())

    def legend(self) -> ModeKeys:
        scrolls = (
            Hint(("up", "down"), "scroll", Role.CHANGES),
            Hint(("space",), "a page on", Role.CHANGES),
            Hint(("pageup",), "a page back", Role.CHANGES),
            Hint(("home", "end"), "beginning, end", Role.REST),
        )
        return ModeKeys(self._title, (_CLOSES, *scrolls))

    def close(self) -> None:
        self._panel.close()


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


class FixLayer(KeyLayer):
    """`e` in a review: which label would have been right. Several where pictures have tags: then `enter` ends it.
    `lines`: the labels as they are chosen now; `chosen`: one more was chosen, or one less; `done`: that is all;
    `asked`: whether it is still asked for."""

    def __init__(
        self,
        table: KeyTable,
        lines: Callable[[], Sequence[LabelLine]],
        several: bool,
        chosen: Callable[[str], None],
        done: AfterClosing,
        given_up: AfterClosing,
        find: Callable[[FixLayer], None],
        asked: Callable[[], bool],
    ) -> None:
        self._table, self._several, self._chosen, self._given_up = table, several, chosen, given_up
        self._lines, self._done, self._find, self._asked = lines, done, find, asked

    def stale(self) -> bool:
        """A fix that was left by moving on asks no more."""
        return not self._asked()

    def take(self, name: str) -> LayerAnswer:
        """A label was chosen by its key or by the finder."""
        if not self._several:
            return lambda: self._chosen(name)
        self._chosen(name)
        return "stay"

    def key(self, key: str, character: str | None) -> LayerAnswer:
        name = self._table.label(key)
        if name is not None:
            return self.take(name)
        if key == "escape":
            return self._given_up
        if key == "enter" and self._several:
            return self._done
        if self._table.is_for(key, "annotate.filter"):
            self._find(self)
            return "stay"
        return "pass"

    def in_hand(self) -> InHand:
        count = sum(line.chosen for line in self._lines()) if self._several else 0
        return InHand("FIX", ("what is right?", *([f"{count} chosen"] if count else [])))

    def legend(self) -> ModeKeys:
        done = [Hint(("enter",), "accept so", Role.FINISHES)] if self._several else []
        labels = labels_of(self._table, "what is right", Role.CHANGES if self._several else Role.FINISHES)
        find = told(self._table, "find label", Role.CHANGES, "annotate.filter")
        return ModeKeys(
            "Fixing: what is right?", (*done, labels, find, BACK, *help_key(self._table)), "review"
        )

    def side(self, width: int, height: int) -> list[Row]:
        """What the side column shows meanwhile."""
        slash = self._table.key_of("annotate.filter")
        hint = f"{slash} finds  esc back" if not self._several else f"⏎ done  {slash} finds  esc"
        rows = lines_within(self._lines(), width, max(height - 2, 1))
        return [*rows, EMPTY, fit(row((hint, MUTED)), width)]
