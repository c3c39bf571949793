"""Which labels a reviewer should look at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.model.annotation import label_names
from tui.model.task import Task

FAST = 0.5
"""A decision in less than this share of the median time counts as unusually fast."""
SURE = 0.9
"""From this confidence on, a model that agrees is no sign at all."""
DISAGREEMENT_WEIGHT = 2.0
FLAG_WEIGHT = 2.0
FAST_WEIGHT = 1.0
NO_PREDICTION_WEIGHT = 0.25
"""How much each adds to the score; disagreement also counts the model's confidence."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a label may be wrong. `score`: larger is more suspicious; `signs`: the reasons in words."""

    score: float
    signs: tuple[str, ...] = ()


def suspicion(task: Task, median_seconds: float | None = None) -> Suspicion:
    """How much a labelled task asks for a second look, and why.

    It differs from the prediction, the model was unsure (or said nothing, in a project where it speaks of others: that
    is the caller's to know), it is flagged, or it was decided in much less than `median_seconds`.
    """
    weighed = list(_prediction_signs(task))
    if task.flagged:
        weighed.append((FLAG_WEIGHT, "flagged as hard"))
    if is_fast(task.seconds, median_seconds):
        weighed.append((FAST_WEIGHT, "decided unusually fast"))
    score = sum((weight for weight, _ in weighed), 0.0)
    return Suspicion(
        score if task.predicted else score + NO_PREDICTION_WEIGHT, tuple(sign for _, sign in weighed)
    )


def _prediction_signs(task: Task) -> Iterator[tuple[float, str]]:
    """How far the prediction speaks against the labels: (weight, sign)."""
    if task.predicted is None:
        return
    label, confidence = task.predicted
    if label not in said(task):
        yield DISAGREEMENT_WEIGHT + confidence, f"the model said {label}"
    elif confidence < SURE:
        yield SURE - confidence, f"the model was only {confidence:.0%} sure"


def is_fast(seconds: float, median: float | None) -> bool:
    """Whether a decision took less than half the median time (seconds); one whose time is not known did not."""
    return bool(median and seconds and seconds < FAST * median)


def said(task: Task) -> tuple[str, ...]:
    """All labels of an annotation, those of its shapes too, each once."""
    return label_names(task.annotation)
