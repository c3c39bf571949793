"""What lies over a picture: a display list in image pixels. Plain values; how they are drawn is the painter's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from tui.model.class_map import ClassMap
from tui.model.geometry import Point

Anchor = Literal["above", "below", "inside"]
"""On which side of its point a tag stands."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An axis-aligned rectangle of edges `thick` screen pixels wide."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    thick: int = 2
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points (already flattened when it is a curve), or the outline of a polygon when `closed`;
    `fill` from 0 to 1 is the opacity of its inside."""

    points: tuple[Point, ...]
    colour: str
    thick: int = 2
    dashed: bool = False
    closed: bool = False
    fill: float = 0.0


@dataclass(frozen=True, slots=True)
class Handle:
    """A small square, `size` screen pixels wide, around a point; `strong`: the one that the arrows move."""

    at: Point
    colour: str
    size: int = 7
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Cross:
    """A crosshair over the whole visible part, or with arms of `arm` screen pixels."""

    at: Point
    colour: str
    arm: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A mask of one class: `counts` are run lengths as in COCO's uncompressed RLE (column by column, beginning
    with zeros) over `size` (height, width) in image pixels; `fill`: opacity of the tint."""

    size: tuple[int, int]
    counts: tuple[int, ...]
    colour: str
    fill: float = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """All masks of an image while they are painted. `colours`: of class number 1, 2 and so on, empty for one that is
    not shown. Two are equal when they are of the same map: comparing its columns would take longer than to draw."""

    classes: ClassMap
    colours: tuple[str, ...]
    fill: float = 0.45

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Layers)
            and self.classes is other.classes
            and (self.colours, self.fill) == (other.colours, other.fill)
        )

    def __hash__(self) -> int:
        return hash((id(self.classes), self.colours, self.fill))


@dataclass(frozen=True, slots=True)
class Text:
    """A tag in text cells at a point; `anchor`: which of its corners lies there. Where another tag is in the way it stands at one of
    `places`, or with one of the `shorter` texts, of which the last is always shown. `cased`: it lies over a picture, whose colours
    may be those of its ground."""

    at: Point
    text: str
    colour: str
    anchor: Anchor = "above"
    strong: bool = False
    cased: bool = True
    places: tuple[tuple[Point, Anchor], ...] = ()
    shorter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruler:
    """Letters in text cells along the upper and the left edge of a part of the image: `columns` divide its width,
    `rows` its height. `part`: width and height in image pixels of what each letter stands for; together they lie in the
    middle of the part of the image."""

    x: float
    y: float
    width: float
    height: float
    columns: str
    rows: str
    part: tuple[float, float]


Mark = Frame | Path | Handle | Cross | Area | Layers | Text | Ruler
Scene = tuple[Mark, ...]
"""Marks from the lowest to the highest."""


def line_of(mark: Mark) -> tuple[Point, ...]:
    """The line that a mark draws in image pixels, back to its beginning where it is closed; none where it draws another
    thing."""
    match mark:
        case Frame():
            right, bottom = mark.x + mark.width, mark.y + mark.height
            return (mark.x, mark.y), (right, mark.y), (right, bottom), (mark.x, bottom), (mark.x, mark.y)
        case Path():
            return (*mark.points, *mark.points[:1]) if mark.closed else mark.points
        case Handle() | Cross() | Area() | Layers() | Text() | Ruler():
            return ()
        case _:
            assert_never(mark)
