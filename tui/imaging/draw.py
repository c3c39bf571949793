"""A scene as pixels: whole, in tiles, and laid over a picture.

Overlays have few colours, so they are drawn as palette indices, without soft edges. `Text` and `Ruler` are not drawn
here: they are text cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tui.imaging.areas import Bits, NumberCache, Numbers, SampleCache, at_edge, largest_beside, margined
from tui.imaging.ink import ink_on
from tui.imaging.outline import CASING, FilledBox, Grid, PixelBox, bounds, casing_boxes, clipped, filled_boxes
from tui.imaging.overlay import Inks, OverlayLayer
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Scene, Text

TILE = 128
"""Pixels of an overlay tile, both ways."""
COARSE_CASING = 0.5
"""Opacity of the casing in half-blocks, where a pixel is half a cell: what lies below it can still be told."""
_samples = SampleCache()
_paintings = NumberCache()


def draw(scene: Scene, grid: Grid, box: PixelBox | None = None, inks: Inks | None = None) -> OverlayLayer:
    """The scene on a grid, or on the part `box` of it."""
    inks = inks or Inks()
    left, top, right, bottom = box or (0, 0, *grid.size)
    image = Image.new("L", (right - left, bottom - top), 0)
    pen = _Pen(image, grid, inks, (left, top, right, bottom))
    near = [
        mark
        for mark in scene
        if (reach := bounds(mark, grid)) is not None and clipped(reach, (left, top, right, bottom))
    ]
    # A pixel has one colour: what fills a higher shape, or lies along its lines, would hide the outlines of those below.
    for paint in (pen.fill, pen.case, pen.outline):
        for mark in near:
            paint(mark)
    return OverlayLayer(np.asarray(pen.image), inks.palette(), left, top)


class _Pen:
    """Draws marks on one part of a grid."""

    def __init__(self, image: Image.Image, grid: Grid, inks: Inks, box: PixelBox) -> None:
        self.image, self.grid, self.inks, self.box = image, grid, inks, box
        self._draw = ImageDraw.Draw(image)

    def fill(self, mark: Mark) -> None:
        """The inside of a mark."""
        match mark:
            case Path():
                self._inside(mark)
            case Area():
                self._area(mark)
            case Layers():
                self._layers(mark)
            case Frame() | Handle() | Cross() | Text() | Ruler():
                pass
            case _:
                assert_never(mark)

    def case(self, mark: Mark) -> None:
        """What lies along the edges of a mark."""
        match mark:
            case Frame() | Handle() | Cross():
                self._boxes(casing_boxes(mark, self.grid), self._opacity)
            case Path():
                self._path(mark, self._casing(mark.colour), CASING)
            case Area():
                self._rim(self._covered(mark), self._casing(mark.colour))
            case Layers():
                self._rims(mark)
            case Text() | Ruler():
                pass
            case _:
                assert_never(mark)

    def outline(self, mark: Mark) -> None:
        """The edges of a mark."""
        match mark:
            case Frame() | Handle() | Cross():
                self._boxes(filled_boxes(mark, self.grid) or (), 1.0)
            case Path():
                self._path(mark, self.inks.index(mark.colour))
            case Area():
                bits = self._covered(mark)
                self._stamp(at_edge(bits) & bits[1:-1, 1:-1], self.inks.index(mark.colour))
            case Layers():
                self._borders(mark)
            case Text() | Ruler():
                pass
            case _:
                assert_never(mark)

    @property
    def _opacity(self) -> float:
        """Of the casing."""
        return 1.0 if self.grid.fine else COARSE_CASING

    def _casing(self, colour: str) -> int:
        return self.inks.index(ink_on(colour), self._opacity)

    def _boxes(self, boxes: Sequence[FilledBox], opacity: float) -> None:
        for rule in boxes:
            x0, y0, x1, y1 = self._shifted(rule.box)
            self._draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=self.inks.index(rule.colour, opacity))

    def _inside(self, path: Path) -> None:
        if path.closed and path.fill > 0 and len(path.points) > 2:
            points = [self.grid.at(x, y) for x, y in path.points]
            self._draw.polygon(self._whole(points), fill=self.inks.index(path.colour, path.fill))

    def _shifted(self, box: PixelBox) -> PixelBox:
        return box[0] - self.box[0], box[1] - self.box[1], box[2] - self.box[0], box[3] - self.box[1]

    def _path(self, path: Path, ink: int, wider: int = 0) -> None:
        """`wider`: pixels by which the line is wider on either side."""
        points = [self.grid.at(x, y) for x, y in path.points]
        if path.closed and len(points) > 1:
            points.append(points[0])
        thick = (path.thick if self.grid.fine else 1) + 2 * wider
        if path.dashed and len(points) > 1:
            for dash in _dashes(points, *self.grid.dashes()):
                self._line(dash, thick, ink)
        else:
            self._line(points, thick, ink)

    def _line(self, points: Sequence[tuple[float, float]], thick: int, colour: int) -> None:
        """With a square brush, whose middle is where the edges of a `Frame` have theirs. Pillow's own thick lines lie
        to the one or other side of the points, by their direction."""
        whole = self._whole(points)
        for right in range(-(thick // 2), thick - thick // 2):
            for down in range(-(thick // 2), thick - thick // 2):
                moved = [(x + right, y + down) for x, y in whole]
                if len(moved) == 1:
                    self._draw.point(moved, fill=colour)
                else:
                    self._draw.line(moved, fill=colour)

    def _whole(self, points: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
        """In whole pixels of this part. Rounded before they are moved: the same pixels, whichever part is drawn."""
        return [(round(x) - self.box[0], round(y) - self.box[1]) for x, y in points]

    def _area(self, area: Area) -> None:
        if area.fill > 0:
            self._stamp(self._covered(area)[1:-1, 1:-1], self.inks.index(area.colour, area.fill))

    def _layers(self, layers: Layers) -> None:
        if layers.fill > 0:
            self._inked(self._classes(layers)[1:-1, 1:-1], layers.colours, layers.fill)

    def _covered(self, area: Area) -> Bits:
        """This part and one pixel more on every side."""
        return margined(covered(area, self.grid), self.box)

    def _classes(self, layers: Layers) -> Numbers:
        """The same of classes; those that are not shown are none."""
        shown = np.array([0, *(n if colour else 0 for n, colour in enumerate(layers.colours, 1))], np.uint16)
        classes: Numbers = shown[margined(numbered(layers, self.grid), self.box)]
        return classes

    def _rim(self, bits: Bits, ink: int) -> None:
        """Outside of a mask, along its edge."""
        self._stamp(at_edge(bits) & ~bits[1:-1, 1:-1], ink)

    def _rims(self, layers: Layers) -> None:
        classes = self._classes(layers)
        outside = np.where(classes[1:-1, 1:-1] == 0, largest_beside(classes), 0)
        self._inked(outside, [ink_on(colour) if colour else "" for colour in layers.colours], self._opacity)

    def _borders(self, layers: Layers) -> None:
        classes = self._classes(layers)
        inside = classes[1:-1, 1:-1]
        self._inked(np.where(at_edge(classes), inside, 0), layers.colours, 1.0)

    def _inked(self, classes: Numbers, colours: Sequence[str], opacity: float) -> None:
        """Pixels in the colours of their classes; class 0 is left as it is."""
        inks = [self.inks.index(colour, opacity) if colour else 0 for colour in colours]
        part = np.array([0, *inks], dtype=np.uint8)[classes]
        stencil = Image.fromarray((part > 0).view(np.uint8) * np.uint8(255), "L")
        self.image.paste(Image.fromarray(part, "L"), (0, 0), stencil)

    def _stamp(self, bits: Bits, ink: int) -> None:
        stencil = Image.fromarray(np.ascontiguousarray(bits).view(np.uint8) * np.uint8(255), "L")
        self.image.paste(ink, (0, 0), stencil)


def numbered(layers: Layers, grid: Grid) -> Numbers:
    """(height, width) of the grid: the class of the image pixel under each of its pixels."""
    return _paintings.get(layers.classes, *_pixels_seen(grid))


def covered(area: Area, grid: Grid) -> Bits:
    """(height, width) of the grid: whether the mask covers the image pixel under each of its pixels."""
    return _samples.get(area.counts, area.size, *_pixels_seen(grid))


@lru_cache(maxsize=4)
def _pixels_seen(grid: Grid) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The image column under each column of the grid, and the row under each row."""
    view, (width, height) = grid.view, grid.size
    x0, y0 = view.to_image(0.0, 0.0)
    columns = np.floor(x0 + (np.arange(width) + 0.5) * grid.across / view.scale).astype(np.intp)
    rows = np.floor(y0 + (np.arange(height) + 0.5) * grid.down / view.scale).astype(np.intp)
    return columns, rows


