"""Going to any picture of the project: what is asked and answered, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.annotation import Annotation
from tui.model.task import Lease, Task


@dataclass(frozen=True, slots=True)
class Sought:
    """The person typed these words to find a picture by; '' when they look for none any more."""

    text: str


@dataclass(frozen=True, slots=True)
class GoTo:
    """To that picture, wherever it is."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """The first pictures that the words stand for. `message`: why they could not be looked for, in a sentence."""

    text: str
    tasks: tuple[Task, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture to go to; `lease` None where it is decided, or not this person's to decide. `task` None: it cannot be
    opened, and why, in a sentence."""

    task: Task | None
    lease: Lease | None = None
    draft: Annotation | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class PictureSearch:
    """`text`: what was typed last. `asked`: what is looked for now, None when nothing is. `found`: the answer, to `of`."""

    text: str = ""
    asked: str | None = None
    of: str = ""
    found: tuple[Task, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class FileLooked:
    """The file is another picture than the task said. `task`: as it stands now."""

    task: Task
