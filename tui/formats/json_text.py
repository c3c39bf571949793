"""JSON in, with errors that say where, and out as the same bytes for the same value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError

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
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + line}, column {error.colno}"
        raise UsageError(f"{where}, {place}: is not JSON ({error.msg}).") from None
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1 + line
        raise UsageError(f"{where}, line {at}: is not UTF-8 text.") from None
    except RecursionError:
        raise UsageError(f"{where}: is nested too deeply.") from None


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
