"""Files that are read as such, whatever stands in their place, and their paths. Imports nothing of ours."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from functools import lru_cache
from io import BufferedReader
from pathlib import Path


def open_regular(path: Path) -> BufferedReader:
    """The file, to be read.

    Raises:
        OSError: it cannot be opened, or is no file, but a folder, a pipe or a device. Waits for no pipe.
    """
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "this is no file, but a pipe or a device")


def why_unreadable(path: Path) -> str:
    """Why the bytes of a file cannot be had, '' when they can."""
    try:
        with open_regular(path):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def digest(path: Path) -> str | None:
    """SHA-256 of a file in hexadecimal, None when it cannot be read."""
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def exported_path(folder: Path, path: Path) -> str:
    """An image's path as the queue and exports have it: relative to the project folder with `/` when inside it, else
    absolute."""
    full, start = os.path.abspath(path), os.path.abspath(folder)
    inside = _below(full, start)
    if inside is None:
        inside = _below(_real(full), _real_folder(start))
    return full if inside is None else inside


def _below(path: str, folder: str) -> str | None:
    """A whole path as seen from a folder, None outside. `os.path.relpath` takes as long as reading a header does."""
    if path == folder:
        return "."
    start = folder if folder.endswith("/") else f"{folder}/"
    return path.removeprefix(start) if path.startswith(start) else None


def _real(path: str) -> str:
    """Without links; the folder of many files is asked once."""
    if os.path.islink(path):
        return os.path.realpath(path)
    return os.path.join(_real_folder(os.path.dirname(path)), os.path.basename(path))


@lru_cache(maxsize=1024)
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)
