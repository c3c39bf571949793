"""Pictures as half-blocks in the widget's own cells: for terminals that show nothing better, and for tests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PIL import Image

from tui.display.stage import Picture, Rung, Stage, StageHost
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache, Facts
from tui.imaging.develop import Developer
from tui.imaging.draw import composite
from tui.imaging.encode import pixels_of
from tui.imaging.ladder import LOCAL_ROUND_TRIP, Step
from tui.imaging.outline import Grid
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import Check, LruCache, WorkerPool
from tui.terminal.blocks import Cells, Run, cells_of, row_bytes, runs
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Channel, Job, Priority, Sent
from tui.terminal.replies import ReplyValue, StatusReport

NEVER = -3
"""A colour that no cell has: it is painted whatever it is to be."""
TRUECOLOR_RATE = 4e6
"""Bits per second from which on cells have 24-bit colours; a compressed line of a tenth of it looks as fast."""
_GROUP = 3_000
"""Bytes of rows that are painted at a time."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The cells of one view; None when there is no picture. `base`: the pixels of these cells, from a column and a row
    of the canvas on."""

    facts: Facts
    cells: Cells | None = None
    viewport: Viewport | None = None
    base: tuple[int, int, Image.Image] | None = None


class BlockStage(Stage):
    """The cells reach the screen by Textual's own painting, some rows at a time as the line takes them."""

    def __init__(
        self,
        host: StageHost,
        caps: TerminalCaps,
        workers: WorkerPool,
        decode_cache: DecodeCache,
        channel: Channel,
        cache: DiskCache | None = None,
    ) -> None:
        super().__init__(host, caps, workers, decode_cache, channel)
        self._develop = Developer(decode_cache, cache)
        self._made: LruCache[Blocks] = LruCache(64, lambda made: 1)
        self._goal: Cells | None = None
        self._shown: Cells | None = None
        self._attempt = 0
        self._fenced = False
        self._rich = TRUECOLOR_RATE

    @property
    def attempt(self) -> int:
        return self._attempt

    def row(self, y: int) -> tuple[list[Run], bool]:
        if self._shown is None or y >= self._shown.rows:
            return [], False
        return runs(self._shown, y), self._shown.truecolor

    @property
    def truecolor(self) -> bool:
        """24-bit colours take four times the bytes of 256: only where the line carries them."""
        rate = self.channel.rate
        local = self.channel.round_trip is not None and self.channel.round_trip < LOCAL_ROUND_TRIP
        return self.caps.truecolor and (rate >= self._rich if rate is not None else local)

    # What to make

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        self._attempt += 1
        self._fenced = False
        super().show(picture, serial, keep_view)

    def advance(self) -> None:
        if 0 in self.size:
            return
        pictures = ([self.front] if self.front is not None else []) + [
            p for p in self.wanted if p != self.front
        ]
        plan = [self._rung(picture) for picture in pictures]
        ranks: dict[Hashable, int] = {rung: n for n, rung in enumerate(plan)}
        self.workers.keep(ranks.get)
        for place, rung in enumerate(plan):
            if self._made.get(rung) is None:
                self._ask(rung, place)
        self.pump()

    def _rung(self, picture: Picture) -> Rung:
        view = self.view if picture == self.front else None
        return Rung(picture, self.canvas, view, ("cells", self.truecolor))

    def _ask(self, rung: Rung, place: int) -> None:
        subject, develop, size = self.subject(rung), self._develop, self.size
        truecolor = self.truecolor

        def work(check: Check) -> Blocks:
            found = develop(subject, Step("blocks", 1, None), check)
            if not found.tiles:
                return Blocks(found.facts, None, found.viewport)
            tile = found.tiles[0]
            small = pixels_of(tile)
            cells = _on_canvas(cells_of(small, truecolor), tile.column, tile.row, size)
            return Blocks(found.facts, cells, found.viewport, (tile.column, tile.row, small))

        aside = rung.picture != self.front
        self.workers.ask(rung, place, work, lambda made: self._is_made(rung, made), aside)

    def _is_made(self, rung: Rung, made: Blocks) -> None:
        self._made.put(rung, made)
        new = rung.picture not in self.facts
        self.learned(rung.picture, made.facts)
        if rung.picture == self.front and not new:
            self.present()

    # What is on the screen

    def present(self) -> None:
        if 0 in self.size:
            return
        made = self._made.get(self._rung(self.front)) if self.front is not None else None
        if made is not None and made.cells is not None:
            self._paint(self._with_scene(made))
        elif self.front is None or (made is not None and made.facts.size is None):
            self._paint(Cells.empty(self.size, self.truecolor))

    def _with_scene(self, made: Blocks) -> Cells:
        assert made.cells is not None and made.base is not None
        if not self.scene or made.viewport is None:
            return made.cells
        column, row, image = made.base
        over = composite(image, self.scene, Grid.of_blocks(made.viewport), (column, row * 2))
        return _on_canvas(cells_of(over, made.cells.truecolor), column, row, self.size)

    def _paint(self, goal: Cells) -> None:
        """Queues the rows that differ, in groups; the last carries the fence."""
        before = self._shown
        if before is None or before.top.shape != goal.top.shape:
            before = self._shown = Cells.empty(self.size, goal.truecolor)
        elif before.truecolor != goal.truecolor:
            # Colours of another kind: nothing is as it should be, also where the numbers are the same.
            before = self._shown = Cells.empty(self.size, goal.truecolor)
            before.top[:] = NEVER
        self._goal = goal
        most = self._group
        groups: list[tuple[tuple[int, ...], str]] = []
        rows: list[int] = []
        text = ""
        for y in range(goal.rows):
            row = row_bytes(goal, y, self.origin, before).decode()
            if row:
                rows.append(y)
                text += row
            if rows and (len(text) >= most or y == goal.rows - 1):
                groups.append((tuple(rows), text))
                rows, text = [], ""
        if rows:
            groups.append((tuple(rows), text))
        self.channel.reprioritise(lambda key: None)
        self._queue(groups)
        self.pump()

    @property
    def _group(self) -> int:
        """Bytes of rows painted at a time: what the line takes in a twentieth of a second. Textual paints sixty times
        a second at most, so that a fast line would wait for many small paintings."""
        rate = self.channel.rate
        if rate is None:
            local = self.channel.round_trip is not None and self.channel.round_trip < LOCAL_ROUND_TRIP
            return 1 << 20 if local else _GROUP
        return max(_GROUP, int(rate / 8 * 0.05))

    def _queue(self, groups: list[tuple[tuple[int, ...], str]]) -> None:
        for n, (rows, text) in enumerate(groups):
            self.channel.submit(Job(("rows", rows), Priority.PICTURE + n, (text,)))
        if self.front is not None:
            self._ask_seen(Priority.PICTURE + len(groups))

    def _ask_seen(self, order: int) -> None:
        """The fence after the picture, once for each: one that waits gives way to one behind what came later."""
        if not self._fenced and not self._told:
            last = ("seen", self.serial, self._attempt)
            self.channel.submit(Job(last, order, ("",), "fence", exact=True))

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        if (origin, size) != (self.origin, self.size):
            # What waits was for other cells; a fence on its way would tell of a picture that is there no longer.
            self.channel.reprioritise(lambda key: None)
            self._attempt += 1
            self._fenced = False
        if size != self.size:
            # Cells of another size are nothing to begin with: what would be left of them nobody would paint over.
            self._goal = self._shown = None
        super().resized(origin, size, screen_rows)

    def pump(self) -> None:
        """As the others do, but the rows are painted by the widget."""
        while piece := self.channel.step(self.host.now()):
            self._paint_rows(piece)

    def _paint_rows(self, piece: Sent) -> None:
        """The fence follows the paint."""
        self.sent(piece)
        fence = piece.text[len(piece.job.parts[0]) :]
        self.host.note("sent", {"kind": piece.job.kind, "bytes": len(piece.text.encode())})
        if fence:
            self.host.painted(lambda: self.host.write(fence))

    def sent(self, piece: Sent) -> None:
        match piece.job.key:
            case ("rows", tuple(rows)) if self._goal is not None and self._shown is not None:
                goal, shown = self._goal, self._shown
                if goal.top.shape != shown.top.shape:
                    return
                spans = []
                for y in rows:
                    differs = shown.take_row(y, goal)
                    if differs is not None:
                        spans.append((y, *differs))
                self.host.repaint(spans)
            case ("seen", _, attempt) if attempt == self._attempt:
                self._fenced = True

    def arrived(self, job: Job) -> None:
        """Nothing waits for it here."""

    def overlay(self) -> None:
        self._tag()
        self.present()

    def reply(self, value: ReplyValue) -> None:
        if isinstance(value, StatusReport):
            self.acknowledge(None)

    def damaged(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Textual paints its own cells."""

    def undamaged(self) -> None:
        """The same."""

    def spoilt(self) -> None:
        """Textual paints its own cells."""

    def forget(self) -> None:
        self.channel.enter()
        self._fenced = False
        self._attempt += 1
        self.present()

    def farewell(self) -> str:
        return self.channel.leave()


def _on_canvas(part: Cells, column: int, row: int, size: tuple[int, int]) -> Cells:
    whole = Cells.empty(size, part.truecolor)
    for full, cut in ((whole.top, part.top), (whole.bottom, part.bottom)):
        room = full[row : row + part.rows, column : column + part.columns]
        room[:] = cut[: room.shape[0], : room.shape[1]]
    return whole
