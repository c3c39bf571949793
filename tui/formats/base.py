"""What a format is: a writer, a reader, and a rule for each feature it can meet (`rules.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import IO

from tui.formats.output import ImagesMode, OutputFolder
from tui.formats.reading import ImageRecord, ReadContext
from tui.formats.report import ExportReport
from tui.formats.rules import LEFT_OUT, FeatureRule
from tui.formats.split import Split
from tui.model.annotation import Json
from tui.model.project import KindName, Project
from tui.model.shapes import Shape
from tui.model.task import USABLE, State, Task


@dataclass(frozen=True, slots=True)
class ExportedImage:
    """A task as a format sees it: only shapes the format can hold. `name` is unique, with `/`."""

    task: Task
    name: str
    width: int
    height: int
    labels: tuple[str, ...]
    shapes: list[Shape]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What an export was asked for. `history`: the trail of a task, for formats that can hold it.
    `named_states`: states were asked for by name, so that rejected work is wanted too. `in_use`: paths of all images
    of the project, which no output may take the place of. `queue`: its id, and `image_number`: of a task's image, the same in
    all passes, by which parts are drawn.
    `broken`: why the file at an image's path is no picture that can be shown, '' for none."""

    images: ImagesMode | None = None
    split: Split | None = None
    task: str | None = None
    voc_official: bool = False
    image_prefix: str = ""
    history: Callable[[int], list[Json]] | None = None
    named_states: bool = False
    replace: bool = False
    in_use: Callable[[], Iterable[str]] = tuple
    queue: str = ""
    image_number: Callable[[Task], int] = attrgetter("id")
    broken: Callable[[str], str] = lambda _path: ""


class ClassIndex:
    """Labels and their place: first the project's in its order, then others as they are met."""

    def __init__(self, project: Project) -> None:
        self.names: list[str] = [label.name for label in project.labels]
        self._index = {name: n for n, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> int:
        """The place of a label, counted from 0 and without gaps."""
        found = self._index.get(name)
        if found is None:
            found = self._index[name] = len(self.names)
            self.names.append(name)
        return found

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Labels sorted by their place; those not met yet come last."""
        return sorted(names, key=lambda name: self._index.get(name, len(self._index)))


@dataclass(slots=True)
class ExportJob:
    """One export under way. Exactly one of `file` and `folder` is written by the format's writer;
    `file` formats have a folder too when image files go with them. `part`: the writer's part of a split.
    `sidecars`: small files that belong beside the one that is written."""

    format: Format
    project: Project
    options: ExportOptions
    report: ExportReport
    classes: ClassIndex
    file: IO[bytes] | None = None
    folder: OutputFolder | None = None
    assign: Callable[[Task], str] | None = None
    part: str | None = None
    sidecars: dict[str, bytes] = field(default_factory=dict)

    @property
    def out(self) -> IO[bytes]:
        """The file that the writer fills."""
        assert self.file is not None
        return self.file

    @property
    def tree(self) -> OutputFolder:
        """The folder that the writer fills."""
        assert self.folder is not None
        return self.folder

    @property
    def images(self) -> ImagesMode:
        """Whether image files go along, as asked for or as is usual for the format."""
        return self.options.images or self.format.images

    def source(self, image: ExportedImage) -> Path:
        """The image's own file."""
        return self.project.folder / image.task.path

    def put_image(self, name: str, image: ExportedImage) -> None:
        """The image's own file under a name in the folder, where files go along. One that cannot be read is counted."""
        broken = self.options.broken(image.task.path) if self.images != "no" else ""
        reason = broken or self.tree.put_image(name, self.source(image), self.images)
        if reason:
            self.report.file("file", image.task.path, reason, kept="written without the picture")

    def part_of(self, image: ExportedImage, default: str = "train") -> str:
        """The part of the split that an image belongs to; `default` without a split."""
        return self.assign(image.task) if self.assign else default


FormatWriter = Callable[[Iterable[ExportedImage], ExportJob], None]
FormatReader = Callable[[Path, ReadContext], Iterator[ImageRecord]]


def _never(_path: Path, _head: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """`help`: one line. `file`: name of the file inside a folder, '' for a format that is a folder.
    `rules`: what is not in it is left out. `exact`: writes tasks as they are, in every state.
    `precision`: how near coordinates come back. `recognise`: by path and first bytes, for `auto`.
    `variants`: the same format with other rules, by the name of `--task`; `default_variant`: of a project's kind.
    `by_pictures`: its readers go by the pictures, so that an image without its file is left out where files go along.
    `states`: of the tasks that it writes; rejected work only when it was asked for by name."""

    name: str
    help: str
    write: FormatWriter
    read: FormatReader | None
    rules: Mapping[str, FeatureRule]
    file: str = ""
    exact: bool = False
    images: ImagesMode = "no"
    by_pictures: bool = False
    unique_stems: bool = False
    precision: str = "exact"
    recognise: Callable[[Path, bytes], bool] = _never
    variants: Mapping[str, Format] = field(default_factory=dict)
    default_variant: Callable[[KindName], str] = lambda _kind: ""
    states: tuple[State, ...] = USABLE
    notes: Callable[[ExportJob], list[str]] = lambda _job: []

    def rule(self, feature: str) -> FeatureRule:
        """What becomes of a feature; without a rule it is left out."""
        return self.rules.get(feature, LEFT_OUT)
