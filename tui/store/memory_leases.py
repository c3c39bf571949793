"""Leases of a queue in memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

from tui.model.project import Project
from tui.model.task import Filter, Lease, Order, Work
from tui.store import claim_rules, rules
from tui.store.claim_rules import ClaimSource
from tui.store.documents import Doc, task_of
from tui.store.memory_store import MemoryChange, MemoryStore
from tui.store.rules import Actor, HeldLease
from tui.store.shuffle import even_bits, place_of, round_keys


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
        passed, asked = frozenset(skip), self._store.placed(where or Filter())
        with self._store.changed:
            picked: list[int] = []
            for source in claim_rules.claim_sources(self._project, work):
                for task_id in self._found(source, who, work, asked, Order(order), seed):
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
            held, now = self._live(task_id, work), time.monotonic()
            if rules.lease_blocks(held, who, sitting, now):
                return None
            same = rules.is_same_lease(held, who, sitting, now)
            token = self._store.leases[task_id, work][0] if same else None
            return self._lease(task_id, who, sitting, work, ttl, token)

    def _lease(
        self, task_id: int, who: str, sitting: str, work: Work, ttl: float, token: int | None = None
    ) -> Lease:
        """`token`: of the lease that the sitting has already."""
        token = next(self._store.tokens) if token is None else token
        self._store.leases[task_id, work] = token, HeldLease(who, sitting, time.monotonic() + ttl)
        self._served[who, sitting] += 1
        task = task_of(task_id, self._store.docs[task_id])
        return Lease(task, token, time.time() + ttl, work, self._served[who, sitting])

    def works_elsewhere(self, who: str, sitting: str) -> bool:
        """See `AnnotationQueue`. Each sitting counts as a process of its own."""
        with self._store.changed:
            held = [lease for _, lease in self._store.leases.values() if lease.until > time.monotonic()]
        return any(lease.who == who and lease.sitting != sitting for lease in held)

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
