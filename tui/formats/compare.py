"""What differs between two sets of annotations: images, labels, and shapes by how much they overlap."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tui.formats.reading import local_name
from tui.model.annotation import Json
from tui.model.geometry import Point
from tui.model.measure import bounds, iou, points_of
from tui.model.shapes import Mask, Shape, Spline, kind_of, shapes_of

PAIRED = 0.5
"""Least overlap (intersection over union) of two shapes that are taken for the same thing."""
_SAME = 0.01
"""Image pixels that no point is off in shapes that are the same; formats round to that."""


@dataclass(frozen=True, slots=True)
class ImageAnnotations:
    """What one side says about one image."""

    labels: tuple[str, ...]
    shapes: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """`what`: added, removed, relabelled, moved (or "moved, relabelled"); of a label: label added, label
    removed. `was`, `now`: labels. `iou`: overlap of the two."""

    image: str
    what: str
    kind: str
    was: str | None
    now: str | None
    iou: float | None = None


@dataclass(slots=True)
class Difference:
    """`common`: images on both sides; names are those of side A, of B where A has none."""

    common: int = 0
    only_in_a: list[str] = field(default_factory=list)
    only_in_b: list[str] = field(default_factory=list)
    same: int = 0
    changes: list[AnnotationChange] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many changes there are, by what they are."""
        return Counter(change.what for change in self.changes)

    @property
    def changed_images(self) -> int:
        """How many images have a change."""
        return len({change.image for change in self.changes})

    def __bool__(self) -> bool:
        return bool(self.changes or self.only_in_a or self.only_in_b)


def compare(a: Mapping[str, ImageAnnotations], b: Mapping[str, ImageAnnotations]) -> Difference:
    """What becomes of A on the way to B; images by name."""
    partner = _partners(a, b)
    found = Difference(common=len(partner))
    found.only_in_a = [name for name in a if name not in partner]
    for name in (name for name in a if name in partner):
        said, other = a[name], b[partner[name]]
        found.changes += _labels(name, said.labels, other.labels)
        changes = list(_shapes(name, shapes_of(said.shapes), shapes_of(other.shapes)))
        found.changes += filter(None, changes)
        found.same += changes.count(None)
    taken = set(partner.values())
    found.only_in_b = [name for name in b if name not in taken]
    return found


def _partners(a: Iterable[str], b: Iterable[str]) -> dict[str, str]:
    """Names of A to names of B: equal paths first, then those that differ by leading folders, then base names
    without ending that occur once on each side."""
    names_a, names_b = dict.fromkeys(a), dict.fromkeys(b)
    found = {name: name for name in names_a if name in names_b}
    taken = set(found.values())
    for one, other in _by_ending(names_a, names_b):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    stems_a, stems_b = _once(names_a.keys() - found.keys()), _once(names_b.keys() - taken)
    found.update({stems_a[stem]: stems_b[stem] for stem in stems_a.keys() & stems_b.keys()})
    return found


def _by_ending(a: dict[str, None], b: dict[str, None]) -> Iterator[tuple[str, str]]:
    """Names of A and B of which one lies at the other's path below further folders: those of B first."""
    yield from ((end, name) for name in b if (end := _known_end(name, a)) is not None)
    yield from ((name, end) for name in a if (end := _known_end(name, b)) is not None)


def _known_end(name: str, known: Container[str]) -> str | None:
    """The longest end of a path, from one of its folders on, that is among known paths."""
    parts = local_name(name).split("/")
    ends = ("/".join(parts[n:]) for n in range(1, len(parts)))
    return next((end for end in ends if end in known), None)


def _once(names: Iterable[str]) -> dict[str, str]:
    """Stems that occur once, with their names."""
    stems: dict[str, list[str]] = {}
    for name in names:
        base = local_name(name).rpartition("/")[2]
        stems.setdefault(os.path.splitext(base)[0], []).append(name)
    return {stem: found[0] for stem, found in stems.items() if len(found) == 1}


