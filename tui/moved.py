"""Where files went that are not where a project has them: found by name and size, then by content, or size and time and
pixels where the content is not known; never guessed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui.files import digest, exported_path
from tui.folders import files_in
from tui.looking import examined, modified_of
from tui.model.project import Project
from tui.model.task import Task


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Of one picture that is not at its place. `found`: where it is, as the queue has paths; else which it may be
    (`others`), or why there is none."""

    task: Task
    found: str | None = None
    others: tuple[str, ...] = ()
    why: str = "no file of its name or content"


def is_missing(folder: Path, task: Task) -> bool:
    """Whether nothing is at a task's place. What cannot be asked is not missing."""
    try:
        os.stat(os.path.join(folder, task.path))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def whereabouts(
    project: Project,
    missing: Sequence[Task],
    taken: Callable[[str], bool],
    roots: Iterable[Path],
    warn: Callable[[str], None],
) -> list[Whereabouts]:
    """Where each of the missing pictures is. `taken`: whether another picture of the project has a path. `roots`: folders
    that are searched with all below them."""
    search = _Search(project, taken, _files(roots, warn))
    search.index(missing)
    found = [search.find(task) for task in missing]
    claimed = defaultdict[str, list[int]](list)
    for n, each in enumerate(found):
        if each.found is not None:
            claimed[each.found].append(n)
    for path, several in claimed.items():
        for n in several if len(several) > 1 else ():
            found[n] = Whereabouts(found[n].task, others=(path,), why="another picture may be that file, too")
    return found


def _files(roots: Iterable[Path], warn: Callable[[str], None]) -> Iterator[Path]:
    for root in roots:
        yield from files_in(root, warn)


@dataclass(slots=True)
class _Search:
    """`files`: all that may be one of the missing ones, consumed once. `named`: by base name, `sized`: by bytes."""

    project: Project
    taken: Callable[[str], bool]
    files: Iterator[Path]
    named: defaultdict[str, dict[str, Path]] = field(default_factory=lambda: defaultdict(dict))
    sized: defaultdict[int, dict[str, Path]] = field(default_factory=lambda: defaultdict(dict))
    _digests: dict[Path, str | None] = field(default_factory=dict)

    def index(self, missing: Sequence[Task]) -> None:
        """Go through the files once; only those with a name or a size that is looked for are kept."""
        names = {_name(task) for task in missing}
        sizes = {task.size for task in missing if task.size is not None}
        for file in self.files:
            by_name = file.name in names
            size = _size(file) if sizes else None
            if by_name or size in sizes:
                path = exported_path(self.project.folder, file)
                if self.taken(path):
                    continue
                if by_name:
                    self.named[file.name][path] = file
                if size is not None and size in sizes:
                    self.sized[size][path] = file

    def find(self, task: Task) -> Whereabouts:
        """Where a picture is."""
        named = self.named.get(_name(task), {})
        fitting = {path: file for path, file in named.items() if self._fits(task, file)}
        if len(fitting) > 1 and task.sha256:
            fitting = {path: file for path, file in fitting.items() if self._digest(file) == task.sha256}
        if not fitting and task.size is not None:
            sized = self.sized.get(task.size, {})
            fitting = {path: file for path, file in sized.items() if self._is_renamed(task, file)}
        best = _nearest(task.path, fitting)
        if len(best) == 1:
            return Whereabouts(task, found=best[0])
        if best:
            return Whereabouts(task, others=tuple(best), why="several files may be it")
        return Whereabouts(task, why=_OTHER) if named else Whereabouts(task)

    def _fits(self, task: Task, file: Path) -> bool:
        """Whether a file of the right name has the size that is known; where its content is known and its time is another,
        that content."""
        try:
            info = os.stat(file)
        except OSError:
            return False
        if task.size is None:
            pixels = examined(file, self.project.max_pixels)
            return task.width is not None and (pixels.width, pixels.height) == (task.width, task.height)
        if info.st_size != task.size:
            return False
        return not task.sha256 or task.modified == modified_of(info) or self._digest(file) == task.sha256

    def _is_renamed(self, task: Task, file: Path) -> bool:
        """Whether a file of another name and as many bytes has the content that is known, else the time and the pixels."""
        if task.sha256:
            return self._digest(file) == task.sha256
        try:
            same = task.modified is not None and task.modified == modified_of(os.stat(file))
        except OSError:
            return False
        if not same or task.width is None:
            return False
        pixels = examined(file, self.project.max_pixels)
        return (pixels.width, pixels.height) == (task.width, task.height)

    def _digest(self, file: Path) -> str | None:
        if file not in self._digests:
            self._digests[file] = digest(file)
        return self._digests[file]


_OTHER = "only a file of its name with another size or content"


def _name(task: Task) -> str:
    return task.path.rpartition("/")[2]


def _size(file: Path) -> int | None:
    try:
        return os.stat(file).st_size
    except OSError:
        return None


def _nearest(path: str, found: Iterable[str]) -> list[str]:
    """Of several places those that share most folders with where it was, counted from the file: a folder that was moved
    keeps what is below it."""
    shared = {each: _shared(path, each) for each in found}
    most = max(shared.values(), default=0)
    return sorted(each for each, n in shared.items() if n == most)


def _shared(a: str, b: str) -> int:
    one, other = a.split("/")[::-1], b.split("/")[::-1]
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n
