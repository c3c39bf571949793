"""What an export may take the place of: never the project's own, a folder only when an export wrote it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tui.errors import UsageError
from tui.model.project import PROJECT_FILE, Project

MARKER = ".termlabel-export"
"""In each folder that an export wrote: only such a folder is replaced."""
MARKER_TEXT = b"Written by termlabel export, which may replace this folder when asked to.\n"


def refuse_own(path: Path, project: Project, images: Iterable[str]) -> None:
    """Refuse a target that is, holds or lies in what the project cannot do without. Links are followed.

    `images`: paths of all images of the project, as in the queue; looked at only where something would be replaced.

    Raises:
        UsageError: with what it would destroy.
    """
    home, place = _real(project.folder), _place(path)
    queue = {f"{home}/queue", _real(project.queue)}
    if any(_within(own, place) for own in (home, *queue)):
        raise UsageError(f"{path} holds the project {project.folder} itself; name another place.")
    if any(_within(place, own) for own in queue):
        raise UsageError(f"{path} lies in the queue of the project; name another place.")
    if place in {f"{home}/{name}" for name in (PROJECT_FILE, project.guidelines)}:
        raise UsageError(f"{path} belongs to the project itself; name another place.")
    if os.path.lexists(path) and not _is_empty_folder(path):
        image = _first_lost(images, home, place)
        if image is not None:
            raise UsageError(f"{path} holds images of the project, such as {image}; name another place.")


def _first_lost(images: Iterable[str], home: str, place: str) -> str | None:
    """An image that is lost with what lies at `place`: its file, or a link that leads to it."""
    real_folder = lru_cache(maxsize=1024)(_real)
    for image in images:
        name = os.path.normpath(os.path.join(home, image))
        folder, _, last = name.rpartition("/")
        names = [name, f"{real_folder(folder)}/{last}"]
        if os.path.islink(name):
            names.append(_real(name))
        if any(_within(each, place) for each in names):
            return image
    return None


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _real(path: str | Path) -> str:
    return os.path.realpath(path)


def _place(path: Path) -> str:
    """Where a name lies once links are followed; a link itself is what would be replaced, not where it leads."""
    return f"{_real(path.parent).rstrip('/')}/{path.name}" if path.is_symlink() else _real(path)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def check_folder(path: Path, *, replace: bool) -> None:
    """Whether a new folder may stand there: where nothing or an empty folder is, with `replace` where an export is.

    Raises:
        UsageError: it may not.
    """
    if not os.path.lexists(path) or _is_empty_folder(path):
        return
    if not replace:
        raise UsageError(f"There is {path} already; name another, or use --replace for a folder.")
    if path.is_symlink() or not path.is_dir() or not _is_export(path):
        raise UsageError(f"There is {path} already, and no export wrote it; name another, or remove it.")
    inside = next((where for where, _, names in os.walk(path) if PROJECT_FILE in names), None)
    if inside is not None:
        raise UsageError(f"{path} holds a project, {inside}; name another place.")


def _is_export(path: Path) -> bool:
    return (path / MARKER).is_file() or any(_is_unmarked_export(path, each) for each in _UNMARKED)


@dataclass(frozen=True, slots=True)
class _Unmarked:
    """How a format's folder looked before there was a marker. `names`: of all that lies at its top; `lead`: the files
    that tell it, by a pattern; `head`: how each begins."""

    names: re.Pattern[str]
    lead: str
    head: re.Pattern[bytes]


# Only what no other program writes byte for byte: folders of voc, labelme and of classified images could be anyone's.
_UNMARKED = (
    _Unmarked(
        re.compile(r"data\.yaml|labels|images"),
        "data.yaml",
        re.compile(rb'(?:(\w+): images/\1\n)+names:\n(?:  \d+: ".*"\n)*\Z'),
    ),
    _Unmarked(
        re.compile(r"index|colour|images|legend\.json|labelmap\.txt"),
        "legend.json",
        re.compile(rb'\[\n \{\n  "index": 0,\n  "name": "background",\n  "colour": "#000000"'),
    ),
    _Unmarked(
        re.compile(r"images|\w+\.json"),
        "*.json",
        re.compile(rb'\{"info": ?\{"description": ?"exported by termlabel"\}'),
    ),
    _Unmarked(
        re.compile(r"images|\w+\.xml"),
        "*.xml",
        re.compile(
            rb"<\?xml[^>]*>\n<annotations>\n<version>1.1</version>\n<meta><task><name>termlabel</name>"
        ),
    ),
)
_HEAD = 1 << 16


def _is_unmarked_export(path: Path, form: _Unmarked) -> bool:
    leads = list(path.glob(form.lead))
    return (
        bool(leads)
        and all(form.names.fullmatch(entry.name) for entry in path.iterdir())
        and all(lead.is_file() and form.head.match(_head(lead)) for lead in leads)
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)
