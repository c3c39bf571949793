"""Unfinished work beside the log: one small file a task and person, replaced whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from tui.store.base import StorageFull
from tui.store.jsontext import dumps
from tui.store.log.files import make_folder, open_shared


class Drafts:
    """Files `<task>.<who>.json`. Not synced: a power cut may cost the last seconds, never a decision."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._name = folder, str(folder)

    def _path(self, task_id: int, who: str) -> Path:
        name = quote(who.encode("utf-8", "surrogateescape"), safe="")[:180]
        return self.folder / f"{task_id}.{name}.json"

    def save(self, task_id: int, who: str, draft: Mapping[str, Any]) -> None:
        """Raises StorageFull."""
        path = self._path(task_id, who)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            make_folder(self.folder)
            fd = open_shared(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            with open(fd, "wb") as file:
                file.write(dumps(draft))
            os.replace(temporary, path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise StorageFull(f"The draft could not be saved ({error.strerror}).") from error

    def load(self, task_id: int, who: str) -> dict[str, Any] | None:
        """See `DraftStore`."""
        try:
            draft = json.loads(self._path(task_id, who).read_bytes())
        except (OSError, ValueError):
            return None
        return draft if isinstance(draft, dict) else None

    def any(self) -> bool:
        """Whether there may be some; a quicker look than `drop`."""
        return os.access(self._name, os.F_OK)

    def drop(self, task_id: int, who: str) -> None:
        """See `DraftStore`."""
        with suppress(OSError):
            self._path(task_id, who).unlink()

    def of(self, who: str) -> list[int]:
        """Ids of tasks with a draft of this person, latest first."""
        found = []
        for path in self._files():
            number, _, rest = path.name.partition(".")
            if number.isdigit() and unquote(rest.removesuffix(".json"), errors="surrogateescape") == who:
                with suppress(OSError):  # It was dropped meanwhile.
                    found.append((path.stat().st_mtime, int(number)))
        return [task_id for _, task_id in sorted(found, reverse=True)]

    def _files(self) -> list[Path]:
        try:
            return [p for p in self.folder.iterdir() if p.suffix == ".json" and not p.name.startswith(".")]
        except OSError:
            return []
