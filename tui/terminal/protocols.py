"""The registry of graphics protocols: one record for each, with all that is known of it without showing a picture.

How pictures of a protocol are encoded and shown is `tui.display.protocols`'; a protocol is added by a record in both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.terminal.answers import Answers

AUTO = "auto"
"""Chosen by what the terminal answers."""
FALLBACK = "blocks"
"""What every terminal can do."""


@dataclass(frozen=True, slots=True)
class GraphicsProtocol:
    """`name`: on the command line, in settings, in the log and on the status line. `description`: one line of `doctor`.
    `recognised`: whether the answers show that the terminal has it, given that we are inside tmux. `coarse`: a cell
    shows two pixels, so that a contact sheet has fewer slots and `doctor` names other terminals (`advice`). `inexact`: why a picture at rest is
    not what its file holds, given the colour registers of sixels and whether there are 24-bit colours; '' where no difference
    can be seen. `at_rest`: what it is then. `between_rows`: it lies in strips between rows of cells, which therefore have to be whole
    pixels high."""

    name: str
    description: str
    recognised: Callable[[Answers, bool], bool]
    coarse: bool = False
    advice: str = ""
    inexact: Callable[[int, bool], str] = lambda registers, truecolor: ""
    at_rest: str = "pixel by pixel"
    between_rows: bool = False


def _kitty(answers: Answers, tmux: bool) -> bool:
    """In tmux the picture hangs on a cell by a relative placement, and tmux has to pass our bytes on."""
    if tmux:
        return answers.has_layers and answers.passthrough and bool(answers.relative)
    return answers.has_layers


def _kitty_cells(answers: Answers, tmux: bool) -> bool:
    """What lies over the picture goes by the iTerm2 protocol."""
    return answers.kitty and bool(answers.evicts) and not answers.has_layers and _iterm2(answers, tmux)


def _iterm2(answers: Answers, tmux: bool) -> bool:
    """The cursor stands below the picture of the probe."""
    return not tmux and answers.cursor is not None and answers.cursor > 5


def _sixel(answers: Answers, tmux: bool) -> bool:
    """tmux's own sixels lose pictures under text."""
    return not tmux and answers.has_sixel


def _few_colours(registers: int, truecolor: bool) -> str:
    return f"a sixel picture has {registers or 256} colours at most; each gets its own, dithered"


def _two_pixels(registers: int, truecolor: bool) -> str:
    colours = "" if truecolor else ", in 256 colours, dithered"
    return f"a cell shows two pixels{colours}"


PROTOCOLS: dict[str, GraphicsProtocol] = {
    protocol.name: protocol
    for protocol in (
        GraphicsProtocol(
            "kitty", "kitty protocol: kept by the terminal, a switch costs some dozen bytes", _kitty
        ),
        GraphicsProtocol(
            "kitty-cells",
            "kitty protocol with pictures in the place of cells (xterm.js, VS Code): kept by the terminal, a switch "
            "costs a hundred bytes",
            _kitty_cells,
            between_rows=True,
        ),
        GraphicsProtocol(
            "iterm2",
            "iTerm2 protocol (OSC 1337): JPEG and PNG",
            _iterm2,
            # The throughput from which on it is so: the ladder of JPEGs (`tui.imaging.ladder`).
            at_rest="pixel by pixel (PNG) where pictures come through at 10 Mbit/s or more, the terminal's time for them "
            "included; elsewhere a JPEG that nobody tells from it (43 dB at least)",
        ),
        GraphicsProtocol("sixel", "sixel", _sixel, inexact=_few_colours),
        GraphicsProtocol(
            FALLBACK,
            "half-blocks: two coarse pixels in each cell",
            lambda answers, tmux: False,
            coarse=True,
            inexact=_two_pixels,
            advice="This terminal shows no pictures. kitty, Ghostty, WezTerm, iTerm2, foot and Konsole do.",
        ),
    )
}
"""By name, the best first: the first that is recognised is taken, half-blocks when none is."""


def choices() -> tuple[str, ...]:
    """What a person may name."""
    return (AUTO, *PROTOCOLS)


def best(answers: Answers, tmux: bool) -> GraphicsProtocol:
    """The best protocol that the answers show; half-blocks while the last of them has not come."""
    recognised = (p for p in PROTOCOLS.values() if answers.fenced and p.recognised(answers, tmux))
    return next(recognised, PROTOCOLS[FALLBACK])
