"""An import under way: a file's records on one side, a project's queue on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import uuid4

from tui import __version__
from tui.cli.common import images_read, watched
from tui.config import load_settings, person_name
from tui.errors import UsageError
from tui.files import exported_path
from tui.formats import importing
from tui.formats.adapt import size_of
from tui.formats.base import Format
from tui.formats.labelled_folders import image_at
from tui.formats.matching import ImageMatcher
from tui.formats.reading import ImageRecord, PixelSize, ReadContext, local_name
from tui.manifest import new_tasks
from tui.model.project import KindName, Project
from tui.model.task import Imported, NewTask, Task
from tui.store.base import AnnotationQueue
from tui.store.members import problem_of
from tui.text import counted

_BATCH = 200
_MAX_LINES = 10


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds as a whole. `labels`: in the order they come. `kind`: of a project made for it."""

    labels: list[str]
    kind: KindName


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder to be read, as often as needed. `voc`: official or floats."""

    format: Format
    path: Path
    voc: str

    def records(self, reading: ReadContext) -> Iterator[ImageRecord]:
        """One reading of the whole file; what is wrong in it goes into `reading`."""
        assert self.format.read is not None
        reading.voc = self.voc
        return self.format.read(self.path, reading)

    def content(self) -> Content:
        """One reading for the labels; sizes do not matter to it."""
        labels: dict[str, None] = {}
        shapes = several = False
        for record in self.records(ReadContext(size_of=lambda _name: (1000, 1000))):
            labels.update(dict.fromkeys(importing.labels_of(record)))
            shapes |= bool(record.shapes)
            several |= len(record.labels) > 1
        return Content(list(labels), "shapes" if shapes else "tags" if several else "classify")


@dataclass(slots=True)
class Outcome:
    """What an import did. `kept`: labelled already and left alone; `silent`: the file says nothing of them."""

    records: int = 0
    added: int = 0
    entered: int = 0
    kept: int = 0
    silent: int = 0
    absent: int = 0
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For standard error."""
        optional = (
            (self.added, "new added"),
            (self.kept, "labelled already and left alone (--replace takes them too)"),
            (self.silent, "without an annotation"),
        )
        yield (
            ", ".join(
                [
                    f"{counted(self.records, 'image')} read",
                    f"{self.entered} entered",
                    *(f"{n} {words}" for n, words in optional if n),
                ]
            )
            + "."
        )
        if self.absent:
            yield f"{self.absent} of the images added are not where the file says."
        yield from _listed("Matches no one image", self.missing)
        yield from _listed("Passed over", self.problems)
        yield from self.notes


def _listed(title: str, texts: Sequence[str]) -> Iterator[str]:
    """A title with a count and the first few of the texts; nothing without any."""
    if texts:
        yield f"{title}: {len(texts)}"
        yield from (f"  {text}" for text in texts[:_MAX_LINES])
    if len(texts) > _MAX_LINES:
        yield f"  ... and {len(texts) - _MAX_LINES} more"


