"""`termlabel relink`: pictures whose files lie elsewhere now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tui.cli import picking
from tui.cli.common import (
    RAW_PATH,
    check_paths,
    images_read,
    json_option,
    network_option,
    opened,
    parse_filters,
    print_json,
    print_lines,
    project_argument,
    tell,
    watched,
    where_option,
)
from tui.cli.known import moved_to
from tui.errors import PartlyDone, TermlabelError
from tui.model.amendment import Amendment, Relinked
from tui.model.project import Project
from tui.model.task import Filter, State, Task
from tui.moved import Whereabouts, is_missing, whereabouts
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_NAMED = 10


@click.command()
@project_argument
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=RAW_PATH,
    metavar="FOLDER",
    help="Where to look, with all below; the project's folder and those where the files were, when left out.",
)
@where_option
@picking.as_option
@picking.dry_option
@json_option
@network_option
def relink(
    project: Path,
    roots: tuple[Path, ...],
    filters: tuple[str, ...],
    name: str | None,
    dry_run: bool,
    as_json: bool,
    allow_network_fs: bool,
) -> None:
    """Find pictures whose files were moved or renamed, and enter where they are now, with all that was done to them.

    By name and size, then by content where that is known (add --hash). 'termlabel undo' takes it back.
    """
    check_paths(roots)
    who = picking.whoever(name)
    where = parse_filters(filters)
    with opened(project, allow_network_fs=allow_network_fs) as (loaded, queue):
        missing, there = _missing(loaded, queue, where)
        places = roots or _usual_roots(loaded, missing)
        found = whereabouts(loaded, missing, there.__contains__, places, lambda text: tell([text]))
        outcome = _Outcome(found, tuple(places), dry_run)
        if not dry_run:
            done = picking.amended(
                queue,
                _changes(loaded, queue, found),
                who=who,
                describe=lambda n, _: f"{counted(n, 'picture')} relinked",
                told=lambda done: f"{counted(done.changed, 'picture')} relinked.{done.way_back(project)}",
            )
            outcome.way_back = done.way_back(project)
    if as_json:
        print_json(outcome.as_object())
    else:
        print_lines(outcome.lines())
    outcome.end()


def _missing(project: Project, queue: AnnotationQueue, where: Filter) -> tuple[list[Task], set[str]]:
    """One task of each picture that is not at its place and passes the filter; the paths of all others."""
    missing: dict[str, Task] = {}
    there: set[str] = set()
    for task in watched(queue.export(masks=False), images_read):
        if task.path in missing or task.path in there:
            continue
        if is_missing(project.folder, task):
            missing[task.path] = task
        else:
            there.add(task.path)
    if where != Filter():
        wanted = {task.path for task in queue.export(where, masks=False)}
        missing = {path: task for path, task in missing.items() if path in wanted}
    return list(missing.values()), there


def _usual_roots(project: Project, missing: Sequence[Task]) -> list[Path]:
    """The project's folder, and those in which the files were, each once and none below another."""
    were = {os.path.dirname(os.path.join(project.folder, task.path)) for task in missing}
    found: list[Path] = []
    for folder in sorted({str(project.folder), *filter(os.path.isdir, were)}, key=len):
        if not any(Path(folder).is_relative_to(other) for other in found):
            found.append(Path(folder))
    return found


def _changes(
    project: Project, queue: AnnotationQueue, found: Iterable[Whereabouts]
) -> Iterator[tuple[int, Amendment]]:
    for each in found:
        if each.found is None:
            continue
        for task in queue.passes_of(each.task.path) if project.passes > 1 else [each.task]:
            if task.state == State.UNREADABLE:
                yield from moved_to(task, each.found, project)
            else:
                yield task.id, Relinked(each.found)


@dataclass(slots=True)
class _Outcome:
    """What became of the pictures that are not at their places."""

    all: Sequence[Whereabouts]
    roots: Sequence[Path]
    dry_run: bool
    way_back: str = ""

    @property
    def found(self) -> list[Whereabouts]:
        return [each for each in self.all if each.found is not None]

    @property
    def ambiguous(self) -> list[Whereabouts]:
        return [each for each in self.all if each.others]

    @property
    def lost(self) -> list[Whereabouts]:
        return [each for each in self.all if each.found is None and not each.others]

    def as_object(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "missing": len(self.all),
            "relinked": [{"image": each.task.path, "to": each.found} for each in self.found],
            "ambiguous": [{"image": each.task.path, "candidates": [*each.others]} for each in self.ambiguous],
            "not_found": [{"image": each.task.path, "reason": each.why} for each in self.lost],
        }

    def lines(self) -> Iterator[str]:
        """What is printed; safe."""
        if not self.all:
            yield "All pictures are where the project has them."
            return
        where = ", ".join(printable(str(root)) for root in self.roots[:_NAMED])
        verb = "would be entered at their new places" if self.dry_run else "found again"
        yield f"{counted(len(self.all), 'picture')} not where the project has them: {len(self.found):,} {verb}.{self.way_back}"
        yield f"Searched: {where}{', ...' if len(self.roots) > _NAMED else ''}"
        yield from _named("found", self.found if self.dry_run else [])
        yield from _named("ambiguous and left alone", self.ambiguous)
        yield from _named("not found", self.lost)

    def end(self) -> None:
        """Raises what the command ends with where not all were found."""
        left = len(self.all) - len(self.found)
        if left:
            what = counted(left, "picture is", "pictures are")
            error = PartlyDone if self.found else TermlabelError
            raise error(f"{what} still not found; --root FOLDER says where else to look.")


def _named(what: str, found: Sequence[Whereabouts]) -> Iterator[str]:
    if found:
        yield f"{len(found):,} {what}:"
    for each in found[:_NAMED]:
        said = (
            f"-> {each.found}"
            if each.found
            else f"({each.why}{': ' if each.others else ''}{' or '.join(each.others[:3])})"
        )
        yield f"  {printable(each.task.path)} {printable(said)}"
    if len(found) > _NAMED:
        yield f"  ... and {len(found) - _NAMED:,} more (--json names all)"
