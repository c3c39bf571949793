"""What moves and how far: the parts of shapes, and the limits that the picture sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIN_SIDE = 1.0
"""A box keeps this much width and height while its edges are moved, in image pixels."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the arrows move. `xs`, `ys`: indices into `points_of(shape)` of the points whose x or y moves along."""

    name: str
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The points that lie on it."""
        if not self.xs or not self.ys:
            return self.xs or self.ys
        return tuple(i for i in self.xs if i in self.ys)

    @property
    def is_whole(self) -> bool:
        """Whether all of the shape moves."""
        return self.name == "whole"


def limited(by: float, places: Sequence[float], side: float) -> float:
    """As much of `by` as keeps all places within 0 to `side`; 0 when they lie outside and would go farther."""
    if not places or not by:
        return 0.0
    if by > 0:
        return max(0.0, min(by, side - max(places)))
    return min(0.0, max(by, -min(places)))


def within(place: float, side: float) -> float:
    """The nearest place from 0 to `side`."""
    return min(max(place, 0.0), side)
