"""What people say about images: labels, skips, flags and verdicts, one event each."""

from __future__ import annotations

from typing import Any

from tui.model.annotation import Annotation, Json
from tui.model.review import Verdict
from tui.model.task import EMPTY, Lease, Task
from tui.store.base import Conflict, Forbidden, QueueError
from tui.store.documents import Doc
from tui.store.index import schema
from tui.store.log.jsontext import checked
from tui.store.queue.part import QueuePart
from tui.store.queue.transaction import Transaction
from tui.store.tally import given


class Decisions(QueuePart):
    """`submit`, `revise`, `skip`, `unreadable`, `flag`, `review`."""

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
        self._known(who)
        said = self._said(annotation)
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id, lease)) is not None:
                return first
            doc = self._leased(change, lease, who)
            if not self._may(doc, who, "annotate"):
                raise Conflict(f"Task {lease.task.id} is {doc['state']} now.", self._made(lease.task.id, doc))
            self._check_labels(doc, said)
            patch = self._labelled(change, doc, said, who, seconds)
            task = self._decide(change, "label", who, lease.task.id, patch, request_id, context, seconds)
            drafts = self._drafts.any()
        if drafts:
            self._drafts.drop(lease.task.id, who)
        return task

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
        self._known(who)
        said = self._said(annotation)
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            if doc.get("annotator") != who:
                by = doc.get("annotator") or "nobody"
                raise Forbidden(f"Task {task_id} was labelled by {by}, not by {who}.")
            self._same_rev(change, task_id, rev)
            self._check_labels(doc, said)
            patch = self._labelled(change, doc, said, who, seconds)
            task = self._decide(change, "revise", who, task_id, patch, request_id, context, seconds)
        self._drafts.drop(task_id, who)
        return task

    def _said(self, annotation: Annotation) -> Doc:
        """What was said, as the log keeps it; large masks are written now, before the lock.

        Raises:
            ValueError: shapes hold what is no JSON, like NaN.
        """
        shapes = self.blobs.stored(annotation.shapes) if annotation.shapes else []
        for shape in shapes:
            checked(shape)
        return {"labels": list(annotation.labels), "shapes": shapes}

    def _check_labels(self, doc: Doc, said: Doc) -> None:
        """Raises QueueError for a label that neither the project nor the task had."""
        names, shapes = said.get("labels", ()), said.get("shapes", ())
        if not self._names or (not shapes and self._names.issuperset(names)):
            return
        new = {name for name in (*names, *(shape.get("label") for shape in shapes)) if isinstance(name, str)}
        new -= self._names
        for label in new - schema.labels_of(doc) if new else ():
            raise QueueError(
                f"The project has no label {label!r} (any more): choose another, or put it back into "
                "termlabel.toml. Nothing was recorded."
            )

    def _labelled(self, change: Transaction, doc: Doc, said: Doc, who: str, seconds: float) -> Doc:
        return {
            "state": "labelled",
            "annotator": who,
            "login": self.login,
            **said,
            "labelled_at": round(change.now, 3),
            "seconds": round((doc.get("seconds") or 0.0) + max(0.0, seconds), 3),
            **{name: None for name in ("reviewer", "verdict", "reason", "comment") if name in doc},
            **_wrong(doc),
            **({"fixed": False} if doc.get("fixed") else {}),
            "decided": change.seq + 1,
        }

    def skip(
        self, lease: Lease, reason: str = "", *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        self._known(who)
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id, lease)) is not None:
                return first
            self._leased(change, lease, who)
            patch: Doc = {
                "state": "skipped",
                "annotator": who,
                "login": self.login,
                "reason": reason or None,
                "decided": change.seq + 1,
            }
            return self._decide(change, "skip", who, lease.task.id, patch, request_id, context)

    def unreadable(self, task_id: int, reason: str, *, who: str, request_id: str) -> Task:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            if doc["state"] not in ("todo", "skipped"):
                return self._made(task_id, doc)
            patch: Doc = {"state": "unreadable", "reason": reason or None}
            return self._decide(change, "unreadable", who, task_id, patch, request_id, EMPTY)

    def flag(self, task_id: int, on: bool, *, who: str, request_id: str, context: Json = EMPTY) -> Task:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            return self._decide(change, "flag", who, task_id, {"flagged": on}, request_id, context)

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
        self._known(who)
        verdict = Verdict(verdict)
        said = self._said(annotation) if annotation is not None else {}
        number = lease.task.id
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id, lease)) is not None:
                return first
            doc = change.doc(number)
            if self._own(doc, who):
                raise Forbidden(f"Task {number} is {who}'s own work; somebody else reviews it.")
            self._leased(change, lease, who)
            if not self._may(doc, who, "review"):
                raise Conflict(f"Task {number} is {doc['state']} now.", self._made(number, doc))
            self._check_labels(doc, said)
            patch: Doc = {
                "state": "accepted" if verdict is Verdict.ACCEPT else "rejected",
                "reviewer": who,
                "verdict": str(verdict),
                "fixed": annotation is not None,
                "reason": reason or None,
                "comment": comment or None,
                "reviewed": (doc.get("reviewed") or 0) + 1,
                **_wrong(doc, context.get("shapes")),
                **said,
            }
            op = "fix" if annotation is not None else str(verdict)
            return self._decide(
                change, op, who, number, patch, request_id, context, seconds, work=_reviewed_work(doc)
            )


def _wrong(doc: Doc, shapes: Json | None = None) -> Doc:
    """The shapes that a rejection names; only in documents that have, or had, some."""
    return {"wrong": dict(shapes) if shapes else None} if shapes or doc.get("wrong") else {}


def _reviewed_work(doc: Doc) -> dict[str, Any]:
    """What was reviewed, for the counters of audits."""
    return {
        "annotator": doc.get("annotator"),
        "labels": given(doc),
        "first": not doc.get("reviewed"),
    }
