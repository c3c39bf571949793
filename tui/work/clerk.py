"""The clerk carries out what a sitting asks of the queue: one thread, one thing after another.

What the person is told is saved, is safe: an answer is given only when the queue's method returned.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import assert_never

from tui.errors import TermlabelError
from tui.model.annotation import Annotation, Json
from tui.model.task import ANSWERED, OPEN, REVIEWED, Filter, Lease, Order, State, Task, Work
from tui.sitting import effects, inputs
from tui.sitting.effects import StoreEffect
from tui.sitting.inputs import Answer, QueueAnswer, Totals
from tui.store.base import (
    AnnotationQueue,
    Conflict,
    CorruptLog,
    Forbidden,
    LeaseLost,
    NotFound,
    QueueError,
    ReadOnly,
)
from tui.work.drilldown import drilldown
from tui.work.past import past_of
from tui.work.planned import PlannedClaims

_LASTING = (Conflict, Forbidden, LeaseLost, NotFound, ReadOnly, CorruptLog)
"""Trying the same again cannot help."""


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


@dataclass(slots=True)
class Clerk:
    """`deliver` is called from the clerk's thread, once per answer, in order. `planned`: where the tasks of a
    review pass come from; without it they come in the queue's order."""

    queue: AnnotationQueue
    terms: ClaimTerms
    deliver: Callable[[Answer], None]
    planned: PlannedClaims | None = None
    _asked: SimpleQueue[StoreEffect | None] = field(default_factory=SimpleQueue)
    _thread: threading.Thread | None = None
    _told: set[str] = field(default_factory=set)

    def start(self) -> None:
        self._told.update(self._warnings())  # Who opened the queue has said these.
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def ask(self, effect: StoreEffect) -> None:
        self._asked.put(effect)

    def stop(self, timeout: float | None = None) -> None:
        """Waits until everything asked is done."""
        self._asked.put(None)
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        while (effect := self._asked.get()) is not None:
            answer = self.answer(effect)
            if answer is not None:
                self.deliver(answer)
            for warning in self._warnings():
                if warning not in self._told:
                    self._told.add(warning)
                    self.deliver(inputs.ThreadFailed(warning))

    def _warnings(self) -> tuple[str, ...]:
        planned = () if self.planned is None else self.planned.warnings
        return *self.queue.warnings, *planned

    def answer(self, effect: StoreEffect) -> Answer | None:
        """What the queue says to one effect; for a write a failure is an answer too."""
        try:
            return self._carry_out(effect)
        except Exception as error:  # This thread must not end: the person would wait for ever, and not know.
            return self._failed(effect, error)

    def _failed(self, effect: StoreEffect, error: Exception) -> Answer | None:
        """What the person must know of it: a lookup or a renewal that failed loses nothing."""
        lasting = isinstance(error, _LASTING)
        if isinstance(effect, effects.Claim | effects.Pick):
            return inputs.Failed("", _sentence(error), lasting=lasting)
        if isinstance(effect, effects.SaveDraft):
            return inputs.DraftFailed(effect.task_id, _sentence(error))
        if not isinstance(effect, effects.Write):
            return None
        current = error.current if isinstance(error, Conflict) else None
        return inputs.Failed(effect.request_id, _sentence(error), current, lasting=lasting)

    def _carry_out(self, effect: StoreEffect) -> QueueAnswer | None:
        if isinstance(effect, effects.Write):
            return self._write(effect)
        if isinstance(effect, effects.LeaseEffect):
            return self._lease(effect)
        if isinstance(effect, effects.Lookup):
            return self._look_up(effect)
        self.queue.save_draft(effect.task_id, self.terms.who, draft_of(effect.annotation))
        return inputs.DraftSaved(effect.task_id)

    def _lease(self, effect: effects.LeaseEffect) -> QueueAnswer | None:
        match effect:
            case effects.Claim():
                return self._claim(effect)
            case effects.Take(task_id):
                return inputs.Taken(task_id, self._take(task_id))
            case effects.Renew(leases):
                return self._renew(leases)
            case effects.Release(leases):
                self.queue.release(leases)
                return None
            case _:
                assert_never(effect)

    def _renew(self, leases: Iterable[Lease]) -> inputs.Renewed:
        held = {lease.task.id for lease in self.queue.renew(leases, self.terms.ttl)}
        return inputs.Renewed(frozenset(lease.task.id for lease in leases) - held)

    def _look_up(self, effect: effects.Lookup) -> QueueAnswer:
        match effect:
            case effects.Earlier(known):
                return inputs.EarlierWork(self._earlier(frozenset(known)))
            case effects.Recall(task_id):
                return inputs.Recalled(task_id, tuple(past_of(self.queue.history(task_id))))
            case effects.Pick(cell):
                return inputs.Picked(cell, drilldown(self.queue, cell))
            case _:
                assert_never(effect)

    def _write(self, effect: effects.Write) -> QueueAnswer:
        match effect:
            case effects.Undo(request_id):
                return self._taken_back(request_id, self.queue.undo(self.terms.who, request_id=request_id))
            case effects.Redo(request_id):
                return self._taken_back(request_id, self.queue.redo(self.terms.who, request_id=request_id))
            case _:
                return inputs.Saved(effect.request_id, self._decide(effect), self._totals_if_known())

    def _decide(self, effect: effects.DecisionWrite) -> Task:
        queue, who = self.queue, self.terms.who
        match effect:
            case effects.Submit(request, lease, annotation, seconds, context):
                return queue.submit(
                    lease, annotation, who=who, seconds=seconds, request_id=request, context=context
                )
            case effects.Revise(request, task_id, rev, annotation, seconds, context):
                return queue.revise(
                    task_id,
                    rev,
                    annotation,
                    who=who,
                    seconds=seconds,
                    request_id=request,
                    context=context,
                )
            case effects.Skip(request, lease, context):
                return queue.skip(lease, who=who, request_id=request, context=context)
            case effects.Flag(request, task_id, on, context):
                return queue.flag(task_id, on, who=who, request_id=request, context=context)
            case effects.Unreadable(request, task_id, reason):
                return queue.unreadable(task_id, reason, who=who, request_id=request)
            case effects.Review():
                return self._review(effect)
            case _:
                assert_never(effect)

    def _review(self, effect: effects.Review) -> Task:
        lease = effect.lease or self._take(effect.task.id)
        if lease is None:
            raise LeaseLost("Somebody else is reviewing this picture now.")
        return self.queue.review(
            lease,
            effect.verdict,
            reason=effect.reason,
            comment=effect.comment,
            annotation=effect.annotation,
            stroke=effect.stroke,
            who=self.terms.who,
            seconds=effect.seconds,
            request_id=effect.request_id,
            context=effect.context,
        )

    def _claim(self, effect: effects.Claim) -> inputs.Claimed:
        if self.planned is not None:
            return self._claim_planned(self.planned, effect)
        terms = self.terms
        drafts = self.queue.drafts(terms.who) if terms.work == "annotate" else []
        leases = self._own_drafts(drafts[: effect.n]) if effect.opening else []
        if len(leases) < effect.n:
            leases += self.queue.claim(
                terms.who,
                effect.n - len(leases),
                sitting=terms.sitting,
                work=terms.work,
                order=terms.order,
                seed=terms.seed,
                where=terms.where,
                ttl=terms.ttl,
                skip={*effect.skip, *(lease.task.id for lease in leases)},
            )
        begun = {*drafts}.intersection(lease.task.id for lease in leases)
        unfinished = {task_id: self.queue.load_draft(task_id, terms.who) for task_id in begun}
        found = {task_id: annotation_of(draft) for task_id, draft in unfinished.items() if draft}
        return inputs.Claimed(tuple(leases), found, self._totals_if_known())

    def _own_drafts(self, task_ids: Iterable[int]) -> list[Lease]:
        """Leases on tasks with a draft of one's own, where they can be had."""
        return [lease for task_id in task_ids if (lease := self._take(task_id))]

    def _earlier(self, known: frozenset[int]) -> tuple[Task, ...]:
        """The latest own work that is not among `known`, in at most one element."""
        before: int | None = None
        while page := self.queue.own_before(self.terms.who, before, limit=20):
            for task in page:
                if task.id not in known:
                    return (task,)
            before = page[-1].id
        return ()

    def _claim_planned(self, planned: PlannedClaims, effect: effects.Claim) -> inputs.Claimed:
        if planned.plan is None:
            self.deliver(inputs.PlanMade(planned.ready().sentence()))
        leases = tuple(planned.claim(effect.n, effect.skip, self._take))
        return inputs.Claimed(leases, totals=self._totals_if_known())

    def _take(self, task_id: int) -> Lease | None:
        terms = self.terms
        try:
            return self.queue.claim_task(
                task_id, who=terms.who, sitting=terms.sitting, work=terms.work, ttl=terms.ttl
            )
        except (QueueError, OSError):
            return None

    def _taken_back(self, request_id: str, task: Task | None) -> inputs.TakenBack:
        lease = self._take(task.id) if task is not None else None
        return inputs.TakenBack(request_id, task, lease, self._totals_if_known())

    def _totals_if_known(self) -> Totals | None:
        """None where they cannot be counted: what was done before is done all the same."""
        try:
            return self.totals()
        except Exception:
            return None

    def totals(self) -> Totals:
        """Durable numbers: of the whole project when annotating, of others' work when reviewing."""
        stats = self.queue.stats().items()
        if self.terms.work == "annotate":
            back = self.queue.came_back(self.terms.who)
            done = sum(n for (_, state), n in stats if state in ANSWERED)
            left = sum(n for (_, state), n in stats if state in OPEN)
            return Totals(done - back, left + back, back)
        done = sum(n for (_, state), n in stats if state in REVIEWED)
        left = sum(n for (who, state), n in stats if state is State.LABELLED and who != self.terms.who)
        return Totals(done, left)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f' ({error.filename})' if error.filename else ''}."
    return str(error) if isinstance(error, TermlabelError) else f"{type(error).__name__}: {error}"


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
