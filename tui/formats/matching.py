"""Which image of a project a file means: by its path, then by its base name, then by its content."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui.files import digest
from tui.formats.reading import local_name
from tui.model.task import Task

_UPLOAD = re.compile(r"^[0-9a-f]{8}-")
"""What Label Studio puts before the names of uploaded files."""


@dataclass(frozen=True, slots=True)
class ImageMatch:
    """`path`: of the one image that is meant, None when there is none or more than one (`others`)."""

    path: str | None = None
    others: tuple[str, ...] = ()


class ImageMatcher:
    """Holds the paths of a project's images, a few hundred bytes each."""

    def __init__(self, tasks: Iterable[Task], folder: Path) -> None:
        self._folder = folder
        self._paths: dict[str, tuple[int, int] | None] = {}
        self._by_base: dict[str, list[str]] = {}
        self._by_hash: dict[str, str] = {}
        self._by_bytes: dict[int, list[str]] | None = None
        for task in tasks:
            if task.path not in self._paths:
                base = task.path.rpartition("/")[2]
                self._by_base.setdefault(os.path.splitext(base)[0], []).append(task.path)
            size = (task.width, task.height) if task.width and task.height else None
            self._paths[task.path] = size
            if task.sha256:
                self._by_hash[task.sha256] = task.path

    def add(self, path: str) -> None:
        """An image that this import adds. Only its very path means it, as another of the same base name may
        be one line further on."""
        self._paths[path] = None

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def size(self, name: str) -> tuple[int, int] | None:
        """Width and height of the image a name means, where known."""
        path = self.find(name).path
        return self._paths[path] if path is not None else None

    def find(self, name: str, sha256: str | None = None) -> ImageMatch:
        """The image a name means. A name without the ending of its file finds it too."""
        plain = local_name(name)
        for path in (name, plain):
            if path in self._paths:
                return ImageMatch(path)
        candidates = self._candidates(plain)
        if len(candidates) == 1:
            return ImageMatch(candidates[0])
        path_of_content = self._with_content(sha256, candidates) if sha256 is not None else None
        return ImageMatch(path_of_content) if path_of_content else ImageMatch(others=tuple(candidates))

    def _with_content(self, sha256: str, candidates: list[str]) -> str | None:
        """The image with this content: of those whose content is known, else the only one of the candidates."""
        if sha256 in self._by_hash:
            return self._by_hash[sha256]
        same = [path for path in candidates if digest(self._folder / path) == sha256]
        return same[0] if len(same) == 1 else None

    def same_content(self, source: Path) -> str | None:
        """The image with the same bytes as a file; None when there is none."""
        candidates = self._of_bytes(source.stat().st_size)
        if not candidates:
            return None
        wanted = digest(source)
        return next((path for path in candidates if digest(self._folder / path) == wanted), None)

    def _candidates(self, name: str) -> list[str]:
        """Images with the base name, of these those that share most folders with the name."""
        *folders, base = [part for part in name.split("/") if part not in ("", ".")] or [""]
        found = self._with_base(base) or self._with_base(_UPLOAD.sub("", base))
        return found if len(found) < 2 else _nearest(found, folders)

    def _with_base(self, base: str) -> list[str]:
        stem, ending = os.path.splitext(base)
        same = [path for path in self._by_base.get(stem, ()) if path.endswith(ending)] if ending else []
        # A dot in a name without an ending is no ending: "img.001" means "img.001.jpg".
        return same or self._by_base.get(base, []) or (self._by_base.get(stem, []) if not ending else [])

    def _of_bytes(self, size: int) -> list[str]:
        """Images whose file has so many bytes; each file is asked once."""
        if self._by_bytes is None:
            self._by_bytes = {}
            for path in self._paths:
                with suppress(OSError):
                    bytes_ = os.stat(self._folder / path).st_size
                    self._by_bytes.setdefault(bytes_, []).append(path)
        return self._by_bytes.get(size, [])


def _nearest(paths: list[str], folders: list[str]) -> list[str]:
    """Of paths with one base name, those that share most of a name's folders, counted from the end."""
    shared = {path: _shared(folders, path.split("/")[:-1]) for path in paths}
    longest = max(shared.values())
    best = [path for path in paths if shared[path] == longest]
    # "train/cat/1.jpg" means "1.jpg" rather than "x/1.jpg": all of its path is there.
    whole = [path for path in best if path.count("/") == longest]
    return whole if len(whole) == 1 and folders else best


def _shared(a: list[str], b: list[str]) -> int:
    """How many folders two paths share, counted from the end."""
    n = 0
    while n < min(len(a), len(b)) and a[-1 - n] == b[-1 - n]:
        n += 1
    return n
