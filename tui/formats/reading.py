"""What readers give: what a file says about each image, and what was wrong in it."""

from __future__ import annotations

import json
import math
import ntpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tui.errors import UsageError
from tui.model.annotation import Json
from tui.model.geometry import Point
from tui.model.shapes import Box, Cuboid, Polygon, Shape, Spline, json_of

PixelSize = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """What a file says about one image.

    `where`: for messages. `name`: as the file has it. `decided`: somebody looked and decided; an image that
    is only listed says nothing. `native`: the whole object of the native format, for an exact import.
    """

    where: str
    name: str
    width: int | None = None
    height: int | None = None
    labels: tuple[str, ...] = ()
    shapes: tuple[Json, ...] = ()
    annotator: str | None = None
    seconds: float = 0.0
    sha256: str | None = None
    decided: bool = True
    skipped: bool = False
    predictions: tuple[Json, ...] = ()
    native: Json | None = None


@dataclass(slots=True)
class ReadContext:
    """A file being read. `size_of`: width and height of an image by its name, for formats that do not say.

    What parses but is wrong is named and passed over; with `strict` it ends the reading.
    """

    strict: bool = False
    size_of: Callable[[str], PixelSize | None] = lambda _name: None
    voc: str = "floats"
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def wrong(self, where: str, what: str) -> None:
        """Name something that is passed over.

        Raises:
            UsageError: with `strict`.
        """
        text = f"{where}: {what}"
        if self.strict:
            raise UsageError(f"{text}.")
        self.problems.append(text)

    def note(self, text: str) -> None:
        """Something to say once."""
        if text not in self.notes:
            self.notes.append(text)


class RecordError(ValueError):
    """Something in a record that makes no sense; the text says what."""


def number(value: Any, what: str) -> float:
    """A finite number, also one written as text.

    Raises:
        Wrong: it is none.
    """
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise RecordError(f"has {what} {value!r}, which is no number") from None
    if isinstance(value, bool) or not math.isfinite(found):
        raise RecordError(f"has {what} {value!r}, which is no number")
    return found


def whole(value: Any, what: str) -> int:
    """A whole number, also one written as text or as 3.0."""
    found = number(value, what)
    if found != int(found):
        raise RecordError(f"has {what} {value!r}, which is no whole number")
    return int(found)


def numbers(values: Any, what: str, minimum: int = 0) -> list[float]:
    if not isinstance(values, list | tuple) or len(values) < minimum:
        raise RecordError(f"has {what} that is no list of at least {minimum} numbers")
    return [number(value, what) for value in values]


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
        raise RecordError(f"has a polygon of {len(found)} points")
    return Polygon(found, **common)


def numbered(shapes: Iterable[Shape]) -> tuple[dict[str, Any], ...]:
    """Shapes as JSON objects; those without an id get the next numbers from 1."""
    found = [json_of(shape) for shape in shapes]
    taken = {data["id"] for data in found if data["id"] != 0}
    following = 0
    for data in found:
        if data["id"] == 0:
            following += 1
            while following in taken:
                following += 1
            data["id"] = following
    return tuple(found)


def kept_shape(attributes: dict[str, Any], common: dict[str, Any]) -> Box | Cuboid | Spline | None:
    """The turned box, block or curve that our own writer replaced and kept in the attributes `rotated_box` and
    `rotation`, `cuboid`, or `spline`; these are taken out of `attributes`. None when nothing was kept."""
    box, flat, curve = (_parsed(attributes.get(name)) for name in ("rotated_box", "cuboid", "spline"))
    if isinstance(box, list) and len(box) == 4 and "rotation" in attributes:
        del attributes["rotated_box"]
        x, y, width, height = numbers(box, "rotated_box")
        turn = number(attributes.pop("rotation"), "rotation")
        return Box(x, y, width, height, turn, **common, attributes=attributes)
    if isinstance(flat, list) and len(flat) == 16:
        del attributes["cuboid"]
        return Cuboid(paired(numbers(flat, "cuboid")), **common, attributes=attributes)
    if isinstance(curve, dict) and curve.get("curve") in ("catmull-rom", "bezier"):
        del attributes["spline"]
        closed = curve.get("closed") is True
        return Spline(points(curve.get("points")), curve["curve"], closed, **common, attributes=attributes)
    return None


def _parsed(value: Any) -> Any:
    """A value, also one written as JSON text."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value


def local_name(text: str) -> str:
    """The path that a file's word for an image means: of a URL its path (or what `?d=` names), of a
    Windows path the same with `/`."""
    name = text
    if re.match(r"[a-z][a-z0-9+.-]+://|/data/", text, re.I):
        parts = urlsplit(text)
        name = parse_qs(parts.query).get("d", [unquote(parts.path)])[0]
    elif "\\" in text and "/" not in text:
        name = text.replace("\\", "/")
    drive, rest = ntpath.splitdrive(name)
    return rest if drive else name
