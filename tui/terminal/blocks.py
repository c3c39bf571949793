"""Half-blocks: two pixels to a cell, one above the other, for terminals that show no pictures.

A picture of 2 x rows by columns pixels becomes `Cells`; these become runs of equally coloured text, for a
widget's strips or for writing straight to the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

EMPTY = -1
"""Not a colour: the ground on which pictures lie."""
DIRECT = 1 << 24
"""In every 24-bit colour, so that it is told from the 256 of the palette and both may stand in one picture."""
_UNSET = -2

_UPPER, _LOWER = "▀", "▄"
_LEVELS = np.array([0, 95, 135, 175, 215, 255], dtype=np.int32)
_NEAREST_LEVEL = np.abs(np.arange(256)[:, None] - _LEVELS[None, :]).argmin(axis=1).astype(np.int32)
_FIRST = 16
"""Of the 256 colours those before it are the person's own, which may be anything."""
_CUBE = np.array([(r, g, b) for r in _LEVELS for g in _LEVELS for b in _LEVELS], dtype=np.uint8)
_FIXED = np.concatenate([_CUBE, np.repeat(np.arange(8, 239, 10, dtype=np.uint8)[:, None], 3, axis=1)])
_SOFTLY = 0.4
_GREYS = np.flatnonzero((_FIXED[:, :1] == _FIXED).all(axis=1))

