"""Pictures stored in the terminal (kitty): sent once, then placed, moved and taken away for some dozen bytes.

The painter holds what lies in the terminal's memory and what is placed where. It is told what *should* lie on
the screen and returns the bytes of the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import Job
from tui.terminal.ledger import CAP, Ledger
from tui.terminal.wire import Placement

Rect = tuple[int, int, int, int]
Slot = tuple[Hashable, int]
"""An image's key, and which of its placements."""
MOST_THICK = 8
LONGEST = 2048
"""Lines are cut out of images of this length."""


@dataclass(frozen=True, slots=True)
class Line:
    """A filled rectangle with sides of at most 8 and 2048 pixels: x, y, width, height in pixels of the screen."""

    rect: Rect
    colour: tuple[int, int, int]


class StoredPainter:
    """Returns bytes and keeps books; it writes nothing. `first`: where ids begin, random."""

    def __init__(self, caps: TerminalCaps, first: int, cap: int = CAP) -> None:
        self.caps = caps
        self.ledger = Ledger(first, cap)
        self._anchor = 16 + first % 216 if caps.tmux else None
        self._anchored = False
        self._anchor_cell = (0, 0)
        self._laid: dict[tuple[int, int], Placement] = {}

    @property
    def anchor(self) -> int | None:
        """In tmux: the palette colour of the cell that holds everything in its place."""
        return self._anchor

    def _out(self, sequence: str) -> str:
        return wire.through_tmux(sequence) if self.caps.tmux else sequence

    # Sending

    def upload(
        self, key: Hashable, png: bytes, size: tuple[int, int], priority: int, kind: str = "picture"
    ) -> Job:
        """A job that stores an image of `size` pixels; when it is sent, `arrived` is to be called."""
        stored = self.ledger.enter(key, size)
        parts = tuple(self._out(part) for part in wire.upload(stored.id, png))
        return Job(key, priority, parts, kind, self._out(wire.ABANDON))

    def fence(self, number: int) -> str:
        return self._out(wire.fence(number))

    def make_room(self, keep: Collection[Hashable]) -> str:
        """Frees what was used longest ago and is neither placed nor in `keep`."""
        placed = {image for image, _ in self._laid}
        spare = set(keep)
        text = ""
        for stored in self.ledger.overflow(spare):
            if stored.id in placed:
                self._laid = {slot: at for slot, at in self._laid.items() if slot[0] != stored.id}
            text += self._out(wire.free(stored.id))
        return text

    # Placing

    def lay(self, wanted: Mapping[Slot, Placement], lines: Mapping[int, Line] | None = None) -> str:
        """The bytes after which exactly these placements are on the screen: what is new first, so that nothing
        flickers, then what goes. Slots of images that are not there are left out. `lines` by number."""
        text = ""
        goal: dict[tuple[int, int], Placement] = {}
        for (key, number), at in wanted.items():
            stored = self.ledger.find(key)
            if stored is not None:
                goal[stored.id, number] = at
                self.ledger.touch(key)
        for number, line in (lines or {}).items():
            rule, made = self._rule(line)
            text += made
            goal[rule, number] = self._cut(line)
        new = [(slot, at) for slot, at in goal.items() if self._laid.get(slot) != at]
        if new:
            text += self._anchor_text()
        text += "".join(self._place(*slot, at) for slot, at in new)
        gone = [slot for slot in self._laid if slot not in goal]
        text += "".join(self._out(wire.unplace(*slot)) for slot in gone)
        self._laid = goal
        return text

    def _place(self, image: int, number: int, at: Placement) -> str:
        if self._anchor is None:
            return wire.place(image, number, at)
        return self._out(wire.place_beside(image, number, at, self._anchor, self._anchor_cell))

    def _anchor_text(self) -> str:
        if self._anchor is None or self._anchored:
            return ""
        self._anchored = True
        return "".join(self._out(part) for part in wire.anchor(self._anchor))

    def _rule(self, line: Line) -> tuple[int, str]:
        """The id of the image that a line is cut out of, and the bytes that store it the first time."""
        wide = line.rect[2] >= line.rect[3]
        size = (LONGEST, MOST_THICK) if wide else (MOST_THICK, LONGEST)
        key = ("rule", line.colour, wide)
        stored = self.ledger.find(key)
        if stored is not None:
            return stored.id, ""
        stored = self.ledger.enter(key, (8, 8))
        stored.there = True
        return stored.id, "".join(
            self._out(part) for part in wire.upload(stored.id, wire.rule(line.colour, size))
        )

    def _cut(self, line: Line) -> Placement:
        x, y, width, height = line.rect
        column, row, dx, dy = self.at_pixel(x, y)
        return Placement((column, row), wire.Z_EDGE, (dx, dy), (0, 0, width, height))

    def at_pixel(self, x: int, y: int) -> Rect:
        """The cell of a pixel of the screen, and the pixel's place inside it."""
        column, row = int(x // self.caps.cell[0]), int(y // self.caps.cell[1])
        return column, row, round(x - column * self.caps.cell[0]), round(y - row * self.caps.cell[1])

    def moved_anchor(self, cell: tuple[int, int]) -> None:
        """The anchor lies on another cell now; relative placements must be made again."""
        if self._anchor is not None and cell != self._anchor_cell:
            self._anchor_cell = cell
            self._laid.clear()

    # Losing

    def lost(self, image: int) -> Hashable | None:
        """An image that the terminal says it has not; its key, None when it is not ours."""
        self._laid = {slot: at for slot, at in self._laid.items() if slot[0] != image}
        return self.ledger.lost(image)

    def attached_again(self) -> None:
        """Text went over cells that hold pictures: everything is to be placed again (WezTerm, Konsole)."""
        self._laid.clear()

    def forget(self) -> None:
        """The terminal's memory is empty."""
        self.ledger.forget_all()
        self._laid.clear()
        self._anchored = False

    def farewell(self) -> str:
        """Frees everything that the terminal keeps for us."""
        ids = self.ledger.ids + ([self._anchor] if self._anchored and self._anchor is not None else [])
        text = "".join(self._out(wire.free(image)) for image in ids)
        self.forget()
        return text
