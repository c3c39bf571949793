"""The toolkit's strips as cells with what a terminal is to be told of each, and what of a painting is not there yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from tui.terminal.sgr import PLAIN, Codes, LeanText
from tui.terminal.shadow_screen import Cell, ShadowScreen

Span = tuple[int, int, int]
"""Cells of the screen: row, first column, column after the last."""


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


class LeanUpdate(ChopsUpdate):
    """Sends `pieces`, text that goes from a cell on, and no more: Textual paints much again that is on the screen, cuts
    spans at their right end only, and takes all colours back after each segment. After the last one none is in force."""

    def __init__(self, pieces: Sequence[tuple[Span, str]], before: str = "") -> None:
        """`before`: what is sent before the text, in one with it."""
        super().__init__([], [span for span, _ in pieces], [])
        self.pieces, self.before = pieces, before

    def render_segments(self, console: Console) -> str:
        return self.before + "".join(
            f"\x1b[{y + 1};{first + 1}H{text}" for (y, first, _), text in self.pieces
        )


def _parts(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and text of what an update paints."""
    return _whole_rows(update) if isinstance(update, LayoutUpdate) else _cut_rows(update)


def _whole_rows(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for whole in line:
            yield y, x, whole
            x += whole.cell_length


def _cut_rows(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                start = max(x, first)
                yield y, start, strip.crop(start - x, min(end, last) - x)


def changed_pieces(
    update: ChopsUpdate | LayoutUpdate, console: Console, shadow: ShadowScreen
) -> list[tuple[Span, str]]:
    """What of an update is not on the screen: the text that goes from a cell on, with the codes that are others than
    those of the piece before; with the last one all are taken back."""
    lean, found = LeanText(), list[tuple[Span, str]]()
    for y, x, strip in _parts(update):
        if type(strip) is not Strip:
            # A strip with a manner of its own keeps it: pictures in half-blocks, over which others may lie.
            shadow.unknown(y, x, strip.cell_length)
            found.append(((y, x, x + strip.cell_length), lean.end() + strip.render(console)))
            continue
        cells = cells_of(strip, console._color_system)
        found += [
            ((y, x + first, x + end), lean.row(cells[first:end]))
            for first, end in shadow.changed(y, x, cells)
        ]
    if found:
        found[-1] = found[-1][0], found[-1][1] + lean.end()
    return found
