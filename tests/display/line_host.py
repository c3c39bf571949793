"""A stage host behind a line of a certain rate and round trip: answers come when the bytes before them have arrived."""

from __future__ import annotations

from collections import deque

from devtools.emulator.emulator import Emulator
from devtools.emulator.size import TerminalSize
from tests.display.stage_host import FakeStageHost
from tui.terminal.parser import ReplyFilter
from tui.terminal.replies import Reply


class LineHost(FakeStageHost):
    """`rate`: bits per second; `trip`: seconds; `size`: of the canvas, columns and rows."""

    def __init__(
        self, rate: float, trip: float, size: tuple[int, int] = (100, 36), protocol: str = "kitty"
    ) -> None:
        self.line, self.trip = rate, trip
        self.free_at = 0.0
        self.coming: deque[tuple[float, bytes]] = deque()
        super().__init__(protocol, (0, 0, 1, 1), rate=rate, trip=trip)
        self.model = Emulator(self.model.profile, TerminalSize(size[0] + 2, size[1] + 2))
        self.stage.resized((2, 1), size)
        self.run()

    def write(self, text: str) -> None:
        before = len(self.answers)
        super().write(text)
        self.free_at = max(self.free_at, self.clock) + len(text.encode()) * 8 / self.line
        self.coming.extend((self.free_at + self.trip, reply) for reply in self.answers[before:])
        del self.answers[before:]

    def answer(self) -> bool:
        if not self.coming or self.coming[0][0] > self.clock:
            return False
        _, data = self.coming.popleft()
        (reply,) = ReplyFilter().feed(data.decode(), self.clock)
        assert isinstance(reply, Reply)
        self.stage.reply(reply.value)
        return True

    @property
    def next_answer(self) -> float | None:
        return self.coming[0][0] if self.coming else None
