"""What a review pass goes through: which tasks, in which order, and a sentence that says so before it starts."""

from __future__ import annotations

import statistics
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from tui.model.project import Project
from tui.model.task import Task
from tui.quality.sampling import Sample, stratified
from tui.quality.suspicion import FAST_WEIGHT, is_fast, said, suspicion
from tui.text import counted

By = Literal["label", "annotator"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`ids` in the order in which they are served; `there`: how many tasks there were to choose from; `groups`:
    how many of each label or annotator were chosen."""

    ids: tuple[int, ...]
    there: int
    groups: tuple[tuple[str, int], ...]
    by: By = "label"
    sample: Sample | None = None
    seed: int = 0

    def sentence(self) -> str:
        """Such as `240 of 2,400 labelled images (10%, seed 0), by label: cat 130, dog 110; suspicious first.`"""
        if not self.there:
            return "Nothing that others labelled waits for a review."
        how = f" ({self.sample}, seed {self.seed})" if self.sample else ""
        named = ", ".join(f"{name or 'nothing'} {n}" for name, n in self.groups[:8])
        rest = f" and {len(self.groups) - 8} more" if len(self.groups) > 8 else ""
        return f"{len(self.ids):,} of {counted(self.there, 'labelled image')}{how}, by {self.by}: {named}{rest}; suspicious first."


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is kept of a task: a million of them must fit into memory."""

    id: int
    group: str
    score: float


def plan_review(
    tasks: Iterable[Task],
    project: Project,
    *,
    sample: Sample | None = None,
    seed: int = 0,
    by: By = "label",
) -> Plan:
    """The tasks that wait for somebody's review, group by group (labels in project order), the most suspicious first in each.

    `tasks`: in ascending id, as the queue gives them. A sample larger than what there is takes everything.
    """
    order = {label.name: n for n, label in enumerate(project.labels)}
    entries = _entries(tasks, by)
    chosen = entries if sample is None else _sampled(entries, sample, seed)
    chosen.sort(key=lambda e: (order.get(e.group, len(order)), e.group, -e.score, e.id))
    groups = Counter(entry.group for entry in chosen)
    return Plan(tuple(e.id for e in chosen), len(entries), tuple(groups.items()), by, sample, seed)


def _sampled(entries: list[_Entry], sample: Sample, seed: int) -> list[_Entry]:
    """As many as the sample says, spread over the groups."""
    groups: dict[object, list[int]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry.id)
    kept = set(stratified(groups, sample.of(len(entries)), seed))
    return [entry for entry in entries if entry.id in kept]


def _entries(tasks: Iterable[Task], by: By) -> list[_Entry]:
    """One pass over the tasks; how fast each was decided is weighed when all times are known."""
    entries, times = list[_Entry](), array("d")
    for task in tasks:
        group = ", ".join(said(task)) if by == "label" else task.annotator or ""
        entries.append(_Entry(task.id, group, suspicion(task).score))
        times.append(task.seconds)
    known = [t for t in times if t > 0]
    median = statistics.median(known) if known else None
    return [
        replace(e, score=e.score + FAST_WEIGHT) if is_fast(seconds, median) else e
        for e, seconds in zip(entries, times, strict=True)
    ]
