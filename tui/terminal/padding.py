"""Padding: bytes that a terminal takes and shows nothing of, to measure the line with."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Mapping

from tui.terminal.answers import passed

_PIECE = 2_000
_DRAWN = 64_000
"""Bytes drawn by chance; a longer padding goes through them again, which no compression of an ssh line notices."""
_NO_STRINGS = ("linux", "dumb", "vt52", "vt100", "vt102", "ansi")
"""Terminals by TERM that print what stands in an operating system command."""


def is_invisible(env: Mapping[str, str]) -> bool:
    """Whether padding is not seen in this terminal."""
    return env.get("TERM", "") not in _NO_STRINGS


def padding(size: int, *, tmux: bool = False) -> str:
    """About `size` bytes, none for 0: operating system commands with a number that nobody uses; random, so that
    compression does not help. `tmux`: for the terminal around it."""
    drawn = b64encode(random.Random(size).randbytes(min(size, _DRAWN))).decode()
    pieces = []
    for at in range(0, size, _PIECE):
        start = at % _DRAWN
        piece = f"\x1b]5555;{drawn[start : start + min(_PIECE, size - at)]}\x07"
        pieces.append(passed(piece) if tmux else piece)
    return "".join(pieces)
