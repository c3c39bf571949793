"""What stands on a terminal's screen: cells, the cursor, and the pictures that lie on and under them."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from devtools.emulator.colours import Pen, Rgb
from devtools.emulator.pictures import Grain, Pictures
from devtools.emulator.size import TerminalSize

_STEPS = {"A": (0, -1), "B": (0, 1), "e": (0, 1), "C": (1, 0), "a": (1, 0), "D": (-1, 0)}
"""Control functions that move the cursor, and in which direction (columns, rows)."""
_TAB = 8
_PARTS = re.compile("(?P<narrow>[ -~\x80-\u02ff\u2500-\u259f]+)|.", re.DOTALL)
"""Characters that take a cell each (with box drawing and block elements), or any other one."""


@dataclass(slots=True)
class Cell:
    """`text`: a character with what combines with it; empty: the right half of a wide one."""

    text: str = " "
    front: Rgb | None = None
    back: Rgb | None = None


@dataclass(slots=True)
class Screen:
    """`attached`: pictures stay under the text that is written over them, as in Konsole. `tiled`: stored pictures take the place
    of cells, as in xterm.js. `pen`, `wraps`: as the
    program set them. `x`, `y`: column and row of the cursor, from 0."""

    size: TerminalSize
    attached: bool = False
    tiled: bool = False
    pen: Pen = field(default_factory=Pen)
    wraps: bool = True
    x: int = 0
    y: int = 0
    cells: list[list[Cell]] = field(init=False)
    pictures: Pictures = field(init=False)
    _saved: tuple[int, int] = (0, 0)
    _full: bool = False
    """The last column was written: the next character begins a line."""
    _last: str = " "

    def __post_init__(self) -> None:
        self.pictures = Pictures(self.size, self.attached, self.tiled)
        self.cells = self.blank()

    def clear(self) -> None:
        """No text, no pictures; the cursor stays."""
        self.cells = self.blank()
        self.pictures.clear()

    def blank(self) -> list[list[Cell]]:
        """Cells of a whole screen, by row."""
        return [[Cell() for _ in range(self.size.columns)] for _ in range(self.size.rows)]

    def resize(self, size: TerminalSize) -> None:
        """Empty at its new size, but for pictures that are attached."""
        self.size = size
        self.move(self.x, self.y)
        self.cells = self.blank()
        self.pictures.resize(size)

    def text(self) -> str:
        """The characters, line by line, without blanks at the ends."""
        return "\n".join("".join(cell.text for cell in line).rstrip() for line in self.cells)

    # Text

    def write(self, text: str) -> None:
        """Characters, and the control characters BS, HT, LF, VT, FF and CR."""
        for part in _PARTS.finditer(text):
            characters = part[0]
            if part.lastgroup == "narrow":
                self._put_narrow(characters)
            elif characters >= " " and characters != "\x7f":
                self._put(characters)
            else:
                self._control_character(characters)

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
            case _:
                pass

    def _put_narrow(self, characters: str) -> None:
        """Such that take a cell each: as many at once as the line has room for."""
        columns = self.size.columns
        while characters:
            room = columns - self.x
            if self._full or len(characters) < 2 or room < 2:
                self._put(characters[0])
                characters = characters[1:]
                continue
            here, characters = characters[:room], characters[room:]
            front, back = self.pen.colours
            end = self.x + len(here)
            self.cells[self.y][self.x : end] = [Cell(character, front, back) for character in here]
            self.pictures.uncover(self.y, self.x, end)
            self._last = here[-1]
            self._full = end == columns
            self.x = min(end, columns - 1)

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
        self.pictures.uncover(self.y, self.x, self.x + width)
        self._full = self.x + width == self.size.columns
        self.x = min(self.x + width, self.size.columns - 1)

    def _combine(self, character: str) -> None:
        """With the character before, where there is one."""
        if self._full or self.x:
            x = self.x if self._full else self.x - 1
            wide = self.cells[self.y][x].text == "" and x > 0
            self.cells[self.y][x - wide].text += character

    # Control functions

    def control(self, parameters: str, final: str) -> None:
        """Cursor moves, erasing and colours; other control functions, and private ones, do nothing."""
        if not all(character in "0123456789;:" for character in parameters):
            return
        if final == "m":
            self.pen = self.pen.changed(parameters)
            return
        numbers = [int(part.split(":")[0] or 0) for part in parameters.split(";")]
        if final in _FUNCTIONS:
            _FUNCTIONS[final](self, numbers[0])
        else:
            self._move(final, max(1, numbers[0]), numbers[1] if len(numbers) > 1 else 1)

    def repeat(self, count: int) -> None:
        """The last character again, so often."""
        self.write(self._last * max(1, count))

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
        self.cells = [*self.cells[rows:], *self.blank()[:rows]]
        self.pictures.scroll(rows)

    def erase_display(self, which: int) -> None:
        """From the cursor on (0), up to and with it (1), or all of it with its pictures."""
        columns = self.size.columns
        here, whole = self.y * columns + self.x, self.size.rows * columns
        first, end = {0: (here, whole), 1: (0, here + 1)}.get(which, (0, whole))
        for y in range(self.size.rows):
            self._erase(y, max(0, first - y * columns), max(0, end - y * columns))
        if which > 1:
            self.pictures.take_away()

    def erase_line(self, which: int) -> None:
        """From the cursor on (0), up to and with it (1), or all of it."""
        columns = self.size.columns
        start, end = {0: (self.x, columns), 1: (0, self.x + 1)}.get(which, (0, columns))
        self._erase(self.y, start, end)

    def erase_characters(self, count: int) -> None:
        self._erase(self.y, self.x, self.x + max(1, count))

    def _erase(self, y: int, start: int, end: int) -> None:
        """Blanks in the colour of the background that is set."""
        self._full = False
        end = min(end, self.size.columns)
        if start >= end:
            return
        self.cells[y][start:end] = [Cell(back=self.pen.back) for _ in range(start, end)]
        self.pictures.uncover(y, start, end)

    # Pictures

    def put_inline(self, image: Image.Image, moves: bool, grain: Grain) -> None:
        """A picture (RGBA) at the cursor in place of what is there; the cursor goes on past it when it `moves`.
        `grain`: how much it was scaled up."""
        self.pictures.put(image, (self.x, self.y), through=False, grain=grain)
        if self.attached:
            # Seen in Konsole 22.12: the text of one column more goes.
            width, height = self.size.cell
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
        rows = math.ceil(image.height / self.size.cell[1])
        below = self.y + rows
        if below >= self.size.rows:
            self.scroll(below - (self.size.rows - 1))
        self.move(self.x, below)
        self.pictures.put(image, (self.x, self.y - rows), through=True)
        return below


@functools.lru_cache(maxsize=4096)
def _width(character: str) -> int:
    """Cells that a character takes: 2 for wide ones, 0 for those that combine with the one before."""
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me") or character == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_FUNCTIONS: dict[str, Callable[[Screen, int], None]] = {
    "b": Screen.repeat,
    "J": Screen.erase_display,
    "K": Screen.erase_line,
    "X": Screen.erase_characters,
    "s": lambda screen, _: screen.save_cursor(),
    "u": lambda screen, _: screen.restore_cursor(),
}
"""Control functions of one number that do not move the cursor by it."""
