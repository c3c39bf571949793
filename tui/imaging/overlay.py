"""What was drawn of a scene: indices into a palette of few colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.ink import rgb
from tui.imaging.png import palette_png


@dataclass(frozen=True, eq=False)
class OverlayLayer:
    """`indices`: (height, width), 0 where nothing is drawn; `palette`: (colours, 4), RGBA; `left`, `top`: where on the
    grid it lies."""

    indices: NDArray[np.uint8]
    palette: NDArray[np.uint8]
    left: int = 0
    top: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return not self.indices.any()

    def rgba(self) -> Image.Image:
        """The picture, (height, width) pixels of four channels."""
        return Image.fromarray(self.palette[self.indices], "RGBA")

    def png(self) -> bytes:
        """The picture as a PNG with a palette."""
        return palette_png(self.indices, self.palette)

    @cached_property
    def key(self) -> bytes:
        """Sixteen bytes that are the same for the same pixels, wherever they lie."""
        used = np.flatnonzero(np.bincount(self.indices.ravel(), minlength=len(self.palette)))
        # In the order of the colours themselves, which does not depend on what else is drawn.
        used = used[np.lexsort(self.palette[used].T)]
        place = np.zeros(len(self.palette), dtype=np.uint8)
        place[used] = np.arange(len(used), dtype=np.uint8)
        digest = blake2b(repr(self.indices.shape).encode(), digest_size=16)
        digest.update(self.palette[used].tobytes())
        digest.update(place[self.indices].tobytes())
        return digest.digest()


class Inks:
    """The colours and opacities of scenes as indices of one palette; 0 is nothing. Beyond 255 the last one serves."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, float], int] = {}

    def index(self, colour: str, opacity: float = 1.0) -> int:
        """The index of a colour at an opacity from 0 to 1."""
        return self._known.setdefault((colour, opacity), min(len(self._known) + 1, 255))

    def palette(self) -> NDArray[np.uint8]:
        """(colours, 4): RGBA from 0 to 255 by index."""
        colours = [(0, 0, 0, 0)] * 256
        for (colour, opacity), index in self._known.items():
            colours[index] = (*rgb(colour), round(255 * min(1.0, max(0.0, opacity))))
        return np.array(colours[: len(self._known) + 1], dtype=np.uint8)
