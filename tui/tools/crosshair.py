"""The crosshair: any point of the picture in a few keys.

Two letters on the ruler along the edges (up to 26 columns and 20 rows) come within about 20 screen pixels
of any point of a picture that fills 1000x760 pixels; each digit then divides what is left by
three on both sides, as on a number pad; arrows do the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from tui.model.geometry import Point
from tui.tools.view import View

COLUMNS = "abcdefghijklmnopqrstuvwxyz"
ROWS = "abcdefghijklmnopqrst"
_LEAST = 0.25
"""The part of a part from which on what is left of a side has a letter of its own."""
_ACROSS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class CrosshairArea:
    """A part of the picture in image pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre, in image pixels."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def ninth(self, digit: int) -> CrosshairArea:
        """`digit` as on a number pad: 7 is top left, 3 bottom right."""
        column, row = (digit - 1) % 3, 2 - (digit - 1) // 3
        width, height = self.width / 3, self.height / 3
        return CrosshairArea(self.x + column * width, self.y + row * height, width, height)


@dataclass(frozen=True, slots=True)
class RulerSide:
    """One side of what is visible, from `begin` over `length` image pixels, in `count` parts with a letter each. The letters
    stand on cells of text, so a part is `part` image pixels, a whole number of cells: others would stand in uneven steps.
    In the middle of the side; the first and the last part end with it."""

    begin: float
    length: float
    part: float
    count: int

    @classmethod
    def of(cls, begin: float, length: float, cell: float, letters: int) -> RulerSide:
        """With at most so many `letters`. `cell`: of text, in image pixels; 0 where it is not known, then there are as many
        parts as letters."""
        if cell <= 0.0:
            return cls(begin, length, length / letters, letters)
        part = max(1, ceil(length / cell / letters - 1e-6)) * cell
        return cls(begin, length, part, max(1, ceil(length / part - _LEAST)))

    def stretch(self, number: int) -> tuple[float, float]:
        """Where a part begins, and how long it is."""
        start = self.begin + (self.length - self.count * self.part) / 2
        first = start + number * self.part if number > 0 else self.begin
        end = start + (number + 1) * self.part if number < self.count - 1 else self.begin + self.length
        return first, end - first

    def part_at(self, place: float) -> int:
        """The number of the part in which a place lies; of one beyond the side that of the nearest."""
        return max((n for n in range(1, self.count) if self.stretch(n)[0] <= place), default=0)


def ruler_of(view: View) -> tuple[RulerSide, RulerSide]:
    """The parts of a view's width and of its height."""
    (across, down), letters = view.cell, (len(COLUMNS), len(ROWS))
    return (
        RulerSide.of(view.x, view.width, across, letters[0]),
        RulerSide.of(view.y, view.height, down, letters[1]),
    )


@dataclass(frozen=True, slots=True)
class Crosshair:
    """Where the next point goes. `area`: what the next digit divides. `column`: a column letter that
    waits for its row."""

    at: Point
    area: CrosshairArea
    column: int | None = None

    @classmethod
    def start(cls, view: View, at: Point | None = None) -> Crosshair:
        """At a point, or in the middle of the visible part; digits divide all that is visible."""
        whole = CrosshairArea(view.x, view.y, view.width, view.height)
        return cls(view.clamp(at) if at is not None else view.middle, whole)

    def letters(self, view: View) -> str:
        """Of the ruler that the next letter is for: that of columns, then that of rows."""
        across, down = ruler_of(view)
        return COLUMNS[: across.count] if self.column is None else ROWS[: down.count]

    def letter(self, letter: str, view: View) -> Crosshair:
        """The first letter chooses the column, the second the row; one that is not on the ruler is ignored."""
        across, down = ruler_of(view)
        if self.column is None:
            column = self.letters(view).find(letter)
            if column < 0:
                return self
            x, width = across.stretch(column)
            area = CrosshairArea(x, view.y, width, view.height)
            return Crosshair((area.middle[0], self.at[1]), area, column)
        row = self.letters(view).find(letter)
        if row < 0:
            return self
        (x, width), (y, height) = across.stretch(min(self.column, across.count - 1)), down.stretch(row)
        area = CrosshairArea(x, y, width, height)
        return Crosshair(area.middle, area)

    def digit(self, digit: int) -> Crosshair:
        """The ninth of the area in which the crosshair was last put."""
        area = self.area.ninth(digit)
        return Crosshair(area.middle, area)

    def moved(self, direction: str, step: float, view: View) -> Crosshair:
        """By `step` image pixels; the area follows, so that a digit refines around the new place."""
        dx, dy = _ACROSS[direction]
        at = view.clamp((self.at[0] + dx * step, self.at[1] + dy * step))
        shift = (at[0] - self.at[0], at[1] - self.at[1])
        return replace(
            self, at=at, area=replace(self.area, x=self.area.x + shift[0], y=self.area.y + shift[1])
        )

    def put(self, at: Point, view: View) -> Crosshair:
        """To a point given by the mouse or by a fixed corner; digits divide the visible part again."""
        return Crosshair.start(view, at)
