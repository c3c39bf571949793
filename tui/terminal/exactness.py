"""Whether pictures can be exact in a terminal, and why not."""

from __future__ import annotations

from tui.terminal.caps import TerminalCaps


def inexactness(caps: TerminalCaps, *, wanted: bool = True) -> str:
    """Why a picture at rest is not all that its file holds; '' where no difference can be seen. `wanted`: the person's
    setting `exact`."""
    if reason := caps.graphics.inexact(caps.registers, caps.truecolor):
        return reason
    return "" if wanted else "your settings say exact = false"
