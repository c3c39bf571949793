"""What of the pictures is made and sent for a terminal that stores them, and what of it is the best to lay on the canvas."""

from __future__ import annotations

from dataclasses import replace

from tui.display.covering_anchors import ImageKey
from tui.display.covering_painter import CoveringPainter
from tui.display.jobs import Picture, Rung, StoredStrip, owner_of, rank_of
from tui.display.placing import ShapeBook
from tui.display.rungs import Planner
from tui.display.sharpness import Sharpness
from tui.display.stage import Stage, StageParts, is_current, rung_of
from tui.display.stored_maker import StoredMaker, StoredPicture
from tui.display.turns import best_there, turns_of
from tui.imaging.exact import ExactStrip
from tui.imaging.ladder import SentEncoding, Step
from tui.imaging.viewport import Viewport
from tui.terminal.channel import Priority
from tui.terminal.exactness import inexactness
from tui.terminal.wire import Placement


class PictureSupply:
    """Of one stage."""

    encoding: SentEncoding = "png"

    def __init__(self, stage: Stage, parts: StageParts, painter: CoveringPainter) -> None:
        self._stage, self._painter = stage, painter
        self._planner = Planner(self.encoding, parts.budget, parts.exact and not inexactness(parts.caps))
        self._made = StoredMaker(stage, parts, self._is_made)
        self._shapes = ShapeBook()
        self._first: dict[Rung, Rung] = {}
        """The rung that was made of an exact picture, by what is the same of all such rungs of it."""

    def advance(self, rested: bool, only: Picture | None) -> None:
        """Asks for what is missing and queues what is made, best first. `rested`: the view does not move. `only`: nothing
        of other pictures goes onto the line."""
        stage = self._stage

        def wanted(picture: Picture, step: Step) -> Rung | None:
            return self._rung(picture, step, rested)

        self._made.supply(self._planner.plan(stage, wanted), self._send, only=only)

    def _rung(self, picture: Picture, step: Step, rested: bool) -> Rung | None:
        """What of this step is to be made, None when the picture is broken or there is better in the terminal."""
        stage = self._stage
        view = stage.view_of(picture)
        if stage.is_broken(picture) or (view is not None and not rested):
            return None
        rung = self._as_made(rung_of(stage, picture, step))
        if self._is_there(rung) or (not step.exact and picture == stage.front and self._is_exact()):
            return None
        known = stage.facts.get(picture)
        if known is None or known.size is None or step.exact:
            return rung
        viewport = view or Viewport.fit(known.size, stage.canvas, stage.caps.cell)
        best = self._shapes.best_density(self._painter.ledger, rung, viewport.scale)
        return rung if viewport.scale / step.divisor > best * 1.01 else None

    def _as_made(self, rung: Rung) -> Rung:
        """Exact pictures that lines of another rate would bring in other strips are not made anew."""
        first = self._first.get(_what(rung)) if isinstance(rung.step, Step) and rung.step.exact else None
        return first if first is not None and self._made.get(first) is not None else rung

    def _is_there(self, rung: Rung) -> bool:
        """Whether all of it was sent, or cannot be."""
        made = self._made.get(rung)
        if made is None or not made.strips:
            return self._painter.ledger.is_settled(rung) or self._made.is_empty(rung)
        return all(
            self._painter.ledger.is_settled(turn.key) for turn in turns_of(rung, made.strips) if turn.last
        )

    def _is_made(self, rung: Rung, made: StoredPicture) -> None:
        if made.strips:
            self._first[_what(rung)] = rung
        self._stage.learned(rung.picture, made.facts)
        self._stage.advance()

    def _send(self, rung: Rung, made: StoredPicture, place: int) -> None:
        if made.tile is not None and made.viewport is not None:
            self._shapes.enter(rung, made.tile, made.viewport)
            self._upload(rung, made.tile.data, (made.tile.width, made.tile.height), place)
        turns = turns_of(rung, made.strips)
        there = best_there(turns, self._painter.ledger)
        for turn in turns:
            if turn.last or turn.number not in there:
                left, top, right, bottom = made.strips[turn.number].box
                self._upload(turn.key, turn.data(made.strips), (right - left, bottom - top), place)

    def _upload(self, key: ImageKey, data: bytes, size: tuple[int, int], place: int) -> None:
        channel = self._stage.channel
        if not self._painter.ledger.is_settled(key) and not channel.waits(key):
            priority = Priority.PICTURE + rank_of(key, place)
            channel.submit(self._painter.upload(key, data, size, priority, channel.piece))

    def sent(self, key: ImageKey) -> None:
        """The terminal has all of an image now. What is wanted least goes, where there is too much."""
        ledger = self._painter.ledger
        ledger.arrived(key)
        pictures = {self._stage.front, *self._stage.wanted}
        images = (known for known in ledger.known if isinstance(known, Rung | StoredStrip))
        needed = {
            known
            for known in images
            if owner_of(known).picture in pictures and is_current(self._stage, owner_of(known))
        }
        self._stage.write(self._painter.make_room(needed | self._stage.channel.pending), "free")
        self._shapes.keep(ledger.known)

    # What is there

    def goal(self, strips: bool) -> dict[ImageKey, Placement]:
        """The best whole image of the picture in front, the strips of an exact one over it, and where they lie; empty
        while nothing is there. `strips`: also where there is a whole one."""
        stage, ledger, shapes = self._stage, self._painter.ledger, self._shapes
        if stage.front is None or stage.viewport is None:
            return {}
        goal: dict[ImageKey, Placement] = {}
        served, laid = stage.adjusting.served, stage.adjusting.now
        best = shapes.best_placement(ledger, stage.front, stage.viewport, stage.origin, stage.size, served)
        if best is not None:
            rung, at = best
            laid = rung.adjustment
            goal[rung] = replace(at, cells=at.cells or shapes.of(stage.front)[rung].box[2:])
        if strips or not goal:
            for step in self._steps():
                rung = self._as_made(replace(rung_of(stage, stage.front, step), adjustment=laid))
                made = self._made.get(rung)
                if made is not None and made.viewport == stage.viewport:
                    there = best_there(turns_of(rung, made.strips), ledger)
                    goal.update({turn.key: self._at(made.strips[n]) for n, turn in there.items()})
        stage.adjusting.laid = laid if goal else None
        return goal

    def _at(self, strip: ExactStrip) -> Placement:
        """Pixel by pixel; between rows of cells it begins at a whole one."""
        (across, down), (x, y) = self._stage.caps.cell, strip.box[:2]
        column, row = int(x / across + 0.001), int(y / down + 0.001)
        offset = max(0, round(x - column * across)), max(0, round(y - row * down))
        left, top = self._stage.origin
        return Placement((left + column, top + row), 0, offset)

    def _steps(self) -> tuple[Step, ...]:
        """Those of the ladder for the picture in front."""
        stage = self._stage
        scale = stage.viewport.scale if stage.viewport is not None else 0.1
        return self._planner.steps(stage, scale, zoomed=stage.zoomed_view is not None)

    def sharpness(self) -> Sharpness:
        """How far the picture in front has come."""
        stage = self._stage
        if stage.front is None or stage.is_broken(stage.front):
            return Sharpness.FINAL
        if stage.viewport is None:
            return Sharpness.ROUGH
        steps, scale = self._steps(), stage.viewport.scale
        pending = any(self._rung(stage.front, step, True) is not None for step in steps)
        like = rung_of(stage, stage.front, None)
        share = self._shapes.best_density(self._painter.ledger, like, scale) / scale
        nearly = any(isinstance(key, StoredStrip) for key in self._painter.laid)
        return self._planner.settled(stage, Sharpness.at(share, nearly, pending), whole=self._is_exact())

    def _is_exact(self) -> bool:
        """Whether all of the picture in front lies in the terminal as it is."""
        stage, ledger = self._stage, self._painter.ledger
        assert stage.front is not None
        rungs = [self._as_made(rung_of(stage, stage.front, step)) for step in self._steps() if step.exact]
        made = [(rung, self._made.get(rung)) for rung in rungs]
        turns = [turn for rung, found in made if found is not None for turn in turns_of(rung, found.strips)]
        return bool(turns) and all(turn.key in ledger for turn in turns if turn.last)


def _what(rung: Rung) -> Rung:
    return replace(rung, step=None)
