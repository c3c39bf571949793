"""The part of the queue's interface by which commands change many tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tui.model.amendment import Amended, Amendment, BulkEvent, Reverted
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
            Forbidden: not among the project's people.
            NotFound: no such task.
            ValueError, BadMember: members are no JSON; one is none that a task can have.
            The writing errors; what was done before stays.
        """
        ...

    def take_back(self, event: int | None = None, *, who: str) -> Reverted | None:
        """Take back the command to which an event belongs (amendments, or an import), or the last that stands; None where
        there is none. Tasks that changed since stay as they are.

        Raises:
            Forbidden: not among the project's people.
            UsageError: the event is of none that can be taken back.
            The reading and the writing errors; what was taken back before stays so.
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
