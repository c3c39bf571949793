"""What a project knows of the files that `add` meets: which are there already, which moved, which are there twice."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from tui.cli.passes import PassesThere
from tui.files import digest, open_regular
from tui.looking import look
from tui.model.amendment import Amendment, FileSeen, Relinked, Updated
from tui.model.project import Project
from tui.model.task import NewTask, State, Task
from tui.store.base import AnnotationQueue

_BLOCK = 4096
_SAMPLES = 3


How = Literal["moved", "same content"]


@dataclass(frozen=True, slots=True)
class Twin:
    """A picture of the project (or one that is being added) that a new file seems to be: its `path` there, and whether the
    file moved from there, or lies beside it with the same content."""

    path: str
    how: How


@dataclass(slots=True)
class _Group:
    """Pictures whose files have the same number of bytes. `fresh`: not looked at yet. `contents`: of those that are
    there by a sample of their bytes; `gone`: of those that are not, by what a moved file has kept."""

    paths: set[str] = field(default_factory=set)
    fresh: list[str] = field(default_factory=list)
    contents: defaultdict[bytes, list[str]] = field(default_factory=lambda: defaultdict(list))
    gone: defaultdict[object, list[Task]] = field(default_factory=lambda: defaultdict(list))

    def enter(self, path: str) -> None:
        self.paths.add(path)
        self.fresh.append(path)


class KnownFiles:
    """`hashes`: whether those whose content is not known yet are to be read."""

    def __init__(self, project: Project, queue: AnnotationQueue, *, hashes: bool) -> None:
        self._project, self._queue = project, queue
        self._again: set[str] = set()
        self._unhashed: set[str] = set()
        # Almost all are alone with their number of bytes; a million groups would take a gigabyte.
        self._by_size: dict[int, str | _Group] = {}
        self.passes = PassesThere(project.passes)
        for task in queue.export(masks=False):
            self.passes.take(task)
            if task.state == State.UNREADABLE:
                self._again.add(task.path)
            elif hashes and task.sha256 is None:
                self._unhashed.add(task.path)
            if task.pass_ == 1:
                self.enter(task.path, task.size)

    def enter(self, path: str, size: int | None) -> None:
        """A picture of the project from now on."""
        if size is None:
            return
        there = self._by_size.setdefault(size, path)
        if there == path:
            return
        if isinstance(there, str):
            first, there = there, _Group()
            there.enter(first)
            self._by_size[size] = there
        if path not in there.paths:
            there.enter(path)

    def twin(self, new: NewTask) -> Twin | None:
        """Which picture a file is that is not known by its path; None where it is known so, or like no other."""
        there = self._by_size.get(new.size or 0)
        if there is None or there == new.path:
            return None
        if isinstance(there, str):
            group = _Group()
            group.enter(there)
            self._by_size[new.size or 0] = there = group
        found = None if new.path in there.paths else self._like(new, there)
        # A picture of the project whose file is another one now is no new one.
        return found if found is None or self._queue.find(new.path, new.pass_) is None else None

    def _like(self, new: NewTask, group: _Group) -> Twin | None:
        file = self._file(new.path)
        while group.fresh:
            self._sort_in(group.fresh.pop(), group)
        sha256 = None
        for path in group.contents.get(_sample(file) or b"", ()):
            sha256 = sha256 or digest(file)
            if sha256 is not None and digest(self._file(path)) == sha256:
                return Twin(path, "same content")
        moved = self._moved(new, file, group) if group.gone else None
        return Twin(moved.path, "moved") if moved is not None else None

    def _sort_in(self, path: str, group: _Group) -> None:
        file = self._file(path)
        if (sample := _sample(file)) is not None:
            group.contents[sample].append(path)
        elif not file.exists() and (task := self._queue.find(path)) is not None:
            for mark in _marks(task):
                group.gone[mark].append(task)

    def _moved(self, new: NewTask, file: Path, group: _Group) -> Task | None:
        """The one picture that is not there any more and that this file must be: of the same content where that is known,
        else of the same size and as old or of the same name."""
        hashed = any(isinstance(mark, str) for mark in group.gone)
        content = digest(file) if hashed else None
        marks = (*((content,) if content else ()), *_marks(replace(new, sha256=None)))
        for mark in marks:
            found = group.gone.get(mark, [])
            if len(found) == 1:
                return found[0]
        return None

    def _file(self, path: str) -> Path:
        return self._project.folder / path

    def was_unreadable(self, path: str) -> bool:
        """Whether the project has a picture there that could not be shown."""
        return path in self._again

    def told_more(self, new: NewTask) -> list[tuple[int, Amendment]]:
        """What a manifest says that may be new of a picture that is there already."""
        if not new.stated or (task := self._queue.find(new.path, new.pass_)) is None:
            return []
        said = {
            "priority": new.priority,
            "score": new.score,
            "metadata": new.metadata,
            "predictions": new.predictions,
        }
        return [(task.id, Updated({name: said[name] for name in new.stated}))]

    def look_again(self, path: str, pass_: int) -> list[tuple[int, FileSeen]]:
        """What is new of a picture that is there already: it can be read again, or its content is known now."""
        if path not in self._again and path not in self._unhashed:
            return []
        task = self._queue.find(path, pass_)
        if task is None:
            return []
        seen = look(task, self._project.folder, self._project.max_pixels).seen
        if path in self._unhashed:
            seen = seen or FileSeen(changed=task.file_changed)
            if not seen.changed and not seen.reason:
                seen = replace(seen, sha256=digest(self._file(path)))
        return [] if seen is None else [(task.id, seen)]

    def relinked(self, old: str, new: str) -> list[tuple[int, Amendment]]:
        """What enters the new place of a picture that moved, in all its passes."""
        return [each for task in self._queue.passes_of(old) for each in moved_to(task, new, self._project)]


def moved_to(task: Task, path: str, project: Project) -> list[tuple[int, Amendment]]:
    """What is recorded of a picture that lies elsewhere: its place, and what is seen there."""
    seen = look(replace(task, path=path), project.folder, project.max_pixels).seen
    return [(task.id, Relinked(path)), *([(task.id, seen)] if seen is not None else [])]


def _marks(task: Task | NewTask) -> Iterable[object]:
    """What a file that moved has kept of itself, beside the number of its bytes. Of one whose content is known that
    counts alone."""
    if task.sha256 is not None:
        return (task.sha256,)
    pixels = (task.width, task.height)
    return ((task.modified, pixels), (os.path.basename(task.path), pixels))


def _sample(file: Path) -> bytes | None:
    """A digest of some blocks of a file, None when it cannot be read: files that differ almost always differ in
    these."""
    with suppress(OSError), open_regular(file) as opened:
        size = os.fstat(opened.fileno()).st_size
        found = hashlib.blake2b(digest_size=16)
        for n in range(_SAMPLES):
            opened.seek(max(0, size - _BLOCK) * n // (_SAMPLES - 1))
            found.update(opened.read(_BLOCK))
        return found.digest()
    return None
