"""The native format: one JSON object per task, that is per image and pass, with all members always there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import Any

from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.json_text import dumps, json_lines
from tui.formats.reading import ImageRecord, ReadContext
from tui.formats.rules import all_carried
from tui.formats.values import MAX_SECONDS, RecordError, checked_json
from tui.model.members import MAX_COORDINATE, shown
from tui.model.review import Verdict
from tui.model.task import ANSWERED, State, Task

SCHEMA = 1
_MAX_PASS = 1000
COLUMNS = (
    "schema", "id", "pass", "image", "status", "labels", "shapes", "flagged", "annotator", "labelled_at", "seconds",
    "reviewer", "verdict", "fixed", "reason", "comment", "width", "height", "sha256", "metadata", "note",
    "file_changed",
)  # fmt: skip


_ABOUT = (
    "flagged", "annotator", "labelled_at", "seconds", "reviewer", "verdict", "fixed", "reason", "comment", "note",
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
        "note": task.note,
        "file_changed": task.file_changed,
    }


def about(task: Task) -> dict[str, Any]:
    """Who did what to a task, for formats whose readers pass over members they do not know: those of
    `record` that say something."""
    whole = record(task, {})
    return {name: whole[name] for name in _ABOUT if whole[name] or (name == "seconds" and whole["annotator"])}


def timestamp(at: float | None) -> str | None:
    """Seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order_of(job: ExportJob) -> dict[str, int]:
    """The place of each label in the project, from 0."""
    return {label.name: n for n, label in enumerate(job.project.labels)}


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """One object a line; with the trail of its task where the export was asked for it."""
    order = order_of(job)
    for image in images:
        found = record(image.task, order)
        if job.options.history is not None:
            found["history"] = job.options.history(image.task.id)
        job.out.write(dumps(found) + b"\n")


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Every line by itself: one that is wrong is named and passed over."""
    for where, data in json_lines(path):
        problem = next(_problems(data), None)
        if problem is None:
            yield _record(where, data)
        else:
            context.wrong(where, problem)


def _record(where: str, data: dict[str, Any]) -> ImageRecord:
    return ImageRecord(
        where=where,
        name=data["image"],
        width=data.get("width"),
        height=data.get("height"),
        labels=tuple(data.get("labels", ())),
        shapes=tuple(data.get("shapes", ())),
        annotator=data.get("annotator"),
        seconds=data.get("seconds") or 0.0,
        sha256=data.get("sha256"),
        decided=data["status"] in ANSWERED,
        skipped=data["status"] == State.SKIPPED,
        native=data,
    )


_TYPES: tuple[tuple[tuple[str, ...], tuple[type, ...], str], ...] = (
    (("labels", "shapes"), (list,), ""),
    (("metadata",), (dict,), ""),
    (("seconds",), (int, float), ""),
    (("flagged", "fixed", "file_changed"), (bool,), ""),
    (("pass",), (int,), ""),
    (
        ("annotator", "labelled_at", "reviewer", "reason", "comment", "sha256", "note"),
        (str, NoneType),
        "; a text or null is wanted",
    ),
    (("width", "height"), (int, NoneType), "; a whole number or null is wanted"),
)
"""Members that may be left out, the types of their values, and what is said of others."""


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("pass", 1, _MAX_PASS),
    ("seconds", 0, MAX_SECONDS),
    ("width", 1, MAX_COORDINATE),
    ("height", 1, MAX_COORDINATE),
)
"""Members that are numbers (or null), with the least and the greatest that makes sense."""


def _problems(data: Any) -> Iterator[str]:
    """What is wrong with a line. The first of these makes the others meaningless."""
    if not isinstance(data, dict) or not isinstance(data.get("image"), str) or not data["image"]:
        yield "names no image"
        return
    if data.get("schema", SCHEMA) != SCHEMA:
        yield f"has schema {data['schema']!r}; this version knows {SCHEMA}"
    if data.get("status") not in tuple(State):
        yield f"has status {data.get('status')!r}; it can be {', '.join(State)}"
    yield from _type_problems(data)
    if data.get("verdict") not in (None, *Verdict):
        yield f"has verdict {data['verdict']!r}; it can be accept, reject or null"
    if not _are_all(data.get("labels"), str):
        yield "has labels that are no texts"
    if not _are_all(data.get("shapes"), dict):
        yield "has shapes that are no objects"
    yield from _range_problems(data)
    yield from _time_problems(data.get("labelled_at"))
    yield from _kept_problems(data)


def _type_problems(data: dict[str, Any]) -> Iterator[str]:
    for names, types, wanted in _TYPES:
        for name in names:
            if name in data and not isinstance(data[name], types):
                yield f"has {name} {shown(data[name])}{wanted}"


def _range_problems(data: dict[str, Any]) -> Iterator[str]:
    for name, minimum, maximum in _RANGES:
        value = data.get(name)
        if value is not None and not minimum <= value <= maximum:
            yield f"has {name} {shown(value)}; a number from {minimum:g} to {maximum:.0f} is wanted"


def _are_all(values: list[Any] | None, kind: type) -> bool:
    return all(isinstance(value, kind) for value in values or ())


def _time_problems(text: str | None) -> Iterator[str]:
    try:
        timestamp(seconds_of(text))
    except (ValueError, OverflowError):
        yield f"has labelled_at {text!r}; a time such as 2026-11-23T16:41:07.123Z is wanted"


def _kept_problems(data: dict[str, Any]) -> Iterator[str]:
    """What is wrong with what is kept as it is."""
    kept = (("metadata", data.get("metadata")), *enumerate(data.get("shapes", ()), 1))
    for place, value in kept:
        try:
            checked_json(value, place if isinstance(place, str) else f"shape {place}")
        except RecordError as error:
            yield str(error)


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
    "one JSON object per task, complete (--history: the whole trail)",
    write,
    read,
    all_carried(),
    file="annotations.jsonl",
    exact=True,
    recognise=_recognise,
)
