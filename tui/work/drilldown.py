"""The tasks behind a number of an audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from tui.model.annotation import label_names, label_names_of
from tui.model.review import AuditCell
from tui.model.task import REVIEWED, Filter, State, Task
from tui.store.base import AnnotationQueue

MAX_DRILLDOWN = 2000
"""Tasks that are looked at one after the other; a longer list helps nobody."""


def drilldown(queue: AnnotationQueue, cell: AuditCell) -> tuple[Task, ...]:
    """The tasks that a number of an audit counts, as they stand now, in ascending id, at most `MAX_DRILLDOWN`.

    The counters of an audit count every review; a task that was reviewed twice is here once, as its last review
    left it. One whose mask is missing is here all the same, and the queue has a warning.
    """
    found: list[Task] = []
    for task in _tasks(queue, cell):
        found.append(task)
        if len(found) == MAX_DRILLDOWN:
            break
    return tuple(found)


def _tasks(queue: AnnotationQueue, cell: AuditCell) -> Iterator[Task]:
    match cell.kind:
        case "annotator":
            yield from queue.export(Filter(states=REVIEWED, annotator=cell.first), strict=False)
        case "label":
            yield from queue.export(Filter(states=REVIEWED, label=cell.first), strict=False)
        case "pair":
            for task in queue.export(Filter(states=(State.ACCEPTED,), label=cell.second), strict=False):
                pair = said_before(queue, task), label_names(task.annotation)
                if pair == ((cell.first,), (cell.second,)):
                    yield task
        case _:
            assert_never(cell.kind)


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
