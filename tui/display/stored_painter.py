"""Pictures stored in the terminal (kitty): sent once, then placed, moved and taken away for some dozen bytes.

The painter holds what lies in the terminal's memory and what is placed where. It is told what *should* lie on
the screen and returns the bytes of the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from tui.display.jobs import Rung, StageJob, StoredStrip
from tui.display.ledger import CAP, ImageLedger
from tui.imaging.outline import PixelBox
from tui.imaging.rule import RuledLine
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import MAX_PIECE, Job
from tui.terminal.wire import Placement

Slot = tuple[Hashable, int]
"""An image's key, and which of its placements."""


@dataclass(frozen=True, slots=True)
class Sprite:
    """A small image of its own. `key` tells its content, `png` makes it when it is not there; its size, and where its
    top left pixel lies on the canvas. `source`, `cells`: as of a placement."""

    key: Hashable
    png: Callable[[], bytes]
    size: tuple[int, int]
    at: tuple[int, int]
    z: int = wire.Z_EDGE
    source: PixelBox | None = None
    cells: tuple[int, int] | None = None


_LEVELS = 1_000_000
"""Of these each sitting begins with another: in panes of tmux several may lie on one screen, and none shall take away
what is another's."""


class StoredPainter:
    """Returns bytes and keeps books; it writes nothing. `first`: where ids begin, random. `own_level`: what the heights
    of its exact pictures are counted from."""

    def __init__(self, caps: TerminalCaps, first: int, cap: int = CAP) -> None:
        self.caps = caps
        self.ledger = ImageLedger(first, cap)
        self._anchor = 16 + first % 216 if caps.tmux else None
        self._anchored = False
        self._anchor_cell = (0, 0)
        self._laid: dict[Slot, Placement] = {}
        self.own_level = first % _LEVELS * 2

    @property
    def anchor(self) -> int | None:
        """In tmux: the palette colour of the cell that holds everything in its place."""
        return self._anchor

    def _out(self, sequence: str) -> str:
        return wire.through_tmux(sequence) if self.caps.tmux else sequence

    # Sending

    def upload(
        self,
        key: Rung | StoredStrip,
        png: bytes,
        size: tuple[int, int],
        priority: int,
        piece: int = MAX_PIECE,
    ) -> StageJob:
        """A job that stores an image of `size` pixels, in parts of about `piece` bytes; when it is sent, the
        ledger is to be told."""
        stored = self.ledger.enter(key, size, minor=isinstance(key, StoredStrip))
        parts = tuple(self._out(part) for part in wire.upload(stored.id, png, piece))
        spare = isinstance(key, StoredStrip)
        return Job(key, priority, parts, abort=self._out(wire.ABANDON), spare=spare)

    def fence(self, number: int) -> str:
        """The sequence of a fence, through tmux where there is one."""
        return self._out(wire.fence(number))

    def make_room(self, keep: Collection[Hashable]) -> str:
        """Frees what was used longest ago and is neither placed nor in `keep`."""
        spare = {*keep, *(key for key, _ in self._laid)}
        return "".join(self._out(wire.free(stored.id)) for stored in self.ledger.overflow(spare))

    # Placing

    def lay(
        self,
        pictures: Mapping[Slot, Placement],
        lines: Sequence[RuledLine] = (),
        sprites: Sequence[Sprite] = (),
        origin: tuple[int, int] = (0, 0),
        *,
        whole: bool = False,
    ) -> str:
        """The bytes after which exactly this is on the screen: what is new first, so that nothing flickers, then what
        goes. Pictures that are not there are left out; sprites are sent when they are not there. `origin`: the cell
        of the canvas's top left corner on the screen. `whole`: what moves is shown at once (uploads stand before
        that, as the terminal holds its picture still until it ends)."""
        goal = {slot: at for slot, at in pictures.items() if slot[0] in self.ledger}
        wanted, text = self._wanted(lines, sprites, origin)
        goal.update(self._slots(wanted))
        return text + self._change_to(goal, whole=whole)

    def lay_pictures(self, pictures: Mapping[Slot, Placement]) -> str:
        """The bytes after which exactly these pictures are on the screen; what lies over them stays as it is."""
        over = {slot: at for slot, at in self._laid.items() if not isinstance(slot[0], Rung | StoredStrip)}
        there = {slot: at for slot, at in pictures.items() if slot[0] in self.ledger}
        return self._change_to(there | over, whole=self.caps.synchronized)

    def _change_to(self, goal: dict[Slot, Placement], *, whole: bool) -> str:
        text = ""
        new = [(slot, at) for slot, at in goal.items() if self._laid.get(slot) != at]
        gone = [slot for slot in self._laid if slot not in goal]
        if new:
            text += self._anchor_text()
        moves = "".join(self._place(slot, at) for slot, at in new)
        moves += self._taken_away(gone, {at.z for at in goal.values()})
        self._laid = goal
        return text + (wire.synchronized(moves) if whole and moves else moves)

    def _taken_away(self, gone: Sequence[Slot], kept: Collection[int]) -> str:
        """At once the strips of a level of which nothing is `kept`; what else there is, one by one, and everything where
        pictures are attached to cells: such terminals do not know levels."""
        levels = Counter(self._laid[slot].z for slot in gone if isinstance(slot[0], StoredStrip))
        emptied = {z for z, many in levels.items() if many > 1 and z not in kept and not self.caps.attached}
        text = "".join(self._out(wire.unplace_level(z)) for z in sorted(emptied))
        return text + "".join(self._unplace(slot) for slot in gone if self._laid[slot].z not in emptied)

    def _place(self, slot: Slot, at: Placement) -> str:
        stored = self.ledger.find(slot[0])
        if stored is None:
            return ""
        self.ledger.touch(slot[0])
        if self._anchor is None:
            return wire.place(stored.id, slot[1], at)
        return self._out(wire.place_beside(stored.id, slot[1], at, self._anchor, self._anchor_cell))

    def _unplace(self, slot: Slot) -> str:
        stored = self.ledger.find(slot[0])
        return self._out(wire.unplace(stored.id, slot[1])) if stored is not None else ""

    def _anchor_text(self) -> str:
        if self._anchor is None or self._anchored:
            return ""
        self._anchored = True
        return "".join(self._out(part) for part in wire.anchor(self._anchor))

    def _store(self, key: Hashable, png: bytes, size: tuple[int, int]) -> str:
        """The bytes that store a small image."""
        stored = self.ledger.enter(key, size)
        stored.there = True
        return "".join(self._out(part) for part in wire.upload(stored.id, png))

    def _wanted(
        self, lines: Sequence[RuledLine], sprites: Sequence[Sprite], origin: tuple[int, int]
    ) -> tuple[dict[Hashable, list[Placement]], str]:
        """Where each small image is to lie, and the bytes that store those that are not there."""
        wanted, text = dict[Hashable, list[Placement]](), ""
        for sprite in sprites:
            if sprite.key not in self.ledger:
                text += self._store(sprite.key, sprite.png(), sprite.size)
            at = self.at_pixel(sprite.at, origin, sprite.z)
            wanted.setdefault(sprite.key, []).append(replace(at, source=sprite.source, cells=sprite.cells))
        for line in lines:
            if line.rule not in self.ledger:
                text += self._store(line.rule, line.rule.png(), (8, 8))
            at = self.at_pixel(line.box[:2], origin, wire.Z_EDGE)
            wanted.setdefault(line.rule, []).append(replace(at, source=(*line.source, *line.size)))
        return wanted, text

    def _slots(self, wanted: Mapping[Hashable, Sequence[Placement]]) -> dict[Slot, Placement]:
        """The placements of each image: one that stays keeps its number, one that moves takes the number of one that
        goes."""
        goal: dict[Slot, Placement] = {}
        for key, places in wanted.items():
            before = {slot[1]: at for slot, at in self._laid.items() if slot[0] == key}
            goal.update({(key, number): at for number, at in _numbered(places, before).items()})
        return goal

    def at_pixel(self, at: tuple[int, int], origin: tuple[int, int], z: int) -> Placement:
        """An image pixel by pixel from this pixel of the canvas on."""
        column, row = int(at[0] // self.caps.cell[0]), int(at[1] // self.caps.cell[1])
        offset = round(at[0] - column * self.caps.cell[0]), round(at[1] - row * self.caps.cell[1])
        return Placement((origin[0] + column, origin[1] + row), z, offset)

    @property
    def strips_laid(self) -> dict[Slot, Placement]:
        """The strips of exact pictures that are placed."""
        return {slot: at for slot, at in self._laid.items() if isinstance(slot[0], StoredStrip)}

    @property
    def previews_laid(self) -> dict[Slot, Placement]:
        """The other pictures that are placed."""
        return {slot: at for slot, at in self._laid.items() if isinstance(slot[0], Rung)}

    def box_of(self, slot: Slot, at: Placement) -> PixelBox:
        """Left, top, right, bottom of an image that lies pixel by pixel, in pixels of the screen."""
        stored, cell = self.ledger.find(slot[0]), self.caps.cell
        left, top = round(at.cell[0] * cell[0]) + at.offset[0], round(at.cell[1] * cell[1]) + at.offset[1]
        width, height = stored.size if stored is not None else (0, 0)
        return left, top, left + width, top + height

    def drop(self, key: Hashable) -> str:
        """Frees an image that is not needed any more; nothing where it is not there."""
        stored = self.ledger.drop(key) if key in self.ledger else None
        self._laid = {slot: at for slot, at in self._laid.items() if slot[0] != key}
        return self._out(wire.free(stored.id)) if stored is not None else ""

    def moved_anchor(self, cell: tuple[int, int]) -> None:
        """The anchor lies on another cell now; relative placements must be made again."""
        if self._anchor is not None and cell != self._anchor_cell:
            self._anchor_cell = cell
            self._laid.clear()

    # Losing

    def lost(self, image: int) -> Hashable | None:
        """An image that the terminal says it has not; its key, None when it is not ours."""
        key = self.ledger.lost(image)
        self._laid = {slot: at for slot, at in self._laid.items() if slot[0] != key}
        return key

    def place_again(self) -> None:
        """What was placed may have gone or moved: another program wrote, or text went over cells that hold pictures
        (WezTerm, Konsole)."""
        self._laid.clear()
        self._anchored = False

    def forget(self) -> None:
        """The terminal's memory is empty."""
        self.ledger.forget_all()
        self._laid.clear()
        self._anchored = False

    def release_text(self) -> str:
        """Frees everything that the terminal keeps for us."""
        ids = self.ledger.ids + ([self._anchor] if self._anchored and self._anchor is not None else [])
        text = "".join(self._out(wire.free(image)) for image in ids)
        self.forget()
        return text


def _numbered(places: Sequence[Placement], before: Mapping[int, Placement]) -> dict[int, Placement]:
    """Numbers for placements of one image, so that as few as can be change."""
    goal: dict[int, Placement] = {}
    left = list(places)
    for number, at in before.items():
        if at in left:
            left.remove(at)
            goal[number] = at
    free = [number for number in before if number not in goal]
    following = max(before, default=0) + 1
    for at in left:
        if free:
            goal[free.pop(0)] = at
        else:
            goal[following] = at
            following += 1
    return goal
