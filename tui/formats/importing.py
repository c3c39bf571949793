"""From what a file says to what is entered into the queue. Pure: records and tasks in, members out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import FORMATS, jsonl
from tui.formats.base import Format
from tui.formats.reading import ImageRecord, local_name
from tui.model.annotation import Json, label_names_of
from tui.model.task import ANSWERED, UNANSWERED, NewTask, State, Task

_SNIFF = 1 << 16
_MAX_NAME = 255
"""Bytes of a file's name, on all common file systems."""
_NATIVE = (
    "flagged", "annotator", "seconds", "reviewer", "verdict", "fixed", "reason", "comment", "width", "height", "sha256",
    "metadata", "note", "file_changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How records are taken. `name`: who labelled, for all of them; `default`: who, where a file does not say."""

    default: str
    name: str | None = None
    as_predictions: bool = False
    replace: bool = False


def recognised(path: Path) -> Format:
    """The format of a file or folder, by its name and its first bytes.

    Raises:
        UsageError: none of them, or it cannot be read.
    """
    if not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    head = b""
    if path.is_file():
        with open(path, "rb") as file:
            head = file.read(_SNIFF)
    for each in FORMATS.values():
        if each.read is not None and each.recognise(path, head):
            return each
    raise UsageError(f"{path} is of no format known here; say which with --format.")


def inside(root: Path, name: str) -> Path | None:
    """Where the file that a name means lies below `root`; None when the name leads out of it or no file can have it."""
    plain = local_name(name)
    base = os.path.abspath(root)
    full = os.path.normpath(os.path.join(base, plain))
    return Path(full) if full.startswith(base.rstrip("/") + "/") and _can_be_name(full) else None


def _can_be_name(path: str) -> bool:
    """Whether a file can have this path."""
    parts = path.encode("utf-8", "surrogatepass").split(b"/")
    return "\0" not in path and all(len(part) <= _MAX_NAME for part in parts)


def leads_out(name: str) -> bool:
    """Whether a relative name climbs out of where it starts."""
    plain = local_name(name)
    return not plain.startswith("/") and os.path.normpath(plain).startswith("..")


def labels_of(record: ImageRecord) -> tuple[str, ...]:
    """All labels that a record uses, predicted ones too, in the order they come."""
    labelled = (shape for shape in (*record.shapes, *record.predictions) if shape.get("label"))
    return label_names_of(record.labels, labelled)


def new_task(record: ImageRecord, path: str) -> NewTask:
    """A task of the native format that the project does not have yet."""
    data = record.native or {}
    state = State.UNREADABLE if data.get("status") == "unreadable" else State.TODO
    return NewTask(
        path=path,
        pass_=data.get("pass", 1),
        state=state,
        reason=(data.get("reason") or "") if state is State.UNREADABLE else "",
        width=record.width,
        height=record.height,
        sha256=record.sha256,
        metadata=data.get("metadata") or {},
    )


def chosen(record: ImageRecord, tasks: Sequence[Task], options: ImportOptions) -> Task | None:
    """Which pass of the image takes the record: that of the same annotator, else the one that the record names, else a
    free one; nobody gets two. None when it is labelled already and may not be replaced."""
    if options.as_predictions:
        return _first(tasks)
    wanted = None if record.native is None else record.native.get("pass", 1)
    named = [task for task in tasks if wanted in (None, task.pass_)]
    who = _annotator(record, options) if record.decided else None
    own = [task for task in tasks if who is not None and task.annotator == who and task.state in ANSWERED]
    free = None if own else _free([*named, *(tasks if record.decided else ())])
    return free or (_first(own or named) if options.replace else None)


def _first(tasks: Sequence[Task]) -> Task | None:
    return tasks[0] if tasks else None


def _free(tasks: Sequence[Task]) -> Task | None:
    """The first that nobody answered."""
    return next((task for task in tasks if task.state in UNANSWERED), None)


def _annotator(record: ImageRecord, options: ImportOptions) -> str | None:
    """Who a task will say labelled it."""
    if record.native is None or options.name is not None:
        return _who(record, options)
    found = record.native.get("annotator")
    return found if isinstance(found, str) else None


def members_of(record: ImageRecord, options: ImportOptions) -> dict[str, Any]:
    """What the record makes of a task; {} when it says nothing."""
    if options.as_predictions:
        return _as_predictions(record)
    found: dict[str, Any] = {}
    if record.native is not None:
        found = _native(record.native, record, options)
    elif record.skipped:
        found = {"state": "skipped", "annotator": _who(record, options)}
    elif record.decided:
        found = _labelled(record, options)
    if record.predictions:
        found |= _as_predictions(ImageRecord(record.where, record.name, predictions=record.predictions))
    return found


def _who(record: ImageRecord, options: ImportOptions) -> str:
    return options.name or record.annotator or options.default


def _labelled(record: ImageRecord, options: ImportOptions) -> dict[str, Any]:
    """A label as if the annotator had just given it: open for review."""
    return {
        "state": "labelled",
        "annotator": _who(record, options),
        "labels": list(record.labels),
        "shapes": _shapes(record),
        "seconds": round(record.seconds, 3),
        **({"labelled_at": record.labelled_at} if record.labelled_at is not None else {}),
    }


def _native(data: Json, record: ImageRecord, options: ImportOptions) -> dict[str, Any]:
    """Every member as it was; under another name, only the label."""
    if options.name is not None:
        return _labelled(record, options) if record.decided else {}
    if _is_untouched(data):
        return {}
    found = {name: data[name] for name in _NATIVE if name in data}
    found |= {"state": data["status"], "labels": list(record.labels), "shapes": _shapes(record)}
    if record.decided and "labelled_at" in data:
        found["labelled_at"] = jsonl.seconds_of(data.get("labelled_at"))
    return found


def _is_untouched(data: Json) -> bool:
    """Whether nobody has done anything to a task of the native format."""
    return data["status"] == State.TODO and not (
        data.get("labels") or data.get("flagged") or data.get("note")
    )


def _shapes(record: ImageRecord) -> list[dict[str, Any]]:
    return [dict(shape) for shape in record.shapes]


def _as_predictions(record: ImageRecord) -> dict[str, Any]:
    """Labels and shapes as suggestions; the least sure score is the task's."""
    found = [dict(each) for each in record.predictions]
    found = found or [*({"label": label} for label in record.labels), *_shapes(record)]
    if not found:
        return {}  # Nothing was predicted; what is there stays.
    scores = [each["score"] for each in found if isinstance(each.get("score"), int | float)]
    return {"predictions": found, "score": float(min(scores)) if scores else None}
