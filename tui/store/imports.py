"""What files say about tasks, entered many at a time: one event of at most 50 documents, as `add` does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tui.model.annotation import Json
from tui.model.project import Project
from tui.model.task import EMPTY, Imported, State
from tui.store import rules
from tui.store.change import Change, Masks, Transactions
from tui.store.documents import MAX_EVENT_DOCS, Doc
from tui.store.members import checked_members

_BATCH_DOCS = 500
"""Documents in one transaction: others wait only milliseconds."""


class Imports:
    """`import_annotations` of an `AnnotationQueue`, over any backend."""

    def __init__(self, project: Project, transactions: Transactions, masks: Masks) -> None:
        self._project, self._transactions, self._masks = project, transactions, masks

    def import_annotations(
        self, changes: Iterable[Imported], *, who: str, stroke: str | None = None, context: Json = EMPTY
    ) -> tuple[int, list[int]]:
        """See `AnnotationQueue`."""
        entered = 0
        left: list[int] = []
        source = iter(changes)
        while batch := list(islice(source, _BATCH_DOCS)):
            ready = [(each, self._kept(each)) for each in batch]
            with self._transactions.writing() as change:
                for at in range(0, len(ready), MAX_EVENT_DOCS):
                    part = ready[at : at + MAX_EVENT_DOCS]
                    entered += self._enter(change, part, who, stroke, context, left)
        return entered, left

    def _kept(self, each: Imported) -> Doc:
        """The members as documents keep them; large masks are written now, before others have to wait.

        Raises:
            ValueError: they hold what is no JSON, like NaN.
            BadMember: one is none that a task can have.
        """
        members = dict(each.members)
        if "shapes" in members:
            members["shapes"] = self._masks.stored(members["shapes"])
        checked_members(members)
        return members

    def _enter(
        self,
        change: Change,
        ready: list[tuple[Imported, Doc]],
        who: str,
        stroke: str | None,
        context: Json,
        left: list[int],
    ) -> int:
        """One event. Tasks that changed since they were read, or were removed, are left alone and added to `left`."""
        patches: dict[int, Doc | None] = {}
        for each, members in ready:
            doc = change.doc(each.task_id)
            gone = doc["state"] == State.REMOVED
            if gone or doc.get("rev", 0) != each.rev or each.task_id in patches:
                left.append(each.task_id)
            else:
                patches[each.task_id] = rules.import_patch(doc, members, change.now, change.order)
        if patches:
            ctx = {"project": self._project.digest, **context}
            change.record("import", who, patches, party=stroke, ctx=ctx)
            change.put()
        return len(patches)
