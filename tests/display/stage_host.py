"""A stage host: a clock that only tests move, work done at once, and a model of a terminal that answers."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from rich.style import Style

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize
from tui.display.block_stage import BlockStage
from tui.display.cell_stage import CellStage
from tui.display.covering_painter import CoveringPainter
from tui.display.covering_stage import CoveringStage
from tui.display.frames import lie_on
from tui.display.jobs import StageChannel
from tui.display.sharpness import Sharpness
from tui.display.stage import Stage, StageParts
from tui.display.stored_painter import StoredPainter
from tui.display.stored_stage import StoredStage
from tui.display.strip_format import JpegStrips, SixelStrips
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.encode import Rgb
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import Check, V, WorkerPool, unchecked
from tui.terminal import wire
from tui.terminal.blocks import row_bytes
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Channel
from tui.terminal.parser import ReplyFilter
from tui.terminal.replies import Reply
from tui.widgets.dense import canvas_strip


class AtOnce(WorkerPool):
    """Work is done when it is asked for, unless `held`."""

    def __init__(self) -> None:
        super().__init__(lambda call: call())
        self.held = False
        self.queue: dict[Hashable, Callable[[], None]] = {}

    def ask(
        self,
        key: Hashable,
        rank: float,
        work: Callable[[Check], V],
        done: Callable[[V], None],
        failed: Callable[[Exception], V],
        aside: bool = False,
    ) -> None:
        def call() -> None:
            try:
                made = work(unchecked)
            except Exception as error:
                made = failed(error)
            done(made)

        self.queue.setdefault(key, call)

    def asked(self, key: Hashable) -> bool:
        return key in self.queue

    def keep(self, rank: Callable[[Hashable], float | None]) -> None:
        self.queue = {key: call for key, call in self.queue.items() if rank(key) is not None}

    def work(self) -> None:
        while self.queue and not self.held:
            self.queue.pop(next(iter(self.queue)))()


class FakeStageHost:
    """`canvas`: column, row, columns, rows on a terminal of 60 x 24 cells. `mute`: the terminal answers nothing.
    `attached`: pictures stay under text, as in Konsole. `cell`: its size in pixels as the terminal told it. `exact`,
    `budget`: as in `StageParts`. `background`: of cells without a colour. `cache`: of encoded pictures."""

    def __init__(
        self,
        protocol: str,
        canvas: tuple[int, int, int, int] = (2, 1, 40, 20),
        rate: float = 50e6,
        attached: bool = False,
        trip: float = 0.001,
        *,
        cell: tuple[float, float] = (10.0, 20.0),
        exact: bool = True,
        budget: int | None = None,
        background: tuple[int, int, int] = (0, 0, 0),
        cache: DiskCache | None = None,
    ) -> None:
        profile = (
            "konsole" if attached else {"blocks": "plain", "kitty-cells": "xtermjs"}.get(protocol, protocol)
        )
        self.model = Emulator(PROFILES[profile], TerminalSize(60, 24))
        self.clock = 100.0
        self.calls: list[tuple[float, int, Callable[[], None]]] = []
        self.said: list[object] = []
        self.reasons: list[str] = []
        self.lasting: list[bool] = []
        self.sharpnesses: list[Sharpness] = []
        self.sent = 0
        self.kinds: dict[str, int] = {}
        self.notes: Counter[str] = Counter()
        self.answers: list[bytes] = []
        self.deaf = False
        self.cover: tuple[int, int, int, int] | None = None
        self.workers = AtOnce()
        self._cache = cache
        self.stage = self._stage(protocol, rate, trip, cell, exact, budget, background)
        self.stage.resized(canvas[:2], canvas[2:])
        self.run()

    def _stage(
        self,
        protocol: str,
        rate: float,
        trip: float,
        cell: tuple[float, float],
        exact: bool,
        budget: int | None,
        background: tuple[int, int, int],
    ) -> Stage:
        caps = TerminalCaps(
            protocol,
            columns=60,
            rows=24,
            answers=True,
            truecolor=True,
            synchronized=True,
            attached=self.model.profile.attached,
            registers=256,
            round_trip=trip,
            cell=cell,
            background=background,
        )
        decode_cache = DecodeCache()

        def parts(channel: StageChannel) -> StageParts:
            return StageParts(self, caps, self.workers, decode_cache, channel, budget, self._cache, exact)

        if protocol == "kitty":
            painter = StoredPainter(caps, 7)
            channel: StageChannel = Channel(
                fence=painter.fence, rate=rate, round_trip=trip, first_number=100_000
            )
            return StoredStage(parts(channel), painter)
        if protocol == "kitty-cells":
            channel = Channel(fence=wire.fence, rate=rate, round_trip=trip, first_number=100_000)
            return CoveringStage(parts(channel), CoveringPainter(caps, 7))
        channel = Channel(fence=None, rate=rate, round_trip=trip)
        if protocol == "blocks":
            return BlockStage(parts(channel))
        return CellStage(parts(channel), SixelStrips() if protocol == "sixel" else JpegStrips())

    # What a stage asks

    def now(self) -> float:
        return self.clock

    def write(self, text: str) -> None:
        self.sent += len(text.encode())
        self.answers += self.model.feed(text.encode())

    def seen(self, serial: int) -> None:
        self.said.append(("seen", serial))

    def broken(self, serial: int, reason: str, partial: bool, lasting: bool) -> None:
        self.lasting.append(lasting)
        self.said.append(("broken", serial, partial))
        self.reasons.append(reason)

    def moved(self, viewport: Viewport) -> None:
        pass

    def sharpness(self, sharpness: Sharpness) -> None:
        self.sharpnesses.append(sharpness)

    def note(self, name: str, members: Mapping[str, Any]) -> None:
        self.notes[name] += 1
        if name == "sent":
            self.kinds[members["kind"]] = self.kinds.get(members["kind"], 0) + members["bytes"]

    def repaint_beside(self) -> None:
        self.said.append("beside")

    def repaint(self, rows: Sequence[tuple[int, int, int]]) -> None:
        shown = self.stage.blocks.shown if isinstance(self.stage, BlockStage | CellStage) else None
        if shown is not None:
            for y, first, end in rows:
                ground = self.stage.ground.cell
                self.write(row_bytes(shown, y, self.stage.origin, span=(first, end), ground=ground).decode())

    def covered(self, box: tuple[int, int, int, int]) -> bool:
        if self.cover is None:
            return False
        x, y, width, height = self.cover
        return box[0] < x + width and x < box[0] + box[2] and box[1] < y + height and y < box[1] + box[3]

    def painted(self, then: Callable[[], None]) -> None:
        then()

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self.calls, (self.clock + seconds, len(self.calls) + id(then), then))

    # What a test does

    @property
    def next_answer(self) -> float | None:
        """When the next answer comes that is on its way; None: there is none, or it is there already."""
        return None

    def answer(self) -> bool:
        """One answer of the terminal."""
        if self.deaf or not self.answers:
            return False
        self.clock += 0.001
        (reply,) = ReplyFilter().feed(self.answers.pop(0).decode(), self.clock)
        assert isinstance(reply, Reply)
        self.stage.reply(reply.value)
        return True

    def run(self, seconds: float = 3.0) -> None:
        """Lets everything happen that happens in this time."""
        end = self.clock + seconds
        while True:
            self.workers.work()
            if self.answer():
                continue
            times = [self.calls[0][0]] if self.calls else []
            if self.next_answer is not None:
                times.append(self.next_answer)
            wake = self.stage.channel.wake(self.clock)
            if wake is not None and not self.answers:
                times.append(max(wake, self.clock + 1e-6))
            if not times or min(times) > end:
                break
            self.clock = max(self.clock, min(times))
            if self.calls and self.calls[0][0] <= self.clock:
                heapq.heappop(self.calls)[2]()
            else:
                self.stage.tick()
        self.clock = end

    def lie_on(self, ground: Rgb | None) -> None:
        """Pictures lie on this colour from now on; the toolkit paints the cells of the canvas, and tells."""
        lie_on(self.stage, ground)
        columns, rows = self.stage.size
        left, top = self.stage.origin
        for y in range(rows):
            strip = canvas_strip(self.stage, y, columns, known=True)
            text = "".join((each.style or Style()).render(each.text) for each in strip)
            self.write(f"\x1b[0m\x1b[{top + y + 1};{left + 1}H{text}")
        self.stage.overwritten([(row, 0, columns) for row in range(rows)])

    def wipe(self, row: int, first: int, end: int) -> None:
        """The toolkit writes blanks over cells of the canvas, and tells."""
        x, y = self.stage.origin[0] + first, self.stage.origin[1] + row
        self.write(f"\x1b[0m\x1b[{y + 1};{x + 1}H" + " " * (end - first))
        self.stage.overwritten([(row, first, end)])
