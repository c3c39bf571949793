"""Which part of a stored picture a cell shows: kitty's unicode placeholders
(https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders)."""

from __future__ import annotations

from dataclasses import dataclass

from devtools.emulator.screen import Cell

PLACEHOLDER = "\U0010eeee"
_RANGES = """
305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af
5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747
749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c
1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc
20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1
fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""
"""kitty's rowcolumn-diacritics.txt: code points, hexadecimal."""


def _numbered(ranges: str) -> dict[str, int]:
    """Each character and the number that it stands for: how many stand before it."""
    found: list[str] = []
    for item in ranges.split():
        first, _, last = item.partition("-")
        found += [chr(point) for point in range(int(first, 16), int(last or first, 16) + 1)]
    return {character: number for number, character in enumerate(found)}


DIACRITICS = _numbered(_RANGES)


@dataclass(frozen=True, slots=True)
class Piece:
    """The cell of an image at `row` and `column` of its virtual placement, counted from 0."""

    image: int
    row: int
    column: int


def piece(cell: Cell, left: Piece | None) -> Piece | None:
    """What the placeholder in `cell` shows, None when there is none. `left`: what the cell before shows; of what is
    left out here the rest follows from it. The image's number is the foreground colour, with its highest byte as
    third diacritic."""
    if cell.text[:1] != PLACEHOLDER:
        return None
    numbers = [DIACRITICS[mark] for mark in cell.text[1:] if mark in DIACRITICS]
    red, green, blue = cell.front or (0, 0, 0)
    low = red << 16 | green << 8 | blue
    if len(numbers) >= 3:
        return Piece(numbers[2] << 24 | low, numbers[0], numbers[1])
    if left is not None and left.image & 0xFFFFFF == low and numbers[:1] in ([], [left.row]):
        return Piece(left.image, left.row, numbers[1] if len(numbers) > 1 else left.column + 1)
    row, column = [*numbers, 0, 0][:2]
    return Piece(low, row, column)
