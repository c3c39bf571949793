"""The stage: which picture is in front, at which view, what is to be made and sent for it, and in which order.

No Textual here: the widget hands in what happens, and a `StageHost` takes what comes out. Four kinds of stage differ in
how pictures reach the screen: `StoredStage` places what lies in the terminal's memory, `CoveringStage` does so where that
takes the place of cells, `CellStage` sends strips that belong to cells, `BlockStage` paints half-blocks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from tui.display.adjusting import Adjusting
from tui.display.ground import Ground
from tui.display.jobs import Picture, Rung, SeenFence, StageChannel, StageJob, StagePiece
from tui.display.seen_gate import SeenGate
from tui.display.sharpness import Sharpness, SharpnessSign
from tui.display.tags import TagLayer, changed_cells
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache, Facts
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import WorkerPool
from tui.model.scene import Scene
from tui.terminal.blocks import Run
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Job
from tui.terminal.replies import ReplyValue, StatusReport

MAX_MADE_BYTES = 48_000_000
"""Bytes of encoded pictures that a stage keeps in memory."""
VIEW_REST = 0.15
"""Seconds without a movement after which a zoomed view is sent in more detail."""
DWELL = 0.8
"""Seconds after a picture was seen from which the person is taken to stay at it."""


class LineWatch:
    """Tells when the line has become another one, so that what was planned for it is planned anew."""

    def __init__(self, channel: StageChannel, host: StageHost) -> None:
        self._channel, self._host = channel, host
        self._figures = channel.figures

    def heed(self, changed: Callable[[], None]) -> None:
        """Calls `changed` when it has since it was asked last; the figures then go into the trace."""
        before, self._figures = self._figures, self._channel.figures
        if before != self._figures:
            self._host.note("line", {"rate": self._figures[0], "throughput": self._figures[1]})
            changed()


class StageHost(Protocol):
    """What surrounds a stage."""

    def now(self) -> float:
        """Monotonic seconds."""

    def write(self, text: str) -> None:
        """Send text to the terminal, sequences and all."""

    def seen(self, serial: int) -> None:
        """What was put in front under this serial is on the screen."""

    def broken(self, serial: int, reason: str, partial: bool, lasting: bool) -> None:
        """It cannot be shown whole. `lasting`: its file is at fault."""

    def moved(self, viewport: Viewport) -> None:
        """Another part of the image is looked at."""

    def sharpness(self, sharpness: Sharpness) -> None:
        """How sharp the picture in front is now, told when that changes."""

    def note(self, name: str, members: Mapping[str, Any]) -> None:
        """A line for the trace."""

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        """Spans of cells (row, first, end) of the widget's own text that changed."""

    def repaint_beside(self) -> None:
        """The text right of the canvas was overwritten."""

    def painted(self, then: Callable[[], None]) -> None:
        """Calls when the repainting asked for has been written."""

    def covered(self, box: tuple[int, int, int, int]) -> bool:
        """Whether something else lies over a part of these cells: column, row, columns, rows of the canvas."""

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        """Call `then` in so many seconds; with 0 as soon as the loop comes to it."""


@dataclass(frozen=True, slots=True)
class StageParts:
    """What every stage is made of. `budget`: bytes on the wire for a whole picture, None: no limit of its own. `cache`:
    of encoded pictures, None: none is kept. `exact`: whether pictures become exact while one stays at them."""

    host: StageHost
    caps: TerminalCaps
    workers: WorkerPool
    decode_cache: DecodeCache
    channel: StageChannel
    budget: int | None = None
    cache: DiskCache | None = None
    exact: bool = True