Run = tuple[str, int, int]
"""Text, foreground, background. Colours are DIRECT | 0xRRGGBB or members of the 256-colour palette; `EMPTY` is no
foreground (there are only spaces) or the ground."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """`top`, `bottom`: (rows, columns), colours of the upper and the lower half of each cell: DIRECT | 0xRRGGBB, 16 to
    255 of the 256-colour palette, or EMPTY."""

    top: NDArray[np.int32]
    bottom: NDArray[np.int32]

    @classmethod
    def empty(cls, size: tuple[int, int]) -> Cells:
        """Nothing in `size` (columns, rows) cells."""
        shape = (size[1], size[0])
        return cls(np.full(shape, EMPTY, np.int32), np.full(shape, EMPTY, np.int32))

    def take_row(
        self, y: int, other: Cells, first: int = 0, end: int | None = None
    ) -> tuple[int, int] | None:
        """Make the cells `first` to `end` (exclusive) of a row those of `other`; gives the first that differed and the one
        behind the last."""
        end = self.columns if end is None else end
        differing = _changed(other, self, y, first, end)
        if not differing:
            return None
        for mine, others in ((self.top, other.top), (self.bottom, other.bottom)):
            mine[y, first:end] = others[y, first:end]
        return differing[0], differing[-1] + 1

    def part(self, box: tuple[int, int, int, int]) -> Cells:
        """Those of a box: column, row, columns, rows."""
        x, y, columns, rows = box
        return Cells(self.top[y : y + rows, x : x + columns], self.bottom[y : y + rows, x : x + columns])

    @property
    def rows(self) -> int:
        """How many rows of cells."""
        return int(self.top.shape[0])

    @property
    def columns(self) -> int:
        """How many columns of cells."""
        return int(self.top.shape[1])


def cells_of(image: Image.Image, truecolor: bool, *, softly: bool = False) -> Cells:
    """Cells from an RGB or RGBA image of an even height, dithered where there are only 256 colours, or `softly`, which
    takes a fifth fewer bytes and leaves some of what they are off; pixels less than half opaque are EMPTY."""
    pixels = np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"))
    colours = direct(pixels) if truecolor else _dithered(pixels, _SOFTLY if softly else 1.0)
    if pixels.shape[2] == 4:
        colours = np.where(pixels[..., 3] < 128, np.int32(EMPTY), colours)
    return Cells(colours[0::2], colours[1::2])


def cells_over(cells: Cells, before: Image.Image, after: Image.Image, truecolor: bool) -> Cells:
    """The `cells` of an image `before` (RGB or RGBA), something being drawn over it: pixels that this leaves as they
    were keep their colours, which choosing anew would change all over the picture."""
    old, new = np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA"))
    drawn = direct(new) if truecolor else palette_of(new[..., :3].astype(np.int32))
    colours = np.where(new[..., 3] < 128, np.int32(EMPTY), drawn)
    same = (old == new).all(axis=-1)
    return Cells(
        np.where(same[0::2], cells.top, colours[0::2]), np.where(same[1::2], cells.bottom, colours[1::2])
    )


def direct(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """DIRECT | 0xRRGGBB of (..., 3) or (..., 4)."""
    rgb = pixels[..., :3].astype(np.int32)
    colours: NDArray[np.int32] = DIRECT | rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
    return colours


def _dithered(pixels: NDArray[np.uint8], share: float) -> NDArray[np.int32]:
    """Members of the palette whose errors, or this share of them, even out over the neighbourhood; of a grey picture
    greys alone."""
    rgb = np.ascontiguousarray(pixels[..., :3])
    if share < 1:
        near = _FIXED[palette_of(rgb.astype(np.int32)) - _FIRST].astype(np.float32)
        rgb = np.round(near + share * (rgb - near)).astype(np.uint8)
    grey = bool((pixels[..., :3] == pixels[..., :1]).all())
    members = _GREYS if grey else np.arange(len(_FIXED))
    palette = Image.new("P", (1, 1))
    palette.putpalette(_FIXED[members].tobytes())
    found = Image.fromarray(rgb).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    colours: NDArray[np.int32] = (members[np.asarray(found)] + _FIRST).astype(np.int32)
    return colours


def palette_of(rgb: NDArray[np.int32]) -> NDArray[np.int32]:
    """The nearest colour of the 6x6x6 cube and the 24 greys, for an array of (..., 3) from 0 to 255."""
    cube = _NEAREST_LEVEL[rgb]
    cube_error = ((_LEVELS[cube] - rgb) ** 2).sum(axis=-1)
    # The nearest grey of a colour is the one nearest to its mean.
    grey = np.clip((rgb.sum(axis=-1) - 9) // 30, 0, 23)
    grey_error = ((8 + 10 * grey[..., None] - rgb) ** 2).sum(axis=-1)
    index = 16 + 36 * cube[..., 0] + 6 * cube[..., 1] + cube[..., 2]
    nearest: NDArray[np.int32] = np.where(grey_error < cube_error, 232 + grey, index).astype(np.int32)
    return nearest


def runs(cells: Cells, row: int, first: int = 0, last: int | None = None) -> list[Run]:
    """The cells `first` to `last` (exclusive) of a row as few runs; the text of a run is one character a cell."""
    found: list[Run] = []
    text = ""
    fore, back = _UNSET, _UNSET
    for top, bottom in zip(*_halves(cells, row, first, last), strict=True):
        mark, new_fore, new_back = _drawn(top, bottom, fore, back)
        if (new_fore, new_back) != (fore, back) and text:
            found.append((text, max(fore, EMPTY), back))
            text = ""
        text += mark
        fore, back = new_fore, new_back
    if text:
        found.append((text, max(fore, EMPTY), back))
    return found


def row_bytes(
    cells: Cells,
    row: int,
    at: tuple[int, int],
    before: Cells | None = None,
    span: tuple[int, int] | None = None,
    ground: int = EMPTY,
) -> bytes:
    """One row for the terminal, or of it the cells from the first of `span` to before the second; with `before`, only the
    cells that differ from it; b"" when none do.

    `at`: column and line of the cells' top left corner on the screen, from 0. The text is complete in itself: it
    begins with an absolute move and ends with a reset of the colours. `ground`: the colour of what is EMPTY; EMPTY: the
    terminal's own background.
    """
    first, end = span or (0, cells.columns)
    columns = range(first, end) if before is None else _changed(cells, before, row, first, end)
    if not columns:
        return b""
    tops, bottoms = _halves(cells, row, 0, None)
    out = [f"\x1b[{at[1] + row + 1};{at[0] + columns[0] + 1}H"]
    fore, back, expected = _UNSET, _UNSET, columns[0]
    for column in columns:
        if column != expected:
            out.append(f"\x1b[{column - expected}C" if column - expected > 1 else "\x1b[C")
        mark, new_fore, new_back = _drawn(tops[column], bottoms[column], fore, back)
        if new_fore != fore or new_back != back:
            parts = [_sgr(38, new_fore)] if new_fore != fore else []
            if new_back != back:
                parts.append(background(ground if new_back == EMPTY else new_back))
            out.append(f"\x1b[{';'.join(parts)}m")
            fore, back = new_fore, new_back
        out.append(mark)
        expected = column + 1
    out.append("\x1b[0m")
    return "".join(out).encode()


def _drawn(top: int, bottom: int, fore: int, back: int) -> tuple[str, int, int]:
    """The character for a cell and the colours it needs, of all ways to draw it the one that changes the
    fewest of the colours now set."""
    if top == bottom:
        # Not a full block in the colour that is set: as a letter of a font it leaves lines of the background.
        return " ", fore, top
    upper_kept = (fore == top) + (back == bottom)
    lower_kept = (fore == bottom) + (back == top)
    if top == EMPTY or (bottom != EMPTY and lower_kept > upper_kept):
        return _LOWER, bottom, top
    return _UPPER, top, bottom


def _halves(cells: Cells, row: int, first: int, last: int | None) -> tuple[list[int], list[int]]:
    # Plain lists: reading single members of an array is slow.
    return cells.top[row, first:last].tolist(), cells.bottom[row, first:last].tolist()


def _changed(cells: Cells, before: Cells, row: int, first: int, end: int) -> list[int]:
    if cells.top.shape != before.top.shape:
        return list(range(first, end))
    part = slice(first, end)
    differs = (cells.top[row, part] != before.top[row, part]) | (
        cells.bottom[row, part] != before.bottom[row, part]
    )
    found: list[int] = (first + np.flatnonzero(differs)).tolist()
    return found


def background(colour: int) -> str:
    """Parameters of SGR for the background; EMPTY: the terminal's own."""
    return _sgr(48, colour)


def _sgr(layer: int, colour: int) -> str:
    if colour < 0:
        return str(layer + 1)
    if colour >= DIRECT:
        return f"{layer};2;{colour >> 16 & 255};{colour >> 8 & 255};{colour & 255}"
    return f"{layer};5;{colour}"
