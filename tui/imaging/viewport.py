"""Which part of an image is on which pixels and cells of the canvas."""

from __future__ import annotations

from dataclasses import dataclass, replace

MAX_ZOOM = 32.0
"""Canvas pixels per image pixel at most."""
MAX_FIT = 8.0
"""The same of a whole picture: smaller ones are not made larger to fill a canvas."""
_EXACT = 1e-11
"""Of an image's side: what lies closer to its end than this has been rounded."""
FloatRect = tuple[float, float, float, float]
"""X, y, width, height."""
CellBox = tuple[int, int, int, int]
"""Column, row, columns, rows of a canvas."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """`image`: width and height in image pixels. `canvas`: in canvas pixels. `cell`: width and height of one cell
    in canvas pixels. `zoom`: 1 fits the whole image. `centre`: the image point in the middle of the canvas."""

    image: tuple[int, int]
    canvas: tuple[int, int]
    cell: tuple[float, float] = (10.0, 20.0)
    zoom: float = 1.0
    centre: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def fit(cls, image: tuple[int, int], canvas: tuple[int, int], cell: tuple[float, float]) -> Viewport:
        """The whole image in the middle of the canvas."""
        return cls(image, canvas, cell, 1.0, (image[0] / 2, image[1] / 2))

    @property
    def fit_scale(self) -> float:
        """Canvas pixels per image pixel when the whole image fits; small images are not enlarged beyond `MAX_FIT`."""
        return min(self.canvas[0] / self.image[0], self.canvas[1] / self.image[1], MAX_FIT)

    @property
    def scale(self) -> float:
        """Canvas pixels per image pixel."""
        return self.fit_scale * self.zoom

    @property
    def visible(self) -> FloatRect:
        """The part of the image that is on the canvas: x, y, width, height in image pixels. An axis that is seen
        whole gives its exact length, whatever the scale is."""
        x0, x1 = self._seen(0)
        y0, y1 = self._seen(1)
        return x0, y0, x1 - x0, y1 - y0

    def _seen(self, axis: int) -> tuple[float, float]:
        """First and last image coordinate on the canvas along an axis; the same one twice when it holds nothing."""
        half, size = self.canvas[axis] / self.scale / 2, float(self.image[axis])
        first, last = self.centre[axis] - half, self.centre[axis] + half
        first = 0.0 if first < size * _EXACT else first
        last = size if last > size * (1 - _EXACT) else last
        return (first, last) if first < last else (min(first, size), min(first, size))

    @property
    def placed(self) -> FloatRect:
        """Where the visible part lies on the canvas: x, y, width, height in canvas pixels."""
        x, y, width, height = self.visible
        left, top = self.to_canvas(x, y)
        return left, top, width * self.scale, height * self.scale

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Image pixels to canvas pixels."""
        scale = self.scale
        return (
            (x - self.centre[0]) * scale + self.canvas[0] / 2,
            (y - self.centre[1]) * scale + self.canvas[1] / 2,
        )

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Canvas pixels to image pixels."""
        scale = self.scale
        return (
            (x - self.canvas[0] / 2) / scale + self.centre[0],
            (y - self.canvas[1] / 2) / scale + self.centre[1],
        )

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> Viewport:
        """`factor` times as large; the image point `at` stays where it is on the canvas."""
        max_zoom = max(1.0, MAX_ZOOM / self.fit_scale)
        zoom = min(max(self.zoom * factor, 1.0), max_zoom)
        point = at if at is not None else self.centre
        kept = self.zoom / zoom
        centre = (
            point[0] + (self.centre[0] - point[0]) * kept,
            point[1] + (self.centre[1] - point[1]) * kept,
        )
        return replace(self, zoom=zoom, centre=centre)._inside()

    def panned(self, right: float, down: float) -> Viewport:
        """Moved by fractions of the canvas."""
        x = self.centre[0] + right * self.canvas[0] / self.scale
        y = self.centre[1] + down * self.canvas[1] / self.scale
        return replace(self, centre=(x, y))._inside()

    def on(self, x: float, y: float, width: float, height: float, margin: float = 0.15) -> Viewport:
        """So that this region of the image fills the canvas but for a margin."""
        room = 1 + 2 * margin
        scale = min(self.canvas[0] / max(1.0, width * room), self.canvas[1] / max(1.0, height * room))
        zoom = min(max(scale / self.fit_scale, 1.0), max(1.0, MAX_ZOOM / self.fit_scale))
        return replace(self, zoom=zoom, centre=(x + width / 2, y + height / 2))._inside()

    def resized(self, canvas: tuple[int, int], cell: tuple[float, float]) -> Viewport:
        """The same part of the image, as far as it fits, on another canvas. `canvas`, `cell`: width and height in pixels."""
        return replace(self, canvas=canvas, cell=cell)._inside()

    def carried(self, image: tuple[int, int], canvas: tuple[int, int], cell: tuple[float, float]) -> Viewport:
        """The same for another image: as much larger than when it fits, around the same place of its sides."""
        if self.zoom <= 1.0:  # Equal to that of a picture that was made before it was in front.
            return Viewport.fit(image, canvas, cell)
        centre = (self.centre[0] / self.image[0] * image[0], self.centre[1] / self.image[1] * image[1])
        return Viewport(image, canvas, cell, self.zoom, centre).zoomed(1.0)

    def _inside(self) -> Viewport:
        """The centre moved so that no more of the outside is seen than must be."""
        centre = []
        for middle, size, room in zip(self.centre, self.image, self.canvas, strict=True):
            half = room / self.scale / 2
            centre.append(size / 2 if half * 2 >= size else min(max(middle, half), size - half))
        return replace(self, centre=(centre[0], centre[1]))
