"""JSON in, with errors that say where, and out as the same bytes for the same value."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats.reading import utf8_text

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8; what is not UTF-8 in a file name stays as `\\udcXX`."""
    text = _ENCODER.encode(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def load(path: Path) -> Any:
    """The value in a file (UTF-8, with or without a byte order mark).

    Raises:
        UsageError: it is not JSON; names line and column.
    """
    data = path.read_bytes()
    return loads(data, str(path))


def loads(data: bytes, where: str, line: int = 0) -> Any:
    """The value in bytes; `where` names them, `line` is added to the line of an error.

    Raises:
        UsageError: they are not JSON; names line and column.
    """
    try:
        return _value_of(utf8_text(data, where, line))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + line}, column {error.colno}"
        raise UsageError(f"{where}, {place}: is not JSON ({error.msg}).") from None
    except RecursionError:
        raise UsageError(f"{where}: is nested too deeply.") from None


def _value_of(text: str) -> Any:
    """The value of JSON; whole numbers of more digits than Python takes are infinite, for their entry to be refused."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_whole_or_infinite)


def _whole_or_infinite(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        return math.inf


def members(value: Any) -> dict[str, Any]:
    """A JSON value as an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Of a file with a JSON value on each line: the place of each line that is not empty, and its value.

    Raises:
        UsageError: a line is not JSON; names line and column.
    """
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{path}, line {number}", loads(line, str(path), number - 1)
