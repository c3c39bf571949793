"""Tasks: images in the queue, with their state, and what is asked of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, assert_never

from tui.model.annotation import Annotation, Json
from tui.model.review import Verdict

EMPTY: Mapping[str, Any] = MappingProxyType({})
MAX_AHEAD = 3
"""Tasks that a sitting claims, and whose pictures it fetches, before they are reached."""


class State(StrEnum):
    """Where a task stands. A lease is orthogonal to it."""

    TODO = "todo"
    LABELLED = "labelled"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class StateTraits:
    """What all parts of the program need to know of a state.

    `answered`: the labels and shapes of a person stand. `usable`: they are what exports carry. `reviewed`: with a
    verdict of a reviewer. `open`: an annotator may take the task up. `decided`: counted as some annotator's work.
    `present`: the task belongs to the project; else only the log and who asks for it by its state know it.
    """

    answered: bool = False
    usable: bool = False
    reviewed: bool = False
    open: bool = False
    decided: bool = False
    present: bool = True


def traits_of(state: State) -> StateTraits:
    """The record of a state."""
    match state:
        case State.TODO:
            return StateTraits(open=True)
        case State.LABELLED:
            return StateTraits(answered=True, usable=True, decided=True)
        case State.ACCEPTED:
            return StateTraits(answered=True, usable=True, reviewed=True, decided=True)
        case State.REJECTED:
            return StateTraits(answered=True, reviewed=True, decided=True)
        case State.SKIPPED:
            return StateTraits(open=True, decided=True)
        case State.UNREADABLE:
            return StateTraits()
        case State.REMOVED:
            return StateTraits(present=False)
        case _:
            assert_never(state)


ANSWERED = tuple(state for state in State if traits_of(state).answered)
"""States in which the labels and shapes of a person stand: labelled, accepted, rejected."""
UNANSWERED = tuple(state for state in State if not traits_of(state).answered)
"""The others: todo, skipped, unreadable."""
USABLE = tuple(state for state in State if traits_of(state).usable)
"""States whose labels and shapes exports carry: labelled, accepted."""
REVIEWED = tuple(state for state in State if traits_of(state).reviewed)
"""States with a verdict: accepted, rejected."""
OPEN = tuple(state for state in State if traits_of(state).open)
"""States that wait for a first answer: todo, skipped."""
PRESENT = tuple(state for state in State if traits_of(state).present)
"""States of the tasks that a project has: all but removed."""
DECIDED = tuple(state for state in State if traits_of(state).decided)
"""States that are counted as an annotator's work: labelled, accepted, rejected, skipped."""


def state_after(verdict: Verdict) -> State:
    """In which a verdict leaves a task."""
    match verdict:
        case Verdict.ACCEPT:
            return State.ACCEPTED
        case Verdict.REJECT:
            return State.REJECTED
        case _:
            assert_never(verdict)


class Order(StrEnum):
    """In which order tasks are served; ascending id breaks ties."""

    SEQUENTIAL = "sequential"
    RANDOM = "random"
    PRIORITY = "priority"
    UNCERTAIN = "uncertain"


Work = Literal["annotate", "review"]


@dataclass(frozen=True, slots=True)
class NewTask:
    """An image on its way into the queue.

    `path`: relative to the project folder with `/` when inside it, else absolute; bytes that are
    not UTF-8 as lone surrogates. `width`, `height`: pixels after EXIF orientation. `size`, `modified`: bytes of the file,
    and seconds since the epoch; `turn`: its EXIF orientation, 1 to 8. `predictions`: objects such as {"label": "cat", "score": 0.7} or shapes with a "score".
    `stated`: which of priority, score, metadata and predictions somebody said, so that they are new of a task that is there.
    """

    path: str
    pass_: int = 1
    state: State = State.TODO
    reason: str = ""
    priority: int = 0
    score: float | None = None
    width: int | None = None
    height: int | None = None
    sha256: str | None = None
    metadata: Json = field(default_factory=lambda: EMPTY)
    predictions: Sequence[Json] = ()
    stated: frozenset[str] = frozenset()
    size: int | None = None
    modified: float | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says about a task that stands at revision `rev`. `members` replace the task's own; they are
    named as in the queue's documents: state, labels, shapes, annotator, seconds, predictions ..."""

    task_id: int
    rev: int
    members: Json


