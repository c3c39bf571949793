"""What happens to a sitting. Every input comes with the time at which it arrived (monotonic seconds)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tui.model.annotation import Annotation
from tui.model.review import AuditCell, ReviewOp
from tui.model.task import Lease, Task
from tui.model.view_settings import ViewSettings
from tui.sitting.editor_inputs import DraftDue as DraftDue
from tui.sitting.editor_inputs import EditorCommand as EditorCommand
from tui.sitting.editor_inputs import PixelsRead as PixelsRead
from tui.sitting.editor_inputs import Pointed as Pointed
from tui.sitting.editor_inputs import Viewed as Viewed
from tui.sitting.review_inputs import AcceptKey as AcceptKey
from tui.sitting.review_inputs import AcceptShownKey as AcceptShownKey
from tui.sitting.review_inputs import Comment as Comment
from tui.sitting.review_inputs import Fix as Fix
from tui.sitting.review_inputs import FixKey as FixKey
from tui.sitting.review_inputs import MarkKey as MarkKey
from tui.sitting.review_inputs import ReasonKey as ReasonKey
from tui.sitting.review_inputs import RejectKey as RejectKey
from tui.sitting.review_inputs import ReviewKey as ReviewKey
from tui.sitting.review_inputs import SendBackKey as SendBackKey
from tui.sitting.seeking import FileLooked, Found, GoTo, Opened, Sought

Grids = tuple[tuple[int, int], ...]
"""Columns and rows of a contact sheet of one picture, of two, and so on up to a full one."""

Then = Literal["ends", "switches", "rereads"]
"""What comes once a sitting is over: the app ends; contact sheets instead of single pictures, or the other way; the same
work, by the project file as it is then."""

# Keys of the person.


@dataclass(frozen=True, slots=True)
class LabelKey:
    """A label was chosen, by its key or through the filter. `key`: what was pressed, for held keys."""

    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """`enter`: the tags or shapes are complete; a failed save is tried again. `undecided`: suggestions that are shown and
    were neither taken nor rejected."""

    undecided: int = 0


@dataclass(frozen=True, slots=True)
class SkipKey:
    pass


@dataclass(frozen=True, slots=True)
class UndoKey:
    pass


@dataclass(frozen=True, slots=True)
class RedoKey:
    pass


@dataclass(frozen=True, slots=True)
class FlagKey:
    pass


@dataclass(frozen=True, slots=True)
class Remark:
    """The note on the picture in front; '' takes it away."""

    text: str


@dataclass(frozen=True, slots=True)
class NextKey:
    pass


@dataclass(frozen=True, slots=True)
class PreviousKey:
    pass


@dataclass(frozen=True, slots=True)
class NextUndoneKey:
    pass


@dataclass(frozen=True, slots=True)
class CancelKey:
    """`escape`: ends what waits for more keys; gives up a decision that could not be saved. `zoomed`: only a part of the
    picture is in sight, which ends where nothing else does."""

    zoomed: bool = False


@dataclass(frozen=True, slots=True)
class QuitKey:
    """It ends once everything decided is safe."""

    then: Then = "ends"


@dataclass(frozen=True, slots=True)
class KeepZoomKey:
    """The zoom stays from picture to picture, or no longer."""


@dataclass(frozen=True, slots=True)
class SetView:
    """Pictures are to be looked at so from now on."""

    view: ViewSettings


@dataclass(frozen=True, slots=True)
class Touch:
    """Any other key of the person (zoom, help ...): it counts as activity."""


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that nobody took, as people read it. `other_case`: the same letter with shift, or without, means something."""

    key: str
    other_case: bool = False


@dataclass(frozen=True, slots=True)
class IdleCommand:
    """A command, by its id, that does nothing as things are."""

    command: str


# Keys at a contact sheet.


@dataclass(frozen=True, slots=True)
class MoveCursor:
    """The cursor by so many cards."""

    right: int
    down: int


@dataclass(frozen=True, slots=True)
class MarkCard:
    """The card at the cursor is taken out of the sheet, or put back."""


@dataclass(frozen=True, slots=True)
class LetterKey:
    """The letter of a card, which is taken out of the sheet, or put back."""

    letter: str


@dataclass(frozen=True, slots=True)
class ClickCard:
    """The card with this number, counted from 0: the cursor goes there; where it is already, as `MarkCard`."""

    number: int


@dataclass(frozen=True, slots=True)
class Enlarge:
    """The card at the cursor fills the canvas, or the sheet comes back."""


# What the canvas tells.


