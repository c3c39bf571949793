"""The view panel as a work screen opens it, and the page of its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.model.project import project_kind
from tui.screens.layers import ReadingLayer
from tui.screens.mode import WorkHost, WorkMode
from tui.screens.view_layer import TITLE_WIDTH, ViewLayer, ViewRow, view_rows
from tui.sitting import inputs as i
from tui.widgets.legend import KeyLine, help_rows
from tui.widgets.panel import Page, Panel
from tui.widgets.rows import EMPTY, MUTED, PLAIN, TITLE, Row, pad, row, wrapped

_HELP: Mapping[str, str] = {
    "Row": "The setting before or after",
    "Change": "Less or more; with shift by more at once",
    "Reset row": "The setting as it is by itself",
    "Reset all": "Pictures as they are, with all that lies over them",
}
_HELP_KEYS: Mapping[str, tuple[str, ...]] = {
    "Row": ("up", "down"),
    "Change": ("left", "right"),
    "Reset row": ("r",),
    "Reset all": ("R",),
}


def view_panel(host: WorkHost, mode: WorkMode, panel: Panel) -> ViewLayer:
    """Of single pictures, or of contact sheets. `panel`: where the page of its keys is shown."""
    sheet, keymap = host.setup.launch.sheet, host.table.keymap
    keys, helps = keymap.of("sheet.view" if sheet else "work.view"), keymap.of("app.help")
    rows = view_rows(draws=project_kind(host.project.kind).draws, sheet=sheet)
    page = view_help(rows, keys)
    return ViewLayer(
        lambda: mode.desk.state.sitting.view,
        lambda view: host.put(i.SetView(view)),
        keys,
        rows,
        helps=helps,
        help=lambda: host.open(ReadingLayer(panel, "View", page, helps)),
        beside=mode.has_column,
    )


def view_help(rows: Sequence[ViewRow], keys: Sequence[str]) -> Page:
    """The panel's keys, and what its settings do. `keys`: those that open and close it."""

    def page(width: int, height: int) -> list[Row]:
        lines = [KeyLine(_HELP_KEYS[title], title, text, "keys") for title, text in _HELP.items()]
        lines.append(
            KeyLine((*keys[:1], "enter", "escape"), "Close", "The settings stay until they are reset", "keys")
        )
        return [
            *help_rows(lines, {"keys": "View panel"}, width),
            EMPTY,
            row(("Settings, in the order of the panel", TITLE)),
            *(each_row for each in rows for each_row in _explained(each, width)),
        ]

    return page


def _explained(each: ViewRow, width: int) -> list[Row]:
    first, *more = wrapped(each.help, max(width - TITLE_WIDTH - 1, 12)) or [""]
    head = row((pad(each.title, TITLE_WIDTH + 1), PLAIN), (first, MUTED))
    return [head, *(row((" " * (TITLE_WIDTH + 1), PLAIN), (text, MUTED)) for text in more)]
