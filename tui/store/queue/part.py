"""What all parts of the queue share: its project and store, and the checks that come before a decision."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from tui.model.project import Project
from tui.model.task import Lease, Task, Work
from tui.store.base import Conflict, Forbidden, LeaseLost, NotFound
from tui.store.documents import Doc, task_of
from tui.store.index import schema
from tui.store.log.blobs import Blobs
from tui.store.log.event_log import Record
from tui.store.log.machine import process_born
from tui.store.queue.core import Store
from tui.store.queue.drafts import Drafts
from tui.store.queue.transaction import Transaction


class QueuePart:
    """Base of the parts that make up `EventQueue`; see `tui.store.base.AnnotationQueue` for what the
    methods promise."""

    project: Project
    login: str
    store: Store
    blobs: Blobs
    _drafts: Drafts
    _sittings: dict[tuple[str, str], int]
    _names: frozenset[str]

    @property
    def readonly(self) -> bool:
        return self.store.readonly

    def _known(self, who: str) -> None:
        if self.project.people and who not in self.project.people:
            raise Forbidden(
                f"{who!r} is not among the people of this project ({', '.join(self.project.people)}); "
                "use --as NAME or add the name to termlabel.toml."
            )

    def _own(self, doc: Doc, who: str) -> bool:
        if doc.get("annotator") == who:
            return True
        return self.project.review.own_work == "login" and doc.get("login") == self.login

    def _may(self, doc: Doc, who: str, work: Work) -> bool:
        """Whether the state of a task allows this person to work on it."""
        state = doc["state"]
        if work == "review":
            return not self._own(doc, who) and (state == "labelled" or doc.get("reviewer") == who)
        if state == "rejected":
            return self.project.on_reject == "anyone" or (
                self.project.on_reject == "annotator" and doc.get("annotator") == who
            )
        return state in ("todo", "skipped") or (state == "labelled" and doc.get("annotator") == who)

    def _leased(self, change: Transaction, lease: Lease, who: str) -> Doc:
        """The task as it stands, if this lease still allows a decision.

        Raises:
            LeaseLost: somebody else has taken it over. Conflict: it was changed meanwhile.
        """
        doc = change.doc(lease.task.id)
        self._same_rev(change, lease.task.id, lease.task.rev)
        holder = change.holder(lease)
        if holder is not None and holder != who:
            raise LeaseLost(
                f"Task {lease.task.id} was taken over by {holder} after the lease had run out.", holder
            )
        return doc

    def _held_by_other(self, change: Transaction, task_id: int, who: str, sitting: str, work: Work) -> bool:
        row = change.base.execute(
            "select who, sitting, host, pid, born, until from lease where task=? and work=?", (task_id, work)
        ).fetchone()
        if row is None or row[5] <= schema.clock() or row[1] == sitting:
            return False
        dead = row[2] == self.store.host and process_born(row[3]) != row[4]
        return not (row[0] == who and dead)

    def _same_rev(self, change: Transaction, task_id: int, rev: int) -> None:
        """Raises Conflict when more than its flag changed since the task had this revision."""
        doc = change.doc(task_id)
        if doc.get("rev", 0) == rev:
            return
        for record in self._records(change.base, task_id):
            key = str(task_id)
            if not (record["set"].get(key) or {"state": ""}).keys() <= {"flagged", "rev"}:
                break
            if record["was"][key]["rev"] == rev:
                return
        raise Conflict(f"Task {task_id} was changed by somebody else meanwhile.", self._made(task_id, doc))

    def _heads(self, change: Transaction, who: str) -> tuple[int, int]:
        """Where this person's undo and redo lists begin in the log (+ 1; 0: empty)."""
        row = change.base.execute("select undo, redo from person where who=?", (who,)).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def _repeated(self, change: Transaction, request_id: str, lease: Lease | None = None) -> Task | None:
        """The first outcome of a request that is already in the log; durable before it is told again.

        What is decided by a lease raises its task's revision: while that stands as it was leased, the request
        was not carried out, and needs to be looked up only among those of this process."""
        if (
            lease is not None
            and not change.late.answers(request_id)
            and change.doc(lease.task.id).get("rev", 0) == lease.task.rev
        ):
            return None
        row = change.first_answer(request_id)
        if row is None:
            return None
        change.durable = True
        doc = dict(change.doc(row[0]))
        for record in self._records(change.base, row[0]):
            if record["seq"] <= row[1]:
                break
            doc.update((record.get("was") or {}).get(str(row[0]), {}))
        return self._made(row[0], doc)

    def _records(self, base: sqlite3.Connection, task_id: int) -> Iterator[Record]:
        """Records that concern a task, newest first, along the chain of positions."""
        row = base.execute("select doc from task where id=?", (task_id,)).fetchone()
        head = json.loads(row[0]).get("_ev", 0) if row else 0
        while head:
            record = self.store.log.line_at(head - 1)
            yield record
            head = (record.get("prev") or {}).get(str(task_id), 0)

    def _made(self, task_id: int, doc: Mapping[str, Any]) -> Task:
        """The task of a document, its masks fetched."""
        return task_of(task_id, self.blobs.fetched(doc))

    def _task(self, base: sqlite3.Connection, task_id: int) -> Task:
        row = base.execute("select doc from task where id=?", (task_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no task {task_id} in this queue.")
        return self._made(task_id, json.loads(row[0]))

    def _decide(
        self,
        change: Transaction,
        op: str,
        who: str,
        task_id: int,
        patch: Doc,
        request_id: str,
        context: Mapping[str, Any],
        seconds: float | None = None,
        work: Mapping[str, Any] | None = None,
    ) -> Task:
        """Record one decision with all that cannot be found out later."""
        doc = change.doc(task_id)
        patch["rev"] = doc.get("rev", 0) + 1
        ctx = {"project": self.project.digest, **context}
        if seconds is not None:
            ctx["seconds"] = round(seconds, 3)
        party = ctx.pop("party", None)
        change.record(
            op,
            who,
            {task_id: patch},
            rid=request_id or None,
            ctx=ctx,
            back=change.undo_head(who),
            party=party,
            work={str(task_id): work} if work else None,
        )
        made = self.blobs.fetched({**doc, **patch})  # Nothing is recorded where a mask is missing.
        change.put()
        return task_of(task_id, made)
