"""From files, folders and lists to tasks, as a stream. Only headers are read."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tui.errors import UsageError
from tui.files import digest, exported_path
from tui.folders import PassedOver, Warn, files_in
from tui.imaging.header import NotAPicture, read_header
from tui.looking import Examined, examined
from tui.manifest_line import Members, metadata, predictions, read_entry, score, stated
from tui.model.project import Project
from tui.model.task import NewTask, State


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
                    read_entry(line, f"{path}, line {number}")


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
            name, entry = read_entry(line, f"{path}, line {number}")
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
            score=score(members),
            width=picture.width,
            height=picture.height,
            sha256=sha256,
            metadata=metadata(members),
            predictions=predictions(members),
            size=picture.size,
            modified=picture.modified,
            turn=picture.turn,
            stated=stated(members),
        )
