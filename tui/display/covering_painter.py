"""Pictures stored in a terminal where they take the place of cells (xterm.js from 6.1 on, VS Code): sent once, placed over
one another for some dozen bytes, and never deleted.

There an image's data go when no cell shows its last placement any more. So each image that was placed is placed once
more: one pixel of it, behind the text of a cell in a column of its own beside the canvas, its anchor. Switching back to
it then costs no more than switching on. The painter is told what *should* lie on the cells of the canvas and returns the
bytes of the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace

from tui.display.jobs import Rung, StageJob
from tui.display.ledger import CAP, ImageLedger
from tui.display.strips import common, margins
from tui.imaging.viewport import CellBox
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import MAX_PIECE, Job
from tui.terminal.wire import Placement

MAX_IMAGES = 200
"""Entries of the ledger; the terminal keeps 256 images."""


class CoveringPainter:
    """Returns bytes and keeps books; it writes nothing. `first`: where ids begin, random."""

    def __init__(self, caps: TerminalCaps, first: int, cap: int = CAP) -> None:
        self.caps = caps
        self.ledger = ImageLedger(first, cap)
        self._laid: dict[Rung, Placement] = {}
        self._placed: set[Hashable] = set()
        """What was placed at least once: its data go when it is covered, unless it is anchored."""
        self._anchors: dict[Rung, int] = {}
        """Rows of the screen, the one that was used longest ago first."""
        self._column, self._rows = 0, range(0)
        self._painted: CellBox | None = None
        """The cells of the screen in which pictures may lie."""

    @property
    def laid(self) -> Collection[Rung]:
        """What the cells show, in the order in which it was laid."""
        return self._laid.keys()

    @property
    def laid_at(self) -> tuple[tuple[Rung, Placement], ...]:
        """The same with the places."""
        return tuple(self._laid.items())

    # Sending

    def upload(
        self, key: Rung, png: bytes, size: tuple[int, int], priority: int, piece: int = MAX_PIECE
    ) -> StageJob:
        """A job that stores an image of `size` pixels, in parts of about `piece` bytes; when it is sent, the
        ledger is to be told."""
        stored = self.ledger.enter(key, size)
        return Job(key, priority, wire.upload(stored.id, png, piece), abort=wire.free(stored.id))

    def make_room(self, keep: Collection[Hashable]) -> str:
        """Frees what was used longest ago, was never placed and is not in `keep`."""
        spare = {*keep, *self._placed}
        return "".join(wire.free(stored.id) for stored in self.ledger.overflow(spare, MAX_IMAGES))

    # Placing

    def renews(self, goal: Mapping[Rung, Placement]) -> bool:
        """Whether `lay` would place anew what is there, and not only something over it."""
        there, kept = self._there(goal), list(self._laid.items())
        return list(there.items())[: len(kept)] != kept

    def _there(self, goal: Mapping[Rung, Placement]) -> dict[Rung, Placement]:
        return {key: at for key, at in goal.items() if key in self.ledger}

    def lay(self, goal: Mapping[Rung, Placement]) -> str:
        """The bytes after which exactly this is on the canvas, each over those before it; `cells` of every placement
        is set. What is not stored is left out. Pictures that were there come off where nothing covers them."""
        there, anew = self._there(goal), self.renews(goal)
        new = there if anew else {key: at for key, at in there.items() if key not in self._laid}
        text = "".join(self._place(key, at) for key, at in new.items())
        if anew:
            text += self._bare([self._box(at) for at in there.values()])
        self._laid = there
        text += "".join(self._hold(key) for key in new)
        self._drop_covered()
        return text

    def _place(self, key: Rung, at: Placement) -> str:
        stored = self.ledger.find(key)
        if stored is None:
            return ""
        self.ledger.touch(key)
        self._placed.add(key)
        return wire.cover(stored.id, at)

    def _box(self, at: Placement) -> CellBox:
        """The cells that a placement may reach: where cells are a fraction of a pixel, one more."""
        columns, rows = at.cells or (1, 1)
        spill = [abs(side - round(side)) > 0.01 for side in self.caps.cell]
        return (*at.cell, columns + spill[0], rows + spill[1])

    def _bare(self, boxes: list[CellBox]) -> str:
        """Takes off what lay round these cells."""
        old, self._painted = self._painted, _around(boxes)
        if old is None:
            return ""
        if self._painted is None:
            return wire.clear(old)
        x, y, columns, rows = old
        inside = common(old, self._painted)
        if inside is None:
            return wire.clear(old)
        own = (inside[0] - x, inside[1] - y, *inside[2:])
        bare = [box for box in margins([own], (columns, rows)) if box[2] > 0 and box[3] > 0]
        return "".join(wire.clear((x + box[0], y + box[1], box[2], box[3])) for box in bare)

    def restored(self, box: CellBox) -> str:
        """Puts what is laid back into these cells of the screen."""
        text, touched = "", []
        for key, at in self._laid.items():
            part = _part(at, box, self._size(key))
            if part is not None:
                text += self._place(key, part)
                touched.append(key)
        text += "".join(self._hold(key) for key in touched)
        self._drop_covered()
        return text

    def _size(self, key: Rung) -> tuple[int, int]:
        stored = self.ledger.find(key)
        return stored.size if stored is not None else (1, 1)

    # Anchors

    def moved(self, room: CellBox, column: int) -> None:
        """The canvas has these cells of the screen now, and `column` of it is for anchors. Cells were painted."""
        self._column, self._rows = column, range(room[1], room[1] + room[3])
        self._laid.clear()
        self.unanchored(None)
        self._painted = room if self._painted is not None else None

    def unanchored(self, rows: Collection[int] | None) -> None:
        """Text went over the anchors in these rows of the screen; None: over all. What lies on the canvas is there for
        as long as nothing covers it."""
        self._anchors = {
            key: row for key, row in self._anchors.items() if rows is not None and row not in rows
        }
        self._drop_covered()

    def anchored_again(self) -> str:
        """Anchors for what is laid and has none any more."""
        text = "".join(self._hold(key) for key in self._laid if key not in self._anchors)
        self._drop_covered()
        return text

    def _hold(self, key: Rung) -> str:
        stored = self.ledger.find(key)
        row = self._anchors.pop(key, None)
        if row is None:
            row = self._row()
        if stored is None or row is None:
            return ""
        self._anchors[key] = row
        return wire.hold(stored.id, (self._column, row))

    def _row(self) -> int | None:
        """A row for one more anchor: a free one, else that of a part of a picture, else that of the picture that was
        shown longest ago; None when all are needed."""
        taken = set(self._anchors.values())
        free = next((row for row in self._rows if row not in taken), None)
        if free is not None:
            return free
        spare = [key for key in self._anchors if key not in self._laid]
        gone = next((key for key in spare if isinstance(key.step, tuple)), spare[0] if spare else None)
        return self._anchors.pop(gone) if gone is not None else None

    def _drop_covered(self) -> None:
        """What is covered and not anchored is not there any more."""
        for key in self._placed - self._laid.keys() - self._anchors.keys():
            self.ledger.drop(key)
        self._placed &= {*self._laid, *self._anchors}

    # Losing

    def lost(self, image: int) -> Rung | None:
        """An image that the terminal says it has not; its key, None when it is not ours."""
        key = self.ledger.lost(image)
        if not isinstance(key, Rung):
            return None
        self._laid.pop(key, None)
        self._anchors.pop(key, None)
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
        boxes = [*([self._painted] if self._painted is not None else []), *self._anchor_boxes()]
        text = "".join(map(wire.clear, boxes)) + "".join(map(wire.free, self.ledger.ids))
        self.forget()
        return text

    def _anchor_boxes(self) -> list[CellBox]:
        """The cells of all anchors."""
        rows = self._anchors.values()
        return [(self._column, min(rows), 1, max(rows) + 1 - min(rows))] if rows else []


def _around(boxes: list[CellBox]) -> CellBox | None:
    """The smallest box that holds all; None where there is none."""
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _part(at: Placement, box: CellBox, size: tuple[int, int]) -> Placement | None:
    """What of a placement lies in these cells. `size`: of the image in pixels."""
    columns, rows = at.cells or (1, 1)
    inside = common(box, (*at.cell, columns, rows))
    if inside is None:
        return None
    x, y, width, height = at.source or (0, 0, *size)
    across, down = width / columns, height / rows
    left, top = inside[0] - at.cell[0], inside[1] - at.cell[1]
    u0, v0 = x + round(left * across), y + round(top * down)
    u1, v1 = x + round((left + inside[2]) * across), y + round((top + inside[3]) * down)
    u0, v0 = min(u0, x + width - 1), min(v0, y + height - 1)
    source = (u0, v0, max(1, u1 - u0), max(1, v1 - v0))
    return replace(at, cell=inside[:2], source=source, cells=inside[2:])
