"""A page in the place of the picture and of the column beside it: help, guidelines, palette. One widget, shown by
`visible`; nothing of what lies below looks out beside it.

It never takes the focus and is never mounted or removed while a picture is up: on a terminal that
stores pictures nothing but its own cells is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.widgets.lines import Lines
from tui.widgets.rows import ACCENT, EMPTY, MUTED, TITLE, Row, fit, spread

WIDEST = 96
"""Columns of a page: longer lines are hard to read."""
Page = Callable[[int, int], Sequence[Row]]
"""Rows for a width and a height in cells; more rows than the height can be scrolled."""


class Panel(Lines):
    """Title, rows, and a line of hints; scrolls by itself when told."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = ""
        self._hint = ""
        self._page: Page | None = None
        self._top = 0
        self._total = 0

    def open(self, title: str, hint: str, page: Page) -> None:
        """Shows `page` from its beginning."""
        self._title, self._hint, self._page, self._top = title, hint, page, 0
        self.show_rows(())
        self._fill()
        self.visible = True

    def close(self) -> None:
        self._page = None
        self.visible = False

    def again(self, *, line: int | None = None) -> None:
        """The page has changed; `line` is kept in sight."""
        if line is not None:
            height = self._body_height
            self._top = min(self._top, line) if line < self._top + height else line - height + 1
        self._fill()

    def scroll_rows(self, rows: int) -> None:
        """Down by `rows`, up when negative, as far as there is something."""
        self._top += rows
        self._fill()

    def scroll_pages(self, pages: float) -> None:
        self.scroll_rows(round(pages * self._body_height))

    @property
    def _body_height(self) -> int:
        return max(self.content_size.height - 4, 1)

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        width = min(self.content_size.width, WIDEST)
        if self._page is None or width <= 0:
            return
        height = self._body_height
        body = list(self._page(width, height))
        self._total = len(body)
        self._top = max(0, min(self._top, self._total - height))
        seen = [fit(r, width) for r in body[self._top : self._top + height]]
        seen += [EMPTY] * (height - len(seen))
        title = spread(((self._title, TITLE),), ((self._place(height), MUTED),), width)
        self.show_rows([title, EMPTY, *seen, EMPTY, fit(((self._hint, ACCENT),), width)])

    def _place(self, height: int) -> str:
        if self._total <= height:
            return ""
        up = "▲" if self._top else " "
        down = "▼" if self._top + height < self._total else " "
        return f"{self._top + 1}–{min(self._top + height, self._total)} of {self._total} {up}{down}"
