"""What a terminal can do, as found by asking it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.terminal.answers import Unanswered
from tui.terminal.protocols import FALLBACK, PROTOCOLS, GraphicsProtocol


@dataclass(frozen=True, slots=True)
class TerminalCaps:
    """`protocol`: a name of the registry (`protocols.PROTOCOLS`). `cell`: width and height of a cell in
    pixels, as floats. `answers`: it answered the probe, so fences work. `round_trip`: seconds to the person's
    terminal, None when it did not answer (of tmux's own answers it says nothing). `registers`: of sixel colours.
    `max_sixel_size`: width and height of the largest sixel picture, None when it does not tell.
    `relative`: kitty placements relative to another (for tmux). `passthrough`: tmux hands our bytes on.
    `attached`: a picture belongs to the cells it lies on, text over it erases it (WezTerm, Konsole).
    `kitty_keys`: it sends every key as a sequence of its own when asked. `in_band_size`: it reports its size
    in the stream (mode 2048), and Textual then sets pixel mouse itself.
    `answered_by`: what answers in its place, such as a tmux that hands nothing on; '' for itself. The way to that one
    says nothing of the line.
    `background`: RGB of cells that have no colour of their own, as those round a picture; black when it does not tell.
    `name`: what the terminal calls itself (XTVERSION), '' if it does not tell. `late`: a probe whose answers
    have not all come; the driver goes on with it.
    """

    protocol: str = FALLBACK
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
    kitty_keys: bool = False
    in_band_size: bool = False
    registers: int = 0
    max_sixel_size: tuple[int, int] | None = None
    round_trip: float | None = None
    answered_by: str = ""
    background: tuple[int, int, int] = (0, 0, 0)
    name: str = ""
    late: Unanswered | None = field(default=None, compare=False, repr=False)

    @property
    def spare_columns(self) -> int:
        """Columns at the right of a canvas in which no picture lies. Where they stay attached to cells they overwrite one
        column more than they have (Konsole), or one holds what is stored (xterm.js); where cells are a fraction of a
        pixel wide, pictures that are stored may reach a pixel into a further one."""
        fraction = abs(self.cell[0] - round(self.cell[0])) > 0.01
        stored = self.protocol == "kitty-cells"
        return int(self.attached or stored) + (stored and fraction)

    @property
    def graphics(self) -> GraphicsProtocol:
        """The protocol's record."""
        return PROTOCOLS[self.protocol]

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Where the mouse points when it is said to be at column `x` and line `y`: the pixel where the terminal reports
        pixels (`x` and `y` are fractions then), else the middle of the cell."""
        middle = 0.0 if self.pixel_mouse else 0.5
        return (x + middle) * self.cell[0], (y + middle) * self.cell[1]
