"""What the drawing tools know of the picture on screen: which part is visible, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.geometry import Point


@dataclass(frozen=True, slots=True)
class View:
    """The visible part of an image, in image pixels; `scale`: screen pixels per image pixel. `frame`: which one of its file
    is looked at, counted from 0; all have the first one's coordinates. `cell`: width and height of a cell of text in image
    pixels, 0 where they are not known."""

    image_width: float
    image_height: float
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    scale: float = 1.0
    frame: int = 0
    cell: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def whole(cls, width: float, height: float, scale: float = 1.0) -> View:
        """All of an image of `width` x `height` pixels."""
        return cls(width, height, 0.0, 0.0, width, height, scale)

    @property
    def middle(self) -> Point:
        """The centre of the visible part, in image pixels."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def within(self, point: Point) -> Point:
        """The nearest point of the visible part."""
        x, y = (
            min(max(point[0], self.x), self.x + self.width),
            min(max(point[1], self.y), self.y + self.height),
        )
        return self.clamp((x, y))

    def clamp(self, point: Point) -> Point:
        """The nearest point of the image (not of the visible part)."""
        return (min(max(point[0], 0.0), self.image_width), min(max(point[1], 0.0), self.image_height))
