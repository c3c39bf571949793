"""The ladder of qualities in which pictures travel, and the order of the rungs of several pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.widgets.stage import Picture, Rung


@dataclass(frozen=True, slots=True)
class Step:
    """A palette PNG at 1/`divisor` of the screen's pixels with so many colours; None: all of them."""

    divisor: float
    colours: int | None

    @property
    def heavy(self) -> bool:
        return self.divisor < 2


def steps_for(rate: float | None, budget: int | None = None) -> tuple[Step, ...]:
    """From the first to be seen to the sharpest that a line of `rate` bits per second carries."""
    rate = rate or 1e6
    if rate < 100_000:
        return (Step(8, 32), Step(4, 32))
    if rate < 700_000:
        return (Step(8, 32), Step(4, 64), Step(2, 64))
    if rate < 4_000_000:
        return (Step(4, 64), Step(2, 256), Step(1, 256))
    return (Step(4, 64), Step(1, 256))


def in_order(
    front: Picture | None,
    wanted: Sequence[Picture],
    steps: Sequence[Step],
    rungs: Callable[[Picture, Step], Rung | None],
) -> list[Rung]:
    """Step by step: first that of the picture in front, then those of the wanted ones. `rungs` gives None for
    what is not to be made (a broken picture; a step below one that is there)."""
    pictures = ([front] if front is not None else []) + [p for p in wanted if p != front]
    return [rung for step in steps for picture in pictures if (rung := rungs(picture, step)) is not None]
