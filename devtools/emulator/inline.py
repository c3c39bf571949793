"""Pictures as files in OSC 1337 (https://iterm2.com/documentation-images.html), in one piece or in several."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

from devtools.emulator.pictures import Grain
from devtools.emulator.size import TerminalSize

_FILE, _BEGIN, _PART, _END = b"1337;File=", b"1337;MultipartFile=", b"1337;FilePart=", b"1337;FileEnd"


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """`image`: RGBA, scaled as asked. `moves`: the cursor goes to its end. `grain`: how much it was scaled up."""

    image: Image.Image
    moves: bool
    grain: Grain


class InlineFiles:
    """Takes the control strings of one terminal and keeps what came of a file in several pieces."""

    def __init__(self, size: TerminalSize) -> None:
        self._size = size
        self._open: tuple[dict[str, str], list[bytes]] | None = None

    def take(self, body: bytes) -> InlinePicture | None:
        """The picture that is whole with this string.

        Raises:
            ValueError: its numbers or its base64 are damaged.
            OSError: its data are no picture.
        """
        if body.startswith(_FILE):
            head, _, payload = body[len(_FILE) :].partition(b":")
            return self._picture(_members(head), payload)
        if body.startswith(_BEGIN):
            self._open = _members(body[len(_BEGIN) :]), []
        elif self._open is not None and body.startswith(_PART):
            self._open[1].append(body[len(_PART) :])
        elif self._open is not None and body == _END:
            (members, parts), self._open = self._open, None
            return self._picture(members, b"".join(parts))
        return None

    def _picture(self, members: dict[str, str], payload: bytes) -> InlinePicture:
        image = Image.open(io.BytesIO(base64.b64decode(payload))).convert("RGBA")
        own, wanted = image.size, self._scaled(image.size, members)
        if wanted != own:
            image = image.resize(wanted, Image.Resampling.BILINEAR)
        grain = wanted[0] / own[0], wanted[1] / own[1]
        return InlinePicture(image, members.get("doNotMoveCursor") != "1", grain)

    def _scaled(self, size: tuple[int, int], members: dict[str, str]) -> tuple[int, int]:
        """Width and height in pixels; the ratio is kept unless both are given and `preserveAspectRatio=0`."""
        across, down = self._size.cell
        width = _pixels(members.get("width", "auto"), across, self._size.pixels[0])
        height = _pixels(members.get("height", "auto"), down, self._size.pixels[1])
        if width is not None and height is not None and members.get("preserveAspectRatio") == "0":
            return width, height
        factors = [want / have for want, have in zip((width, height), size, strict=True) if want is not None]
        factor = min(factors, default=1.0)
        return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _members(head: bytes) -> dict[str, str]:
    return dict(part.split("=", 1) for part in head.decode("ascii", "replace").split(";") if "=" in part)


def _pixels(length: str, cell: int, whole: int) -> int | None:
    """`auto` and nothing are None, `Npx` pixels, `N%` a share of the screen, `N` cells."""
    if length in ("", "auto"):
        return None
    if length.endswith("px"):
        return int(length[:-2])
    return whole * int(length[:-1]) // 100 if length.endswith("%") else int(length) * cell
