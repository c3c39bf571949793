"""What a person sees: the pixels of a screen, from what lies lowest to what lies highest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import groupby

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from devtools.emulator.colours import BACKGROUND, FOREGROUND, Rgb
from devtools.emulator.pictures import Grain, PlacedImage
from devtools.emulator.placeholders import PLACEHOLDER, Piece, piece
from devtools.emulator.screen import Cell, Screen

Box = tuple[float, float, float, float]
_UNDER_BACKGROUNDS = -(1 << 30)
"""Placed pictures below this lie under cells that have a background of their own (kitty's graphics protocol)."""
_QUADRANTS: dict[str, str] = {
    "▖": "0010", "▗": "0001", "▘": "1000", "▙": "1011", "▚": "1001",
    "▛": "1110", "▜": "1101", "▝": "0100", "▞": "0110", "▟": "0111",
}  # fmt: skip
"""Upper left, upper right, lower left and lower right (U+2596 to U+259F)."""
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_FONTS = (
    "DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
)


def _blocks() -> dict[str, tuple[Box, ...]]:
    """Block elements (U+2580 to U+259F) and what each fills: left, top, right, bottom as shares of the cell."""
    whole: Box = (0, 0, 1, 1)
    blocks: dict[str, tuple[Box, ...]] = dict.fromkeys(_SHADES, (whole,))
    blocks |= {
        "▀": ((0, 0, 1, 0.5),),
        "▐": ((0.5, 0, 1, 1),),
        "▔": ((0, 0, 1, 1 / 8),),
        "▕": ((7 / 8, 0, 1, 1),),
    }
    blocks |= {chr(0x2580 + n): ((0, 1 - n / 8, 1, 1),) for n in range(1, 9)}
    blocks |= {chr(0x2590 - n): ((0, 0, n / 8, 1),) for n in range(1, 8)}
    corners: tuple[Box, ...] = ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1))
    for character, bits in _QUADRANTS.items():
        blocks[character] = tuple(corner for corner, bit in zip(corners, bits, strict=True) if bit == "1")
    return blocks


_BLOCKS = _blocks()


def draw(screen: Screen, images: Mapping[int, Image.Image], letters: bool = True) -> Image.Image:
    """The screen's pixels (RGB). `images`: what is stored, by number. Without `letters`, of text only the backgrounds
    and block elements are drawn: these are pictures too."""
    out = Image.new("RGB", screen.size.pixels, BACKGROUND)
    _paste_placed(out, screen, lambda z: z < _UNDER_BACKGROUNDS)
    if screen.attached:
        _paste_layer(out, screen)
    _draw_backgrounds(out, screen)
    _paste_placed(out, screen, lambda z: _UNDER_BACKGROUNDS <= z < 0)
    _draw_text(out, screen, letters)
    _paste_pieces(out, screen, images)
    if not screen.attached:
        _paste_layer(out, screen)
    _paste_placed(out, screen, lambda z: z >= 0)
    return out


def grain(screen: Screen, column: int, row: int) -> Grain | None:
    """Of what is seen in the middle of a cell: a placed picture, what belongs to cells, or half-blocks."""
    width, height = screen.size.cell
    x, y = column * width + width // 2, row * height + height // 2
    placed = [each for each in screen.pictures.shown if each.covers(x, y)]
    if placed:
        return placed[-1].grain
    cell = screen.cells[row][column]
    half_blocks = cell.text[:1] in ("▀", "▄") or cell.back is not None
    return screen.pictures.grains.get((column, row)) or ((width, height / 2) if half_blocks else None)


