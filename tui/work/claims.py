"""What a sitting gets to work on: own unfinished work first, then what the queue has next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tui.model.annotation import Annotation, Json
from tui.model.task import Filter, Lease, Order, State, Work
from tui.store.base import AnnotationQueue, MaskMissing, NotFound, QueueError


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """Under which name and in which order this sitting asks for tasks. `ttl`: of a lease, in seconds."""

    who: str
    sitting: str
    work: Work = "annotate"
    order: Order = Order.SEQUENTIAL
    seed: int = 0
    where: Filter | None = None
    ttl: float = 900.0


@dataclass(frozen=True, slots=True)
class FirstClaim:
    """A claim that was begun before the sitting: under these terms. `leases`: waits for it, and raises what it raised;
    `said`: what the queue had warned of before."""

    terms: ClaimTerms
    leases: Callable[[], list[Lease]]
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingClaims:
    """Leases for a sitting, in the queue's order."""

    queue: AnnotationQueue
    terms: ClaimTerms

    def take(self, task_id: int) -> Lease | None:
        """A lease on that very task; None while somebody else has it, or when there is nothing to do about it.

        Raises:
            Forbidden: not among the project's people.
            MaskMissing: the task has one that cannot be read.
            The writing errors of a queue.
        """
        terms = self.terms
        try:
            return self.queue.claim_task(
                task_id, who=terms.who, sitting=terms.sitting, work=terms.work, ttl=terms.ttl
            )
        except NotFound:
            return None

    def removed(self, task_id: int) -> bool:
        """Whether the task left the project. Raises the reading errors of a queue."""
        return bool(self.queue.count(Filter(states=(State.REMOVED,), ids=frozenset((task_id,)))))

    def claim(self, n: int, skip: Iterable[int] = (), *, opening: bool = False) -> list[Lease]:
        """At most `n`; own unfinished work first when `opening`. `skip`: ids not to be served.

        Raises:
            Forbidden: not among the project's people.
            The writing errors of a queue, unless something was taken before.
        """
        return kept_from(self._leases(n, skip, opening))

    def _leases(self, n: int, skip: Iterable[int], opening: bool) -> Iterator[Lease]:
        terms, begun = self.terms, set[int]()
        for lease in islice(self._unfinished(), n if opening else 0):
            begun.add(lease.task.id)
            yield lease
        if len(begun) < n:
            yield from self.queue.claim(
                terms.who,
                n - len(begun),
                sitting=terms.sitting,
                work=terms.work,
                order=terms.order,
                seed=terms.seed,
                where=terms.where,
                ttl=terms.ttl,
                skip=begun.union(skip),
            )

    def _unfinished(self) -> Iterator[Lease]:
        """Leases on tasks with a draft of one's own, the latest first, where they can be had."""
        for task_id in self._asked_for(self._with_draft()):
            try:
                lease = self.take(task_id)
            except MaskMissing:  # Passed over, as by the queue's claim.
                continue
            if lease is not None:
                yield lease

    def _with_draft(self) -> list[int]:
        return self.queue.drafts(self.terms.who) if self.terms.work == "annotate" else []

    def _asked_for(self, task_ids: list[int]) -> list[int]:
        """Those of them that pass the filter of this sitting."""
        where = self.terms.where
        if where is None or not task_ids:
            return task_ids
        ids = frozenset(task_ids) if where.ids is None else where.ids.intersection(task_ids)
        passed = {task.id for task in self.queue.export(replace(where, ids=ids), masks=False)}
        return [task_id for task_id in task_ids if task_id in passed]

    def drafts_of(self, leases: Sequence[Lease]) -> Mapping[int, Annotation]:
        """Own unfinished annotations of these tasks, by id. Raises nothing of the queue's."""
        if self.terms.work != "annotate":
            return {}
        drafts = {x.task.id: self.queue.load_draft(x.task.id, self.terms.who) for x in leases}
        return {task_id: annotation_of(draft) for task_id, draft in drafts.items() if draft}


def kept_from(leases: Iterable[Lease]) -> list[Lease]:
    """All of them, or those that came before an error of the queue: they are held already, and nobody else would be served their
    tasks. Raises the error where there are none; else whoever claims next meets it again."""
    kept: list[Lease] = []
    try:
        kept.extend(leases)
    except (QueueError, OSError):  # Anything else is a fault of the program: that is told.
        if not kept:
            raise
    return kept


def draft_of(annotation: Annotation) -> Json:
    """An unfinished annotation as it is kept beside the queue."""
    return {"labels": list(annotation.labels), "shapes": list(annotation.shapes)}


def annotation_of(draft: Json) -> Annotation:
    """The other way; what is not there is empty."""
    labels, shapes = draft.get("labels"), draft.get("shapes")
    return Annotation(
        tuple(str(x) for x in labels) if isinstance(labels, list) else (),
        tuple(x for x in shapes if isinstance(x, dict)) if isinstance(shapes, list) else (),
    )
