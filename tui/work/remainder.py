"""What there is to do in a project, for the words on leaving."""

from __future__ import annotations

from tui.model.project import Project
from tui.model.task import State
from tui.sitting.farewell import Left
from tui.store.base import AnnotationQueue


def what_is_left(queue: AnnotationQueue, project: Project, who: str) -> Left:
    """As it is now. The reading errors of a queue."""
    progress, counts = queue.progress(who), queue.stats()
    labelled = sum(n for (_, state), n in counts.items() if state is State.LABELLED)
    skipped = {by: n for (by, state), n in counts.items() if state is State.SKIPPED}
    own, others = skipped.get(who, 0), sum(skipped.values()) - skipped.get(who, 0)
    return Left(
        open=progress.left - own - others,
        to_review=progress.waiting,
        others=max(0, labelled - progress.waiting),
        skipped={"later": own, "others": others, "never": 0}[project.on_skip],
        passed=others if project.on_skip == "later" else 0,
        own=counts.get((who, State.LABELLED), 0),
    )
