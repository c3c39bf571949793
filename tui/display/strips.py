"""Strips of a picture that belong to cells, without and with the scene over them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from tui.display.strip_format import StripFormat
from tui.imaging.adjust import adjusted_raster
from tui.imaging.changes import changed_boxes, rectangles
from tui.imaging.decode import Decoded
from tui.imaging.draw import composite
from tui.imaging.encode import Tile
from tui.imaging.exact_strips import are_full, joined
from tui.imaging.ladder import Step
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.viewport import CellBox, Viewport
from tui.model.scene import Scene
from tui.model.view_settings import NEUTRAL, Adjustment


@dataclass(frozen=True, slots=True)
class Strips:
    """What is to lie on the canvas: strips by their boxes, without and with the scene. `patches`: the cells alone that
    the last change of the scene touched, or from which a tag has gone. `adjustment`: of their pixels. `whole`: False while
    more strips are being made."""

    serial: int
    viewport: Viewport
    step: Step
    clean: dict[CellBox, Tile]
    drawn: dict[CellBox, bytes]
    patches: dict[CellBox, bytes] = field(default_factory=dict)
    adjustment: Adjustment = NEUTRAL
    whole: bool = True

    def data(self, box: CellBox) -> bytes:
        """The encoded strip on these cells: with the scene where that touches it, else without."""
        return self.drawn.get(box) or self.clean[box].data

    def in_order(self, *, scene_first: bool) -> list[CellBox]:
        """All strips; `scene_first`: those that the scene touches, or its last change, before the others: once a picture was
        seen, a shape is waited for, not what becomes a little better beside it."""

        def touched(box: CellBox) -> bool:
            return box in self.drawn or any(common(box, cells) for cells in self.patches)

        return sorted(self.clean, key=lambda box: scene_first and not touched(box))

    def under(self, boxes: Sequence[CellBox]) -> list[CellBox]:
        """The strips that lie on some of these cells."""
        return [strip for strip in self.clean if any(common(strip, box) for box in boxes)]

    def changed(self, before: Strips) -> dict[CellBox, bytes]:
        """The data of those that were others `before`."""
        data = ((box, self.data(box)) for box in self.clean)
        return {box: mine for box, mine in data if mine != before.data(box)}

    def patches_are_smaller(self, under: Sequence[CellBox]) -> bool:
        """Whether the patches take no more bytes than the strips `under` them."""
        return sum(map(len, self.patches.values())) <= sum(len(self.data(box)) for box in under)


def composed(
    picture: Decoded,
    now: Strips,
    before: Scene,
    scene: Scene,
    form: StripFormat,
    bared: Sequence[CellBox] = (),
    ground: tuple[int, int, int] = (0, 0, 0),
) -> Strips:
    """With the strips that the scene touches, and where it differs from `before`; `bared`: cells on which text lay;
    `ground`: the colour round the picture.
    Strips of a reduced picture are not patched: what is cut out of the whole one would be sharper."""
    cut = raster(picture.image, now.viewport) if picture.image is not None else None
    if cut is None or not now.clean:
        return replace(now, drawn={}, patches={})
    cut = adjusted_raster(cut, picture, now.viewport, now.adjustment)
    cell = now.viewport.cell
    # What is exact was made of the whole file, of which nothing is kept but the strips.
    made_whole = now.step.exact and form.encoding == "jpeg" and are_full(now.clean.values(), cell)
    whole = joined(list(now.clean.values()), cell) if made_whole else cut.on(ground)
    below = _Below(whole, (round(cut.column * cell[0]), round(cut.row * cell[1])), now, form)
    drawn = _redrawn(below, scene)
    inside = (cut.column, cut.row, cut.columns, cut.rows)
    touched = (*changed_boxes(before, scene, now.viewport), *bared) if now.step.divisor == 1 else ()
    boxes = [cells for box in touched if (cells := common(box, inside)) is not None]
    patches = {}
    for box in dict.fromkeys(form.patch_box(box, inside, cell[0]) for box in boxes):
        clean = below.part(box)
        over = composite(clean, scene, Grid(now.viewport), below.corner(box))
        patches[box] = form.encode(over, clean, now.step.quality)
    return replace(now, drawn=drawn, patches=patches)


@dataclass(frozen=True, slots=True, eq=False)
class _Below:
    """What a scene is drawn over: a picture (RGB) whose top left corner is this pixel of the canvas, and the strips of it
    that are seen as they are."""

    picture: Image.Image
    at: tuple[int, int]
    strips: Strips
    form: StripFormat

    def corner(self, box: CellBox) -> tuple[int, int]:
        """The top left pixel of a box on the canvas."""
        cell = self.strips.viewport.cell
        return round(box[0] * cell[0]), round(box[1] * cell[1])

    def part(self, box: CellBox) -> Image.Image:
        """The pixels of these cells."""
        (x0, y0), (x1, y1) = self.corner(box), self.corner((box[0] + box[2], box[1] + box[3], 0, 0))
        left, top = self.at
        found = self.picture.crop((x0 - left, y0 - top, x1 - left, y1 - top))
        for other, tile in self.strips.clean.items():
            shown = self.form.shown(tile.data, (tile.width, tile.height)) if common(box, other) else None
            if shown is not None:
                x, y = self.corner(other)
                found.paste(shown, (x - x0, y - y0))
        return found


def _redrawn(below: _Below, scene: Scene) -> dict[CellBox, bytes]:
    """The strips on which something of the scene lies, with it."""
    now, drawn = below.strips, dict[CellBox, bytes]()
    inked = changed_boxes((), scene, now.viewport)
    for box in [box for box in now.clean if any(common(box, cells) for cells in inked)]:
        tile, clean = now.clean[box], below.part(box)
        over = composite(clean, scene, Grid(now.viewport), below.corner(box))
        if over.size != (tile.width, tile.height):
            size = tile.width, tile.height
            clean, over = (image.resize(size, Image.Resampling.LANCZOS) for image in (clean, over))
        drawn[box] = below.form.encode_like(over, clean, tile.data, now.step.quality)
    return drawn


def margins(boxes: Sequence[CellBox], size: tuple[int, int]) -> list[CellBox]:
    """The cells of a canvas of `size` (columns, rows) round what these boxes cover together; some may be empty."""
    left, top = min((b[0] for b in boxes), default=0), min((b[1] for b in boxes), default=0)
    right, bottom = (max((b[n] + b[n + 2] for b in boxes), default=0) for n in (0, 1))
    (width, height), middle = size, bottom - top
    return [
        (0, 0, width, top),
        (0, bottom, width, height - bottom),
        (0, top, left, middle),
        (right, top, width - right, middle),
    ]


def box_of(tile: Tile) -> CellBox:
    """Where a tile lies on the canvas."""
    return tile.column, tile.row, tile.columns, tile.rows


def common(a: CellBox, b: CellBox) -> CellBox | None:
    """The cells of both."""
    left, top = max(a[0], b[0]), max(a[1], b[1])
    right, bottom = min(a[0] + a[2], b[0] + b[2]), min(a[1] + a[3], b[1] + b[3])
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None


def within(boxes: Sequence[CellBox], spans: Sequence[tuple[int, int, int]] | None) -> list[CellBox]:
    """What of boxes lies on these cells (row, first, end); None: on all."""
    if spans is None:
        return list(boxes)
    parts = (common(box, (first, row, end - first, 1)) for box in boxes for row, first, end in spans)
    return [part for part in parts if part is not None]


def boxes_of(found: Collection[tuple[int, int]]) -> list[CellBox]:
    """Cells (column, row) as boxes that do not overlap."""
    if not found:
        return []
    marked = np.zeros((max(row for _, row in found) + 1, max(column for column, _ in found) + 1), bool)
    for column, row in found:
        marked[row, column] = True
    return rectangles(marked)


def uncovered(boxes: Iterable[CellBox], covered: Callable[[CellBox], bool]) -> list[CellBox]:
    """What of boxes nothing else lies over; `covered`: whether something lies over a part of one."""
    found = list[CellBox]()
    for box in boxes:
        open_to_view = not covered(box)
        found += [box] if open_to_view else boxes_of({at for at in cells(box) if not covered((*at, 1, 1))})
    return found


def cells(box: CellBox) -> Iterator[tuple[int, int]]:
    """The cells of a box: column, row."""
    return ((box[0] + x, box[1] + y) for x in range(box[2]) for y in range(box[3]))


class StripScreen:
    """What strips lie on the screen. `painted`: those that are whole, their data by their boxes. `patching`: the strips as
    they are once the patch under way is written; None while there is none."""

    def __init__(self) -> None:
        self.painted: dict[CellBox, bytes] = {}
        self._inked: set[tuple[int, int]] = set()
        """Cells on which something of a strip lies: of one that others went over in part the rest is still seen."""
        self._left: set[tuple[int, int]] = set()
        """Those of them on which a picture lies that is not in front any more."""
        self.patching: dict[CellBox, bytes] | None = None
        self._patch = 0

    def holds(self, box: CellBox, data: bytes) -> bool:
        """Whether this strip is there, or will be with the patch under way."""
        return data in (self.painted.get(box), (self.patching or {}).get(box))

    def missing(self, now: Strips) -> list[CellBox]:
        """Strips of these that are not there."""
        return [box for box in now.clean if not self.holds(box, now.data(box))]

    def holding(self, strips: Strips) -> set[CellBox]:
        """Strips of these that are there."""
        return {box for box in strips.clean if self.painted.get(box) == strips.data(box)}

    def put(self, box: CellBox, data: bytes) -> None:
        """A strip was written; what it touches of others is gone."""
        for other in [b for b in self.painted if b != box and common(b, box)]:
            del self.painted[other]
        self.painted[box] = data
        self._inked.update(cells(box))
        self._left.difference_update(cells(box))

    def leave(self) -> None:
        """Another picture comes to the front."""
        self._left = set(self._inked)

    @property
    def any_there(self) -> bool:
        """Whether something of a strip is on the screen."""
        return bool(self._inked)

    def blank(self) -> None:
        """All was wiped."""
        self.painted.clear()
        self._inked.clear()

    def overwritten(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """Text went over these cells (row, first, end)."""
        self.wipe(spans)
        self._inked.difference_update((x, row) for row, first, end in spans for x in range(first, end))

    def wipe(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """Strips on these cells (row, first, end) are not whole any more, or not as they are to be."""
        for known in (self.painted, self.patching or {}):
            for box in list(known):
                if any(common(box, (first, y, end - first, 1)) for y, first, end in spans):
                    del known[box]

    def given_up(self, now: Strips) -> list[CellBox]:
        """The cells on which strips of a picture lie that was left, and none of `now`; from now on they count as gone."""
        there = {cell for box in now.clean if self.holds(box, now.data(box)) for cell in cells(box)}
        given_up = boxes_of((self._left & self._inked) - there)
        self.cleared(given_up)
        return given_up

    def beside(self, boxes: Iterable[CellBox]) -> list[CellBox]:
        """The cells that strips lie on outside these boxes."""
        return boxes_of(self._inked - {cell for box in boxes for cell in cells(box)})

    def cleared(self, boxes: Sequence[CellBox]) -> None:
        """Nothing lies on these cells any more."""
        for gone in [known for known in self.painted if any(common(known, box) for box in boxes)]:
            del self.painted[gone]
        self._inked.difference_update(cell for box in boxes for cell in cells(box))

    def begin_patch(self, changed: dict[CellBox, bytes], boxes: Iterable[CellBox]) -> int:
        """A number for a patch of these boxes that makes these strips; another one before it is given up."""
        self._patch += 1
        self._inked.update(cell for box in boxes for cell in cells(box))
        self.patching = changed
        return self._patch

    def end_patch(self, number: int) -> bool:
        """A patch was written; whether it is the one that is waited for."""
        if number != self._patch or self.patching is None:
            return False
        self.painted.update(self.patching)
        self.patching = None
        return True

    def drop_patch(self) -> None:
        """The patch under way is not to be counted: how the strips under it look is not known any more."""
        for box in self.patching or {}:
            self.painted.pop(box, None)
        self.patching = None
        self._patch += 1