@dataclass(frozen=True, slots=True)
class SeenOnScreen:
    """The person sees the picture shown under this serial number."""

    serial: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The picture cannot be shown whole. `partial`: a part of it is shown. `lasting`: its file is at fault; else it may
    be there at the next try."""

    serial: int
    reason: str
    partial: bool = False
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Covered:
    """The terminal became too small to show a picture; or, where not `covered`, large enough again."""

    covered: bool


@dataclass(frozen=True, slots=True)
class Resized:
    """The canvas has room for other sheets."""

    grids: Grids


# What the queue answers.


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier verdict on a task: by whom, what, why, and the labels that it was about."""

    who: str
    verdict: ReviewOp
    reason: str | None = None
    comment: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Durable numbers of the project, for the progress. To a reviewer: `unlabelled`, what waits for its annotator, `again`
    of it since it was rejected; `own`: what only others may review."""

    done: int = 0
    left: int = 0
    came_back: int = 0
    unlabelled: int = 0
    again: int = 0
    own: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """Leases; none means that nothing is there now. `drafts`: unfinished annotations by task id. `elsewhere`: the same
    person works in another sitting too. `plan`: what a review pass goes through, in a sentence."""

    leases: tuple[Lease, ...]
    drafts: Mapping[int, Annotation] = field(default_factory=dict)
    totals: Totals | None = None
    elsewhere: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """The write with this request id is durable."""

    request_id: str
    task: Task
    totals: Totals | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A write failed. `current`: how the task stands now, when somebody else changed it.
    `lasting`: trying again cannot help."""

    request_id: str
    message: str
    current: Task | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Undo or redo happened; `task` None when there was nothing. `lease`: to decide on it again. `was`: the task as it
    stood before that, None where it is not known. `draft`: unfinished work on it."""

    request_id: str
    task: Task | None
    lease: Lease | None = None
    totals: Totals | None = None
    was: Task | None = None
    draft: Annotation | None = None


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """The unfinished work on a task is safe."""

    task_id: int


@dataclass(frozen=True, slots=True)
class DraftFailed:
    """The unfinished work on a task is not saved, and why, in a sentence."""

    task_id: int
    message: str


@dataclass(frozen=True, slots=True)
class EarlierWork:
    """Own tasks from before the walk, latest first; empty when there are none."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A lease on a task of the walk that had been given back; None while somebody else has it, or once it was `removed`
    from the project."""

    task_id: int
    lease: Lease | None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class TakeFailed:
    """It is not known who has the task: nobody could be asked, and why, in a sentence. `lasting`: asking again cannot
    help."""

    task_id: int
    message: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Renewed:
    """Leases were renewed. `lost`: ids of the tasks whose leases were to be renewed and are not held any more."""

    lost: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Recalled:
    """Earlier verdicts on a task, oldest first."""

    task_id: int
    past: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Picked:
    """The tasks behind a number of an audit, in ascending id."""

    cell: AuditCell
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ThreadFailed:
    """What could not be done beside the decisions, in a sentence: pictures were not added."""

    message: str


@dataclass(frozen=True, slots=True)
class MoreTasks:
    """Tasks were added or given back by others."""

    totals: Totals | None = None


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """A file that says how the work is done is not as it was read; '': all are as they were."""

    file: str


@dataclass(frozen=True, slots=True)
class NotReread:
    """The project file was to be read again. `problem`: why it cannot be used, in a sentence; '': nothing in it is new."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went by; nothing on the screen may change for it."""


AwaitedKey = SkipKey | NextKey | PreviousKey
"""What moves on from a picture: pressed while that is awaited it is about the one to come."""
PassingKey = SkipKey | UndoKey | RedoKey | NextKey | PreviousKey | NextUndoneKey | GoTo | QuitKey | CancelKey
"""Keys that pass at any time, also in the middle of a verdict."""
DecidingKey = LabelKey | Confirm | FlagKey | Remark
SheetKey = MoveCursor | MarkCard | LetterKey | ClickCard | Enlarge
SheetWorkKey = RejectKey | ReasonKey | AcceptShownKey | UndoKey | QuitKey | CancelKey
"""What a contact sheet takes of the keys of other work; after `RejectKey` a reason is awaited."""
AuditKey = MoveCursor | Enlarge | QuitKey | CancelKey | SendBackKey | UndoKey
"""All that has a meaning in an audit."""
NoKey = UnknownKey | IdleCommand
"""What came to nothing: the person is told why."""
WorkKey = NoKey | PassingKey | DecidingKey | ReviewKey | SheetKey | KeepZoomKey | Sought | Touch
EditorKey = EditorCommand | Pointed
KeyInput = WorkKey | EditorKey
"""What the person does."""

EditorInput = EditorKey | Viewed | PixelsRead | DraftDue
"""What only a walk with an editor takes in."""
CanvasInput = SeenOnScreen | Broken | Covered | Resized
WriteAnswer = Saved | Failed | TakenBack
LeaseAnswer = Claimed | Taken | TakeFailed | Renewed | MoreTasks
LookupAnswer = EarlierWork | Recalled | Picked | Found | Opened | FileLooked
DraftAnswer = DraftSaved | DraftFailed
QueueAnswer = WriteAnswer | LeaseAnswer | LookupAnswer | DraftAnswer
Answer = QueueAnswer | ThreadFailed | ProjectChanged
"""What comes from the clerk's thread, and the watcher's."""
Input = KeyInput | EditorInput | SetView | CanvasInput | Answer | NotReread | Tick
