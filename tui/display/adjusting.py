"""Which adjustment the pictures of a stage have: the last that was asked for, but not each of a held key."""

from __future__ import annotations

from collections.abc import Callable

from tui.model.view_settings import NEUTRAL, Adjustment

Later = Callable[[float, Callable[[], None]], None]
"""Calls in so many seconds."""


class Adjusting:
    """`asked`: the last that was asked for; `now`: what pictures have. A change after a rest of `rest` seconds counts at
    once; those that follow each other more closely count together, when they have come to rest. `changed`: called then,
    when `now` is another one.

    `laid`: what that has which lies there of the picture in front, None while nothing does: it stays until it is made
    anew. As with another view, whether it was seen does not change: the picture itself was."""

    def __init__(self, later: Later, changed: Callable[[], None], rest: float) -> None:
        self.now: Adjustment = NEUTRAL
        self.laid: Adjustment | None = None
        self._later, self._changed, self._rest = later, changed, rest
        self.asked = NEUTRAL
        self._turn = 0
        self._moving = False

    def ask(self, adjustment: Adjustment) -> None:
        """A person wants to see pictures so."""
        if adjustment == self.asked:
            return
        self.asked = adjustment
        self._turn += 1
        turn = self._turn
        self._later(self._rest, lambda: self._rested(turn))
        if not self._moving:
            self._moving = True
            self._take()

    @property
    def served(self) -> tuple[Adjustment, ...]:
        """What may be laid of the picture in front, the best first."""
        return (self.now,) if self.laid in (None, self.now) else (self.now, self.laid)

    def _rested(self, turn: int) -> None:
        if turn == self._turn:
            self._moving = False
            self._take()

    def _take(self) -> None:
        if self.now != self.asked:
            self.now = self.asked
            self._changed()
