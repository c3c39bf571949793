"""The queue's interface: who may work on what, and what was decided.

Every method is one transaction. `add`, `submit`, `skip`, `unreadable`, `flag`, `note`, `revise`, `review`, `undo` and
`redo` are durable when they return; claims and renewals need not be. The interface is synchronous: the app calls it
from threads. `request_id` makes a decision idempotent: after `Unavailable` the same call with the same id gives the
first outcome. `context` is recorded with the event as it is (program version, protocol, order, rank ...).

Each method lists the errors it raises. Two groups come again and again: *reading errors* are `QueueBusy` (others
write, and did not let go in time) and `Unavailable` (the index could not be brought up to date, `StorageFull` when
that was for want of space); *writing errors* are these, `ReadOnly`, `CorruptLog` (the queue is open for reading only)
and `StorageFull` (nothing was recorded). A queue in memory raises none of the two groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from tui.model.annotation import Annotation, Json
from tui.model.review import Verdict
from tui.model.task import EMPTY, Event, Filter, Imported, Lease, NewTask, Order, State, Task, Work
from tui.store.bulk import BulkCommands, Returning
from tui.store.errors import (
    BadMember,
    Conflict,
    CorruptLog,
    Forbidden,
    LabelGone,
    LeaseLost,
    MaskMissing,
    NetworkFileSystem,
    NotFound,
    QueueBusy,
    QueueError,
    ReadOnly,
    StorageFull,
    Unavailable,
)
from tui.store.summary import Progress, Summary

__all__ = [
    "AnnotationQueue",
    "BadMember",
    "Conflict",
    "CorruptLog",
    "Forbidden",
    "LabelGone",
    "LeaseLost",
    "MaskMissing",
    "NetworkFileSystem",
    "NotFound",
    "QueueBusy",
    "QueueError",
    "ReadOnly",
    "StorageFull",
    "TasksAsOf",
    "Unavailable",
]


@dataclass(frozen=True, slots=True)
class TasksAsOf:
    """Tasks as of the event `seq`, ascending id. `tasks` gives them anew each time."""

    seq: int
    tasks: Callable[[], Iterator[Task]]


class AnnotationQueue(BulkCommands, Returning, Protocol):
    """See the module's text. `who` is the annotator's or reviewer's name."""

    @property
    def readonly(self) -> bool:
        """Whether nothing can be recorded."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what was found at open (a foreign checkpoint put aside, a cut tail ...) or since."""
        ...

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        """(added, already there). Idempotent on (path, pass_): an interrupted one is run again.

        Raises:
            ValueError, BadMember: metadata or predictions are no JSON, like NaN; a member is none that a task can have.
            The writing errors; what was added before stays.
        """
        ...

    def import_annotations(
        self, changes: Iterable[Imported], *, who: str, stroke: str | None = None, context: Json = EMPTY
    ) -> tuple[int, list[int]]:
        """Enter what a file says, one event for up to 50 tasks; `who` imports, the members say who labelled.
        (entered, ids of tasks that were changed since they were read and so left alone). Not undone by `undo`, but
        by `take_back`, all of one `stroke`.

        Raises:
            NotFound: a task that is not there.
            ValueError, BadMember: members are no JSON; one is none that a task can have.
            The writing errors; what was entered before stays.
        """
        ...

    def claim(
        self,
        who: str,
        n: int = 1,
        *,
        sitting: str,
        work: Work = "annotate",
        order: Order = Order.SEQUENTIAL,
        seed: int = 0,
        where: Filter | None = None,
        ttl: float = 900,
        skip: Iterable[int] = (),
    ) -> list[Lease]:
        """Atomic. First this person's own rejected tasks and leases of their dead sittings, then the order's
        next. Never an image this person did in another pass, never own work for review, never an id in
        `skip` (what this sitting has skipped). A task whose mask is missing is passed over, with a warning.
        `where.ids` restricts it to tasks chosen beforehand, such as a sample. `ttl`: seconds. [] = nothing now.

        Raises:
            Forbidden: not among the project's people.
            The writing errors.
        """

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        """A lease on that very task, or None while somebody else holds it or its state does not allow it. A sitting that
        holds it already gets the same lease.

        Raises:
            NotFound: no such task.
            Forbidden: not among the project's people.
            MaskMissing: the task has one that cannot be read.
            The writing errors.
        """

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        """Every ttl/3. Returns those still held; a missing one was lost.

        Raises:
            The writing errors.
        """

    def release(self, leases: Iterable[Lease]) -> None:
        """On leaving, and for tasks claimed ahead but not reached. Idempotent; nothing in a queue open for reading.

        Raises:
            QueueBusy, Unavailable, StorageFull: as the writing errors.
        """
        ...

    def submit(
        self,
        lease: Lease,
        annotation: Annotation,
        *,
        who: str,
        seconds: float,
        request_id: str,
        context: Json = EMPTY,
    ) -> Task:
        """Accepted while nothing but the flag changed since the claim and nobody else holds a newer lease, even after
        expiry. `seconds` of this visit are added to the task's.

        Raises:
            Forbidden: not among the project's people.
            NotFound: no such task.
            Conflict, LeaseLost: it was changed, or taken over by somebody else, or its state no longer allows it.
            LabelGone: a label that neither the project nor the task has.
            MaskMissing: the task has one that cannot be read.
            ValueError, BadMember: shapes are no JSON, like NaN; a label is no text in UTF-8, `seconds` are no time.
            The writing errors.
        """

    def skip(
        self, lease: Lease, reason: str = "", *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """Leave the task undone, for others or for later; lease and revision as for `submit`. No verdict stays.

        Raises:
            Forbidden: not among the project's people.
            NotFound: no such task.
            Conflict, LeaseLost: it was changed, or taken over by somebody else.
            MaskMissing: the task has one that cannot be read.
            The writing errors.
        """

    def unreadable(self, task_id: int, reason: str, *, who: str, request_id: str) -> Task:
        """The file cannot be shown. A task that has an answer already stays as it is, unless that was rejected.

        Raises:
            NotFound: no such task.
            MaskMissing: the task has one that cannot be read.
            The writing errors.
        """

    def flag(self, task_id: int, on: bool, *, who: str, request_id: str, context: Json = EMPTY) -> Task:
        """Set or clear the mark "this one is hard"; no conflict with anything.

        Raises:
            NotFound: no such task.
            MaskMissing: the task has one that cannot be read.
            The writing errors.
        """

    def note(
        self, task_id: int, text: str | None, *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """Set the remark on a picture, or take it away (None); no conflict with anything.

        Raises:
            Forbidden: the project has no such person.
            NotFound: no such task.
            MaskMissing: the task has one that cannot be read.
            BadMember: it is no text.
            The writing errors.
        """

    def revise(
        self,
        task_id: int,
        rev: int,
        annotation: Annotation,
        *,
        who: str,
        seconds: float,
        request_id: str,
        context: Json = EMPTY,
    ) -> Task:
        """Correct one's earlier label, without a lease.

        Raises:
            Forbidden: not among the project's people, or somebody else labelled it, or it was accepted.
            NotFound: no such task.
            Conflict: more than the flag changed since `rev`, or it was removed or found unreadable.
            LabelGone: a label that neither the project nor the task has.
            MaskMissing: the task has one that cannot be read.
            ValueError, BadMember: shapes are no JSON, like NaN; a label is no text in UTF-8, `seconds` are no time.
            The writing errors.
        """

    def review(
        self,
        lease: Lease,
        verdict: Verdict,
        *,
        reason: str = "",
        comment: str = "",
        annotation: Annotation | None = None,
        stroke: str | None = None,
        who: str,
        seconds: float,
        request_id: str,
        context: Json = EMPTY,
    ) -> Task:
        """A verdict; with `annotation` the reviewer fixed it (verdict accept, fixed). Verdicts of one `stroke` that
        follow each other are taken back as one.

        Raises:
            Forbidden: not among the project's people, or one's own work.
            NotFound: no such task.
            Conflict, LeaseLost: it was changed, or taken over by somebody else, or its state no longer allows it.
            LabelGone: a label that neither the project nor the task has.
            MaskMissing: the task has one that cannot be read.
            ValueError, BadMember: shapes are no JSON, like NaN; a label is no text in UTF-8, `seconds` are no time.
            The writing errors.
        """

    def undo(self, who: str, *, request_id: str) -> Task | None:
        """Appends the inverse of this person's last stroke that can be undone, of any sitting; None if nothing is left.

        Raises:
            Conflict, NotFound, MaskMissing: it changed since, is gone or lacks a mask; the next try passes over it.
            The writing errors.
        """

    def redo(self, who: str, *, request_id: str) -> Task | None:
        """Takes back the last undo, until a new decision.

        Raises:
            Conflict, NotFound, MaskMissing: it changed since, is gone or lacks a mask; the next try passes over it.
            The writing errors.
        """

    def get(self, task_id: int) -> Task:
        """The task as it stands.

        Raises:
            NotFound: no such task.
            MaskMissing: the task has one that cannot be read.
            The reading errors.
        """
        ...

    def find(self, path: str, pass_: int = 1) -> Task | None:
        """By path as exported; None when there is none.

        Raises:
            MaskMissing: the task has one that cannot be read.
            The reading errors.
        """
        ...

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        """The next `limit` tasks with an id above `after`: keyset paging.

        Raises:
            MaskMissing: the task has one that cannot be read.
            The reading errors.
        """
        ...

    def history(self, task_id: int) -> list[Event]:
        """Oldest first; [] when there is no such task.

        Raises:
            CorruptLog: an event of the task is damaged.
            The reading errors.
        """
        ...

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        """Numbers of the tasks that pass the filter. Those whose mask is missing count too, with a warning.

        Raises:
            The reading errors.
        """
        ...

    def tallies(self) -> Mapping[tuple[str, str, str], float]:
        """Counters for audits, by (kind, a, b) as `tui.store.tally` lists them.

        Raises:
            The reading errors.
        """
        ...

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        """(annotator, state) -> n; cheap enough for every repaint.

        Raises:
            The reading errors.
        """
        ...

    def progress(self, who: str) -> Progress:
        """How far the project is for this person, all numbers as of one event; cheap enough for after each decision.

        Raises:
            The reading errors.
        """
        ...

    def count(self, where: Filter) -> int:
        """How many tasks pass the filter.

        Raises:
            The reading errors.
        """
        ...

    def works_elsewhere(self, who: str, sitting: str) -> bool:
        """Whether another process holds leases of this person's, in another sitting.

        Raises:
            The reading errors.
        """
        ...

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        """This person's own earlier decided tasks, latest decision first; `before`: only those decided
        before that task was. For walking back beyond the sitting's start.

        Raises:
            MaskMissing: the task has one that cannot be read.
            The reading errors.
        """
        ...

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        """Events after `after_seq` as they come, until `timeout` seconds brought none. Raises no error of a queue."""
        ...

    def export(self, where: Filter = Filter(), *, masks: bool = True, strict: bool = True) -> Iterator[Task]:  # noqa: B008
        """A consistent snapshot as of one sequence number, ascending id. Without `masks` the files of large masks are
        not read, and their shapes have no counts that can be used. Where this is not `strict`,
        so comes a task whose mask is missing; one warning tells of all of them when reading ends.

        Raises, while it is read:
            MaskMissing: the task has one that cannot be read; never without `masks`, nor where not `strict`.
            The reading errors.
        """
        ...

    def as_of_now(self, where: Filter = Filter()) -> AbstractContextManager[TasksAsOf]:  # noqa: B008
        """Tasks for going through them several times, always as of the same event, whatever others do meanwhile.

        Raises, there and while they are read:
            MaskMissing: a task has one that cannot be read.
            The reading errors.
        """
        ...

    def to_review(self, who: str, where: Filter = Filter()) -> Iterator[Task]:  # noqa: B008
        """What waits for a review by this person: labelled, and not their own work by the project's rule. Ascending
        id, of one moment, as an export without masks.

        Raises, while it is read:
            The reading errors.
        """
        ...

    def save_draft(self, task_id: int, who: str, draft: Json) -> None:
        """Unfinished work, beside the log; replaced whole, removed by submit.

        Raises:
            StorageFull: it could not be saved; the earlier draft stands.
        """
        ...

    def load_draft(self, task_id: int, who: str) -> Json | None:
        """None when there is none, or none that can be read. Raises nothing of the queue's."""

    def drop_draft(self, task_id: int, who: str) -> None:
        """Nothing happens when there is none. Raises nothing of the queue's."""

    def drafts(self, who: str) -> list[int]:
        """Ids of tasks with an unfinished draft of this person, latest first. Raises nothing of the queue's."""

    @property
    def seq(self) -> int:
        """Number of the last event known.

        Raises:
            The reading errors.
        """
        ...

    def close(self) -> None:
        """Releases this sitting's leases. Raises nothing of the queue's."""
