"""Pictures as half-blocks in the widget's own cells: for terminals that show nothing better, and for tests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from tui.display.block_painter import BlockPainter
from tui.display.fetching import fetching_changed
from tui.display.jobs import Picture, Rung, StageJob, StagePiece
from tui.display.rungs import Planner
from tui.display.sharpness import Sharpness, reached
from tui.display.stage import Stage, StageParts, rung_of
from tui.imaging.ladder import Step
from tui.terminal.blocks import Run


class BlockStage(Stage):
    """The cells reach the screen by Textual's own painting, some rows at a time as the line takes them."""

    def __init__(self, parts: StageParts) -> None:
        super().__init__(parts)
        self.blocks = BlockPainter(self, parts)
        self._planner = Planner("blocks", parts.budget, parts.exact)
        self._presented: Rung | None = None
        self._painted: Rung | None = None
        """Of which something was painted last; that which is `_presented` may be none while another view is made."""

    def row(self, y: int) -> list[Run]:
        return self.blocks.row(y)

    # What to make

    def advance(self) -> None:
        if 0 in self.size:
            return
        plan = self._planner.plan(self, self._rung_of)
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        self.workers.keep(ranks.get)
        for place, rung in enumerate(plan):
            if isinstance(rung.step, Step) and not self.blocks.is_made(rung):
                self.blocks.ask(rung, rung.step, place)
        if self.resting:
            self._improve()
        self.pump()

    def _rung_of(self, picture: Picture, step: Step) -> Rung | None:
        """None when the picture is broken, or it moves: then only the first colours are made."""
        moving = step.rest and self.view_of(picture) is not None and not self._rested
        return None if moving or self.is_broken(picture) else self.blocks.rung(picture, step)

    # What is on the screen

    def _best(self) -> Rung | None:
        """The last rung that is there and may come now. On another ground what is painted stays until no less is there."""
        if self.front is None:
            return None
        rungs = [self.blocks.rung(self.front, step) for step in reversed(self._planner.steps_now(self))]
        painted, moved = self._painted, self._on_this_ground
        stays = painted is not None and moved != painted and moved in rungs and self.blocks.is_made(painted)
        if stays and moved is not None:
            rungs = rungs[: rungs.index(moved) + 1]
        found = next((rung for rung in rungs if self.blocks.is_made(rung) and self._may_come(rung)), None)
        return found or (painted if stays else None)

    @property
    def _on_this_ground(self) -> Rung | None:
        """What was painted last, as it is on the ground of now."""
        painted = self._painted
        return replace(painted, rim=rung_of(self, painted.picture, painted.step).rim) if painted else None

    def _may_come(self, rung: Rung) -> bool:
        """What takes the line long comes when all of this view, as it is to look, is painted, and the fence behind it sent:
        else the view before would be seen in the rows below until the last of them."""
        assert isinstance(rung.step, Step)
        if not rung.step.rest:
            return True
        painted = self._on_this_ground
        same = painted is not None and replace(painted, step=rung.step) == rung
        return not self.gate.wants_fence and same and (painted == rung or self.blocks.complete)

    def present(self) -> None:
        if 0 not in self.size:
            self._presented = best = self._best()
            self._painted = best or self._painted
            self.blocks.present(best)
            self._name()
            self._tell_sharpness()
            self._go_on()

    def _go_on(self) -> None:
        """With what is better and had to wait until all that was asked for is painted."""
        if self.blocks.complete:
            self.host.later(0, self._improve)

    def _improve(self) -> None:
        if self._best() != self._presented:
            self.present()

    def _name(self) -> None:
        """The picture's name, while none of its cells is painted."""
        if fetching_changed(self, self.blocks.serial == self.serial, self.blocks.clear):
            self._tag()

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        super().show(picture, serial, keep_view)
        self.blocks.blank_waiting()

    def _tell_sharpness(self) -> None:
        steps, shown = self._planner.steps_now(self), self._presented
        if self.front is None or self.is_broken(self.front):
            self.sharpness.tell(Sharpness.FINAL)
        elif shown is None:
            # Nothing of it is made yet, or not of this size.
            self.sharpness.tell(Sharpness.ROUGH)
        else:
            self.sharpness.tell(reached(steps, shown.step, complete=self.blocks.complete))

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
        self._name()
        self._go_on()

    def _tag_view(self) -> None:
        """With the rows of the picture come the tags in them."""
        if self.blocks.serial != self.serial:
            super()._tag_view()

    def draw_scene(self) -> None:
        if self._best() is None:
            self._tag()
        self.present()

    def forget(self) -> None:
        self.channel.enter()
        self.gate.begin_again()
        self.present()

    # Textual paints its own cells.

    def arrived(self, job: StageJob) -> None:
        self._tell_sharpness()

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Painted again with all other text."""

    def spared(self) -> None:
        """The same."""

    def disturbed(self) -> None:
        """The same."""
