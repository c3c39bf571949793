"""From files, folders and lists to tasks, as a stream. Only headers are read."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.imaging.header import NotAPicture, read_header
from tui.model.project import Project
from tui.model.task import NewTask, State

_NUMBER = re.compile(r"(\d+)")
_MEMBERS = {"image", "path", "file", "priority", "score", "labels", "predictions", "metadata"}
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".jpe", ".jfif"})
Warn = Callable[[str], None]


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key with numbers by value: `2.jpg` before `10.jpg`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NUMBER.split(text) if part]


def new_tasks(
    project: Project, paths: Iterable[Path], *, hashes: bool = False, warn: Warn = lambda _text: None
) -> Iterator[NewTask]:
    """The tasks of what was named, in the order given; a folder's in natural order of the relative path.

    Raises:
        UsageError: a path that does not exist, or a list that cannot be read.
    """
    for path in paths:
        for found, members in _expand(path, warn):
            yield from _tasks(project, found, members, hashes, named=found == path, warn=warn)


def _expand(path: Path, warn: Warn) -> Iterator[tuple[Path, dict[str, Any]]]:
    if path.is_dir():
        yield from ((found, {}) for found in files_in(path, warn))
    elif not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    elif path.suffix.lower() == ".txt" and not _is_picture(path):
        yield from ((found, {}) for found in _listed(path))
    elif path.suffix.lower() in (".jsonl", ".ndjson") and not _is_picture(path):
        yield from _manifest(path)
    else:
        yield path, {}


def _is_picture(path: Path) -> bool:
    try:
        read_header(path)
    except (NotAPicture, OSError):
        return False
    return True


def files_in(folder: Path, warn: Warn = lambda _text: None) -> Iterator[Path]:
    """All files below a folder in natural order, each real folder once (links may lead round in circles). Folders
    that cannot be read are warned of."""
    seen: set[tuple[int, int]] = set()
    found: list[tuple[str, str]] = []
    _walk(str(folder), "", seen, found, warn)
    found.sort(key=lambda pair: natural(pair[0]))
    yield from (Path(full) for _, full in found)


def _walk(
    folder: str, relative: str, seen: set[tuple[int, int]], found: list[tuple[str, str]], warn: Warn
) -> None:
    try:
        info = os.stat(folder)
        if (info.st_dev, info.st_ino) in seen:
            return
        seen.add((info.st_dev, info.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{relative}{entry.name}"
                kind = "" if entry.name.startswith(".") else _kind(entry)
                if kind == "folder" and not _is_queue(entry):
                    _walk(entry.path, name + "/", seen, found, warn)
                elif kind == "file":
                    found.append((name, entry.path))
    except OSError as error:
        warn(f"The folder {folder} cannot be read ({error.strerror}); its pictures are left out.")


def _kind(entry: os.DirEntry[str]) -> str:
    """`folder`, `file`, or '' for pipes, devices, and links that lead nowhere or to themselves."""
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else ""
    except OSError:
        return ""


def _is_queue(entry: os.DirEntry[str]) -> bool:
    return entry.name == "queue" and os.path.exists(os.path.join(entry.path, "events.jsonl"))


def _listed(path: Path) -> Iterator[Path]:
    """One path a line, relative to the list; empty lines and lines with # are passed over."""
    for line in path.read_bytes().split(b"\n"):
        name = os.fsdecode(line.rstrip(b"\r"))
        if name.strip() and not name.lstrip().startswith("#"):
            yield path.parent / name


def _manifest(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                entry = json.loads(line)
            except ValueError as error:
                raise UsageError(f"{where}: is not a JSON object ({error}).") from None
            name = next(
                (entry[k] for k in ("image", "path", "file") if isinstance(entry, dict) and k in entry), None
            )
            if not isinstance(name, str) or not name:
                raise UsageError(f'{where}: names no image; write {{"image": "a.jpg"}}.')
            _check_entry(entry, where)
            yield path.parent / name, entry


def _check_entry(entry: dict[str, Any], where: str) -> None:
    priority, score, labels = entry.get("priority", 0), entry.get("score"), entry.get("labels", [])
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise UsageError(f"{where}: priority is {priority!r}; a whole number is wanted.")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise UsageError(f"{where}: score is {score!r}; a number is wanted.")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise UsageError(f'{where}: labels is {labels!r}; a list such as ["cat"] is wanted.')


def _tasks(
    project: Project, path: Path, members: dict[str, Any], hashes: bool, *, named: bool, warn: Warn
) -> Iterator[NewTask]:
    listed = bool(members) or named
    try:
        header = read_header(path)
        width, height, reason = header.width or None, header.height or None, header.reason
        if not reason and header.width * header.height > project.max_pixels:
            reason = (
                f"{header.width * header.height / 1e6:.0f} megapixels are more than the "
                f"{project.max_pixels / 1e6:.0f} allowed; max_pixels in termlabel.toml can say more"
            )
    except NotAPicture as error:
        if not listed and path.suffix.lower() not in _PICTURES:
            return
        width, height, reason = None, None, str(error)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            warn(f"There is no file {path}.")
        width, height, reason = None, None, f"cannot be read ({error.strerror})"
    for pass_ in range(1, project.passes + 1):
        yield NewTask(
            path=exported_path(project.folder, path),
            pass_=pass_,
            state=State.UNREADABLE if reason else State.TODO,
            reason=reason,
            priority=members.get("priority", 0),
            score=_score(members),
            width=width,
            height=height,
            sha256=_sha256(path) if hashes and not reason else None,
            metadata=_metadata(members),
            predictions=_predictions(members),
        )


def exported_path(folder: Path, path: Path) -> str:
    """Relative to the project folder with `/` when inside it, else absolute."""
    full = os.path.abspath(path)
    try:
        inside = os.path.relpath(full, folder)
    except ValueError:
        return full
    if not inside.startswith(".."):
        return inside
    real = os.path.relpath(os.path.realpath(full), os.path.realpath(folder))
    return real if not real.startswith("..") else full


def _score(members: dict[str, Any]) -> float | None:
    score = members.get("score")
    if score is None:
        scores = [
            p["score"] for p in members.get("predictions") or () if isinstance(p.get("score"), int | float)
        ]
        score = min(scores) if scores else None
    return float(score) if score is not None else None


def _predictions(members: dict[str, Any]) -> list[dict[str, Any]]:
    score = members.get("score")
    from_labels = [{"label": label, "score": score} for label in members.get("labels") or ()]
    return from_labels + [p for p in members.get("predictions") or () if isinstance(p, dict)]


def _metadata(members: dict[str, Any]) -> dict[str, Any]:
    """Everything else in an entry, with what stands below `metadata`."""
    free = {k: v for k, v in members.items() if k not in _MEMBERS}
    below = members.get("metadata")
    return {**free, **below} if isinstance(below, dict) else free


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
