"""What is wrong with a file whose pixels cannot be decoded, in our words: those of decoders speak of their insides."""

from __future__ import annotations

from pathlib import Path


def flaw(*, early: bool, shown: bool) -> str:
    """In one sentence, without a point. `early`: the file ends before its pixels do. `shown`: something of the picture
    could be decoded."""
    if early:
        return "the file ends early: a part of the picture is missing" if shown else "the file ends early"
    if shown:
        return "the file is damaged: parts of the picture are missing or wrong"
    return "the file is damaged, or of a kind that is not known here"


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
