"""Pictures stored in a terminal where they take the place of cells (xterm.js from 6.1 on, VS Code): sent once, placed over
one another for some dozen bytes, and never deleted.

There an image's data go when no cell shows its last placement any more. So each image that was placed is placed once
more: one pixel of it, behind the text of a cell in a column of its own beside the canvas, its anchor. Switching back to
it then costs no more than switching on. The painter is told what *should* lie on the cells of the canvas and returns the
bytes of the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from math import ceil

from tui.display.covering_anchors import Anchors, ImageKey
from tui.display.jobs import Rung, StageJob, StoredStrip
from tui.display.ledger import CAP, ImageLedger
from tui.display.patches import reaching
from tui.display.strips import cells, common, margins
from tui.imaging.viewport import CellBox
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import MAX_PIECE, Job
from tui.terminal.wire import Placement

PixelRect = tuple[int, int, int, int]
"""X, y, width, height in pixels."""
MAX_IMAGES = 200
"""Entries of the ledger; the terminal keeps 256 images."""


class CoveringPainter:
    """Returns bytes and keeps books; it writes nothing. `first`: where ids begin, random."""

    def __init__(self, caps: TerminalCaps, first: int, cap: int = CAP) -> None:
        self.caps = caps
        self.ledger = ImageLedger(first, cap)
        self._laid: dict[ImageKey, Placement] = {}
        self._placed: set[Hashable] = set()
        """What was placed at least once: its data go when it is covered, unless it is anchored."""
        self._anchors = Anchors()
        self._painted: CellBox | None = None
        """The cells of the screen in which pictures may lie."""

    @property
    def laid(self) -> Collection[ImageKey]:
        """What the cells show, in the order in which it was laid."""
        return self._laid.keys()

    @property
    def laid_at(self) -> tuple[tuple[ImageKey, Placement], ...]:
        """The same with the places."""
        return tuple(self._laid.items())

    # Sending

    def upload(
        self, key: ImageKey, png: bytes, size: tuple[int, int], priority: int, piece: int = MAX_PIECE
    ) -> StageJob:
        """A job that stores an image of `size` pixels, in parts of about `piece` bytes; when it is sent, the
        ledger is to be told."""
        stored = self.ledger.enter(key, size, minor=isinstance(key, StoredStrip))
        return Job(key, priority, wire.upload(stored.id, png, piece), abort=wire.free(stored.id))

    def make_room(self, keep: Collection[Hashable]) -> str:
        """Frees what was used longest ago, was never placed and is not in `keep`."""
        spare = {*keep, *self._placed}
        return "".join(wire.free(stored.id) for stored in self.ledger.overflow(spare, MAX_IMAGES))

    # Placing

    def renews(self, goal: Mapping[ImageKey, Placement]) -> bool:
        """Whether `lay` would place anew what is there, and not only strips over it."""
        there, kept = self._there(goal), self._laid
        if not there or not kept:
            return bool(there) != bool(kept)
        moved = any(there[key] != at for key, at in kept.items() if key in there)
        return moved or _wholes(there) != _wholes(kept) or not _alike(there, kept)

    def lays(self, goal: Mapping[ImageKey, Placement]) -> list[CellBox]:
        """The cells of the screen on which `lay` would place something."""
        return [(*at.cell, *self._cells(key, at)) for key, at in self._new(goal).items()]

    def _new(self, goal: Mapping[ImageKey, Placement]) -> dict[ImageKey, Placement]:
        there = self._there(goal)
        if self.renews(goal):
            return there
        return {key: at for key, at in there.items() if key not in self._laid}

    def _there(self, goal: Mapping[ImageKey, Placement]) -> dict[ImageKey, Placement]:
        return {key: at for key, at in goal.items() if key in self.ledger}

    def lay(self, goal: Mapping[ImageKey, Placement]) -> str:
        """The bytes after which exactly this is on the canvas, each over those before it. What is not stored is left out.
        Pictures that were there come off where nothing covers them; strips that are not wanted any more lie under
        better ones."""
        there, anew, new = self._there(goal), self.renews(goal), self._new(goal)
        self._laid = there
        # Each is anchored before the next can cover it. What they may reach they do not always: it is bared before.
        bare = self._bare([(*at.cell, *self._cells(key, at)) for key, at in there.items()]) if anew else ""
        text = "".join(self._place(key, at) + self._hold(key) for key, at in new.items())
        if anew:
            self._painted = _around([self._box(key, at) for key, at in there.items()])
        self._drop_covered()
        return bare + text

    def _place(self, key: ImageKey, at: Placement) -> str:
        stored = self.ledger.find(key)
        if stored is None:
            return ""
        self.ledger.touch(key)
        self._placed.add(key)
        return wire.cover(stored.id, at)

    def _box(self, key: ImageKey, at: Placement) -> CellBox:
        """The cells that a placement may reach: where cells are a fraction of a pixel, one more."""
        columns, rows = self._cells(key, at)
        spill = [abs(side - round(side)) > 0.01 for side in self.caps.cell]
        return (*at.cell, columns + spill[0], rows + spill[1])

    def _bare(self, boxes: list[CellBox]) -> str:
        """Takes off what lay round these cells."""
        old, new = self._painted, _around(boxes)
        if old is None:
            return ""
        x, y, columns, rows = old
        inside = common(old, new) if new is not None else None
        if inside is None:
            return wire.clear(old)
        own = (inside[0] - x, inside[1] - y, *inside[2:])
        bare = [(x + box[0], y + box[1], box[2], box[3]) for box in margins([own], (columns, rows))]
        if abs(self.caps.cell[0] - round(self.caps.cell[0])) > 0.01:
            bare = [self._anchors.beside(box) for box in bare]
        return "".join(wire.clear(box) for box in bare if box[2] > 0 and box[3] > 0)

    def restored(self, boxes: Iterable[CellBox]) -> str:
        """Puts what is laid back into these cells of the screen; nothing of it may be covered before it is anchored again,
        which is done at the end."""
        around = _around([(*at.cell, *self._cells(key, at)) for key, at in self._laid.items()])
        if around is None:
            return ""
        text, touched = "", dict[ImageKey, None]()
        for box in dict.fromkeys(reaching(box, around, self.caps.cell) for box in boxes):
            for key, part in self._uppermost(box):
                text += self._place(key, part)
                touched[key] = None
        text += "".join(map(self._hold, touched))
        self._drop_covered()
        return text

    def _cells(self, key: ImageKey, at: Placement) -> tuple[int, int]:
        """Columns and rows of a placement."""
        if at.cells is not None:
            return at.cells
        (width, height), (across, down) = self._size(key), self.caps.cell
        return ceil((width + at.offset[0]) / across - 0.01), ceil((height + at.offset[1]) / down - 0.01)

    def _size(self, key: ImageKey) -> tuple[int, int]:
        stored = self.ledger.find(key)
        return stored.size if stored is not None else (1, 1)

    def _part(self, key: ImageKey, at: Placement, box: CellBox) -> Placement | None:
        """What of a placement lies in these cells."""
        inside = common(box, (*at.cell, *self._cells(key, at)))
        if inside is None:
            return None
        source = at.source or (0, 0, *self._size(key))
        sides = [
            _side(source[n], source[n + 2], at.offset[n], at.cell[n], (inside[n], inside[n + 2]), unit)
            for n, unit in enumerate(self._units(at, source))
        ]
        (x, width, right), (y, height, down) = sides
        if at.cells is not None:
            return replace(at, cell=inside[:2], source=(x, y, width, height), cells=inside[2:])
        return replace(at, cell=inside[:2], source=(x, y, width, height), offset=(right, down))

    def _uppermost(self, box: CellBox) -> list[tuple[ImageKey, Placement]]:
        """The parts of what is laid that are seen in these cells, the lowest first."""
        left, found = set(cells(box)), list[tuple[ImageKey, Placement]]()
        for key, at in reversed(self._laid.items()):
            own = common(box, (*at.cell, *self._cells(key, at)))
            part = self._part(key, at, box)
            if part is not None and own is not None and not left.isdisjoint(cells(own)):
                left -= set(cells(own))
                found.append((key, part))
        return found[::-1]

    def _units(self, at: Placement, source: PixelRect) -> tuple[float, float]:
        """Pixels of the image to a cell."""
        if at.cells is None:
            return self.caps.cell
        return source[2] / at.cells[0], source[3] / at.cells[1]

    # Anchors

    def moved(self, room: CellBox, column: int) -> None:
        """The canvas has these cells of the screen now, and `column` of it is for anchors. Cells were painted."""
        self._anchors.moved(column, range(room[1], room[1] + room[3]))
        self._laid.clear()
        self._drop_covered()
        self._painted = room if self._painted is not None else None

    def unanchored(self, rows: Collection[int]) -> str:
        """Text went over the anchors in these rows of the screen. What lies on the canvas is there for as long as nothing
        covers it, and gets others."""
        self._anchors.overwritten(rows)
        text = "".join(self._hold(key) for key in self._laid if key not in self._anchors.held)
        self._drop_covered()
        return text

    def _hold(self, key: ImageKey) -> str:
        stored = self.ledger.find(key)
        cell = self._anchors.take(key, self._laid) if stored is not None else None
        return wire.hold(stored.id, cell) if stored is not None and cell is not None else ""

    def _drop_covered(self) -> None:
        """What is covered and not anchored is not there any more."""
        for key in self._placed - self._laid.keys() - set(self._anchors.held):
            self.ledger.drop(key)
        self._placed &= {*self._laid, *self._anchors.held}

    # Losing

    def lost(self, image: int) -> ImageKey | None:
        """An image that the terminal says it has not; its key, None when it is not ours."""
        key = self.ledger.lost(image)
        if not isinstance(key, Rung | StoredStrip):
            return None
        self._laid.pop(key, None)
        self._anchors.drop(key)
        self._placed.discard(key)
        return key

    def place_again(self) -> None:
        """What was placed may have gone: text went over it."""
        self._laid.clear()

    def forget(self) -> None:
        """The terminal's memory is empty."""
        self.ledger.forget_all()
        self._laid.clear()
        self._placed.clear()
        self._anchors.clear()
        self._painted = None

    def release_text(self) -> str:
        """Frees everything that the terminal keeps for us."""
        # What lies on cells is taken off them first: in place of deleted images the terminal draws a pattern.
        boxes = (box for box in (self._painted, self._anchors.box) if box is not None)
        text = "".join(map(wire.clear, boxes)) + "".join(map(wire.free, self.ledger.ids))
        self.forget()
        return text


