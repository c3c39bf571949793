"""The state of a walk from picture to picture, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tui.model.annotation import Annotation
from tui.model.task import Lease, State, Task
from tui.sitting.effects import Result, Write
from tui.sitting.inputs import AwaitedKey, Past
from tui.sitting.seeking import PictureSearch
from tui.sitting.state import Marks
from tui.sitting.work_state import WorkState

MAX_UNDONE = 10
"""Leases on pictures that were left without a decision; the oldest is given back."""
MAX_PENDING = 8
"""Writes under way; one more decision is refused."""


# How it stands with a task of the walk, as it will once all writes under way are durable.


@dataclass(frozen=True, slots=True)
class Undecided:
    """A decision is missing. `lease` None: it was given back or ran out, and is taken anew when the task is in front.
    `passed`: its reviewer went on without a verdict."""

    lease: Lease | None = None
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """It was labelled, or has its verdict: in this sitting or before."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Its annotator skipped it in this sitting."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody else holds it, or decided it. `why`: in words."""

    why: str = "Somebody else works on this picture now"


GONE = "This picture was removed from the project"
"""Why nothing is to be decided on it any more."""
RETURNED = "This picture went back to its annotator"
"""Why a reviewer has nothing to say about it now."""


Standing = Undecided | Decided | Skipped | Lost


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a picture cannot be shown whole; `partial`: a part of it can. `lasting`: its file is at fault."""

    reason: str
    partial: bool = False
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """A task of the walk. `task`: as it will be when all writes under way are durable.

    `seconds`: active seconds not yet recorded. `past`: earlier verdicts on it, None while they are not known.
    `wrong`: shapes that the reviewer has marked, by their ids as text, and why. `said`: what was decided here last, None
    before that.
    """

    task: Task
    standing: Standing = field(default_factory=Undecided)
    annotation: Annotation = field(default_factory=Annotation)
    damage: Damage | None = None
    seconds: float = 0.0
    past: tuple[Past, ...] | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    said: Annotation | None = None

    @property
    def lease(self) -> Lease | None:
        """The right to decide on it, None where that is not held or not needed any more."""
        return self.standing.lease if isinstance(self.standing, Undecided) else None

    @property
    def undecided(self) -> bool:
        """Whether a decision is missing."""
        return isinstance(self.standing, Undecided)

    @property
    def done(self) -> bool:
        """Whether one's own decision is there, which can be changed."""
        return isinstance(self.standing, Decided | Skipped)

    @property
    def lost(self) -> bool:
        """Whether it is somebody else's now."""
        return isinstance(self.standing, Lost)

    @property
    def passed(self) -> bool:
        """Whether its reviewer went on without a verdict."""
        return isinstance(self.standing, Undecided) and self.standing.passed

    @property
    def undone(self) -> bool:
        """Whether a decision is missing that could be made."""
        return self.undecided and self.damage is None

    @property
    def overlooked(self) -> bool:
        """Whether it is undone, and not because its reviewer passed it."""
        return self.undone and not self.passed

    @property
    def changed(self) -> bool:
        """Whether one's own decision is another one on the screen than the one that is saved."""
        known = self.task.annotation if self.said is None else self.said
        return isinstance(self.standing, Decided) and self.annotation != known

    @property
    def unfinished(self) -> bool:
        """Whether something is on it that was not decided yet."""
        return self.undecided and self.annotation not in (Annotation(), self.task.annotation)

    @property
    def came_back(self) -> bool:
        """Whether a reviewer rejected it and it waits for its annotator again."""
        return self.task.state is State.REJECTED and not self.done and not self.lost

    def name_of_shape(self, shape: str) -> str:
        """`shape 2`: as the list of shapes counts it. `shape`: its id as text."""
        ids = [str(each.get("id")) for each in self.annotation.shapes]
        return f"shape {ids.index(shape) + 1}" if shape in ids else "that shape"

    def without_lease(self) -> Visit:
        """The same after the lease on it ended."""
        return replace(self, standing=Undecided(passed=self.passed)) if self.undecided else self


