"""What comes before strips, also where these are to be sent again: half-blocks under sixels, else one rough file."""

from __future__ import annotations

from collections.abc import Sequence

from tui.display.block_painter import BlockPainter
from tui.display.jobs import Rung
from tui.display.rungs import Planner
from tui.display.stage import Stage, rung_of
from tui.display.step_choice import are_soon_sent
from tui.display.strip_painter import StripPainter
from tui.display.strip_supply import StripSupply
from tui.display.strips import within
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step


class RoughSteps:
    """Of one stage, which has `blocks` painted in place of its `strips`."""

    def __init__(self, stage: Stage, planner: Planner, blocks: BlockPainter, strips: StripPainter) -> None:
        self._stage, self._planner, self._blocks, self._strips = stage, planner, blocks, strips

    @property
    def rung(self) -> Rung | None:
        """The half-blocks of the picture in front that come first on this line; None: there are none."""
        front = self._stage.front
        steps = self._planner.steps_now(self._stage) if front is not None else ()
        step = next((step for step in steps if step.kind == "blocks"), None)
        return self._blocks.rung(front, step) if step is not None and front is not None else None

    def present(self) -> None:
        """They are painted where they are to be seen before strips are. Until those of another view are made, what lies
        there stays."""
        stage, strips, blocks, rung = self._stage, self._strips, self._blocks, self.rung
        if rung is None or stage.gate.reported or not (strips.now is None or blocks.is_made(rung)):
            return
        if all(stage.host.covered((0, y, stage.size[0], 1)) for y in range(stage.size[1])):
            return  # Nobody would see it; it comes when something of the canvas lies open.
        if strips.any_painted and stage.caps.attached:
            strips.eraser.all()
            blocks.erased()
        elif strips.any_painted:
            # Cells that are painted wipe strips out by themselves: the canvas is not black between them.
            strips.lost()
            blocks.covered_by_strips()
        strips.now = None
        blocks.present(rung)

    def draw(self) -> bool:
        """Half-blocks that were seen get the newest scene where no strips are; whether cells are still to be written. Strips
        come over them then: a tag and the shape that it names are seen together."""
        stage, blocks = self._stage, self._blocks
        if self._strips.now is not None or not stage.gate.reported or blocks.serial != stage.serial:
            return False
        blocks.draw()
        return blocks.under_way

    def come_again(self, supply: StripSupply) -> None:
        """One rough file in place of strips that are missing and take a while, with its shapes and tags; these follow it."""
        if (found := self._instead(supply)) is not None:
            self._strips.eraser.erase(*self._strips.tags.supersede())
            self._strips.show(*found)

    def draw_again(self, supply: StripSupply) -> None:
        """The newest scene on strips; on that file where it is what lies there, and nothing is drawn on it yet."""
        found, strips = self._instead(supply), self._strips
        if found is not None and found[1] == strips.under and not strips.scened:
            strips.show(*found)
        else:
            strips.ask_scene()

    def _instead(self, supply: StripSupply) -> tuple[Developed, Step] | None:
        """The rough file, when it comes clearly before the strips that are missing."""
        stage, now, front = self._stage, self._strips.now, self._stage.front
        if now is None or front is None or not self._strips.as_wanted:
            return None
        step = self._planner.steps_now(stage)[0]
        made = supply.found(rung_of(stage, front, step)) if step.one_piece and step != now.step else None
        if made is None or not made.tiles or made.viewport != now.viewport:
            return None
        size = sum(len(now.data(box)) for box in self._strips.missing if not stage.host.covered(box))
        slow = not are_soon_sent(size, stage.channel.throughput) and size > sum(
            len(t.data) for t in made.tiles
        )
        return (made, step) if slow else None

    def fill_in(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Where strips were overwritten (row, first, end; None: all), when it takes a while to send them again."""
        stage, strips, now, rung = self._stage, self._strips, self._strips.now, self.rung
        if rung is None or now is None or not strips.as_wanted:
            return
        missing = strips.missing
        if not are_soon_sent(sum(len(now.data(box)) for box in missing), stage.channel.throughput):
            bare = [box for box in within(missing, spans) if not stage.host.covered(box)]
            strips.eraser.fill(self._blocks.in_place_of(rung, bare) if bare else "")
