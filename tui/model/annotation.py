"""What one annotator said about one image in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
"""A JSON object as the standard library reads it."""
ACCEPT_ABOVE = 0.5
"""The score, from 0 to 1, from which suggestions are accepted together where a person's settings say nothing."""


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


def labels_stated(labels: Iterable[str], shapes: Iterable[Json]) -> Iterator[Any]:
    """The labels of an annotation as they stand: those of the whole image, then one for each shape; None of a shape
    without one, and what is no text as a stranger wrote it."""
    yield from labels
    for shape in shapes:
        yield shape.get("label")


def labels_given(labels: Iterable[str], shapes: Iterable[Json]) -> Iterator[str]:
    """Every label of an annotation: those of the whole image, then one for each shape; "" of a shape without one,
    or whose label is null."""
    yield from (str(label or "") for label in labels_stated(labels, shapes))


def counted_labels(labels: Iterable[str], shapes: Iterable[Json]) -> Iterator[str]:
    """What counts of them are made of: one for each time that a label was given; a shape without one, or whose label
    is null, counts for none."""
    yield from (str(label) for label in labels_stated(labels, shapes) if label is not None)


def label_names_of(labels: Iterable[str], shapes: Iterable[Json]) -> tuple[str, ...]:
    """The same, each name once, in the order of their first use."""
    return tuple(dict.fromkeys(labels_given(labels, shapes)))


def label_names(annotation: Annotation) -> tuple[str, ...]:
    """The labels of an annotation, those of its shapes too, each once."""
    return label_names_of(annotation.labels, annotation.shapes)
