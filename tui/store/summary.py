"""Numbers of a whole project, for `stats`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tui.model.annotation import counted_labels
from tui.model.project import OnReject
from tui.model.task import ANSWERED, DECIDED, OPEN, REVIEWED, State, Task


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
    """`images`: tasks counted. `unreadable_files`: (image, reason). `removed`: tasks that left the project.
    `file_changed`: those whose file is another picture than the one that was labelled."""

    images: int = 0
    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    flagged: int = 0
    annotators: dict[str, Person] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    unreadable_files: list[tuple[str, str]] = field(default_factory=list)
    removed: int = 0
    file_changed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the project is, as of one event. `done` + `left` are all images that can be shown: what was rejected is left
    again, unless the project drops it: `again`. `came_back`: how much of that waits for this person. `reviewed` + `waiting`
    are what this person could have reviewed or still can; `own`: what waits for a review by others alone."""

    done: int
    left: int
    came_back: int
    reviewed: int
    waiting: int
    again: int = 0
    own: int = 0


def progress_of(
    counts: Mapping[tuple[str | None, State], int], on_reject: OnReject, *, came_back: int, waiting: int
) -> Progress:
    """The progress of counts by annotator and state, and of what the person's own work decides."""
    states = dict.fromkeys(State, 0)
    for (_, state), n in counts.items():
        states[state] += n
    again = 0 if on_reject == "drop" else states[State.REJECTED]
    return Progress(
        done=sum(states[state] for state in ANSWERED) - again,
        left=sum(states[state] for state in OPEN) + again,
        came_back=came_back,
        reviewed=sum(states[state] for state in REVIEWED),
        waiting=waiting,
        again=again,
        own=states[State.LABELLED] - waiting,
    )


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
        if task.state in ANSWERED:
            for label in counted_labels(task.annotation.labels, task.annotation.shapes):
                summary.labels[label] = summary.labels.get(label, 0) + 1
    return summary


def summed(
    counts: Mapping[tuple[str | None, State], int],
    tallies: Mapping[tuple[str, str, str], float],
    unreadable_files: list[tuple[str, str]],
) -> Summary:
    """The same of all tasks, from the queue's counters."""
    summary = Summary(images=sum(counts.values()), unreadable_files=unreadable_files)
    for (annotator, state), n in sorted(counts.items(), key=lambda each: each[0][0] or ""):
        summary.states[state] += n
        if annotator is not None:
            _set_count(summary.annotators.setdefault(annotator, Person()), state, n)
    for (kind, name, _), total in tallies.items():
        if kind == "flagged now":
            summary.flagged = round(total)
        elif kind == "label now":
            summary.labels[name] = round(total)
        elif kind == "seconds now" and name in summary.annotators:
            summary.annotators[name].seconds = round(total, 3)
    return summary


def _set_count(person: Person, state: State, n: int) -> None:
    if state in DECIDED:
        setattr(person, state, n)


def _count_person(person: Person, task: Task) -> None:
    person.seconds += task.seconds
    if task.state in DECIDED:
        setattr(person, task.state, getattr(person, task.state) + 1)