@dataclass(frozen=True, slots=True)
class Failure:
    """A decision that is not saved: it is kept for another try with the same request id."""

    write: Write
    task_id: int | None
    text: str
    current: Task | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class WalkState(WorkState):
    """`at`: where in the walk; `len(walk)` stands behind the newest: waiting for a claim, or the closing page once the
    sitting `ended`. `arrived`: under which serial the picture in front was put there first; after the terminal was too
    small for a moment it is shown under another. `before`: by task id, the picture without the writes on it that are
    under way or not saved. `retrying`: what had failed is under way again, and its picture is still in front.
    `looking_back`: own earlier work was asked for. `early`: keys about the next picture, which is awaited, with the times
    at which they came. `keep_zoom`: the next picture is shown with the zoom of this one.
    `drafts`: the last of each task, None where it is not known whether that was saved; `drafting`: how many are under
    way; `draft_failed`: one failed while it was to end, which does not wait for drafts then.
    `search`: for a picture to go to. Times are monotonic
    seconds."""

    walk: tuple[Visit, ...] = ()
    at: int = 0
    arrived: int = 0
    forward: bool = True
    drafts: Mapping[int, Annotation | None] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    before: Mapping[int, Visit] = field(default_factory=dict)
    retrying: bool = False
    passed: tuple[int, ...] = ()
    drafted: float = -1e9
    drafting: int = 0
    draft_failed: bool = False
    looking_back: bool = False
    early: tuple[tuple[AwaitedKey, float], ...] = ()
    keep_zoom: bool = False
    search: PictureSearch = field(default_factory=PictureSearch)

    @property
    def reviews(self) -> bool:
        """Whether this is a reviewer's walk."""
        return self.sitting.rules.work == "review"

    @property
    def failure(self) -> Failure | None:
        """The first decision that is not saved."""
        return self.failures[0] if self.failures else None

    @property
    def visit(self) -> Visit | None:
        """The task in front, None behind the end of the walk."""
        return self.walk[self.at] if 0 <= self.at < len(self.walk) else None

    @property
    def in_front(self) -> int | None:
        """The task in front, by its id."""
        return self.visit.task.id if self.visit is not None else None

    @property
    def changed(self) -> tuple[Visit, ...]:
        """Pictures whose decision was changed and is not saved; a reviewer's fix is a mode of its own."""
        return () if self.reviews else tuple(visit for visit in self.walk if visit.changed)

    @property
    def marks(self) -> Marks:
        """Of contact sheets before, what was not decided here."""
        decided = {visit.task.id for visit in self.walk if not visit.undecided}
        return {task: why for task, why in self.rules.marks.items() if task not in decided}

    @property
    def shown_visit(self) -> Visit | None:
        """The task in front as it is shown: without what a model said where that is hidden."""
        visit = self.visit
        if visit is None or self.sitting.view.predictions:
            return visit
        return replace(visit, task=replace(visit.task, predictions=()))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The labels that the picture in front has now."""
        return self.visit.annotation.labels if self.visit is not None else ()

    @property
    def awaits_next(self) -> bool:
        """Whether nothing is in front, and something is to come."""
        return self.visit is None and self.sitting.claiming

    @property
    def closing(self) -> bool:
        """Whether the closing page is in front."""
        return self.at >= len(self.walk) and self.sitting.ended

    @property
    def leases(self) -> tuple[Lease, ...]:
        """All that are held: those of the walk, then those ahead."""
        walked = tuple(v.lease for v in self.walk if v.lease is not None)
        return (*walked, *self.sitting.ahead)

    def with_visit(self, visit: Visit, at: int | None = None) -> WalkState:
        """The same with another visit in its place."""
        at = self.at if at is None else at
        return replace(self, walk=(*self.walk[:at], visit, *self.walk[at + 1 :]))

    def index_of(self, task_id: int) -> int | None:
        """Where in the walk a task stands."""
        for index in range(len(self.walk) - 1, -1, -1):
            if self.walk[index].task.id == task_id:
                return index
        return None


WalkResult = Result[WalkState]
