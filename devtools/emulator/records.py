"""What a measured run found: for each key the bytes that followed it and when they were with the person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import Profile
from devtools.emulator.size import TerminalSize
from devtools.emulator.tokens import Purpose


@dataclass(slots=True)
class KeyRecord:
    """From a key to the next. Times are monotonic seconds, None: it did not come.

    `begin`, `end`: where in the stream of bytes. `compressed`: bytes under zlib. `purposes`: bytes by what they are
    for. `cpu`: seconds the program computed. `t_picture`: the first whole picture on the screen. `t_graphics`: the last
    byte of the last one. `t_expected`: the text that was looked for.
    """

    key: str
    t_press: float
    begin: int = 0
    end: int = 0
    compressed: int = 0
    purposes: Counter[Purpose] = field(default_factory=Counter)
    cpu: float = 0.0
    expected: bytes = b""
    t_first: float | None = None
    t_last: float | None = None
    t_picture: float | None = None
    t_graphics: float | None = None
    t_expected: float | None = None

    @property
    def bytes(self) -> int:
        return self.end - self.begin

    def after(self, moment: float | None) -> float | None:
        """Seconds from the key until then."""
        return None if moment is None else round(moment - self.t_press, 4)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; times in seconds after the key."""
        return {
            "key": self.key,
            "bytes": self.bytes,
            "zlib_bytes": self.compressed,
            "kinds": dict(self.purposes),
            "first_byte_s": self.after(self.t_first),
            "first_picture_s": self.after(self.t_picture),
            "last_graphics_s": self.after(self.t_graphics),
            "done_s": self.after(self.t_last),
            "expected_s": self.after(self.t_expected),
            "cpu_s": round(self.cpu, 3),
            "stream_end": self.end,
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """`arrivals`: when (monotonic seconds) so many bytes of the `stream` had come. `wall`: seconds it took. `answered`:
    the beginnings of the questions that got an answer."""

    profile: Profile
    size: TerminalSize
    records: list[KeyRecord]
    stream: bytes
    arrivals: list[tuple[float, int]]
    exit_status: int
    timed_out: bool
    wall: float
    answered: list[str]

    def as_dict(self) -> dict[str, Any]:
        return {
            "records": [record.as_dict() for record in self.records],
            "total_bytes": len(self.stream),
            "exit_status": self.exit_status,
            "timed_out": self.timed_out,
            "cpu_s": round(sum(record.cpu for record in self.records), 3),
            "wall_s": round(self.wall, 3),
            "answered": self.answered,
        }

    def terminal(self, upto: int | None = None) -> Emulator:
        """The terminal as it is after so many bytes of the stream."""
        terminal = Emulator(self.profile, self.size)
        terminal.feed(self.stream[:upto])
        return terminal

    def picture(self, upto: int | None = None) -> Image.Image:
        """The screen's pixels (RGB) after so many bytes of the stream."""
        return self.terminal(upto).picture(letters=True)
