"""`termlabel add`: images into the queue."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import assert_never
from uuid import uuid4

import click

from tui.cli.common import (
    RAW_PATH,
    check_paths,
    images_read,
    network_option,
    opened,
    print_lines,
    watched,
)
from tui.cli.known import How, KnownFiles, Twin
from tui.config import load_project, load_settings, person_name
from tui.errors import PartlyDone, TermlabelError
from tui.folders import PassedOver
from tui.manifest import check_manifests, new_tasks
from tui.model.amendment import Amendment, commands_of
from tui.model.project import PROJECT_FILE, Project
from tui.model.task import Filter, NewTask, State
from tui.project_edit import set_passes
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_BATCH = 1000
_REMOVED = Filter(states=(State.REMOVED,))
_TOLD = 3
"""So many files are named of those with which something is the matter."""


@click.command()
@click.argument("project", type=RAW_PATH)
@click.argument("paths", type=RAW_PATH, nargs=-1)
@click.option(
    "--passes",
    type=click.IntRange(min=1),
    metavar="N",
    help="So many people label each image from now on; the project file says it, too.",
)
@click.option("--hash", "hashes", is_flag=True, help="Compute SHA-256 of each file (reads all of it).")
@click.option("--relink", is_flag=True, help="Enter the new places of pictures that moved.")
@click.option("--skip-duplicates", is_flag=True, help="Leave out files with the content of another picture.")
@network_option
def add(
    project: Path,
    paths: tuple[Path, ...],
    passes: int | None,
    hashes: bool,
    relink: bool,
    skip_duplicates: bool,
    allow_network_fs: bool,
) -> None:
    """Add images, folders (with all below them), .txt lists or .jsonl manifests. Doing it again is harmless."""
    if not paths and passes is None:
        context = click.get_current_context()
        named = next(each for each in context.command.params if each.name == "paths")
        raise click.MissingParameter(ctx=context, param=named)
    if passes is not None and passes != load_project(project).passes:
        set_passes(load_project(project).folder, passes)
    wishes = _Wishes(hashes, relink, skip_duplicates)
    add_paths(load_project(project), paths, wishes, allow_network_fs=allow_network_fs)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What an `add` was asked for. `relink`: what moved gets its new place; `skip_duplicates`: what is there twice is left
    out."""

    hashes: bool = False
    relink: bool = False
    skip_duplicates: bool = False


PLAIN = _Wishes()


def add_paths(
    project: Project, paths: Sequence[Path], wishes: _Wishes = PLAIN, *, allow_network_fs: bool
) -> None:
    """Add with a progress line; Ctrl+C keeps what was added so far.

    Raises:
        UsageError: a path that does not exist, or a list that cannot be read.
        TermlabelError: something that was named is no picture, or is not there.
    """
    check_paths(paths)
    check_manifests(paths)
    who = person_name(None, load_settings())
    counts = _AddCounts(wishes, passed=PassedOver(own=_own_files(project)))
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        counts.gone = frozenset(task.path for task in queue.export(_REMOVED, masks=False))
        known = KnownFiles(project, queue, hashes=wishes.hashes)
        entering = _Entering(known, counts)
        for batch in known.passes.missing(queue):
            counts.further += queue.add(batch, who=who)[0]
        if known.passes.most > project.passes:
            _warn(_more_than(known.passes.most, project.passes))
        found = new_tasks(project, paths, hashes=wishes.hashes, warn=_warn, passed=counts.passed)
        tasks = watched(counts.counted(found), images_read)
        try:
            while batch := list(islice(tasks, _BATCH)):
                added, there = queue.add(filter(entering.is_new, batch), who=who)
                counts.added += added
                counts.there += there
                entering.record(queue, who)
        except KeyboardInterrupt:
            tasks.close()
            click.echo(f"{counts.sentence()} Stopped; the same command goes on from here.", err=True)
            raise
        back = _way_back(queue, project) if counts.removed else ""
    if counts.seen or counts.further or (paths and not (counts.passed.refused or counts.passed.absent)):
        click.echo(f"{counts.sentence()}{back}", err=True)
    print_lines(map(printable, counts.twin_lines()), err=True)
    if refusal := _refusal(counts):
        raise (PartlyDone if counts.seen else TermlabelError)(refusal)


