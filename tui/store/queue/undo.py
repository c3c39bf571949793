"""Undo and redo: two linked lists through the log for each person, without an end."""

from __future__ import annotations

from tui.model.task import Task
from tui.store.base import Conflict
from tui.store.documents import Doc
from tui.store.log.event_log import Record
from tui.store.queue.part import QueuePart
from tui.store.queue.transaction import Transaction
from tui.store.tally import counts_of


class Undo(QueuePart):
    """`undo`, `redo`."""

    def undo(self, who: str, *, request_id: str) -> Task | None:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            head, redo = self._heads(change, who)
            if not head:
                return None
            return self._reverse(change, "undo", who, self._party(head), redo, request_id)

    def redo(self, who: str, *, request_id: str) -> Task | None:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            undo, head = self._heads(change, who)
            if not head:
                return None
            return self._reverse(change, "redo", who, [self.store.log.line_at(head - 1)], undo, request_id)

    def _party(self, head: int) -> list[Record]:
        """The event at `head` with those before it that were decided in the same stroke."""
        records = [self.store.log.line_at(head - 1)]
        party = records[0].get("party")
        while party and records[-1]["back"]:
            earlier = self.store.log.line_at(records[-1]["back"] - 1)
            if earlier.get("party") != party:
                break
            records.append(earlier)
        return records

    def _reverse(
        self, change: Transaction, op: str, who: str, records: list[Record], other: int, request_id: str
    ) -> Task:
        patches: dict[int, Doc] = {}
        for record in records:
            for key, patch in record["set"].items():
                self._take_back(change, int(key), patch, record["was"][key], patches)
        counts = [(k, a, b, -n) for record in records for k, a, b, n in counts_of(record)]
        to = records[-1]["back"] if op == "undo" else records[-1]["redo"]
        link = {"redo": other} if op == "undo" else {"back": other}
        change.record(op, who, patches, rid=request_id or None, to=to, counts=counts or None, **link)
        task_id = next(reversed(patches))
        return self._made(task_id, {**change.doc(task_id), **patches[task_id]})

    def _take_back(
        self, change: Transaction, task_id: int, patch: Doc, was: Doc, patches: dict[int, Doc]
    ) -> None:
        """Add the inverse of one patch to `patches`, if all that it set still stands."""
        doc = change.doc(task_id)
        now = {**doc, **patches.get(task_id, {})}
        if any(now.get(name) != value for name, value in patch.items() if name != "rev"):
            raise Conflict(
                f"Task {task_id} was changed after that, by somebody else.", self._made(task_id, doc)
            )
        back = {name: was.get(name) for name in patch if name != "rev"}
        patches[task_id] = {**patches.get(task_id, {}), **back, "rev": doc.get("rev", 0) + 1}
