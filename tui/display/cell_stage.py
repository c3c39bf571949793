"""Pictures that belong to the cells they lie on: iTerm2's inline files and sixels.

Nothing is kept in the terminal, so a picture is sent when it is shown, as strips; text that goes over them wipes
them out, and then the strips under it are sent again. The scene is composed into the strips that it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from tui.display.block_stage import NEVER, BlockStage
from tui.display.rungs import in_order
from tui.display.stage import Picture, Rung, StageHost
from tui.display.strips import GROUND, Box, Strips, box_of, common, composed
from tui.display.tags import Tag, changed_cells, tag_text, tags_of
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.develop import Developed, Developer
from tui.imaging.encode import Tile
from tui.imaging.ladder import Step, ladder
from tui.imaging.scene import Cross, Scene
from tui.imaging.worker_pool import Check, LruCache, WorkerPool
from tui.terminal import iterm2, sixel, wire
from tui.terminal.blocks import Run
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Channel, Job, Priority, Sent

_ASKED_AT_ONCE = 4
ARM = 18
"""Pixels from the middle of a crosshair to the ends of its arms."""


class CellStage(BlockStage):
    """`kind`: what the strips are. Under sixels half-blocks come first on slow lines."""

    def __init__(
        self,
        host: StageHost,
        caps: TerminalCaps,
        workers: WorkerPool,
        decode_cache: DecodeCache,
        channel: Channel,
        budget: int | None = None,
        cache: DiskCache | None = None,
    ) -> None:
        super().__init__(host, caps, workers, decode_cache, channel)
        self._kind: Literal["jpeg", "sixel"] = "sixel" if caps.protocol == "sixel" else "jpeg"
        self._rich = 10e6
        self._budget = budget
        self._develop = Developer(decode_cache, cache, sixel, GROUND)
        self._strips: LruCache[Developed] = LruCache(
            48_000_000, lambda made: sum(len(tile.data) for tile in made.tiles) + 100
        )
        self._now: Strips | None = None
        self._painted: dict[Box, bytes] = {}
        self._scened: Scene = ()
        self._patching: dict[Box, bytes] | None = None
        self._patches = 0

    # What to make

    def advance(self) -> None:
        if 0 in self.size:
            return
        plan = self._plan()
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        self.workers.keep(lambda key: -1 if key == "scene" else ranks.get(key))
        asked = 0
        for place, rung in enumerate(plan):
            step = rung.step
            if isinstance(step, Step) and self._strips.get(rung) is None:
                asked += 1
                if asked <= _ASKED_AT_ONCE:
                    self._ask_strips(rung, step, place)
            elif not isinstance(step, Step) and self._made.get(rung) is None:
                self._ask(rung, place)
        self.pump()

    def _plan(self) -> list[Rung]:
        scale = self.viewport.scale if self.viewport is not None else 0.1
        zoomed = self._steps(scale, True) if self.view is not None else None
        steps = self._steps(scale, False)
        return in_order(self.front, self.wanted, steps, self._rung_of, resting=self.resting, zoomed=zoomed)

    def _steps(self, scale: float, zoomed: bool) -> tuple[Step, ...]:
        return ladder(
            self._kind,
            self.channel.rate,
            self.channel.round_trip,
            budget=self.budget_of(self._kind, self._budget),
            pixels=max(1, self.canvas[0] * self.canvas[1]),
            scale=scale,
            zoomed=zoomed,
            registers=self.caps.registers,
        )

    def _rung_of(self, picture: Picture, step: Step) -> Rung | None:
        known = self.facts.get(picture)
        if known is not None and known.size is None:
            return None
        view = self.view if picture == self.front else None
        if view is not None and not self._rested and step.divisor == 1 and step.kind != "blocks":
            return None
        if step.kind == "blocks":
            return self._rung(picture)
        return Rung(picture, self.canvas, view, step)

    def _ask_strips(self, rung: Rung, step: Step, place: int) -> None:
        subject, develop = self.subject(rung), self._develop
        self.workers.ask(
            rung,
            place,
            lambda check: develop(subject, step, check),
            lambda made: self._has_strips(rung, made),
            rung.picture != self.front or step.kind == "sixel",
        )

    def _has_strips(self, rung: Rung, made: Developed) -> None:
        self._strips.put(rung, made)
        new = rung.picture not in self.facts
        self.learned(rung.picture, made.facts)
        if rung.picture == self.front and not new:
            self.present()
        self.advance()

    # What is on the screen

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._now = None
        self.channel.reprioritise(lambda key: None)
        super().show(picture, serial, keep_view)

    @property
    def _blocks_first(self) -> bool:
        return any(step.kind == "blocks" for step in self._steps(0.1, False))

    def present(self) -> None:
        if 0 in self.size:
            return
        if self.front is None or self._broken:
            self._erase_all()
            return
        if self._blocks_first and not self._told:
            self._present_blocks()
            return
        best = self._best()
        if best is None:
            return
        rung, made = best
        assert isinstance(rung.step, Step) and made.viewport is not None
        first = self._now is None or self._now.viewport != made.viewport
        clean = {box_of(tile): tile for tile in made.tiles if self._above_last_row(tile)}
        self._now = Strips(self.serial, made.viewport, rung.step, clean, {})
        self._scened = ()
        self._patching = None
        self._drop_strips(lambda box: box not in clean)
        if first:
            self._erase_margin(clean)
        self._send()
        if self.scene:
            self._ask_scene()

    @property
    def _broken(self) -> bool:
        known = self.facts.get(self.front) if self.front is not None else None
        return known is not None and known.size is None

    def _present_blocks(self) -> None:
        if self._painted and self._shown is not None:
            # Strips lie on the cells: each cell is to be painted, whatever colour it had below them.
            self._shown.top[:] = NEVER
        self._painted.clear()
        super().present()

    def _best(self) -> tuple[Rung, Developed] | None:
        """The last step of the ladder that is there for this view."""
        if self.front is None or self.viewport is None:
            return None
        found = None
        for step in self._steps(self.viewport.scale, self.view is not None):
            rung = Rung(self.front, self.canvas, self.view, step)
            made = self._strips.get(rung) if step.kind != "blocks" else None
            if made is not None and made.tiles and made.viewport == self.viewport:
                found = rung, made
        return found

    def _above_last_row(self, tile: Tile) -> bool:
        """A sixel that ends on the terminal's last row makes most terminals scroll."""
        return self._kind != "sixel" or self.origin[1] + tile.row + tile.rows < self.screen_rows

    def _send(self) -> None:
        """Queues the strips that are not on the screen; the first time a fence follows them, as soon as not all of
        them are covered."""
        now = self._now
        if now is None:
            return
        order = int(Priority.PICTURE)
        hidden = 0
        for box in now.clean:
            if now.data(box) in (self._painted.get(box), (self._patching or {}).get(box)):
                continue
            if self.host.covered(box):
                hidden += 1
                continue
            text = self._strip_text(box, now.data(box)) + self._tags_over(box)
            self.channel.submit(Job(("strip", box), order, (text,)))
            order += 1
        if hidden < len(now.clean):
            self._ask_seen(order)
        else:
            self.channel.drop(lambda key: key == ("seen", self.serial, self._attempt))
        self.pump()

    def _strip_text(self, box: Box, data: bytes) -> str:
        at = self.origin[0] + box[0], self.origin[1] + box[1]
        if self._kind == "sixel":
            return sixel.strip(data, at).decode("ascii")
        return iterm2.strip(data, at, box[2], box[3]).decode("ascii")

    def _bare(self, before: Sequence[Tag]) -> None:
        """Blanks for tags that have gone: where cells are a fraction of a pixel wide, a line of their background would
        shine out at the end of the picture that is sent over them."""
        width = self.caps.cell[0]
        if abs(width - round(width)) >= 0.01:
            self._erase(*(tag.box for tag in before if tag not in self.tags))

    def _tags_over(self, box: Box) -> str:
        """Text goes over pictures, so it is written after them."""
        return self._tag_texts([tag for tag in self.tags if common(box, tag.box)])

    def _tag_texts(self, tags: Iterable[Tag]) -> str:
        return "".join(tag_text(tag, self.origin, self.caps.truecolor) for tag in tags)

    def pump(self) -> None:
        while piece := self.channel.step(self.host.now()):
            match piece.job.key:
                case ("rows", _):
                    self._paint_rows(piece)
                case _:
                    self.write(piece.text, piece.job.kind)
                    self.sent(piece)

    def sent(self, piece: Sent) -> None:
        match piece.job.key:
            case ("strip", box) if self._now is not None and box in self._now.clean:
                for other in [b for b in self._painted if b != box and common(b, box)]:
                    del self._painted[other]
                self._painted[box] = self._now.data(box)
            case ("patch", number) if number == self._patches and self._patching is not None:
                self._painted.update(self._patching)
                self._patching = None
                if self.scene != self._scened:
                    self._ask_scene()
            case _:
                super().sent(piece)

    def arrived(self, job: Job) -> None:
        match job.key:
            case ("seen", _, attempt) if attempt == self._attempt and self._now is None:
                # The half-blocks are there; strips may go over them.
                self.present()

    def _erase_margin(self, clean: dict[Box, Tile]) -> None:
        """The cells round the strips, where another picture may have been."""
        if not self._painted:
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
        super().present()
        if self._painted:
            self._erase((0, 0, *self.size))
            self._painted.clear()

    def _erase(self, *boxes: Box) -> None:
        text = "".join(map(self._blank, (box for box in boxes if box[2] > 0 and box[3] > 0)))
        if text:
            self.channel.submit(Job(("erase",), Priority.URGENT, (f"\x1b[0m{text}",), "place"))
            self.pump()

    def _blank(self, box: Box) -> str:
        x, y = self.origin[0] + box[0], self.origin[1] + box[1]
        if self.caps.attached and self._kind == "jpeg":
            # There a picture shines through whatever text is painted over it later; another picture hides it.
            return iterm2.strip(wire.dot(0), (x, y), box[2], box[3]).decode("ascii")
        return "".join(f"{wire.cursor(x, row)}\x1b[{box[2]}X" for row in range(y, y + box[3]))

    def row(self, y: int) -> tuple[list[Run], bool]:
        """Below strips nothing is painted: what a page leaves uncovered must not be an older picture."""
        return super().row(y) if self._now is None else ([], False)

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            self._painted.clear()
        if size != self.size:
            # Neither the strips nor the cells below them are of this size.
            self._now = None
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
        self._wiped(changed_cells(before, tags))

    def draw(self, scene: Scene) -> None:
        """Lines across the whole picture would be sent as strips with every move: the crosshair gets short arms."""
        super().draw(tuple(replace(mark, arm=ARM) if isinstance(mark, Cross) else mark for mark in scene))

    def overlay(self) -> None:
        if self._now is None:
            super().overlay()
        else:
            self._ask_scene()

    def _ask_scene(self) -> None:
        """Composes the newest scene into the strips, one at a time."""
        now, scene, front, before = self._now, self.scene, self.front, self._scened
        if now is None or front is None or self._patching is not None or self.workers.asked("scene"):
            return
        tags = tags_of(scene, now.viewport, self.size) if now.viewport == self.viewport else self.tags
        bared = [tag.box for tag in self.tags if tag not in tags]
        rung = Rung(front, self.canvas, self.view, now.step)
        subject, decode_cache, kind = self.subject(rung), self.decode_cache, self._kind

        def work(_: Check) -> Strips:
            decoded = decode_cache.decoded(subject)
            if decoded.image is None:
                return now
            return composed(decoded.image, now, before, scene, kind, bared)

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
            self._wiped(changed_cells(old, tags))
        self._send()
        if scene != self.scene:
            self._ask_scene()

    def _patch(self, before: Strips, now: Strips, new: Sequence[Tag]) -> bool:
        """Where the strips lie on the screen as they were, only what changed of them is sent, and the new tags."""
        texts = [tag.box for tag in new]
        under = [box for box in now.clean if any(common(box, cells) for cells in (*now.patches, *texts))]
        changed = {box: now.data(box) for box in now.clean if now.data(box) != before.data(box)}
        if now.step.divisor > 1 or any(
            self._painted.get(box) != before.data(box) for box in (*under, *changed)
        ):
            return False
        if any(self.host.covered(box) for box in (*now.patches, *texts)):
            return False
        if sum(map(len, now.patches.values())) > sum(len(now.data(box)) for box in under):
            return False
        self._patches += 1
        self._patching = changed
        text = "".join(
            self._strip_text(box, data) + self._tags_over(box) for box, data in now.patches.items()
        )
        text += self._tag_texts(new)
        self.channel.submit(Job(("patch", self._patches), Priority.OVERLAY, (text,), "overlay"))
        return True

    # What goes over it

    def damaged(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        if self._now is None:
            return
        if spans is None:
            self._painted.clear()
        else:
            self._wiped(spans)
        self._hold_back()
        self._send()

    def undamaged(self) -> None:
        self._send()

    def _hold_back(self) -> None:
        """What still waits and would go over something that covers the canvas by now is not sent; when that has
        gone, its strips are."""
        patches = self._now.patches if self._now is not None and self._patching is not None else {}
        if any(self.host.covered(box) for box in patches):
            self._patching = None
            self._patches += 1
        self._drop_strips(self.host.covered)

    def _drop_strips(self, unwanted: Callable[[Box], bool]) -> None:
        """Strips that wait and are not to be sent any more."""

        def drops(key: Hashable) -> bool:
            match key:
                case ("strip", (int(x), int(y), int(width), int(height))):
                    return unwanted((x, y, width, height))
            return False

        self.channel.drop(drops)

    def _wiped(self, spans: Sequence[tuple[int, int, int]]) -> None:
        for known in (self._painted, self._patching or {}):
            for box in list(known):
                if any(common(box, (first, y, end - first, 1)) for y, first, end in spans):
                    del known[box]

    def spoilt(self) -> None:
        if self.caps.attached and self._now is not None:
            # There text takes no picture away that has moved.
            self._painted.clear()
            self._erase_margin(self._now.clean)

    def forget(self) -> None:
        self._painted.clear()
        self._now = None
        super().forget()
