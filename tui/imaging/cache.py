"""Encoded pictures on disk, so that a picture seen before, or prepared, is not decoded again.

The cache is a convenience: whatever goes wrong with it (a full or read-only disk, a damaged entry, somebody else's
folder) is as if there were none. Nothing here raises OSError.
"""

from __future__ import annotations

import os
import stat
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MAX_BYTES = 2_000_000_000
"""Bytes kept; what was used longest ago goes first."""
_TRIM_TO = 0.9
_STAMP_SECONDS = 3600.0
_TRIES = 3


def default_folder() -> Path | None:
    """`$XDG_CACHE_HOME/termlabel`, or `~/.cache/termlabel`; None without a home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "termlabel"
    try:
        return Path.home() / ".cache" / "termlabel"
    except RuntimeError:
        return None


class DiskCache:
    """Byte strings by hexadecimal keys, in files below `folder`, which nobody else can read. Thread-safe; several
    processes may use it at once: a file appears whole or not at all."""

    def __init__(self, folder: Path | None, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self._folder = folder / "pictures" if folder is not None else None
        self._max_bytes = max_bytes
        self._turn = threading.Lock()
        self._usable: bool | None = None
        self._failures = 0
        self._sum: int | None = None

    @property
    def usable(self) -> bool:
        """Whether anything can be kept."""
        return self._ready()

    def get(self, key: str) -> bytes | None:
        """What was put there; None when it is not there, or not as it was put."""
        if not self._ready():
            return None
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                check, data = file.read(4), file.read()
                old = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        if check != _check(data):
            _remove(path)
            return None
        with suppress(OSError):
            if time.time() - old > _STAMP_SECONDS:
                os.utime(path)
        return data

    def __contains__(self, key: str) -> bool:
        return self._ready() and self._path(key).exists()

    def put(self, key: str, data: bytes) -> bool:
        """Keep `data`; False when it could not be written. After a few failures no more is tried."""
        if not self._ready():
            return False
        path = self._path(key)
        new = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_check(data) + data)
            os.replace(new, path)
        except OSError:
            _remove(new)
            self._failures += 1
            if self._failures >= _TRIES:
                self._usable = False
            return False
        self._account(len(data) + 4)
        return True

    def clear(self) -> tuple[int, int]:
        """Removes everything; how many files and bytes that were."""
        if self._folder is None or not self._ready():
            return 0, 0
        files = count = 0
        for _, size, path in list(self._files()):
            if _remove(path):
                files, count = files + 1, count + size
        self._sum = 0
        return files, count

    def _ready(self) -> bool:
        """Whether there is a folder of our own; made on first use."""
        with self._turn:
            if self._usable is None:
                self._usable = self._folder is not None and _own_folder(self._folder.parent)
                self._usable = self._usable and self._folder is not None and _own_folder(self._folder)
            return self._usable

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]

    def _account(self, size: int) -> None:
        with self._turn:
            if self._sum is None:
                self._sum = sum(found for _, found, _ in self._files())
            else:
                self._sum += size
            if self._sum > self._max_bytes:
                self._sum = self._trim()

    def _trim(self) -> int:
        """Removes what was used longest ago; the sum that is left."""
        files = sorted(self._files())
        left = sum(size for _, size, _ in files)
        for _, size, path in files:
            if left <= self._max_bytes * _TRIM_TO:
                break
            if _remove(path):
                left -= size
        return left

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Time of last use, size and path of each file, remains of broken-off writing too."""
        assert self._folder is not None
        with suppress(OSError), os.scandir(self._folder) as folders:
            for folder in folders:
                with suppress(OSError), os.scandir(folder.path) as entries:
                    for entry in entries:
                        with suppress(OSError):
                            info = entry.stat(follow_symlinks=False)
                            yield info.st_mtime, info.st_size, Path(entry.path)


def _own_folder(folder: Path) -> bool:
    """Makes a folder that only we can look into; False when what is there belongs to someone else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = os.lstat(folder)
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
            return False
        if info.st_mode & 0o077:
            os.chmod(folder, 0o700)
        return True
    except OSError:
        return False


def _check(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


def _remove(path: Path) -> bool:
    try:
        path.unlink()
        return True
    except OSError:
        return False
