"""Half-blocks: the cells of pictures, and the rows of them that the widget paints as the line takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from tui.display.block_groups import groups_in_order, groups_of
from tui.display.block_picture import BlockPicture, on_canvas, with_scene
from tui.display.jobs import CellSpan, Picture, RowsJob, Rung, StagePiece
from tui.display.stage import Stage, StageParts, is_kept, rung_of
from tui.display.strips import uncovered
from tui.imaging.decode_cache import failure
from tui.imaging.develop import Developer
from tui.imaging.encode import pixels_of
from tui.imaging.ladder import LOCAL_ROUND_TRIP, Step
from tui.imaging.viewport import CellBox
from tui.imaging.worker_pool import Check, LruCache
from tui.model.scene import Scene
from tui.terminal.block_runs import held_cells
from tui.terminal.blocks import EMPTY, Cells, Run, cells_of, row_bytes, runs
from tui.terminal.channel import FIRST_RATE, Job, Priority

NO_COLOUR = -3
"""A colour that no cell has: it is painted whatever it is to be."""
_MIN_GROUP = 1_500
"""Bytes of cells that are painted at a time: with fewer a thin line would lie idle for a round trip after each."""
_MAX_GROUP = 1 << 20
_FRAME = 0.3
"""Seconds of the line that one frame may take."""


class BlockPainter:
    """The part of a stage that shows half-blocks: queues rows of cells with the channel and keeps what is on the
    screen."""

    def __init__(self, stage: Stage, parts: StageParts) -> None:
        self._stage, self._host, self._channel = stage, parts.host, parts.channel
        self._develop = Developer(parts.decode_cache, parts.cache)
        self._made: LruCache[BlockPicture] = LruCache(64, lambda made: 1)
        self._goal: Cells | None = None
        self._waiting: list[tuple[CellSpan, ...]] = []
        self.shown: Cells | None = None
        self.unpainted = 0
        """Pieces that were taken and the widget has not painted yet: strips would lie below them, and a fence tell too soon."""
        self._look: Rung | None = None
        """Without its step: the view whose cells were queued last, as it was to look."""
        self._of: BlockPicture | None = None
        """Of which cells were queued last, with `_scene` over them."""
        self._scene: Scene = ()
        self._fresh = True
        """Some of the cells have nothing of this view yet: there its tags come with its rows."""
        self._queued = self.serial = -1
        """Of the picture whose cells were queued last, and of that of which some are on the screen."""

    def row(self, y: int) -> list[Run]:
        """What is on the screen in a row; the ground where strips lay and nothing was painted since."""
        if self.shown is None or y >= self.shown.rows:
            return []
        row = self.shown.part((0, y, self.shown.columns, 1))
        unknown = row.top == NO_COLOUR
        return runs(Cells(np.where(unknown, EMPTY, row.top), np.where(unknown, EMPTY, row.bottom)), 0)

    @property
    def complete(self) -> bool:
        """Whether all that was to be painted is on the screen."""
        goal, shown = self._goal, self.shown
        return (
            goal is not None
            and shown is not None
            and np.array_equal(goal.top, shown.top)
            and np.array_equal(goal.bottom, shown.bottom)
        )

    # Making

    def rung(self, picture: Picture, step: Step) -> Rung:
        """Of a picture at a step of half-blocks."""
        return rung_of(self._stage, picture, step)

    def is_made(self, rung: Rung) -> bool:
        """Whether its cells are there, so that it can be painted."""
        return self._made.get(rung) is not None

    def ask(self, rung: Rung, step: Step, place: int) -> None:
        """Has a picture made; when it is there, the stage learns of it."""
        stage, develop, truecolor = self._stage, self._develop, self._stage.caps.truecolor
        held = truecolor and step.quality is not None
        subject, size = rung.subject(stage.caps.cell, stage.ground.colour), stage.size

        def work(check: Check) -> BlockPicture:
            found = develop(subject, Step("blocks", 1, None, exact=step.exact), check)
            if not found.tiles:
                return BlockPicture(found.facts, None, found.viewport)
            tile = found.tiles[0]
            small = pixels_of(tile)
            part = held_cells(small) if held else cells_of(small, truecolor, softly=not step.exact)
            cells = on_canvas(part, tile.column, tile.row, size)
            base = (tile.column, tile.row, small, part)
            return BlockPicture(found.facts, cells, found.viewport, truecolor, base)

        def done(made: BlockPicture) -> None:
            if is_kept(stage, rung.picture, made.facts):
                self._made.put(rung, made)
            stage.made(rung.picture, made.facts)

        def failed(error: Exception) -> BlockPicture:
            return BlockPicture(failure(error))

        aside = rung.picture != stage.front or (step.exact and step.rest)
        stage.workers.ask(rung, place, work, done, failed, aside)

    # Painting

    def present(self, rung: Rung | None) -> None:
        """A rung of the picture in front when its cells are there; blank cells when there is no picture."""
        stage = self._stage
        made = self._made.get(rung) if rung is not None else None
        if made is not None and made.cells is not None:
            assert rung is not None
            look = replace(rung, step=None)
            other, self._look = look != self._look, look
            self._of = made
            self._paint_scene(other)
        elif stage.front is None or stage.is_broken(stage.front):
            self._of = None
            self._paint(Cells.empty(stage.size))

    def draw(self) -> None:
        """The newest scene over the cells that were queued last."""
        if self._of is not None and self._stage.scene is not self._scene:
            self._paint_scene()

    def _paint_scene(self, other: bool = False) -> None:
        """The cells that are to be there, with the newest scene. What this changes of a picture that is there comes first."""
        stage, made, before, whole = self._stage, self._of, self._scene, (0, 0, *self._stage.size)
        assert made is not None
        self._fresh = self._fresh or other or self._queued != stage.serial
        self._queued, self._scene = stage.serial, stage.scene
        without = None if self._fresh or before is stage.scene else with_scene(made, before, whole)
        self._paint(with_scene(made, stage.scene, whole), other, without)

    @property
    def under_way(self) -> bool:
        """Whether cells that were queued are still to be painted."""
        return bool(self._waiting) or self.unpainted > 0

    def give_up(self) -> None:
        """Rows that wait are not painted any more: strips come in their place."""
        if self._waiting:
            self._waiting = []
            self._channel.drop(lambda key: isinstance(key, RowsJob))

    def _paint(self, goal: Cells, other: bool = False, without: Cells | None = None) -> None:
        """Queues the rows that differ from what is shown, in groups, in place of what waits; a fence follows. In place of an
        `other` view they are one group where the line takes it in a moment: that is painted in one frame; so is before
        others that by which they differ from what they would be `without` the newest scene."""
        before = self._begin(goal)
        self._goal = goal
        other = other and bool((before.top != EMPTY).any())
        origin, sizes = self._stage.origin, (self._group_bytes, self._frame_bytes)
        groups = groups_in_order(goal, without, before, origin, *sizes)
        at_once = other and sum(len(text) for _, text in groups) <= sizes[1]
        if at_once and groups:
            groups = list(groups_of(goal, before, origin, _MAX_GROUP))
        if not groups:
            self.serial, self._fresh = self._queued, False
        self._channel.reprioritise(lambda key: None)
        self._waiting = [spans for spans, _ in groups]
        if other and not at_once:
            # Two views side by side would be taken for one; their tags come with the rows.
            self._stage.tag_layer.replace_in(self._waiting_rows, ())
            self.blank_waiting()
        if self._fresh or not groups:  # Else tags come with the first group.
            self._host.repaint(self._tags_in({*range(goal.rows)} - self._waiting_rows))
        for n, (spans, text) in enumerate(groups):
            self._channel.submit(Job(RowsJob(spans), Priority.PICTURE + n, (text,)))
        if self._stage.front is not None:
            self._stage.ask_seen(Priority.PICTURE + len(groups))
        self._stage.pump()

    def _begin(self, goal: Cells) -> Cells:
        if self.shown is None or self.shown.top.shape != goal.top.shape:
            self.shown = Cells.empty((goal.columns, goal.rows))
        return self.shown

    @property
    def _group_bytes(self) -> int:
        """Bytes painted at a time: what the line takes in a twentieth of a second. Textual paints sixty times
        a second at most, so that a fast line would wait for many small paintings."""
        rate, trip = self._channel.throughput, self._channel.round_trip
        if rate is None:
            return _MAX_GROUP if trip is not None and trip < LOCAL_ROUND_TRIP else _MIN_GROUP
        return max(_MIN_GROUP, int(rate / 8 * 0.05))

    @property
    def _frame_bytes(self) -> int:
        """Bytes that are painted in one frame in place of another view."""
        return int((self._channel.throughput or FIRST_RATE) / 8 * _FRAME)

    def emit(self, piece: StagePiece) -> None:
        """Rows are painted by the widget; the fence follows the paint."""
        if isinstance(piece.job.key, RowsJob):
            self._take(piece.job.key.spans)
        fence = piece.text[len(piece.job.parts[0]) :]
        self._host.note("sent", {"kind": piece.job.kind, "bytes": len(piece.text.encode())})
        self.unpainted += 1
        later = False

        def painted() -> None:
            self.unpainted -= 1
            self._channel.written(piece.job.key, self._host.now())
            self._host.write(fence)
            if later:
                self._stage.pump()

        self._host.painted(painted)
        later = True

    def _take(self, spans: tuple[CellSpan, ...]) -> None:
        self._waiting = [others for others in self._waiting if others != spans]
        self._fresh = self._fresh and bool(self._waiting)
        goal, shown = self._goal, self.shown
        if goal is None or shown is None or goal.top.shape != shown.top.shape:
            return
        self.serial = self._queued
        differing = ((y, shown.take_row(y, goal, first, end)) for y, first, end in spans)
        changed = [(y, *span) for y, span in differing if span is not None]
        complete = {y for y, _, _ in spans} - self._waiting_rows if self._fresh else {*range(goal.rows)}
        self._host.repaint([*changed, *self._tags_in(complete)])

    def _tags_in(self, rows: set[int]) -> list[CellSpan]:
        """Puts the tags of the newest scene into these rows; what changed is given back."""
        stage, layer = self._stage, self._stage.tag_layer
        return layer.replace_in(rows, layer.wanted(stage.scene, stage.viewport, stage.size))

    @property
    def _waiting_rows(self) -> set[int]:
        """Those of which something is still to be painted."""
        return {y for spans in self._waiting for y, _, _ in spans}

    def blank_waiting(self) -> None:
        """Blank cells where rows are still to be painted: what lies there is of another picture."""
        self._blank(sorted(self._waiting_rows))

    def clear(self) -> None:
        """Blank cells everywhere, but for those of the picture in front."""
        if self._queued == self._stage.serial:
            self.blank_waiting()
            return
        self._goal, self._waiting = None, []
        self._blank(range(self.shown.rows) if self.shown is not None else ())

    def _blank(self, rows: Iterable[int]) -> None:
        shown, (left, top) = self.shown, self._stage.origin
        if shown is None:
            return
        filled = [y for y in rows if (shown.top[y] != EMPTY).any() or (shown.bottom[y] != EMPTY).any()]
        shown.top[filled] = shown.bottom[filled] = EMPTY
        seen = uncovered(((0, y, shown.columns, 1) for y in filled), self._host.covered)
        erased = self._stage.ground.erased(*((left + x, top + y, wide, high) for x, y, wide, high in seen))
        self._stage.write(erased and f"\x1b[0m{erased}", "place")

    def in_place_of(self, rung: Rung, boxes: Sequence[CellBox]) -> str:
        """The half-blocks of these cells, for the time until strips lie there; '' when they are not made."""
        made, ground, (left, top) = self._made.get(rung), self._stage.ground.cell, self._stage.origin
        if made is None or made.cells is None:
            return ""
        self._begin(made.cells)
        self.covered_by_strips()
        parts = ((box, with_scene(made, self._stage.scene, box)) for box in boxes)
        return "".join(
            row_bytes(part, y, (left + box[0], top + box[1]), ground=ground).decode()
            for box, part in parts
            for y in range(part.rows)
        )

    def erased(self) -> None:
        """All cells of the canvas were made blank."""
        self._fresh = True
        if self.shown is not None:
            self.shown.top[:] = self.shown.bottom[:] = EMPTY

    def covered_by_strips(self) -> None:
        """Strips lie on the cells: each is to be painted, whatever colour it had below them."""
        self._look = None
        if self.shown is not None:
            self.shown.top[:] = NO_COLOUR

    def resized(self) -> None:
        """Cells of another size are nothing to begin with: what would be left of them nobody would paint over."""
        self._goal, self.shown, self._fresh = None, None, True
