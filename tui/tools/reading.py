"""What the tools ask of the picture itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tui.model.even_odd import ColumnSpan
from tui.model.geometry import Bounds, Point


class PixelReader(Protocol):
    """What the tools ask of the picture itself; `tui.imaging.pixels` answers."""

    def tightened(self, box: Bounds) -> Bounds:
        """Each edge moved to the nearest strong edge of the picture, where there is one nearby."""
        ...

    def alike(self, at: Point, tolerance: float) -> Iterable[ColumnSpan]:
        """The pixels that hang together with the one at a point and have nearly its colour."""
        ...
