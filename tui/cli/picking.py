"""Which tasks a command for many is about, and the command carried out: `[PROJECT] [--where FILTER]... [IMAGE...]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from uuid import uuid4

import click

from tui import __version__
from tui.cli.common import RAW_PATH, images_read, parse_filters, watched
from tui.cli.which_image import nearest_image, tasks_of_image
from tui.config import load_settings, person_name
from tui.errors import TermlabelError, UsageError
from tui.model.amendment import Amendment
from tui.model.project import PROJECT_FILE
from tui.model.task import ANSWERED, State, Task
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_BATCH = 200
_MAX_NAMES = 5

picking_arguments = click.argument("arguments", nargs=-1, metavar="[PROJECT] [IMAGE]...")
as_option = click.option("--as", "name", metavar="NAME", help="Who does it; your login name when left out.")
dry_option = click.option("--dry-run", is_flag=True, help="Name the images, change nothing.")


def project_and_rest(arguments: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The first argument is the project where it is a folder with a project file, or that file; else the current
    folder is."""
    if arguments:
        path = RAW_PATH.convert(arguments[0], None, None)
        if path.name == PROJECT_FILE or (path / PROJECT_FILE).is_file():
            return path, tuple(arguments[1:])
    return Path("."), tuple(arguments)


@dataclass(slots=True)
class Chosen:
    """Tasks, as they stood when they were picked. `answered`: how many have an answer, by annotator. `others`: how many more
    were meant, in states in which nothing is to be done."""

    ids: list[int] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    others: int = 0

    def take(self, task: Task) -> None:
        """One more."""
        self.ids.append(task.id)
        self.paths.append(task.path)
        if task.state in ANSWERED and task.annotator is not None:
            self.answered[task.annotator] += 1

    @property
    def of_whom(self) -> str:
        """`, 7 of them labelled (ann 4, bob 3)`; '' where nobody labelled any. Safe to print."""
        if not self.answered:
            return ""
        if len(self.ids) == 1:
            return f", labelled by {printable(next(iter(self.answered)))}"
        names = [f"{printable(name)} {n:,}" for name, n in self.answered.most_common(_MAX_NAMES)]
        more = ", ..." if len(self.answered) > _MAX_NAMES else ""
        return f", {sum(self.answered.values()):,} of them labelled ({', '.join(names)}{more})"


def picked(
    queue: AnnotationQueue,
    folder: Path,
    images: Sequence[str],
    filters: Sequence[str],
    *,
    verb: str,
    only: Collection[State],
) -> Chosen:
    """The tasks of the images (all passes) that pass all filters, of all images where none is named: those in the states
    `only`; others are counted.

    Raises:
        UsageError: neither images nor filters.
        TermlabelError: an image is none of the project, or none passes the filters.
    """
    if not images and not filters:
        raise UsageError(f"Nothing says what to {verb}: name images, or give --where FILTER.")
    where = parse_filters(filters)
    if images:
        ids = frozenset(task.id for image in images for task in _named(queue, folder, image))
        states = where.states or tuple(State)
        where = replace(where, ids=ids, states=states)
    found = Chosen()
    for task in watched(queue.export(where, masks=False), images_read):
        if task.state in only:
            found.take(task)
        else:
            found.others += 1
    if not found.ids and not found.others:
        raise TermlabelError(f"No image matches {parse_filters(filters).words}; nothing was changed.")
    return found


def _named(queue: AnnotationQueue, folder: Path, image: str) -> list[Task]:
    tasks = tasks_of_image(queue, folder, image)
    if not tasks:
        raise TermlabelError(
            f"There is no image {image} in this project{nearest_image(queue, image)} Nothing was changed."
        )
    return tasks


@dataclass(slots=True)
class Carried:
    """What came of it so far. `left`: ids of tasks that nothing was done to; `event`: the first, None without one."""

    changed: int = 0
    left: list[int] = field(default_factory=list)
    event: int | None = None

    def way_back(self, folder: Path) -> str:
        """How it is taken back, in a sentence; '' where there is nothing to be taken back. Safe to print."""
        if self.event is None:
            return ""
        return f" 'termlabel undo {printable(str(folder))} {self.event}' takes that back."


def amended(
    queue: AnnotationQueue,
    changes: Iterable[tuple[int, Amendment]],
    *,
    who: str,
    describe: Callable[[int, object], str],
    told: Callable[[Carried], str],
) -> Carried:
    """Carry one command out, with a progress line; Ctrl+C keeps what was done so far, which is `told`."""
    done, stroke = Carried(), uuid4().hex
    source = watched(changes, describe)
    context = {"version": __version__}
    try:
        while batch := list(islice(source, _BATCH)):
            each = queue.amend(batch, who=who, stroke=stroke, context=context)
            done.changed += each.changed
            done.left += each.left
            done.event = each.event if done.event is None else done.event
    except KeyboardInterrupt:
        source.close()
        click.echo(f"Stopped. {told(done)}", err=True)
        raise
    return done


def whoever(name: str | None) -> str:
    """Who does it."""
    return person_name(name, load_settings())


def listed_paths(found: Chosen) -> Iterator[str]:
    """Each image once, safe to print."""
    return map(printable, dict.fromkeys(found.paths))


def images_and_tasks(found: Chosen, n: int) -> str:
    """`12 images`; where images have several passes that are picked, `12 tasks of 6 images`."""
    images = len(set(found.paths))
    return (
        counted(n, "image")
        if images == len(found.paths)
        else f"{counted(n, 'task')} of {counted(images, 'image')}"
    )
