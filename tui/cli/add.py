"""`termlabel add`: images into the queue."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import click

from tui.cli.common import RAW_PATH, check_paths, images_read, network_option, opened, watched
from tui.config import load_project, load_settings, person_name
from tui.errors import PartlyDone, TermlabelError
from tui.folders import PassedOver
from tui.manifest import new_tasks
from tui.model.amendment import commands_of
from tui.model.project import PROJECT_FILE, Project
from tui.model.task import Filter, NewTask, State
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_BATCH = 1000
_REMOVED = Filter(states=(State.REMOVED,))


@click.command()
@click.argument("project", type=RAW_PATH)
@click.argument("paths", type=RAW_PATH, nargs=-1, required=True)
@click.option("--hash", "hashes", is_flag=True, help="Compute SHA-256 of each file (reads all of it).")
@network_option
def add(project: Path, paths: tuple[Path, ...], hashes: bool, allow_network_fs: bool) -> None:
    """Add images, folders (with all below them), .txt lists or .jsonl manifests. Doing it again is harmless."""
    add_paths(load_project(project), paths, hashes=hashes, allow_network_fs=allow_network_fs)


def add_paths(project: Project, paths: Sequence[Path], *, hashes: bool, allow_network_fs: bool) -> None:
    """Add with a progress line; Ctrl+C keeps what was added so far.

    Raises:
        UsageError: a path that does not exist, or a list that cannot be read.
        TermlabelError: something that was named is no picture.
    """
    check_paths(paths)
    who = person_name(None, load_settings())
    counts = _AddCounts(passed=PassedOver(own=_own_files(project)))
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        counts.gone = frozenset(task.path for task in queue.export(_REMOVED, masks=False))
        found = new_tasks(project, paths, hashes=hashes, warn=_warn, passed=counts.passed)
        tasks = watched(counts.counted(found), images_read)
        try:
            while batch := list(islice(tasks, _BATCH)):
                added, there = queue.add(batch, who=who)
                counts.added += added
                counts.there += there
        except KeyboardInterrupt:
            tasks.close()
            click.echo(f"{counts.sentence()} Stopped; the same command goes on from here.", err=True)
            raise
        back = _way_back(queue, project) if counts.removed else ""
    if counts.seen or not counts.passed.refused:
        click.echo(f"{counts.sentence()}{back}", err=True)
    if counts.passed.refused:
        raise (PartlyDone if counts.seen else TermlabelError)(_refusal(counts.passed.refused))


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


def _refusal(refused: Sequence[tuple[Path, str]]) -> str:
    """Of files that were named themselves and are no pictures."""
    path, reason = refused[0]
    if len(refused) == 1:
        return f"{path} is no picture: {reason}."
    return f"{counted(len(refused), 'file is no picture', 'files are no pictures')}: {', '.join(str(path) for path, _ in refused)}."


def _warn(text: str) -> None:
    click.echo(f"termlabel: {printable(text)}", err=True)


@dataclass(slots=True)
class _AddCounts:
    """What an `add` has done; `there`: images that the queue had already, `removed`: of these, those that were removed
    from the project (`gone`: the paths of all such)."""

    gone: frozenset[str] = frozenset()
    seen: int = 0
    removed: int = 0
    added: int = 0
    there: int = 0
    unreadable: int = 0
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
        if not self.seen:
            return f"No pictures were found. {passed}".rstrip()
        parts = [
            f"{self.added} added",
            f"{self.there - self.removed} already there" if self.there > self.removed else "",
            f"{counted(self.removed, 'was', 'were')} removed earlier and {'stays' if self.removed == 1 else 'stay'} so"
            if self.removed
            else "",
            f"{self.unreadable} unreadable (see 'termlabel stats')" if self.unreadable else "",
        ]
        return f"{', '.join(filter(None, parts))}. {passed}".rstrip()
