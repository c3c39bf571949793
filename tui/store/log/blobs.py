"""Masks that are too long for a line of the log: files named by the SHA-256 of what they hold.

A shape `{"kind": "mask", "counts": ...}` whose counts take more than 4 kB keeps
`"counts": {"blob": "<sha256>"}` instead; the file `blobs/<sha256>` holds the counts as JSON. It is
written and synced before the event that names it, and never changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tui.store.base import MaskMissing, StorageFull
from tui.store.jsontext import checked
from tui.store.log.files import make_folder, replace_file

MAX_INLINE = 4096
"""Bytes of JSON from which counts stand in a file of their own."""


class Blobs:
    """The folder of large masks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stored(self, shapes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Shapes as the log keeps them; large masks are written now, durably.

        Raises:
            StorageFull.
        """
        return [self._stored(shape) for shape in shapes]

    def _stored(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        counts = shape.get("counts")
        if shape.get("kind") != "mask" or counts is None or named(counts):
            return dict(shape)
        data = checked(counts).encode()
        if len(data) <= MAX_INLINE:
            return dict(shape)
        name = hashlib.sha256(data).hexdigest()
        path = self.folder / name
        try:
            if not path.exists():
                make_folder(self.folder)
                replace_file(path, data)
        except OSError as error:
            raise StorageFull(f"The mask could not be saved ({error.strerror}).") from error
        return {**shape, "counts": {"blob": name}}

    def fetched(self, doc: Mapping[str, Any]) -> Mapping[str, Any]:
        """A document whose masks hold their counts.

        Raises:
            MaskMissing: a file is gone or damaged.
        """
        shapes = doc.get("shapes")
        if not shapes or not any(named(shape.get("counts")) for shape in shapes):
            return doc
        return {**doc, "shapes": [self._fetched(shape) for shape in shapes]}

    def _fetched(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        name = named(shape.get("counts"))
        if not name:
            return shape
        try:
            return {**shape, "counts": json.loads((self.folder / name).read_bytes())}
        except (OSError, ValueError):
            raise MaskMissing(
                f"The mask {self.folder / name} is missing or damaged; 'termlabel check' says where it is used."
            ) from None


def named(counts: object) -> str:
    """The name of the file that holds these counts, '' when they stand here."""
    return str(counts["blob"]) if isinstance(counts, dict) and "blob" in counts else ""


def blobs_of(doc: Mapping[str, Any]) -> set[str]:
    """Names of the files that a document or a patch refers to."""
    return {name for shape in doc.get("shapes") or () if (name := named(shape.get("counts")))}
