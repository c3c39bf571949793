"""Pictures by iTerm2's inline image protocol (OSC 1337), as WezTerm, VS Code, Konsole and mlterm have it too.

One picture is one string that nothing can interrupt, so pictures go as strips, each a file of its own.
"""

from __future__ import annotations

from base64 import b64encode


def strip(data: bytes, at: tuple[int, int], columns: int, rows: int) -> bytes:
    """A JPEG or PNG file scaled onto `columns` x `rows` cells; what lay there is replaced.

    `at`: column and line of its top left cell on the screen, from 0. The cursor ends where the terminal likes:
    whatever follows must begin with an absolute move.
    """
    head = (
        f"\x1b[{at[1] + 1};{at[0] + 1}H\x1b]1337;File=inline=1;size={len(data)};"
        f"width={columns};height={rows};preserveAspectRatio=0:"
    )
    return head.encode() + b64encode(data) + b"\x07"
