"""What a sitting asks for. Effects on the queue are carried out one after another, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from tui.model.annotation import Annotation, Json
from tui.model.review import AuditCell, Verdict
from tui.model.task import Lease, Task
from tui.model.view_settings import Adjustment
from tui.sitting.inputs import Input, Then


@dataclass(frozen=True, slots=True)
class Claim:
    """Answered by Claimed. `opening`: own unfinished drafts first. `skip`: ids not to be served again."""

    n: int
    skip: tuple[int, ...] = ()
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """A lease on that task; answered by Taken or TakeFailed."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Submit:
    """Answered by Saved or Failed, as all that carry a request id."""

    request_id: str
    lease: Lease
    annotation: Annotation
    seconds: float
    context: Json


@dataclass(frozen=True, slots=True)
class Revise:
    request_id: str
    task_id: int
    rev: int
    annotation: Annotation
    seconds: float
    context: Json


@dataclass(frozen=True, slots=True)
class Skip:
    request_id: str
    lease: Lease
    context: Json


@dataclass(frozen=True, slots=True)
class Flag:
    request_id: str
    task_id: int
    on: bool
    context: Json


@dataclass(frozen=True, slots=True)
class SetNote:
    """The remark on a picture; None takes it away."""

    request_id: str
    task_id: int
    text: str | None
    context: Json


@dataclass(frozen=True, slots=True)
class Unreadable:
    request_id: str
    task_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """`lease` None: a verdict is changed, which counts while `task` stands like this and nobody else has it. `annotation`:
    the fix. `stroke`: what verdicts given by one key have in common; they are taken back together."""

    request_id: str
    task: Task
    lease: Lease | None
    verdict: Verdict
    reason: str
    comment: str
    annotation: Annotation | None
    seconds: float
    context: Json
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class SendBack:
    """Accepted work goes back to its annotator, while `task` stands like this."""

    request_id: str
    task: Task
    context: Json


@dataclass(frozen=True, slots=True)
class Undo:
    """Answered by TakenBack or Failed."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Redo:
    request_id: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The latest own work that is not among the tasks `known`; answered by EarlierWork."""

    known: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """What reviewers said of a task before; answered by Recalled."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Find:
    """Pictures by their number or a part of their name; answered by Found."""

    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """A picture to go to, with a lease where one is to be had; answered by Opened."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Pick:
    """The tasks behind a number of an audit; answered by Picked."""

    cell: AuditCell


@dataclass(frozen=True, slots=True)
class Renew:
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class Release:
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """`annotation` None: there is nothing unfinished any more. Answered by DraftSaved or DraftFailed."""

    task_id: int
    annotation: Annotation | None


@dataclass(frozen=True, slots=True)
class Show:
    """Put this task's picture in front; None: no picture (the closing page). Answered by SeenOnScreen or Broken.
    `keep_zoom`: as large as the one before; else it is fitted."""

    task: Task | None
    serial: int
    keep_zoom: bool = False


@dataclass(frozen=True, slots=True)
class Want:
    """Pictures to fetch ahead, best first."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ShowSheet:
    """Put a contact sheet of these tasks in front. Answered by SeenOnScreen."""

    tasks: tuple[Task, ...]
    serial: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class WantSheet:
    """The sheet to have ready; without tasks none."""

    tasks: tuple[Task, ...]
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class ZoomTo:
    """This region of the picture in front, in image pixels, fills the canvas."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The whole picture in front is shown."""


@dataclass(frozen=True, slots=True)
class Adjust:
    """Pictures are shown so from now on, the one in front and those to come."""

    adjustment: Adjustment


@dataclass(frozen=True, slots=True)
class ReadPixels:
    """Read a frame of the picture in full size, away from the loop. Answered by PixelsRead."""

    task: Task
    serial: int
    frame: int = 0


@dataclass(frozen=True, slots=True)
class AskText:
    """Words for the attribute that `prompt` names. Answered by an EditorCommand."""

    prompt: str


@dataclass(frozen=True, slots=True)
class CallAfter:
    """Give `then` back as an input when so many seconds have gone by."""

    seconds: float
    then: Input


@dataclass(frozen=True, slots=True)
class Note:
    """An entry for the trace: `name` with its members."""

    name: str
    members: Json


def held_key(**members: Any) -> Note:
    """For the trace: a key was dropped because it was the one before, held down."""
    return Note("refused", {**members, "why": "held key"})


@dataclass(frozen=True, slots=True)
class Quit:
    """Everything is safe: the screen may close."""

    then: Then = "ends"


DecisionWrite = Submit | Revise | Skip | Flag | SetNote | Unreadable | Review | SendBack
Write = DecisionWrite | Undo | Redo
"""All that change the log; each carries a request id."""
LeaseEffect = Claim | Take | Renew | Release
Lookup = Pick | Earlier | Recall | Find | Open
StoreEffect = Write | LeaseEffect | Lookup | SaveDraft
PictureEffect = Show | Want | ShowSheet | WantSheet | ZoomTo | Fit | Adjust | ReadPixels
ScreenEffect = PictureEffect | AskText | CallAfter | Quit
Effect = StoreEffect | ScreenEffect | Note

S = TypeVar("S")
Result = tuple[S, tuple[Effect, ...]]
"""A new state, and what it asks for."""
