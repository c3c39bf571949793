"""What the queue refuses, and why. Others import them from `tui.store.base`, the queue's one face."""

from __future__ import annotations

from tui.errors import TermlabelError
from tui.model.task import Task


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


class MaskMissing(QueueError):
    """A large mask of the task, which is kept in a file of its own, is gone or damaged."""


class LabelGone(QueueError):
    """A label that neither the project nor the task has (any more)."""


class BadMember(QueueError, ValueError):
    """What is to be recorded has a value that the queue could not count or find by."""


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
