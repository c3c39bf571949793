"""The queue of one project folder: the `AnnotationQueue` over the event log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from tui.model.project import Project
from tui.model.project_file import still_says
from tui.store.amendments import Amendments
from tui.store.base import QueueError, StorageFull
from tui.store.decisions import Decisions
from tui.store.following import FollowingDrafts
from tui.store.imports import Imports
from tui.store.log.blobs import Blobs
from tui.store.queue.additions import Additions
from tui.store.queue.drafts import Drafts
from tui.store.queue.event_store import EventStore
from tui.store.queue.leases import Leases
from tui.store.queue.log_trail import LogTrail
from tui.store.queue.questions import Questions
from tui.store.renames import Renames, opened_at

T = TypeVar("T")


class EventQueue:
    """Holds the parts that do the work; its methods are theirs. See `tui.store.base.AnnotationQueue` for what they
    promise and raise.

    Raises when opened (and leaves no file open then): see `EventStore`.
    """

    def __init__(self, project: Project, *, readonly: bool, login: str) -> None:
        self.project, self.folder = project, project.queue
        self.store = store = EventStore(self.folder, readonly=readonly, login=login)
        blobs, drafts = Blobs(self.folder / "blobs"), Drafts(self.folder / "drafts")

        self.add = Additions(store).add
        self.import_annotations = Imports(project, store, blobs).import_annotations
        trail = LogTrail(store)
        amendments = Amendments(project, store, trail)
        self.amend, self.take_back = amendments.amend, amendments.take_back
        self.bulk_events, self.say_names = trail.bulk_events, amendments.say_names
        self.last_export = trail.last_export

        self._leases = leases = Leases(project, store, blobs)
        self.claim, self.claim_task = leases.claim, leases.claim_task
        self.renew, self.release = leases.renew, leases.release
        self.works_elsewhere = leases.works_elsewhere

        renames, read_at = self._or_closed(self._names_when_read)
        decisions = Decisions(project, login, store, blobs, drafts, read_at)
        self.submit, self.skip, self.unreadable = decisions.submit, decisions.skip, decisions.unreadable
        self.flag, self.note = decisions.flag, decisions.note
        self.revise, self.review = decisions.revise, decisions.review
        self.send_back = decisions.send_back
        self.undo, self.redo = decisions.undo, decisions.redo

        questions = Questions(project, store, blobs)
        self.get, self.find, self.tasks = questions.get, questions.find, questions.tasks
        self.passes_of = questions.passes_of
        self.history, self.watch, self.export = questions.history, questions.watch, questions.export
        self.stats, self.summary, self.tallies = questions.stats, questions.summary, questions.tallies
        self.count, self.progress = questions.count, questions.progress
        self.own_before, self.as_of_now = questions.own_before, questions.as_of_now
        self.to_review, self.naming = questions.to_review, questions.naming

        following = FollowingDrafts(drafts, renames, read_at)
        self.save_draft, self.load_draft = following.save, following.load
        self.drop_draft, self.drafts = drafts.drop, drafts.of

        if not store.readonly:
            self._or_closed(self._note_project)

    def _or_closed(self, part: Callable[[], T]) -> T:
        """A part of opening; where it fails, no file stays open."""
        try:
            return part()
        except BaseException:
            self.store.close()
            raise

    def _names_when_read(self) -> tuple[Renames, int]:
        """The renames in force, and the event as of which the project was read."""
        with self.store.reading():
            index = self.store.index
            renames, seq = index.fold.renames(), index.known_head().seq
        return renames, opened_at(renames, seq, file_as_read=not renames or still_says(self.project))

    @property
    def readonly(self) -> bool:
        """See `AnnotationQueue`."""
        return self.store.readonly

    @property
    def warnings(self) -> tuple[str, ...]:
        """See `AnnotationQueue`."""
        return tuple(self.store.warnings)

    @property
    def seq(self) -> int:
        """See `AnnotationQueue`."""
        return self.store.seq

    def _note_project(self) -> None:
        """A changed project file is an event."""
        digest = self.project.digest
        with self.store.reading() as db:
            row = db.execute("select value from meta where key='project'").fetchone()
        if not digest or (row is not None and row[0] == digest):
            return
        try:
            with self.store.writing() as change:
                change.record("project", "", {}, digest=digest)
        except StorageFull:
            pass  # Reading must be possible on a full disk; the next decision says it.

    @property
    def id(self) -> str:
        """See `AnnotationQueue`."""
        return self.store.id

    def note_export(self, name: str, target: str, seq: int, *, who: str) -> None:
        """See `AnnotationQueue`."""
        if not self.store.readonly:
            with self.store.writing() as change:
                change.record("export", who, {}, format=name, target=target, until=seq)

    def close(self) -> None:
        """See `AnnotationQueue`."""
        if not self.store.log.closed:
            with suppress(QueueError):  # They expire.
                self._leases.release_all()
        self.store.close()
