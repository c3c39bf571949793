"""How far the picture on the screen has come towards what the terminal can show of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum


class Sharpness(Enum):
    """The value is the sign in the status line. A picture that stays as it is has none when it is as exact as the terminal
    can show it, and one that never moves when a setting or a budget keeps it from that."""

    ROUGH = "◔"
    BETTER = "◑"
    NEARLY = "◕"
    INEXACT = "≈"
    FINAL = ""

    @classmethod
    def at(cls, share: float, nearly: bool, pending: bool) -> Sharpness:
        """`share`: of the canvas's pixels, along one side, that what is shown has of its own. `nearly`: parts are exact.
        `pending`: something is still to come."""
        if not pending:
            return cls.FINAL
        return cls.NEARLY if nearly else cls.BETTER if share >= _HALF else cls.ROUGH

    @classmethod
    def of(cls, step: int, steps: int) -> Sharpness:
        """What shows after the `step`th, counted from 1, of so many `steps`; FINAL after the last one."""
        if step >= steps:
            return cls.FINAL
        return (cls.ROUGH, cls.BETTER, cls.NEARLY)[min(2, max(0, 3 * step // steps))]


_HALF = 0.4


def reached(steps: Sequence[Hashable], shown: Hashable, *, complete: bool) -> Sharpness:
    """While a picture is on its way through `steps`: `shown` is the one that is on the screen, or, when it is not yet
    `complete`, coming. A step that is none of them belongs to what the line was taken for before."""
    if shown not in steps:
        return Sharpness.of(1, len(steps))
    return Sharpness.of(max(1, steps.index(shown) + complete), len(steps))


@dataclass(slots=True)
class SharpnessSign:
    """How sharp the picture in front is on the screen: `host` is told only what changed."""

    host: Callable[[Sharpness], None]
    told: Sharpness = Sharpness.FINAL

    def tell(self, sharpness: Sharpness) -> None:
        """It is so sharp now."""
        if sharpness != self.told:
            self.told = sharpness
            self.host(sharpness)
