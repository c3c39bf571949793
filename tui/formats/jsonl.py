"""The native format: one JSON object per task, that is per image and pass, with all members always there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.json_text import dumps, loads
from tui.formats.reading import ImageRecord, ReadContext
from tui.formats.rules import all_carried
from tui.model.task import ANSWERED, State, Task

SCHEMA = 1
COLUMNS = (
    "schema", "id", "pass", "image", "status", "labels", "shapes", "flagged", "annotator", "labelled_at", "seconds",
    "reviewer", "verdict", "fixed", "reason", "comment", "width", "height", "sha256", "metadata",
)  # fmt: skip


def record(task: Task, order: dict[str, int]) -> dict[str, Any]:
    """The object of one task. `order`: place of each label in the project, for tags."""
    decided = task.state in ANSWERED
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


def about(task: Task) -> dict[str, Any]:
    """Who did what to a task, for formats whose readers pass over members they do not know: those of
    `record` that say something."""
    names = (
        "flagged",
        "annotator",
        "labelled_at",
        "seconds",
        "reviewer",
        "verdict",
        "fixed",
        "reason",
        "comment",
    )
    whole = record(task, {})
    return {name: whole[name] for name in names if whole[name] or (name == "seconds" and whole["annotator"])}


def timestamp(at: float | None) -> str | None:
    """Seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order_of(job: ExportJob) -> dict[str, int]:
    return {label.name: n for n, label in enumerate(job.project.labels)}


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    order = order_of(job)
    for image in images:
        found = record(image.task, order)
        if job.options.history is not None:
            found["history"] = job.options.history(image.task.id)
        job.out.write(dumps(found) + b"\n")


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Every line by itself: one that is wrong is named and passed over."""
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path}, line {number}"
            if not line.strip():
                continue
            data = loads(line, str(path), number - 1)
            problem = _problem(data)
            if problem:
                context.wrong(where, problem)
                continue
            yield ImageRecord(
                where=where,
                name=data["image"],
                width=data.get("width"),
                height=data.get("height"),
                labels=tuple(data.get("labels", ())),
                shapes=tuple(data.get("shapes", ())),
                annotator=data.get("annotator"),
                seconds=data.get("seconds") or 0.0,
                sha256=data.get("sha256"),
                decided=data["status"] in ("labelled", "accepted", "rejected"),
                skipped=data["status"] == "skipped",
                native=data,
            )


def _problem(data: Any) -> str:
    """What is wrong with a line, '' when nothing is."""
    if not isinstance(data, dict) or not isinstance(data.get("image"), str) or not data["image"]:
        return "names no image"
    if data.get("schema", SCHEMA) != SCHEMA:
        return f"has schema {data['schema']!r}; this version knows {SCHEMA}"
    if data.get("status") not in tuple(State):
        return f"has status {data.get('status')!r}; it can be {', '.join(State)}"
    kinds: dict[str, type | tuple[type, ...]] = {
        "labels": list, "shapes": list, "metadata": dict, "seconds": (int, float), "flagged": bool, "fixed": bool,
        "pass": int,
    }  # fmt: skip
    for member, kind in kinds.items():
        if member in data and not isinstance(data[member], kind):
            return f"has {member} {data[member]!r}"
    for member in ("annotator", "labelled_at", "reviewer", "reason", "comment", "sha256"):
        if not isinstance(data.get(member), str | None):
            return f"has {member} {data[member]!r}; a text or null is wanted"
    for member in ("width", "height"):
        if not isinstance(data.get(member), int | None):
            return f"has {member} {data[member]!r}; a whole number or null is wanted"
    if data.get("verdict") not in (None, "accept", "reject"):
        return f"has verdict {data['verdict']!r}; it can be accept, reject or null"
    if not all(isinstance(label, str) for label in data.get("labels", ())):
        return "has labels that are no texts"
    if not all(isinstance(shape, dict) for shape in data.get("shapes", ())):
        return "has shapes that are no objects"
    return _when(data.get("labelled_at"))


def _when(text: str | None) -> str:
    try:
        seconds_of(text)
    except ValueError:
        return f"has labelled_at {text!r}; a time such as 2026-11-23T16:41:07.123Z is wanted"
    return ""


def seconds_of(text: str | None) -> float | None:
    """A time in RFC 3339 as seconds since the epoch.

    Raises:
        ValueError: it is no such time.
    """
    return None if text is None else datetime.fromisoformat(text).timestamp()


def _recognise(_path: Path, head: bytes) -> bool:
    first = head.split(b"\n", 1)[0]
    return first.startswith(b"{") and b'"status"' in first and b'"image"' in first


FORMAT = Format(
    "jsonl",
    "one JSON object per task, complete (with --history the whole trail)",
    write,
    read,
    all_carried(),
    file="annotations.jsonl",
    exact=True,
    recognise=_recognise,
)
