"""A look at a picture's file: what it is, and whether it still is what the project knows of it.

The file's size and time of change tell whether anything may have happened to it, at the cost of one `stat`. Only when these
differ its header is read, and its content where that is known.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui.files import digest
from tui.imaging.header import NotAPicture, read_header
from tui.libraries import overheard
from tui.model.amendment import FileSeen
from tui.model.task import State, Task

UNREACHED = "cannot be read"
"""How the reason begins of what could not be looked at at all."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file says of itself: bytes and time of change; size in pixels after EXIF orientation, and that orientation; why it
    cannot be shown ('' if it can). `reached`: it could be opened; `recognised`: it is a picture."""

    width: int | None = None
    height: int | None = None
    reason: str = ""
    turn: int | None = None
    size: int | None = None
    modified: float | None = None
    reached: bool = True
    recognised: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look at a task's file. `missing`: why it could not be looked at, '' when it could. `seen`: what is to be
    recorded, None where all is as it was."""

    missing: str = ""
    seen: FileSeen | None = None


AS_IT_WAS = Look()


def examined(path: Path, max_pixels: int, warn: Callable[[str], None] = lambda _text: None) -> Examined:
    """Read the header of a file. `warn` is told what libraries said of it."""
    try:
        info = os.stat(path)
        size, modified = info.st_size, modified_of(info)
        with overheard() as said:
            header = read_header(path)
        if words := said():
            warn(f"{path}: {words}")
    except NotAPicture as error:
        return Examined(reason=str(error), size=size, modified=modified, recognised=False)
    except OSError as error:
        return Examined(reason=f"{UNREACHED} ({error.strerror})", reached=False)
    reason, pixels = header.reason, header.width * header.height
    if not reason and pixels > max_pixels:
        reason = (
            f"{pixels / 1e6:.0f} megapixels are more than the {max_pixels / 1e6:.0f} allowed; "
            "max_pixels in termlabel.toml can say more"
        )
    return Examined(header.width or None, header.height or None, reason, header.turn, size, modified)


def modified_of(info: os.stat_result) -> float:
    """When a file was changed, in seconds since the epoch, as it is recorded."""
    return round(info.st_mtime, 3)


def look(task: Task, folder: Path, max_pixels: int) -> Look:
    """Compare a task's file with what is known of it. `folder`: of the project."""
    path = os.path.join(folder, task.path)
    try:
        info = os.stat(path)
    except OSError as error:
        return Look(error.strerror or str(error))
    if not stat.S_ISREG(info.st_mode):
        return Look("this is no file")
    same = task.size == info.st_size and task.modified == modified_of(info)
    if same and task.width is not None and task.state != State.UNREADABLE and not task.file_changed:
        return AS_IT_WAS
    found = examined(Path(path), max_pixels)
    if not found.reached:
        return Look(found.reason)
    if task.state == State.UNREADABLE:
        return Look(seen=_readable_again(task, found, max_pixels, Path(path), same=same))
    sha256 = digest(Path(path)) if task.sha256 and not same else None
    changed = not same and _is_another(task, found, sha256)
    return Look(seen=_seen(found, sha256, changed=changed))


def _seen(found: Examined, sha256: str | None, *, changed: bool, reason: str | None = None) -> FileSeen:
    return FileSeen(
        size=found.size,
        modified=found.modified,
        width=found.width,
        height=found.height,
        turn=found.turn,
        sha256=sha256,
        reason=found.reason if reason is None else reason,
        changed=changed,
    )


def _is_another(task: Task, found: Examined, sha256: str | None) -> bool:
    """Whether the file is another one than the task's: by its content where that is known, else by its pixels, its
    orientation and its bytes. (Of as many bytes at another time it may be a copy.)"""
    if task.sha256 and sha256:
        return sha256 != task.sha256
    if task.width and (task.width, task.height) != (found.width, found.height):
        return True
    if task.size is not None and task.size != found.size:
        return True
    return task.turn is not None and task.turn != found.turn


def _readable_again(
    task: Task, found: Examined, max_pixels: int, path: Path, *, same: bool
) -> FileSeen | None:
    """What is to be recorded of a picture that could not be shown. Where its pixels could not be decoded the header says
    nothing new: the file may be mended, or this program do better, so it is tried."""
    reason = found.reason
    headers = (task.reason or "").startswith(UNREACHED) or "max_pixels" in (task.reason or "")
    if not reason and not headers:
        from tui.imaging.decode import load

        try:
            reason = load(path, (64, 64), max_pixels).reason
        except MemoryError as error:
            reason = str(error) or "there is not enough memory"
    if reason == task.reason and same:
        return None
    return _seen(found, None, changed=False, reason=reason)
