"""Pictures that lie in the terminal's memory: sent ahead, placed when wanted, scaled and moved without being sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from tui.display.marks import Overlay, overlay_of
from tui.display.rungs import in_order
from tui.display.stage import Picture, Rung, Stage, StageHost
from tui.display.stored_painter import Slot, StoredPainter
from tui.imaging.cache import DiskCache
from tui.imaging.damage import OverlayTiles
from tui.imaging.decode_cache import DecodeCache, Facts
from tui.imaging.develop import Developer
from tui.imaging.encode import Tile
from tui.imaging.ladder import Step, ladder
from tui.imaging.raster import NEAREST_FROM
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import Check, LruCache, WorkerPool
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Channel, Job, Priority, Sent
from tui.terminal.replies import GraphicsReply, ReplyValue, StatusReport
from tui.terminal.wire import Placement

MADE_CAP = 48_000_000
"""Bytes of encoded pictures kept in memory, to be sent again when the terminal lost them."""
_ASKED_AT_ONCE = 6
MOST_REFUSALS = 3
"""So often the terminal may refuse an image before it is left out."""


@dataclass(frozen=True, slots=True)
class Made:
    """An encoded rung: `tile` with its place on the canvas at `viewport`; None when there is no picture."""

    facts: Facts
    tile: Tile | None = None
    viewport: Viewport | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a rung lies at its own viewport, and its size in its own pixels."""

    box: tuple[int, int, int, int]
    size: tuple[int, int]
    viewport: Viewport
    density: float