def _cells(screen: Screen) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with the pixel at its top left."""
    width, height = screen.size.cell
    for y, line in enumerate(screen.cells):
        for x, cell in enumerate(line):
            yield x * width, y * height, cell


def _paste_layer(out: Image.Image, screen: Screen) -> None:
    """The pictures that belong to cells; mostly there is but a part of the screen to be pasted, or nothing."""
    box = screen.pictures.layer.getbbox()
    if box is not None:
        part = screen.pictures.layer.crop(box)
        out.paste(part, box, part)


def _paste_placed(out: Image.Image, screen: Screen, wanted: Callable[[int], bool]) -> None:
    """The placed pictures whose z is wanted, lowest first."""
    for placed in screen.pictures.in_order():
        if wanted(placed.z):
            at = placed.left, placed.top
            image = _scaled(placed)
            if isinstance(image, Image.Image):
                out.paste(image, at, image)
            else:
                out.paste(image, (*at, at[0] + placed.size[0], at[1] + placed.size[1]))


def _scaled(placed: PlacedImage) -> Image.Image | Rgb:
    """Its pixels (RGBA), or the colour that all of them have."""
    image = placed.image.crop(placed.source)
    if placed.is_colour:
        red, green, blue, opaque = np.asarray(image)[0, 0].tolist()
        if opaque == 255:
            return red, green, blue
    return image if image.size == placed.size else image.resize(placed.size, Image.Resampling.BILINEAR)


def _draw_backgrounds(out: Image.Image, screen: Screen) -> None:
    """Cells beside each other that have the same one are filled at once."""
    width, height = screen.size.cell
    for y, line in enumerate(screen.cells):
        start = 0
        for colour, cells in groupby(line, _background):
            end = start + len(list(cells))
            if colour is not None:
                out.paste(colour, (start * width, y * height, end * width, (y + 1) * height))
            start = end


def _background(cell: Cell) -> Rgb | None:
    return None if cell.text[:1] == PLACEHOLDER else cell.back


def _draw_text(out: Image.Image, screen: Screen, letters: bool) -> None:
    width, height = screen.size.cell
    canvas = ImageDraw.Draw(out)
    for x, y, cell in _cells(screen):
        if cell.text == " ":
            continue
        character = cell.text[:1]
        if character in ("", " ", PLACEHOLDER):
            continue
        colour = cell.front or FOREGROUND
        if character in _BLOCKS:
            share = _SHADES.get(character)
            colour = colour if share is None else _mixed(colour, cell.back or BACKGROUND, share)
            for left, top, right, bottom in _BLOCKS[character]:
                start = x + round(left * width), y + round(top * height)
                end = x + round(right * width) - 1, y + round(bottom * height) - 1
                if start[0] <= end[0] and start[1] <= end[1]:
                    canvas.rectangle((start, end), fill=colour)
        elif letters:
            canvas.text((x, y + round(height * 0.02)), character, font=_font(height), fill=colour)


def _mixed(front: Rgb, back: Rgb, share: float) -> Rgb:
    red, green, blue = (round(f * share + b * (1 - share)) for f, b in zip(front, back, strict=True))
    return red, green, blue


@cache
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """For cells of that height in pixels: one with fixed width where there is one."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, round(height * 0.8))
        except OSError:
            continue
    return ImageFont.load_default()


def _paste_pieces(out: Image.Image, screen: Screen, images: Mapping[int, Image.Image]) -> None:
    """What placeholders show."""
    if not screen.pictures.virtual:
        return
    width, height = screen.size.cell
    fitted: dict[int, Image.Image] = {}
    for y, line in enumerate(screen.cells):
        left: Piece | None = None
        for x, cell in enumerate(line):
            left = piece(cell, left)
            if left is None or left.image not in images or left.image not in screen.pictures.virtual:
                continue
            if left.image not in fitted:
                columns, rows = screen.pictures.virtual[left.image]
                fitted[left.image] = _fitted(images[left.image], (columns * width, rows * height))
            at = left.column * width, left.row * height
            part = fitted[left.image].crop((*at, at[0] + width, at[1] + height))
            out.paste(part, (x * width, y * height), part)


def _fitted(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """As large as it goes into the box, in its middle."""
    factor = min(box[0] / image.width, box[1] / image.height)
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    whole = Image.new("RGBA", box)
    scaled = image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)
    whole.paste(scaled, ((box[0] - size[0]) // 2, (box[1] - size[1]) // 2))
    return whole
