"""Whether pictures can be exact in a terminal, and why not."""

from __future__ import annotations

from tui.terminal.caps import TerminalCaps


def inexactness(caps: TerminalCaps, *, wanted: bool = True) -> str:
    """Why a picture at rest is not all that its file holds; '' where no difference can be seen. `wanted`: the person's
    setting `exact`."""
    if reason := caps.graphics.inexact(caps.registers, caps.truecolor):
        return reason
    if caps.graphics.between_rows and abs(caps.cell[1] - round(caps.cell[1])) >= 0.01:
        return "cells are a fraction of a pixel high here, so that nothing lies pixel by pixel between them"
    return "" if wanted else "your settings say exact = false"


def at_rest(caps: TerminalCaps, *, wanted: bool = True, budget: int | None = None) -> str:
    """What a picture is once a person has stayed at it, as `doctor` and the page about the line say it. `budget`: bytes
    on the wire that a picture may take."""
    if why := inexactness(caps, wanted=wanted):
        return f"no: {why}"
    limit = "" if budget is None else f"; where that takes more than the budget of {budget:,} bytes: no"
    return f"yes, while one stays at a picture: {caps.graphics.at_rest}{limit}"
