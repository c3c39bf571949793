"""Comma-separated values (RFC 4180, with `\\n`): the scalar members of `jsonl`, labels joined by `|`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO, Any

from tui.formats import jsonl
from tui.model.project import Project
from tui.model.task import Task

COLUMNS = tuple(name for name in jsonl.COLUMNS if name not in ("schema", "shapes", "metadata"))


def write(tasks: Iterable[Task], project: Project, file: IO[bytes]) -> None:
    order = {label.name: n for n, label in enumerate(project.labels)}
    file.write(_line(COLUMNS))
    for task in tasks:
        record = jsonl.record(task, order)
        record["labels"] = "|".join(record["labels"])
        file.write(_line([_text(record[name]) for name in COLUMNS]))


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _line(values: Iterable[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue().encode("utf-8", "backslashreplace")
