"""The clerk carries out what a sitting asks of the queue: one thread, one thing after another.

What the person is told is saved, is safe: an answer is given only when the queue's method returned.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import assert_never

from tui.errors import TermlabelError
from tui.model.task import Lease, Task
from tui.sitting import effects, inputs
from tui.sitting.effects import StoreEffect
from tui.sitting.going import may_be_open
from tui.sitting.inputs import Answer, QueueAnswer, Totals
from tui.sitting.seeking import Found, Opened
from tui.store.base import (
    AnnotationQueue,
    Conflict,
    CorruptLog,
    Forbidden,
    LabelGone,
    LeaseLost,
    MaskMissing,
    NotFound,
    ReadOnly,
)
from tui.work.claims import ClaimTerms, FirstClaim, SittingClaims, draft_of
from tui.work.drilldown import drilldown
from tui.work.finding import found_by
from tui.work.looker import Looker
from tui.work.others import OtherSittings
from tui.work.past import before_last, earlier_work, past_of
from tui.work.planned import PlannedClaims

_LASTING = (
    Conflict,
    CorruptLog,
    Forbidden,
    LabelGone,
    LeaseLost,
    MaskMissing,
    NotFound,
    ReadOnly,
    ValueError,  # What cannot be recorded: BadMember is one, too.
)
"""Trying the same again cannot help."""


@dataclass(slots=True)
class Clerk:
    """`deliver` is called from the clerk's thread, once per answer, in order. `planned`: where the tasks of a
    review pass come from; without it they come in the queue's order. `first`: the opening claim, where it was begun
    before."""

    queue: AnnotationQueue
    terms: ClaimTerms
    deliver: Callable[[Answer], None]
    planned: PlannedClaims | None = None
    first: FirstClaim | None = None
    others: OtherSittings = field(init=False)
    looker: Looker = field(init=False)
    _asked: SimpleQueue[StoreEffect | None] = field(default_factory=SimpleQueue)
    _thread: threading.Thread | None = None
    _told: set[str] = field(default_factory=set)
    latest: deque[inputs.Saved | inputs.TakenBack] = field(default_factory=lambda: deque(maxlen=64))
    """The last answers to writes: where the app was ended from outside, its sitting has not seen all of them."""

    def __post_init__(self) -> None:
        self.others = OtherSittings(self.queue, self.terms)
        annotates = self.terms.work == "annotate"
        self.looker = Looker(self.queue, self.terms.who, self.deliver, annotates=annotates)

    def start(self) -> None:
        """Begin to carry out what is asked, in a thread of its own."""
        # Who opened the queue has said these.
        self._told.update(self._warnings() if self.first is None else self.first.said)
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def ask(self, effect: StoreEffect) -> None:
        """Carry out an effect after all that were asked before; returns at once."""
        self._asked.put(effect)

    def stop(self, timeout: float | None = None) -> None:
        """Waits until everything asked is done."""
        self.looker.stop()
        self._asked.put(None)
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        while (effect := self._asked.get()) is not None:
            answer = self.answer(effect)
            if isinstance(answer, inputs.Saved | inputs.TakenBack):
                self.latest.append(answer)
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
            return inputs.Failed("", sentence_of(error), lasting=lasting)
        if isinstance(effect, effects.Take):
            return inputs.TakeFailed(effect.task_id, sentence_of(error), lasting)
        if isinstance(effect, effects.SaveDraft):
            return inputs.DraftFailed(effect.task_id, sentence_of(error))
        if isinstance(effect, effects.Find):
            return Found(effect.text, message=sentence_of(error))
        if isinstance(effect, effects.Open):
            return Opened(None, message=sentence_of(error))
        if not isinstance(effect, effects.Write):
            return None
        current = error.current if isinstance(error, Conflict) else None
        return inputs.Failed(effect.request_id, sentence_of(error), current, lasting=lasting)

    def _carry_out(self, effect: StoreEffect) -> QueueAnswer | None:
        if isinstance(effect, effects.Write):
            return self._write(effect)
        if isinstance(effect, effects.LeaseEffect):
            return self._lease(effect)
        if isinstance(effect, effects.Lookup):
            return self._look_up(effect)
        if effect.annotation is None:
            self.queue.drop_draft(effect.task_id, self.terms.who)
        else:
            self.queue.save_draft(effect.task_id, self.terms.who, draft_of(effect.annotation))
        return inputs.DraftSaved(effect.task_id)

    def _lease(self, effect: effects.LeaseEffect) -> QueueAnswer | None:
        match effect:
            case effects.Claim():
                return self._claim(effect)
            case effects.Take(task_id):
                lease = self._claims.take(task_id)
                return inputs.Taken(task_id, lease, lease is None and self._claims.removed(task_id))
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
                return inputs.EarlierWork(earlier_work(self.queue, self.terms.who, frozenset(known)))
            case effects.Recall(task_id):
                return inputs.Recalled(task_id, tuple(past_of(self.queue.history(task_id))))
            case effects.Find(text):
                return Found(text, tuple(found_by(self.queue, text)))
            case effects.Open(task_id):
                return self._opened(task_id)
            case effects.Pick(cell):
                return inputs.Picked(cell, drilldown(self.queue, cell))
            case _:
                assert_never(effect)

    def _opened(self, task_id: int) -> Opened:
        """The task, with a lease and the draft that was left of it where it waits for a decision."""
        task = self.queue.get(task_id)
        lease = self._claims.take(task_id) if may_be_open(task, self.terms.work) else None
        if lease is None:
            return Opened(task)
        return Opened(lease.task, lease, self._claims.drafts_of([lease]).get(task_id))

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
                    task_id, rev, annotation, who=who, seconds=seconds, request_id=request, context=context
                )
            case effects.Skip(request, lease, context):
                return queue.skip(lease, who=who, request_id=request, context=context)
            case effects.Flag(request, task_id, on, context):
                return queue.flag(task_id, on, who=who, request_id=request, context=context)
            case effects.SetNote(request, task_id, text, context):
                return queue.note(task_id, text, who=who, request_id=request, context=context)
            case effects.Unreadable(request, task_id, reason):
                return queue.unreadable(task_id, reason, who=who, request_id=request)
            case effects.Review():
                return self._review(effect)
            case effects.SendBack(request, task, context):
                return queue.send_back(task.id, task.rev, who=who, request_id=request, context=context)
            case _:
                assert_never(effect)

    def _review(self, effect: effects.Review) -> Task:
        """A verdict that is changed comes as if by a lease that ran out long ago: it counts while the task stands as
        the person saw it, and nobody else holds a newer one."""
        lease = effect.lease or Lease(effect.task, token=0, until=0.0, work="review")
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

    @property
    def _claims(self) -> SittingClaims:
        return SittingClaims(self.queue, self.terms)

    def _claim(self, effect: effects.Claim) -> inputs.Claimed:
        if self.planned is not None:
            return self._claim_planned(self.planned, effect)
        first, self.first = self.first, None
        if first is not None and effect.opening:
            leases = first.leases()
        else:
            leases = self._claims.claim(effect.n, effect.skip, opening=effect.opening)
        drafts = self._claims.drafts_of(leases)
        return inputs.Claimed(tuple(leases), drafts, self._totals_if_known(), self.others.noticed())

    def _claim_planned(self, planned: PlannedClaims, effect: effects.Claim) -> inputs.Claimed:
        leases = tuple(planned.claim(effect.n, effect.skip, self._claims.take))
        plan = planned.ready().sentence()
        return inputs.Claimed(leases, {}, self._totals_if_known(), self.others.noticed(), plan)

    def _taken_back(self, request_id: str, task: Task | None) -> inputs.TakenBack:
        lease = self._lease_if_free(task) if task is not None else None
        was = before_last(self.queue, task) if task is not None else None
        draft = self._claims.drafts_of((lease,)).get(lease.task.id) if lease is not None else None
        return inputs.TakenBack(request_id, task, lease, self._totals_if_known(), was, draft)

    def _lease_if_free(self, task: Task) -> Lease | None:
        """None where none can be had: what was done before is done all the same, and the sitting takes one later."""
        try:
            return self._claims.take(task.id)
        except Exception:
            return None

    def _totals_if_known(self) -> Totals | None:
        """None where they cannot be counted: what was done before is done all the same."""
        try:
            return self.totals()
        except Exception:
            return None

    def totals(self) -> Totals:
        """Durable numbers, as of one event: of the whole project when annotating, when reviewing of what this person may
        judge."""
        now = self.queue.progress(self.terms.who)
        if self.terms.work == "review":
            return Totals(now.reviewed, now.waiting, unlabelled=now.left, again=now.again, own=now.own)
        return Totals(now.done, now.left, now.came_back)


def sentence_of(error: Exception) -> str:
    """What a person is told of an error, whatever it is."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f' ({error.filename})' if error.filename else ''}."
    return str(error) if isinstance(error, TermlabelError) else f"{type(error).__name__}: {error}"
