"""Byte sequences for pictures, as pure functions to str. Cells are counted from 0 here, from 1 on the wire.

Kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/. OSC 1337: https://iterm2.com/documentation-images.html.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

ST = "\x1b\\"
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

Z_GROUND = -1_300_000_000
Z_PICTURE = -1_200_000_000
Z_AREA = -1_150_000_000
Z_EDGE = -1_100_000_000
Z_HANDLE = -1_090_000_000
"""All below -1,073,741,824: the pictures lie under the background of cells; only default-coloured cells show them."""
_CHUNK = 4096


def cursor(column: int, row: int) -> str:
    """Moves the cursor to a cell of the screen, both counted from 0."""
    return f"\x1b[{row + 1};{column + 1}H"


def synchronized(data: str) -> str:
    """The terminal shows all of it at once (DEC mode 2026)."""
    return f"{SYNC_START}{data}{SYNC_END}"


def through_tmux(data: str) -> str:
    """For the terminal around tmux (`allow-passthrough on`); one escape sequence at a time."""
    return "\x1bPtmux;" + data.replace("\x1b", "\x1b\x1b") + ST


def fence(number: int) -> str:
    """A kitty query that stores nothing; answered by `ESC _ G i=<number>;OK ST` after everything before."""
    return f"\x1b_Gi={number},s=1,v=1,a=q,f=24;AAAA{ST}"


def upload(image: int, png: bytes, max_chars: int = _CHUNK) -> tuple[str, ...]:
    """Chunks, of at most `max_chars` characters, that store a PNG under an id: nothing else of graphics may stand
    between them. Errors are answered."""
    size = min(max_chars, _CHUNK) // 4 * 4
    text = base64.b64encode(png).decode()
    chunks = [text[at : at + size] for at in range(0, len(text), size)] or [""]
    head = f"\x1b_Ga=t,f=100,i={image},q=1"
    if len(chunks) == 1:
        return (f"{head};{chunks[0]}{ST}",)
    middle = (f"\x1b_Gm=1;{chunk}{ST}" for chunk in chunks[1:-1])
    return (f"{head},m=1;{chunks[0]}{ST}", *middle, f"\x1b_Gm=0;{chunks[-1]}{ST}")


def is_transfer(text: str) -> bool:
    """Whether it holds a part of an upload, or its end; through tmux too."""
    return "_Ga=t," in text or "_Gm=" in text


ABANDON = f"\x1b_Gm=0,q=2;AAAA{ST}"
"""Ends an upload that will not be finished; the terminal discards it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how a stored image lies. `cell`: column, row on the screen. `offset`: pixels inside that cell.
    `source`: x, y, width, height in pixels of the image, None: all. `cells`: scaled to so many columns and
    rows, None: pixel by pixel."""

    cell: tuple[int, int]
    z: int
    offset: tuple[int, int] = (0, 0)
    source: tuple[int, int, int, int] | None = None
    cells: tuple[int, int] | None = None


def place(image: int, number: int, at: Placement) -> str:
    """Puts a stored image on the screen; with the same two numbers again, moves it. Only errors are answered."""
    return cursor(*at.cell) + f"\x1b_Ga=p,i={image},p={number}{_where(at)},z={at.z},C=1,q=1{ST}"


def cover(image: int, at: Placement) -> str:
    """Puts a stored image in the place of cells, where the terminal knows no order of pictures and no numbers of
    placements. Only errors are answered."""
    return cursor(*at.cell) + f"\x1b_Ga=p,i={image}{_where(at)},C=1,q=1{ST}"


def hold(image: int, cell: tuple[int, int]) -> str:
    """One pixel of a stored image behind the text of a cell. Only errors are answered."""
    return cursor(*cell) + f"\x1b_Ga=p,i={image},w=1,h=1,z=-1,C=1,q=1{ST}"


def clear(box: tuple[int, int, int, int]) -> str:
    """A transparent pixel in the place of the pictures in these cells: column, row, columns, rows."""
    return cursor(*box[:2]) + f"\x1b_Ga=T,f=32,s=1,v=1,c={box[2]},r={box[3]},C=1,q=2;AAAAAA=={ST}"


def place_beside(image: int, number: int, at: Placement, anchor: int, anchor_cell: tuple[int, int]) -> str:
    """The same relative to a placed one-cell image, whose cell is `anchor_cell`."""
    right, down = at.cell[0] - anchor_cell[0], at.cell[1] - anchor_cell[1]
    relative = f",P={anchor},Q=1,H={right},V={down}"
    return f"\x1b_Ga=p,i={image},p={number}{relative}{_where(at)},z={at.z},q=1{ST}"


def _where(at: Placement) -> str:
    text = ""
    if at.offset[0]:
        text += f",X={at.offset[0]}"
    if at.offset[1]:
        text += f",Y={at.offset[1]}"
    if at.source is not None:
        x, y, width, height = at.source
        text += (f",x={x}" if x else "") + (f",y={y}" if y else "") + f",w={width},h={height}"
    if at.cells is not None:
        text += f",c={at.cells[0]},r={at.cells[1]}"
    return text


def unplace(image: int, number: int) -> str:
    """Takes a placement away; the data stay."""
    return f"\x1b_Ga=d,d=i,i={image},p={number},q=2{ST}"


def unplace_level(z: int) -> str:
    """Takes all placements of one `z` away; the data stay."""
    return f"\x1b_Ga=d,d=z,z={z},q=2{ST}"


def free(image: int) -> str:
    """Takes the data and all placements of an image away."""
    return f"\x1b_Ga=d,d=I,i={image},q=2{ST}"


def anchor(image: int) -> tuple[str, ...]:
    """A transparent pixel that a placeholder cell in the colour `image` (1 to 255) shows."""
    return (*upload(image, _png(Image.new("LA", (1, 1)))), f"\x1b_Ga=p,U=1,i={image},p=1,c=1,r=1,q=2{ST}")


ANCHOR_CELL = "\U0010eeee\u0305\u0305"


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (1, 1)) -> bytes:
    """A PNG of one colour, RGB, of `size` pixels."""
    return _png(Image.new("RGB", size, colour))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
