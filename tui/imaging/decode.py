"""From a picture file to pixels of about the size that is wanted. What is wrong with a file is a value."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile

from tui.imaging.header import Header, NotAPicture, open_unlimited, quiet, read_header

GREY = (118, 118, 118)
"""What stands behind transparent pixels."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`image`: RGB, at most as large as asked for, None when nothing could be decoded. `width`, `height`: of
    the whole picture in pixels, oriented. `reason`: what is wrong with the file, '' if nothing. `frames`: how
    many it holds; the first is shown."""

    image: Image.Image | None
    width: int = 0
    height: int = 0
    reason: str = ""
    frames: int = 1


def load(path: Path, max_size: tuple[int, int] | None, max_pixels: int) -> Decoded:
    """Decode to at most `max_size` (width, height) pixels, keeping the aspect; never enlarges. None: in full size.

    Raises:
        MemoryError: there is not enough memory, which says nothing of the file.
    """
    try:
        header = read_header(path)
    except NotAPicture as error:
        return Decoded(None, reason=str(error))
    except OSError as error:
        return Decoded(None, reason=f"cannot be read ({error.strerror or error})")
    if header.reason:
        return Decoded(None, reason=header.reason)
    pixels = header.width * header.height
    if pixels > max_pixels:
        return Decoded(
            None,
            header.width,
            header.height,
            f"{pixels / 1e6:.0f} megapixels are more than the {max_pixels / 1e6:.0f} allowed (max_pixels)",
        )
    return _decode(path, header, max_size)


class _TruncatedSwitch:
    """Pillow's switch for cut-off files is one for all threads: it is on only while no other decode runs."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._strict = 0

    @contextmanager
    def strict(self) -> Iterator[None]:
        with self._turn:
            self._strict += 1
        try:
            yield
        finally:
            with self._turn:
                self._strict -= 1
                self._turn.notify_all()

    @contextmanager
    def lenient(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: self._strict == 0)
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                yield
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False


_truncated_switch = _TruncatedSwitch()
_TURN_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _decode(path: Path, header: Header, max_size: tuple[int, int] | None) -> Decoded:
    width, height = header.width, header.height
    size, frames = fitted(width, height, max_size), 1
    try:
        with _truncated_switch.strict(), quiet, open_unlimited(path) as image:
            frames = getattr(image, "n_frames", 1)
            return Decoded(_pixels(image, size, header.turn), width, height, "", frames)
    except MemoryError:
        raise
    except Exception as error:  # Decoders raise whatever their authors thought of.
        reason = f"damaged: {str(error) or type(error).__name__}"
    try:
        with _truncated_switch.lenient(), quiet, open_unlimited(path) as image:
            return Decoded(_pixels(image, size, header.turn), width, height, reason, frames)
    except Exception:
        return Decoded(None, width, height, reason, frames)


def fitted(width: int, height: int, max_size: tuple[int, int] | None) -> tuple[int, int]:
    """The largest size of this aspect within `max_size`, never larger than the picture, at least 1x1."""
    if max_size is None:
        return width, height
    scale = min(1.0, max_size[0] / width, max_size[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _pixels(image: Image.Image, size: tuple[int, int], turn: int) -> Image.Image:
    wanted = (size[1], size[0]) if turn >= 5 else size
    image.draft("RGB", wanted)
    image.load()
    image = _to_rgb(image)
    if image.size != wanted:
        image = image.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image.transpose(_TURN_BACK[turn]) if turn in _TURN_BACK else image


def _to_rgb(image: Image.Image) -> Image.Image:
    """RGB in the picture's own orientation undone, with 16 bits scaled and alpha laid on grey."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _deep(image)
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        rgba = image.convert("RGBA")
        flat = Image.new("RGB", rgba.size, GREY)
        flat.paste(rgba, mask=rgba.getchannel("A"))
        flat.info, image = rgba.info, flat
    return image if image.mode == "RGB" else image.convert("RGB")


def _deep(image: Image.Image) -> Image.Image:
    """Sixteen bits and more to eight: by the highest eight bits; other ranges are stretched."""
    import numpy as np

    values = np.asarray(image)
    if values.dtype == np.uint16:
        return Image.fromarray((values >> 8).astype(np.uint8), "L")
    low, high = float(values.min()), float(values.max())
    if low >= 0 and 255 < high <= 65535 and values.dtype.kind == "i":
        return Image.fromarray((values >> 8).astype(np.uint8), "L")
    scale = 255.0 / (high - low) if high > low else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8), "L")
