"""A queue in the memory of one process, for tests and for trying things out: the same rules, no files, no SQL.

It looks at all tasks for most questions, which is fine for thousands of them. Each `MemoryQueue` is one opening of a
`MemoryStore`, as another process would have it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from tui.model.project import Project
from tui.model.task import Event, Filter, Lease, NewTask, Order, State, Task, Work
from tui.store import claim_rules, rules
from tui.store.base import TasksAsOf
from tui.store.claim_rules import ClaimSource
from tui.store.decisions import Decisions
from tui.store.documents import MAX_EVENT_DOCS, Doc, LogRecord, event_of, new_doc, task_of
from tui.store.imports import Imports
from tui.store.members import checked_members
from tui.store.memory_store import InlineMasks, MemoryChange, MemoryStore, MemoryTransactions
from tui.store.rules import Actor, HeldLease
from tui.store.shuffle import even_bits, place_of, round_keys
from tui.store.summary import Summary, summarise
from tui.store.tally import TallyKey, merge, standing


class MemoryLeases:
    """`claim`, `claim_task`, `renew` and `release`. There is one process, so no sitting is ever dead."""

    def __init__(self, project: Project, login: str, store: MemoryStore) -> None:
        self._project, self._login, self._store = project, login, store
        self._served: Counter[tuple[str, str]] = Counter()

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
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        passed = frozenset(skip)
        with self._store.changed:
            picked: list[int] = []
            for source in claim_rules.claim_sources(self._project, work):
                for task_id in self._found(source, who, work, where or Filter(), Order(order), seed):
                    if task_id not in passed and not self._is_picked(task_id, picked):
                        picked.append(task_id)
            return [self._lease(task_id, who, sitting, work, ttl) for task_id in picked[: max(n, 0)]]

    def _is_picked(self, task_id: int, picked: list[int]) -> bool:
        """Whether the task, or another pass of its image, is among those picked."""
        docs = self._store.docs
        passes = self._project.passes > 1 and docs[task_id]["path"] in {docs[each]["path"] for each in picked}
        return passes or task_id in picked

    def _found(
        self, source: ClaimSource, who: str, work: Work, where: Filter, order: Order, seed: int
    ) -> list[int]:
        """Ids of all tasks that this source has for somebody, best first."""
        actor = Actor(who, self._login)
        found = [
            task_id
            for task_id, doc in self._store.docs.items()
            if claim_rules.source_has(source, self._project, doc, actor)
            and claim_rules.matches(where, task_id, doc)
            and self._is_available(source, task_id, work)
            and not self._in_another_pass(doc, who)
        ]
        shuffled = order is Order.RANDOM and source is not ClaimSource.ANY_REJECTED
        bits, keys = even_bits(max(self._store.docs, default=0)), round_keys(seed)

        def key(task_id: int) -> tuple[float, ...]:
            if shuffled:
                return (place_of(task_id - 1, bits, keys),)
            asked = source in claim_rules.IN_THE_ORDER
            return (*(claim_rules.order_key(order, self._store.docs[task_id]) if asked else ()), task_id)

        return sorted(found, key=key)

    def _is_available(self, source: ClaimSource, task_id: int, work: Work) -> bool:
        lease = self._live(task_id, work)
        if source in claim_rules.LEASED_TO_DEAD:
            return lease is not None and lease.dead
        return lease is None

    def _live(self, task_id: int, work: Work) -> HeldLease | None:
        _, held = self._store.leases.get((task_id, work), (0, None))
        return held if held is not None and held.until > time.monotonic() else None

    def _in_another_pass(self, doc: Doc, who: str) -> bool:
        """Whether this person did the image, or has it in hand, in another pass."""
        if self._project.passes <= 1:
            return False
        mine = {number for number, work in self._store.leases if self._held_by(number, work, who)}
        mine |= {number for number, other in self._store.docs.items() if other.get("annotator") == who}
        others = (self._store.docs[number] for number in mine)
        return any(claim_rules.is_another_pass(doc, other) for other in others)

    def _held_by(self, task_id: int, work: Work, who: str) -> bool:
        held = self._live(task_id, work)
        return held is not None and held.who == who

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        with self._store.changed:
            doc = MemoryChange(self._store, self._login).doc(task_id)
            if not rules.may_work_on(self._project, doc, Actor(who, self._login), work):
                return None
            if rules.lease_blocks(self._live(task_id, work), who, sitting, time.monotonic()):
                return None
            return self._lease(task_id, who, sitting, work, ttl)

    def _lease(self, task_id: int, who: str, sitting: str, work: Work, ttl: float) -> Lease:
        token = next(self._store.tokens)
        self._store.leases[task_id, work] = token, HeldLease(who, sitting, time.monotonic() + ttl)
        self._served[who, sitting] += 1
        task = task_of(task_id, self._store.docs[task_id])
        return Lease(task, token, time.time() + ttl, work, self._served[who, sitting])

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        """See `AnnotationQueue`."""
        with self._store.changed:
            kept = []
            for lease in leases:
                key = lease.task.id, lease.work
                token, held = self._store.leases.get(key, (0, None))
                if held is not None and token == lease.token:
                    self._store.leases[key] = token, HeldLease(held.who, held.sitting, time.monotonic() + ttl)
                    kept.append(Lease(lease.task, token, time.time() + ttl, lease.work, lease.rank))
            return kept

    def release(self, leases: Iterable[Lease]) -> None:
        """See `AnnotationQueue`."""
        with self._store.changed:
            for lease in leases:
                key = lease.task.id, lease.work
                if self._store.leases.get(key, (0, None))[0] == lease.token:
                    del self._store.leases[key]

    def release_all(self) -> None:
        """On closing: what this opening still holds."""
        with self._store.changed:
            held = self._store.leases.items()
            for key in [key for key, (_, lease) in held if (lease.who, lease.sitting) in self._served]:
                del self._store.leases[key]


class MemoryQueue:
    """Holds the parts that do the work; see `tui.store.base.AnnotationQueue` for what the methods promise and raise."""

    readonly = False
    warnings: tuple[str, ...] = ()

    def __init__(self, project: Project, store: MemoryStore, *, login: str) -> None:
        self._project, self._store = project, store
        self._transactions = transactions = MemoryTransactions(store, login)
        masks, drafts = InlineMasks(), store.drafts

        self._leases = leases = MemoryLeases(project, login, store)
        self.claim, self.claim_task = leases.claim, leases.claim_task
        self.renew, self.release, self.close = leases.renew, leases.release, leases.release_all

        decisions = Decisions(project, login, transactions, masks, drafts)
        self.submit, self.skip, self.unreadable = decisions.submit, decisions.skip, decisions.unreadable
        self.flag, self.revise, self.review = decisions.flag, decisions.revise, decisions.review
        self.undo, self.redo = decisions.undo, decisions.redo

        self.import_annotations = Imports(project, transactions, masks).import_annotations
        self.save_draft, self.load_draft = drafts.save, drafts.load
        self.drop_draft, self.drafts = drafts.drop, drafts.of

        if project.digest and store.digest != project.digest:  # A changed project file is an event.
            store.digest = project.digest
            with transactions.writing() as change:
                change.record("project", "", {}, digest=project.digest)

    @property
    def seq(self) -> int:
        """See `AnnotationQueue`."""
        return len(self._store.events)

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        """See `AnnotationQueue`."""
        source, added, there = iter(tasks), 0, 0
        while batch := list(islice(source, MAX_EVENT_DOCS)):
            with self._transactions.writing() as change:
                known = {(doc["path"], doc.get("pass", 1)) for doc in self._store.docs.values()}
                fresh: dict[tuple[str, int], NewTask] = {}
                for task in batch:
                    if (task.path, task.pass_) not in known:
                        fresh.setdefault((task.path, task.pass_), task)
                first = max(self._store.docs, default=0) + 1
                docs = {number: new_doc(task) for number, task in enumerate(fresh.values(), first)}
                for doc in docs.values():
                    checked_members(doc)
                if docs:
                    change.record("add", who, docs)
            added, there = added + len(docs), there + len(batch) - len(docs)
        return added, there

    def get(self, task_id: int) -> Task:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            return task_of(task_id, change.doc(task_id))

    def find(self, path: str, pass_: int = 1) -> Task | None:
        """See `AnnotationQueue`."""
        return next((t for t in self._matching(Filter()) if (t.path, t.pass_) == (path, pass_)), None)

    def _matching(self, where: Filter) -> Iterator[Task]:
        """As of one moment, ascending id."""
        with self._store.changed:
            docs = sorted(self._store.docs.items())
        return (task_of(task_id, doc) for task_id, doc in docs if claim_rules.matches(where, task_id, doc))

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        return list(islice((task for task in self._matching(where) if task.id > after), limit))

    def export(self, where: Filter = Filter(), *, masks: bool = True, strict: bool = True) -> Iterator[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        return self._matching(where)

    @contextmanager
    def as_of_now(self, where: Filter = Filter()) -> Iterator[TasksAsOf]:  # noqa: B008
        """See `AnnotationQueue`."""
        with self._store.changed:
            seq, found = self.seq, list(self._matching(where))
        yield TasksAsOf(seq, lambda: iter(found))

    def count(self, where: Filter) -> int:
        """See `AnnotationQueue`."""
        return sum(1 for _ in self._matching(where))

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        """See `AnnotationQueue`."""
        return summarise(self._matching(where))

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        """See `AnnotationQueue`."""
        return Counter((task.annotator, task.state) for task in self._matching(Filter()))

    def tallies(self) -> dict[TallyKey, float]:
        """See `AnnotationQueue`."""
        with self._store.changed:
            sums = dict(self._store.counters)
            for doc in self._store.docs.values():
                merge(sums, standing(doc, 1))
        return {key: n for key, n in sums.items() if abs(n) > 0.0005}

    def history(self, task_id: int) -> list[Event]:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            known = task_id in self._store.docs
            records = list(change.records(task_id)) if known else []
        return [event_of(record, task_id) for record in reversed(records)]

    def came_back(self, who: str) -> int:
        """See `AnnotationQueue`."""
        with self._store.changed:
            return sum(claim_rules.came_back(self._project, doc, who) for doc in self._store.docs.values())

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        """See `AnnotationQueue`."""
        with self._store.changed:
            docs = self._store.docs
            edge = docs.get(before or 0, {}).get("decided") or float("inf")
            own = [
                (doc["decided"], task_id)
                for task_id, doc in docs.items()
                if doc.get("annotator") == who and (doc.get("decided") or edge) < edge
            ]
            return [task_of(task_id, docs[task_id]) for _, task_id in sorted(own, reverse=True)[:limit]]

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        """See `AnnotationQueue`."""
        while records := self._events_after(after_seq, timeout):
            after_seq += len(records)
            for record in records:
                yield from (event_of(record, int(key)) for key in record["set"])

    def _events_after(self, seq: int, timeout: float) -> list[LogRecord]:
        """Waits for some, `timeout` seconds at most."""
        with (store := self._store).changed:
            store.changed.wait_for(lambda: len(store.events) > seq, timeout)
            return store.events[seq:]
