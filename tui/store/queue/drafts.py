"""Unfinished work beside the log: one small file a task and person, replaced whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tui.store.base import StorageFull
from tui.store.jsontext import dumps
from tui.store.log.files import make_folder, open_shared

_LONGEST_NAME = 180
"""Characters of a person's quoted name that a file's name holds; all that systems allow is 255."""


class Drafts:
    """Files `<task>.<who>.json`; each has the name of its person in it. Not synced: a power cut may cost the last
    seconds, never a decision."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._name = folder, str(folder)

    def _paths(self, task_id: int, who: str) -> list[Path]:
        """Where a draft lies, and where an earlier version put it."""
        return [self.folder / f"{task_id}.{name}.json" for name in _names(who)]

    def save(self, task_id: int, who: str, draft: Mapping[str, Any]) -> None:
        """Raises StorageFull."""
        path = self._paths(task_id, who)[0]
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            make_folder(self.folder)
            fd = open_shared(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            with open(fd, "wb") as file:
                file.write(dumps({**draft, "who": who}))
            os.replace(temporary, path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise StorageFull(f"The draft could not be saved ({error.strerror}).") from error

    def load(self, task_id: int, who: str) -> dict[str, Any] | None:
        """See `DraftStore`."""
        for path in self._paths(task_id, who):
            if (draft := _draft_of(path, who)) is not None:
                return draft
        return None

    def any(self) -> bool:
        """Whether there may be some; a quicker look than `drop`."""
        return os.access(self._name, os.F_OK)

    def drop(self, task_id: int, who: str) -> None:
        """See `DraftStore`."""
        for path in self._paths(task_id, who):
            with suppress(OSError):
                if _content(path).get("who", who) == who:
                    path.unlink()

    def of(self, who: str) -> list[int]:
        """Ids of tasks with a draft of this person, latest first."""
        found: dict[int, float] = {}
        names = _names(who)
        for path in self._files():
            number, _, rest = path.name.partition(".")
            if number.isdigit() and rest.removesuffix(".json") in names and _draft_of(path, who) is not None:
                with suppress(OSError):  # It was dropped meanwhile.
                    found[int(number)] = max(path.stat().st_mtime, found.get(int(number), 0.0))
        return sorted(found, key=lambda number: (found[number], number), reverse=True)

    def _files(self) -> list[Path]:
        try:
            return [p for p in self.folder.iterdir() if p.suffix == ".json" and not p.name.startswith(".")]
        except OSError:
            return []


def _names(who: str) -> list[str]:
    """What stands for a person in the names of files: now, and in earlier versions, which cut a long name, so that
    two people could have the same."""
    name = quote(who.encode("utf-8", "surrogateescape"), safe="")
    if len(name) <= _LONGEST_NAME:
        return [name]
    # No quoted name has a plus.
    return [f"{name[:100]}+{sha256(name.encode('ascii')).hexdigest()[:32]}", name[:_LONGEST_NAME]]


def _draft_of(path: Path, who: str) -> dict[str, Any] | None:
    """The draft in a file, unless that says that it is somebody else's; earlier versions did not say."""
    with suppress(OSError):
        if (draft := _content(path)) and draft.pop("who", who) == who:
            return draft
    return None


def _content(path: Path) -> dict[str, Any]:
    """What a file holds, {} where that is no draft: a power cut leaves such. Raises OSError."""
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
