"""The queue of one project folder: the `AnnotationQueue` over the event log."""

from __future__ import annotations

from contextlib import suppress

from tui.model.annotation import Json
from tui.model.project import Project
from tui.store.base import QueueError, StorageFull
from tui.store.log.blobs import Blobs
from tui.store.queue.core import Store
from tui.store.queue.decisions import Decisions
from tui.store.queue.drafts import Drafts
from tui.store.queue.filling import Filling
from tui.store.queue.imports import Imports
from tui.store.queue.leases import Leases
from tui.store.queue.reading import Reading
from tui.store.queue.undo import Undo


class EventQueue(Filling, Imports, Leases, Decisions, Undo, Reading):
    """See `tui.store.base.AnnotationQueue` for what the methods promise."""

    def __init__(self, project: Project, *, readonly: bool, login: str) -> None:
        self.project, self.login = project, login
        self.folder = project.folder / "queue"
        self.store = Store(self.folder, readonly=readonly, login=login)
        self.blobs = Blobs(self.folder / "blobs")
        self._drafts = Drafts(self.folder / "drafts")
        self._sittings = {}
        self._names = frozenset(label.name for label in project.labels)
        if not self.store.readonly:
            self._note_project()

    def _note_project(self) -> None:
        """A changed project file is an event."""
        digest = self.project.digest
        row = self.store.base.execute("select value from meta where key='project'").fetchone()
        if not digest or (row is not None and row[0] == digest):
            return
        try:
            with self.store.writing() as change:
                change.raw("project", "", {}, digest=digest)
        except StorageFull:
            pass  # Reading must be possible on a full disk; the next decision says it.

    # Drafts.

    def save_draft(self, task_id: int, who: str, draft: Json) -> None:
        self._drafts.save(task_id, who, draft)

    def load_draft(self, task_id: int, who: str) -> Json | None:
        return self._drafts.load(task_id, who)

    def drop_draft(self, task_id: int, who: str) -> None:
        self._drafts.drop(task_id, who)

    def drafts(self, who: str) -> list[int]:
        return self._drafts.of(who)

    def close(self) -> None:
        if self.store.log.fd >= 0:
            with suppress(QueueError):  # They expire.
                self._release_all()
        self.store.close()
