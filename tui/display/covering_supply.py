"""What of the pictures is made and sent for a terminal that stores them, as whole images or in parts, and what of it is the
best to lay on the canvas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from tui.display.covering_painter import CoveringPainter
from tui.display.exact_layer import MAX_REFUSALS
from tui.display.jobs import JobKey, Picture, Rung
from tui.display.placing import ShapeBook
from tui.display.rungs import Planner
from tui.display.sharpness import Sharpness
from tui.display.stage import MAX_MADE_BYTES, Stage, StageParts, is_kept, rung_of
from tui.display.strips import box_of
from tui.imaging.decode_cache import failure
from tui.imaging.develop import Developed, Developer
from tui.imaging.encode import Tile
from tui.imaging.ladder import SentEncoding, Step
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import LruCache
from tui.terminal.channel import Priority
from tui.terminal.wire import Placement

_ASKED_AT_ONCE = 6


class PictureSupply:
    """Of one stage. Rungs of one tile are sent as one image under their own key, others part by part (see `images`)."""

    encoding: SentEncoding = "png"

    def __init__(self, stage: Stage, parts: StageParts, painter: CoveringPainter) -> None:
        self._stage, self._painter = stage, painter
        self._planner = Planner(self.encoding, parts.budget, exact=False)
        self._develop = Developer(parts.decode_cache, parts.cache)
        self._made: LruCache[Developed] = LruCache(
            MAX_MADE_BYTES, lambda made: sum(len(tile.data) for tile in made.tiles) + 100
        )
        self._shapes = ShapeBook()
        self._refused: Counter[Rung] = Counter()

    def advance(self, rested: bool, only: Picture | None) -> None:
        """Asks for what is missing and queues what is made, best first. `rested`: the view does not move. `only`: nothing
        of other pictures goes onto the line."""
        stage = self._stage

        def wanted(picture: Picture, step: Step) -> Rung | None:
            return self._rung(picture, step, rested)

        plan = self._planner.plan(stage, wanted)
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}

        def rank(key: JobKey) -> int | None:
            other = only is not None and isinstance(key, Rung) and key.picture != only
            return None if other else ranks.get(whole(key))

        stage.workers.keep(lambda key: -1 if key == "scene" else ranks.get(key))
        stage.write(stage.channel.reprioritise(rank), "picture")
        asked = 0
        for place, rung in enumerate(plan):
            made = self._made.get(rung)
            if made is None:
                asked += 1
                if asked <= _ASKED_AT_ONCE:
                    self._ask(rung, place)
            elif rank(rung) is not None:
                self._send(rung, made, place)
        stage.pump()

    def _rung(self, picture: Picture, step: Step, rested: bool) -> Rung | None:
        """What of this step is to be made, None when the picture is broken or there is better in the terminal."""
        stage = self._stage
        view = stage.view_of(picture)
        if stage.is_broken(picture) or (view is not None and not rested):
            return None
        rung = rung_of(stage, picture, step)
        if self._is_there(rung) or self._refused[rung] >= MAX_REFUSALS:
            return None
        known = stage.facts.get(picture)
        if known is None or known.size is None or step.exact:
            return rung
        viewport = view or Viewport.fit(known.size, stage.canvas, stage.caps.cell)
        best = self._shapes.best_density(self._painter.ledger, rung, viewport.scale)
        return rung if viewport.scale / step.divisor > best * 1.01 else None

    def _is_there(self, rung: Rung) -> bool:
        """Whether all of it was sent."""
        made = self._made.get(rung)
        keys = [key for key, _ in images(rung, made)] if made is not None else [rung]
        return bool(keys) and all(key in self._painter.ledger for key in keys)

    def _ask(self, rung: Rung, place: int) -> None:
        stage, step, develop = self._stage, rung.step, self._develop
        assert isinstance(step, Step)
        subject = rung.subject(stage.caps.cell)
        stage.workers.ask(
            rung,
            place,
            lambda check: develop(subject, step, check),
            lambda made: self._is_made(rung, made),
            lambda error: Developed(failure(error)),
            rung.picture != stage.front or step.divisor < 2,
        )

    def _is_made(self, rung: Rung, made: Developed) -> None:
        if is_kept(self._stage, rung.picture, made.facts):
            self._made.put(rung, made)
        self._stage.learned(rung.picture, made.facts)
        self._stage.advance()

    def _send(self, rung: Rung, made: Developed, place: int) -> None:
        if made.viewport is None:
            return
        channel, painter = self._stage.channel, self._painter
        for key, tile in images(rung, made):
            if key in painter.ledger or channel.waits(key):
                continue
            if key == rung:
                self._shapes.enter(rung, tile, made.viewport)
            size, priority = (tile.width, tile.height), Priority.PICTURE + place
            channel.submit(painter.upload(key, tile.data, size, priority, channel.piece))

    def sent(self, key: Rung) -> None:
        """The terminal has all of an image now. What is wanted least goes, where there is too much."""
        ledger = self._painter.ledger
        ledger.arrived(key)
        pictures = {self._stage.front, *self._stage.wanted}
        needed = {known for known in ledger.known if isinstance(known, Rung) and known.picture in pictures}
        self._stage.write(self._painter.make_room(needed), "free")
        self._shapes.keep(ledger.known)

    def refused(self, key: Rung) -> None:
        """The terminal could not take an image."""
        rung = whole(key)
        assert isinstance(rung, Rung)
        self._refused[rung] += 1

    # What is there

    def goal(self) -> dict[Rung, Placement]:
        """The best whole image of the picture in front, the parts of better ones over it, and where they lie; empty while
        nothing is there."""
        stage, ledger, shapes = self._stage, self._painter.ledger, self._shapes
        if stage.front is None or stage.viewport is None:
            return {}
        goal: dict[Rung, Placement] = {}
        served, laid = stage.adjusting.served(stage.front), stage.adjusting.of(stage.front)
        best = shapes.best_placement(ledger, stage.front, stage.viewport, stage.origin, stage.size, served)
        if best is not None:
            rung, at = best
            laid = rung.adjustment
            goal[rung] = replace(at, cells=at.cells or shapes.of(stage.front)[rung].box[2:])
        for step in self._steps():
            rung = replace(rung_of(stage, stage.front, step), adjustment=laid)
            made = self._made.get(rung)
            if made is not None and made.viewport == stage.viewport:
                parts = ((key, tile) for key, tile in images(rung, made) if key != rung and key in ledger)
                goal.update({key: self._part_at(tile) for key, tile in parts})
        stage.adjusting.laid = laid if goal else None
        return goal

    def _part_at(self, tile: Tile) -> Placement:
        column, row, *cells = box_of(tile)
        left, top = self._stage.origin
        return Placement((left + column, top + row), 0, cells=(cells[0], cells[1]))

    def _steps(self) -> tuple[Step, ...]:
        """Those of the ladder for the picture in front."""
        stage = self._stage
        scale = stage.viewport.scale if stage.viewport is not None else 0.1
        return self._planner.steps(stage, scale, zoomed=stage.zoomed_view is not None)

    def sharpness(self) -> Sharpness:
        """How far the picture in front has come."""
        stage, steps = self._stage, self._steps()
        if stage.front is None:
            return Sharpness.FINAL
        rungs = [rung_of(stage, stage.front, step) for step in steps]
        done = max((n for n, rung in enumerate(rungs, 1) if self._is_there(rung)), default=0)
        return Sharpness.of(done, len(steps))


def images(rung: Rung, made: Developed) -> list[tuple[Rung, Tile]]:
    """The images that a rung is sent as, by their keys: itself, or its parts by their numbers."""
    if len(made.tiles) == 1:
        return [(rung, made.tiles[0])]
    return [(replace(rung, step=(rung.step, n)), tile) for n, tile in enumerate(made.tiles)]


def whole(key: JobKey) -> JobKey:
    """The rung of which an image is a part."""
    return replace(key, step=key.step[0]) if isinstance(key, Rung) and isinstance(key.step, tuple) else key
