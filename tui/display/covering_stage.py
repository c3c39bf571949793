"""Pictures that lie in the terminal's memory and take the place of cells when they are placed (xterm.js, VS Code).

As with kitty they are sent ahead and switched for some dozen bytes. But there are no layers: text over a picture wipes it
out, and then it is placed again; the scene is composed with the picture into patches (`CoveringScene`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from tui.display.cell_stage import ARM
from tui.display.covering_anchors import ImageKey
from tui.display.covering_painter import CoveringPainter
from tui.display.covering_scene import CoveringScene
from tui.display.covering_supply import PictureSupply
from tui.display.exact_layer import SETTLE
from tui.display.fetching import fetching_changed
from tui.display.jobs import (
    JobKey,
    Picture,
    PlacementJob,
    Rung,
    SceneJob,
    StageJob,
    StagePiece,
    StoredStrip,
    owner_of,
)
from tui.display.patches import Patch
from tui.display.stage import Stage, StageParts
from tui.display.stored_answers import heed_answer
from tui.display.strips import common
from tui.display.tags import Tag
from tui.imaging.viewport import CellBox
from tui.model.scene import Cross, Scene
from tui.terminal import wire
from tui.terminal.channel import Job, Priority
from tui.terminal.replies import ReplyValue
from tui.terminal.wire import Placement

Boxed = TypeVar("Boxed", Patch, Tag)


class CoveringStage(Stage):
    """xterm.js from 6.1 on, and what is like it."""

    holds_beside: ClassVar[bool] = True
    clear_rims: ClassVar[bool] = True

    def __init__(self, parts: StageParts, painter: CoveringPainter) -> None:
        super().__init__(parts)
        self.painter = painter
        self.supply = PictureSupply(self, parts, painter)
        self.drawn = CoveringScene(self, painter, lambda made, tags: self._put(self._goal(), made, tags))
        self._visible = False
        self._level: object = None
        self._settled = True

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            self.painter.moved((*origin, *size), origin[0] + self._anchor_column(size))
            self.drawn.forget()
        super().resized(origin, size, screen_rows)

    def _anchor_column(self, size: tuple[int, int]) -> int:
        """The column of the canvas behind all that pictures may reach."""
        return size[0] + self.caps.spare_columns - 1

    def advance(self) -> None:
        if 0 in self.size:
            return
        # Until something of the picture in front is there, nothing else goes onto the line.
        self.supply.advance(self._rested, None if self._visible else self.front)
        self._tell_sharpness()

    def _on_screen(self, box: CellBox) -> CellBox:
        return self.origin[0] + box[0], self.origin[1] + box[1], box[2], box[3]

    def _tell_sharpness(self) -> None:
        """While a view moves nothing is asked for it: what was told before stands."""
        if self.zoomed_view is None or self._rested:
            self.sharpness.tell(self.supply.sharpness())

    def sent(self, piece: StagePiece) -> None:
        key = piece.job.key
        if piece.done and isinstance(key, Rung | StoredStrip):
            self.supply.sent(key)
            if owner_of(key).picture == self.front:
                self.present()

    # What lies on the screen

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._visible = False
        self.painter.ledger.refusals.begin()
        super().show(picture, serial, keep_view)

    def _goal(self) -> dict[ImageKey, Placement]:
        """What a key brings is a few bytes: strips that lie in the terminal follow a moment later."""
        level = self.serial, self.viewport
        if level != self._level:
            self._level, self._settled = level, False
            self.host.later(SETTLE, lambda: self._settle(level))
        return self.supply.goal(self._settled)

    def _settle(self, level: object) -> None:
        if level == self._level:
            self._settled = True
            self.present()

    def present(self) -> None:
        goal = self._goal()
        was, self._visible = self._visible, bool(goal)
        if fetching_changed(self, self._visible):
            self._tag()
        if self._visible and not was:
            self.host.later(0, self.advance)
        if goal and self.host.covered((0, 0, *self.size)):
            # It would lie over what covers it; when that has gone, its cells are painted.
            return
        if was and self.scene and goal and self.painter.lays(goal):
            # It comes with what lies over it.
            self.drawn.ask(anew=True)
            return
        self._put(goal)
        if goal and self.drawn.differs:
            self.drawn.ask()
        self.pump()

    def _put(
        self,
        goal: dict[ImageKey, Placement],
        made: Sequence[Patch] = (),
        tags: tuple[Tag, ...] | None = None,
    ) -> bool:
        """Lays the picture, and over it what of the patches `made` for it is covered by that, and its tags (None: those of
        the newest scene). Whether all was laid anew."""
        anew = self.painter.renews(goal)
        bare = self._replace_tags(tags) if anew and goal else ""
        over, covered = self._covered(goal, made), self._covered(goal, self.tag_layer.tags)
        if anew:
            self.drawn.begin_again()
        text = bare + self.painter.lay(goal) + self.drawn.texts(over) + self.drawn.tag_texts(covered)
        if not goal:
            self._tag()
        first = self._visible and self.gate.wants_fence
        if text or first:
            self.gate.fenced = self.gate.fenced or first
            key: JobKey = self.seen_fence if first else PlacementJob()
            text = wire.synchronized(text) if text and self.caps.synchronized else text
            self.channel.submit(Job(key, Priority.URGENT, (text,), "place", exact=True))
        self._tell_sharpness()
        return anew

    def _covered(self, goal: dict[ImageKey, Placement], things: Sequence[Boxed]) -> list[Boxed]:
        """Those of patches or tags over which laying `goal` goes."""
        new = self.painter.lays(goal)
        return [thing for thing in things if any(common(self._on_screen(thing.box), box) for box in new)]

    # The scene

    def _tag(self) -> None:
        """While a picture lies on the canvas its tags change with what is laid over it."""
        if not self.painter.laid:
            super()._tag()

    def _replace_tags(self, tags: tuple[Tag, ...] | None) -> str:
        """Tags of the picture that is laid next; blank cells in place of others."""
        if tags is None:
            tags = self.tag_layer.wanted(self.scene, self.viewport, self.size)
        before = self.tag_layer.replace(tags)
        return self.drawn.cleared([tag for tag in before if tag not in tags])

    def draw(self, scene: Scene) -> None:
        """Lines across the whole picture would be sent as patches with every move: the crosshair gets short arms."""
        super().draw(tuple(replace(mark, arm=ARM) if isinstance(mark, Cross) else mark for mark in scene))

    def draw_scene(self) -> None:
        self._tag()
        if self._visible and self.drawn.differs:
            self.drawn.ask()

    def arrived(self, job: StageJob) -> None:
        if isinstance(job.key, SceneJob):
            self.drawn.arrived()

    # What goes over it

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        beside = self._anchor_column(self.size)
        if spans is None:
            spans = [(row, 0, beside + 1) for row in range(self.size[1])]
        rows = {self.origin[1] + row for row, _, end in spans if end > beside}
        kept = len(self.painter.ledger.known)
        self.write(self.painter.unanchored(rows), "place")
        self.drawn.overwritten(spans)
        self.spared()
        if len(self.painter.ledger.known) < kept:
            # What lost its anchor while something covered the canvas is sent again.
            self.host.later(0, self.advance)

    def spared(self) -> None:
        if not self.drawn.mend():
            self.painter.place_again()
        self.present()

    def disturbed(self) -> None:
        """The cells are painted next, of which `overwritten` tells."""

    # What the terminal says

    def reply(self, value: ReplyValue) -> None:
        heed_answer(self, self.painter, value)

    def forget(self) -> None:
        # Entered twice in a row, an upload may have begun between.
        self.write(self.channel.leave(), "picture")
        self.channel.enter()
        self.painter.forget()
        self.drawn.forget()
        self.gate.begin_again()
        self.present()
        self.advance()

    def release_text(self) -> str:
        return self.channel.leave() + self.painter.release_text()
