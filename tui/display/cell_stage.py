"""Pictures that belong to the cells they lie on: iTerm2's inline files and sixels.

Nothing is kept in the terminal, so a picture is sent when it is shown, as strips; text that goes over them wipes
them out, and then the strips under it are sent again. The scene is composed into the strips that it touches.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from tui.display.block_painter import BlockPainter
from tui.display.fetching import announce, blank_rest, cells_changed
from tui.display.ground import Ground
from tui.display.jobs import Picture, RowsJob, Rung, SeenFence, StageJob, StagePiece, StripJob
from tui.display.rough_steps import RoughSteps
from tui.display.rungs import Planner
from tui.display.sharpness import Sharpness, reached
from tui.display.stage import Stage, StageParts, rung_of
from tui.display.step_choice import as_good, gains, is_soon_sent, may_come
from tui.display.strip_format import StripFormat
from tui.display.strip_painter import StripPainter
from tui.display.strip_supply import StripSupply
from tui.imaging.develop import Developed, Developer
from tui.imaging.ladder import Step
from tui.model.scene import Cross, Scene
from tui.terminal import sixel
from tui.terminal.blocks import Run

_ASKED_AT_ONCE = 4
ARM = 18
"""Pixels from the middle of a crosshair to the ends of its arms."""


class CellStage(Stage):
    """`form`: how strips are written. Under sixels half-blocks come first on slow lines."""

    def __init__(self, parts: StageParts, form: StripFormat) -> None:
        super().__init__(parts)
        self.blocks = BlockPainter(self, parts)
        self.strips = StripPainter(self, form)
        self._planner = Planner(form.encoding, parts.budget, parts.exact)
        self.rough = RoughSteps(self, self._planner, self.blocks, self.strips)
        develop = Developer(parts.decode_cache, parts.cache, sixel)
        self.supply = StripSupply(self, develop, form.aside, self._ended)

    # What to make

    def advance(self) -> None:
        if 0 in self.size:
            return
        plan = self._planner.plan(self, self._rung_of)
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        self.workers.keep(lambda key: -1 if key == "scene" else ranks.get(key))
        asked = 0
        for place, rung in enumerate(plan):
            step = rung.step
            assert isinstance(step, Step)
            if step.kind == "blocks":
                if not self.blocks.is_made(rung):
                    self.blocks.ask(rung, step, place)
            elif not self.supply.has(rung):
                asked += 1
                if asked <= _ASKED_AT_ONCE:
                    self.supply.ask(rung, step, place)
        self.heed_calm()
        self._improve()
        self.pump()

    def _improve(self) -> None:
        """What was made before is shown, the last steps once the person stays at the picture."""
        now = self.strips.now
        if now is not None and (best := self._best()) is not None and best[1] != now.step:
            self.strips.show(*best)

    def _rung_of(self, picture: Picture, step: Step) -> Rung | None:
        """None when the picture is broken, or as good is shown, or it moves: then only rough steps are made."""
        if self.is_broken(picture) or (picture == self.front and self._gains_nothing(step)):
            return None
        if step.kind == "blocks":
            return self.blocks.rung(picture, step)
        view = self.view_of(picture)
        moving = view is not None and not self._rested
        return None if moving and step.divisor == 1 else rung_of(self, picture, step)

    def _gains_nothing(self, step: Step) -> bool:
        """Whether a step is hardly sharper than what is shown, or less so: another ladder's, when the line turned out to
        be faster or slower than was assumed for the first step."""
        now = self.strips.now
        return now is not None and now.whole and self.strips.as_wanted and not gains(step, now.step)

    @property
    def more_to_come(self) -> bool:
        return self.supply.under_way(self._planner.steps_now(self))

    def _ended(self, rung: Rung, made: Developed) -> None:
        if not made.tiles:
            self.strips.end()

    # What is on the screen

    def move_on(self) -> None:
        # What comes first is to be seen whole; a fence on its way would tell of what is to be there no longer.
        self.gate.look_again()
        super().move_on()

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self.strips.leave()
        self.supply.forget_begun()
        self.channel.reprioritise(lambda key: None)
        super().show(picture, serial, keep_view)
        blank_rest(self.strips, self.blocks, self.rough.rung)

    def present(self) -> None:
        if 0 in self.size:
            return
        if self.front is None or self.is_broken(self.front):
            self.strips.now = None
            self.blocks.present(None)
            self.strips.eraser.all()
        elif self.rough.draw():
            pass  # Strips follow.
        elif (best := self._best()) is not None and not (self.strips.now is None and self.blocks.unpainted):
            self.blocks.give_up()
            announce(self, self.strips, self.blocks, best[0])
            self.strips.show(*best)
        elif self.strips.as_wanted:
            self.strips.resume()
        else:
            self.rough.present()
        if cells_changed(self, self.strips, self.blocks):
            self._tag()
        self.tell_sharpness()

    def _best(self) -> tuple[Developed, Step] | None:
        """The last step of the ladder that is there for this view and may come now."""
        if self.front is None or self.viewport is None:
            return None
        steps, seen, told = self._planner.steps_now(self), self.gate.reported, not self.gate.wants_fence
        for step in reversed(steps):
            if self._gains_nothing(step):
                continue
            made = self.supply.found(rung_of(self, self.front, step))
            if made is None or not made.tiles or made.viewport != self.viewport:
                continue
            soon = self.strips.unfinished or is_soon_sent(made, self.channel.throughput)
            due = self.resting or not step.rest
            if soon or (due and may_come(step, steps, self.strips, seen=seen, told=told)):
                return made, step
        return None

    def tell_sharpness(self) -> None:
        """How far the picture in front has come."""
        self.sharpness.tell(_sharpness_of(self, self._planner))

    def pump(self) -> None:
        while not self.blocks.unpainted and (piece := self.channel.next_part(self.host.now())):
            self.emit(piece)

    def emit(self, piece: StagePiece) -> None:
        if isinstance(piece.job.key, RowsJob):
            self.blocks.emit(piece)
            if cells_changed(self, self.strips, self.blocks):
                self._tag()
            self.host.painted(lambda: self.host.later(0, lambda: _go_on(self)))
        else:
            super().emit(piece)

    def sent(self, piece: StagePiece) -> None:
        self.strips.sent(piece)
        super().sent(piece)
        if isinstance(piece.job.key, StripJob | SeenFence) and self.strips.complete:
            # What is better had to wait for it.
            self.host.later(0, self._improve)

    def arrived(self, job: StageJob) -> None:
        key = job.key
        if isinstance(key, SeenFence) and key.attempt == self.gate.attempt and self.strips.now is None:
            # The half-blocks are there; strips may go over them.
            self.present()
        self.tell_sharpness()

    def row(self, y: int) -> list[Run]:
        """Below strips nothing is painted: what a page leaves uncovered must not be an older picture."""
        return self.blocks.row(y) if self.strips.now is None else []

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            self._lose_strips()
        if size != self.size:
            # Neither the strips nor the cells below them are of this size.
            self.strips.now = None
            self.blocks.resized()
        super().resized(origin, size, screen_rows)

    def on_ground(self, ground: Ground) -> None:
        self._lose_strips()
        self.strips.now = None
        super().on_ground(ground)

    def _lose_strips(self) -> None:
        """What waits was for other cells."""
        self.strips.lost()
        self.channel.reprioritise(lambda key: None)

    def _tag(self) -> None:
        if self.strips.now is None:
            super()._tag()
        else:
            self.strips.retag()

    def draw(self, scene: Scene) -> None:
        """Lines across the whole picture would be sent as strips with every move: the crosshair gets short arms."""
        super().draw(tuple(replace(mark, arm=ARM) if isinstance(mark, Cross) else mark for mark in scene))

    def draw_scene(self) -> None:
        if self.strips.now is not None:
            self.rough.draw_again(self.supply)
            return
        if self.blocks.serial != self.serial:
            self._tag()  # Else with the rows in which they are.
        self.present()

    # What goes over it

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        self.strips.overwritten(spans)
        self.rough.come_again(self.supply)
        self.strips.send()
        self.rough.fill_in(spans)
        _present_uncovered(self)
        self.tell_sharpness()

    def spared(self) -> None:
        self.strips.send()
        _present_uncovered(self)

    def disturbed(self) -> None:
        self.strips.disturbed()

    def forget(self) -> None:
        self.strips.lost()
        self.strips.now = None
        self.channel.enter()
        self.gate.look_again()
        self.present()


def _present_uncovered(stage: CellStage) -> None:
    """Half-blocks that had to wait because a page lay over the whole canvas."""
    if stage.strips.now is None and stage.front is not None and not stage.gate.fenced:
        stage.present()


def _go_on(stage: CellStage) -> None:
    """With strips that had to wait until cells were painted."""
    if stage.strips.now is None and stage.gate.reported:
        stage.present()


def _sharpness_of(stage: CellStage, planner: Planner) -> Sharpness:
    strips, front = stage.strips, stage.front
    if front is None or stage.is_broken(front):
        return Sharpness.FINAL
    steps, now = planner.steps_now(stage), strips.now if strips.as_wanted else None
    if now is not None and now.step.exact and strips.complete:
        made = stage.supply.found(rung_of(stage, front, now.step))
        return Sharpness.INEXACT if made is not None and made.capped else Sharpness.FINAL
    shown = as_good(steps, now.step) if now is not None else steps[0]
    sharpness = reached(steps, shown, complete=now is not None and strips.complete)
    return planner.settled(stage, sharpness)
