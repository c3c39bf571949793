"""The toolkit's strips as cells with what a terminal is to be told of each."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from tui.terminal.sgr import PLAIN, Codes
from tui.terminal.shadow_screen import Cell


def cells_of(strip: Strip, colours: ColorSystem | None) -> list[Cell]:
    """`colours`: of the terminal, None: none."""
    found: list[Cell] = []
    for text, style, control in strip:
        if control:
            continue
        codes = _codes(style, colours) if style is not None and colours is not None else PLAIN
        if text.isascii():
            found += [(character, codes) for character in text]
            continue
        for character in text:
            width = cell_len(character)
            if width == 0 and found:
                found[-1] = (found[-1][0] + character, found[-1][1])
            else:
                found += [(character, codes), ("", codes)][:width]
    return found


@lru_cache(maxsize=4096)
def _codes(style: Style, colours: ColorSystem) -> Codes:
    """SGR parameters: attributes, foreground, background."""
    attributes = ";".join(code for flag, code in _ATTRIBUTES.items() if getattr(style, flag))
    fore = style.color.downgrade(colours).get_ansi_codes() if style.color is not None else ()
    back = style.bgcolor.downgrade(colours).get_ansi_codes(False) if style.bgcolor is not None else ()
    return attributes, ";".join(fore), ";".join(back)


_ATTRIBUTES = {"bold": "1", "dim": "2", "italic": "3", "underline": "4", "reverse": "7", "strike": "9"}
