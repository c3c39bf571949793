"""The native format: one JSON object per task, that is per image and pass, with all members always there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, Any

from tui.model.project import Project
from tui.model.task import State, Task

SCHEMA = 1
COLUMNS = (
    "schema", "id", "pass", "image", "status", "labels", "shapes", "flagged", "annotator", "labelled_at", "seconds",
    "reviewer", "verdict", "fixed", "reason", "comment", "width", "height", "sha256", "metadata",
)  # fmt: skip


def record(task: Task, order: dict[str, int]) -> dict[str, Any]:
    """The object of one task. `order`: place of each label in the project, for tags."""
    decided = task.state in (State.LABELLED, State.ACCEPTED, State.REJECTED)
    return {
        "schema": SCHEMA,
        "id": task.id,
        "pass": task.pass_,
        "image": task.path,
        "status": str(task.state),
        "labels": sorted(task.annotation.labels, key=lambda name: order.get(name, len(order))),
        "shapes": [dict(shape) for shape in task.annotation.shapes],
        "flagged": task.flagged,
        "annotator": task.annotator,
        "labelled_at": timestamp(task.labelled_at) if decided else None,
        "seconds": round(task.seconds, 3),
        "reviewer": task.reviewer,
        "verdict": str(task.verdict) if task.verdict else None,
        "fixed": task.fixed,
        "reason": task.reason,
        "comment": task.comment,
        "width": task.width,
        "height": task.height,
        "sha256": task.sha256,
        "metadata": dict(task.metadata),
    }


def timestamp(at: float | None) -> str | None:
    """Seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8; what is not UTF-8 in a file name stays as `\\udcXX`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def write(tasks: Iterable[Task], project: Project, file: IO[bytes]) -> None:
    order = {label.name: n for n, label in enumerate(project.labels)}
    for task in tasks:
        file.write(dumps(record(task, order)) + b"\n")
