"""What there is to do in a project, for the words on leaving."""

from __future__ import annotations

from tui.model.task import State
from tui.sitting.farewell import Left
from tui.store.base import AnnotationQueue


def what_is_left(queue: AnnotationQueue, who: str) -> Left:
    """As it is now. The reading errors of a queue."""
    progress = queue.progress(who)
    labelled = sum(n for (_, state), n in queue.stats().items() if state is State.LABELLED)
    return Left(progress.left, progress.waiting, max(0, labelled - progress.waiting))
