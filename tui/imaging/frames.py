"""Files of several pictures: pages of a TIFF, frames of an animation.

All frames of a file lie in the place of the first: what is drawn on it has its coordinates. A frame of another size, such as a
smaller copy in a pyramid, is scaled to fit into the first's.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import count
from pathlib import Path

from PIL import Image

from tui.imaging.codecs import open_unlimited

_WALKED = frozenset({"GIF", "TIFF"})
"""Of these one goes through the whole file to count, which may be damaged further on."""
_ONE = frozenset({"PSD", "ICNS", "MPO"})
"""What Pillow steps through in these are layers or sizes of one picture; or what a telephone keeps beside it in a JPEG, such as
a preview, a map of depth or of brightness."""


def frame_count(image: Image.Image, path: Path) -> int:
    """How many frames the file of an opened picture holds, up to the first that cannot be found."""
    if image.format in _ONE:
        return 1
    if image.format not in _WALKED:
        return int(getattr(image, "n_frames", 1))
    info = os.stat(path)
    return _walked(path, image.format, (info.st_ino, info.st_size, info.st_mtime_ns))


@lru_cache(maxsize=256)
def _walked(path: Path, format: str, _stamp: tuple[int, int, int]) -> int:
    """Counted once for each state of a file, as each quality of a picture is decoded for itself: a thousand pages take a
    quarter of a second."""
    with open_unlimited(path, (format,)) as another:
        try:
            return int(getattr(another, "n_frames", 1))
        except Exception:  # Decoders raise whatever their authors thought of.
            pass
    return _reachable(path, format)


def _reachable(path: Path, format: str) -> int:
    with open_unlimited(path, (format,)) as image:
        for number in count(1):
            try:
                image.seek(number)
            except Exception:
                return number
    raise AssertionError("a file has an end")


def within(size: tuple[int, int], first: tuple[int, int], frame: tuple[int, int]) -> tuple[int, int]:
    """How large a frame of `frame` pixels is where the first one, of `first` pixels, is shown at `size`."""
    scale = min(first[0] / frame[0], first[1] / frame[1])
    across, down = size[0] / first[0], size[1] / first[1]
    wide, high = round(frame[0] * scale * across), round(frame[1] * scale * down)
    return min(max(1, wide), size[0]), min(max(1, high), size[1])


def on_first(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A frame in the middle of the first one's place, RGBA; what it leaves free is transparent."""
    whole = Image.new("RGBA", size, (0, 0, 0, 0))
    whole.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return whole
