"""Which labels a reviewer should look at first."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.task import Task

FAST = 0.5
"""A decision in less than this share of the median time counts as unusually fast."""
FAST_WEIGHT = 1.0
"""How much that adds to the score."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a label may be wrong. `score`: larger is more suspicious; `signs`: the reasons in words."""

    score: float
    signs: tuple[str, ...] = ()


def suspicion(task: Task, median_seconds: float | None = None) -> Suspicion:
    """Of a labelled task: it differs from the prediction, is flagged, was decided unusually fast, or the model was
    unsure (or said nothing, in a project where it speaks of others: that is the caller's to know)."""
    score, signs = 0.0, list[str]()
    best = task.predicted
    if best is not None:
        label, confidence = best
        if label not in said(task):
            score += 2.0 + confidence
            signs.append(f"the model said {label}")
        elif confidence < 0.9:
            score += 0.9 - confidence
            signs.append(f"the model was only {confidence:.0%} sure")
    if task.flagged:
        score += 2.0
        signs.append("flagged as hard")
    if is_fast(task.seconds, median_seconds):
        score += FAST_WEIGHT
        signs.append("decided unusually fast")
    if best is None:
        score += 0.25
    return Suspicion(score, tuple(signs))


def is_fast(seconds: float, median: float | None) -> bool:
    """Whether a decision took unusually little time; one whose time is not known did not."""
    return bool(median and seconds and seconds < FAST * median)


def said(task: Task) -> tuple[str, ...]:
    """All labels of an annotation, those of its shapes too, each once."""
    shapes = [str(shape.get("label", "")) for shape in task.annotation.shapes]
    return tuple(dict.fromkeys([*task.annotation.labels, *shapes]))
