"""XML out by hand and in with the standard library, entities refused."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as Xml
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tui.errors import UsageError

_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_SPECIAL = re.compile('[&<>"\n\r\t]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """Text for an element or an attribute in double quotes; what XML 1.0 cannot hold becomes `\\xNN`."""
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(lambda found: _SIGNS[found[0]], text)
    if not text.isascii() or not text.isprintable():
        text = _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text)
    return text


def holds(text: str) -> bool:
    """Whether XML can hold a text as it is."""
    return not _FORBIDDEN.search(text)


def attribute_text(value: Any) -> str:
    """A value of an attribute as text; `attribute_value` reads it back."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def attribute_value(text: str) -> Any:
    """Truth and finite numbers from text; all else stays text, also `NaN` and what no float holds."""
    if text in ("true", "false"):
        return text == "true"
    try:
        found = json.loads(text)
        return found if isinstance(found, int | float) and math.isfinite(found) else text
    except (ValueError, OverflowError, RecursionError):
        return text


def elements(path: Path, *tags: str) -> Iterator[Xml.Element]:
    """The elements of these names right below the root, each freed after it was used; the root comes last.

    Raises:
        UsageError: it is not XML, with line and column; or it declares a document type, because of what
            entities can do (they are never needed here).
    """
    reader = _Reader(path, tags)
    with open(path, "rb") as file:
        while chunk := file.read(1 << 16):
            reader.feed(chunk, last=False)
            while reader.ready:
                yield reader.ready.pop(0)
    reader.feed(b"", last=True)
    yield reader.top[0]


class _Reader:
    """Builds elements from expat's events; those named in `tags` below the root go to `ready` instead."""

    def __init__(self, path: Path, tags: tuple[str, ...]) -> None:
        self.path, self.tags = path, tags
        self.top = Xml.Element("")
        self.ready: list[Xml.Element] = []
        self._stack = [self.top]
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, data: bytes, *, last: bool) -> None:
        """Parse a further piece of the file.

        Raises:
            UsageError: it is not XML, with line and column.
        """
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise UsageError(
                f"{self.path}, line {error.lineno}, column {error.offset + 1}: is not XML "
                f"({expat.ErrorString(error.code)})."
            ) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) > 100:
            raise UsageError(f"{self.path}: is nested too deeply.")
        element = Xml.Element(name, attributes)
        self._stack[-1].append(element)
        self._stack.append(element)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        if len(self._stack) == 2 and element.tag in self.tags:
            self._stack[-1].remove(element)
            self.ready.append(element)

    def _text(self, text: str) -> None:
        element = self._stack[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + text
        else:
            element.text = (element.text or "") + text

    def _doctype(self, *_: object) -> None:
        raise UsageError(
            f"{self.path} declares a document type; such files are not read, as it can hide entities."
        )


def root_of(path: Path) -> Xml.Element:
    """The whole of a small file; raises as `elements` does."""
    *_, root = elements(path)
    return root
