"""The parts of the queue's interface by which commands change many tasks, and decided work is opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from tui.model.amendment import Amended, Amendment, BulkEvent, Renamed, Reverted
from tui.model.annotation import Json
from tui.model.task import EMPTY, Task


class BulkCommands(Protocol):
    """See `tui.store.base` for the groups of errors."""

    def amend(
        self, changes: Iterable[tuple[int, Amendment]], *, who: str, stroke: str, context: Json = EMPTY
    ) -> Amended:
        """Change tasks by their ids, each as it stands then; one event for up to 50. Not undone by `undo`: `take_back`
        takes back all that was done by one `stroke`.

        Raises:
            Forbidden: not among the project's people, and it is more than `FileSeen`.
            NotFound: no such task.
            ValueError, BadMember: members are no JSON; one is none that a task can have.
            The writing errors; what was done before stays.
        """
        ...

    def say_names(self, renamed: Renamed, *, who: str, stroke: str, more: Json = EMPTY) -> int:
        """Say that labels and attributes go by other names from now on: the first event of a stroke, and its number. Tasks
        are changed by `amend`. What is decided by a queue that was opened before is recorded under the new names from
        then on, and unfinished work is read under them. `more`: what `take_back` hands on; its `back`, a `labels` and an
        `attributes`, are the names that others get when the command is taken back.

        Raises:
            Forbidden: not among the project's people.
            The writing errors.
        """
        ...

    def naming(self, names: Iterable[str]) -> list[int]:
        """Ids of the tasks, of all states, in which one of these names may stand: of a label or of an attribute, in a
        prediction, too. None is missing; some may have the text in another place.

        Raises:
            The reading errors.
        """
        ...

    def take_back(
        self, event: int | None = None, *, who: str, names_back: Callable[[Json], None] = lambda names: None
    ) -> Reverted | None:
        """Take back the command to which an event belongs (amendments, or an import), or the last that stands; None where
        there is none. Tasks that changed since stay as they are. `names_back`: called before anything is recorded with
        what `say_names` had said, where it is such a command; what it raises ends it.

        Raises:
            Forbidden: not among the project's people.
            UsageError: the event is of none that can be taken back.
            The reading and the writing errors; what was taken back before stays so.
        """
        ...

    @property
    def id(self) -> str:
        """Names the queue, as long as it lasts; copies of it have the same."""
        ...

    def note_export(self, name: str, target: str, seq: int, *, who: str) -> None:
        """Record that tasks as of event `seq` were exported in format `name` to a target. Nothing in a queue open for
        reading.

        Raises:
            The writing errors.
        """
        ...

    def last_export(self, name: str, target: str) -> int | None:
        """The event as of which tasks were last exported so; None for never.

        Raises:
            The reading errors.
        """
        ...

    def bulk_events(self) -> list[BulkEvent]:
        """The events of such commands, oldest first.

        Raises:
            The reading errors.
        """
        ...

    def passes_of(self, path: str) -> list[Task]:
        """The image's tasks, by pass; [] when there is no such image. Removed ones too, as by `find`.

        Raises:
            MaskMissing: a task has one that cannot be read.
            The reading errors.
        """
        ...


class Returning(Protocol):
    """One task opened again, by somebody who looks at it."""

    def send_back(
        self, task_id: int, rev: int, *, reason: str = "", who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """Withdraw the acceptance of a task as of `rev`: its annotator gets it again, before anything else.

        Raises:
            Forbidden: not among the project's people, one's own work, or the project serves nothing again.
            NotFound: no such task.
            Conflict: more than the flag changed since `rev`, or it was not accepted.
            MaskMissing: the task has one that cannot be read.
            The writing errors.
        """
        ...
