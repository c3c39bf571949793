"""Files of the queue's folder: shared like the project folder, durable, whole or not at all.

Where the project folder is writable for its group, everything in `queue/` is too, whatever the
umask of whoever made it; with the setgid bit on the project folder all files also get its group.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make a folder inside another, as open to the group as that one is."""
    with suppress(FileExistsError):
        path.mkdir()
        mode = path.parent.stat().st_mode
        if mode & stat.S_IWGRP:
            path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o070 | (mode & stat.S_ISGID))


def made_writable(path: Path) -> bool:
    """Make a folder where there is none; False when it cannot be made or written."""
    try:
        if not path.exists():
            make_folder(path)
        return os.access(path, os.W_OK | os.X_OK)
    except OSError:
        return False


def open_shared(path: Path, flags: int) -> int:
    """A descriptor of a file, which gets the group's rights from its folder when it is made here."""
    fd = os.open(path, flags | os.O_CLOEXEC, 0o664)
    try:
        if flags & os.O_CREAT:
            _share(fd, path.parent)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _share(fd: int, folder: Path) -> None:
    info = os.fstat(fd)
    wanted = folder.stat().st_mode & stat.S_IWGRP
    if wanted and not info.st_mode & stat.S_IWGRP and info.st_uid == os.geteuid():
        os.fchmod(fd, stat.S_IMODE(info.st_mode) | 0o060)


def flush(fd: int) -> None:
    """fdatasync, or what makes the drive itself flush on macOS (its fsync does not)."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(fd)


def begin_writing(fd: int, start: int, size: int) -> None:
    """Have the system begin to write bytes to the disk, without waiting. Linux does so when it is told that they
    are not needed in memory; elsewhere nothing happens."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, start, size, os.POSIX_FADV_DONTNEED)


def put_aside(path: Path, data: bytes) -> None:
    """Write bytes to a new file and make them durable; where that fails, nothing is left of it."""
    fd = open_shared(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        flush(fd)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(fd)


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def temporary_name(path: Path) -> Path:
    """A name beside `path` that nobody else uses; `check` knows what a crash leaves under it."""
    return path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")


def replace_file(path: Path, data: bytes) -> None:
    """Write-temp, sync, rename: `path` holds the old or the new bytes, never a part."""
    temporary = temporary_name(path)
    try:
        put_aside(temporary, data)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
