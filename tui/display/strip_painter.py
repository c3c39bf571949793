"""The part of a stage that shows pictures as strips which belong to cells, and the scene and tags over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from tui.display.block_picture import rough_ink
from tui.display.jobs import (
    EraseJob,
    JobKey,
    PatchJob,
    PlacementJob,
    RowsJob,
    Rung,
    SceneJob,
    SeenFence,
    StagePiece,
    StoredStrip,
    StripJob,
)
from tui.display.stage import Stage, rung_of
from tui.display.strip_eraser import StripEraser, on_screen
from tui.display.strip_format import StripFormat
from tui.display.strip_tags import StripTags
from tui.display.strip_tiles import strips_of
from tui.display.strips import Strips, StripScreen, composed
from tui.display.tags import Tag, changed_cells, tags_of
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step
from tui.imaging.viewport import CellBox
from tui.imaging.worker_pool import Check
from tui.model.scene import Scene
from tui.model.view_settings import NEUTRAL
from tui.terminal.channel import Job, Priority


class StripPainter:
    """Queues strips with the channel, composes the scene into them, and knows which of them are on the screen. `now`:
    what is to lie on the canvas; None while no strips are shown. `under`: the step of strips of this view that were whole before
    these; `scened`: what is drawn on them. `_waiting`: the data of the strips last queued, and which cells are made blank before them."""

    def __init__(self, stage: Stage, form: StripFormat) -> None:
        self._stage, self._form = stage, form
        self.now: Strips | None = None
        self.under: Step | None = None
        self._screen = StripScreen()
        self.eraser = StripEraser(stage, form, self._screen)
        self._waiting: dict[CellBox, tuple[bytes, list[CellBox]]] = {}
        self.scened: Scene = ()
        self.tags = StripTags(stage, self.eraser)
        # Strips that are to come with the scene are not sent before it is drawn.
        self._awaits_scene = False

    @property
    def any_painted(self) -> bool:
        """Whether strips lie on the screen, of this picture or another."""
        return self._screen.any_there

    @property
    def complete(self) -> bool:
        """Whether all strips are on the screen that nothing else covers."""
        now, covered = self.now, self.eraser.covered
        return (
            now is not None
            and now.whole
            and all(self._screen.painted.get(box) == now.data(box) or covered(box) for box in now.clean)
        )

    @property
    def unfinished(self) -> bool:
        """Whether more strips of what is looked at are being made."""
        return self.now is not None and not self.now.whole and self.as_wanted

    def show(self, made: Developed, step: Step) -> None:
        """These strips in place of others; only what differs is sent. Some of them alone do not come with a scene."""
        assert made.viewport is not None
        first = self.now is None or self.now.viewport != made.viewport
        if first or self.complete:
            self.under = self.now.step if self.now is not None and not first else None
        clean = strips_of(self._stage, self._form, made, step)
        adjustment = self._stage.adjusting.now if self._stage.front is not None else NEUTRAL
        self.now = Strips(
            self._stage.serial, made.viewport, step, clean, {}, adjustment=adjustment, whole=made.whole
        )
        self.scened = ()
        self._screen.drop_patch()
        self._drop_strips(lambda box: box not in clean)
        if first:
            self.eraser.margin(clean)
        gate = self._stage.gate
        # On a slow line, and when something of the picture is there, it comes with the scene: none is sent twice.
        at_once = step.divisor == 1 and made.whole and not (gate.was_seen or gate.fenced)
        self._awaits_scene = bool(self._stage.scene) and not at_once
        if not self._stage.scene:
            self.retag()
        self.send()
        if self._stage.scene:
            self.ask_scene()

    def end(self) -> None:
        """No more strips can be made than there are."""
        if self.now is not None:
            self.now = replace(self.now, whole=True)
            self.send()

    @property
    def missing(self) -> list[CellBox]:
        """Strips that are to be on the screen and are not."""
        return self._screen.missing(self.now) if self.now is not None else []

    @property
    def as_wanted(self) -> bool:
        """Whether the strips show what is looked at, as it is to look."""
        now, front = self.now, self._stage.front
        if now is None or front is None:
            return False
        wanted = self._stage.viewport, self._stage.adjusting.now
        return (now.viewport, now.adjustment) == wanted

    def lost(self) -> None:
        """No strips are on the screen any more."""
        self._screen.blank()
        self.tags.forget()

    def leave(self) -> None:
        """Another picture comes. What lies on the screen of this one lies there until it does."""
        self.now = None
        self._screen.leave()
        self.tags.leave()

    def send(self) -> None:
        """Queues the strips that are not on the screen; the first time a fence follows them, as soon as not all of
        them are covered."""
        now = self.now
        if now is None or self._awaits_scene:
            return
        order, hidden = int(Priority.PICTURE), 0
        blanks, bare = self.eraser.beside(now)
        there = now.clean.keys() - self._screen.missing(now)
        # What waits for these cells would show a scene of before.
        self._drop_strips(lambda box: box in there)
        for box in now.in_order(scene_first=self._stage.gate.was_seen):
            if box in there:
                continue
            if self.eraser.covered(box):
                hidden += 1
                continue
            text = (
                (f"\x1b[0m{blanks}" if blanks else "")
                + self.tags.blanks_beside(box, now.clean)
                + self._strip_text(box, now.data(box))
                + self.tags.over(box)
            )
            self._waiting[box] = now.data(box), bare
            self._stage.channel.submit(Job(StripJob(box), order, (text,)))
            order, blanks, bare = order + 1, "", []
        seen = now.whole and self.as_wanted  # As a whole, and looked at.
        if seen and hidden < len(now.clean):
            self._stage.ask_seen(order)
        elif seen:
            self._stage.channel.drop(lambda key: key == self._stage.seen_fence)
        self._stage.pump()

    def _strip_text(self, box: CellBox, data: bytes) -> str:
        return self._form.strip(data, on_screen(self._stage, box))

    def resume(self) -> None:
        """What the person looks at is the view of these strips, perhaps once more: what is missing of them is sent."""
        if self._awaits_scene or self._stage.scene != self.scened:
            self.ask_scene()
        self.send()

    def sent(self, piece: StagePiece) -> None:
        """A part of a job was written: strips of it lie on the screen now."""
        match piece.job.key:
            case StripJob(box):
                # By now it may have to look otherwise: what was written counts.
                data, bare = self._waiting.pop(box)
                self._screen.cleared(bare)
                self._screen.put(box, data)
                self.tags.covered([box])
            case PatchJob(number):
                if self._screen.end_patch(number) and self._stage.scene != self.scened:
                    self.ask_scene()
            case Rung() | StoredStrip() | SeenFence() | PlacementJob() | SceneJob() | EraseJob() | RowsJob():
                pass
            case other:
                assert_never(other)

    # Tags

    def retag(self) -> None:
        """The tags of the newest scene; strips under those that changed are sent again, and tags after them. Strips of a
        view that is left keep theirs."""
        stage = self._stage
        if self.now is not None and self.now.viewport == stage.viewport:
            tags = stage.tag_layer.wanted(stage.scene, stage.viewport, stage.size)
            self._screen.wipe(changed_cells(self.tags.replace(tags), tags))

    # The scene

    def ask_scene(self) -> None:
        """Composes the newest scene into the strips, one at a time. Into those of a view that is left it is not."""
        now, scene, front, before = self.now, self._stage.scene, self._stage.front, self.scened
        busy = self._screen.patching is not None or self._stage.workers.asked("scene")
        if now is None or front is None or now.viewport != self._stage.viewport or busy:
            return
        tags = tags_of(scene, now.viewport, self._stage.size)
        bared = [tag.box for tag in self._stage.tag_layer.tags if tag not in tags]
        if self.under is None and not self.complete:
            bared += rough_ink(before, now.viewport)
        rung = replace(rung_of(self._stage, front, now.step), adjustment=now.adjustment)
        caps, decode_cache, form = self._stage.caps, self._stage.decode_cache, self._form
        ground = self._stage.ground.colour
        subject = rung.subject(caps.cell, ground)

        def work(_: Check) -> Strips:
            decoded = decode_cache.decoded(subject)
            if decoded.image is None:
                return now
            return composed(decoded, now, before, scene, form, bared, ground)

        # A scene that cannot be drawn leaves the strips as they are.
        self._stage.workers.ask(
            "scene", -1, work, lambda drawn: self._has_scene(now, scene, tags, drawn), lambda _: now
        )

    def _has_scene(self, asked: Strips, scene: Scene, tags: tuple[Tag, ...], drawn: Strips) -> None:
        now = self.now
        if now is None or now.serial != asked.serial or now.clean is not asked.clean:
            # Other strips came while this was made; what was asked for them meanwhile had to wait.
            self.ask_scene()
            return
        old, begins = self.tags.replace(tags), self._awaits_scene
        self.now, self.scened, self._awaits_scene = replace(drawn, whole=now.whole), scene, False
        if not self._patch(now, self.now, [tag for tag in tags if tag not in old], begins):
            self._screen.wipe(changed_cells(old, tags))
        self.send()
        if scene != self._stage.scene:
            self.ask_scene()

    def _patch(self, before: Strips, now: Strips, new: Sequence[Tag], begins: bool) -> bool:
        """Only what changed is sent, and the new tags, at once, also over what lies there until all strips do: a shape is not cut
        off where these end. `begins`: none of these strips was to be there before."""
        texts = [tag.box for tag in new]
        under, changed = now.under((*now.patches, *texts)), now.changed(before)
        as_before = self._screen.holding(before)
        if now.step.divisor > 1 or (begins and not as_before.issuperset((*under, *changed))):
            return False
        covered = any(self.eraser.covered(box) for box in (*now.patches, *texts))
        if covered or (now.whole and not now.patches_are_smaller(under)):
            return False
        there = {box: data for box, data in changed.items() if box in as_before}
        number = self._screen.begin_patch(there, now.patches)
        text = "".join(
            self.tags.blanks_under(box, now.clean) + self._strip_text(box, data) + self.tags.over(box)
            for box, data in now.patches.items()
        )
        text += self.tags.texts(new)
        self.tags.covered(now.patches)
        self._stage.channel.submit(Job(PatchJob(number), Priority.OVERLAY, (text,), "overlay"))
        return True

    # What goes over it

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Text went over these cells (row, first, end); None: over all. What is missing then is to be sent."""
        if self.now is None:
            return
        if spans is None:
            self._screen.blank()
        else:
            self._screen.overwritten(spans)
        self._hold_back()

    def disturbed(self) -> None:
        """Something else may lie on the screen. Where pictures stay under text (`attached`) text takes none away that
        has moved."""
        if self._stage.caps.attached and self.now is not None:
            self._screen.blank()
            self.eraser.margin(self.now.clean)

    def _hold_back(self) -> None:
        """What still waits and would go over something that covers the canvas by now is not sent; its strips are later."""
        patches = self.now.patches if self.now is not None and self._screen.patching is not None else {}
        if any(self.eraser.covered(box) for box in patches):
            self._screen.drop_patch()
        if self._stage.host.covered((0, 0, *self._stage.size)):
            # Tags and blanks that go with a strip may reach further than it does.
            self._drop_strips(lambda box: True)

    def _drop_strips(self, unwanted: Callable[[CellBox], bool]) -> None:
        """Strips that wait and are not to be sent any more."""

        def drops(key: JobKey) -> bool:
            return isinstance(key, StripJob) and unwanted(key.box)

        self._stage.channel.drop(drops)
