"""What stands on a terminal's screen: cells, the cursor, and the pictures that lie on and under them."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field, replace

from PIL import Image

from devtools.emulator.colours import Pen, Rgb
from devtools.emulator.size import TerminalSize

_STEPS = {"A": (0, -1), "B": (0, 1), "e": (0, 1), "C": (1, 0), "a": (1, 0), "D": (-1, 0)}
"""Control functions that move the cursor, and in which direction (columns, rows)."""
_TAB = 8


@dataclass(slots=True)
class Cell:
    """`text`: a character with what combines with it; empty: the right half of a wide one."""

    text: str = " "
    front: Rgb | None = None
    back: Rgb | None = None


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A stored image on the screen. `left`, `top`: pixels of the screen. `source`: left, top, right, bottom in the
    image. `size`: pixels it is scaled to. `z`: what lies higher hides what lies lower."""

    image: Image.Image
    left: int
    top: int
    source: tuple[int, int, int, int]
    size: tuple[int, int]
    z: int


@dataclass(slots=True)
class Screen:
    """`attached`: pictures of cells (`layer`) stay under the text that is written over them, as in Konsole.
    `placed`: by image and placement number. `virtual`: columns and rows of an image that placeholders show.
    `pen`, `wraps`: as the program set them."""

    size: TerminalSize
    attached: bool = False
    pen: Pen = field(default_factory=Pen)
    wraps: bool = True
    x: int = 0
    y: int = 0
    cells: list[list[Cell]] = field(init=False)
    layer: Image.Image = field(init=False)
    placed: dict[tuple[int, int], PlacedImage] = field(default_factory=dict)
    virtual: dict[int, tuple[int, int]] = field(default_factory=dict)
    _saved: tuple[int, int] = (0, 0)
    _full: bool = False
    """The last column was written: the next character begins a line."""
    _last: str = " "

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No text, no pictures; the cursor stays."""
        self.cells = self.blank()
        self.layer = Image.new("RGBA", self.size.pixels)
        self.placed.clear()
        self.virtual.clear()

    def blank(self) -> list[list[Cell]]:
        """Cells of a whole screen, by row."""
        return [[Cell() for _ in range(self.size.columns)] for _ in range(self.size.rows)]

    def resize(self, size: TerminalSize) -> None:
        """Empty at its new size, but for pictures that are attached."""
        before = self.layer
        self.size = size
        self.move(self.x, self.y)
        self.clear()
        if self.attached:
            self.layer.paste(before)

    def text(self) -> str:
        """The characters, line by line, without blanks at the ends."""
        return "\n".join("".join(cell.text for cell in line).rstrip() for line in self.cells)

    # Text

    def write(self, text: str) -> None:
        """Characters, and the control characters BS, HT, LF, VT, FF and CR."""
        for character in text:
            if character >= " " and character != "\x7f":
                self._put(character)
            else:
                self._control_character(character)

    def _control_character(self, character: str) -> None:
        match character:
            case "\r":
                self.move(0, self.y)
            case "\n" | "\x0b" | "\x0c":
                self.line_feed()
            case "\b":
                self.move(self.x - 1, self.y)
            case "\t":
                self.move((self.x // _TAB + 1) * _TAB, self.y)

    def _put(self, character: str) -> None:
        width = _width(character)
        if width == 0:
            self._combine(character)
            return
        if self._full or self.x + width > self.size.columns:
            if not self.wraps:
                self.x = self.size.columns - width
            else:
                self.move(0, self.y)
                self.line_feed()
        self._last = character
        front, back = self.pen.colours
        line = self.cells[self.y]
        line[self.x] = Cell(character, front, back)
        if width == 2:
            line[self.x + 1] = Cell("", front, back)
        self._uncover(self.y, self.x, self.x + width)
        self._full = self.x + width == self.size.columns
        self.x = min(self.x + width, self.size.columns - 1)

    def _combine(self, character: str) -> None:
        """With the character before, where there is one."""
        if self._full or self.x:
            self.cells[self.y][self.x if self._full else self.x - 1].text += character

    # Control functions

    def control(self, parameters: str, final: str) -> None:
        """Cursor moves, erasing and colours; other control functions, and private ones, do nothing."""
        if not all(character in "0123456789;:" for character in parameters):
            return
        if final == "m":
            self.pen = self.pen.changed(parameters)
            return
        numbers = [int(part.split(":")[0] or 0) for part in parameters.split(";")]
        first = numbers[0]
        count = max(1, first)
        match final:
            case "b":
                self.write(self._last * count)
            case "J":
                self._erase_display(first)
            case "K":
                start, end = {0: (self.x, self.size.columns), 1: (0, self.x + 1)}.get(
                    first, (0, self.size.columns)
                )
                self._erase(self.y, start, end)
            case "X":
                self._erase(self.y, self.x, self.x + count)
            case "s":
                self.save_cursor()
            case "u":
                self.restore_cursor()
            case _:
                self._move(final, count, numbers[1] if len(numbers) > 1 else 1)

    def _move(self, final: str, first: int, second: int) -> None:
        """Moves of the cursor; `first` and `second` count from 1."""
        if final in _STEPS:
            right, down = _STEPS[final]
            self.move(self.x + right * first, self.y + down * first)
        elif final in "EF":
            self.move(0, self.y + (first if final == "E" else -first))
        elif final in "Hf":
            self.move(max(1, second) - 1, first - 1)
        elif final in "G`":
            self.move(first - 1, self.y)
        elif final == "d":
            self.move(self.x, first - 1)

    def move(self, x: int, y: int) -> None:
        """The cursor to a cell, or as near to it as there are cells."""
        self.x = min(max(0, x), self.size.columns - 1)
        self.y = min(max(0, y), self.size.rows - 1)
        self._full = False

    def save_cursor(self) -> None:
        self._saved = self.x, self.y

    def restore_cursor(self) -> None:
        self.move(*self._saved)

    def line_feed(self) -> None:
        self._full = False
        if self.y + 1 < self.size.rows:
            self.y += 1
        else:
            self.scroll(1)

    def scroll(self, rows: int) -> None:
        """Everything so many rows up."""
        up = rows * self.size.cell[1]
        self.cells = [*self.cells[rows:], *self.blank()[:rows]]
        before, self.layer = self.layer, Image.new("RGBA", self.size.pixels)
        self.layer.paste(before, (0, -up))
        self.placed = {key: replace(image, top=image.top - up) for key, image in self.placed.items()}

    def _erase_display(self, which: int) -> None:
        here = self.y * self.size.columns + self.x
        first, end = {0: (here, None), 1: (0, here + 1)}.get(which, (0, None))
        columns = self.size.columns
        end = self.size.rows * columns if end is None else end
        for y in range(self.size.rows):
            self._erase(y, max(0, first - y * columns), max(0, end - y * columns))
        if which > 1:
            self.layer = Image.new("RGBA", self.size.pixels)
            self.placed.clear()

    def _erase(self, y: int, start: int, end: int) -> None:
        """Blanks in the colour of the background that is set."""
        end = min(end, self.size.columns)
        if start >= end:
            return
        self.cells[y][start:end] = [Cell(back=self.pen.back) for _ in range(start, end)]
        self._uncover(y, start, end)

    def _uncover(self, y: int, start: int, end: int) -> None:
        """Text takes the place of pictures that belong to cells; attached ones only lie under it."""
        if not self.attached:
            width, height = self.size.cell
            self.layer.paste((0, 0, 0, 0), (start * width, y * height, end * width, (y + 1) * height))

    # Pictures

    def put_inline(self, image: Image.Image, moves: bool) -> None:
        """A picture (RGBA) at the cursor in place of what is there; the cursor goes on past it when it `moves`."""
        width, height = self.size.cell
        self.layer.paste(image, (self.x * width, self.y * height))
        if self.attached:
            # Seen in Konsole 22.12: the text of one column more goes.
            columns, rows = math.ceil(image.width / width) + 1, math.ceil(image.height / height)
            for line in self.cells[self.y : self.y + rows]:
                line[self.x : self.x + columns] = [Cell() for _ in line[self.x : self.x + columns]]
        if moves:
            self.pass_picture(image.size)

    def pass_picture(self, size: tuple[int, int]) -> None:
        """The cursor behind the last line of a picture of so many pixels."""
        for _ in range(math.ceil(size[1] / self.size.cell[1]) - 1):
            self.line_feed()
        self.move(self.x + math.ceil(size[0] / self.size.cell[0]), self.y)

    def put_sixel(self, image: Image.Image) -> int:
        """A picture at the cursor over what is there. The cursor goes to the line below it, and the screen scrolls to
        have one; returns which row that is before it scrolls."""
        below = self.y + math.ceil(image.height / self.size.cell[1])
        excess = below - (self.size.rows - 1)
        if excess > 0:
            self.scroll(excess)
        top = below - max(0, excess) - math.ceil(image.height / self.size.cell[1])
        self.layer.paste(image, (self.x * self.size.cell[0], top * self.size.cell[1]), image)
        self.move(self.x, below)
        return below


def _width(character: str) -> int:
    """Cells that a character takes: 2 for wide ones, 0 for those that combine with the one before."""
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me") or character == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
