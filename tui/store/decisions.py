"""What people do to tasks, one event each, over any backend: the rules decide, the change records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, Literal, ParamSpec, TypeVar

from tui.model.annotation import Annotation, Json
from tui.model.project import Project
from tui.model.review import Verdict
from tui.model.task import EMPTY, Lease, Task
from tui.store import reopening, rules
from tui.store.base import Conflict, MaskMissing, NotFound
from tui.store.change import Change, DraftStore, Masks, Transactions
from tui.store.documents import Doc, LogRecord, task_of
from tui.store.members import checked_members, visit_seconds
from tui.store.operations import Operation
from tui.store.renames import NewNames, counts_taken_back, meant, named_anew, names_after, since
from tui.store.rules import Actor

P = ParamSpec("P")
R = TypeVar("R")


def _masks_in_refusals(
    decide: Callable[Concatenate[Decisions, P], R],
) -> Callable[Concatenate[Decisions, P], R]:
    """A decision whose refusal brings its task with the masks, read when others need not wait any more."""

    @wraps(decide)
    def decided(decisions: Decisions, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return decide(decisions, *args, **kwargs)
        except Conflict as error:
            error.current = decisions.with_masks(error.current)
            raise

    return decided


class Decisions:
    """`submit`, `revise`, `skip`, `unreadable`, `flag`, `note`, `review`, `send_back`, `undo` and `redo` of an `AnnotationQueue`, which says
    what they promise and raise."""

    def __init__(
        self,
        project: Project,
        login: str,
        transactions: Transactions,
        masks: Masks,
        drafts: DraftStore,
        read_at: int,
    ) -> None:
        self._project, self._login = project, login
        self._transactions, self._masks, self._drafts = transactions, masks, drafts
        self._names, self._read_at = frozenset(label.name for label in project.labels), read_at
        self._refused: dict[tuple[str, str], tuple[int, int]] = {}
        """Of each person's undo and redo list: the place at which it began when that could not be taken back, which
        was told, and where to go on then. Else one task that others changed would end undo for ever."""

    @_masks_in_refusals
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
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        actor, task_id, seconds = Actor(who, self._login), lease.task.id, visit_seconds(seconds)
        said = self._said(annotation)
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id, lease)) is not None:
                return first
            doc = self._leased(change, lease, who)
            rules.check_can_label(self._project, task_id, doc, actor)
            said = self._meant(change, doc, said)
            patch = rules.label_patch(doc, said, actor, seconds, change.now, change.order)
            task = self._record(change, "label", who, task_id, patch, request_id, context, seconds=seconds)
            drafts = self._drafts.any()
        if drafts:
            self._drafts.drop(task_id, who)
        return task

    @_masks_in_refusals
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
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        seconds, said = visit_seconds(seconds), self._said(annotation)
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            rules.check_unchanged(task_id, doc, rev, change.records(task_id))
            reopening.check_can_revise(task_id, doc, who)
            said = self._meant(change, doc, said)
            actor = Actor(who, self._login)
            patch = rules.label_patch(doc, said, actor, seconds, change.now, change.order)
            task = self._record(change, "revise", who, task_id, patch, request_id, context, seconds=seconds)
        self._drafts.drop(task_id, who)
        return task

    @_masks_in_refusals
    def skip(
        self, lease: Lease, reason: str = "", *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id, lease)) is not None:
                return first
            doc = self._leased(change, lease, who)
            patch = rules.skip_patch(doc, Actor(who, self._login), reason, change.order)
            return self._record(change, "skip", who, lease.task.id, patch, request_id, context)

    @_masks_in_refusals
    def unreadable(self, task_id: int, reason: str, *, who: str, request_id: str) -> Task:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            patch = rules.unreadable_patch(doc, reason)
            if patch is None:
                return self._task(task_id, doc)
            return self._record(change, "unreadable", who, task_id, patch, request_id, EMPTY)

    @_masks_in_refusals
    def flag(self, task_id: int, on: bool, *, who: str, request_id: str, context: Json = EMPTY) -> Task:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            return self._record(change, "flag", who, task_id, {"flagged": on}, request_id, context)

    @_masks_in_refusals
    def note(
        self, task_id: int, text: str | None, *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        patch: Doc = {"note": text or None}
        checked_members(patch)
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            return self._record(change, "note", who, task_id, patch, request_id, context)

    @_masks_in_refusals
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
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        actor, task_id, verdict = Actor(who, self._login), lease.task.id, Verdict(verdict)
        seconds = visit_seconds(seconds)
        said = self._said(annotation) if annotation is not None else None
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id, lease)) is not None:
                return first
            rules.check_not_own(self._project, task_id, change.doc(task_id), actor)
            doc = self._leased(change, lease, who)
            rules.check_can_review(self._project, task_id, doc, actor)
            said = self._meant(change, doc, said) if said is not None else None
            patch = rules.review_patch(doc, said, verdict, who, reason, comment, context.get("shapes"))
            op = rules.review_operation(verdict, said)
            work = rules.reviewed_work(doc)
            more = {"party": stroke, "work": {str(task_id): work}}
            return self._record(
                change, op, who, task_id, patch, request_id, context, seconds=seconds, more=more
            )

    @_masks_in_refusals
    def send_back(
        self, task_id: int, rev: int, *, reason: str = "", who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            reopening.check_can_send_back(self._project, task_id, doc, Actor(who, self._login))
            rules.check_unchanged(task_id, doc, rev, change.records(task_id))
            patch = reopening.sent_back_patch(doc, reason)
            return self._record(change, "return", who, task_id, patch, request_id, context)

    @_masks_in_refusals
    def undo(self, who: str, *, request_id: str) -> Task | None:
        """See `AnnotationQueue`."""
        return self._back_or_forth("undo", who, request_id)

    @_masks_in_refusals
    def redo(self, who: str, *, request_id: str) -> Task | None:
        """See `AnnotationQueue`."""
        return self._back_or_forth("redo", who, request_id)

    def with_masks(self, task: Task) -> Task:
        """The task with its masks whole.

        Raises:
            QueueError: a mask is missing.
        """
        said = task.annotation
        shapes = tuple(self._masks.fetched({"shapes": said.shapes})["shapes"])
        return replace(task, annotation=replace(said, shapes=shapes))

    def _said(self, annotation: Annotation) -> Doc:
        """What was said, as documents keep it; large masks are written now, before others have to wait.

        Raises:
            ValueError: shapes hold what is no JSON, like NaN.
            BadMember: a label is no text in UTF-8.
            StorageFull: a mask could not be written.
        """
        shapes = self._masks.stored(annotation.shapes) if annotation.shapes else []
        said = {"labels": list(annotation.labels), "shapes": shapes}
        checked_members(said)
        return said

    def _meant(self, change: Change, doc: Doc, said: Doc) -> Doc:
        """What was said, under the names that labels have got since the project was read.

        Raises:
            LabelGone: a label that neither the project nor the task has.
        """
        renames = self._renames_since(change, self._read_at)
        said = meant(said, renames) if renames else said
        rules.check_labels(names_after(self._names, renames), doc, said)
        return said

    def _renames_since(self, change: Change, seq: int) -> tuple[NewNames, ...]:
        known = change.renames
        return since(known, seq) if known else ()

    def _leased(self, change: Change, lease: Lease, who: str) -> Doc:
        """The task as it stands, if this lease still allows a decision.

        Raises:
            NotFound, Conflict, LeaseLost.
        """
        task_id = lease.task.id
        doc = change.doc(task_id)
        rules.check_unchanged(task_id, doc, lease.task.rev, change.records(task_id))
        rules.check_not_taken_over(task_id, who, change.holder(lease))
        return doc

    def _first_outcome(self, change: Change, request_id: str, lease: Lease | None = None) -> Task | None:
        """The task as this very request left it, if it was carried out before."""
        found = change.first_answer(request_id, lease)
        if found is None:
            return None
        task_id, seq = found
        doc = rules.first_outcome(task_id, change.doc(task_id), seq, change.records(task_id))
        return self._task(task_id, doc)

    def _record(
        self,
        change: Change,
        op: Operation,
        who: str,
        task_id: int,
        patch: Doc,
        request_id: str,
        context: Json,
        *,
        seconds: float | None = None,
        more: Json = EMPTY,
    ) -> Task:
        """Record one decision with all that cannot be found out later. `more`: further members of its event."""
        doc = change.doc(task_id)
        patch["rev"] = doc.get("rev", 0) + 1
        ctx = {"project": self._project.digest, **context}
        if seconds is not None:
            ctx["seconds"] = round(seconds, 3)
        change.record(
            op,
            who,
            {task_id: patch},
            rid=request_id or None,
            ctx=ctx,
            back=change.undo_head(who),
            **more,
        )
        whole = self._masks.fetched({**doc, **patch})  # Nothing is recorded where a mask is missing.
        change.put()
        return task_of(task_id, whole)

    def _back_or_forth(self, op: Literal["undo", "redo"], who: str, request_id: str) -> Task | None:
        with self._transactions.writing() as change:
            if (first := self._first_outcome(change, request_id)) is not None:
                return first
            heads = {"undo": change.undo_head(who), "redo": change.redo_head(who)}
            refused, following = self._refused.get((op, who), (0, 0))
            start = following if heads[op] == refused else heads[op]
            if not start:
                return None
            if op == "undo":
                records, to, link = rules.stroke(start, change.record_at), "back", {"redo": heads["redo"]}
            else:
                records, to, link = [change.record_at(start)], "redo", {"back": heads["undo"]}
            try:
                task = self._take_back(change, op, who, records, request_id, to=records[-1][to], **link)
            except (Conflict, NotFound, MaskMissing):
                self._refused[op, who] = heads[op], records[-1][to]
                raise
            self._refused.pop((op, who), None)
            return task

    def _take_back(
        self, change: Change, op: Operation, who: str, records: list[LogRecord], request_id: str, **links: int
    ) -> Task:
        """Record the inverse of events; `links`: where this person's two lists begin after it."""

        def now(record: LogRecord, said: Doc) -> Doc:
            return named_anew(said, self._renames_since(change, record["seq"]))

        patches = rules.reversal(records, change.doc, now)
        counts = [row for record in records for row in counts_taken_back(record, now)] or None
        change.record(op, who, patches, rid=request_id or None, **links, counts=counts)
        task_id = next(reversed(patches))
        task = self._task(task_id, {**change.doc(task_id), **patches[task_id]})
        change.put()
        return task

    def _task(self, task_id: int, doc: Json) -> Task:
        return task_of(task_id, self._masks.fetched(doc))
