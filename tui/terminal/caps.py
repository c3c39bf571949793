"""What a terminal can do, as found by asking it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GraphicsProtocol = Literal["kitty", "iterm2", "sixel", "blocks"]


@dataclass(frozen=True, slots=True)
class TerminalCaps:
    """`cell`: width and height of a cell in pixels, as floats. `answers`: it answered the probe, so fences work.
    `round_trip`: seconds, None when nothing was answered. `registers`: sixel colour registers.
    `relative`: kitty placements relative to another (for tmux). `passthrough`: tmux hands our bytes on.
    `attached`: a picture belongs to the cells it lies on, text over it erases it (WezTerm, Konsole).
    `name`: what the terminal calls itself (XTVERSION), '' if it does not tell.
    """

    protocol: GraphicsProtocol = "blocks"
    cell: tuple[float, float] = (10.0, 20.0)
    columns: int = 80
    rows: int = 24
    answers: bool = False
    truecolor: bool = False
    synchronized: bool = False
    pixel_mouse: bool = False
    tmux: bool = False
    passthrough: bool = False
    relative: bool = False
    attached: bool = False
    registers: int = 0
    round_trip: float | None = None
    name: str = ""
