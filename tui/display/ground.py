"""The ground: what is seen on the canvas where no picture is. A colour of the theme, the same in pixels and in cells, or
what the terminal itself has there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui.imaging.encode import Rgb
from tui.imaging.viewport import CellBox
from tui.terminal import sixel
from tui.terminal.blocks import DIRECT, EMPTY, background, palette_of
from tui.terminal.caps import TerminalCaps
from tui.terminal.wire import cursor

THEMES: Mapping[str, Rgb] = {"dark": (28, 28, 28), "light": (238, 238, 238)}
"""The grounds of the themes: members of the 256-colour palette."""


@dataclass(frozen=True, slots=True)
class Ground:
    """`colour`: RGB, for pixels. `cell`: for cells, DIRECT | 0xRRGGBB or a member of the 256-colour palette; EMPTY where they
    are to have no colour of their own. `beside`: the same for cells that hold something that must not be seen, which always
    have one."""

    colour: Rgb
    cell: int
    beside: int

    @classmethod
    def of(cls, wished: Rgb | None, caps: TerminalCaps) -> Ground:
        """For a terminal. `wished` None: what it has itself."""
        colour = wished or caps.background
        if wished is not None and caps.protocol == "sixel":
            # Cells are to have what registers can hold.
            colour = sixel.in_percents(colour)
        cell = _cell_colour(colour, caps.truecolor)
        return cls(colour, cell if wished is not None else EMPTY, cell)

    def erased(self, *boxes: CellBox) -> str:
        """Blanks over these cells of the screen: column, row, columns, rows."""
        blanks = "".join(
            f"{cursor(x, row)}\x1b[{columns}X" for x, y, columns, rows in boxes for row in range(y, y + rows)
        )
        if self.cell == EMPTY or not blanks:
            return blanks
        return f"\x1b[{background(self.cell)}m{blanks}\x1b[0m"


def _cell_colour(colour: Rgb, truecolor: bool) -> int:
    red, green, blue = colour
    if truecolor:
        return DIRECT | red << 16 | green << 8 | blue
    return int(palette_of(np.array(colour, dtype=np.int32)))
