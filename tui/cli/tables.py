"""Tables as lines of text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

_LEAST_NAME = 20
"""Names of so many cells are never cut."""


def room() -> int | None:
    """Columns of the terminal that is written to; None into a pipe or file, where nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(rows: Sequence[Sequence[str]], columns: int | None) -> Iterator[str]:
    """Columns as wide as what stands in them: names to the left, numbers to the right. Long names and heads are cut as
    far as `columns` need it, but never so that two become alike. Wide characters count as the two cells that they take."""
    from rich.cells import cell_len, set_cell_size

    shown = _fitting(rows, columns)
    name_width, *widths = _widths(shown)
    for name, *numbers in shown:
        cells = (" " * (wide - cell_len(text)) + text for text, wide in zip(numbers, widths, strict=True))
        yield "  ".join([set_cell_size(name, name_width), *cells])


_Rows = Sequence[Sequence[str]]


def _fitting(rows: _Rows, columns: int | None) -> _Rows:
    most = max(map(_longest, rows))
    while columns is not None and most > _LEAST_NAME and _wide(_cut(rows, most)) > columns:
        shorter = _cut(rows, most - 1)
        if _alike(shorter) != _alike(rows):
            break
        most -= 1
    return _cut(rows, most)


def _longest(cells: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, cells))


def _widths(rows: _Rows) -> list[int]:
    return [_longest(column) for column in zip(*rows, strict=True)]


def _wide(rows: _Rows) -> int:
    widths = _widths(rows)
    return sum(widths) + 2 * (len(widths) - 1)


def _alike(rows: _Rows) -> tuple[int, int]:
    """How many heads and names there are that differ."""
    return len({*rows[0]}), len({row[0] for row in rows})


def _cut(rows: _Rows, most: int) -> _Rows:
    """With heads and names of at most so many cells."""
    heads, *lines = rows
    return [[_name(head, most) for head in heads], *([_name(row[0], most), *row[1:]] for row in lines)]


def _name(name: str, most: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return name if cell_len(name) <= most else set_cell_size(name, most - 1).rstrip() + "…"
