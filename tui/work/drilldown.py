"""The tasks behind a number of an audit."""

from __future__ import annotations

from collections.abc import Iterator

from tui.model.annotation import label_names, label_names_of
from tui.model.review import AuditCell
from tui.model.task import REVIEWED, Filter, State, Task
from tui.store.base import AnnotationQueue

MOST = 2000
"""Tasks that are looked at one after the other; a longer list helps nobody."""


def behind(queue: AnnotationQueue, cell: AuditCell) -> tuple[Task, ...]:
    """As they stand now, in ascending id, at most `MOST`. The counters of an audit count every review; a task
    that was reviewed twice is here once, as its last review left it."""
    found: list[Task] = []
    for task in _tasks(queue, cell):
        found.append(task)
        if len(found) == MOST:
            break
    return tuple(found)


def _tasks(queue: AnnotationQueue, cell: AuditCell) -> Iterator[Task]:
    if cell.kind == "annotator":
        yield from queue.export(Filter(states=REVIEWED, annotator=cell.first))
    elif cell.kind == "label":
        yield from queue.export(Filter(states=REVIEWED, label=cell.first))
    else:
        for task in queue.export(Filter(states=(State.ACCEPTED,), label=cell.second)):
            if said_before(queue, task) == (cell.first,) and label_names(task.annotation) == (cell.second,):
                yield task


def said_before(queue: AnnotationQueue, task: Task) -> tuple[str, ...]:
    """What the annotator had said of an accepted task: the labels that the last fix replaced."""
    if not task.fixed:
        return label_names(task.annotation)
    fixes = [event for event in queue.history(task.id) if event.op == "fix"]
    if not fixes:
        return ()
    patch, before = fixes[-1].patch, fixes[-1].before
    labels, shapes = (before.get(name, patch.get(name)) or () for name in ("labels", "shapes"))
    return label_names_of(labels, shapes)
