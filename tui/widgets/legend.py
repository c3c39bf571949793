"""Keys as people read them, the help page, and the list of commands. Pure rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.keymap import CHARACTERS, few
from tui.widgets.rows import (
    EMPTY,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    Row,
    fit,
    highlighted,
    pad,
    row,
    wrapped,
)

_SIGNS = CHARACTERS | {
    "space": "space", "backspace": "⌫", "enter": "⏎", "escape": "esc", "tab": "⇥", "shift+tab": "⇧⇥",
    "left": "←", "right": "→", "up": "↑", "down": "↓", "delete": "del", "pageup": "pgup",
    "pagedown": "pgdn",
}  # fmt: skip
_MODIFIERS = {"ctrl": "^", "shift": "⇧"}
ARROWS = frozenset("←→↑↓")
KEY_NAMES = {sign: name for name, sign in _SIGNS.items()}
MODIFIER_SIGNS = {sign: name for name, sign in _MODIFIERS.items()}
"""The way back: signs to the toolkit's names."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A command as people read it. `keys` in Textual's names; `sign`: how they are shown together, where each does a part."""

    keys: tuple[str, ...]
    title: str
    help: str = ""
    scope: str = ""
    id: str = ""
    sign: str = ""


LETTERS = "letters"
"""Stands for keys that are many letters, and not all of them from the first to the last."""


def key_sign(key: str) -> str:
    """`ctrl+p` → `^p`, `backspace` → `⌫`."""
    if key in _SIGNS:
        return _SIGNS[key]
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    return "".join(_MODIFIERS.get(m, f"{m}+") for m in modifiers) + _SIGNS.get(last, last)


def help_rows(lines: Sequence[KeyLine], titles: dict[str, str], width: int) -> list[Row]:
    """Every command with its keys, title and line of help, scope by scope."""
    rows: list[Row] = []
    scope = None
    for line in lines:
        if line.scope != scope:
            scope = line.scope
            rows += [*([EMPTY] if rows else []), row((titles.get(scope, scope.capitalize()), TITLE))]
        rows += _help_rows(line, width)
    return rows


def _help_rows(line: KeyLine, width: int) -> list[Row]:
    """Keys, title and help in columns; the help goes on below itself."""
    keys = line.sign or "  ".join(few([key_sign(key) for key in line.keys])) or "–"
    wide, title = (13, 17) if width >= 60 else (9, 14)
    first, *more = wrapped(line.help, max(width - wide - title, 12)) or [""]
    head = row((pad(keys, wide), STRONG), pad(line.title, title), (first, MUTED))
    return [fit(r, width) for r in (head, *(row(" " * (wide + title), (text, MUTED)) for text in more))]


def palette_rows(lines: Sequence[KeyLine], cursor: int, width: int) -> list[Row]:
    """Commands for choosing one with the arrows."""
    if not lines:
        return [row(("no command holds this", MUTED))]
    rows = []
    for n, line in enumerate(lines):
        keys = " ".join(key_sign(key) for key in line.keys[:2])
        sign = ("▸ ", STRONG) if n == cursor else ("  ", PLAIN)
        title = pad(line.title, min(28, max(width // 3, 12)))
        words = row(sign, title, " ", (pad(keys, 8), STRONG), (line.help, MUTED))
        rows.append((highlighted if n == cursor else fit)(words, width))
    return rows
