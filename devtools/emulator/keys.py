"""What a terminal sends for a key."""

from __future__ import annotations

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "space": " ",
    "esc": "\x1b",
    "escape": "\x1b",
    "backspace": "\x7f",
    "comma": ",",
    "colon": ":",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "shift+tab": "\x1b[Z",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D",
    "ctrl+right": "\x1b[1;5C",
    "ctrl+left": "\x1b[1;5D",
    "focus": "\x1b[I",
    "blur": "\x1b[O",
}
"""By name; `focus` and `blur` are what mode 1004 reports."""


def key_text(name: str) -> str:
    """A named key, `ctrl+` and a letter, `text=` and what is typed, or characters as they are."""
    if name.startswith("ctrl+") and len(name) == 6:
        return chr(ord(name[5].upper()) & 0x1F)
    return name[5:] if name.startswith("text=") else KEYS.get(name, name)
