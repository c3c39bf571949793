"""Layers: what takes the keys while it is open. A layer draws on a widget that is there already, and never takes the
toolkit's focus; a stack of them stands over the walk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Literal

from tui.screens.hints import help_key, labels_of, told
from tui.screens.keys import KeyTable
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.label_bar import LabelLine, lines_within
from tui.widgets.panel import Page, Panel
from tui.widgets.rows import EMPTY, MUTED, Row, fit, row

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
