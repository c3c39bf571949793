"""Arguments and options that several commands share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tui.config import load_project
from tui.errors import UsageError
from tui.model.project import Project
from tui.model.task import Filter, State
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.text import printable

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
RAW_PATH = click.Path(path_type=Path)

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
    help="state= annotator= label= path= flagged= changed=; several: and.",
)


def parse_filters(texts: Sequence[str]) -> Filter:
    """`state=accepted`, `path=a/*` ...; several states may be joined by commas.

    Raises:
        UsageError: an unknown name or value.
    """
    found: dict[str, Any] = {}
    names = {"annotator": "annotator", "label": "label", "path": "path_glob"}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"The filter {text!r} has no '='; write for example state=accepted.")
        if name == "state":
            found["states"] = (*found.get("states", ()), *_states(value))
        elif name in ("flagged", "changed"):
            found[name] = _truth(name, value)
        elif name in names:
            found[names[name]] = value
        else:
            known = "state, annotator, label, path, flagged, changed"
            raise UsageError(f"There is no filter {name!r}; there are {known}.")
    return Filter(**found)


def _states(value: str) -> tuple[State, ...]:
    try:
        return tuple(State(word) for word in value.split(","))
    except ValueError:
        raise UsageError(f"There is no state {value!r}; there are {', '.join(State)}.") from None


def _truth(name: str, value: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if value.lower() not in words:
        raise UsageError(f"{name}={value} is neither yes nor no.")
    return words[value.lower()]


@contextmanager
def opened(
    project: Path | Project, *, readonly: bool = False, allow_network_fs: bool = False
) -> Iterator[tuple[Project, AnnotationQueue]]:
    """A project with its queue; what was found at opening is said on standard error."""
    loaded = project if isinstance(project, Project) else load_project(project)
    queue = open_queue(loaded, readonly=readonly, allow_network_fs=allow_network_fs)
    for warning in queue.warnings:
        click.echo(f"termlabel: {printable(warning)}", err=True)
    try:
        yield loaded, queue
    finally:
        queue.close()


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
