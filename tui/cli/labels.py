"""`termlabel labels`: labels and attributes get other names, become one, or go, in the project file and in all work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from tui.cli import picking
from tui.cli.common import RAW_PATH, check_person, network_option, opened, print_lines, watched
from tui.cli.naming import Counts, Wish, has_both, in_file, kept
from tui.cli.tables import room, table
from tui.errors import TermlabelError, UsageError, no_such
from tui.model.project import PROJECT_FILE, Project
from tui.model.task import Filter, State, Task
from tui.project_edit import change
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_EVERYWHERE = Filter(states=tuple(State))


class _ProjectGroup(click.Group):
    """`labels [PROJECT] COMMAND`: what stands first and is no command is the project."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.ensure_object(dict)["project"] = Path(".")
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            first = RAW_PATH.convert(args[0], None, ctx)
            if len(args) > 1 and not first.exists():
                raise UsageError(no_such("command of labels", args[0], self.commands))
            ctx.obj["project"] = first
            args = args[1:]
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError(no_such("command of labels", args[0], self.commands))
        return super().parse_args(ctx, args)


_attribute = click.option("--attribute", is_flag=True, help="The names are of attributes, of all labels.")
_dry = click.option("--dry-run", is_flag=True, help="Say what would become others, change nothing.")


@click.group(
    cls=_ProjectGroup, invoke_without_command=True, subcommand_metavar="[PROJECT] [COMMAND [ARGS]...]"
)
@network_option
@click.pass_context
def labels(ctx: click.Context, allow_network_fs: bool) -> None:
    """The labels of PROJECT with how often each was given; or other names for them, in the project file and in all work.

    'termlabel undo' takes such a command back as a whole. Who labels meanwhile goes on by the old names, which are
    recorded under the new ones; ctrl+r reads the project file again.
    """
    ctx.obj["network"] = allow_network_fs
    if ctx.invoked_subcommand is None:
        with opened(ctx.obj["project"], allow_network_fs=allow_network_fs) as (project, queue):
            print_lines(_listed(project, queue.summary().labels))


def _listed(project: Project, given: Mapping[str, int]) -> Iterator[str]:
    """Each label with its count; then those that the project file does not have."""
    names = [label.name for label in project.labels]
    if names:
        rows = [(printable(name), f"{given.get(name, 0):,}") for name in names]
        yield from table([("label", "given"), *rows], room())
    rest = project.not_named(given) if names else given
    if rest:
        yield from ([""] if names else [])
        yield from table(
            [(f"not in {PROJECT_FILE}", "given"), *((printable(name), f"{n:,}") for name, n in rest.items())],
            room(),
        )


@labels.command()
@click.argument("old")
@click.argument("new")
@_attribute
@_dry
@picking.as_option
@click.pass_obj
def rename(obj: dict[str, Any], old: str, new: str, attribute: bool, dry_run: bool, name: str | None) -> None:
    """Give OLD the name NEW. All else that the project file says of it stays."""
    _carry_out(obj, Wish({old: new}, attribute, "rename"), dry_run=dry_run, name=name)


@labels.command()
@click.argument("names", nargs=-1, required=True, metavar="A B... INTO")
@_attribute
@_dry
@picking.as_option
@click.pass_obj
def merge(
    obj: dict[str, Any], names: tuple[str, ...], attribute: bool, dry_run: bool, name: str | None
) -> None:
    """Make A, B... and INTO one. Where INTO is new, it takes the place, colour and key of the
    first of them in the project file."""
    *olds, into = names
    if not olds or into in olds:
        raise UsageError("Write labels merge A B... INTO: one name or more, and another that they get.")
    _carry_out(obj, Wish(dict.fromkeys(olds, into), attribute, "merge"), dry_run=dry_run, name=name)


@labels.command()
@click.argument("gone", metavar="NAME")
@click.option("--to", metavar="OTHER", help="What has NAME gets OTHER.")
@click.option("--drop", is_flag=True, help="Take NAME away, with the shapes that are called so.")
@_attribute
@_dry
@picking.as_option
@click.pass_obj
def remove(
    obj: dict[str, Any],
    gone: str,
    to: str | None,
    drop: bool,
    attribute: bool,
    dry_run: bool,
    name: str | None,
) -> None:
    """Take NAME out of the project. Say what becomes of the work that has it: --to OTHER, or --drop."""
    if drop == (to is not None) or to == gone:
        raise UsageError(f"Say what becomes of what is called {gone}: --to OTHER, or --drop.")
    _carry_out(obj, Wish({gone: to}, attribute, "remove"), dry_run=dry_run, name=name)