class StoredStage(Stage):
    """kitty, and kitty in tmux."""

    def __init__(
        self,
        host: StageHost,
        caps: TerminalCaps,
        workers: WorkerPool,
        decode_cache: DecodeCache,
        channel: Channel,
        painter: StoredPainter,
        budget: int | None = None,
        cache: DiskCache | None = None,
    ) -> None:
        super().__init__(host, caps, workers, decode_cache, channel)
        self._develop = Developer(decode_cache, cache)
        self._sheet = OverlayTiles()
        self.painter = painter
        self._budget = budget
        self._made: LruCache[Made] = LruCache(
            MADE_CAP, lambda made: len(made.tile.data) if made.tile else 100
        )
        self._shapes: dict[Rung, _Shape] = {}
        self._refused: Counter[Rung] = Counter()
        self._attempt = 0
        self._visible = False
        self._fenced = False
        self._drawing = False
        self._stale = False

    @property
    def attempt(self) -> int:
        return self._attempt

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
        plan = self._plan()
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        # Until something of the picture in front is there, nothing else goes onto the line.
        only = self.front if self.front is not None and not self._visible else None

        def rank(key: Hashable) -> int | None:
            other = only is not None and isinstance(key, Rung) and key.picture != only
            return None if other else ranks.get(key)

        self.workers.keep(ranks.get)
        self.write(self.channel.reprioritise(rank), "picture")
        asked = 0
        for place, rung in enumerate(plan):
            made = self._made.get(rung)
            if made is None:
                asked += 1
                if asked <= _ASKED_AT_ONCE:
                    self._ask(rung, place)
            elif made.tile is not None and rank(rung) is not None and not self.channel.waits(rung):
                self._send(rung, made.tile, place)
        self.pump()

    def _plan(self) -> list[Rung]:
        zoomed = self._steps(self.view.scale, True) if self.view is not None else None
        scale = self.viewport.scale if self.viewport is not None else 0.1
        return in_order(
            self.front,
            self.wanted,
            self._steps(scale, False),
            self._rung,
            resting=self.resting,
            zoomed=zoomed,
        )

    def _steps(self, scale: float, zoomed: bool) -> tuple[Step, ...]:
        return ladder(
            "png",
            self.channel.rate,
            self.channel.round_trip,
            budget=self.budget_of("png", self._budget),
            pixels=max(1, self.canvas[0] * self.canvas[1]),
            scale=scale,
            zoomed=zoomed,
        )

    def _rung(self, picture: Picture, step: Step) -> Rung | None:
        """What of this step is to be made, None when the picture is broken or there is better in the terminal."""
        known = self.facts.get(picture)
        if known is not None and known.size is None:
            return None
        view = self.view if picture == self.front else None
        if view is not None and not self._rested:
            return None
        rung = Rung(picture, self.canvas, view, step)
        if rung in self.painter.ledger or self._refused[rung] >= MOST_REFUSALS:
            return None
        if known is None or known.size is None:
            return rung
        viewport = view or Viewport.fit(known.size, self.canvas, self.caps.cell)
        density = viewport.scale / step.divisor
        best = self._best_density(picture, view, viewport.scale)
        return rung if density > best * 1.01 else None

    def _best_density(self, picture: Picture, view: Viewport | None, scale: float) -> float:
        """Pixels per image pixel of the best of a picture that is there for this view."""
        best = 0.0
        for rung, shape in self._shapes.items():
            if rung.picture != picture or rung.canvas != self.canvas or rung not in self.painter.ledger:
                continue
            if rung.view is None or rung.view == view:
                # Magnified pixels are wanted as squares, which the terminal's own scaling does not give.
                if rung.view != view and scale >= NEAREST_FROM:
                    continue
                best = max(best, shape.density)
        return best

    def _ask(self, rung: Rung, place: int) -> None:
        step = rung.step
        assert isinstance(step, Step)
        subject, develop = self.subject(rung), self._develop

        def work(check: Check) -> Made:
            found = develop(subject, step, check)
            return Made(found.facts, found.tiles[0] if found.tiles else None, found.viewport)

        aside = rung.picture != self.front or step.divisor < 2
        self.workers.ask(rung, place, work, lambda made: self._is_made(rung, made), aside)

    def _is_made(self, rung: Rung, made: Made) -> None:
        self._made.put(rung, made)
        if made.tile is not None and made.viewport is not None:
            tile = made.tile
            density = made.viewport.scale * tile.width / (tile.columns * self.caps.cell[0])
            box = (tile.column, tile.row, tile.columns, tile.rows)
            self._shapes[rung] = _Shape(box, (tile.width, tile.height), made.viewport, density)
        self.learned(rung.picture, made.facts)
        self.advance()

    def _send(self, rung: Rung, tile: Tile, place: int) -> None:
        size = (tile.width, tile.height)
        priority = Priority.PICTURE + place
        self.channel.submit(self.painter.upload(rung, tile.data, size, priority, self.channel.piece))

    def sent(self, piece: Sent) -> None:
        if not piece.done or not isinstance(piece.job.key, Rung):
            return
        self.painter.ledger.arrived(piece.job.key)
        self.write(self.painter.make_room(self._needed()), "free")
        if piece.job.key.picture == self.front:
            self.present()

    def _needed(self) -> set[Hashable]:
        pictures = {self.front, *self.wanted[:2]}
        return {rung for rung in self._shapes if rung.picture in pictures and rung.canvas == self.canvas}

    # What lies on the screen

    def present(self, priority: Priority = Priority.URGENT) -> None:
        picture = self._picture_slots()
        was, self._visible = self._visible, bool(picture)
        over = Overlay()
        if self._visible and self.viewport is not None and self.scene:
            over = overlay_of(self.scene, self.viewport, self._sheet)
        self._stale = False
        text = self.painter.lay(picture, over.lines, over.sprites, self.origin, whole=self.caps.synchronized)
        first = self._visible and not self._told and not self._fenced
        if not text and not first:
            return
        key: Hashable = ("front",)
        if priority == Priority.OVERLAY:
            self._drawing = True
            key = ("overlay",)
        if first:
            self._fenced = True
            key = ("seen", self.serial, self._attempt)
        kind = "overlay" if priority == Priority.OVERLAY else "place"
        self.channel.submit(Job(key, priority, (text,), kind, exact=True))
        if self._visible and not was:
            self.host.later(0, self.advance)
        self.pump()

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._fenced = False
        self._attempt += 1
        self._visible = False
        super().show(picture, serial, keep_view)

    def _picture_slots(self) -> dict[Slot, Placement]:
        viewport = self.viewport
        if self.front is None or viewport is None:
            return {}
        best: tuple[tuple[bool, float], Slot, Placement] | None = None
        _, _, width, height = viewport.placed
        needed = 0.9 * (width / self.caps.cell[0] - 2) * (height / self.caps.cell[1] - 2)
        for rung, shape in self._shapes.items():
            if rung.picture != self.front or rung not in self.painter.ledger:
                continue
            exact = shape.viewport == viewport
            at = self._whole(shape) if exact else self._part(shape, viewport)
            if at is None:
                continue
            columns, rows = at.cells or shape.box[2:]
            # What shows all of the view, then what shows it sharpest.
            worth = (columns * rows >= needed, shape.density * (1 + exact * 1e-6))
            if best is None or worth > best[0]:
                best = worth, (rung, 1), at
        return {best[1]: best[2]} if best is not None else {}

    def _whole(self, shape: _Shape) -> Placement:
        column, row, columns, rows = shape.box
        cell = self.caps.cell
        unscaled = shape.size == (round(columns * cell[0]), round(rows * cell[1]))
        where = (self.origin[0] + column, self.origin[1] + row)
        return Placement(where, wire.Z_PICTURE, cells=None if unscaled else (columns, rows))

    def _part(self, shape: _Shape, viewport: Viewport) -> Placement | None:
        """The part of an image made for another view that this view shows, on whole cells."""
        own, cell = shape.viewport, self.caps.cell
        column, row, columns, rows = shape.box
        left, top = round(column * cell[0]), round(row * cell[1])
        width, height = columns * cell[0], rows * cell[1]
        x0, y0 = viewport.to_canvas(*own.to_image(left, top))
        x1, y1 = viewport.to_canvas(*own.to_image(left + width, top + height))
        first = max(0, ceil(x0 / cell[0] - 0.05)), max(0, ceil(y0 / cell[1] - 0.05))
        last = min(self.size[0], floor(x1 / cell[0] + 0.05)), min(self.size[1], floor(y1 / cell[1] + 0.05))
        if last[0] <= first[0] or last[1] <= first[1]:
            return None
        across, down = shape.size[0] / width, shape.size[1] / height

        def pixel(at: tuple[int, int]) -> tuple[int, int]:
            x, y = own.to_canvas(*viewport.to_image(at[0] * cell[0], at[1] * cell[1]))
            u, v = round((x - left) * across), round((y - top) * down)
            return min(max(u, 0), shape.size[0]), min(max(v, 0), shape.size[1])

        (u0, v0), (u1, v1) = pixel(first), pixel(last)
        source = (min(u0, shape.size[0] - 1), min(v0, shape.size[1] - 1), max(1, u1 - u0), max(1, v1 - v0))
        where = (self.origin[0] + first[0], self.origin[1] + first[1])
        return Placement(where, wire.Z_PICTURE, (0, 0), source, (last[0] - first[0], last[1] - first[1]))

    def overlay(self) -> None:
        """At most one change of the scene is under way; when it was answered, the newest follows."""
        self._tag()
        if self._drawing and not self.channel.idle:
            self._stale = True
            return
        self.present(Priority.OVERLAY)

    def arrived(self, job: Job) -> None:
        if job.key == ("overlay",):
            self._drawing = False
            if self._stale:
                self.overlay()

    # What the terminal says

    def reply(self, value: ReplyValue) -> None:
        match value:
            case StatusReport():
                self.acknowledge(None)
            case GraphicsReply(int(number), message) if message:
                if value.ok:
                    self.acknowledge(number)
                elif (key := self.painter.lost(number)) is not None:
                    self.host.note("lost", {"image": number, "reason": value.error})
                    self._lost_again(key, value.error)

    def _lost_again(self, key: Hashable, word: str) -> None:
        """Sent again, unless the terminal cannot take it; a fence for a picture that was not there tells nothing."""
        if isinstance(key, Rung):
            self._refused[key] += word != "ENOENT"
            if key.picture == self.front:
                self._attempt += 1
                self._fenced = False
        self.present()
        self.advance()

    def damaged(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        if self.caps.attached:
            self.spoilt()

    def undamaged(self) -> None:
        """What covers a picture takes nothing from it."""

    def spoilt(self) -> None:
        self.painter.place_again()
        self.present()

    def forget(self) -> None:
        # Entered twice in a row, an upload may have begun between.
        self.write(self.channel.leave(), "picture")
        self.channel.enter()
        self.painter.forget()
        self._attempt += 1
        self._fenced = False
        self.present()
        self.advance()

    def farewell(self) -> str:
        return self.channel.leave() + self.painter.farewell()
