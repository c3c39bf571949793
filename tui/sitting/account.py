"""What a person did in one run of the app: durable decisions alone, without those that were taken back, and the active
time. Pace and the words on leaving come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from tui.model.review import Verdict
from tui.model.task import State, Task
from tui.sitting.effects import (
    DecisionWrite,
    Flag,
    Redo,
    Review,
    Revise,
    SendBack,
    SetNote,
    Skip,
    Submit,
    Undo,
    Unreadable,
)

_MARKS = ("flagged", "noted")
Doing = Literal[
    "labelled", "changed", "skipped", "accepted", "fixed", "rejected", "sent back", "flagged", "noted"
]
"""`changed`: own work from before this run was labelled anew."""
ANSWERS: frozenset[Doing] = frozenset({"labelled", "accepted", "fixed", "rejected"})
"""What counts as a picture done; the pace is told by it."""
PACE_SECONDS = 300.0
"""The pace is that of so many active seconds."""
LEAST_SECONDS = 10.0
"""Of less no pace is told."""


@dataclass(frozen=True, slots=True)
class Done:
    """One durable decision. `stroke`: what decisions of one key have in common. `at`: active seconds of the run then."""

    task_id: int
    outcome: Doing
    stroke: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Account:
    """`active`: seconds at work. `done`: oldest first. `undone`: what each undo took back since the last decision;
    nothing of this run, where it was from before."""

    active: float = 0.0
    done: tuple[Done, ...] = ()
    undone: tuple[tuple[Done, ...], ...] = ()

    def saved(self, write: DecisionWrite, task: Task) -> Account:
        """A decision is durable; `task` is as the queue has it."""
        outcome = self._outcome(write)
        if outcome is None:
            return self
        stroke = write.stroke if isinstance(write, Review) else None
        return replace(self, done=(*self.done, Done(task.id, outcome, stroke, self.active)), undone=())

    def taken_back(self, write: Undo | Redo, task: Task) -> Account:
        """An undo or redo is durable; `task`: what it brought back, of a stroke one of them."""
        match write:
            case Undo():
                return self._without(self._latest(task.id))
            case Redo() if self.undone:
                return replace(self, done=(*self.done, *self.undone[-1]), undone=self.undone[:-1])
            case Redo():  # Of what an earlier sitting took back.
                again = (Done(task.id, _outcome_of(task), None, self.active),)
                return replace(self, done=(*self.done, *again))
            case _:
                assert_never(write)

    def _without(self, gone: Collection[int]) -> Account:
        """Without those at these places."""
        parts: dict[bool, list[Done]] = {True: [], False: []}
        for n, each in enumerate(self.done):
            parts[n in gone].append(each)
        return replace(self, done=tuple(parts[False]), undone=(*self.undone, tuple(parts[True])))

    def _latest(self, task_id: int) -> frozenset[int]:
        """The places of the last decision on a task and of all of its stroke; none where it was before this run."""
        places = [n for n, each in enumerate(self.done) if each.task_id == task_id][-1:]
        strokes = {self.done[n].stroke for n in places} - {None}
        return frozenset(places).union(n for n, each in enumerate(self.done) if each.stroke in strokes)

    def _outcome(self, write: DecisionWrite) -> Doing | None:
        match write:
            case Submit():
                return "labelled"
            case Revise():
                here = any(x.task_id == write.task_id and x.outcome in _OWN for x in self.done)
                return "labelled" if here else "changed"
            case Skip():
                return "skipped"
            case Flag():
                return "flagged"
            case SetNote():
                return "noted"
            case Review():
                return _verdict(write.verdict, fixed=write.annotation is not None)
            case SendBack():
                return "sent back"
            case Unreadable():
                return None
            case _:
                assert_never(write)

    @property
    def counts(self) -> Counter[Doing]:
        """Pictures by what stands of them now."""
        return Counter({x.task_id: x.outcome for x in self.done if x.outcome not in _MARKS}.values())

    @property
    def marked(self) -> Counter[Doing]:
        """Pictures that were flagged, or noted, or no longer."""
        return Counter(
            outcome for _, outcome in {(x.task_id, x.outcome) for x in self.done} if outcome in _MARKS
        )

    @property
    def answered(self) -> int:
        """Pictures that were done."""
        counts = self.counts
        return sum(counts[outcome] for outcome in ANSWERS)

    @property
    def pace(self) -> float | None:
        """Pictures done in an active minute, of late; None while there is too little to tell. A pause changes nothing in it."""
        late = sum(x.outcome in ANSWERS and self.active - x.at <= PACE_SECONDS for x in self.done)
        if late < 2 or self.active < LEAST_SECONDS:
            return None
        return late / min(self.active, PACE_SECONDS) * 60


_OWN: frozenset[Doing] = frozenset({"labelled", "skipped"})


def _verdict(verdict: Verdict, *, fixed: bool) -> Doing:
    if verdict is Verdict.REJECT:
        return "rejected"
    return "fixed" if fixed else "accepted"


def _outcome_of(task: Task) -> Doing:
    """By how a task stands."""
    if task.verdict is not None:
        return _verdict(task.verdict, fixed=task.fixed)
    return _BY_STATE.get(task.state, "flagged")


_BY_STATE: dict[State, Doing] = {State.LABELLED: "labelled", State.SKIPPED: "skipped"}


def pace_words(pace: float) -> str:
    """`12/min`; `40/h` where it is less than one a minute."""
    return f"{pace:.0f}/min" if pace >= 0.95 else f"{pace * 60:.0f}/h"
