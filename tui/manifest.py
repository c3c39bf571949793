"""From files, folders and lists to tasks, as a stream. Only headers are read."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.files import digest, exported_path
from tui.folders import PassedOver, Warn, files_in
from tui.imaging.header import NotAPicture, read_header
from tui.looking import Examined, examined
from tui.model.members import MemberError, is_number, plain_json, shown
from tui.model.project import Project
from tui.model.task import NewTask, State

_MAX_PRIORITY = (1 << 63) - 1
"""The queue's index holds whole numbers of 64 bits."""
_MEMBERS = {"image", "path", "file", "priority", "score", "labels", "predictions", "metadata"}
Members = dict[str, Any]
"""What a manifest says of an image; nothing for files that were named or found."""


def new_tasks(
    project: Project,
    paths: Iterable[Path],
    *,
    hashes: bool = False,
    warn: Warn = lambda _text: None,
    passed: PassedOver | None = None,
) -> Iterator[NewTask]:
    """The tasks of what was named, in the order given; a folder's in natural order of the relative path. A file that begins
    like a picture is one, even where it is broken; `passed` counts what no task was made of.

    Raises:
        UsageError: a path that does not exist, or a list that cannot be read.
    """
    passed = passed if passed is not None else PassedOver()
    for path in paths:
        for found, members in _expand(path, warn, passed):
            picture = examined(found, project.max_pixels, warn)
            if picture.recognised:
                yield from _tasks(project, found, members, picture, hashes)
            elif found == path:
                passed.refused.append((path, picture.reason))
            else:
                passed.file(found)


def check_manifests(paths: Iterable[Path]) -> None:
    """Read every line of the manifests among them, so that of one that is wrong nothing is entered.

    Raises:
        UsageError: what is wrong, with its line.
    """
    for path in paths:
        if _LISTS.get(path.suffix.lower()) is _manifest and path.is_file() and not _is_picture(path):
            for number, line in _lines(path):
                if line.strip():
                    _entry(line, f"{path}, line {number}")


def _expand(path: Path, warn: Warn, passed: PassedOver) -> Iterator[tuple[Path, Members]]:
    """The files that a path stands for, each with its members in a manifest."""
    read_list = _LISTS.get(path.suffix.lower())
    if path.is_dir():
        yield from ((found, {}) for found in files_in(path, warn, passed))
    elif not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    elif read_list is not None and not _is_picture(path):
        yield from read_list(path, passed)
    else:
        yield path, {}


def _is_picture(path: Path) -> bool:
    try:
        read_header(path)
    except (NotAPicture, OSError):
        return False
    return True


def _listed(path: Path, passed: PassedOver) -> Iterator[tuple[Path, Members]]:
    """One path a line, relative to the list; empty lines and lines with # are passed over. A folder stands for all files
    below it."""
    for number, line in _lines(path):
        if line.strip() and not line.lstrip().startswith("#"):
            found = _named(path, number, line, passed)
            if found is not None and found.is_dir():
                yield from ((file, {}) for file in files_in(found, passed=passed))
            elif found is not None:
                yield found, {}


def _manifest(path: Path, passed: PassedOver) -> Iterator[tuple[Path, Members]]:
    """One JSON object a line; image paths are relative to the manifest."""
    for number, line in _lines(path):
        if line.strip():
            name, entry = _entry(line, f"{path}, line {number}")
            found = _named(path, number, name, passed)
            if found is not None and found.is_dir():
                passed.absent.append((path, number, f"{name} is a folder"))
            elif found is not None:
                yield found, entry


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a list with their numbers: UTF-8, or UTF-16 that begins with its mark as Windows writes it; other
    bytes as names of files have them."""
    with open(path, "rb") as file:
        mark = file.read(2)
    encoding = "utf-16" if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    with open(path, encoding=encoding, errors=errors, newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            yield number, line.rstrip("\r\n")


def _named(path: Path, number: int, name: str, passed: PassedOver) -> Path | None:
    """The file that a list at `path` names, also with the separators of Windows; None, told in `passed`, where there is
    none."""
    for each in (name, name.strip(), name.strip().replace("\\", "/")):
        found = path.parent / each
        try:
            if found.exists():
                return found
        except (OSError, ValueError):  # A name that no file can have.
            break
    passed.absent.append((path, number, name))
    return None


_LISTS: dict[str, Callable[[Path, PassedOver], Iterator[tuple[Path, Members]]]] = {
    ".txt": _listed,
    ".jsonl": _manifest,
    ".ndjson": _manifest,
}


def _entry(line: str, where: str) -> tuple[str, Members]:
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
        for prediction in _predictions(entry):
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


def _tasks(
    project: Project, path: Path, members: Members, picture: Examined, hashes: bool
) -> Iterator[NewTask]:
    """The tasks of one image: one in each pass."""
    sha256 = digest(path) if hashes and not picture.reason else None
    for pass_ in range(1, project.passes + 1):
        yield NewTask(
            path=exported_path(project.folder, path),
            pass_=pass_,
            state=State.UNREADABLE if picture.reason else State.TODO,
            reason=picture.reason,
            priority=members.get("priority", 0),
            score=_score(members),
            width=picture.width,
            height=picture.height,
            sha256=sha256,
            metadata=_metadata(members),
            predictions=_predictions(members),
            size=picture.size,
            modified=picture.modified,
            turn=picture.turn,
            stated=_stated(members),
        )


def _stated(members: Members) -> frozenset[str]:
    """Which members of a task an entry of a manifest is about; none of a file that was found."""
    about = {"labels": ("predictions", "score"), "predictions": ("predictions", "score")}
    named = (name for member in members for name in about.get(member, (member,)))
    known = {"priority", "score", "predictions"}
    free = members.keys() - _MEMBERS or "metadata" in members
    return frozenset(known.intersection(named)) | (frozenset({"metadata"}) if free else frozenset())


def _leads_out(relative: str) -> bool:
    return relative == ".." or relative.startswith("../")


def _score(members: Members) -> float | None:
    """The model's confidence: as said of the image, else the lowest of its predictions."""
    if members.get("score") is not None:
        return float(members["score"])
    scores = [p["score"] for p in _objects(members) if isinstance(p.get("score"), int | float)]
    return float(min(scores)) if scores else None


def _predictions(members: Members) -> list[dict[str, Any]]:
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


def _metadata(members: Members) -> dict[str, Any]:
    """Everything else in an entry, with what stands below `metadata`."""
    free = {k: v for k, v in members.items() if k not in _MEMBERS}
    below = members.get("metadata")
    return {**free, **below} if isinstance(below, dict) else free
