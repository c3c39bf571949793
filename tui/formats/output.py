"""Files and folders that take their name only when they are complete and on the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from tui.errors import TermlabelError
from tui.files import open_regular, why_unreadable
from tui.formats.replacing import MARKER, MARKER_TEXT, check_folder

ImagesMode = Literal["copy", "link", "no"]
"""Whether image files go along with annotations, and how."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside its target, synced and renamed at the end; nothing is left when it fails."""
    temporary = _beside(path)
    try:
        with open(temporary, "wb", buffering=1 << 18) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise TermlabelError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def whole_folder(path: Path, *, replace: bool = False) -> Iterator[OutputFolder]:
    """A new folder beside its target, synced once and renamed at the end; nothing is left when it fails.

    Raises:
        UsageError: something that is not an empty folder has the name, and `replace` was not asked for or no export
            wrote what is there.
    """
    check_folder(path, replace=replace)
    place = Path(os.path.realpath(path))
    temporary = _beside(place)
    try:
        temporary.mkdir(parents=True)
        folder = OutputFolder(temporary)
        folder.write(MARKER, MARKER_TEXT)
        yield folder
        os.sync()
        check_folder(path, replace=replace)  # An export may take long, and others work meanwhile.
        _put_in_place(temporary, place)
        _sync_folder(place.parent)
    except OSError as error:
        raise TermlabelError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, path: Path) -> None:
    """Rename a folder to where nothing, an empty folder or one that is replaced stands; that one stays if it fails."""
    if not path.exists() or not any(path.iterdir()):
        os.rename(temporary, path)
        return
    old = _beside(path)
    os.rename(path, old)
    try:
        os.rename(temporary, path)
    except BaseException:
        os.rename(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.absolute().with_name(f".{path.absolute().name}.{os.getpid()}.{time.monotonic_ns()}")


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def spool(beside: IO[bytes]) -> Iterator[IO[bytes]]:
    """A nameless file for what can only be written later, on the disk of `beside` where that has a place."""
    name = getattr(beside, "name", None)
    folder = os.path.dirname(name) if isinstance(name, str) and os.path.isabs(name) else None
    with tempfile.TemporaryFile(dir=None if folder == "/dev" else folder, buffering=1 << 18) as file:
        yield file


def append_spool(spooled: IO[bytes], out: IO[bytes]) -> None:
    """Append all of a spool."""
    spooled.seek(0)
    shutil.copyfileobj(spooled, out, 1 << 18)


class OutputFolder:
    """A folder being filled. Names are relative with `/`; no name is written twice."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made: set[str] = set()

    def path(self, name: str) -> str:
        """The full path of a name, its folder made.

        Raises:
            TermlabelError: a name that leads out of the folder.
        """
        parent = name.rpartition("/")[0]
        if parent not in self._made:
            if name.startswith("/") or ".." in name.split("/"):
                raise TermlabelError(f"{name} leads out of the folder that is written.")
            os.makedirs(self.root / parent, exist_ok=True)
            self._made.add(parent)
        return f"{self.root}/{name}"

    def write(self, name: str, data: bytes) -> None:
        """Write a new file of a name.

        Raises:
            TermlabelError: a name that leads out of the folder.
        """
        file = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)

    def put_image(self, name: str, source: Path, how: ImagesMode) -> str:
        """Put an image file there: a copy of its bytes, or a link to where it lies. Why it could not be read, '' when it is
        there now."""
        if how == "no":
            return ""
        target = self.path(name)
        if how == "copy":
            return _copied(source, target)
        if not (reason := why_unreadable(source)):
            os.symlink(os.path.realpath(source), target)
        return reason


class DiscardingFolder(OutputFolder):
    """Takes everything and keeps nothing: for finding out what an export would lose."""

    def __init__(self) -> None:
        super().__init__(Path(os.devnull))

    def path(self, name: str) -> str:
        """Where everything goes to."""
        return os.devnull

    def write(self, name: str, data: bytes) -> None:
        """Nothing is written."""

    def put_image(self, name: str, source: Path, how: ImagesMode) -> str:
        """Nothing is put there; only whether it could be read is found out."""
        return "" if how == "no" else why_unreadable(source)


def _copied(source: Path, target: str) -> str:
    """Copy the bytes; why they could not be read. What is wrong with the target is an error."""
    try:
        file = open_regular(source)
    except OSError as error:
        return error.strerror or str(error)
    with file, open(target, "xb", buffering=0) as copy:
        while True:
            try:
                part = file.read(1 << 20)
            except OSError as error:
                os.unlink(target)
                return error.strerror or str(error)
            if not part:
                return ""
            left = memoryview(part)
            while left:
                left = left[copy.write(left) :]
