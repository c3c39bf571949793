"""A stage host behind a line whose cells the toolkit paints with its next frame, as Textual does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.display.line_host import LineHost

FRAME = 1 / 60


class PaintingHost(LineHost):
    """`unpainted`: rows that are to be painted."""

    def __init__(
        self, rate: float, trip: float, size: tuple[int, int] = (60, 20), protocol: str = "sixel"
    ) -> None:
        self.unpainted: list[tuple[int, int, int]] = []
        self._then: list[Callable[[], None]] = []
        super().__init__(rate, trip, size, protocol)

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        self._begin()
        self.unpainted += rows

    def painted(self, then: Callable[[], None]) -> None:
        self._begin()
        self._then.append(then)

    def _begin(self) -> None:
        if not (self.unpainted or self._then):
            self.later(FRAME, self._paint)

    def _paint(self) -> None:
        rows, self.unpainted = self.unpainted, []
        super().repaint(rows)
        self.stage.overwritten(rows)
        then, self._then = self._then, []
        for call in then:
            call()
