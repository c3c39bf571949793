"""What is wrong with a file whose pixels cannot be decoded, in our words: those of decoders speak of their insides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def flaw(*, early: bool, shown: bool, held: float = 1.0) -> str:
    """In one sentence, without a point. `early`: the file ends before its pixels do. `shown`: something of the picture
    could be decoded. `held`: the share of its rows."""
    if early and shown and held < 1:
        return f"the file ends at about {max(1, int(held * 100))} % of the picture: the rest is missing"
    if early:
        return "the file ends early: a part of the picture is missing" if shown else "the file ends early"
    if shown:
        return "the file is damaged: parts of the picture are missing or wrong"
    return "the file is damaged, or of a kind that is not known here"


def held_share(image: Image.Image, turn: int) -> float:
    """The share of the rows of a file that ends early which it holds, in the picture turned by `turn` (1 to 8, EXIF).
    Decoders leave what is missing in one colour: black, or the grey that JPEG has where it says nothing. 1 where they
    do not, as files that come from rough to fine have something of every row."""
    rows = np.asarray(image)
    rows = rows.reshape(*rows.shape[:2], -1)
    if turn >= 5:
        rows = rows.swapaxes(0, 1)
    if turn in (3, 4, 6, 7):
        rows = rows[::-1]
    filled = np.flatnonzero((rows != rows[-1, -1]).any(axis=(1, 2)))
    return (int(filled[-1]) + 1) / len(rows) if len(filled) else 1.0


def ends_early(path: Path, format: str, error: Exception) -> bool:
    """Whether a file of `format` (Pillow's name), at whose pixels a decoder failed with `error`, was cut off."""
    return (
        "truncated" in str(error) or isinstance(error, EOFError) or (format == "WEBP" and _is_cut_riff(path))
    )


def _is_cut_riff(path: Path) -> bool:
    """Whether a RIFF file is shorter than it says (WebP container format); False when it cannot be read."""
    try:
        with open(path, "rb") as file:
            start = file.read(8)
        return len(start) == 8 and path.stat().st_size < 8 + int.from_bytes(start[4:], "little")
    except OSError:
        return False
