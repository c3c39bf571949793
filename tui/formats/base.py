"""What a format is: a writer, a reader, and a rule for each thing it can meet.

The rules are the single truth about losses: they decide what a writer gets to see, what the report
counts, what `--strict` refuses, and what the table in `docs/formats.md` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from tui.model.annotation import Json
from tui.model.project import KindName, Project
from tui.model.shapes import Shape
from tui.model.task import USABLE, State, Task

if TYPE_CHECKING:
    from tui.formats.output import Folder
    from tui.formats.reading import Reading, Record
    from tui.formats.report import Report
    from tui.formats.split import Split

Images = Literal["copy", "link", "no"]


class Fate(StrEnum):
    """What becomes of a thing in a format."""

    CARRIED = "carried"
    APPROXIMATED = "approximated"
    LEFT_OUT = "left out"


Change = Callable[[Shape, int, int], list[Shape]]
"""A shape into shapes that a format can hold, on an image of a width and a height."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`how`: a few words for the report. `change`: what turns a shape into what is written."""

    fate: Fate
    how: str = ""
    change: Change | None = None


CARRIED = Rule(Fate.CARRIED)
LEFT_OUT = Rule(Fate.LEFT_OUT)

SHAPES = {
    "box": "boxes",
    "rotated box": "rotated boxes",
    "polygon": "polygons",
    "polygon with holes": "polygons with holes",
    "polyline": "polylines",
    "spline": "splines",
    "cuboid": "cuboids",
    "mask": "masks",
    "unknown": "shapes of a kind unknown here",
}
CONTENT = {
    "class": "classes of an image",
    "tags": "sets of several tags",
    "negative": "images with nothing on them",
    **SHAPES,
    "attributes": "shapes with attributes",
    "occluded": "marks 'occluded'",
    "truncated": "marks 'truncated'",
    "z": "shapes with a place in depth (z)",
    "name": "names of images",
    "pass": "further passes of an image",
}
"""What an annotation says; losing any of it is a loss to `--strict`."""
ABOUT = {
    "annotator": "names of annotators",
    "times": "times and active seconds",
    "verdict": "review verdicts",
    "flagged": "marks 'flagged'",
    "metadata": "metadata of images",
    "extra": "shapes with further members, as what was suggested",
    "predictions": "predictions",
}
"""What is known about the work. Reported, but a training set without it is whole."""
FEATURES = {**CONTENT, **ABOUT}


@dataclass(frozen=True, slots=True)
class Picture:
    """A task as a format sees it: only shapes the format can hold. `name` is unique, with `/`."""

    task: Task
    name: str
    width: int
    height: int
    labels: tuple[str, ...]
    shapes: list[Shape]


@dataclass(frozen=True, slots=True)
class Options:
    """What an export was asked for. `history`: the trail of a task, for formats that can hold it.
    `named_states`: states were asked for by name, so that rejected work is wanted too."""

    images: Images | None = None
    split: Split | None = None
    task: str | None = None
    voc_official: bool = False
    image_prefix: str = ""
    history: Callable[[int], list[Json]] | None = None
    named_states: bool = False
    replace: bool = False


class Classes:
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
        return sorted(names, key=lambda name: self._index.get(name, len(self._index)))


@dataclass(slots=True)
class Job:
    """One export under way. Exactly one of `file` and `folder` is written by the format's writer;
    `file` formats have a folder too when pictures go with them. `part`: the writer's part of a split.
    `beside`: small files that belong beside the one that is written."""

    format: Format
    project: Project
    options: Options
    report: Report
    classes: Classes
    file: IO[bytes] | None = None
    folder: Folder | None = None
    assign: Callable[[str], str] | None = None
    part: str | None = None
    beside: dict[str, bytes] = field(default_factory=dict)

    @property
    def out(self) -> IO[bytes]:
        assert self.file is not None
        return self.file

    @property
    def tree(self) -> Folder:
        assert self.folder is not None
        return self.folder

    @property
    def images(self) -> Images:
        return self.options.images or self.format.images

    def source(self, picture: Picture) -> Path:
        """The picture's own file."""
        return self.project.folder / picture.task.path

    def part_of(self, picture: Picture, default: str = "train") -> str:
        return self.assign(picture.task.path) if self.assign else default


Writer = Callable[[Iterable[Picture], Job], None]
Reader = Callable[[Path, "Reading"], Iterator["Record"]]


def _never(_path: Path, _head: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """`help`: one line. `file`: name of the file inside a folder, '' for a format that is a folder.
    `rules`: what is not in it is left out. `exact`: writes tasks as they are, in every state.
    `precision`: how near coordinates come back. `recognise`: by path and first bytes, for `auto`.
    `variants`: the same format with other rules, by the name of `--task`; `usual`: the one for a project's kind.
    `states`: of the tasks that it writes; rejected work only when it was asked for by name."""

    name: str
    help: str
    write: Writer
    read: Reader | None
    rules: Mapping[str, Rule]
    file: str = ""
    exact: bool = False
    images: Images = "no"
    stems: bool = False
    precision: str = "exact"
    recognise: Callable[[Path, bytes], bool] = _never
    variants: Mapping[str, Format] = field(default_factory=dict)
    usual: Callable[[KindName], str] = lambda _kind: ""
    states: tuple[State, ...] = USABLE
    notes: Callable[[Job], list[str]] = lambda _job: []

    def rule(self, feature: str) -> Rule:
        return self.rules.get(feature, LEFT_OUT)


def everything() -> dict[str, Rule]:
    """Rules of the format that holds all there is; predictions are what was given, not what somebody said."""
    return dict.fromkeys(FEATURES, CARRIED) | {"predictions": LEFT_OUT}


def members(value: Any) -> dict[str, Any]:
    """A JSON value as an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}
