"""Pictures that lie in the terminal's memory: sent ahead, placed when wanted, scaled and moved without being sent."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from tui.display.exact_layer import ExactLayer
from tui.display.fetching import fetching_changed
from tui.display.ground import Ground
from tui.display.jobs import (
    JobKey,
    Picture,
    PlacementJob,
    Rung,
    SceneJob,
    StageJob,
    StagePiece,
    StoredStrip,
    rank_of,
)
from tui.display.marks import Overlay, overlay_of
from tui.display.placing import ShapeBook
from tui.display.rungs import Planner
from tui.display.sharpness import Sharpness
from tui.display.stage import Stage, StageParts, is_current, rung_of
from tui.display.stored_answers import heed_answer
from tui.display.stored_maker import StoredMaker, StoredPicture
from tui.display.stored_painter import Slot, Sprite, StoredPainter
from tui.imaging.changes import OverlayTiles
from tui.imaging.ladder import SentEncoding, Step
from tui.imaging.viewport import Viewport
from tui.terminal.blocks import EMPTY
from tui.terminal.channel import Job, Priority
from tui.terminal.replies import ReplyValue
from tui.terminal.wire import Z_GROUND, Placement, flat


class StoredStage(Stage):
    """kitty, and kitty in tmux. `encoding`: of its pictures."""

    encoding: ClassVar[SentEncoding] = "png"
    under_cells: ClassVar[bool] = True
    clear_rims: ClassVar[bool] = True

    def __init__(self, parts: StageParts, painter: StoredPainter) -> None:
        super().__init__(parts)
        self.painter = painter
        self._planner = Planner(self.encoding, parts.budget, parts.exact)
        self._tiles = OverlayTiles()
        self._made = StoredMaker(self, parts, self._is_made)
        self._shapes = ShapeBook()
        self._exact = ExactLayer(self, painter)
        self._visible = self._drawing = self._stale = False

    @property
    def anchor(self) -> int | None:
        return self.painter.anchor

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        self.painter.moved_anchor(origin)
        super().resized(origin, size, screen_rows)

    # What to make and to send

    def advance(self) -> None:
        if self.size == (0, 0):
            return
        # Until something of the picture in front is there, nothing else goes onto the line.
        only = self.front if self.front is not None and not self._visible else None
        plan, ahead = (make(self, self._rung) for make in (self._planner.plan, self._planner.made_ahead))
        ahead = [rung for rung in ahead if rung not in plan]
        self._made.supply(plan, self._send, only=only, ahead=ahead)
        self._tell_sharpness()

    def _rung(self, picture: Picture, step: Step) -> Rung | None:
        """What of this step is to be made, None when the picture is broken or there is better in the terminal."""
        known = self.facts.get(picture)
        if known is not None and known.size is None:
            return None
        view = self.view_of(picture)
        if view is not None and not self._rested:
            return None
        rung = rung_of(self, picture, step)
        ledger = self.painter.ledger
        if ledger.is_settled(rung) or self._made.is_empty(rung):
            return None
        if step.exact:
            return self._exact.missing(rung)
        if known is None or known.size is None:
            return rung
        viewport = view or Viewport.fit(known.size, self.canvas, self.caps.cell)
        density = viewport.scale / step.divisor
        best = self._shapes.best_density(ledger, rung, viewport.scale)
        return rung if density > best * 1.01 else None

    def _is_made(self, rung: Rung, made: StoredPicture) -> None:
        self.learned(rung.picture, made.facts)
        self.advance()

    def _send(self, rung: Rung, made: StoredPicture, place: int) -> None:
        tile, viewport = made.tile, made.viewport
        if made.strips:
            self._exact.send(rung, made.strips, place)
            return
        if tile is None or viewport is None:
            return
        self._shapes.enter(rung, tile, viewport)
        size = (tile.width, tile.height)
        priority = Priority.PICTURE + rank_of(rung, place)
        self.channel.submit(self.painter.upload(rung, tile.data, size, priority, self.channel.piece))

    def sent(self, piece: StagePiece) -> None:
        key = piece.job.key
        if not piece.done or not isinstance(key, Rung | StoredStrip):
            return
        self.painter.ledger.arrived(key)
        if isinstance(key, StoredStrip):
            self.write(self._exact.sent(key), "place")
            self._tell_sharpness()
        if freed := self.painter.make_room(self._needed() | self.channel.pending):
            self._shapes.keep(self.painter.ledger.known)
            self._exact.forget()
            self.write(freed, "free")
        if isinstance(key, Rung) and key.picture == self.front:
            self.present()
            self._tell_sharpness()

    def _needed(self) -> set[Hashable]:
        pictures = [*self.wanted[:2], *([self.front] if self.front is not None else [])]
        shapes = (rung for picture in pictures for rung in self._shapes.of(picture))
        return {rung for rung in shapes if is_current(self, rung)} | self._exact.needed(pictures)

    def _tell_sharpness(self) -> None:
        """While a view moves nothing is asked for it: what was told before stands."""
        front, view = self.front, self.viewport
        if front is None or view is None or self.is_broken(front):
            coming = front is not None and not self.is_broken(front)
            self.sharpness.tell(Sharpness.ROUGH if coming else Sharpness.FINAL)
            return
        if self.zoomed_view is not None and not self._rested:
            return
        steps = self._planner.steps(self, view.scale, zoomed=self.zoomed_view is not None)
        pending = any(self._rung(front, step) is not None for step in steps)
        like = rung_of(self, front, None)
        share = self._shapes.best_density(self.painter.ledger, like, view.scale) / view.scale
        sharpness = Sharpness.at(share, self._exact.any_there, pending)
        self.sharpness.tell(self._planner.settled(self, sharpness, whole=self._exact.is_there))

    # What lies on the screen

    def present(self, priority: Priority = Priority.URGENT) -> None:
        picture = self._picture_slots()
        was, self._visible = self._visible, bool(picture)
        if fetching_changed(self, self._visible):
            self._tag()
        picture = self._exact.over(picture)
        over = self._overlay()
        self._stale = False
        sprites = (*_under(self.ground, self.size), *over.sprites)
        text = self.painter.lay(picture, over.lines, sprites, self.origin, whole=self.caps.synchronized)
        first = self._visible and self.gate.wants_fence
        if not text and not first:
            return
        drawing = priority == Priority.OVERLAY
        key: JobKey = SceneJob() if drawing else PlacementJob()
        self._drawing = self._drawing or drawing
        if first:
            self.gate.fenced = True
            key = self.seen_fence
        # What only becomes sharper beside a person who rests is followed at once by the next strip.
        holds = drawing or not (self.resting and self._rested)
        kind = "overlay" if drawing else "place"
        self.channel.submit(Job(key, priority, (text,), kind, exact=True, holds=holds))
        if self._visible and not was:
            self.host.later(0, self.advance)
        self.pump()

    def _overlay(self) -> Overlay:
        """What is to be placed for the scene; nothing before a picture is there."""
        if not self._visible or self.viewport is None or not self.scene:
            return Overlay()
        return overlay_of(self.scene, self.viewport, self._tiles)

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._visible = False
        self.painter.ledger.refusals.begin()
        super().show(picture, serial, keep_view)

    def _picture_slots(self) -> dict[Slot, Placement]:
        """The best image of the picture in front, and where it lies; nothing while none is there."""
        if self.front is None or self.viewport is None:
            return {}
        at, served = (self.viewport, self.origin, self.size), self.adjusting.served
        best = self._shapes.best_placement(self.painter.ledger, self.front, *at, served)
        self.adjusting.laid = best[0].adjustment if best is not None else None
        return {(best[0], 1): best[1]} if best is not None else {}

    def draw_scene(self) -> None:
        """At most one change of the scene is under way; when it was answered, the newest follows."""
        self._tag()
        if self._drawing and not self.channel.idle:
            self._stale = True
            return
        self.present(Priority.OVERLAY)

    def arrived(self, job: StageJob) -> None:
        if isinstance(job.key, SceneJob):
            self._drawing = False
            if self._stale:
                self.draw_scene()

    # What the terminal says

    def reply(self, value: ReplyValue) -> None:
        heed_answer(self, self.painter, value)

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        if self.caps.attached:
            self.disturbed()

    def spared(self) -> None:
        """What covers a picture takes nothing from it."""

    def disturbed(self) -> None:
        self.painter.place_again()
        self._exact.disturbed()
        self.present()

    def forget(self) -> None:
        # Entered twice in a row, an upload may have begun between.
        self.write(self.channel.leave(), "picture")
        self.channel.enter()
        self.painter.forget()
        self._shapes.keep(())
        self._exact.forget()
        self.gate.begin_again()
        self.move_on()

    def release_text(self) -> str:
        return self.channel.leave() + self.painter.release_text()


def _under(ground: Ground, size: tuple[int, int]) -> Sequence[Sprite]:
    """One pixel of the ground under the whole canvas of `size` (columns, rows), whatever lies there; none where it is the
    terminal's own."""
    if ground.cell == EMPTY or 0 in size:
        return ()
    # With others of its colour round it: where it is scaled, kitty mixes in what lies beyond the edge of an image.
    pixels, middle = (3, 3), (1, 1, 1, 1)
    return (Sprite(ground, lambda: flat(ground.colour, pixels), pixels, (0, 0), Z_GROUND, middle, size),)