@dataclass(frozen=True, slots=True)
class Task:
    """An image in the queue, in one pass, as of one revision.

    `labelled_at`: seconds since the epoch, UTC. `seconds`: active seconds, summed over visits. `note`: a remark on the picture. `wrong`: shapes that
    the reviewer named when the task was rejected, by their ids as text, and why. `size` (bytes) and `modified` (seconds
    since the epoch): of the file when it was last looked at, `turn`: its EXIF orientation. `file_changed`: since it was labelled
    it became another picture; `width`, `height` and `turn` are those of the one that was labelled.
    """

    id: int
    path: str
    pass_: int = 1
    rev: int = 0
    state: State = State.TODO
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    annotation: Annotation = field(default_factory=Annotation)
    annotator: str | None = None
    labelled_at: float | None = None
    seconds: float = 0.0
    reviewer: str | None = None
    verdict: Verdict | None = None
    fixed: bool = False
    reason: str | None = None
    comment: str | None = None
    wrong: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    flagged: bool = False
    metadata: Json = field(default_factory=lambda: EMPTY)
    predictions: tuple[Json, ...] = ()
    priority: int = 0
    score: float | None = None
    note: str | None = None
    size: int | None = None
    modified: float | None = None
    file_changed: bool = False
    turn: int | None = None

    @property
    def predicted(self) -> tuple[str, float] | None:
        """The label that the model was surest of, with its confidence; one without a score counts as half."""
        found = []
        for prediction in self.predictions:
            label, score = prediction.get("label"), prediction.get("score")
            if isinstance(label, str) and "kind" not in prediction:
                found.append((label, float(score) if isinstance(score, int | float) else 0.5))
        return max(found, key=lambda pair: pair[1], default=None)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a task for a while.

    `token`: fencing token, greater for every later claim. `until`: seconds since the epoch.
    `rank`: how many tasks this order had served to the sitting before this one.
    """

    task: Task
    token: int
    until: float
    work: Work
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the audit trail of one task. `patch`: the members it set, `before`: what they were.

    `context`: what cannot be found out later (program version, project digest, seconds, protocol ...).
    """

    seq: int
    at: float
    who: str
    login: str
    host: str
    op: str
    task_id: int
    rev: int
    patch: Json
    before: Json = field(default_factory=lambda: EMPTY)
    context: Json = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks; every member that is given must hold. Without `states` those that are `PRESENT`. `path_glob` as in
    `fnmatch`.

    `changed`: the annotation differs from the prediction. `file_changed`: as of a task. `since`: something was
    recorded of it after the event of that number (int), or after that time (float, seconds since the epoch). `ids`: only these tasks (a sample drawn
    beforehand, a list put into order by the caller); a claim with a few thousand of them stays cheap.
    """

    states: tuple[State, ...] = ()
    annotator: str | None = None
    path_glob: str | None = None
    label: str | None = None
    flagged: bool | None = None
    changed: bool | None = None
    file_changed: bool | None = None
    since: int | float | None = None
    ids: frozenset[int] | None = None

    @property
    def words(self) -> str:
        """As it is asked for on the command line: `path=cam1/*, flagged=yes`; '' for all. Not safe to print."""
        texts = (
            ("since", _moment_words(self.since)),
            ("annotator", self.annotator),
            ("label", self.label),
            ("path", self.path_glob),
        )
        truths = (("flagged", self.flagged), ("changed", self.changed), ("changed_file", self.file_changed))
        said = [f"state={','.join(self.states)}"] if self.states else []
        said += [f"{name}={value}" for name, value in texts if value is not None]
        said += [f"{name}={'yes' if value else 'no'}" for name, value in truths if value is not None]
        return ", ".join(said)


def _moment_words(moment: int | float | None) -> str | None:
    """The number of an event, or a time."""
    if isinstance(moment, float):
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return None if moment is None else str(moment)