class _Entering:
    """Decides of each picture whether it goes into the queue, and collects what becomes known of those that are there:
    `found` of their files, `told` by a manifest."""

    def __init__(self, known: KnownFiles, counts: _AddCounts) -> None:
        self._known, self._counts = known, counts
        self._found: list[tuple[int, Amendment]] = []
        self._moved: list[tuple[int, Amendment]] = []
        self._told: list[tuple[int, Amendment]] = []
        self._stroke, self._told_stroke = uuid4().hex, uuid4().hex
        self._last: tuple[str, bool] = ("", True)

    def is_new(self, task: NewTask) -> bool:
        """Whether it is to be entered: of what is there already the queue enters nothing."""
        if task.path != self._last[0]:  # All passes of a picture fare alike.
            self._last = task.path, self._enters(task)
        if self._last[1] and task.path not in self._counts.gone:
            self._told += self._known.told_more(task)
        for task_id, seen in self._known.look_again(task.path, task.pass_):
            self._counts.readable += self._known.was_unreadable(task.path) and not seen.reason
            self._counts.hashed += seen.sha256 is not None
            self._found.append((task_id, seen))
        return self._last[1]

    def _enters(self, task: NewTask) -> bool:
        twin, wishes = self._known.twin(task), self._counts.wishes
        if twin is not None:
            self._counts.twins[twin.how].append((task.path, twin))
            if twin.how == "moved":
                self._moved += self._known.relinked(twin.path, task.path) if wishes.relink else ()
                return False
            if wishes.skip_duplicates:
                return False
        self._known.enter(task.path, task.size)
        return True

    def record(self, queue: AnnotationQueue, who: str) -> None:
        """What was collected since the last time. What moved, and what was told, are commands, which can be taken
        back; what was found is none."""
        queue.amend(self._moved, who=who, stroke=self._stroke)
        queue.amend(self._found, who=who, stroke=uuid4().hex)
        self._counts.updated += queue.amend(self._told, who=who, stroke=self._told_stroke).changed
        self._moved, self._found, self._told = [], [], []


def _more_than(most: int, passes: int) -> str:
    """The project file asks for fewer passes than images have."""
    return (
        f"Images here have up to {most} passes, and the project file says {passes}: nothing is taken away. "
        "Those that are too many go on being served; 'termlabel remove' takes images out."
    )


def _own_files(project: Project) -> frozenset[str]:
    """Whole paths of what belongs to the project itself; a keymap may be one of them."""
    names = (PROJECT_FILE, project.guidelines, project.keymap)
    return frozenset(os.path.abspath(project.folder / name) for name in names if name)


def _way_back(queue: AnnotationQueue, project: Project) -> str:
    """How images that were removed come back; safe to print."""
    removals = [each for each in commands_of(queue.bulk_events()) if each.op == "remove" and each.stands]
    which = removals[0].event if len(removals) == 1 else "--list"
    brings = "names the commands that removed them" if which == "--list" else "brings them back"
    return f" 'termlabel undo {printable(str(project.folder))} {which}' {brings}."


