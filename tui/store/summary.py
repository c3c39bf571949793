"""Numbers of a whole project, for `stats`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.model.task import State, Task


@dataclass(slots=True)
class Person:
    """What one annotator did. `seconds`: active seconds."""

    labelled: int = 0
    accepted: int = 0
    rejected: int = 0
    skipped: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Summary:
    """`images`: tasks counted. `unreadable_files`: (image, reason)."""

    images: int = 0
    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    flagged: int = 0
    annotators: dict[str, Person] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    unreadable_files: list[tuple[str, str]] = field(default_factory=list)


def summarise(tasks: Iterable[Task]) -> Summary:
    """One pass over tasks."""
    summary = Summary()
    for task in tasks:
        summary.images += 1
        summary.states[task.state] += 1
        summary.flagged += task.flagged
        if task.state is State.UNREADABLE:
            summary.unreadable_files.append((task.path, task.reason or ""))
        if task.annotator is not None:
            _count_person(summary.annotators.setdefault(task.annotator, Person()), task)
        if task.state in (State.LABELLED, State.ACCEPTED, State.REJECTED):
            shapes = [str(s["label"]) for s in task.annotation.shapes if "label" in s]
            for label in (*task.annotation.labels, *shapes):
                summary.labels[label] = summary.labels.get(label, 0) + 1
    return summary


def _count_person(person: Person, task: Task) -> None:
    person.seconds += task.seconds
    name = str(task.state)
    if name in ("labelled", "accepted", "rejected", "skipped"):
        setattr(person, name, getattr(person, name) + 1)
