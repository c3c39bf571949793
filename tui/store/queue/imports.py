"""What files say about tasks, entered many at a time: one event of at most 50 documents, as `add` does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tui.model.annotation import Json
from tui.model.task import EMPTY, Imported
from tui.store.documents import Doc
from tui.store.log.jsontext import checked
from tui.store.queue.part import QueuePart
from tui.store.queue.transaction import Transaction

_LINE_DOCS = 50
"""Documents in one event; more would make each history read a long line."""
_BATCH_DOCS = 500
"""Documents under one lock: others wait only milliseconds."""
_DECIDED = frozenset({"labelled", "accepted", "rejected", "skipped"})


class Imports(QueuePart):
    """`import_annotations`."""

    def import_annotations(
        self, changes: Iterable[Imported], *, who: str, context: Json = EMPTY
    ) -> tuple[int, list[int]]:
        entered = 0
        late: list[int] = []
        source = iter(changes)
        while batch := list(islice(source, _BATCH_DOCS)):
            ready = [(each, self._kept(each)) for each in batch]
            with self.store.writing() as change:
                for at in range(0, len(ready), _LINE_DOCS):
                    entered += self._import_line(change, ready[at : at + _LINE_DOCS], who, context, late)
        return entered, late

    def _kept(self, each: Imported) -> Doc:
        """The members as the log keeps them; large masks are written now, before the lock.

        Raises:
            ValueError: they hold what is no JSON, like NaN.
        """
        patch = dict(each.members)
        if "shapes" in patch:
            patch["shapes"] = self.blobs.stored(patch["shapes"])
        checked(patch)
        return patch

    def _import_line(
        self, change: Transaction, ready: list[tuple[Imported, Doc]], who: str, context: Json, late: list[int]
    ) -> int:
        patches: dict[int, Doc | None] = {}
        for each, patch in ready:
            rev = change.doc(each.task_id).get("rev", 0)
            if rev != each.rev or each.task_id in patches:
                late.append(each.task_id)
                continue
            if patch.get("state") in _DECIDED:
                patch.setdefault("labelled_at", round(change.now, 3))
                patch |= {"decided": change.seq + 1, "login": None}
            patches[each.task_id] = {**patch, "rev": rev + 1}
        if patches:
            ctx = {"project": self.project.digest, **context}
            change.append(change.record("import", who, patches, ctx=ctx))
        return len(patches)
