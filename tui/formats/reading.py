"""What readers give: what a file says about each image, and what was wrong in it."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from tui.errors import UsageError
from tui.formats.values import RecordError, Sides
from tui.model.annotation import Json
from tui.model.shapes import Shape, json_of

PixelSize = tuple[int, int]
"""Width and height in pixels, after EXIF orientation."""
_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


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
    labelled_at: float | None = None
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

    def parse_each(
        self, items: Iterable[_Item], parse: Callable[[_Item], _Found], place: Callable[[int, _Item], str]
    ) -> list[_Found]:
        """What `parse` makes of each item. One for which it raises `RecordError` is named by its `place` (from its
        number, counted from 1, and itself) and passed over.

        Raises:
            UsageError: with `strict`.
        """
        found: list[_Found] = []
        for number, item in enumerate(items, 1):
            try:
                found.append(parse(item))
            except RecordError as error:
                self.wrong(place(number, item), str(error))
        return found

    def parse_one(self, item: _Item, parse: Callable[[_Item], _Found], where: str) -> list[_Found]:
        """The same of a single item at a place that is known: what `parse` makes of it, or nothing."""
        return self.parse_each([item], parse, lambda _number, _item: where)

    def sides(self, name: str, width: int | None, height: int | None) -> Sides:
        """Width and height in pixels as a file has them; where it lacks one, those of the image it names."""
        if width is None or height is None:
            return self.size_of(name) or (None, None)
        return width, height


def by_number(prefix: str) -> Callable[[int, Any], str]:
    """Places that are told by their number alone: `prefix 1`, `prefix 2`, ..."""
    return lambda number, _item: f"{prefix} {number}"


def utf8_text(data: bytes, where: str, line: int = 0) -> str:
    """Bytes as text (UTF-8, with or without a byte order mark); `where` names them, `line` is added to the line of an
    error.

    Raises:
        UsageError: they are not UTF-8; names the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1 + line
        raise UsageError(f"{where}, line {at}: is not UTF-8 text.") from None


def files_below(folder: Path, pattern: str) -> list[Path]:
    """The files below a folder, at any depth, whose names are as in `fnmatch`; in the order of their paths."""
    return sorted(folder.rglob(pattern), key=Path.as_posix)


def folder_below(root: Path, folder: Path) -> str:
    """The path from one folder to another below it, with `/` at its end; empty when they are the same."""
    below = folder.relative_to(root).as_posix()
    return "" if below == "." else f"{below}/"


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


def local_name(text: str) -> str:
    """The path that a file's word for an image means: of a URL its path (or what `?d=` names), of a
    Windows path the same with `/`."""
    name = text
    if re.match(r"[a-z][a-z0-9+.-]+://|/data/", text, re.I):
        name = _path_of_url(text)
    elif "\\" in text and "/" not in text:
        name = text.replace("\\", "/")
    drive, rest = ntpath.splitdrive(name)
    return rest if drive else name


def _path_of_url(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    return parse_qs(parts.query).get("d", [unquote(parts.path)])[0]
