"""What stands behind transparent pixels: two calm greys in squares that are fixed to the screen."""

from __future__ import annotations

from PIL import Image

DARK, LIGHT = (104, 104, 104), (144, 144, 144)
THUMBNAIL_SQUARE = (8, 8)


def square_for(cell: tuple[float, float]) -> tuple[int, int]:
    """Width and height in pixels of one square on a canvas with such cells: two cells across, one down, so that half-blocks
    show whole ones."""
    return max(1, round(cell[0] * 2)), max(1, round(cell[1]))


def on_checkerboard(
    image: Image.Image, square: tuple[int, int], origin: tuple[int, int] = (0, 0)
) -> Image.Image:
    """RGB. `origin`: the place of the picture's first pixel on the canvas, where the squares begin at (0, 0): the same
    pixel of the screen has the same grey, whatever is moved or scaled. Pictures without transparency come back as they are."""
    if "A" not in image.getbands():
        return image if image.mode == "RGB" else image.convert("RGB")
    ground = checkerboard(image.size, square, origin)
    rgba = image if image.mode == "RGBA" else image.convert("RGBA")
    ground.paste(rgba.convert("RGB"), mask=rgba.getchannel("A"))
    return ground


def checkerboard(
    size: tuple[int, int], square: tuple[int, int], origin: tuple[int, int] = (0, 0)
) -> Image.Image:
    """The ground alone, in RGB."""
    (width, height), (across, down) = size, square
    left, top = origin[0] % (2 * across), origin[1] % (2 * down)
    tile = Image.new("RGB", (2 * across, 2 * down), LIGHT)
    tile.paste(DARK, (0, 0, across, down))
    tile.paste(DARK, (across, down, 2 * across, 2 * down))
    # Doubled rather than pasted one by one: a screen has thousands of squares.
    ground = Image.new("RGB", (width + left, height + top))
    ground.paste(tile, (0, 0))
    _double(ground, tile.width, along=0)
    _double(ground, tile.height, along=1)
    return ground.crop((left, top, left + width, top + height))


def _double(image: Image.Image, filled: int, along: int) -> None:
    """Repeats the first `filled` pixels of an axis (0: across, 1: down) to its end."""
    while filled < image.size[along]:
        box = (filled, image.height) if along == 0 else (image.width, filled)
        image.paste(image.crop((0, 0, *box)), (filled, 0) if along == 0 else (0, filled))
        filled *= 2
