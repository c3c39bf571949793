"""How a protocol whose pictures belong to cells writes them: iTerm2's inline files, and sixels."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from tui.display.ground import Ground
from tui.imaging.encode import jpeg, jpeg_like
from tui.imaging.exact_strips import png_exact
from tui.imaging.ladder import LOSSLESS, SentEncoding
from tui.imaging.png import SIGNATURE as PNG_SIGNATURE
from tui.imaging.viewport import CellBox
from tui.terminal import iterm2, sixel, wire

_NEAR = 80
"""Of a patch of a picture that is exact, with all its chroma."""


class StripFormat(Protocol):
    """`aside`: encoding takes so long that all of it is done aside (see `WorkerPool.ask`)."""

    @property
    def encoding(self) -> SentEncoding:
        """How strips are encoded, as the steps of a ladder name it."""

    @property
    def aside(self) -> bool:
        """Whether encoding is done aside."""

    def strip(self, data: bytes, box: CellBox) -> str:
        """What puts an encoded strip on these cells of the screen."""

    def blank(self, box: CellBox, attached: bool, ground: Ground) -> str:
        """What wipes these cells of the screen. `attached`: pictures stay under text. `ground`: what is seen there then."""

    def shown(self, data: bytes, size: tuple[int, int]) -> Image.Image | None:
        """The pixels (RGB, not to be changed) of an encoded strip of `size` (width, height) as they are seen, to draw
        something over them; None: those it was made of are as near."""

    def encode(self, image: Image.Image, clean: Image.Image, quality: int | None) -> bytes:
        """A small part of a picture, at about the quality of the strips round it. `clean`: the part without what is drawn
        over it."""

    def encode_like(self, image: Image.Image, clean: Image.Image, data: bytes, quality: int | None) -> bytes:
        """A strip in place of another one, of its quality."""

    def patch_box(self, box: CellBox, inside: CellBox, width: float) -> CellBox:
        """The cells that are sent when those of `box` changed. `width`: of a cell, in pixels."""

    def fits(self, end: int, screen_rows: int) -> bool:
        """Whether a strip may end above this row of the screen."""


class JpegStrips:
    """OSC 1337 with JPEG files."""

    encoding: SentEncoding = "jpeg"
    aside = False

    def strip(self, data: bytes, box: CellBox) -> str:
        return iterm2.strip(data, box[:2], box[2], box[3]).decode("ascii")

    def blank(self, box: CellBox, attached: bool, ground: Ground) -> str:
        # There a picture shines through whatever text is painted over it later; another picture hides it.
        return self.strip(wire.flat(ground.colour), box) if attached else ground.erased(box)

    def shown(self, data: bytes, size: tuple[int, int]) -> Image.Image | None:
        return None

    def encode(self, image: Image.Image, clean: Image.Image, quality: int | None) -> bytes:
        if quality is not None and quality != LOSSLESS:
            return jpeg(image, max(quality, 50))
        return min(jpeg(image, _NEAR, full_chroma=True), png_exact(image), key=len)

    def encode_like(self, image: Image.Image, clean: Image.Image, data: bytes, quality: int | None) -> bytes:
        return png_exact(image) if data.startswith(PNG_SIGNATURE) else jpeg_like(image, data)

    def patch_box(self, box: CellBox, inside: CellBox, width: float) -> CellBox:
        return without_seam(box, inside, width)

    def fits(self, end: int, screen_rows: int) -> bool:
        return True


class SixelStrips:
    """Sixels, all strips of a picture with one palette."""

    encoding: SentEncoding = "sixel"
    aside = True

    def strip(self, data: bytes, box: CellBox) -> str:
        return sixel.strip(data, box[:2]).decode("ascii")

    def blank(self, box: CellBox, attached: bool, ground: Ground) -> str:
        return ground.erased(box)

    def shown(self, data: bytes, size: tuple[int, int]) -> Image.Image | None:
        return sixel.pixels(data, size)

    def encode(self, image: Image.Image, clean: Image.Image, quality: int | None) -> bytes:
        # Chosen anew, the colours of the picture beside what is drawn would end in edges.
        return sixel.sixels(sixel.drawn_over(clean, image, quality or 256))

    def encode_like(self, image: Image.Image, clean: Image.Image, data: bytes, quality: int | None) -> bytes:
        return self.encode(image, clean, quality)

    def patch_box(self, box: CellBox, inside: CellBox, width: float) -> CellBox:
        return box

    def fits(self, end: int, screen_rows: int) -> bool:
        """A sixel that ends on the terminal's last row makes most terminals scroll."""
        return end < screen_rows


def without_seam(box: CellBox, inside: CellBox, width: float) -> CellBox:
    """`box`, or where cells are a fraction of a pixel wide (xterm.js drawn by the browser) its rows from a column that
    begins on a whole pixel to the right end of `inside`: where a picture begins or ends between pixels the terminal
    leaves a dark line, which nobody sees at the end."""
    if abs(width - round(width)) < 0.01:
        return box
    left = box[0]
    while left > inside[0] and abs(left * width - round(left * width)) > 0.05:
        left -= 1
    return left, box[1], inside[0] + inside[2] - left, box[3]
