"""Who works on what, for a while. Leases live in the index alone: losing them loses nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterable
from sqlite3 import Connection

from tui.model.task import Filter, Lease, Order, Work
from tui.store.index import schema, search
from tui.store.log.machine import own_birth
from tui.store.queue.part import QueuePart
from tui.store.queue.transaction import Transaction


class Leases(QueuePart):
    """`claim`, `claim_task`, `renew`, `release`."""

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
        wish = search.Wish(
            who, self.login, sitting, work, Order(order), seed, where, schema.clock(), self.store.host
        )
        if not self.readonly:
            self.store.need(*search.wanted_indexes(wish, self.project))
        with self.store.writing(sync=False) as change:
            # A label takes a task away and adds none: who claims to annotate need not wait for it.
            plain = work == "annotate" and where is None and self.project.passes == 1
            done = change.late.labelled() if plain else None
            base = change.base if done is None else change.behind
            passed = done.union(skip) if done else frozenset(skip)
            picked = self._following(change, base, wish, n, passed) if plain else []
            picked = picked or search.pick(base, wish, n, self.project, passed)
            return [self._lease(change, task_id, who, sitting, work, ttl) for task_id in picked]

    def _following(
        self, change: Transaction, base: Connection, wish: search.Wish, n: int, passed: Container[int]
    ) -> list[int]:
        """The next tasks by the shortest way, with their documents at hand; [] where that does not do."""
        rows = search.following(base, wish, n, passed)
        for task_id, text in rows:
            change.fold.know(task_id, text)
        return [task_id for task_id, _ in rows]

    def claim_task(
        self, task_id: int, *, who: str, sitting: str, work: Work = "annotate", ttl: float = 900
    ) -> Lease | None:
        self._known(who)
        with self.store.writing(sync=False) as change:
            doc = change.doc(task_id)
            if not self._may(doc, who, work) or self._held_by_other(change, task_id, who, sitting, work):
                return None
            return self._lease(change, task_id, who, sitting, work, ttl)

    def _lease(
        self, change: Transaction, task_id: int, who: str, sitting: str, work: Work, ttl: float
    ) -> Lease:
        pid, now = os.getpid(), schema.clock()
        token = int(now * 1e9)
        change.behind.execute(
            "insert or replace into lease values (?,?,?,?,?,?,?,?,?)",
            (task_id, work, who, sitting, self.store.host, pid, own_birth(pid), token, now + ttl),
        )
        change.given[task_id, work] = token, now + ttl
        rank = self._sittings[(who, sitting)] = self._sittings.get((who, sitting), 0) + 1
        return Lease(self._made(task_id, change.doc(task_id)), token, time.time() + ttl, work, rank)

    def renew(self, leases: Iterable[Lease], ttl: float = 900) -> list[Lease]:
        kept = []
        with self.store.writing(sync=False) as change:
            for lease in leases:
                done = change.base.execute(
                    "update lease set until=? where task=? and work=? and token=?",
                    (schema.clock() + ttl, lease.task.id, lease.work, lease.token),
                )
                if done.rowcount:
                    change.given[lease.task.id, lease.work] = lease.token, schema.clock() + ttl
                    kept.append(Lease(lease.task, lease.token, time.time() + ttl, lease.work, lease.rank))
        return kept

    def release(self, leases: Iterable[Lease]) -> None:
        rows = [(lease.task.id, lease.work, lease.token) for lease in leases]
        if rows and not self.readonly:
            with self.store.writing(sync=False) as change:
                change.base.executemany("delete from lease where task=? and work=? and token=?", rows)
                for task_id, work, _ in rows:
                    change.given.pop((task_id, work), None)

    def _release_all(self) -> None:
        """On closing: what this process still holds."""
        if not self.readonly and self._sittings:
            with self.store.writing(sync=False) as change:
                change.base.executemany("delete from lease where who=? and sitting=?", list(self._sittings))
            self._sittings.clear()
