"""Arguments and options that several commands share."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.config import load_project
from tui.errors import UsageError, no_such
from tui.libraries import spoken
from tui.model.project import Project
from tui.model.task import Filter, State
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
T = TypeVar("T")
_SECONDS_BETWEEN_LINES = 0.2
RAW_PATH = click.Path(path_type=Path)


class OneOf(click.Choice[str]):
    """One of some words; of another one the nearest is told."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            name = param.opts[0] if param is not None else self.name
            raise UsageError(no_such(name, value, self.choices))
        return str(value)


project_argument: Decorator = click.argument("project", type=RAW_PATH, default=".")
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
network_option: Decorator = click.option(
    "--allow-network-fs", is_flag=True, help="Open a queue on a network file system all the same."
)
where_option: Decorator = click.option(
    "--where",
    "filters",
    multiple=True,
    metavar="FILTER",
    help="state= annotator= label= path= flagged= changed= changed_file= since=; several: and.",
)


def parse_filters(texts: Sequence[str]) -> Filter:
    """`state=accepted`, `path=a/*` ...; several states may be joined by commas.

    Raises:
        UsageError: an unknown name or value.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"The filter {text!r} has no '='; write for example state=accepted.")
        if name not in _FILTERS:
            raise UsageError(no_such("filter", name, _FILTERS))
        member, read = _FILTERS[name]
        found[member] = read(name, value, found.get(member))
    return Filter(**found)


def _states(_name: str, value: str, before: tuple[State, ...] | None) -> tuple[State, ...]:
    """Any of the states, of all filters of this name."""
    words = value.split(",")
    wrong = next((word for word in words if word not in set(State)), None)
    if wrong is not None:
        raise UsageError(no_such("state", wrong, State))
    return (*(before or ()), *map(State, words))


def _text(_name: str, value: str, _before: object) -> str:
    return value


def _moment(_name: str, value: str, _before: object) -> int | float:
    """The number of an event, or a day or time: without a zone that of this machine."""
    if value.isascii() and value.isdigit():
        return int(value)
    if value == "LAST":
        raise UsageError(
            "since=LAST goes with export alone: what changed since the last one to the same output."
        )
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"since={value} is neither the number of an event (see 'termlabel history') nor a time such as 2026-11-30."
        ) from None


def _truth(name: str, value: str, _before: object) -> bool:
    if value.lower() not in _TRUTHS:
        raise UsageError(f"{name}={value} is neither yes nor no.")
    return _TRUTHS[value.lower()]


_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_FILTERS: dict[str, tuple[str, Callable[[str, str, Any], Any]]] = {
    "state": ("states", _states),
    "annotator": ("annotator", _text),
    "label": ("label", _text),
    "path": ("path_glob", _text),
    "flagged": ("flagged", _truth),
    "changed": ("changed", _truth),
    "changed_file": ("file_changed", _truth),
    "since": ("since", _moment),
}
"""Name of a filter to the member it sets, and how the value is read: (name, value, what the member is already)."""


def check_person(project: Project, name: str, hint: str = "") -> None:
    """Refuse somebody who is not among the people that the project names, if it names any.

    Raises:
        UsageError: with `hint` as a last sentence.
    """
    if project.people and name not in project.people:
        people = ", ".join(project.people)
        raise UsageError(f"{name} is not among the people of this project: {people}.{hint}")


def check_paths(paths: Iterable[Path]) -> None:
    """Raises UsageError for the first that does not exist."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")


@contextmanager
def opened(
    project: Path | Project, *, readonly: bool = False, allow_network_fs: bool = False
) -> Iterator[tuple[Project, AnnotationQueue]]:
    """A project with its queue; what was found at opening is said on standard error.

    Raises:
        UsageError: no project there, or its file is wrong.
        QueueError: the queue cannot be opened.
    """
    loaded = project if isinstance(project, Project) else load_project(project)
    queue = open_queue(loaded, readonly=readonly, allow_network_fs=allow_network_fs)
    tell(queue.warnings)
    try:
        yield loaded, queue
    finally:
        queue.close()


def tell(warnings: Iterable[str]) -> None:
    """What the queue has to say, on standard error."""
    for warning in warnings:
        click.echo(f"termlabel: {printable(warning)}", err=True)


def watched(items: Iterable[T], describe: Callable[[int, T], str], *, width: int = 40) -> Generator[T]:
    """Items as they go by; on a terminal with a line on standard error that says how far it is.

    `describe`: the line, from how many items have come and the newest. `width`: cells that are wiped at the end.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    drawn = 0.0
    try:
        for n, item in enumerate(items, 1):
            if time.monotonic() - drawn > _SECONDS_BETWEEN_LINES:
                drawn = time.monotonic()
                with spoken():
                    click.echo(f"\r{describe(n, item)} ", nl=False, err=True)
            yield item
    finally:
        if drawn:
            click.echo("\r" + " " * width + "\r", nl=False, err=True)


def images_read(n: int, _newest: object) -> str:
    """The line of commands that read images or records of them."""
    return f"{counted(n, 'image')} read"


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """On standard output, or standard error."""
    for line in lines:
        click.echo(line, err=err)


def print_json(value: Any) -> None:
    """One JSON text on standard output; bytes that are not UTF-8 stay escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=None)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value)
    click.echo(text)


def raw(text: str) -> str:
    """An argument with the bytes that the shell gave, whatever the locale."""
    return os.fsdecode(os.fsencode(text))


_NO_SCREEN = ("", "dumb", "unknown")
"""Values of TERM for terminals without a cursor that could be moved. Other names are only unknown to this machine."""


def why_no_screen() -> str:
    """What is said of a terminal that says it has no screen; '' of others."""
    kind = os.environ.get("TERM", "")
    if kind not in _NO_SCREEN:
        return ""
    return (
        f"This needs a terminal with a screen, and TERM is {kind or 'not set'}. "
        "If it has one, set TERM=xterm-256color."
    )
