"""Words and numbers on their way to a terminal. Of text from outside what could move a cursor or turn text round is
shown; counts agree with their nouns; shares are never rounded to all or to nothing."""

from __future__ import annotations

_BIDI = {
    0x061C: "⟦ALM⟧",
    0x200E: "⟦LRM⟧",
    0x200F: "⟦RLM⟧",
    0x202A: "⟦LRE⟧",
    0x202B: "⟦RLE⟧",
    0x202C: "⟦PDF⟧",
    0x202D: "⟦LRO⟧",
    0x202E: "⟦RLO⟧",
    0x2066: "⟦LRI⟧",
    0x2067: "⟦RLI⟧",
    0x2068: "⟦FSI⟧",
    0x2069: "⟦PDI⟧",
}
# Control pictures stand at U+2400 + code; C1 controls have none.
_SHOWN: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **{code: f"⟦{code:02X}⟧" for code in range(0x80, 0xA0)},
    **_BIDI,
    0x2028: "␤",
    0x2029: "␤",
    0xFEFF: "⟦BOM⟧",
}


def printable(text: str) -> str:
    """`text` safe to print on one line: control and bidirectional-override characters become visible
    signs (ESC is `␛`), bytes that are not UTF-8 become `\\xNN`."""
    if text.isprintable() and text.isascii():
        return text
    safe = text.translate(_SHOWN)
    return "".join(_surrogate(c) if 0xD800 <= ord(c) <= 0xDFFF else c for c in safe)


def printable_lines(text: str) -> str:
    """The same for a text of several lines: line breaks stay, a tab becomes four spaces."""
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))


def _surrogate(character: str) -> str:
    code = ord(character)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 shape`, `1,203 shapes`. `many`: where that is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def percent(part: float, whole: float = 1, digits: int = 1) -> str:
    """A share in percent, without the sign: `83.6`. Only all of it is `100` and only nothing is `0`: 99.97 % is `99.9`,
    0.01 % is `< 0.1`."""
    if part in (0, whole):
        return "100" if part else "0"
    least = 10**-digits
    share = 100 * part / whole
    if share < least:
        return f"< {least:.{digits}f}"
    return f"{min(share, 100 - least):.{digits}f}"
