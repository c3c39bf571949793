"""From a picture file to pixels of about the size that is wanted. What is wrong with a file is a value."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageFile

from tui.imaging.codecs import open_unlimited, pillow_format, quiet
from tui.imaging.flatten import Flattened, flattened, flattened_rows, in_order
from tui.imaging.flaws import ends_early, flaw, held_share
from tui.imaging.frames import frame_count, on_first, within
from tui.imaging.header import Header, NotAPicture, read_header
from tui.imaging.memory import bytes_by_rows, decode_room
from tui.imaging.openjpeg import jpx_rows
from tui.imaging.stacks import stack_window
from tui.imaging.tones import WHOLE_WINDOW, Window
from tui.imaging.ways import Wanted, way_of
from tui.imaging.webp import StillWebp, still_webp, webp_rows

ImageSize = tuple[int, int]
"""Width and height."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`image`: RGB, or RGBA where something is transparent, at most as large as asked for; None when nothing could be
    decoded. `width`, `height`: of the whole picture (of its first frame) in pixels, oriented. `reason`: what is wrong with
    the file, '' if nothing. `frames`: how many it holds. `window`: through which values of more than eight bits are
    seen. `word`: what else is to be said, such as a colour profile that was passed over. `adjusted`: as it is to be seen
    already, as the pictures of a contact sheet are."""

    image: Image.Image | None
    width: int = 0
    height: int = 0
    reason: str = ""
    frames: int = 1
    window: Window | None = None
    word: str = ""
    adjusted: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What of a file is wanted. `size`: exactly so large, None: as `max_size` says. `whole`: from all pixels of the file,
    resized once, however long that takes. `frame`: counted from 0. `window`: None for one found from the data, for all
    pages of a stack the same. `share`: what of the window is shown, from where to where, 0 to 1 being all of it; may
    reach beyond."""

    size: ImageSize | None = None
    whole: bool = False
    frame: int = 0
    window: Window | None = None
    share: Window = WHOLE_WINDOW


PLAIN = Detail()


