"""What one annotator said about one image in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
"""A JSON object as the standard library reads it."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """All labels and shapes of one image by one annotator in one pass.

    Shapes are kept as JSON objects so that a kind unknown to this version passes through
    untouched; `tui.model.shapes` gives the known kinds a type.
    """

    labels: tuple[str, ...] = ()
    shapes: tuple[Json, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.labels or self.shapes)
