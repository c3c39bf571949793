"""The queue's interface: who may work on what, and what was decided.

Every method is one transaction. `add`, `submit`, `skip`, `unreadable`, `flag`, `revise`, `review`,
`undo` and `redo` are durable when they return; claims and renewals need not be. The interface is
synchronous: the app calls it from threads. `request_id` makes a decision idempotent: after
`Unavailable` the same call with the same id gives the first outcome. `context` is recorded with
the event as it is (program version, protocol, order and rank served, ...).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from tui.errors import TermlabelError
from tui.model.annotation import Annotation, Json
from tui.model.review import Verdict
from tui.model.task import EMPTY, Event, Filter, Imported, Lease, NewTask, Order, State, Task, Work
from tui.store.summary import Summary


class QueueError(TermlabelError):
    """Base of everything the queue refuses."""


class NotFound(QueueError):
    """No such task."""


class Conflict(QueueError):
    """The task changed since it was read; `current` is how it stands now."""

    def __init__(self, message: str, current: Task) -> None:
        super().__init__(message)
        self.current = current


class LeaseLost(QueueError):
    """The lease expired and `holder` took the task over. The work is not thrown away: see `revise`."""

    def __init__(self, message: str, holder: str | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class Forbidden(QueueError):
    """Reviewing one's own work, undoing another's, a name that is not in `people`."""


class ReadOnly(QueueError):
    """The folder or file system does not let us write."""


class StorageFull(QueueError):
    """Nothing was written; safe to try again."""


class CorruptLog(QueueError):
    """The log is damaged at byte `offset`; the queue is open for reading only."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class QueueBusy(QueueError):
    """The lock was held for too long, by `holder`."""

    def __init__(self, message: str, holder: str = "") -> None:
        super().__init__(message)
        self.holder = holder


class Unavailable(QueueError):
    """Outcome unknown; try again with the same request id."""


class NetworkFileSystem(QueueError):
    """The queue lies on a network file system, where its lock and appends cannot be trusted."""


class AnnotationQueue(Protocol):
    """See the module's text. `who` is the annotator's or reviewer's name."""

    @property
    def readonly(self) -> bool: ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what was found at open (a foreign checkpoint put aside, a cut tail ...)."""
        ...

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        """(added, already there). Idempotent on (path, pass_): an interrupted one is run again."""
        ...

    def import_annotations(
        self, changes: Iterable[Imported], *, who: str, context: Json = EMPTY
    ) -> tuple[int, list[int]]:
        """Enter what a file says, one event for up to 50 tasks; `who` imports, the members say who labelled.
        (entered, ids of tasks that were changed since they were read and so left alone). Not undone by `undo`."""
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
        `skip` (what this sitting has skipped). `where.ids` restricts it to tasks chosen beforehand, such
        as a sample. [] = nothing now."""
        ...

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        """A lease on that very task, or None while somebody else holds it or its state does not allow it."""
        ...

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        """Every ttl/3. Returns those still held; a missing one was lost."""
        ...

    def release(self, leases: Iterable[Lease]) -> None:
        """On leaving, and for tasks claimed ahead but not reached. Idempotent."""
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
        """Accepted while nothing but the flag changed since the claim and nobody else holds a newer lease, even after expiry.
        `seconds` of this visit are added to the task's."""
        ...

    def skip(
        self, lease: Lease, reason: str = "", *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task: ...

    def unreadable(self, task_id: int, reason: str, *, who: str, request_id: str) -> Task: ...

    def flag(self, task_id: int, on: bool, *, who: str, request_id: str, context: Json = EMPTY) -> Task: ...

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
        """Correct one's earlier label, without a lease; Conflict if rev moved."""
        ...

    def review(
        self,
        lease: Lease,
        verdict: Verdict,
        *,
        reason: str = "",
        comment: str = "",
        annotation: Annotation | None = None,
        who: str,
        seconds: float,
        request_id: str,
        context: Json = EMPTY,
    ) -> Task:
        """A verdict; with `annotation` the reviewer fixed it (verdict accept, fixed)."""
        ...

    def undo(self, who: str, *, request_id: str) -> Task | None:
        """Appends the inverse of this person's last change that can be undone, of any sitting;
        Conflict if the task changed since; None if nothing is left."""
        ...

    def redo(self, who: str, *, request_id: str) -> Task | None:
        """Takes back the last undo, until a new decision."""
        ...

    def get(self, task_id: int) -> Task: ...

    def find(self, path: str, pass_: int = 1) -> Task | None:
        """By path as exported."""
        ...

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        """Keyset paging by id."""
        ...

    def history(self, task_id: int) -> list[Event]:
        """Oldest first."""
        ...

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        """Numbers of the tasks that pass the filter."""
        ...

    def tallies(self) -> Mapping[tuple[str, str, str], float]:
        """Counters for audits, by (kind, a, b) as `tui.store.tally` lists them."""
        ...

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        """(annotator, state) -> n; cheap enough for every repaint."""
        ...

    def count(self, where: Filter) -> int: ...

    def came_back(self, who: str) -> int:
        """How many rejected tasks wait for this person."""
        ...

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        """This person's own earlier decided tasks, latest decision first; `before`: only those decided
        before that task was. For walking back beyond the sitting's start."""
        ...

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        """Events after `after_seq` as they come, until `timeout` seconds brought none."""
        ...

    def export(self, where: Filter = Filter()) -> Iterator[Task]:  # noqa: B008
        """A consistent snapshot as of one sequence number, ascending id."""
        ...

    def save_draft(self, task_id: int, who: str, draft: Json) -> None:
        """Unfinished work, beside the log; replaced whole, removed by submit."""
        ...

    def load_draft(self, task_id: int, who: str) -> Json | None: ...

    def drop_draft(self, task_id: int, who: str) -> None: ...

    def drafts(self, who: str) -> list[int]:
        """Ids of tasks with an unfinished draft of this person, latest first."""
        ...

    @property
    def seq(self) -> int:
        """Number of the last event known."""
        ...

    def close(self) -> None:
        """Releases this sitting's leases."""
        ...
