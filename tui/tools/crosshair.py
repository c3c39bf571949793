"""The crosshair: any point of the picture in a few keys.

Two letters on the ruler along the edges (26 columns, 20 rows) come within about 20 screen pixels
of any point of a picture that fills 1000x760 pixels; each digit then divides what is left by
three on both sides, as on a number pad; arrows do the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.model.geometry import Point
from tui.tools.view import View

COLUMNS = "abcdefghijklmnopqrstuvwxyz"
ROWS = "abcdefghijklmnopqrst"
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

    def letter(self, letter: str, view: View) -> Crosshair:
        """The first letter chooses the column, the second the row; another row letter than a–t is ignored."""
        if self.column is None:
            column = COLUMNS.find(letter)
            if column < 0:
                return self
            width = view.width / len(COLUMNS)
            area = CrosshairArea(view.x + column * width, view.y, width, view.height)
            return Crosshair((area.middle[0], self.at[1]), area, column)
        row = ROWS.find(letter)
        if row < 0:
            return self
        width, height = view.width / len(COLUMNS), view.height / len(ROWS)
        area = CrosshairArea(view.x + self.column * width, view.y + row * height, width, height)
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
