"""Pictures that belong to the cells they lie on: iTerm2's inline files and sixels.

Nothing is kept in the terminal, so a picture is sent when it is shown, as strips; text that goes over them wipes
them out, and then the strips under it are sent again. The scene is composed into the strips that it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from tui.display.block_painter import BlockPainter
from tui.display.rungs import Planner
from tui.display.stage import Picture, Rung, Stage, StageParts
from tui.display.strip_format import CellBox, StripFormat
from tui.display.strips import GROUND, Strips, StripScreen, box_of, common, composed
from tui.display.tags import Tag, changed_cells, tag_text, tags_of
from tui.imaging.develop import Developed, Developer
from tui.imaging.encode import Tile
from tui.imaging.ladder import Step
from tui.imaging.scene import Cross, Scene
from tui.imaging.worker_pool import Check, LruCache
from tui.terminal import sixel
from tui.terminal.blocks import Run
from tui.terminal.channel import Job, Priority, Sent

_ASKED_AT_ONCE = 4
TRUECOLOR_RATE = 10e6
"""Bits per second from which on the half-blocks that come before strips have 24-bit colours."""
MAX_MADE_BYTES = 48_000_000
"""Of encoded strips kept in memory."""
ARM = 18
"""Pixels from the middle of a crosshair to the ends of its arms."""


class CellStage(Stage):
    """`form`: how strips are written. Under sixels half-blocks come first on slow lines."""

    def __init__(self, parts: StageParts, form: StripFormat) -> None:
        super().__init__(parts)
        self.blocks = BlockPainter(self, parts, TRUECOLOR_RATE)
        self._form = form
        self._planner = Planner(form.encoding, parts.budget)
        self._develop = Developer(parts.decode_cache, parts.cache, sixel, GROUND)
        self._strips: LruCache[Developed] = LruCache(
            MAX_MADE_BYTES, lambda made: sum(len(tile.data) for tile in made.tiles) + 100
        )
        self._now: Strips | None = None
        self._screen = StripScreen()
        self._scened: Scene = ()

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
            if isinstance(step, Step) and self._strips.get(rung) is None:
                asked += 1
                if asked <= _ASKED_AT_ONCE:
                    self._ask_strips(rung, step, place)
            elif not isinstance(step, Step) and not self.blocks.is_made(rung):
                self.blocks.ask(rung, place)
        self.pump()

    def _rung_of(self, picture: Picture, step: Step) -> Rung | None:
        """None when the picture is broken, or moves: then only rough steps are made."""
        if self.is_broken(picture):
            return None
        if step.kind == "blocks":
            return self.blocks.rung(picture)
        view = self.view_of(picture)
        moving = view is not None and not self._rested
        return None if moving and step.divisor == 1 else Rung(picture, self.canvas, view, step)

    def _ask_strips(self, rung: Rung, step: Step, place: int) -> None:
        subject, develop = self.subject(rung), self._develop
        self.workers.ask(
            rung,
            place,
            lambda check: develop(subject, step, check),
            lambda made: self._has_strips(rung, made),
            rung.picture != self.front or self._form.aside,
        )

    def _has_strips(self, rung: Rung, made: Developed) -> None:
        self._strips.put(rung, made)
        self.made(rung.picture, made.facts)
        self.advance()

    # What is on the screen

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._now = None
        self.channel.reprioritise(lambda key: None)
        super().show(picture, serial, keep_view)

    @property
    def _blocks_first(self) -> bool:
        """Half-blocks are the first step on this line."""
        return any(step.kind == "blocks" for step in self._planner.steps(self, 0.1))

    def present(self) -> None:
        if 0 in self.size:
            return
        if self.front is None or self.is_broken(self.front):
            self._erase_all()
            return
        if self._blocks_first and not self.gate.told:
            self._present_blocks()
            return
        best = self._best()
        if best is None:
            return
        rung, made = best
        assert isinstance(rung.step, Step) and made.viewport is not None
        first = self._now is None or self._now.viewport != made.viewport
        clean = {box_of(tile): tile for tile in made.tiles if self._fits(tile)}
        self._now = Strips(self.serial, made.viewport, rung.step, clean, {})
        self._scened = ()
        self._screen.patching = None
        self._drop_strips(lambda box: box not in clean)
        if first:
            self._erase_margin(clean)
        self._send()
        if self.scene:
            self._ask_scene()

    def _present_blocks(self) -> None:
        if self._screen.painted:
            self.blocks.covered_by_strips()
        self._screen.painted.clear()
        self.blocks.present()

    def _best(self) -> tuple[Rung, Developed] | None:
        """The last step of the ladder that is there for this view."""
        if self.front is None or self.viewport is None:
            return None
        found = None
        for step in self._planner.steps(self, self.viewport.scale, zoomed=self.view is not None):
            rung = Rung(self.front, self.canvas, self.view, step)
            made = self._strips.get(rung) if step.kind != "blocks" else None
            if made is not None and made.tiles and made.viewport == self.viewport:
                found = rung, made
        return found

    def _fits(self, tile: Tile) -> bool:
        return self._form.fits(self.origin[1] + tile.row + tile.rows, self.screen_rows)

    def _send(self) -> None:
        """Queues the strips that are not on the screen; the first time a fence follows them, as soon as not all of
        them are covered."""
        now = self._now
        if now is None:
            return
        order = int(Priority.PICTURE)
        hidden = 0
        for box in now.clean:
            if self._screen.holds(box, now.data(box)):
                continue
            if self.host.covered(box):
                hidden += 1
                continue
            text = self._strip_text(box, now.data(box)) + self._tags_over(box)
            self.channel.submit(Job(("strip", box), order, (text,)))
            order += 1
        if hidden < len(now.clean):
            self.ask_seen(order)
        else:
            self.channel.drop(lambda key: key == ("seen", self.serial, self.gate.attempt))
        self.pump()

    def _strip_text(self, box: CellBox, data: bytes) -> str:
        return self._form.strip(data, self._on_screen(box))

    def _on_screen(self, box: CellBox) -> CellBox:
        return self.origin[0] + box[0], self.origin[1] + box[1], box[2], box[3]

    def _bare(self, before: Sequence[Tag]) -> None:
        """Blanks for tags that have gone: where cells are a fraction of a pixel wide, a line of their background would
        shine out at the end of the picture that is sent over them."""
        width = self.caps.cell[0]
        if abs(width - round(width)) >= 0.01:
            self._erase(*(tag.box for tag in before if tag not in self.tags))

    def _tags_over(self, box: CellBox) -> str:
        """Text goes over pictures, so it is written after them."""
        return self._tag_texts([tag for tag in self.tags if common(box, tag.box)])

    def _tag_texts(self, tags: Iterable[Tag]) -> str:
        return "".join(tag_text(tag, self.origin, self.caps.truecolor) for tag in tags)

    def emit(self, piece: Sent) -> None:
        match piece.job.key:
            case ("rows", _):
                self.blocks.emit(piece)
            case _:
                super().emit(piece)

    def sent(self, piece: Sent) -> None:
        match piece.job.key:
            case ("strip", box) if self._now is not None and box in self._now.clean:
                self._screen.put(box, self._now.data(box))
            case ("patch", int(number)):
                if self._screen.end_patch(number) and self.scene != self._scened:
                    self._ask_scene()
            case _:
                super().sent(piece)

    def arrived(self, job: Job) -> None:
        match job.key:
            case ("seen", _, attempt) if attempt == self.gate.attempt and self._now is None:
                # The half-blocks are there; strips may go over them.
                self.present()

    def _erase_margin(self, clean: dict[CellBox, Tile]) -> None:
        """The cells round the strips, where another picture may have been."""
        if not self._screen.painted:
            if self.caps.attached:
                # Of another size; a picture may be some pixels narrower than its cells, so one column more is hidden.
                self._erase((0, 0, self.size[0] + 1, self.size[1]))
                self.host.repaint_beside()
            return
        left, top = min((b[0] for b in clean), default=0), min((b[1] for b in clean), default=0)
        right, bottom = (max((b[n] + b[n + 2] for b in clean), default=0) for n in (0, 1))
        (width, height), middle = self.size, bottom - top
        self._erase(
            (0, 0, width, top),
            (0, bottom, width, height - bottom),
            (0, top, left, middle),
            (right, top, width - right, middle),
        )

    def _erase_all(self) -> None:
        self._now = None
        self.blocks.present()
        if self._screen.painted:
            self._erase((0, 0, *self.size))
            self._screen.painted.clear()

    def _erase(self, *boxes: CellBox) -> None:
        text = "".join(
            self._form.blank(self._on_screen(box), self.caps.attached)
            for box in boxes
            if box[2] > 0 and box[3] > 0
        )
        if text:
            self.channel.submit(Job(("erase",), Priority.URGENT, (f"\x1b[0m{text}",), "place"))
            self.pump()

    def row(self, y: int) -> tuple[list[Run], bool]:
        """Below strips nothing is painted: what a page leaves uncovered must not be an older picture."""
        return self.blocks.row(y) if self._now is None else ([], False)

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            # What waits was for other cells; a fence on its way would tell of a picture that is there no longer.
            self._screen.painted.clear()
            self.channel.reprioritise(lambda key: None)
            self.gate.begin_again()
        if size != self.size:
            # Neither the strips nor the cells below them are of this size.
            self._now = None
            self.blocks.resized()
        super().resized(origin, size, screen_rows)

    # The scene

    def _tag(self) -> None:
        """The tags; strips under those that changed are sent again, and tags after them."""
        if self._now is None:
            super()._tag()
            return
        tags = tags_of(self.scene, self.viewport, self.size) if self.viewport is not None else ()
        before, self.tags = self.tags, tags
        self._bare(before)
        self._screen.wipe(changed_cells(before, tags))

    def draw(self, scene: Scene) -> None:
        """Lines across the whole picture would be sent as strips with every move: the crosshair gets short arms."""
        super().draw(tuple(replace(mark, arm=ARM) if isinstance(mark, Cross) else mark for mark in scene))

    def overlay(self) -> None:
        if self._now is not None:
            self._ask_scene()
            return
        self._tag()
        self.present()

    def _ask_scene(self) -> None:
        """Composes the newest scene into the strips, one at a time."""
        now, scene, front, before = self._now, self.scene, self.front, self._scened
        if now is None or front is None or self._screen.patching is not None or self.workers.asked("scene"):
            return
        tags = tags_of(scene, now.viewport, self.size) if now.viewport == self.viewport else self.tags
        bared = [tag.box for tag in self.tags if tag not in tags]
        rung = Rung(front, self.canvas, self.view, now.step)
        subject, decode_cache, form = self.subject(rung), self.decode_cache, self._form

        def work(_: Check) -> Strips:
            decoded = decode_cache.decoded(subject)
            if decoded.image is None:
                return now
            return composed(decoded.image, now, before, scene, form, bared)

        self.workers.ask("scene", -1, work, lambda drawn: self._has_scene(now, scene, tags, drawn))

    def _has_scene(self, asked: Strips, scene: Scene, tags: tuple[Tag, ...], drawn: Strips) -> None:
        now = self._now
        if now is None or now.serial != asked.serial or now.clean is not asked.clean:
            # Other strips came while this was made; what was asked for them meanwhile had to wait.
            self._ask_scene()
            return
        old, self.tags = self.tags, tags
        self._bare(old)
        self._now, self._scened = drawn, scene
        if not self._patch(now, drawn, [tag for tag in tags if tag not in old]):
            self._screen.wipe(changed_cells(old, tags))
        self._send()
        if scene != self.scene:
            self._ask_scene()

    def _patch(self, before: Strips, now: Strips, new: Sequence[Tag]) -> bool:
        """Where the strips lie on the screen as they were, only what changed of them is sent, and the new tags."""
        texts = [tag.box for tag in new]
        under = [box for box in now.clean if any(common(box, cells) for cells in (*now.patches, *texts))]
        changed = {box: now.data(box) for box in now.clean if now.data(box) != before.data(box)}
        if now.step.divisor > 1 or any(
            self._screen.painted.get(box) != before.data(box) for box in (*under, *changed)
        ):
            return False
        if any(self.host.covered(box) for box in (*now.patches, *texts)):
            return False
        if sum(map(len, now.patches.values())) > sum(len(now.data(box)) for box in under):
            return False
        number = self._screen.begin_patch(changed)
        text = "".join(
            self._strip_text(box, data) + self._tags_over(box) for box, data in now.patches.items()
        )
        text += self._tag_texts(new)
        self.channel.submit(Job(("patch", number), Priority.OVERLAY, (text,), "overlay"))
        return True

    # What goes over it

    def damaged(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        if self._now is None:
            return
        if spans is None:
            self._screen.painted.clear()
        else:
            self._screen.wipe(spans)
        self._hold_back()
        self._send()

    def undamaged(self) -> None:
        self._send()

    def _hold_back(self) -> None:
        """What still waits and would go over something that covers the canvas by now is not sent; when that has
        gone, its strips are."""
        patches = self._now.patches if self._now is not None and self._screen.patching is not None else {}
        if any(self.host.covered(box) for box in patches):
            self._screen.drop_patch()
        self._drop_strips(self.host.covered)

    def _drop_strips(self, unwanted: Callable[[CellBox], bool]) -> None:
        """Strips that wait and are not to be sent any more."""

        def drops(key: Hashable) -> bool:
            match key:
                case ("strip", (int(x), int(y), int(width), int(height))):
                    return unwanted((x, y, width, height))
            return False

        self.channel.drop(drops)

    def spoilt(self) -> None:
        if self.caps.attached and self._now is not None:
            # There text takes no picture away that has moved.
            self._screen.painted.clear()
            self._erase_margin(self._now.clean)

    def forget(self) -> None:
        self._screen.painted.clear()
        self._now = None
        self.channel.enter()
        self.gate.begin_again()
        self.present()
