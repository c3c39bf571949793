"""All files below a folder in an order that people expect, and a count of what is passed over there."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tui.imaging.codecs import HEIC_HINT, HEIC_SUFFIXES, heif_is_readable
from tui.text import counted, printable

_NUMBER = re.compile(r"(\d+)")
Warn = Callable[[str], None]


@dataclass(slots=True)
class PassedOver:
    """What no task was made of, in folders and lists. `kinds`: files that are no pictures, by their ending; `names`: the
    first of them, as they can be printed. `others`: what was not looked into: `hidden`, `dead links, pipes or devices`. `refused`: files
    that were named themselves, each with the reason. `absent`: what lists name that is not there, as (list, line, name). `own`: whole paths of the project's own files, which nobody took for
    pictures and which are not told."""

    kinds: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Path, str]] = field(default_factory=list)
    absent: list[tuple[Path, int, str]] = field(default_factory=list)
    own: frozenset[str] = frozenset()

    def file(self, path: Path) -> None:
        """One that was looked into and is no picture."""
        if os.path.abspath(path) in self.own:
            return
        self.kinds[path.suffix.lower() or "without an ending"] += 1
        if len(self.names) < _NAMED:
            self.names.append(printable(path.name))

    def sentence(self, most: int = 8) -> str:
        """`12 others are no pictures: a.txt, b.txt, c.pdf, … (9 .txt, 3 .pdf). Passed over: 2 hidden.`; '' where there was
        nothing."""
        said = [self._no_pictures(most)] if self.kinds else []
        if self.others:
            said.append(f"Passed over: {', '.join(f'{n} {kind}' for kind, n in self.others.most_common())}.")
        return " ".join(said)

    def _no_pictures(self, most: int) -> str:
        count = self.kinds.total()
        listed = sorted(self.kinds.items(), key=lambda item: (-item[1], item[0]))
        hint = next((hint for kind in self.kinds if (hint := _hint(kind))), "")
        words = [f"{n} {kind}" for kind, n in listed[:most]]
        rest = sum(n for _, n in listed[most:])
        words += [f"{rest} of {len(listed) - most} other kinds"] if rest else []
        names = ", ".join(self.names)
        more = f", … ({', '.join(words)})" if count > len(self.names) else ""
        subject = counted(count, "other is no picture", "others are no pictures")
        return f"{subject}: {names}{more}.{hint}"


_NAMED = 3
"""So many files are named of those that are no pictures."""


def _hint(kind: str) -> str:
    return f" For {kind}: {HEIC_HINT}." if kind in HEIC_SUFFIXES and not heif_is_readable() else ""


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key with numbers by value: `2.jpg` before `10.jpg`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NUMBER.split(text) if part]


def files_in(
    folder: Path, warn: Warn = lambda _text: None, passed: PassedOver | None = None
) -> Iterator[Path]:
    """All files below a folder in natural order, each real folder once (links may lead round in circles). Folders
    that cannot be read are warned of."""
    walk = _Walk(warn, passed if passed is not None else PassedOver())
    walk.folder(str(folder), "")
    walk.files.sort(key=lambda pair: natural(pair[0]))
    yield from (Path(full) for _, full in walk.files)


@dataclass(slots=True)
class _Walk:
    """`files`: (path relative to where the walk began, whole path). `seen`: device and inode of each folder."""

    warn: Warn
    passed: PassedOver
    seen: set[tuple[int, int]] = field(default_factory=set)
    files: list[tuple[str, str]] = field(default_factory=list)

    def folder(self, path: str, prefix: str) -> None:
        try:
            info = os.stat(path)
            if (info.st_dev, info.st_ino) in self.seen:
                return
            self.seen.add((info.st_dev, info.st_ino))
            with os.scandir(path) as entries:
                for entry in entries:
                    self._entry(entry, f"{prefix}{entry.name}")
        except OSError as error:
            self.warn(f"The folder {path} cannot be read ({error.strerror}); its pictures are left out.")

    def _entry(self, entry: os.DirEntry[str], name: str) -> None:
        if entry.name.startswith("."):
            self.passed.others["hidden"] += 1
            return
        kind = _kind(entry)
        if kind == "folder" and not _is_queue(entry):
            self.folder(entry.path, name + "/")
        elif kind == "file":
            self.files.append((name, entry.path))
        elif not kind:
            self.passed.others["dead links, pipes or devices"] += 1


def _kind(entry: os.DirEntry[str]) -> str:
    """`folder`, `file`, or '' for pipes, devices, and links that lead nowhere or to themselves."""
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else ""
    except OSError:
        return ""


def _is_queue(entry: os.DirEntry[str]) -> bool:
    return entry.name == "queue" and os.path.exists(os.path.join(entry.path, "events.jsonl"))
