"""What a terminal can do, judged by its answers.

Tiers are decided by behaviour: Konsole and xterm.js say OK to kitty graphics too, but place a picture
"relative to a parent that does not exist" without complaint, so they do not know relative placements, nor the
z-order that goes with them. Environment variables do not cross ssh and are used for colours only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from tui.terminal.answers import Answers
from tui.terminal.caps import GraphicsProtocol, TerminalCaps

_TRUECOLOR_NAMES = ("kitty", "ghostty", "WezTerm", "iTerm2", "foot", "Konsole", "xterm.js", "VTE", "contour")
_FORCED: Mapping[str, GraphicsProtocol] = {
    "kitty": "kitty",
    "iterm2": "iterm2",
    "sixel": "sixel",
    "blocks": "blocks",
}


@dataclass(frozen=True, slots=True)
class WindowSize:
    """What the operating system says (TIOCGWINSZ): cells, and pixels or 0."""

    columns: int = 80
    rows: int = 24
    width: int = 0
    height: int = 0


def in_tmux(env: Mapping[str, str]) -> bool:
    """Inside tmux, also when `TMUX` did not cross an ssh connection."""
    return bool(env.get("TMUX")) or env.get("TERM", "").startswith(("tmux", "screen"))


def decide(
    answers: Answers,
    env: Mapping[str, str] = os.environ,
    size: WindowSize | None = None,
    *,
    protocol: str = "auto",
    cell: tuple[float, float] | None = None,
    round_trip: float | None = None,
) -> TerminalCaps:
    """What the terminal can do. `protocol` and `cell` force what they name; a protocol stays forced whatever the
    terminal answers."""
    size = size or WindowSize()
    columns, rows = answers.grid if answers.grid and not size.columns else (size.columns, size.rows)
    tmux = in_tmux(env) or any(name.startswith("tmux") for name in answers.names)
    name = answers.names[-1] if answers.names else ""
    relative = bool(answers.relative) and answers.kitty
    known = relative or "ghostty" in name.lower() or name.startswith("kitty(")
    return TerminalCaps(
        protocol=_FORCED.get(protocol) or _protocol(answers, tmux=tmux, kitty=answers.kitty and known),
        cell=cell or _cell(answers, size, tmux=tmux),
        columns=columns,
        rows=rows,
        answers=answers.fenced,
        truecolor=_truecolor(answers, env, name, tmux=tmux),
        synchronized=answers.modes.get(2026, 0) in (1, 2),
        pixel_mouse=answers.modes.get(1016, 0) in (1, 2),
        tmux=tmux,
        passthrough=answers.passthrough,
        relative=relative,
        attached=answers.kitty and not known,
        kitty_keys=answers.kitty_keys,
        in_band_size=answers.modes.get(2048, 0) in (1, 2),
        registers=_registers(answers),
        max_sixel_size=answers.max_sixel_size,
        round_trip=round_trip,
        name=name,
    )


def _protocol(answers: Answers, *, tmux: bool, kitty: bool) -> GraphicsProtocol:
    if not answers.fenced:
        return "blocks"
    if tmux:
        # The picture hangs on a cell by a relative placement; tmux's own sixel loses pictures under text.
        return "kitty" if answers.passthrough and kitty and answers.relative else "blocks"
    if kitty:
        return "kitty"
    if answers.cursor is not None and answers.cursor > 5:
        return "iterm2"
    return "sixel" if _has_sixel(answers) else "blocks"


def _has_sixel(answers: Answers) -> bool:
    # The first number is the terminal's class, the rest what it can do.
    return answers.attributes is not None and 4 in answers.attributes[1:]


def _registers(answers: Answers) -> int:
    """A VT340 has 16; terminals of today that do not tell have 256."""
    return answers.registers or (256 if _has_sixel(answers) else 0)


def _cell(answers: Answers, size: WindowSize, *, tmux: bool) -> tuple[float, float]:
    """The text area by the grid, as cells may be a fraction of a pixel off what the terminal calls a cell."""
    told = answers.cell if answers.cell and min(answers.cell) > 0 else None
    if tmux:
        # Its own idea of pixels is made up.
        return (float(told[0]), float(told[1])) if told else (10.0, 20.0)
    columns, rows = answers.grid or (size.columns, size.rows)
    for width, height in filter(None, (answers.area, (size.width, size.height))):
        if width and height and columns and rows:
            measured = width / columns, height / rows
            if told is None or _near(measured, told):
                return measured
    return (float(told[0]), float(told[1])) if told else (10.0, 20.0)


def _near(measured: tuple[float, float], told: tuple[int, int]) -> bool:
    """Rounding, and no border or scroll bar counted in."""
    return all(abs(a - b) <= 1 and 2 <= a <= 200 for a, b in zip(measured, told, strict=True))


def _truecolor(answers: Answers, env: Mapping[str, str], name: str, *, tmux: bool) -> bool:
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return True
    # Of the terminal outside tmux it says nothing about what tmux makes of the colours.
    return not tmux and (
        answers.truecolor or name.lower().startswith(tuple(map(str.lower, _TRUECOLOR_NAMES)))
    )
