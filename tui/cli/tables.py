"""Tables as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_MAX_NAME = 20


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what stands in them, heads and names cut where they are long: names to the left, numbers to the
    right. Wide characters count as the two cells that they take."""
    from rich.cells import cell_len, set_cell_size

    def cut(name: str) -> str:
        fits = cell_len(name) <= _MAX_NAME
        return name if fits else set_cell_size(name, _MAX_NAME - 1).rstrip() + "…"

    heads, *lines = rows
    shown = [tuple(map(cut, heads)), *((cut(name), *numbers) for name, *numbers in lines)]
    name_width, *widths = (max(map(cell_len, column)) for column in zip(*shown, strict=True))
    for name, *numbers in shown:
        cells = (" " * (wide - cell_len(text)) + text for text, wide in zip(numbers, widths, strict=True))
        yield "  ".join([set_cell_size(name, name_width), *cells])
