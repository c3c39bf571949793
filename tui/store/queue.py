"""The queue of one project folder: the `AnnotationQueue` over the event log."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from tui.model.annotation import Annotation, Json
from tui.model.project import Project
from tui.model.review import Verdict
from tui.model.task import EMPTY, Event, Filter, Lease, NewTask, Order, State, Task, Work
from tui.store import claims, index
from tui.store.base import Conflict, Forbidden, LeaseLost, NotFound, StorageFull
from tui.store.codec import Doc, event_of, new_doc, task_of
from tui.store.core import Store, Transaction
from tui.store.drafts import Drafts
from tui.store.log import Record, dumps
from tui.store.summary import Summary, summarise
from tui.store.tally import counts_of, given

_LINE_DOCS = 50
"""Documents in one event of `add`; more would make each history read a long line."""
_BATCH_DOCS = 1000
"""Documents under one lock: others wait only milliseconds."""


class EventQueue:
    """See `tui.store.base.AnnotationQueue` for what the methods promise."""

    def __init__(self, project: Project, *, readonly: bool, login: str) -> None:
        self.project, self.login = project, login
        self.folder = project.folder / "queue"
        self.store = Store(self.folder, anyone=project.on_reject == "anyone", readonly=readonly, login=login)
        self._drafts = Drafts(self.folder / "drafts")
        self._sittings: dict[tuple[str, str], int] = {}
        if not self.store.readonly:
            self._note_project()

    def _note_project(self) -> None:
        """A changed project file is an event."""
        if not self.project.digest:
            return
        row = self.store.base.execute("select value from meta where key='project'").fetchone()
        if row is not None and row[0] == self.project.digest:
            return
        try:
            with self.store.writing() as change:
                index.set_meta(change.base, {"project": self.project.digest})
                change.raw("project", "", {}, digest=self.project.digest)
        except StorageFull:
            pass  # Reading must be possible on a full disk; the next decision says it.

    @property
    def readonly(self) -> bool:
        return self.store.readonly

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self.store.warnings)

    @property
    def seq(self) -> int:
        return self.store.seq

    # Filling.

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        added = there = 0
        source = iter(tasks)
        while batch := list(islice(source, _BATCH_DOCS)):
            new = self._add_batch(batch, who)
            added += new
            there += len(batch) - new
        return added, there

    def _add_batch(self, batch: list[NewTask], who: str) -> int:
        with self.store.writing() as change:
            fresh: dict[tuple[str, int], NewTask] = {}
            for task in batch:
                known = change.base.execute(
                    "select 1 from task where path=? and pass=?", (index.key_path(task.path), task.pass_)
                ).fetchone()
                if known is None:
                    fresh.setdefault((task.path, task.pass_), task)
            docs = [(change.last + n, new_doc(task)) for n, task in enumerate(fresh.values(), 1)]
            for at in range(0, len(docs), _LINE_DOCS):
                self._add_line(change, who, docs[at : at + _LINE_DOCS])
        return len(docs)

    def _add_line(self, change: Transaction, who: str, docs: list[tuple[int, Doc]]) -> None:
        record = change.raw("add", who, {str(number): doc for number, doc in docs})

        def fold(start: int, end: int, crc: str) -> None:
            self.store.fold.enter_many(docs, start + 1)
            self.store.fold.advance(end, record["seq"], record["at"], crc)

        change.append(record, fold)

    # Leases.

    def claim(
        self,
        who: str,
        n: int = 1,
        *,
        sitting: str,
        work: Work = "annotate",
        order: Order = Order.SEQUENTIAL,
        seed: int = 0,
        where: Filter | None = None,
        ttl: float = 900,
        skip: Iterable[int] = (),
    ) -> list[Lease]:
        self._known(who)
        with self.store.writing(sync=False) as change:
            wish = claims.Wish(
                who, self.login, sitting, work, Order(order), seed, where, frozenset(skip), change.now
            )
            picked = claims.pick(change.base, wish, n, self.project, self.store.host)
            return [self._lease(change, task_id, who, sitting, work, ttl) for task_id in picked]

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        self._known(who)
        with self.store.writing(sync=False) as change:
            doc = change.doc(task_id)
            if not self._may(doc, who, work) or self._held_by_other(change, task_id, who, sitting, work):
                return None
            return self._lease(change, task_id, who, sitting, work, ttl)

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

    def _held_by_other(self, change: Transaction, task_id: int, who: str, sitting: str, work: Work) -> bool:
        row = change.base.execute(
            "select who, sitting, host, pid, born, until from lease where task=? and work=?", (task_id, work)
        ).fetchone()
        if row is None or row[5] <= change.now or row[1] == sitting:
            return False
        dead = row[2] == self.store.host and claims.process_born(row[3]) != row[4]
        return not (row[0] == who and dead)

    def _lease(
        self, change: Transaction, task_id: int, who: str, sitting: str, work: Work, ttl: float
    ) -> Lease:
        pid, now = os.getpid(), change.now
        token, until = time.time_ns(), now + ttl
        change.base.execute(
            "insert or replace into lease values (?,?,?,?,?,?,?,?,?)",
            (task_id, work, who, sitting, self.store.host, pid, claims.process_born(pid), token, until),
        )
        rank = self._sittings[(who, sitting)] = self._sittings.get((who, sitting), 0) + 1
        return Lease(task_of(task_id, change.doc(task_id)), token, until, work, rank)

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        kept = []
        with self.store.writing(sync=False) as change:
            for lease in leases:
                until = change.now + ttl
                done = change.base.execute(
                    "update lease set until=? where task=? and work=? and token=?",
                    (until, lease.task.id, lease.work, lease.token),
                )
                if done.rowcount:
                    kept.append(Lease(lease.task, lease.token, until, lease.work, lease.rank))
        return kept

    def release(self, leases: Iterable[Lease]) -> None:
        rows = [(lease.task.id, lease.work, lease.token) for lease in leases]
        if rows and not self.readonly:
            with self.store.writing(sync=False) as change:
                change.base.executemany("delete from lease where task=? and work=? and token=?", rows)

    # Decisions.

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
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = self._leased(change, lease, who)
            if not self._may(doc, who, "annotate"):
                raise Conflict(f"Task {lease.task.id} is {doc['state']} now.", task_of(lease.task.id, doc))
            patch = self._labelled(change, doc, annotation, who, seconds)
            task = self._decide(change, "label", who, lease.task.id, doc, patch, request_id, context, seconds)
            self._let_go(change, lease)
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
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            if doc.get("annotator") != who:
                raise Forbidden(
                    f"Task {task_id} was labelled by {doc.get('annotator') or 'nobody'}, not by {who}."
                )
            self._same_rev(task_id, doc, rev)
            patch = self._labelled(change, doc, annotation, who, seconds)
            task = self._decide(change, "revise", who, task_id, doc, patch, request_id, context, seconds)
        self._drafts.drop(task_id, who)
        return task

    def _labelled(
        self, change: Transaction, doc: Doc, annotation: Annotation, who: str, seconds: float
    ) -> Doc:
        return {
            "state": "labelled",
            "annotator": who,
            "login": self.login,
            "labels": list(annotation.labels),
            "shapes": [dict(shape) for shape in annotation.shapes],
            "labelled_at": round(change.now, 3),
            "seconds": round((doc.get("seconds") or 0.0) + max(0.0, seconds), 3),
            **dict.fromkeys(("reviewer", "verdict", "reason", "comment")),
            "fixed": False,
            "decided": change.seq + 1,
        }

    def skip(
        self, lease: Lease, reason: str = "", *, who: str, request_id: str, context: Json = EMPTY
    ) -> Task:
        self._known(who)
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = self._leased(change, lease, who)
            patch: Doc = {
                "state": "skipped",
                "annotator": who,
                "login": self.login,
                "reason": reason or None,
                "decided": change.seq + 1,
            }
            task = self._decide(change, "skip", who, lease.task.id, doc, patch, request_id, context)
            self._let_go(change, lease)
        return task

    def unreadable(self, task_id: int, reason: str, *, who: str, request_id: str) -> Task:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            if doc["state"] not in ("todo", "skipped"):
                return task_of(task_id, doc)
            patch: Doc = {"state": "unreadable", "reason": reason or None}
            task = self._decide(change, "unreadable", who, task_id, doc, patch, request_id, EMPTY)
            change.base.execute("delete from lease where task=?", (task_id,))
        return task

    def flag(self, task_id: int, on: bool, *, who: str, request_id: str, context: Json = EMPTY) -> Task:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(task_id)
            return self._decide(change, "flag", who, task_id, doc, {"flagged": on}, request_id, context)

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
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            doc = change.doc(lease.task.id)
            if self._own(doc, who):
                raise Forbidden(f"Task {lease.task.id} is {who}'s own work; somebody else reviews it.")
            self._leased(change, lease, who)
            if not self._may(doc, who, "review"):
                raise Conflict(f"Task {lease.task.id} is {doc['state']} now.", task_of(lease.task.id, doc))
            patch: Doc = {
                "state": "accepted" if verdict is Verdict.ACCEPT else "rejected",
                "reviewer": who,
                "verdict": str(verdict),
                "fixed": annotation is not None,
                "reason": reason or None,
                "comment": comment or None,
            }
            if annotation is not None:
                patch |= {"labels": list(annotation.labels), "shapes": [dict(s) for s in annotation.shapes]}
            op = "fix" if annotation is not None else str(verdict)
            work = {
                "annotator": doc.get("annotator"),
                "labels": given(doc),
                "first": not doc.get("reviewed"),
            }
            patch["reviewed"] = (doc.get("reviewed") or 0) + 1
            task = self._decide(
                change, op, who, lease.task.id, doc, patch, request_id, context, seconds, work=work
            )
            self._let_go(change, lease)
        return task

    def _decide(
        self,
        change: Transaction,
        op: str,
        who: str,
        task_id: int,
        doc: Doc,
        patch: Doc,
        request_id: str,
        context: Mapping[str, Any],
        seconds: float | None = None,
        work: Mapping[str, Any] | None = None,
    ) -> Task:
        """Record one decision with all that cannot be found out later."""
        patch["rev"] = doc.get("rev", 0) + 1
        ctx = {"project": self.project.digest, **context}
        if seconds is not None:
            ctx["seconds"] = round(seconds, 3)
        party = ctx.pop("party", None)
        undo, _ = self._heads(change, who)
        record = change.record(
            op,
            who,
            {task_id: patch},
            rid=request_id or None,
            ctx=ctx,
            back=undo,
            party=party,
            work={str(task_id): work} if work else None,
        )
        self._fits(record)
        return task_of(task_id, {**doc, **patch})

    def _fits(self, record: Record) -> None:
        """Raises ValueError now, before anything is written, for what JSON cannot hold (NaN)."""
        dumps(record["set"])

    def _heads(self, change: Transaction, who: str) -> tuple[int, int]:
        row = change.base.execute("select undo, redo from person where who=?", (who,)).fetchone()
        return (row[0], row[1]) if row else (0, 0)

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

    def _leased(self, change: Transaction, lease: Lease, who: str) -> Doc:
        """The task as it stands, if this lease still allows a decision.

        Raises:
            LeaseLost: somebody else has taken it over. Conflict: it was changed meanwhile.
        """
        doc = change.doc(lease.task.id)
        self._same_rev(lease.task.id, doc, lease.task.rev)
        row = change.base.execute(
            "select who, token from lease where task=? and work=?", (lease.task.id, lease.work)
        ).fetchone()
        if row is not None and row[1] > lease.token:
            raise LeaseLost(
                f"Task {lease.task.id} was taken over by {row[0]} after the lease had run out.", row[0]
            )
        return doc

    def _same_rev(self, task_id: int, doc: Doc, rev: int) -> None:
        if doc.get("rev", 0) != rev:
            raise Conflict(f"Task {task_id} was changed by somebody else meanwhile.", task_of(task_id, doc))

    def _let_go(self, change: Transaction, lease: Lease) -> None:
        change.base.execute("delete from lease where task=? and work=?", (lease.task.id, lease.work))

    def _repeated(self, change: Transaction, request_id: str) -> Task | None:
        """The first outcome of a request that is already in the log."""
        row = change.base.execute("select task, pos, seq from request where rid=?", (request_id,)).fetchone()
        if row is None or not request_id:
            return None
        doc = change.doc(row[0])
        for record in self._records(change.base, row[0]):
            if record["seq"] <= row[2]:
                break
            doc.update((record.get("was") or {}).get(str(row[0]), {}))
        return task_of(row[0], doc)

    # Undo.

    def undo(self, who: str, *, request_id: str) -> Task | None:
        with self.store.writing() as change:
            if (first := self._repeated(change, request_id)) is not None:
                return first
            head, redo = self._heads(change, who)
            if not head:
                return None
            records = self._party(head)
            return self._reverse(change, "undo", who, records, redo, request_id)

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
                doc = change.doc(int(key))
                now = {**doc, **patches.get(int(key), {})}
                if any(now.get(name) != value for name, value in patch.items() if name != "rev"):
                    raise Conflict(
                        f"Task {key} was changed after that, by somebody else.", task_of(int(key), doc)
                    )
                back = {name: record["was"][key].get(name) for name in patch if name != "rev"}
                patches[int(key)] = {**patches.get(int(key), {}), **back, "rev": doc.get("rev", 0) + 1}
        counts = [(k, a, b, -n) for record in records for k, a, b, n in counts_of(record)]
        counts += [
            (row[0], row[1], row[2], -row[3])
            for record in records
            if record["op"] == "undo"
            for row in record.get("counts") or ()
        ]
        to = records[-1]["back"] if op == "undo" else records[-1]["redo"]
        link = {"redo": other} if op == "undo" else {"back": other}
        change.record(op, who, patches, rid=request_id or None, to=to, counts=counts or None, **link)
        task_id = next(reversed(patches))
        return task_of(task_id, {**change.doc(task_id), **patches[task_id]})

    # Reading.

    def get(self, task_id: int) -> Task:
        with self.store.reading() as base:
            return self._task(base, task_id)

    def _task(self, base: Any, task_id: int) -> Task:
        row = base.execute("select doc from task where id=?", (task_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no task {task_id} in this queue.")
        return task_of(task_id, json.loads(row[0]))

    def find(self, path: str, pass_: int = 1) -> Task | None:
        with self.store.reading() as base:
            row = base.execute(
                "select id from task where path=? and pass=?", (index.key_path(path), pass_)
            ).fetchone()
            return self._task(base, row[0]) if row else None

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        clause, values = claims.where_clause(where)
        with self.store.reading() as base:
            rows = base.execute(
                f"select t.id, t.doc from task t where t.id > :after{clause} order by t.id limit :limit",
                {**values, "after": after, "limit": limit},
            ).fetchall()
        return [task_of(number, json.loads(doc)) for number, doc in rows]

    def history(self, task_id: int) -> list[Event]:
        with self.store.reading() as base:
            records = list(self._records(base, task_id))
        return [event_of(record, task_id) for record in reversed(records)]

    def _records(self, base: Any, task_id: int) -> Iterator[Record]:
        """Records that concern a task, newest first, along the chain of positions."""
        row = base.execute("select head from task where id=?", (task_id,)).fetchone()
        head = row[0] if row else 0
        while head:
            record = self.store.log.line_at(head - 1)
            yield record
            head = (record.get("prev") or {}).get(str(task_id), 0)

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        with self.store.reading() as base:
            rows = base.execute("select annotator, state, n from count where n != 0").fetchall()
        return {(annotator or None, State(state)): n for annotator, state, n in rows}

    def count(self, where: Filter) -> int:
        clause, values = claims.where_clause(where)
        with self.store.reading() as base:
            if not clause:
                return int(base.execute("select total(n) from count").fetchone()[0])
            row = base.execute(f"select count(*) from task t where 1{clause}", values).fetchone()
        return int(row[0])

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        return summarise(self.export(where))

    def tallies(self) -> dict[tuple[str, str, str], float]:
        """Counters for audits; their kinds stand in `tui.store.tally`."""
        with self.store.reading() as base:
            return {
                (k, a, b): n for k, a, b, n in base.execute("select kind, a, b, n from tally where n != 0")
            }

    def came_back(self, who: str) -> int:
        if self.project.on_reject == "drop":
            return 0
        with self.store.reading() as base:
            row = base.execute(
                "select count(*) from task where state='rejected' and annotator=?", (who,)
            ).fetchone()
        return int(row[0])

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        with self.store.reading() as base:
            edge = None
            if before is not None:
                row = base.execute("select decided from task where id=?", (before,)).fetchone()
                edge = row[0] if row and row[0] is not None else None
            rows = base.execute(
                "select id, doc from task where annotator=? and decided is not null and decided < ? "
                "order by decided desc limit ?",
                (who, edge if edge is not None else 1 << 60, limit),
            ).fetchall()
        return [task_of(number, json.loads(doc)) for number, doc in rows]

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        log = self.store.log
        pos, seq = 0, 0
        if after_seq >= self.seq:
            pos, seq = self.store.base.execute("select pos, seq from head").fetchone()
        quiet = time.monotonic() + timeout
        while time.monotonic() < quiet:
            for line in log.lines(pos, seq):
                pos, seq = line.end, line.record["seq"]
                if seq > after_seq:
                    quiet = time.monotonic() + timeout
                    yield from (event_of(line.record, int(key)) for key in line.record.get("set") or ())
            time.sleep(min(0.1, timeout / 4))

    def export(self, where: Filter = Filter()) -> Iterator[Task]:  # noqa: B008
        clause, values = claims.where_clause(where)
        base = self.store.snapshot()
        try:
            rows = base.execute(f"select t.id, t.doc from task t where 1{clause} order by t.id", values)
            while batch := rows.fetchmany(500):
                for number, doc in batch:
                    yield task_of(number, json.loads(doc))
        finally:
            base.close()

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
        if self.store.log.fd >= 0 and not self.readonly and self._sittings:
            with self.store.writing(sync=False) as change:
                rows = list(self._sittings)
                change.base.executemany("delete from lease where who=? and sitting=?", rows)
            self._sittings.clear()
        self.store.close()
