"""Who works on what, for a while. Leases live in the index alone: losing them loses nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from tui.model.project import Project
from tui.model.task import Filter, Lease, Order, Task, Work
from tui.store import rules
from tui.store.base import MaskMissing
from tui.store.change import Masks
from tui.store.documents import task_of
from tui.store.index import schema, search
from tui.store.log.finding import placed
from tui.store.log.machine import own_birth, process_born
from tui.store.queue.event_store import EventStore
from tui.store.queue.transaction import Transaction


class Leases:
    """`claim`, `claim_task`, `renew` and `release`."""

    def __init__(self, project: Project, store: EventStore, masks: Masks) -> None:
        self._project, self._store, self._masks = project, store, masks
        self._served: dict[tuple[str, str], int] = {}
        """How many tasks each (name, sitting) of this process got."""

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
        store = self._store
        where = placed(where, store.log) if where is not None else None
        request = search.ClaimRequest(
            who, store.login, sitting, work, Order(order), seed, where, schema.clock(), store.host
        )
        if not store.readonly:
            store.ensure_index(*search.wanted_indexes(request, self._project))
        with store.unsynced() as change:
            passed = frozenset(skip)
            try:
                tasks = [self._task(change, task_id) for task_id in self._picked(change, request, n, passed)]
            except MaskMissing:
                tasks = self._whole_tasks(change, request, n, passed)
            return [self._lease(change, task, who, sitting, work, ttl) for task in tasks]

    def _whole_tasks(
        self, change: Transaction, request: search.ClaimRequest, n: int, skip: frozenset[int]
    ) -> list[Task]:
        """The best that can be served, at most `n`; what has a mask that cannot be read is passed over."""
        broken = set[int]()
        while True:
            # Twice as many each time: thousands of broken ones cost no thousand searches.
            asked = n + len(broken)
            picked = self._picked(change, request, asked, skip.union(broken))
            tasks = [task for task_id in picked if (task := self._whole_task(change, task_id, broken))]
            if len(tasks) >= n or len(picked) < asked:
                return tasks[:n]

    def _whole_task(self, change: Transaction, task_id: int, broken: set[int]) -> Task | None:
        """The task with its masks; one that lacks one goes to `broken`, with a warning."""
        try:
            return self._task(change, task_id)
        except MaskMissing as error:
            broken.add(task_id)
            warning = f"Task {task_id} is passed over. {error}"
            if warning not in self._store.warnings:
                self._store.warnings.append(warning)
            return None

    def _task(self, change: Transaction, task_id: int) -> Task:
        return task_of(task_id, self._masks.fetched(change.doc(task_id)))

    def _picked(
        self, change: Transaction, request: search.ClaimRequest, n: int, skip: frozenset[int]
    ) -> list[int]:
        """Ids of tasks, best first."""
        if request.work != "annotate" or request.where is not None or self._project.passes > 1:
            return search.pick(change.db, request, n, self._project, skip)
        # A label takes a task away and adds none: who claims to annotate need not wait for it. Where no more labels
        # may wait, though, they go into the index with this lease, which saves them a transaction of their own.
        waiting = change.index.pending
        labelled = None if waiting.full else waiting.labelled()
        db = change.db if labelled is None else change.without_pending
        skip = skip | labelled if labelled else skip
        rows = search.following(db, request, n, self._project, skip)
        if not rows:
            return search.pick(db, request, n, self._project, skip)
        for task_id, text in rows:
            change.index.fold.know(task_id, text)
        return [task_id for task_id, _ in rows]

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        actor = rules.Actor(who, self._store.login)
        with self._store.unsynced() as change:
            if not rules.may_work_on(self._project, change.doc(task_id), actor, work):
                return None
            token, held = self._held(change, task_id, work)
            if rules.lease_blocks(held, who, sitting, schema.clock()):
                return None
            task = self._task(change, task_id)
            same = rules.is_same_lease(held, who, sitting, schema.clock())
            return self._lease(change, task, who, sitting, work, ttl, token if same else None)

    def _held(
        self, change: Transaction, task_id: int, work: Work
    ) -> tuple[int | None, rules.HeldLease | None]:
        """The lease on a task, with its token."""
        row = change.db.execute(
            "select token, who, sitting, until, host, pid, born from lease where task=? and work=?",
            (task_id, work),
        ).fetchone()
        if row is None:
            return None, None
        token, who, sitting, until, host, pid, born = row
        dead = host == self._store.host and process_born(pid) != born
        return token, rules.HeldLease(who, sitting, until, dead)

    def _lease(
        self,
        change: Transaction,
        task: Task,
        who: str,
        sitting: str,
        work: Work,
        ttl: float,
        token: int | None = None,
    ) -> Lease:
        """`token`: of the lease that the sitting has already."""
        pid, now = os.getpid(), schema.clock()
        token = int(now * 1e9) if token is None else token
        change.without_pending.execute(
            "insert or replace into lease values (?,?,?,?,?,?,?,?,?)",
            (task.id, work, who, sitting, self._store.host, pid, own_birth(pid), token, now + ttl),
        )
        change.index.own_leases[task.id, work] = token, now + ttl
        rank = self._served[who, sitting] = self._served.get((who, sitting), 0) + 1
        return Lease(task, token, time.time() + ttl, work, rank)

    def works_elsewhere(self, who: str, sitting: str) -> bool:
        """See `AnnotationQueue`. Of a sitting whose machine is out of sight its leases are believed until they end."""
        with self._store.reading() as db:
            rows = db.execute(
                "select distinct host, pid, born from lease where who=? and sitting!=? and until>?",
                (who, sitting, schema.clock()),
            ).fetchall()
        here, pid = self._store.host, os.getpid()
        return any(
            host != here or (number != pid and process_born(number) == born) for host, number, born in rows
        )

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        """See `AnnotationQueue`."""
        kept = []
        with self._store.unsynced() as change:
            for lease in leases:
                done = change.db.execute(
                    "update lease set until=? where task=? and work=? and token=?",
                    (schema.clock() + ttl, lease.task.id, lease.work, lease.token),
                )
                if done.rowcount:
                    change.index.own_leases[lease.task.id, lease.work] = lease.token, schema.clock() + ttl
                    kept.append(Lease(lease.task, lease.token, time.time() + ttl, lease.work, lease.rank))
        return kept

    def release(self, leases: Iterable[Lease]) -> None:
        """See `AnnotationQueue`."""
        rows = [(lease.task.id, lease.work, lease.token) for lease in leases]
        if rows and not self._store.readonly:
            with self._store.unsynced() as change:
                change.db.executemany("delete from lease where task=? and work=? and token=?", rows)
                for task_id, work, _ in rows:
                    change.index.own_leases.pop((task_id, work), None)

    def release_all(self) -> None:
        """On closing: what this process still holds."""
        if not self._store.readonly and self._served:
            with self._store.unsynced() as change:
                change.db.executemany("delete from lease where who=? and sitting=?", list(self._served))
            self._served.clear()
