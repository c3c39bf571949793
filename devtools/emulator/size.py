"""How large a terminal is."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalSize:
    """`cell`: width and height in pixels."""

    columns: int = 120
    rows: int = 40
    cell: tuple[int, int] = (10, 20)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of all cells together."""
        return self.columns * self.cell[0], self.rows * self.cell[1]

    def packed(self, with_pixels: bool = True) -> bytes:
        """As `struct winsize` of TIOCSWINSZ; the pixels may be left unknown."""
        return struct.pack("HHHH", self.rows, self.columns, *(self.pixels if with_pixels else (0, 0)))

    def report(self) -> str:
        """What a terminal in mode 2048 says when its size changes (in-band resize notification)."""
        width, height = self.pixels
        return f"\x1b[48;{self.rows};{self.columns};{height};{width}t"
