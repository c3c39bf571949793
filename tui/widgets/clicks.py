"""What a click on a row of text means: whatever is shown as a key is pressed, and a row that begins with the number of a
shape is that shape. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import cell_len

from tui.keymap import CHARACTERS
from tui.widgets.legend import ARROWS, KEY_NAMES, LETTERS, MODIFIER_SIGNS
from tui.widgets.rows import CHIP, NUMBER, Row


@dataclass(frozen=True, slots=True)
class ClickedKey:
    """A key, in Textual's names, with what it types, None where that is nothing."""

    key: str
    character: str | None


@dataclass(frozen=True, slots=True)
class ClickedShape:
    """The number of a shape, counted from 1."""

    number: int


_SIGN = re.compile(f"([{re.escape(''.join(MODIFIER_SIGNS))}]*)(.+)")
Click = ClickedKey | ClickedShape


def click_on(row: Row, x: int) -> Click | None:
    """What the cell `x` of a row stands for: a key, or the words behind it."""
    chip, inside, at = "", 0, 0
    for text, role in row:
        if role == CHIP:
            chip, inside = text, x - at
        at += cell_len(text)
        if x < at:
            break
    else:
        return None
    if chip:
        return _key_in(chip, inside)
    number = row[0][0].strip() if row[0][1] == NUMBER else ""
    return ClickedShape(int(number)) if number.isdecimal() else None


def _key_in(chip: str, x: int) -> ClickedKey | None:
    """The key of a chip at a cell; behind it the first one. A run of keys is none of them."""
    at = x if 0 <= x < len(chip) and chip[x] != " " else len(chip) - len(chip.lstrip())
    start = chip.rfind(" ", 0, at) + 1
    sign = chip[start:].split(" ", 1)[0]
    arrows = [place for place, character in enumerate(sign) if character in ARROWS]
    if len(arrows) > 1:
        place = max(at - start, arrows[0])
        sign = sign[: arrows[0]] + sign[place]
    return _key_of(sign)


def _key_of(sign: str) -> ClickedKey | None:
    """The way back from `key_sign`."""
    found = _SIGN.fullmatch(sign)
    if found is None or sign == LETTERS or (len(sign) > 1 and "–" in sign):
        return None
    modifiers = [MODIFIER_SIGNS[before] for before in found[1]]
    key = KEY_NAMES.get(found[2], found[2])
    typed = CHARACTERS.get(key, key if len(key) == 1 else None)
    return ClickedKey("+".join([*modifiers, key]), None if modifiers else typed)
