"""The seam between the queue's rules and where it is kept: what a decision needs of a backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from tui.model.amendment import BulkEvent
from tui.model.annotation import Json
from tui.model.task import Lease
from tui.store.documents import Doc, LogRecord
from tui.store.operations import Operation
from tui.store.renames import Renames, names_said


class Change(Protocol):
    """One transaction, on the newest state, while nobody else writes.

    A place is a number by which a backend finds an event again; 0 is none.
    """

    @property
    def now(self) -> float:
        """Seconds since the epoch; never less than those of an earlier event."""
        ...

    @property
    def order(self) -> int:
        """A number greater than that of every earlier decision."""
        ...

    @property
    def renames(self) -> Renames:
        """Names that commands have given to labels and attributes."""
        ...

    def doc(self, task_id: int) -> Doc:
        """The task's document; not to be changed by the caller.

        Raises:
            NotFound: no such task.
        """
        ...

    def task_at(self, path: str, pass_: int) -> int | None:
        """The task of an image in a pass, None where there is none."""
        ...

    def records(self, task_id: int) -> Iterator[LogRecord]:
        """The events that concern a task, newest first."""
        ...

    def record_at(self, place: int) -> LogRecord:
        """The event at a place."""
        ...

    def first_answer(self, request_id: str, lease: Lease | None = None) -> tuple[int, int] | None:
        """(task, seq) of the event that this request made already, with which it is durable before the change ends.
        `lease`: what the request comes with: while its task stands as it was leased, the backend may take it that the
        request was not carried out, so that one that comes again must come with the task as it was then."""
        ...

    def holder(self, lease: Lease) -> str | None:
        """Who has a newer lease on the task than this one, which ends with the decision."""
        ...

    def undo_head(self, who: str) -> int:
        """The place at which this person's undo list begins."""
        ...

    def redo_head(self, who: str) -> int:
        """The place at which this person's redo list begins."""
        ...

    def record(self, op: Operation, who: str, patches: Mapping[int, Doc | None], **more: Any) -> LogRecord:
        """Set the next event, and give it: `patches` by task, and further members; those that are None are left out."""
        ...

    def put(self) -> None:
        """Append the event that was set.

        Raises:
            StorageFull: nothing was recorded.
        """
        ...


class Transactions(Protocol):
    """Where changes are made."""

    def writing(self) -> AbstractContextManager[Change]:
        """One transaction; what it appended is durable when it ends without an error.

        Raises:
            ReadOnly, CorruptLog, QueueBusy, StorageFull, Unavailable.
        """
        ...

    def unsynced(self) -> AbstractContextManager[Change]:
        """The same for what is made durable together with others, by `sync`."""
        ...

    def sync(self) -> None:
        """All that was appended is durable when this returns.

        Raises:
            Unavailable.
        """
        ...


def bulk_event(record: LogRecord, place: int) -> BulkEvent:
    """Of a record whose operation is one of `BULK_OPS`. One without a stroke is its own: earlier versions wrote no more of an
    import."""
    seq = record["seq"]
    stroke = record.get("party") or f"event {seq}"
    who, of, tasks = record.get("who", ""), record.get("of"), len(record.get("prev") or ())
    names, whole = names_said(record), bool(record.get("whole"))
    return BulkEvent(place, seq, record["at"], who, record["op"], stroke, of, tasks, names, whole)


def last_export(records: Iterable[LogRecord], name: str, target: str) -> int | None:
    """Among events of exports, oldest first: as of which event tasks went last in a format to a target."""
    found = [each["until"] for each in records if (each.get("format"), each.get("target")) == (name, target)]
    return found[-1] if found else None


class BulkTrail(Protocol):
    """Where the events of commands are found again."""

    def bulk_events(self) -> list[BulkEvent]:
        """All of them, oldest first. Nobody has to wait meanwhile.

        Raises:
            The reading errors of `tui.store.base`.
        """
        ...

    def paths_ready(self) -> None:
        """Make sure that `Change.task_at` is quick.

        Raises:
            The reading errors of `tui.store.base`.
        """
        ...


class Masks(Protocol):
    """Where masks too large for a document are kept."""

    def stored(self, shapes: Iterable[Json]) -> list[dict[str, Any]]:
        """Shapes as documents keep them; what stands elsewhere is durable.

        Raises:
            StorageFull.
        """
        ...

    def fetched(self, doc: Json) -> Json:
        """A document whose masks are whole.

        Raises:
            MaskMissing: one cannot be read.
        """
        ...


class DraftStore(Protocol):
    """Unfinished work, by task and person."""

    def any(self) -> bool:
        """Whether there may be some; a quicker look than `drop`."""
        ...

    def save(self, task_id: int, who: str, draft: Json) -> None:
        """Raises StorageFull."""
        ...

    def load(self, task_id: int, who: str) -> Json | None:
        """None when there is none that can be read."""
        ...

    def drop(self, task_id: int, who: str) -> None:
        """Nothing happens when there is none."""
        ...

    def of(self, who: str) -> list[int]:
        """Ids of tasks with a draft of this person, latest first."""
        ...
