"""How an opened picture is decoded, and what that takes. JPEG 2000 can be had at a half of its size, a quarter and so on, and by
rows: what is made smaller anyhow comes from less, but for exact pictures, which need all pixels as long as there is
memory for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tui.imaging.flatten import in_order
from tui.imaging.jpeg2000 import Codestream, codestream_of
from tui.imaging.memory import TOGETHER, bytes_by_rows, bytes_to_decode, fits
from tui.imaging.openjpeg import BYTES_A_PIXEL, opened_library
from tui.imaging.tones import is_deep


@dataclass(frozen=True, slots=True)
class Wanted:
    """`stored`: the size to be made, as it lies in the file; `turn`: its EXIF orientation. `gap`: how roughly it may be made
    smaller, None: from all pixels. `pixels`: of the whole picture."""

    stored: tuple[int, int]
    turn: int
    gap: float | None
    pixels: int


@dataclass(frozen=True, slots=True)
class Way:
    """`planned`: bytes. `halvings`: how often it is halved. `by_rows`: it is decoded by rows. `word`: what is to be said."""

    planned: int
    halvings: int = 0
    by_rows: bool = False
    word: str = ""


def way_of(image: Image.Image, path: Path, wanted: Wanted, *, rows: bool = True) -> Way:
    """`rows`: whether it may be decoded by rows.

    Raises:
        OSError: the file cannot be read.
    """
    stream = codestream_of(path) if image.format == "JPEG2000" else None
    if stream is None or stream.size != image.size:
        return Way(bytes_to_decode(image, wanted.stored, wanted.pixels))
    return _jpeg2000(image, stream, wanted, rows=rows)


def _jpeg2000(image: Image.Image, stream: Codestream, wanted: Wanted, *, rows: bool) -> Way:
    # The window of a deep one is found from all its values.
    halvings = 0 if is_deep(image) else stream.halvings(wanted.stored)
    small = Way(_by_pillow(stream, wanted, halvings), halvings)
    if halvings and wanted.gap is not None:
        return small
    whole = Way(_by_pillow(stream, wanted, 0))
    if rows and whole.planned > TOGETHER and _has_rows(image, stream):
        kept = not in_order(stream.size, wanted.turn, wanted.gap)
        decoder = stream.size[0] * stream.size[1] * BYTES_A_PIXEL
        whole = Way(bytes_by_rows(stream.size, wanted.stored, decoder, all_of_it=kept), by_rows=True)
    if fits(whole.planned) or not halvings:
        return whole
    return Way(small.planned, halvings, word=f"made from 1/{1 << halvings} of its size, for want of memory")


def _by_pillow(stream: Codestream, wanted: Wanted, halvings: int) -> int:
    return bytes_by_rows(
        stream.halved(halvings), wanted.stored, stream.bytes_to_decode(halvings), all_of_it=True
    )


def _has_rows(image: Image.Image, stream: Codestream) -> bool:
    """Whether it looks as if it could be decoded by rows: one tile of three channels, each of eight bits. Of a
    palette or another order of channels the library forgets after the first rows."""
    one_tile = all(tile >= side for tile, side in zip(stream.tile, stream.size, strict=True))
    plain = image.mode == "RGB" and stream.depths == (8, 8, 8) and getattr(image, "codec", "") == "jp2"
    return one_tile and plain and not stream.mapped and opened_library() is not None
