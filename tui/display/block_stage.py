"""Pictures as half-blocks in the widget's own cells: for terminals that show nothing better, and for tests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tui.display.block_painter import BlockPainter
from tui.display.jobs import StageJob, StagePiece
from tui.display.stage import Stage, StageParts
from tui.terminal.blocks import Run


class BlockStage(Stage):
    """The cells reach the screen by Textual's own painting, some rows at a time as the line takes them."""

    def __init__(self, parts: StageParts) -> None:
        super().__init__(parts)
        self.blocks = BlockPainter(self, parts)

    def row(self, y: int) -> tuple[list[Run], bool]:
        return self.blocks.row(y)

    # What to make

    def advance(self) -> None:
        if 0 in self.size:
            return
        pictures = ([self.front] if self.front is not None else []) + [
            p for p in self.wanted if p != self.front
        ]
        plan = [self.blocks.rung(picture) for picture in pictures if not self.is_broken(picture)]
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        self.workers.keep(ranks.get)
        for place, rung in enumerate(plan):
            if not self.blocks.is_made(rung):
                self.blocks.ask(rung, place)
        self.pump()

    # What is on the screen

    def present(self) -> None:
        if 0 not in self.size:
            self.blocks.present()

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            # What waits was for other cells; a fence on its way would tell of a picture that is there no longer.
            self.channel.reprioritise(lambda key: None)
            self.gate.begin_again()
        if size != self.size:
            self.blocks.resized()
        super().resized(origin, size, screen_rows)

    def emit(self, piece: StagePiece) -> None:
        self.sent(piece)
        self.blocks.emit(piece)

    def draw_scene(self) -> None:
        self._tag()
        self.present()

    def forget(self) -> None:
        self.channel.enter()
        self.gate.begin_again()
        self.present()

    # Textual paints its own cells.

    def arrived(self, job: StageJob) -> None:
        """Nothing waits for it here."""

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Painted again with all other text."""

    def spared(self) -> None:
        """The same."""

    def disturbed(self) -> None:
        """The same."""