class Stage(ABC):
    """The same for all kinds of terminals. `holds_beside`: the free cells right of the pictures hold something that is not to
    be seen. `under_cells`: pictures lie under cells, which are to have no colour. `clear_rims`: pictures are clear where
    they have more pixels than there are of the picture."""

    holds_beside: ClassVar[bool] = False
    under_cells: ClassVar[bool] = False
    clear_rims: ClassVar[bool] = False

    def __init__(self, parts: StageParts) -> None:
        self.host, self.caps = parts.host, parts.caps
        self.workers, self.decode_cache, self.channel = parts.workers, parts.decode_cache, parts.channel
        self.gate, self.tag_layer = SeenGate(), TagLayer()
        self.front: Picture | None = None
        self.serial, self._keep_view = 0, False
        self.viewport: Viewport | None = None
        self.scene: Scene = ()
        self.wanted: tuple[Picture, ...] = ()
        # Of all pictures of a sitting: without them nothing that lies in the terminal or was made could be placed.
        self.facts: dict[Picture, Facts] = {}
        self.origin, self.size, self.screen_rows = (0, 0), (0, 0), parts.caps.rows
        self.ground = Ground.of(None, parts.caps)
        self.resting, self._rested, self._view_turn = False, True, 0
        self._line = LineWatch(self.channel, parts.host)
        self.sharpness = SharpnessSign(parts.host.sharpness)
        self.adjusting = Adjusting(parts.host.later, self.move_on, VIEW_REST)

    # What is asked

    @property
    def canvas(self) -> tuple[int, int]:
        """The size in pixels."""
        cell = self.caps.cell
        return int(self.size[0] * cell[0]), int(self.size[1] * cell[1])

    @property
    def zoomed_view(self) -> Viewport | None:
        """The viewport when it is not the whole picture's."""
        return self.viewport if self.viewport is not None and self.viewport.zoom > 1.0 else None

    def view_of(self, picture: Picture) -> Viewport | None:
        """The view at which a picture is to be made: pictures to come are fitted."""
        return self.zoomed_view if picture == self.front else None

    @property
    def anchor(self) -> int | None:
        """The palette colour of a placeholder in the first cell, on which all pictures hang (kitty in tmux)."""
        return None

    def show(self, picture: Picture | None, serial: int, keep_view: bool = False) -> None:
        """Puts a picture in front; `serial` is told when it was seen. `keep_view`: with the zoom that is set."""
        self.gate = SeenGate(attempt=self.gate.attempt + 1)
        self.front, self.serial, self._keep_view = picture, serial, keep_view
        self.heed_calm()
        self.adjusting.laid = None
        self._rested, self.resting = True, False
        self.scene, self.tag_layer.fetching = (), ""
        self._tag()
        self._enter()

    def _enter(self) -> None:
        """The picture in front, as far as anything is known and there of it."""
        known = self.facts.get(self.front) if self.front is not None else None
        if known is not None and not known.lasting:  # It is tried again.
            known = None
            self.facts = {picture: facts for picture, facts in self.facts.items() if facts.lasting}
        if self.front is None or not self._keep_view:
            self.viewport = None
        self.decode_cache.look_at(self.front if self.zoomed_view else None)
        if known is not None:
            self._know(known)
        else:
            self.present()
        self.advance()

    def want(self, pictures: Sequence[Picture]) -> None:
        """Pictures to have ready, best first."""
        self.wanted = tuple(dict.fromkeys(pictures))
        self.advance()

    def draw(self, scene: Scene) -> None:
        """What lies over the picture, in place of what did."""
        self.scene = scene
        self.draw_scene()

    def resized(self, origin: tuple[int, int], size: tuple[int, int], screen_rows: int = 0) -> None:
        """Where the canvas lies on the screen (column, row), its columns and rows, and the rows of the screen."""
        self.screen_rows = screen_rows or self.caps.rows
        if (origin, size) == (self.origin, self.size):
            return
        before, self.origin, self.size = self.size, origin, size
        if size != before and self.viewport is not None:
            self._turn_to(self.viewport.resized(self.canvas, self.caps.cell))
        self._tag()
        self.move_on()

    def on_ground(self, ground: Ground) -> None:
        """What lies round pictures is another one now; the cells of the canvas are about to be painted."""
        self.ground = ground
        self.move_on()

    def look(self, viewport: Viewport) -> None:
        """Another view of the picture in front: at once with what is there, in more detail when it rests."""
        if viewport != self.viewport:
            self._turn_to(viewport)
            self._tag_view()
            self.move_on()

    def _turn_to(self, viewport: Viewport) -> None:
        self.viewport = viewport
        self.host.moved(viewport)
        self._rested = viewport.zoom == 1.0
        self.decode_cache.look_at(self.front if self.zoomed_view else None)
        self._view_turn = turn = self._view_turn + 1
        if not self._rested:
            self.host.later(VIEW_REST, lambda: self._rest(turn))

    def move_on(self) -> None:
        """What is to be seen is another now, or how much of it is there."""
        self.present()
        self.advance()

    def _rest(self, turn: int) -> None:
        if turn == self._view_turn and not self._rested:
            self._rested = True
            self.advance()

    # What is found out

    def _know(self, facts: Facts) -> None:
        """The size of the picture in front is known, or that it is broken."""
        if facts.size is not None and self.size != (0, 0):
            kept = self.viewport if self._keep_view else None
            place = facts.size, self.canvas, self.caps.cell
            self.viewport = kept.carried(*place) if kept is not None else Viewport.fit(*place)
            self._keep_view = False
            self.host.moved(self.viewport)
            self._tag()
        if facts.reason and not self.gate.reported:
            _report_flaw(self, facts)
        self.present()

    def learned(self, picture: Picture, facts: Facts) -> None:
        """A decode told about a picture; what failed after another went well takes nothing away."""
        new = picture not in self.facts
        if new or facts.size is not None:
            self.facts[picture] = facts
        if new and picture == self.front:
            self._know(facts)

    def is_broken(self, picture: Picture) -> bool:
        """Nothing of it can be shown, as far as is known."""
        known = self.facts.get(picture)
        return known is not None and known.size is None

    def made(self, picture: Picture, facts: Facts) -> None:
        """Something of a picture was made: shown when it is the one in front."""
        new = picture not in self.facts
        self.learned(picture, facts)
        if picture == self.front and not new:
            self.present()

    def _tell_seen(self, serial: int) -> None:
        if serial == self.serial and not self.gate.reported:
            if self.gate.passed():
                self.host.seen(serial)
            self.heed_calm()
            _begin_to_stay(self)

    @property
    def more_to_come(self) -> bool:
        """Whether more of the picture in front is being made."""
        return False

    def heed_calm(self) -> None:
        """The line is measured while nobody waits for it."""
        self.channel.calm = (self.front is None or self.gate.reported) and not self.more_to_come

    # The channel

    def pump(self) -> None:
        """Writes what the line can take."""
        while piece := self.channel.next_part(self.host.now()):
            self.emit(piece)

    def emit(self, piece: StagePiece) -> None:
        """Writes one part of a job."""
        self.write(piece.text, piece.job.kind)
        self.sent(piece)

    @property
    def seen_fence(self) -> SeenFence:
        """The key of the fence that tells of the picture in front, as its data are now."""
        return SeenFence(self.serial, self.gate.attempt)

    def ask_seen(self, order: int) -> None:
        """The fence after the picture, once for each: one that waits gives way to one behind what came later."""
        if self.gate.wants_fence:
            self.channel.submit(Job(self.seen_fence, order, ("",), "fence", exact=True))

    def write(self, text: str, kind: str) -> None:
        """To the terminal, and into the trace as bytes of a kind."""
        if text:
            self.host.write(text)
            self.host.note("sent", {"kind": kind, "bytes": len(text.encode())})

    def acknowledge(self, number: int | None) -> None:
        """A fence was answered."""
        self._arrived(self.channel.answered(number, self.host.now()))
        self._line.heed(self.advance)
        self.pump()

    def tick(self) -> None:
        """Time has passed."""
        done, text = self.channel.tick(self.host.now())
        self.write(text, "fence")
        self._arrived(done)
        self.pump()
        self.write(self.channel.pad(self.host.now()), "padding")

    def _arrived(self, jobs: Sequence[StageJob]) -> None:
        for job in jobs:
            self.host.note("acknowledged", {"kind": job.kind, "rate": self.channel.rate})
            if isinstance(job.key, SeenFence) and job.key.attempt == self.gate.attempt:
                self._tell_seen(job.key.serial)
            self.arrived(job)

    def reply(self, value: ReplyValue) -> None:
        """An answer of the terminal."""
        if isinstance(value, StatusReport):
            self.acknowledge(None)

    @abstractmethod
    def arrived(self, job: StageJob) -> None:
        """A job's fence was answered."""

    def _tag(self) -> None:
        """The tags of the scene, as text cells of the widget."""
        tags = self.tag_layer.wanted(self.scene, self.viewport, self.size)
        self.host.repaint(changed_cells(self.tag_layer.replace(tags), tags))

    def _tag_view(self) -> None:
        """Another part of the picture is looked at. Where it comes later its tags wait for it."""
        self._tag()

    def row(self, y: int) -> list[Run]:
        """Pixels in a row of the widget's own cells, none where pictures lie under them."""
        return []

    def sent(self, piece: StagePiece) -> None:
        """A part of a job was written."""
        key = piece.job.key
        if isinstance(key, SeenFence) and key.attempt == self.gate.attempt:
            self.gate.fenced = True

    @abstractmethod
    def present(self) -> None:
        """Puts what is there of the picture in front on the screen."""

    @abstractmethod
    def draw_scene(self) -> None:
        """Draws the scene; only differences are sent."""

    @abstractmethod
    def advance(self) -> None:
        """Asks for what is missing, best first."""

    @abstractmethod
    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        """Text went over these cells of the canvas (row, first, end); None: all."""

    @abstractmethod
    def spared(self) -> None:
        """Text was painted beside the canvas, or as it was: something that covered a part may have gone."""

    @abstractmethod
    def disturbed(self) -> None:
        """Something else may lie on the screen. The cells are about to be painted, of which `overwritten` tells;
        what the terminal has in its memory is there."""

    @abstractmethod
    def forget(self) -> None:
        """The terminal has lost what it had."""

    def release_text(self) -> str:
        """What frees the terminal's memory; nothing is sent afterwards."""
        return self.channel.leave()