def _around(boxes: list[CellBox]) -> CellBox | None:
    """The smallest box that holds all; None where there is none."""
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _side(
    start: int, length: int, offset: int, cell: int, inside: tuple[int, int], unit: float
) -> tuple[int, int, int]:
    """Along one side: where in the image the part begins that the cells `inside` (the first one on the screen, and how
    many) show, how long it is, and how many pixels into the first of them. `start`, `length`: of what the placement
    shows, which begins `offset` pixels into its first `cell`. `unit`: pixels of the image to a cell. The terminal draws
    from the pixel in which a cell begins."""
    first, count = inside
    begin, end = (
        int(edge * unit + 0.001) - int(cell * unit + 0.001) - offset for edge in (first, first + count)
    )
    skipped = min(max(begin, 0), length - 1)
    return start + skipped, max(1, min(end, length) - skipped), max(0, -begin)


def _wholes(laid: Mapping[ImageKey, Placement]) -> list[ImageKey]:
    return [key for key in laid if isinstance(key, Rung)]


def _alike(one: Mapping[ImageKey, Placement], other: Mapping[ImageKey, Placement]) -> bool:
    """Whether the strips of both are of one picture, where both have any."""
    rungs = [{key.rung for key in laid if isinstance(key, StoredStrip)} for laid in (one, other)]
    return not all(rungs) or rungs[0] == rungs[1]
