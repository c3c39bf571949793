"""`Lines`: a widget of a few rows of text that sends only the cells that changed.

A label walk over a thin line changes a number here and a word there; Textual's own `Static` would
repaint its whole region each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.driver import GraphicsApp
from tui.widgets import rows
from tui.widgets.clicks import Click, click_on
from tui.widgets.rows import EMPTY, Piece, Row


class Lines(Widget, can_focus=False):
    """Shows rows, top left aligned; told by `show_rows`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        rows.MUTED,
        rows.STRONG,
        rows.ACCENT,
        rows.GOOD,
        rows.WARN,
        rows.BAD,
        rows.CHIP,
        rows.CHOSEN,
        rows.CURSOR,
        rows.TITLE,
        rows.NUMBER,
    }

    @dataclass
    class Clicked(Message):
        """Something that stands for a key or a shape was clicked."""

        on: Click

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, new: Sequence[Row]) -> None:
        """Replaces what is shown; cells that stay the same are not painted again. While it is hidden nothing is: all of
        it is painted as soon as it is visible."""
        old, self._rows = self._rows, tuple(new)
        if not self.is_mounted or not self.visible or old == self._rows:
            return
        # The toolkit takes regions relative to the content, inside padding and border.
        changed = [
            Region(start, y, end - start, 1)
            for y, (before, after) in enumerate(zip_longest(old, self._rows, fillvalue=EMPTY))
            for start, end in [changed_span(before, after)]
            if end > start
        ]
        if changed and isinstance(self.app, GraphicsApp):
            self.app.paint_next(self, *changed)
        elif changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        base = self.rich_style
        if y >= len(self._rows):
            return Strip.blank(width, base)
        segments = [Segment(text, self._style(role)) for text, role in self._rows[y] if text]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, role: str) -> Style:
        if not role:
            return self.rich_style
        name, _, colour = role.rpartition(" ") if "#" in role else (role, "", "")
        style = self.get_component_rich_style(name) if name else self.rich_style
        return style + Style(color=colour) if colour else style

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or event.button != 1 or place.y >= len(self._rows):
            return
        found = click_on(self._rows[place.y], place.x)
        if found is not None:
            self.post_message(self.Clicked(found))

    def get_content_width(self, container: object, viewport: object) -> int:
        return max((rows.row_width(r) for r in self._rows), default=0)


def changed_span(before: Row, after: Row) -> tuple[int, int]:
    """First and last + 1 cell in which two rows differ; (0, 0) when they do not."""
    if before == after:
        return (0, 0)
    old, new = _cells(before), _cells(after)
    start, end = _alike(old, new), max(len(old), len(new))
    if len(old) == len(new):
        end -= min(_alike(reversed(old), reversed(new)), end - start)
    # A wide character starts one cell before its second, empty one.
    while 0 < start < end and "" in (_text(old, start), _text(new, start)):
        start -= 1
    return (start, end)


def _alike(old: Iterable[Piece], new: Iterable[Piece]) -> int:
    """How many cells are the same from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _text(cells: list[Piece], at: int) -> str:
    return cells[at][0] if at < len(cells) else " "


def _cells(pieces: Row) -> list[Piece]:
    """One entry per cell: (character, role); combining characters join the cell before."""
    cells: list[Piece] = []
    for text, role in pieces:
        for character in text:
            size = cell_len(character)
            if size == 0 and cells:
                cells[-1] = (cells[-1][0] + character, role)
                continue
            cells.append((character, role))
            cells.extend([("", role)] * (size - 1))
    while cells and cells[-1] == (" ", ""):
        cells.pop()
    return cells