def load(path: Path, max_size: ImageSize | None, max_pixels: int, detail: Detail = PLAIN) -> Decoded:
    """Decode to at most `max_size` (width, height) pixels, keeping the aspect; never enlarges. None: in full size.

    Raises:
        MemoryError: there is not enough memory, which says nothing of the file (`NotEnoughMemory`: known beforehand).
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
            _too_many(pixels, max_pixels),
        )
    size = detail.size or fitted(header.width, header.height, max_size)
    return _decode(path, header, size, detail, max_pixels)


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


def _decode(path: Path, header: Header, size: ImageSize, detail: Detail, max_pixels: int) -> Decoded:
    whole, frames = (header.width, header.height), 1
    still = _still(path, header, detail)
    if still is not None:
        return _decode_still(still, header, size, detail)
    try:
        with _truncated_switch.strict(), quiet, _opened(path, header) as image:
            frames = frame_count(image, path)
            if detail.window is None:
                detail = replace(detail, window=stack_window(image, path, frames, max_pixels))
            return _found(_pixels(image, path, header, size, detail, max_pixels), whole, "", frames)
    except MemoryError:
        raise
    except _TooLarge as error:
        return Decoded(None, *whole, str(error), frames)
    except Exception as error:  # Decoders raise whatever their authors thought of.
        early = ends_early(path, header.format, error)
    try:
        with _truncated_switch.lenient(), quiet, _opened(path, header) as image:
            flat = _pixels(image, path, header, size, detail, max_pixels)
    except MemoryError:
        raise
    except Exception:
        return Decoded(None, *whole, flaw(early=early, shown=False), frames)
    if flat.image.getbbox() is None:
        # Nothing but zeros: not a pixel was decoded.
        return Decoded(None, *whole, flaw(early=early, shown=False), frames)
    return _found(flat, whole, _flaw_of(flat, header.turn, early), frames)


class _TooLarge(Exception):
    """A frame has more pixels than are allowed."""


def _still(path: Path, header: Header, detail: Detail) -> StillWebp | None:
    """A picture that is decoded by rows."""
    if header.format != "WEBP" or detail.frame:
        return None
    size = (header.width, header.height)
    try:
        return still_webp(path, size[::-1] if header.turn >= 5 else size)
    except OSError:
        return None


def _decode_still(still: StillWebp, header: Header, size: ImageSize, detail: Detail) -> Decoded:
    whole = (header.width, header.height)
    try:
        return _found(_still_pixels(still, header.turn, size, detail, lenient=False), whole, "", 1)
    except MemoryError:
        raise
    except Exception as error:
        early = ends_early(still.path, header.format, error)
    try:
        flat = _still_pixels(still, header.turn, size, detail, lenient=True)
    except MemoryError:
        raise
    except Exception:
        return Decoded(None, *whole, flaw(early=early, shown=False))
    return _found(flat, whole, _flaw_of(flat, header.turn, early), 1)


def _flaw_of(flat: Flattened, turn: int, early: bool) -> str:
    """What is wrong with a file of whose pixels these could be decoded."""
    return flaw(early=early, shown=True, held=held_share(flat.image, turn) if early else 1.0)


def _still_pixels(
    still: StillWebp, turn: int, size: ImageSize, detail: Detail, *, lenient: bool
) -> Flattened:
    gap = None if detail.whole else 2.0
    planned = bytes_by_rows(
        still.size, size, still.bytes_to_decode, all_of_it=not in_order(still.size, turn, gap)
    )
    with decode_room.of(planned, still.size[0] * still.size[1]), webp_rows(still, lenient=lenient) as rows:
        return flattened_rows(rows, size, turn, still.profile, gap)


def _too_many(pixels: int, allowed: int) -> str:
    return f"{pixels / 1e6:.0f} megapixels are more than the {allowed / 1e6:.0f} allowed (max_pixels)"


def _opened(path: Path, header: Header) -> Image.Image:
    return open_unlimited(path, (pillow_format(header.format),))


def _found(flat: Flattened, whole: ImageSize, reason: str, frames: int) -> Decoded:
    return Decoded(flat.image, *whole, reason, frames, flat.window, flat.word)


def fitted(width: int, height: int, max_size: ImageSize | None) -> ImageSize:
    """The largest size of this aspect within `max_size`, never larger than the picture, at least 1x1."""
    if max_size is None:
        return width, height
    scale = min(1.0, max_size[0] / width, max_size[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _pixels(
    image: Image.Image, path: Path, header: Header, size: ImageSize, detail: Detail, max_pixels: int
) -> Flattened:
    """One frame, upright, at `size`, which is that of the whole of the first frame."""
    if detail.frame:
        image.seek(detail.frame)
        if image.width * image.height > max_pixels:
            raise _TooLarge(_too_many(image.width * image.height, max_pixels))
    turned = header.turn >= 5
    inner = size
    if detail.frame:
        inner = within(size, (header.width, header.height), image.size[::-1] if turned else image.size)
    stored = inner[::-1] if turned else inner
    if not detail.whole:
        image.draft("RGB", stored)
    pixels = max(header.width * header.height, image.width * image.height)
    flat = _flattened(image, path, Wanted(stored, header.turn, None if detail.whole else 2.0, pixels), detail)
    return flat if inner == size else replace(flat, image=on_first(flat.image, size))


def _flattened(image: Image.Image, path: Path, wanted: Wanted, detail: Detail) -> Flattened:
    size = wanted.stored[::-1] if wanted.turn >= 5 else wanted.stored
    way = way_of(image, path, wanted)
    if way.by_rows:
        # What is of another kind than it looked, or damaged, is left to Pillow.
        with suppress(ValueError), decode_room.of(way.planned, wanted.pixels), jpx_rows(path) as rows:
            return flattened_rows(rows, size, wanted.turn, None, wanted.gap)
        way = way_of(image, path, wanted, rows=False)
    if way.halvings:
        image.reduce = way.halvings  # type: ignore[assignment,method-assign]
    with decode_room.of(way.planned, wanted.pixels):
        flat = flattened(image, size, wanted.turn, detail.window, wanted.gap, detail.share)
        if flat.image is not image:
            # Its pixels are to be gone before the next decode gets their room.
            image.close()
    return replace(flat, word=flat.word or way.word)
