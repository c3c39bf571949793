"""A small map of the picture in text cells: which part of it is looked at. Pure rows."""

from __future__ import annotations

from tui.imaging.viewport import Viewport
from tui.widgets.rows import MUTED, Row, row

MAX_COLUMNS = 16
MAX_ROWS = 5
SEEN, UNSEEN = "█", "·"


def minimap_rows(viewport: Viewport | None, width: int) -> list[Row]:
    """At most `width` columns; nothing while the whole picture is there. All cells have one style, so that a pan, which
    changes a few of them, costs few bytes."""
    if viewport is None or viewport.visible == (0.0, 0.0, *viewport.image):
        return []
    columns, rows = _size(viewport, min(width, MAX_COLUMNS))
    x, y, across, down = viewport.visible
    first, end = _cells(x, across, viewport.image[0], columns)
    top, bottom = _cells(y, down, viewport.image[1], rows)
    seen = UNSEEN * first + SEEN * (end - first) + UNSEEN * (columns - end)
    return [row((seen if top <= n < bottom else UNSEEN * columns, MUTED)) for n in range(rows)]


def _size(viewport: Viewport, columns: int) -> tuple[int, int]:
    """Columns and rows with about the picture's aspect."""
    (width, height), (cell_width, cell_height) = viewport.image, viewport.cell
    rows = columns * cell_width * height / width / cell_height
    if rows > MAX_ROWS:
        columns, rows = round(columns * MAX_ROWS / rows), MAX_ROWS
    return max(2, columns), max(2, round(rows))


def _cells(start: float, length: float, size: float, cells: int) -> tuple[int, int]:
    """First and last + 1 cell of a part of a side, at least one."""
    first = min(round(start / size * cells), cells - 1)
    return first, max(first + 1, round((start + length) / size * cells))
