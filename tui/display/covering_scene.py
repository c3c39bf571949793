"""The scene over pictures that take the place of cells, and the cells that text took from them.

There are no layers: what the scene touches is composed with the picture into patches, which go by the iTerm2 protocol;
where it has gone, and where text has gone, the stored picture is placed again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.display.covering_anchors import ImageKey
from tui.display.covering_painter import CoveringPainter
from tui.display.jobs import Rung, SceneJob
from tui.display.patches import Patch, patches
from tui.display.stage import Stage
from tui.display.strips import boxes_of, cells, common
from tui.display.tags import Tag, tag_text
from tui.imaging.viewport import CellBox, Viewport
from tui.imaging.worker_pool import Check
from tui.model.scene import Scene
from tui.model.view_settings import NEUTRAL
from tui.terminal import iterm2, wire
from tui.terminal.channel import Job, Priority
from tui.terminal.wire import Placement

_MENDED_AT_ONCE = 8
"""Boxes of cells that are placed again by themselves; where text went over more, the whole picture is."""
_FINE_RATE = 4e6
"""Bits per second from which on patches are nearly as good as the picture."""
_FINE, _COARSE = 90, 60
"""Qualities of JPEGs."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What patches are made for. `whole`: the picture is laid anew below them, whatever lies there now (`laid`)."""

    serial: int
    viewport: Viewport
    scene: Scene
    tags: tuple[Tag, ...]
    whole: bool
    laid: tuple[tuple[ImageKey, Placement], ...]


