"""What one line of a manifest says of an image, and whether it makes sense."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from tui.errors import UsageError
from tui.model.members import MemberError, is_number, plain_json, shown

_MAX_PRIORITY = (1 << 63) - 1
"""The queue's index holds whole numbers of 64 bits."""
_MEMBERS = {"image", "path", "file", "priority", "score", "labels", "predictions", "metadata"}
Members = dict[str, Any]
"""What a manifest says of an image; nothing for files that were named or found."""


def read_entry(line: str, where: str) -> tuple[str, Members]:
    """The image's name and the members of a line.

    Raises:
        UsageError: it makes no sense; `where` says where it stands.
    """
    try:
        entry = json.loads(line)
    except RecursionError:
        raise UsageError(f"{where}: is nested too deep.") from None
    except ValueError as error:
        raise UsageError(f"{where}: is not a JSON object ({error}).") from None
    name = _image_of(entry) if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name:
        raise UsageError(f'{where}: names no image; write {{"image": "a.jpg"}}.')
    for member, is_right, wanted in _CHECKS:
        if member in entry and not is_right(entry[member]):
            raise UsageError(f"{where}: {member} is {shown(entry[member])}; {wanted} is wanted.")
    try:
        for member, value in entry.items():
            if value is not name:  # A file may have any bytes as its name.
                plain_json(value, member)
        for prediction in predictions(entry):
            _check_prediction(prediction)
    except MemberError as error:
        raise UsageError(f"{where}: {error}.") from None
    return name, entry


def _check_prediction(prediction: Members) -> None:
    """Raises MemberError: it has a label that is no text, or a score that is no number."""
    label, score = prediction.get("label"), prediction.get("score")
    if label is not None and not isinstance(label, str):
        raise MemberError(f"a prediction has label {shown(label)}; a text is wanted")
    if score is not None and not is_number(score):
        raise MemberError(f"a prediction has score {shown(score)}; a number is wanted")


def _image_of(entry: Members) -> object:
    return next((entry[member] for member in ("image", "path", "file") if member in entry), None)


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_PRIORITY


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


_CHECKS: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("priority", _is_whole_number, "a whole number"),
    ("score", lambda value: value is None or is_number(value), "a number"),
    ("labels", _is_list_of_texts, 'a list such as ["cat"]'),
    ("predictions", lambda value: value is None or _is_list_of_objects(value), "a list of objects"),
    ("metadata", lambda value: value is None or isinstance(value, dict), "an object"),
)
"""Members of a manifest's entry: which values are right, and what is said of others."""


def stated(members: Members) -> frozenset[str]:
    """Which members of a task an entry of a manifest is about; none of a file that was found."""
    about = {"labels": ("predictions", "score"), "predictions": ("predictions", "score")}
    named = (name for member in members for name in about.get(member, (member,)))
    known = {"priority", "score", "predictions"}
    free = members.keys() - _MEMBERS or "metadata" in members
    return frozenset(known.intersection(named)) | (frozenset({"metadata"}) if free else frozenset())


def score(members: Members) -> float | None:
    """The model's confidence: as said of the image, else the lowest of its predictions."""
    if members.get("score") is not None:
        return float(members["score"])
    scores = [p["score"] for p in _objects(members) if isinstance(p.get("score"), int | float)]
    return float(min(scores)) if scores else None


def predictions(members: Members) -> list[dict[str, Any]]:
    """What a model says of the image: labels of the whole picture, then what stands below `predictions`."""
    score = members.get("score")
    from_labels = [{"label": label, "score": score} for label in members.get("labels") or ()]
    return from_labels + _objects(members)


def _objects(members: Members) -> list[dict[str, Any]]:
    """Raises MemberError: one says its label in a way that is not understood."""
    return [each for said in members.get("predictions") or () for each in _each_label(said)]


def _each_label(prediction: Members) -> Iterator[Members]:
    """The same with `label`, where it is said as `labels`: one text, or several of one picture."""
    labels, rest = prediction.get("labels"), {k: v for k, v in prediction.items() if k != "labels"}
    if "labels" not in prediction:
        yield prediction
    elif "label" not in prediction and isinstance(labels, str):
        yield {**rest, "label": labels}
    elif "label" not in prediction and isinstance(labels, list) and _is_list_of_texts(labels):
        yield from ({**rest, "label": label} for label in labels)
    else:
        raise MemberError(f"a prediction has labels {shown(labels)}; one text as label is wanted")


def metadata(members: Members) -> dict[str, Any]:
    """Everything else in an entry, with what stands below `metadata`."""
    free = {k: v for k, v in members.items() if k not in _MEMBERS}
    below = members.get("metadata")
    return {**free, **below} if isinstance(below, dict) else free
