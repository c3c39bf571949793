"""Strips of coloured cells that send as few bytes as they can: a colour is set only where it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.display.stage import Stage
from tui.display.tags import tag_style
from tui.terminal.blocks import DIRECT, EMPTY, Run
from tui.terminal.wire import ANCHOR_CELL


class DenseStrip(Strip):
    """A strip whose segments carry colours of a pixel picture, and here and there a tag.

    Textual ends each segment with a reset and sets both colours anew; two half-blocks to a cell make that three
    times the bytes. Of Textual's inside `_render_cache` is used, of Rich's `Style._attributes`; `test_pins.py` has both.
    """

    def render(self, console: Console) -> str:
        if self._render_cache is None:
            self._render_cache = _minimal(self)
        return self._render_cache

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        return [_dense(strip) for strip in super().divide(cuts)]

    def crop(self, start: int, end: int | None = None) -> Strip:
        return _dense(super().crop(start, end))


def _dense(strip: Strip) -> Strip:
    return strip if isinstance(strip, DenseStrip) else DenseStrip(strip, strip.cell_length)


def _minimal(segments: Iterable[Segment]) -> str:
    out: list[str] = []
    last, plain = ("", ""), True
    for text, style, _ in segments:
        if style is None or style._attributes:
            # A tag, or nothing: from a clean slate.
            out.append(_alone(text, style, plain))
            last, plain = ("", ""), True
            continue
        wish = _codes(style)
        new = [code for code, old in zip(wish, last, strict=True) if code and code != old]
        # Blanks need no foreground.
        if new:
            out.append(f"\x1b[{';'.join(new)}m")
            plain = False
        last = (wish[0] or last[0], wish[1] or last[1])
        out.append(text)
    return "".join(out) + ("" if plain else "\x1b[0m")


def _alone(text: str, style: Style | None, plain: bool) -> str:
    """A text with all that it needs. `plain`: no colours are set."""
    if style is None:
        return text if plain else f"\x1b[0m{text}"
    return f"\x1b[0m{_full(style)}{text}\x1b[0m"


@lru_cache(maxsize=65536)
def _codes(style: Style) -> tuple[str, str]:
    fore, back = style.color, style.bgcolor
    return (
        ";".join(fore.get_ansi_codes()) if fore is not None else "",
        ";".join(back.get_ansi_codes(False)) if back is not None else "",
    )


def _full(style: Style) -> str:
    parts = [code for code in _codes(style) if code]
    if style.bold:
        parts.append("1")
    if style.reverse:
        parts.append("7")
    return f"\x1b[{';'.join(parts)}m"


@lru_cache(maxsize=65536)
def _style(fore: int, back: int) -> Style:
    return Style(color=_colour(fore), bgcolor=_colour(back) or _DEFAULT)


_DEFAULT = Color.default()


def _colour(colour: int) -> Color | None:
    if colour < 0:
        return None
    if colour >= DIRECT:
        return Color.from_rgb(colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    return Color.from_ansi(colour)


def pixel_segments(runs: Iterable[Run], ground: int = EMPTY) -> list[Segment]:
    """Runs of half-blocks as segments of text in their colours. `ground`: the colour of what is EMPTY."""
    return [Segment(text, _style(fore, ground if back == EMPTY else back)) for text, fore, back in runs]


def _blanks(width: int, colour: int) -> Segment:
    """`colour`: of the background; EMPTY: the terminal's own."""
    return Segment(" " * width, _style(EMPTY, colour) if colour != EMPTY else None)


_REVERSE = Style(reverse=True)


def canvas_strip(stage: Stage, y: int, width: int, *, known: bool, plain: bool = False) -> Strip:
    """Row `y` of a canvas of `width` cells, of the ground where no picture is. Cells over pictures have no background, as
    these shine through. `known`: the stage has this size; before that nothing of it is shown. `plain`: words over the
    picture have no colours."""
    ground = stage.ground
    room = min(stage.size[0], width) if known else width
    runs = stage.row(y) if known else []
    bare = EMPTY if stage.under_cells else ground.cell
    beside = ground.beside if stage.holds_beside else ground.cell
    segments = pixel_segments(runs, bare) if runs else [_blanks(room, bare)]
    if width > room:
        segments.append(_blanks(width - room, beside))
    strip: Strip = DenseStrip(segments, width)
    if y == 0 and stage.anchor is not None:
        anchor = Segment(ANCHOR_CELL, Style(color=Color.from_ansi(stage.anchor)))
        strip = DenseStrip([anchor, *strip.crop(1, width)], width)
    for tag in stage.tag_layer.tags if known else ():
        if tag.row == y:
            middle = Strip([Segment(tag.text, _REVERSE if plain else tag_style(tag))])
            parts = (strip.crop(0, tag.column), middle, strip.crop(tag.end, width))
            strip = DenseStrip([segment for part in parts for segment in part], width)
    return strip
