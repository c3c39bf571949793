"""Labels that were chosen before the project was read again, and are not in it any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tui.model.annotation import Annotation
from tui.sitting.walk_state import Visit, WalkState

NO_MORE = "is no label of this project any more"


def _gone(state: WalkState, visit: Visit, names: Iterable[Any]) -> str | None:
    """The first of these labels that neither the project nor the task has (any more)."""
    known = {*state.rules.labels, *visit.task.annotation.labels, *_labels_of(visit.task.annotation)}
    return next((str(name) for name in names if name not in known), None) if state.rules.labels else None


def _labels_of(annotation: Annotation) -> list[Any]:
    return [shape.get("label") for shape in annotation.shapes]


def taken_off(visit: Visit, labels: Iterable[str]) -> str:
    """What is said where the tags of a picture become others of the project's `labels`; '' where all of them are."""
    gone = next((name for name in visit.annotation.labels if name not in {*labels}), None)
    return f"{gone} {NO_MORE}: it is taken off." if gone is not None else ""


def without_gone_labels(state: WalkState, visit: Visit) -> WalkState | None:
    """Why a label must go before the picture is filed; None: all are there."""
    said = visit.annotation
    if (name := _gone(state, visit, said.labels)) is not None:
        labels = tuple(each for each in said.labels if each != name)
        state = state.with_visit(replace(visit, annotation=replace(said, labels=labels)))
        return state.say(
            f"{name} {NO_MORE}: it is taken off, {{annotate.confirm}} goes on without it.", "warn"
        )
    name = _gone(state, visit, _labels_of(said))
    return state.say(f"{name} {NO_MORE}: its shapes need another one.", "warn") if name is not None else None
