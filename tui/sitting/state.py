"""The state of a sitting, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tui.model.annotation import Annotation
from tui.model.project import KindName
from tui.model.task import Lease, State, Task, Work
from tui.sitting.effects import Write
from tui.sitting.inputs import Past, Totals

AHEAD = 3
"""Tasks claimed and pictures fetched before they are reached."""
MOST_UNDONE = 10
"""Leases on pictures that were left without a decision; the oldest is given back."""
MOST_PENDING = 8
"""Writes under way; one more decision is refused."""
PACE_SECONDS = 300.0
"""The pace is told over this time."""

Tone = Literal["hint", "good", "warn", "error"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What this sitting obeys; does not change while it lasts.

    `idle_cut` and `ttl` in seconds, `key_repeat` in seconds (0: off). `prefix`: begins every request id.
    """

    who: str
    kind: KindName = "classify"
    work: Work = "annotate"
    labels: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    idle_cut: float = 60.0
    key_repeat: float = 0.08
    ttl: float = 900.0
    order: str = "sequential"
    protocol: str = "blocks"
    version: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A task of the walk. `task`: as it will stand when all writes under way are durable.

    `seconds`: active seconds not yet recorded. `done`: decided (in this sitting or before).
    `lost`: somebody else holds it now. `past`: earlier verdicts on it, None while they are not known.
    `wrong`: shapes that the reviewer has marked, by their ids as text, and why.
    """

    task: Task
    lease: Lease | None = None
    annotation: Annotation = field(default_factory=Annotation)
    done: bool = False
    skipped: bool = False
    broken: str | None = None
    seconds: float = 0.0
    lost: bool = False
    shown: bool = False
    past: tuple[Past, ...] | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def came_back(self) -> bool:
        return self.task.state is State.REJECTED and not self.done


@dataclass(frozen=True, slots=True)
class Message:
    """One line for the person."""

    text: str
    tone: Tone = "hint"


@dataclass(frozen=True, slots=True)
class Failure:
    """A decision that is not saved: it is kept for another try with the same request id."""

    write: Write
    task_id: int | None
    text: str
    current: Task | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class SittingState:
    """`at`: where in the walk; `len(walk)` stands behind the newest: waiting for a claim, or the closing page
    once `ended`. `serial`: of the last Show; `seen`: it was acknowledged. `mark`: when the last gap began.
    `rejecting`, `fixing`: the keys that follow `x` and `e` are awaited. `marking`: the shape that these are about. `covered`: the terminal is too small.
    """

    rules: Rules
    walk: tuple[Visit, ...] = ()
    at: int = 0
    forward: bool = True
    ahead: tuple[Lease, ...] = ()
    drafts: Mapping[int, Annotation] = field(default_factory=dict)
    claiming: bool = False
    ended: bool = False
    serial: int = 0
    seen: bool = False
    mark: float | None = None
    pending: tuple[Write, ...] = ()
    failures: tuple[Failure, ...] = ()
    retrying: bool = False
    message: Message | None = None
    passed: tuple[int, ...] = ()
    rejecting: bool = False
    marking: str = ""
    fixing: bool = False
    quitting: bool = False
    over: bool = False
    requests: int = 0
    held: tuple[str, float] = ("", -1e9)
    finished: tuple[float, ...] = ()
    decided: int = 0
    skipped: int = 0
    totals: Totals = field(default_factory=Totals)
    renewed: float = 0.0
    drafted: float = -1e9
    looking_back: bool = False
    covered: bool = False

    @property
    def failure(self) -> Failure | None:
        """The first decision that is not saved."""
        return self.failures[0] if self.failures else None

    @property
    def visit(self) -> Visit | None:
        """The task in front, None behind the end of the walk."""
        return self.walk[self.at] if 0 <= self.at < len(self.walk) else None

    @property
    def closing(self) -> bool:
        """Whether the closing page is in front."""
        return self.at >= len(self.walk) and self.ended

    def with_visit(self, visit: Visit, at: int | None = None) -> SittingState:
        """The same with another visit in its place."""
        at = self.at if at is None else at
        return replace(self, walk=(*self.walk[:at], visit, *self.walk[at + 1 :]))

    def say(self, text: str, tone: Tone = "hint") -> SittingState:
        return replace(self, message=Message(text, tone))

    def index_of(self, task_id: int) -> int | None:
        """Where in the walk a task stands."""
        for index in range(len(self.walk) - 1, -1, -1):
            if self.walk[index].task.id == task_id:
                return index
        return None
