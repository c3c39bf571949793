"""In which order the strips of an exact picture are sent to a terminal that stores them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.display.jobs import Rung, StoredStrip
from tui.display.ledger import ImageLedger
from tui.imaging.exact import ExactStrip


@dataclass(frozen=True, slots=True)
class Turn:
    """One strip, the `number`th of its picture, as it is sent once. `last`: nothing better of it follows."""

    key: StoredStrip
    number: int
    last: bool

    def data(self, strips: Sequence[ExactStrip]) -> bytes:
        """What is sent of it, of all strips of its picture."""
        strip = strips[self.number]
        return strip.data if self.last or strip.rounded is None else strip.rounded


def turns_of(rung: Rung, strips: Sequence[ExactStrip]) -> tuple[Turn, ...]:
    """All strips rounded, or as they are where there is no such; then those that were rounded as they are."""
    first = [(number, strip.rounded is None) for number, strip in enumerate(strips)]
    then = [(number, True) for number, whole in first if not whole]
    return tuple(Turn(StoredStrip(rung, n), *turn) for n, turn in enumerate([*first, *then]))


def best_there(turns: Sequence[Turn], ledger: ImageLedger) -> dict[int, Turn]:
    """Of each strip the best that lies in the terminal, by its number, from the top."""
    best = {turn.number: turn for turn in turns if turn.key in ledger}
    return dict(sorted(best.items()))
