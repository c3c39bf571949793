"""`termlabel check --images`: a look at the file of every picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tui.cli.picking import amended
from tui.looking import Look, look
from tui.model.amendment import Amendment
from tui.model.project import Project
from tui.model.task import ANSWERED, State, Task
from tui.store.base import AnnotationQueue
from tui.text import counted, printable

_THREADS = 8
"""A file system far away answers several questions at once."""
_PORTION = 64
_NAMED = 10


@dataclass(slots=True)
class PictureCheck:
    """What was found, by image: `changed` after it was labelled, `missing` and `unreadable` with the reason, `again`: those that
    can be shown again. `recorded`: of how many something is known now that was not known before."""

    seen: int = 0
    recorded: int = 0
    changed: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether every picture can be shown, and is the one that was labelled."""
        return not (self.changed or self.missing or self.unreadable)

    def take(self, task: Task, found: Look) -> Iterator[tuple[int, Amendment]]:
        """Count one; what is to be recorded of it."""
        self.seen += 1
        seen = found.seen
        if found.missing:
            self.missing[task.path] = found.missing
        elif seen is not None and seen.reason:
            self.unreadable[task.path] = seen.reason
        elif seen is None and task.state == State.UNREADABLE:
            self.unreadable[task.path] = task.reason or ""
        elif task.state == State.UNREADABLE:
            self.again[task.path] = ""
        if task.state in ANSWERED and (task.file_changed if seen is None else seen.changed):
            self.changed[task.path] = _size_then(task)
        if seen is not None:
            yield task.id, seen

    def as_object(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "seen": self.seen,
            "recorded": self.recorded,
            "changed": list(self.changed),
            "missing": [{"image": path, "reason": reason} for path, reason in self.missing.items()],
            "unreadable": [{"image": path, "reason": reason} for path, reason in self.unreadable.items()],
            "again": list(self.again),
        }

    def lines(self) -> Iterator[str]:
        """What is printed; safe."""
        yield f"{counted(self.seen, 'picture')} looked at, {'all well' if self.well else 'not all well'}."
        yield from _named(
            "is not there", "are not there ('termlabel relink' finds files that moved)", self.missing
        )
        yield from _named("cannot be shown", "cannot be shown", self.unreadable)
        yield from _named(
            "is another picture than the one that was labelled",
            "are other pictures than those that were labelled (--where changed_file=yes)",
            self.changed,
        )
        yield from _named("is to do again", "are to do again, as they can be shown now", self.again)


def _named(one: str, many: str, found: dict[str, str]) -> Iterator[str]:
    """How many, and the first of them."""
    if not found:
        return
    yield f"{len(found):,} {one if len(found) == 1 else many}:"
    for path, reason in list(found.items())[:_NAMED]:
        yield f"  {printable(path)}{f': {printable(reason)}' if reason else ''}"
    if len(found) > _NAMED:
        yield f"  ... and {len(found) - _NAMED:,} more (--json names all)"


def _size_then(task: Task) -> str:
    return f"was {task.width} x {task.height}" if task.width and task.height else ""


def check_pictures(project: Project, queue: AnnotationQueue, *, who: str) -> PictureCheck:
    """Look at the files of all tasks and record what changed."""
    found = PictureCheck()

    def changes() -> Iterator[tuple[int, Amendment]]:
        for task, each in _looks(project, queue.export(masks=False)):
            yield from found.take(task, each)

    done = amended(
        queue,
        changes(),
        who=who,
        describe=lambda _n, _change: f"{counted(found.seen, 'picture')} looked at",
        told=lambda done: f"{counted(done.changed, 'picture')} recorded.",
    )
    found.recorded = done.changed
    return found


def _looks(project: Project, tasks: Iterable[Task]) -> Iterator[tuple[Task, Look]]:
    """Several at once, in their order."""
    folder, most = project.folder, project.max_pixels

    def portion(part: list[Task]) -> list[tuple[Task, Look]]:
        return [(task, look(task, folder, most)) for task in part]

    source = iter(tasks)
    with ThreadPoolExecutor(_THREADS) as threads:
        while several := list(islice(source, _PORTION * _THREADS)):
            parts = [several[at : at + _PORTION] for at in range(0, len(several), _PORTION)]
            for done in threads.map(portion, parts):
                yield from done
