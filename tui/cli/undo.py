"""`termlabel undo`: commands that changed many images, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from tui.cli import picking
from tui.cli.common import json_option, network_option, opened, print_json, print_lines
from tui.cli.which_image import LONGEST_NUMBER
from tui.config import load_project
from tui.errors import TermlabelError, UsageError
from tui.formats.jsonl import timestamp
from tui.model.amendment import BulkCommand, BulkOp, Reverted, commands_of
from tui.model.project import PROJECT_FILE
from tui.model.task import Filter
from tui.project_edit import put_back
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_WORDS: dict[BulkOp, str] = {
    "file": "look at files",
    "relink": "relink",
    "remove": "remove",
    "reopen": "reopen",
    "labels": "labels",
    "update": "add (what a list said anew)",
    "import": "import",
    "revert": "undo",
}
"""What each command is called where it is named."""
_MAX_NAMED = 10


@click.command()
@click.argument("arguments", nargs=-1, metavar="[PROJECT] [EVENT]")
@click.option("--list", "listing", is_flag=True, help="Name these commands, the last one first.")
@json_option
@picking.as_option
@network_option
def undo(
    arguments: tuple[str, ...], listing: bool, as_json: bool, name: str | None, allow_network_fs: bool
) -> None:
    """Take back a command that changed many images: remove, reopen, relink, labels, an import.

    EVENT: its number, as the command said it and --list does; the last one that stands when left out. What
    changed since stays as it is. What people decided in the app, they take back there.
    """
    folder, rest = picking.project_and_rest(arguments)
    event = _event(rest)
    if as_json and not listing:
        raise UsageError("--json goes with --list.")
    who = picking.whoever(name)
    with opened(folder, readonly=listing, allow_network_fs=allow_network_fs) as (project, queue):
        if listing:
            _list(list(reversed(commands_of(queue.bulk_events()))), as_json=as_json)
            return
        reverted = queue.take_back(event, who=who, names_back=partial(put_back, project.folder))
        if reverted is None:
            raise TermlabelError("There is nothing to take back: no command that changed many images stands.")
        lines = [*_lines(queue, reverted), *_names_that_stay(queue, project.folder, reverted)]
    print_lines(lines, err=True)


def _names_that_stay(queue: AnnotationQueue, folder: Path, reverted: Reverted) -> Iterator[str]:
    """Work that was done since then under names that are gone now."""
    known = {label.name for label in load_project(folder).labels} if reverted.labels else set[str]()
    for name in reverted.labels:
        n = 0 if name in known else queue.count(Filter(label=name))
        if n:
            yield f"{counted(n, 'task still has', 'tasks still have')} {printable(name)}: 'termlabel labels rename' gives another name."


def _event(rest: Sequence[str]) -> int | None:
    match rest:
        case ():
            return None
        case (number,) if number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            return int(number)
        case (other,):
            raise UsageError(
                f"{other} is neither a project nor the number of an event; 'termlabel undo --list' names them."
            )
        case _:
            raise UsageError("undo takes one project and one event.")


def _list(commands: Sequence[BulkCommand], *, as_json: bool) -> None:
    if as_json:
        print_json([_object(each) for each in commands])
        return
    if not commands:
        click.echo("No command has changed many images yet.", err=True)
    print_lines(
        f"{each.event:>8}  {timestamp(each.at)}  {printable(each.who):<12} {_WORDS[each.op]}: "
        f"{counted(each.tasks, 'task')}{'' if each.stands else ', taken back'}"
        for each in commands
    )


def _object(command: BulkCommand) -> dict[str, object]:
    """One object of `undo --list --json`."""
    return {
        "event": command.event,
        "at": timestamp(command.at),
        "who": command.who,
        "op": command.op,
        "tasks": command.tasks,
        "taken_back": not command.stands,
    }


def _lines(queue: AnnotationQueue, reverted: Reverted) -> Iterator[str]:
    what = f"{_WORDS[reverted.op]}, event {reverted.event} of {printable(reverted.who)}"
    are = "is as it was" if reverted.tasks == 1 else "are as they were"
    yield f"Took back: {what}; {counted(reverted.tasks, 'task')} {are} before."
    if reverted.op == "labels":
        yield f"{PROJECT_FILE} has the names of before, where it had those of the command."
    if not reverted.left:
        return
    named = [printable(queue.get(task_id).path) for task_id in reverted.left[:_MAX_NAMED]]
    more = f" and {len(reverted.left) - _MAX_NAMED:,} more" if len(reverted.left) > _MAX_NAMED else ""
    stays = "stays as it is, as it" if len(reverted.left) == 1 else "stay as they are, as they"
    yield f"{counted(len(reverted.left), 'task')} {stays} changed since: {', '.join(named)}{more}."