def _carry_out(obj: Mapping[str, Any], wish: Wish, *, dry_run: bool, name: str | None) -> None:
    """The project file first, then what is decided from then on, then all that stands: what is cut off in between loses
    nothing, and the same command again finishes it."""
    who = picking.whoever(name)
    with opened(obj["project"], allow_network_fs=obj["network"]) as (project, queue):
        ids = queue.naming(wish.names)
        _check(wish, project, queue, ids)
        steps = wish.steps(project)
        if dry_run:
            found = Counts().take(watched(_tasks(queue, ids), _looked_at), wish)
            print_lines([f"Would change: {wish.words}", *found.lines(), *in_file(steps, project)], err=True)
            return
        _check_writable(project, queue, who)
        done = change(project.folder, steps)
        stroke = uuid4().hex
        event = queue.say_names(wish.renamed, who=who, stroke=stroke, more=kept(done))
        changes = ((task_id, wish.renamed) for task_id in ids)
        amended = queue.amend(
            watched(changes, lambda n, _: f"{n:,} of {len(ids):,} looked at"), who=who, stroke=stroke
        )
    print_lines(
        [
            f"{wish.words}: {counted(amended.changed, 'picture')}.",
            *in_file(done, project),
            f"'termlabel undo {printable(str(obj['project']))} {event}' takes that back.",
        ],
        err=True,
    )


def _check(wish: Wish, project: Project, queue: AnnotationQueue, ids: Sequence[int]) -> None:
    """Raises UsageError for what cannot be done."""
    there = wish.there(project)
    left_over = [old for old in wish.names if old not in there]
    _check_left_over(wish, there, left_over, queue, ids)
    for old, new in wish.names.items():
        if new is not None:
            _check_new(wish, project, old, new, of_work_alone=len(left_over) == len(wish.names))
    if not wish.attribute and {*there} == {name for name, new in wish.names.items() if new is None}:
        raise UsageError(f"{there[0]!r} is the last label; a project needs one. Nothing was changed.")


def _check_new(wish: Wish, project: Project, old: str, new: str, *, of_work_alone: bool) -> None:
    there = wish.there(project)
    if new and not new.strip():
        raise UsageError(f"A {wish.what} needs a name that can be seen. Nothing was changed.")
    if wish.word == "rename" and old in there and has_both(wish, project, old, new):
        raise UsageError(
            f"There is the {wish.what} {new!r} already: 'labels merge {old} {new}' makes one of both. Nothing was changed."
        )
    must_be_there = not wish.attribute and (wish.word == "remove" or of_work_alone)
    if must_be_there and new not in there:
        raise UsageError(f"{no_such(wish.what, new, dict.fromkeys(there))} Nothing was changed.")


def _check_writable(project: Project, queue: AnnotationQueue, who: str) -> None:
    """What the queue would refuse is refused before the project file is written."""
    check_person(project, who, " Nothing was changed.")
    if queue.readonly:
        raise TermlabelError(
            "The queue is open for reading only: 'termlabel check' says why. Nothing was changed."
        )


def _check_left_over(
    wish: Wish, there: Sequence[str], left_over: Sequence[str], queue: AnnotationQueue, ids: Sequence[int]
) -> None:
    """Names that the project file does not have must stand in some work."""
    if not left_over:
        return
    standing = Counts().take(_tasks(queue, ids), wish).names
    for old in left_over:
        if old not in standing:
            raise UsageError(no_such(wish.what, old, dict.fromkeys(there)))


def _tasks(queue: AnnotationQueue, ids: Iterable[int]) -> Iterator[Task]:
    wanted = frozenset(ids)
    yield from queue.export(Filter(states=_EVERYWHERE.states, ids=wanted), masks=False) if wanted else ()


def _looked_at(n: int, _newest: object) -> str:
    return f"{counted(n, 'picture')} looked at"