def _labels(image: str, a: Iterable[str], b: Iterable[str]) -> Iterator[AnnotationChange]:
    before, after = list(a), list(b)
    yield from (
        AnnotationChange(image, "label removed", "label", label, None)
        for label in before
        if label not in after
    )
    yield from (
        AnnotationChange(image, "label added", "label", None, label) for label in after if label not in before
    )


def _shapes(image: str, a: tuple[Shape, ...], b: tuple[Shape, ...]) -> Iterator[AnnotationChange | None]:
    """One entry for each shape; None for one that is the same on both sides."""
    pairs = _pairs(a, b)
    for one, other, overlap in pairs:
        yield _change(image, a[one], b[other], overlap)
    for shape in _others(a, {one for one, _, _ in pairs}):
        yield AnnotationChange(image, "removed", kind_of(shape), shape.label, None)
    for shape in _others(b, {other for _, other, _ in pairs}):
        yield AnnotationChange(image, "added", kind_of(shape), None, shape.label)


def _change(image: str, a: Shape, b: Shape, overlap: float) -> AnnotationChange | None:
    moved, relabelled = not _same_place(a, b), a.label != b.label
    if not moved and not relabelled:
        return None
    what = ", ".join(word for word, true in (("moved", moved), ("relabelled", relabelled)) if true)
    return AnnotationChange(image, what, kind_of(a), a.label, b.label, overlap)


def _others(shapes: tuple[Shape, ...], paired: set[int]) -> list[Shape]:
    return [shape for n, shape in enumerate(shapes) if n not in paired]


def _pairs(a: tuple[Shape, ...], b: tuple[Shape, ...]) -> list[tuple[int, int, float]]:
    """Shapes taken for the same thing, each once, with their overlap: those at the same place first, then by
    overlap."""
    pairs, used_a, used_b = [], set(), set()
    for _, _, overlap, n, m in sorted(_ranked(a, b)):
        if n not in used_a and m not in used_b:
            used_a.add(n)
            used_b.add(m)
            pairs.append((n, m, -overlap))
    return sorted(pairs)


def _ranked(a: tuple[Shape, ...], b: tuple[Shape, ...]) -> Iterator[tuple[bool, bool, float, int, int]]:
    """Pairs that overlap enough, such that the best ones sort first: elsewhere, there with another label, overlap
    below 0, places in A and B."""
    for (n, one), (m, other) in itertools.product(enumerate(a), enumerate(b)):
        place = _same_place(one, other)
        overlap = 1.0 if place else iou(one, other)
        if overlap >= PAIRED:
            yield not place, one.label != other.label and place, -overlap, n, m


def _same_place(a: Shape, b: Shape) -> bool:
    if type(a) is not type(b) or _exact_members(a) != _exact_members(b):
        return False
    one, other = points_of(a), points_of(b)
    if not one:
        return bounds(a) == bounds(b)
    return len(one) == len(other) and all(map(_is_near, one, other))


def _exact_members(shape: Shape) -> tuple[object, ...]:
    """What must be equal for two shapes to be at the same place, beside their points."""
    if isinstance(shape, Mask):
        return shape.size, shape.counts
    return (shape.curve, shape.closed) if isinstance(shape, Spline) else ()


def _is_near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) <= _SAME and abs(a[1] - b[1]) <= _SAME


def as_json(found: Difference) -> dict[str, Any]:
    """The object of `diff --json`."""
    counts = found.counts
    both = counts["moved, relabelled"]
    return {
        "images": {
            "common": found.common,
            "changed": found.changed_images,
            "only_in_a": found.only_in_a,
            "only_in_b": found.only_in_b,
        },
        "labels": {"added": counts["label added"], "removed": counts["label removed"]},
        "shapes": {
            "same": found.same,
            "added": counts["added"],
            "removed": counts["removed"],
            "relabelled": counts["relabelled"] + both,
            "moved": counts["moved"] + both,
        },
        "changes": [
            {**asdict(change), "iou": None if change.iou is None else round(change.iou, 4)}
            for change in found.changes
        ],
    }
