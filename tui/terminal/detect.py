"""What a terminal can do, judged by its answers.

Tiers are decided by behaviour: Konsole and xterm.js say OK to kitty graphics too, but place a picture
"relative to a parent that does not exist" without complaint, so they do not know relative placements, nor the
z-order that goes with them. Environment variables do not cross ssh and are used for colours only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tui.terminal.answers import Answers
from tui.terminal.caps import TerminalCaps
from tui.terminal.layers import Surroundings, answering
from tui.terminal.protocols import AUTO, PROTOCOLS, best

_TRUECOLOR_NAMES = ("kitty", "ghostty", "WezTerm", "iTerm2", "foot", "Konsole", "xterm.js", "VTE", "contour")


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
    protocol: str = AUTO,
    cell: tuple[float, float] | None = None,
    round_trip: float | None = None,
    ancestors: Sequence[str] = (),
) -> TerminalCaps:
    """What the terminal can do. `protocol` and `cell` force what they name; a protocol stays forced whatever the
    terminal answers. `ancestors`: the processes that started this one."""
    size = size or WindowSize()
    columns, rows = answers.grid if answers.grid and not size.columns else (size.columns, size.rows)
    tmux = in_tmux(env) or any(name.startswith("tmux") for name in answers.names)
    chosen = PROTOCOLS[protocol] if protocol in PROTOCOLS else best(answers, tmux)
    around = Surroundings(env, ancestors, answers.name)
    known = answers.passthrough if tmux else answers.kitty
    other = answering(around, tmux=tmux, kitty=known) if answers.fenced else ""
    return TerminalCaps(
        protocol=chosen.name,
        cell=cell or _cell(answers, size, tmux=tmux),
        columns=columns,
        rows=rows,
        answers=answers.fenced,
        truecolor=_truecolor(answers, env, tmux=tmux),
        synchronized=answers.has_mode(2026),
        pixel_mouse=answers.has_mode(1016),
        tmux=tmux,
        passthrough=answers.passthrough,
        relative=answers.kitty and bool(answers.relative),
        attached=answers.kitty and not answers.has_layers,
        kitty_keys=answers.kitty_keys,
        in_band_size=answers.has_mode(2048),
        registers=_registers(answers),
        max_sixel_size=answers.max_sixel_size,
        round_trip=None if other else round_trip,
        answered_by=other,
        background=answers.background or (0, 0, 0),
        name=answers.name,
    )


def _registers(answers: Answers) -> int:
    """A VT340 has 16; terminals of today that do not tell have 256."""
    return answers.registers or (256 if answers.has_sixel else 0)


DEFAULT_CELL = (10.0, 20.0)
"""Width and height in pixels where nothing is told."""


def _cell(answers: Answers, size: WindowSize, *, tmux: bool) -> tuple[float, float]:
    """The text area by the grid, as cells may be a fraction of a pixel off what the terminal calls a cell; in tmux what
    it calls one, as tmux makes up its pixels."""
    told = answers.cell if answers.cell and min(answers.cell) > 0 else None
    if not tmux:
        for measured in _measured(answers, size):
            if told is None or _near(measured, told):
                return measured
    return (float(told[0]), float(told[1])) if told else DEFAULT_CELL


def _measured(answers: Answers, size: WindowSize) -> Iterator[tuple[float, float]]:
    """Width and height of a cell in pixels by the text area, as the terminal and as the operating system tell it."""
    columns, rows = answers.grid or (size.columns, size.rows)
    for area in (answers.area, (size.width, size.height)):
        if area is not None and all((*area, columns, rows)):
            yield area[0] / columns, area[1] / rows


def _near(measured: tuple[float, float], told: tuple[int, int]) -> bool:
    """Rounding, and no border or scroll bar counted in."""
    return all(abs(a - b) <= 1 and 2 <= a <= 200 for a, b in zip(measured, told, strict=True))


def _truecolor(answers: Answers, env: Mapping[str, str], *, tmux: bool) -> bool:
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return True
    # Of the terminal outside tmux it says nothing about what tmux makes of the colours.
    return not tmux and (
        answers.truecolor or answers.name.lower().startswith(tuple(map(str.lower, _TRUECOLOR_NAMES)))
    )
