"""What there is to do in a project, for the words on leaving."""

from __future__ import annotations

from tui.model.task import OPEN, State
from tui.sitting.farewell import Left
from tui.store.base import AnnotationQueue


def what_is_left(queue: AnnotationQueue, who: str) -> Left:
    """As it is now. The reading errors of a queue."""
    states = dict.fromkeys(State, 0)
    for (_, state), n in queue.stats().items():
        states[state] += n
    waiting = queue.waiting(who)
    left = sum(states[state] for state in OPEN) + queue.came_back(who)
    return Left(left, waiting, states[State.LABELLED] - waiting)