class Intake:
    """`root`: where new images are looked for, None when none are to be added."""

    def __init__(
        self,
        project: Project,
        queue: AnnotationQueue,
        source: Source,
        root: Path | None,
        options: importing.ImportOptions,
    ) -> None:
        self.project, self.queue, self.source, self.root, self.options = project, queue, source, root, options
        self.matcher = ImageMatcher(queue.export(), project.folder)
        self.outcome = Outcome()

    def refuse_problems(self) -> None:
        """Go through the file once without entering anything.

        Raises:
            UsageError: something in it is wrong, or an image of it matches none or several.
        """
        reading = ReadContext(strict=True, size_of=self._size)
        for record in self._records(reading):
            path, _ = self._resolve(record)
            if path is None:
                raise UsageError(f"{self.outcome.missing[0]}; nothing was entered (--strict).")

    def enter(self) -> Outcome:
        """Enter all that can be entered; Ctrl+C keeps what was entered so far."""
        reading = ReadContext(size_of=self._size)
        outcome = self.outcome = Outcome(problems=reading.problems, notes=reading.notes)
        source = watched(self._records(reading), images_read)
        context = {"version": __version__, "format": self.source.format.name, "source": str(self.source.path)}
        who, stroke = person_name(None, load_settings()), uuid4().hex
        while batch := list(islice(source, _BATCH)):
            changes = self._changes(batch, who)
            entered, late = self.queue.import_annotations(changes, who=who, stroke=stroke, context=context)
            outcome.entered += entered
            outcome.kept += len(late)
        return outcome

    def _records(self, reading: ReadContext) -> Iterator[ImageRecord]:
        """One reading of the whole file; what a task could not hold is named in `reading` and passed over."""
        for record in self.source.records(reading):
            pass_ = (record.native or {}).get("pass")
            problem = problem_of({"pass": pass_, **importing.members_of(record, self.options)})
            if problem is None:
                yield record
            else:
                reading.wrong(record.where, problem)

    def _changes(self, batch: Sequence[ImageRecord], who: str) -> list[Imported]:
        """What a batch changes; images that are not there yet are added first."""
        resolved = [(record, *self._resolve(record)) for record in batch]
        self.outcome.records += len(batch)
        self._add([task for _, _, tasks in resolved for task in tasks], who)
        changes: dict[int, Imported] = {}
        for record, path, _ in resolved:
            if path is not None:
                self._take(record, path, changes)
        return list(changes.values())

    def _add(self, tasks: Sequence[NewTask], who: str) -> None:
        if tasks:
            added, _ = self.queue.add(tasks, who=who)
            self.outcome.added += added
        for task in tasks:
            self.matcher.add(task.path)

    def _take(self, record: ImageRecord, path: str, changes: dict[int, Imported]) -> None:
        """What a record changes of the image at `path` goes into `changes`, by task id."""
        tasks = [task for task in self._tasks_of(record, path) if task.id not in changes]
        task = importing.chosen(record, tasks, self.options)
        members = importing.members_of(record, self.options)
        if not members:
            self.outcome.silent += 1
        elif task is None:
            self.outcome.kept += 1
        else:
            changes[task.id] = Imported(task.id, task.rev, members)

    def _tasks_of(self, record: ImageRecord, path: str) -> list[Task]:
        """The image's tasks, of all passes."""
        passes = {*range(1, self.project.passes + 1), (record.native or {}).get("pass", 1)}
        found = (self.queue.find(path, pass_) for pass_ in sorted(passes))
        return [task for task in found if task is not None]

    def _resolve(self, record: ImageRecord) -> tuple[str | None, list[NewTask]]:
        """(path of the image in the project, tasks to add first); None and why not in `outcome.missing`."""
        if importing.leads_out(record.name):
            return self._missing(record, "leads out of the images' folder")
        source = self._source(record.name, exact=record.native is not None)
        here = exported_path(self.project.folder, source) if source is not None else record.name
        if here in self.matcher:
            return here, self._further_pass(record, here)
        if source is not None and source.is_file() and record.name not in self.matcher:
            return self._new_file(record, source, here)
        return self._by_name_or_content(record, source, here)

    def _new_file(self, record: ImageRecord, source: Path, here: str) -> tuple[str, list[NewTask]]:
        """A file below the root that is no image of the project by its path; it may be one by its content."""
        same = None if record.native else self.matcher.same_content(source)
        return (here, self._new(record, source, here)) if same is None else (same, [])

    def _by_name_or_content(
        self, record: ImageRecord, source: Path | None, here: str
    ) -> tuple[str | None, list[NewTask]]:
        match = self.matcher.find(record.name, record.sha256)
        if match.path is not None:
            return match.path, self._further_pass(record, match.path)
        if match.others:
            return self._missing(record, f"may be {' or '.join(match.others[:3])}")
        if record.native is None or source is None:
            return self._missing(record, "is no image of the project")
        self.outcome.absent += record.native["status"] != "unreadable"
        return here, [importing.new_task(record, here)]

    def _missing(self, record: ImageRecord, why: str) -> tuple[None, list[NewTask]]:
        self.outcome.missing.append(f"{record.where}: {record.name} {why}")
        return None, []

    def _source(self, name: str, *, exact: bool) -> Path | None:
        """Where the image lies below the root, if anywhere: leading folders that are not there are passed over,
        and the ending is found where the file does not say it."""
        if self.root is None:
            return None
        whole = importing.inside(self.root, name)
        if exact:
            return whole
        parts = local_name(name).split("/")
        tails = ("/".join(parts[n:]) for n in range(len(parts)))
        files = (_file_below(self.root, tail) for tail in tails)
        return next((file for file in files if file is not None), whole)

    def _new(self, record: ImageRecord, source: Path, path: str) -> list[NewTask]:
        if record.native is not None:
            return [importing.new_task(record, path)]
        return list(new_tasks(self.project, [source]))

    def _further_pass(self, record: ImageRecord, path: str) -> list[NewTask]:
        """A pass of the native format that the project does not have of this image."""
        if record.native is None or self.queue.find(path, record.native.get("pass", 1)) is not None:
            return []
        return [importing.new_task(record, path)]

    def _size(self, name: str) -> PixelSize | None:
        """Width and height of an image by its name: as the project knows it, else as its file says."""
        known = self.matcher.size(name)
        source = self._source(name, exact=False) if known is None else None
        return size_of(source) if source is not None else known


def _file_below(root: Path, name: str) -> Path | None:
    """The file of that name, with an image's ending where the name has none."""
    found = importing.inside(root, name)
    return found if found is None or found.is_file() else image_at(str(found))
