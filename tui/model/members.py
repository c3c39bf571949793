"""Members of JSON objects, read with care: each function gives the value or says in a clause what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tui.model.annotation import Json
from tui.model.geometry import Point

MAX_COORDINATE = 1e7
"""No coordinate is farther from the origin, in image pixels."""
_MAX_DEPTH = 50
"""Of lists and objects in one another, in what is kept as it is."""
_MAX_SHOWN = 60
"""Characters of a value in a message."""


class MemberError(ValueError):
    """A member that makes no sense; the text is a clause without subject and end, as "has no width"."""


def shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def is_finite(value: float) -> bool:
    """Whether a number is neither NaN nor infinite, nor an integer beyond all floats."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_number(value: Any) -> bool:
    """Whether it is a finite number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value)


def is_text(value: str) -> bool:
    """Whether a text can be written in UTF-8: lone surrogates stand for bytes that are none."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def plain_json(value: Any, what: str) -> Any:
    """A JSON value that is kept as it is.

    Raises:
        MemberError: a number in it is not finite, a text no UTF-8, or it is nested more deeply than can be written again.
    """
    level = [value]
    for _ in range(_MAX_DEPTH):
        strange = next(
            (each for each in level if isinstance(each, int | float) and not is_finite(each)), None
        )
        if strange is not None:
            raise MemberError(f"has {what} with {shown(strange)}, which is no finite number")
        if any(isinstance(each, str) and not is_text(each) for each in level):
            raise MemberError(f"has {what} with a text that is no UTF-8")
        level = [inner for each in level for inner in _parts(each)]
        if not level:
            return value
    raise MemberError(f"has {what} nested too deeply")


def _parts(value: Any) -> Iterable[Any]:
    """What a list or an object holds, names too."""
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list | tuple) else ()


def needed(data: Json, name: str) -> Any:
    """A member that must be there.

    Raises:
        MemberError: it is not.
    """
    if name not in data:
        raise MemberError(f"has no {name}")
    return data[name]


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number: true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_side(value: Any) -> bool:
    """Whether a value is a number of pixels that a picture can be wide or high."""
    return is_whole(value) and 0 < value <= MAX_COORDINATE


def truth(value: Any, name: str) -> bool:
    """True or false.

    Raises:
        MemberError: it is neither.
    """
    if not isinstance(value, bool):
        raise MemberError(f"has {name} {value!r}, which is neither true nor false")
    return value


def coordinate(value: Any, name: str) -> float:
    """A number of image pixels (or degrees) within `MAX_COORDINATE` of 0.

    Raises:
        MemberError: it is no number, or too large.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MemberError(f"has {name} {value!r}, which is no number")
    if not abs(value) <= MAX_COORDINATE:  # Nor is NaN; `isfinite` fails at integers that no float holds.
        raise MemberError(f"has {name} {value!r}, which lies on no picture")
    return float(value)


def extent(value: Any, name: str) -> float:
    """A width or height in image pixels, 0 or more.

    Raises:
        MemberError: it is no number, negative, or too large.
    """
    number = coordinate(value, name)
    if number < 0:
        raise MemberError(f"has {name} {value!r}, which is less than nothing")
    return number


def is_list(value: Any, minimum: int = 0) -> bool:
    """Whether a value is a list of at least `minimum` entries."""
    return isinstance(value, list | tuple) and len(value) >= minimum


def points(value: Any, name: str, minimum: int = 1) -> tuple[Point, ...]:
    """A list of at least `minimum` points [x, y] in image pixels.

    Raises:
        MemberError: it is no such list.
    """
    if not is_list(value, minimum):
        raise MemberError(f"has {name} that are no list of at least {minimum}")
    return tuple(_point(each, name) for each in value)


def _point(value: Any, name: str) -> Point:
    if not is_list(value) or len(value) != 2:
        raise MemberError(f"has {name} with {value!r}, which is no point")
    return coordinate(value[0], name), coordinate(value[1], name)


def whole_numbers(value: Sequence[Any], name: str) -> list[int]:
    """A list of whole numbers.

    Raises:
        MemberError: one of them is none.
    """
    if not all(is_whole(each) for each in value):
        raise MemberError(f"has {name} that are no whole numbers")
    return list(value)