class CoveringScene:
    """Of one stage. `lay_anew`: lays what is there of the picture in front, and over it patches and tags; whether all of it
    was laid anew, and not only strips."""

    def __init__(
        self,
        stage: Stage,
        painter: CoveringPainter,
        lay_anew: Callable[[Sequence[Patch], tuple[Tag, ...]], bool],
    ) -> None:
        self._stage, self._painter, self._lay_anew = stage, painter, lay_anew
        self._drawn: Scene = ()
        """What of the scene lies over what is laid."""
        self._bared: set[tuple[int, int]] = set()
        """Cells of the canvas (column, row) from which text took the picture."""
        self._patched: set[tuple[int, int]] = set()
        """Cells on which a patch was laid."""
        self._under_way = self._stale = self._whole = False

    @property
    def differs(self) -> bool:
        """Whether another scene than the newest is drawn, or its tags are not there."""
        return self._stage.scene != self._drawn or self._stage.tag_layer.tags != self._tags()

    def _tags(self) -> tuple[Tag, ...]:
        """Of the newest scene, for the view that is looked at."""
        stage = self._stage
        return stage.tag_layer.wanted(stage.scene, stage.viewport, stage.size)

    def begin_again(self) -> None:
        """A picture was laid anew: nothing lies over it."""
        self._drawn = ()
        self._bared.clear()
        self._patched.clear()

    def forget(self) -> None:
        """Nothing lies on the screen, and nothing is on its way."""
        self.begin_again()
        self._under_way = self._stale = self._whole = False

    def ask(self, *, anew: bool = False) -> None:
        """Draws the newest scene: what of it changed, and cells that text took. `anew`: the picture is laid first. At
        most one change is under way; when it was answered, the newest follows."""
        stage = self._stage
        self._whole = self._whole or anew
        viewport = stage.viewport
        busy = stage.workers.asked("scene") or (self._under_way and not stage.channel.idle)
        if viewport is None or busy:
            self._stale = True
            return
        tags, laid = self._tags(), self._painter.laid_at
        asked = _Asked(stage.serial, viewport, stage.scene, tags, self._whole, laid)
        self._stale = self._whole = False
        before = () if asked.whole else self._drawn
        if not asked.scene:
            # A patch that had to reach further than the scene is not quite the picture beside it.
            self._bared |= self._patched
            self._patched.clear()
        gone = (tag.box for tag in stage.tag_layer.tags if tag not in tags)
        bared = () if asked.whole else (*self._boxes(), *gone)
        if asked.scene or before:
            self._compose(asked, before, bared)
        else:
            self._is_made(asked, tuple(Patch(box, None) for box in bared))

    def _compose(self, asked: _Asked, before: Scene, bared: Sequence[CellBox]) -> None:
        stage = self._stage
        assert stage.front is not None
        laid = stage.adjusting.laid or NEUTRAL
        rung = Rung(stage.front, stage.canvas, stage.zoomed_view, None, laid)
        origin, ground = stage.origin, stage.ground.colour
        subject, decode_cache = rung.subject(stage.caps.cell, ground), stage.decode_cache
        quality = _FINE if (stage.channel.rate or _FINE_RATE) >= _FINE_RATE else _COARSE

        def work(_: Check) -> tuple[Patch, ...]:
            decoded = decode_cache.decoded(subject)
            return patches(decoded, asked.viewport, before, asked.scene, quality, bared, laid, origin, ground)

        # A scene that cannot be drawn leaves the picture as it is.
        stage.workers.ask("scene", -1, work, lambda made: self._is_made(asked, made), lambda _: ())

    def _is_made(self, asked: _Asked, made: Sequence[Patch]) -> None:
        stage = self._stage
        same = (asked.serial, asked.viewport) == (stage.serial, stage.viewport)
        if not same or (not asked.whole and asked.laid != self._painter.laid_at):
            # Another picture, view or step came while this was made.
            stage.present()
            return
        if asked.whole:
            if stage.host.covered((0, 0, *stage.size)):
                return
            if self._lay_anew(made, asked.tags):
                self._drawn = asked.scene
            elif self.differs or asked.scene != self._drawn:
                # On new strips lies what was asked for, beside them what was drawn before.
                self._bared |= {cell for patch in made for cell in cells(patch.box)}
                self._stale = True
        else:
            self._patch(made, asked.tags)
            self._drawn = asked.scene
        stage.pump()
        if self.differs or self._stale:
            self.ask()

    def _patch(self, made: Sequence[Patch], tags: tuple[Tag, ...]) -> None:
        """What is covered by something waits until that has gone."""
        stage = self._stage
        before = stage.tag_layer.replace(tags)
        gone, new = self._uncovered(before, tags), self._uncovered(tags, before)
        seen = [patch for patch in made if not stage.host.covered(patch.box)]
        self._bared |= {cell for patch in made for cell in cells(patch.box)}
        self._bared -= {cell for patch in seen for cell in cells(patch.box)}
        text = self.cleared(gone) + self.texts(seen) + self.tag_texts(new)
        if text:
            self._under_way = True
            text = wire.synchronized(text) if stage.caps.synchronized else text
            stage.channel.submit(Job(SceneJob(), Priority.OVERLAY, (text,), "overlay", exact=True))

    def _uncovered(self, tags: Sequence[Tag], others: Sequence[Tag]) -> list[Tag]:
        """Tags that are not among others, and over which nothing lies."""
        return [tag for tag in tags if tag not in others and not self._stage.host.covered(tag.box)]

    def texts(self, made: Sequence[Patch]) -> str:
        """Patches, and the tags over them."""
        x, y = self._stage.origin
        boxes = {patch: (x + patch.box[0], y + patch.box[1], *patch.box[2:]) for patch in made}
        text = self._painter.restored(box for patch, box in boxes.items() if patch.data is None)
        for patch, box in boxes.items():
            if patch.data is not None:
                text += iterm2.strip(patch.data, box[:2], *box[2:]).decode("ascii")
                self._patched.update(cells(patch.box))
        over = [tag for tag in self._stage.tag_layer.tags if any(common(p.box, tag.box) for p in made)]
        return text + self.tag_texts(over)

    def cleared(self, tags: Sequence[Tag]) -> str:
        """Blank cells in place of tags; what is to be seen there is laid over them."""
        stage = self._stage
        x, y = stage.origin
        text = stage.ground.erased(*((x + tag.column, y + tag.row, *tag.box[2:]) for tag in tags))
        return f"\x1b[0m{text}" if text else ""

    def tag_texts(self, tags: Sequence[Tag]) -> str:
        """Tags as text for the terminal."""
        stage = self._stage
        return "".join(tag_text(tag, stage.origin, stage.caps.truecolor) for tag in tags)

    def arrived(self) -> None:
        """A change was answered."""
        self._under_way = False
        if self._stale:
            self.ask()

    # Cells that text took

    def overwritten(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """Text went over these cells (row, first, end); where it is a tag's, it is to stay."""
        columns = self._stage.size[0]
        tags = {cell for tag in self._stage.tag_layer.tags for cell in cells(tag.box)}
        self._bared |= {(x, row) for row, first, end in spans for x in range(first, min(end, columns))} - tags

    def mend(self) -> bool:
        """Asks for cells that can be seen again; False when so many are bare that the picture is better laid anew."""
        boxes = self._boxes()
        area = sum(box[2] * box[3] for box in boxes)
        if len(boxes) > _MENDED_AT_ONCE or area * 2 > self._stage.size[0] * self._stage.size[1]:
            return False
        if not all(map(self._stage.host.covered, boxes)):
            self.ask()
        return True

    def _boxes(self) -> tuple[CellBox, ...]:
        """Bare cells as boxes."""
        return tuple(boxes_of(self._bared))
