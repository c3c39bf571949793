"""Values out of files, checked: numbers, points, outlines and boxes, with what is wrong with them in words.

What a function raises is a clause without its subject ("has no label"); `ReadContext` puts the place before it.
"""

from __future__ import annotations

import math
from typing import Any

from tui.model import members
from tui.model.geometry import Point
from tui.model.members import MAX_COORDINATE, MemberError, shown
from tui.model.shapes import Polygon
from tui.text import counted

MAX_SECONDS = 1e9
"""Nobody took longer over one image: 31 years."""
_MAX_NUMBER = float(1 << 53)
"""From here on floats do not hold every whole number."""
Sides = tuple[int | None, int | None]
"""Width and height of an image in pixels, where known."""


class RecordError(ValueError):
    """Something in a record that makes no sense; the text says what."""


def required_text(value: Any, problem: str) -> str:
    """A text that is not empty.

    Raises:
        RecordError: it is none; with `problem` for its text.
    """
    if not isinstance(value, str) or not value:
        raise RecordError(problem)
    return value


def number(value: Any, what: str, maximum: float = _MAX_NUMBER) -> float:
    """A finite number within `maximum` of 0, also one written as text.

    Raises:
        RecordError: it is none.
    """
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise RecordError(f"has {what} {shown(value)}, which is no number") from None
    if isinstance(value, bool) or not math.isfinite(found):
        raise RecordError(f"has {what} {shown(value)}, which is no number")
    if abs(found) > maximum:
        raise RecordError(f"has {what} {shown(value)}, which is too large")
    return found


def coordinate(value: Any, what: str) -> float:
    """A finite number of image pixels, no farther from 0 than the queue takes; also one written as text.

    Raises:
        RecordError: it is none.
    """
    return number(value, what, MAX_COORDINATE)


def whole(value: Any, what: str) -> int:
    """A whole number, also one written as text or as 3.0."""
    found = number(value, what)
    if found != int(found):
        raise RecordError(f"has {what} {shown(value)}, which is no whole number")
    return int(found)


def numbers(values: Any, what: str, minimum: int = 0) -> list[float]:
    """A list of at least `minimum` coordinates.

    Raises:
        RecordError: it is none.
    """
    if not isinstance(values, list | tuple) or len(values) < minimum:
        raise RecordError(f"has {what} that is no list of at least {minimum} numbers")
    return [number(value, what, MAX_COORDINATE) for value in values]


def seconds_of(value: Any) -> float:
    """How long somebody took, in seconds; 0 where a file has no number there, or one below 0.

    Raises:
        RecordError: it is a number that is no time.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return max(0.0, number(value, "seconds", MAX_SECONDS))


def side(value: Any, what: str) -> int | None:
    """A width or height in whole pixels, also one written as text; None where a file has no number there, or none
    above 0.

    Raises:
        RecordError: it is a number of pixels that no picture has.
    """
    try:
        is_none = value is None or isinstance(value, bool) or float(value) <= 0
    except OverflowError:
        is_none = False
    except (TypeError, ValueError):
        is_none = True
    return None if is_none else int(coordinate(value, what)) or None


def checked_json(value: Any, what: str) -> Any:
    """A JSON value that is kept as it is.

    Raises:
        RecordError: the queue or a format cannot hold it.
    """
    try:
        return members.plain_json(value, what)
    except MemberError as error:
        raise RecordError(str(error)) from None


def listed(value: Any, what: str) -> list[Any]:
    """A list; null and what is missing are an empty one.

    Raises:
        RecordError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise RecordError(f"has {what} that are no list")
    return value


def points(values: Any, what: str = "points", minimum: int = 1) -> tuple[Point, ...]:
    """A list of [x, y]."""
    if not isinstance(values, list | tuple) or len(values) < minimum:
        raise RecordError(f"has {what} that are no list of at least {minimum}")
    found = [numbers(value, what, 2) for value in values]
    return tuple((each[0], each[1]) for each in found)


def paired(values: list[float], what: str = "points", minimum: int = 3) -> tuple[Point, ...]:
    """x1, y1, x2, y2, ... as points."""
    if len(values) % 2 or len(values) < 2 * minimum:
        raise RecordError(f"has {what} with {len(values)} numbers; at least {minimum} pairs are wanted")
    return tuple(zip(values[::2], values[1::2], strict=True))


def opened_ring(ring: tuple[Point, ...]) -> tuple[Point, ...]:
    """A ring without its first point repeated at the end."""
    return ring[:-1] if len(ring) > 3 and ring[0] == ring[-1] else ring


def polygon(ring: tuple[Point, ...], **common: Any) -> Polygon:
    """A polygon of at least three points; a first point repeated at the end is taken away."""
    found = opened_ring(ring)
    if len(found) < 3:
        raise RecordError(f"has a polygon of {counted(len(found), 'point')}")
    return Polygon(found, **common)


def checked_edges(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of a box by its edges, in pixels.

    Raises:
        RecordError: it has no area.
    """
    if right <= left or bottom <= top:
        raise RecordError(f"has a box from {left:g}, {top:g} to {right:g}, {bottom:g}")
    return left, top, right - left, bottom - top


def extent(width: float, height: float, what: str = "box") -> tuple[float, float]:
    """Width and height of a box, in pixels.

    Raises:
        RecordError: one is not greater than 0.
    """
    if width <= 0 or height <= 0:
        raise RecordError(f"has a {what} of {width:g} x {height:g} pixels")
    return width, height


def size_for_mask(sides: Sides) -> tuple[int, int]:
    """Width and height in pixels of the image that a mask lies on.

    Raises:
        RecordError: they are not known.
    """
    width, height = sides
    if width is None or height is None:
        raise RecordError("is a mask of an image without a size")
    return width, height