def rung_of(stage: Stage, picture: Picture, step: Hashable) -> Rung:
    """A picture at a step, as it is to be made now."""
    rim = None if stage.clear_rims else stage.ground.colour
    return Rung(picture, stage.canvas, stage.view_of(picture), step, stage.adjusting.now, rim)


def is_current(stage: Stage, rung: Rung) -> bool:
    """Whether something that was made of a rung may be laid as the canvas, the view and the adjustment are now."""
    looked_at = rung.view in (None, stage.zoomed_view)
    return looked_at and rung.canvas == stage.canvas and rung.adjustment in stage.adjusting.served


def _begin_to_stay(stage: Stage) -> None:
    serial = stage.serial

    def stays() -> None:
        if serial == stage.serial:
            stage.resting = True
            stage.advance()

    stage.host.later(DWELL, stays)


def _report_flaw(stage: Stage, facts: Facts) -> None:
    """The picture is as broken as its first frame; of others the status line tells."""
    stage.gate.reported = stage.front is None or stage.front.frame == 0
    if stage.gate.reported:
        stage.host.broken(stage.serial, facts.reason, facts.size is not None, facts.lasting)
        # Nobody waits until it was seen; what is there of it is sharpened all the same.
        _begin_to_stay(stage)
    elif stage.viewport is not None:
        stage.host.moved(stage.viewport)


def is_kept(stage: Stage, picture: Picture, facts: Facts) -> bool:
    """Whether something made of a picture is kept: a failure that trying again could help only where the picture is
    there in another quality."""
    known = stage.facts.get(picture)
    return facts.lasting or (known is not None and known.size is not None)
