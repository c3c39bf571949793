"""Files that are read as such, whatever stands in their place. Imports nothing of ours."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
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
