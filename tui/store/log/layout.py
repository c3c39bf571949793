"""Names and version of the files in a queue's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.errors import TermlabelError

FORMAT = 1
"""Version of the log, in its first event."""
LOG, INDEX, CHECKPOINT, LOCK = "events.jsonl", "queue.idx", "queue.json", "lock"


def check_format(record: Mapping[str, Any], folder: Path) -> None:
    """Raises TermlabelError when the first event is of another format than ours."""
    version = record.get("v")
    if version == FORMAT:
        return
    if isinstance(version, int) and version > FORMAT:
        raise TermlabelError(
            f"The queue in {folder} has format {version}, this termlabel knows {FORMAT}; update termlabel."
        )
    raise TermlabelError(
        f"The queue in {folder} has format {version!r}, which no release of termlabel wrote; this one "
        f"knows {FORMAT}. Export with the program that made it, or restore queue/ from a copy."
    )
