"""An import under way: a file's records on one side, a project's queue on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tui import __version__
from tui.cli.common import images_read, watched
from tui.config import load_settings, person_name
from tui.errors import UsageError
from tui.formats import importing
from tui.formats.adapt import size_of
from tui.formats.base import Format
from tui.formats.labelled_folders import image_at
from tui.formats.matching import ImageMatcher
from tui.formats.reading import ImageRecord, PixelSize, ReadContext, local_name
from tui.manifest import exported_path, new_tasks
from tui.model.project import KindName, Project
from tui.model.task import Imported, NewTask
from tui.store.base import AnnotationQueue

_BATCH = 200
_MOST_LINES = 10


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
        assert self.format.read is not None
        reading.voc = self.voc
        return self.format.read(self.path, reading)

    def content(self) -> Content:
        """One reading for the labels; sizes do not matter to it."""
        labels: dict[str, None] = {}
        shapes = tags = False
        for record in self.records(ReadContext(size_of=lambda _name: (1000, 1000))):
            labels.update(dict.fromkeys(importing.labels_of(record)))
            shapes = shapes or bool(record.shapes)
            tags = tags or len(record.labels) > 1
        return Content(list(labels), "shapes" if shapes else "tags" if tags else "classify")


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
        parts = [f"{self.records} images read", f"{self.entered} entered"]
        if self.added:
            parts.append(f"{self.added} new images added")
        if self.kept:
            parts.append(f"{self.kept} labelled already and left alone (--replace takes them too)")
        if self.silent:
            parts.append(f"{self.silent} without an annotation")
        yield ", ".join(parts) + "."
        if self.absent:
            yield f"{self.absent} of the images added are not where the file says."
        for title, texts in (("Matches no one image", self.missing), ("Passed over", self.problems)):
            if texts:
                yield f"{title}: {len(texts)}"
                yield from (f"  {text}" for text in texts[:_MOST_LINES])
                if len(texts) > _MOST_LINES:
                    yield f"  ... and {len(texts) - _MOST_LINES} more"
        yield from self.notes


class Intake:
    """`root`: where new images are looked for, None when none are to be added."""

    def __init__(
        self,
        project: Project,
        queue: AnnotationQueue,
        source: Source,
        root: Path | None,
        wish: importing.ImportOptions,
    ) -> None:
        self.project, self.queue, self.source, self.root, self.wish = project, queue, source, root, wish
        self.matcher = ImageMatcher(queue.export(), project.folder)
        self.outcome = Outcome()

    def refuse_problems(self) -> None:
        """Go through the file once without entering anything.

        Raises:
            UsageError: something in it is wrong, or an image of it matches none or several.
        """
        reading = ReadContext(strict=True, size_of=self._size)
        for record in self.source.records(reading):
            path, _ = self._resolve(record)
            if path is None:
                raise UsageError(f"{self.outcome.missing[0]}; nothing was entered (--strict).")

    def enter(self) -> Outcome:
        """Enter all that can be entered; Ctrl+C keeps what was entered so far."""
        reading = ReadContext(size_of=self._size)
        outcome = self.outcome = Outcome(problems=reading.problems, notes=reading.notes)
        source = watched(self.source.records(reading), images_read)
        context = {"version": __version__, "format": self.source.format.name, "source": str(self.source.path)}
        who = person_name(None, load_settings())
        while batch := list(islice(source, _BATCH)):
            changes = self._changes(batch, who)
            entered, late = self.queue.import_annotations(changes, who=who, context=context)
            outcome.entered += entered
            outcome.kept += len(late)
        return outcome

    def _changes(self, batch: Sequence[ImageRecord], who: str) -> list[Imported]:
        """What a batch changes; images that are not there yet are added first."""
        resolved = [(record, *self._resolve(record)) for record in batch]
        self.outcome.records += len(batch)
        new = [task for _, _, tasks in resolved for task in tasks]
        if new:
            added, _ = self.queue.add(new, who=who)
            self.outcome.added += added
            for task in new:
                self.matcher.add(task.path)
        changes: dict[int, Imported] = {}
        for record, path, _ in resolved:
            if path is not None:
                self._take(record, path, changes)
        return list(changes.values())

    def _take(self, record: ImageRecord, path: str, changes: dict[int, Imported]) -> None:
        passes = max(self.project.passes, (record.native or {}).get("pass", 1))
        found = [self.queue.find(path, pass_) for pass_ in range(1, passes + 1)]
        tasks = [task for task in found if task is not None and task.id not in changes]
        task = importing.chosen(record, tasks, self.wish)
        members = importing.members_of(record, self.wish)
        if not members:
            self.outcome.silent += 1
        elif task is None:
            self.outcome.kept += 1
        else:
            changes[task.id] = Imported(task.id, task.rev, members)

    def _resolve(self, record: ImageRecord) -> tuple[str | None, list[NewTask]]:
        """(path of the image in the project, tasks to add first); None and why not in `outcome.missing`."""
        if importing.leads_out(record.name):
            self.outcome.missing.append(f"{record.where}: {record.name} leads out of the images' folder")
            return None, []
        source = self._source(record.name, exact=record.native is not None)
        here = exported_path(self.project.folder, source) if source is not None else record.name
        if here in self.matcher:
            return here, self._further_pass(record, here)
        if source is not None and source.is_file() and record.name not in self.matcher:
            same = None if record.native else self.matcher.same_content(source)
            return (same, []) if same is not None else (here, self._new(record, source, here))
        match = self.matcher.find(record.name, record.sha256)
        if match.path is not None:
            return match.path, self._further_pass(record, match.path)
        if record.native is not None and source is not None and not match.others:
            self.outcome.absent += record.native["status"] != "unreadable"
            return here, [importing.new_task(record, here)]
        why = f" may be {' or '.join(match.others[:3])}" if match.others else " is no image of the project"
        self.outcome.missing.append(f"{record.where}: {record.name}{why}")
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
        for n in range(len(parts)):
            found = importing.inside(self.root, "/".join(parts[n:]))
            if found is not None and found.is_file():
                return found
            if found is not None and (picture := image_at(str(found))) is not None:
                return picture
        return whole

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
