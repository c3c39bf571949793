"""Claims along a review plan: its tasks one after the other, those that somebody else holds go to its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from tui.model.task import Lease, State
from tui.quality.plan import Plan
from tui.store.base import AnnotationQueue, MaskMissing, NotFound
from tui.work.claims import kept_from

TakeLease = Callable[[int], Lease | None]
"""A lease on the task with this id; None while somebody else has it."""


@dataclass(slots=True)
class PlannedClaims:
    """`make` is called once, by the clerk's thread, at the first claim: it looks at every labelled task."""

    queue: AnnotationQueue
    make: Callable[[], Plan]
    plan: Plan | None = None
    warnings: list[str] = field(default_factory=list)
    """Sentences about tasks of the plan that were passed over."""
    _waiting: deque[int] = field(default_factory=deque)

    def __post_init__(self) -> None:
        if self.plan is not None:
            self._waiting = deque(self.plan.ids)

    def again(self, queue: AnnotationQueue, make: Callable[[], Plan]) -> PlannedClaims:
        """The same plan from its beginning, by a queue that was opened anew perhaps: what has its verdict is passed over."""
        return PlannedClaims(queue, make, self.plan, self.warnings)

    def ready(self) -> Plan:
        """The plan, made now if it was not yet."""
        if self.plan is None:
            self.plan = self.make()
            self._waiting = deque(self.plan.ids)
        return self.plan

    def claim(self, n: int, skip: Iterable[int], take: TakeLease) -> list[Lease]:
        """The next at most `n` that still wait for a verdict and are free.

        Raises what `make`, the queue and `take` raise, unless something was taken before. What could not be looked at
        comes first the next time.
        """
        self.ready()
        return kept_from(islice(self._leases({*skip}, take), n))

    def _leases(self, passed: set[int], take: TakeLease) -> Iterator[Lease]:
        """Each task is asked for at most once; those that somebody else holds come last the next time."""
        for _ in range(len(self._waiting)):
            task_id = self._waiting[0]
            waits = task_id not in passed and self._labelled(task_id)
            lease = take(task_id) if waits else None
            self._waiting.popleft()
            if lease is not None:
                yield lease
            elif waits:
                self._waiting.append(task_id)

    def _labelled(self, task_id: int) -> bool:
        try:
            return self.queue.get(task_id).state is State.LABELLED
        except NotFound:
            return False
        except MaskMissing as error:
            self.warnings.append(f"Task {task_id} is passed over. {error}")
            return False
