"""Interchange formats: tasks out. One file a format; formats see tasks, never a queue."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tui.errors import TermlabelError, UsageError
from tui.formats import csv_file, jsonl
from tui.model.project import Project
from tui.model.task import Task

Writer = Callable[[Iterable[Task], Project, IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """`help`: one line for `--help`."""

    help: str
    write: Writer


FORMATS: dict[str, Format] = {
    "jsonl": Format("one JSON object per task, complete", jsonl.write),
    "csv": Format("the scalar columns; labels joined by |", csv_file.write),
}


def export(name: str, tasks: Iterable[Task], project: Project, output: str) -> None:
    """Write tasks in a format to a file, or to standard output for `-`. A file appears whole or not at all.

    Raises:
        UsageError: an unknown format. TermlabelError: the output cannot be written.
    """
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    write = FORMATS[name].write
    if output == "-":
        write(tasks, project, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output)) as file:
        write(tasks, project, file)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when it is complete and on the disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise TermlabelError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()