def _refusal(counts: _AddCounts) -> str:
    """What was named and is not in the project now; '' where there is nothing."""
    passed, said = counts.passed, []
    if len(passed.refused) == 1:
        path, reason = passed.refused[0]
        said.append(f"{path} is no picture: {reason}.")
    elif passed.refused:
        names = ", ".join(str(path) for path, _ in passed.refused)
        said.append(
            f"{counted(len(passed.refused), 'file is no picture', 'files are no pictures')}: {names}."
        )
    for file, group in groupby(passed.absent, key=lambda each: each[0]):
        lines = [f"line {number} ({name})" for _, number, name in group]
        more = f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
        what = counted(len(lines), "line names no file that is there", "lines name no file that is there")
        said.append(f"{file}: {what}: {', '.join(lines[:_TOLD])}{more}.")
    if (moved := len(counts.twins["moved"])) and not counts.wishes.relink:
        what = counted(moved, "file that seems to have moved was", "files that seem to have moved were")
        said.append(
            f"{what} not added again: --relink enters the new place, with all that is known of the picture."
        )
    return " ".join(said)


def _warn(text: str) -> None:
    click.echo(f"termlabel: {printable(text)}", err=True)


@dataclass(slots=True)
class _AddCounts:
    """What an `add` has done; `there`: images that the queue had already; of these `removed`: those that were removed from the
    project (`gone`: the paths of all such), `readable`: those that can be shown again, `hashed`: whose content is known
    now, `updated`: of which a manifest said something new. `further`: tasks of passes that images there did not have.
    `twins`: files that are pictures of the project under another name, by how, each with that."""

    wishes: _Wishes = PLAIN
    gone: frozenset[str] = frozenset()
    seen: int = 0
    removed: int = 0
    added: int = 0
    further: int = 0
    there: int = 0
    readable: int = 0
    hashed: int = 0
    updated: int = 0
    unreadable: int = 0
    twins: defaultdict[How, list[tuple[str, Twin]]] = field(default_factory=lambda: defaultdict(list))
    passed: PassedOver = field(default_factory=PassedOver)

    def counted(self, tasks: Iterable[NewTask]) -> Iterator[NewTask]:
        """The same tasks, counted as they go by."""
        for task in tasks:
            self.seen += 1
            self.removed += task.path in self.gone
            self.unreadable += task.state is State.UNREADABLE
            yield task

    def sentence(self) -> str:
        passed = self.passed.sentence()
        if not self.seen and not self.further:
            return f"No pictures were found. {passed}".rstrip()
        parts = [
            f"{self.added} added" if self.seen else "",
            f"{counted(self.further, 'task')} of further passes added" if self.further else "",
            f"{self.there - self.removed} already there" if self.there > self.removed else "",
            f"{counted(self.removed, 'was', 'were')} removed earlier and {'stays' if self.removed == 1 else 'stay'} so"
            if self.removed
            else "",
            f"{self.updated} updated" if self.updated else "",
            f"{self.readable} to do again, as the file can be read now" if self.readable else "",
            f"{counted(self.hashed, 'hash', 'hashes')} filled in" if self.hashed else "",
            f"{self.unreadable} unreadable (see 'termlabel stats')" if self.unreadable else "",
        ]
        return f"{', '.join(filter(None, parts))}. {passed}".rstrip()

    def twin_lines(self) -> Iterator[str]:
        """What files seem to be that are known under another name."""
        for how, found in self.twins.items():
            said = [f"{new} (as {twin.path})" for new, twin in found[:_TOLD]]
            more = [f"and {len(found) - _TOLD} more"] if len(found) > _TOLD else []
            yield f"{self._twin_words(how, len(found))}: {', '.join(said + more)}."

    def _twin_words(self, how: How, n: int) -> str:
        match how:
            case "moved" if self.wishes.relink:
                return f"{counted(n, 'picture', 'pictures')} moved, and found again"
            case "moved":
                what = counted(n, "file looks like a picture", "files look like pictures")
                return f"{what} of the project that moved"
            case "same content" if self.wishes.skip_duplicates:
                return f"{counted(n, 'file')} left out, with the content of another picture"
            case "same content":
                what = counted(n, "file has", "files have")
                return f"{what} the content of another picture; --skip-duplicates leaves such out"
            case _:
                assert_never(how)
