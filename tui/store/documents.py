"""Tasks as documents of the queue, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.model.annotation import Annotation, label_names_of, labels_given, labels_stated
from tui.model.review import Verdict
from tui.model.task import EMPTY, UNANSWERED, Event, NewTask, State, Task
from tui.store.members import stated_members, stated_seconds

Doc = dict[str, Any]
"""A task as the queue keeps it: a JSON object whose members that have their default are left out."""
LogRecord = dict[str, Any]
"""An event as the log keeps it; `docs/queue-format.md` lists its members."""
MAX_EVENT_DOCS = 50
"""Documents in one event of many; more would make each history read a long line."""
DEFAULTS: Mapping[str, Any] = {
    "labels": [],
    "shapes": [],
    "flagged": False,
    "file_changed": False,
    "fixed": False,
    "seconds": 0.0,
    "rev": 0,
}
"""What members are that a document does not have; the others are null."""
_NOTHING = Annotation()
_UNANSWERED = frozenset(UNANSWERED)
_STATES = {str(state): state for state in State}


def new_doc(task: NewTask) -> Doc:
    """The document of a task on its way in; members that have their default are left out. `state` stands
    first: readers of a million lines look there."""
    doc = {
        "state": str(task.state),
        "path": task.path,
        "pass": task.pass_ if task.pass_ != 1 else None,
        "priority": task.priority or None,
        "score": task.score,
        "reason": task.reason or None,
        "width": task.width,
        "height": task.height,
        "sha256": task.sha256,
        "metadata": dict(task.metadata) or None,
        "predictions": [dict(p) for p in task.predictions] or None,
        "size": task.size,
        "modified": task.modified,
        "turn": task.turn,
    }
    return {name: value for name, value in doc.items() if value is not None}


def task_of(task_id: int, doc: Mapping[str, Any]) -> Task:
    """The task of a document; members that a stranger left out get their defaults. By position, since this
    is done twice a label."""
    get = doc.get
    state, verdict = get("state", "todo"), get("verdict")
    labels, shapes = get("labels"), get("shapes")
    return Task(
        task_id,
        get("path", ""),
        get("pass", 1),
        get("rev", 0),
        _STATES.get(state) or State(state),
        get("sha256"),
        get("width"),
        get("height"),
        Annotation(tuple(labels or ()), tuple(shapes or ())) if labels or shapes else _NOTHING,
        get("annotator"),
        get("labelled_at"),
        stated_seconds(get("seconds")),
        get("reviewer"),
        Verdict(verdict) if verdict else None,
        bool(get("fixed")),
        get("reason"),
        get("comment"),
        get("wrong") or EMPTY,
        bool(get("flagged")),
        get("metadata") or EMPTY,
        tuple(get("predictions") or ()),
        get("priority") or 0,
        get("score"),
        get("note"),
        get("size"),
        get("modified"),
        bool(get("file_changed")),
        get("turn"),
    )


def event_of(record: Mapping[str, Any], task_id: int) -> Event:
    """The part of a log record that concerns one task."""
    patch = (record.get("set") or {}).get(str(task_id), {})
    return Event(
        seq=record["seq"],
        at=record["at"],
        who=record.get("who", ""),
        login=record.get("login", ""),
        host=record.get("host", ""),
        op=record["op"],
        task_id=task_id,
        rev=patch.get("rev", 0),
        patch=patch,
        before=(record.get("was") or {}).get(str(task_id), {}),
        context=stated_members(record.get("ctx")) or EMPTY,
    )


def new_record(
    start: LogRecord, patches: Mapping[int, Doc | None], known: Mapping[int, Doc], more: Mapping[str, Any]
) -> LogRecord:
    """An event: `patches` by task, what those of the tasks were that are `known`, and further members; those that are
    None are left out. `start`: its first members."""
    record = dict(start)
    for name, value in more.items():
        if value is not None:
            record[name] = value
    record["set"] = {str(task_id): patch for task_id, patch in patches.items()}
    if known:
        record["was"] = {str(task_id): _before(doc, patches[task_id]) for task_id, doc in known.items()}
        record["prev"] = {str(task_id): doc["_ev"] for task_id, doc in known.items()}
    return record


def _before(doc: Doc, patch: Doc | None) -> Doc:
    """What the members of a patch were; the whole document where it is removed."""
    return doc if patch is None else {name: doc.get(name, DEFAULTS.get(name)) for name in patch}


def patched(old: Doc | None, patch: Mapping[str, Any], place: int) -> Doc | None:
    """A document after an event at `place`: members of the patch replace its own, null ones are gone.

    `state` stands first (readers of a million lines look there), `_ev` is the place of the last event, `_changed`
    stands where the annotation differs from the prediction. None when that is no task: its beginning was lost.
    """
    merged = {**old, **patch} if old is not None else patch
    if "path" not in merged or "state" not in merged:
        return None
    kept = {"state": merged["state"], **{name: value for name, value in merged.items() if value is not None}}
    kept["_ev"] = place
    if differs_from_prediction(merged):
        kept["_changed"] = 1
    else:
        kept.pop("_changed", None)
    return kept


def names_given(doc: Mapping[str, Any]) -> list[str]:
    """The labels of a document, those of its shapes too, each once."""
    return list(label_names_of(doc.get("labels") or (), doc.get("shapes") or ()))


def all_names(doc: Mapping[str, Any]) -> set[str]:
    """Every name that stands in a document: of labels and of attributes, in its predictions, too."""
    objects = [*(doc.get("shapes") or ()), *(doc.get("predictions") or ())]
    found = {*(doc.get("labels") or ()), *(each.get("label") for each in objects)}
    found.update(name for each in objects for name in stated_members(each.get("attributes")))
    return {name for name in found if isinstance(name, str)}


def labels_to_find_by(doc: Mapping[str, Any]) -> set[str]:
    """Labels by which a task is found: those given, else the predicted ones."""
    found = set(labels_stated(doc.get("labels") or (), doc.get("shapes") or ()))
    if not found and doc["state"] in _UNANSWERED:
        found = {p.get("label") for p in doc.get("predictions") or ()}
    return {label for label in found if isinstance(label, str)}


def differs_from_prediction(doc: Mapping[str, Any]) -> bool:
    """Whether the annotation says something else than the prediction; False where one of them is missing."""
    predictions = doc.get("predictions")
    if not predictions or doc["state"] in _UNANSWERED:
        return False
    said = sorted(labels_given(doc.get("labels") or (), doc.get("shapes") or ()))
    return said != sorted(str(p.get("label", "")) for p in predictions)