def _dashes(
    points: Sequence[tuple[float, float]], dash: int, gap: int
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The drawn parts of a dashed line; the pattern goes on round corners."""
    along = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        length = float(np.hypot(x1 - x0, y1 - y0))
        if length == 0 or length > 200_000:
            continue
        at = -(along % (dash + gap))
        while at < length:
            start, end = max(0.0, at) / length, min(length, at + dash) / length
            if end > start:
                yield (
                    (x0 + (x1 - x0) * start, y0 + (y1 - y0) * start),
                    (x0 + (x1 - x0) * end, y0 + (y1 - y0) * end),
                )
            at += dash + gap
        along += length


def composite(image: Image.Image, scene: Scene, grid: Grid, origin: tuple[int, int] = (0, 0)) -> Image.Image:
    """`image` (RGB or RGBA, not changed), whose top left pixel is the grid's `origin`, with the scene over it."""
    width, height = image.size
    layer = draw(scene, grid, (origin[0], origin[1], origin[0] + width, origin[1] + height))
    if layer.empty:
        return image
    pixels = np.array(image)
    drawn = layer.indices > 0
    inks = layer.palette[layer.indices[drawn]].astype(np.float32)
    opacity = inks[:, 3:] / 255
    pixels[drawn, :3] = (pixels[drawn, :3] * (1 - opacity) + inks[:, :3] * opacity + 0.5).astype(np.uint8)
    if pixels.shape[2] == 4:
        pixels[drawn, 3] = np.maximum(pixels[drawn, 3], inks[:, 3].astype(np.uint8))
    return Image.fromarray(pixels, image.mode)


def tiles(
    scene: Scene, grid: Grid, size: int = TILE, box: PixelBox | None = None
) -> dict[tuple[int, int], OverlayLayer]:
    """The parts of the grid, `size` pixels wide and high, on which something is drawn, by their left and top; with
    `box` only those that it touches. A tile is sent again only when its `key` has changed."""
    width, height = grid.size
    x0, y0, x1, y1 = box or (0, 0, width, height)
    x0, y0 = x0 // size * size, y0 // size * size
    x1, y1 = min(-(-x1 // size) * size, width), min(-(-y1 // size) * size, height)
    if x0 >= x1 or y0 >= y1:
        return {}
    whole = draw(scene, grid, (x0, y0, x1, y1))
    found = {}
    for top in range(y0, y1, size):
        for left in range(x0, x1, size):
            part = whole.indices[top - y0 : top - y0 + size, left - x0 : left - x0 + size]
            if part.any():
                found[left, top] = OverlayLayer(part, whole.palette, left, top)
    return found


def sprite(marks: Scene, grid: Grid) -> OverlayLayer | None:
    """Some marks in the smallest box that holds them: moved as they are, they keep their `key`."""
    reach = union(bounds(mark, grid) for mark in marks)
    layer = draw(marks, grid, reach) if reach is not None else None
    if layer is None or layer.empty:
        return None
    rows, columns = np.flatnonzero(layer.indices.any(axis=1)), np.flatnonzero(layer.indices.any(axis=0))
    part = layer.indices[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return OverlayLayer(part, layer.palette, layer.left + int(columns[0]), layer.top + int(rows[0]))


def union(boxes: Iterator[PixelBox | None]) -> PixelBox | None:
    """The smallest box that holds all."""
    left, top, right, bottom = (
        zip(*found, strict=True) if (found := [box for box in boxes if box]) else ((), (), (), ())
    )
    return (min(left), min(top), max(right), max(bottom)) if left else None
