"""The page about the line: what the terminal shows, how exactly, and what comes through, in figures."""

from __future__ import annotations

_ENCODINGS = {"png": "PNG", "jpeg": "JPEG", "sixel": "sixel", "blocks": "half-blocks"}
_NOT_KNOWN = "not known yet"


def rate_text(bits: float | None, unknown: str = _NOT_KNOWN) -> str:
    """`9.8 Mbit/s`."""
    if bits is None:
        return unknown
    for unit, size in (("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bits >= size:
            return f"{bits / size:.3g} {unit}"
    return f"{bits:.0f} bit/s"
