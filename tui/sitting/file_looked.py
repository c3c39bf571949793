"""What a look at the file of a picture in front found, and what a walk makes of it."""

from __future__ import annotations

from dataclasses import replace

from tui.model.task import Task
from tui.sitting.walk_state import Undecided, WalkResult, WalkState


def file_looked(state: WalkState, now: Task) -> WalkResult:
    """The picture's task is what the queue has of its file; what was decided meanwhile stays as it is."""
    number = state.index_of(now.id)
    if number is None:
        return state, ()
    visit = state.walk[number]
    visit = replace(visit, task=_with_file(visit.task, now))
    if isinstance(visit.standing, Undecided) and visit.standing.lease is not None:
        lease = visit.standing.lease
        lease = replace(lease, task=_with_file(lease.task, now))
        visit = replace(visit, standing=replace(visit.standing, lease=lease))
    state = state.with_visit(visit, number)
    if now.file_changed and number == state.at:
        state = state.say("The file is another picture than the one that was labelled.", "warn")
    return state, ()


def _with_file(task: Task, now: Task) -> Task:
    return replace(
        task,
        rev=max(task.rev, now.rev),
        width=now.width,
        height=now.height,
        turn=now.turn,
        sha256=now.sha256,
        size=now.size,
        modified=now.modified,
        file_changed=now.file_changed,
    )
