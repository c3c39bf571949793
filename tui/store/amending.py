"""What amendments do to a task: pure functions as in `tui.store.rules`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from tui.model.amendment import (
    Amendment,
    FileSeen,
    Relinked,
    Removed,
    Renamed,
    Reopened,
    Updated,
)
from tui.model.annotation import Json
from tui.model.task import ANSWERED, OPEN, REVIEWED, State
from tui.store import reopening, rules
from tui.store.documents import DEFAULTS, Doc, names_given

_UPDATED = frozenset({"priority", "score", "predictions", "metadata"})
"""Members that new knowledge about a picture may replace."""


def amended(doc: Doc, amendment: Amendment) -> Doc | None:
    """The patch of an amendment, without `rev`; None where it changes nothing, or the task's state does not allow it."""
    patch = _patch(doc, amendment)
    changed = {
        name: value for name, value in patch.items() if doc.get(name, DEFAULTS.get(name)) != _plain(value)
    }
    return changed or None


def _patch(doc: Doc, amendment: Amendment) -> Doc:
    if doc["state"] == State.REMOVED and not isinstance(amendment, Renamed):
        return {}  # What is gone is changed no more; taking the removal back brings it as it was, by the names of then.
    match amendment:
        case FileSeen():
            return _file_patch(doc, amendment)
        case Relinked():
            return {"path": amendment.path}
        case Removed():
            return {"state": str(State.REMOVED)}
        case Reopened():
            return _reopen_patch(doc, amendment)
        case Renamed():
            return rename_patch(doc, amendment)
        case Updated():
            return _update_patch(doc, amendment.members)
        case _:
            assert_never(amendment)


def _update_patch(doc: Doc, members: Json) -> Doc:
    """Metadata say more; the other members are new ones."""
    new = {name: value for name, value in members.items() if name in _UPDATED}
    if "metadata" in new:
        new["metadata"] = {**(doc.get("metadata") or {}), **(new["metadata"] or {})} or None
    if "predictions" in new:
        new["predictions"] = [dict(each) for each in new["predictions"] or ()] or None
    if "priority" in new:
        new["priority"] = new["priority"] or None
    return new


def _plain(value: Any) -> Any:
    """As a document has it once it was written."""
    return list(value) if isinstance(value, tuple) else value


def _file_patch(doc: Doc, seen: FileSeen) -> Doc:
    """Of an answered task all stays that of the picture that was labelled: shapes are in its pixels, and it is known again
    when it is put back."""
    looked_at = {"size": seen.size, "modified": seen.modified}
    facts = {name: value for name, value in looked_at.items() if value is not None}
    pixels: Doc = {"width": seen.width, "height": seen.height, "sha256": seen.sha256, "turn": seen.turn}
    known: Doc = {name: value for name, value in pixels.items() if value is not None}
    if doc["state"] in ANSWERED:
        new = {name: value for name, value in known.items() if doc.get(name) is None}
        return {"file_changed": True} if seen.changed else {**facts, **new, "file_changed": False}
    if seen.changed and "sha256" not in known:
        known["sha256"] = None  # The one that is known is of another picture.
    return {**facts, **known, "file_changed": False, **_readability(doc, seen.reason)}


def _readability(doc: Doc, reason: str) -> Doc:
    if reason:
        unreadable = rules.unreadable_patch(doc, reason)
        return {"reason": reason} if unreadable is None else unreadable
    return {"state": str(State.TODO), "reason": None} if doc["state"] == State.UNREADABLE else {}


def _reopen_patch(doc: Doc, reopened: Reopened) -> Doc:
    if doc["state"] == State.SKIPPED:
        return {"state": str(State.TODO), "reason": None}
    match reopened.to:
        case "review":
            allowed = doc["state"] in REVIEWED
            return {"state": str(State.LABELLED), **rules.verdict_gone(doc)} if allowed else {}
        case "annotator":
            if doc["state"] in OPEN or doc["state"] not in ANSWERED or doc["state"] == State.REJECTED:
                return {}
            return reopening.sent_back_patch(doc, reopened.reason)
        case _:
            assert_never(reopened.to)


def rename_patch(doc: Doc, renamed: Renamed) -> Doc:
    """Labels, shapes and predictions under their new names: only those members that there are."""
    patch: Doc = {}
    if labels := doc.get("labels"):
        patch["labels"] = list(dict.fromkeys(_renamed_labels(labels, renamed.labels)))
    for name in ("shapes", "predictions"):
        if shapes := doc.get(name):
            patch[name] = _renamed_shapes(shapes, renamed)
    return patch


def work_of(doc: Doc, patch: Doc) -> Doc | None:
    """What an event of renamed labels keeps for the counters of audits, of a task that somebody answered: who, and the
    names `labels` that are `now` others."""
    before, after = names_given(doc), names_given({**doc, **patch})
    if before == after or doc["state"] not in (*ANSWERED, State.REMOVED):
        return None
    return {"annotator": doc.get("annotator"), "labels": before, "now": after}


def _renamed_labels(labels: Iterable[Any], names: Mapping[str, str | None]) -> list[Any]:
    """Labels under their new names, in the same order; those that go are left out."""
    new = [names.get(label, label) if isinstance(label, str) else label for label in labels]
    return [label for label in new if label is not None]


def _renamed_shapes(shapes: Iterable[Json], renamed: Renamed) -> list[Any]:
    """Shapes, or predictions, under their new names; those whose label goes are left out."""
    kept = (shape for shape in shapes if renamed.labels.get(_label_of(shape), "") is not None)
    return [_renamed_shape(shape, renamed) for shape in kept]


def _label_of(shape: Json) -> str:
    label = shape.get("label")
    return label if isinstance(label, str) else ""


def _renamed_shape(shape: Json, renamed: Renamed) -> dict[str, Any]:
    new = dict(shape)
    label = renamed.labels.get(_label_of(shape))
    if label is not None:
        new["label"] = label
    attributes = shape.get("attributes")
    if renamed.attributes and isinstance(attributes, Mapping):
        new["attributes"] = _renamed_attributes(attributes, renamed.attributes)
    return new


def _renamed_attributes(attributes: Json, names: Mapping[str, str | None]) -> dict[str, Any]:
    """Where two come to have one name, the one that had it keeps its value."""
    new: dict[str, Any] = {}
    for name, value in attributes.items():
        now = names.get(name, name)
        if now is not None and (now == name or (now not in attributes and now not in new)):
            new[now] = value
    return new


def restored(doc: Doc, patch: Doc, was: Doc) -> Doc | None:
    """The patch, without `rev`, that takes an amendment back; None when a member that it set has changed since."""
    set_by_it = [name for name in patch if name != "rev"]
    if any(doc.get(name, DEFAULTS.get(name)) != _or_default(name, patch[name]) for name in set_by_it):
        return None
    return {name: was.get(name) for name in set_by_it}


def is_back(doc: Doc, was: Doc) -> bool:
    """Whether all that an amendment had changed is as it was before it."""
    return all(
        doc.get(name, DEFAULTS.get(name)) == _or_default(name, value)
        for name, value in was.items()
        if name != "rev"
    )


def _or_default(name: str, value: Any) -> Any:
    """A member as a document gives it: null ones are gone."""
    return DEFAULTS.get(name) if value is None else value
