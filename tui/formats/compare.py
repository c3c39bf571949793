"""What differs between two sets of annotations: images, labels, and shapes by how much they overlap."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui.formats.reading import local_name
from tui.model.annotation import Json
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
        return Counter(change.what for change in self.changes)

    @property
    def changed_images(self) -> int:
        return len({change.image for change in self.changes})

    def __bool__(self) -> bool:
        return bool(self.changes or self.only_in_a or self.only_in_b)


def compare(a: Mapping[str, ImageAnnotations], b: Mapping[str, ImageAnnotations]) -> Difference:
    """What becomes of A on the way to B."""
    found = Difference()
    partner = _partners(a, b)
    for name, said in a.items():
        if name not in partner:
            found.only_in_a.append(name)
            continue
        found.common += 1
        other = b[partner[name]]
        found.changes += _labels(name, said.labels, other.labels)
        changes = list(_shapes(name, shapes_of(said.shapes), shapes_of(other.shapes)))
        found.same += sum(change is None for change in changes)
        found.changes += [change for change in changes if change is not None]
    taken = set(partner.values())
    found.only_in_b = [name for name in b if name not in taken]
    return found


def _partners(a: Mapping[str, ImageAnnotations], b: Mapping[str, ImageAnnotations]) -> dict[str, str]:
    """Names of A to names of B: equal paths first, then those that differ by leading folders, then base names
    without ending that occur once on each side."""
    names_a, names_b = set(a), set(b)
    found = {name: name for name in a if name in names_b}
    for long, short in ((b, names_a), (a, names_b)):
        for name in long:
            parts = local_name(name).split("/")
            ends = ("/".join(parts[n:]) for n in range(1, len(parts)))
            end = next((end for end in ends if end in short), None)
            one, other = (end, name) if short is names_a else (name, end)
            if one is not None and other is not None and one not in found and other not in found.values():
                found[one] = other
    taken = set(found.values())
    left_a = _once(name for name in a if name not in found)
    left_b = _once(name for name in b if name not in taken)
    found.update({left_a[stem]: left_b[stem] for stem in left_a.keys() & left_b.keys()})
    return found


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
        moved = not _same_place(a[one], b[other])
        words = [
            word for word, true in (("moved", moved), ("relabelled", a[one].label != b[other].label)) if true
        ]
        if words:
            yield AnnotationChange(
                image, ", ".join(words), kind_of(a[one]), a[one].label, b[other].label, overlap
            )
        else:
            yield None
    paired_a, paired_b = {one for one, _, _ in pairs}, {other for _, other, _ in pairs}
    for n, shape in enumerate(a):
        if n not in paired_a:
            yield AnnotationChange(image, "removed", kind_of(shape), shape.label, None)
    for n, shape in enumerate(b):
        if n not in paired_b:
            yield AnnotationChange(image, "added", kind_of(shape), None, shape.label)


def _pairs(a: tuple[Shape, ...], b: tuple[Shape, ...]) -> list[tuple[int, int, float]]:
    """Shapes taken for the same thing, each once: those at the same place first, then by overlap."""
    ranked = []
    for n, one in enumerate(a):
        for m, other in enumerate(b):
            place = _same_place(one, other)
            overlap = 1.0 if place else iou(one, other)
            if overlap >= PAIRED:
                ranked.append((not place, one.label != other.label and place, -overlap, n, m))
    ranked.sort()
    pairs, used_a, used_b = [], set(), set()
    for _, _, overlap, n, m in ranked:
        if n not in used_a and m not in used_b:
            used_a.add(n)
            used_b.add(m)
            pairs.append((n, m, -overlap))
    return sorted(pairs)


def _same_place(a: Shape, b: Shape) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, Mask) and isinstance(b, Mask):
        return (a.size, a.counts) == (b.size, b.counts)
    if isinstance(a, Spline) and isinstance(b, Spline) and (a.curve, a.closed) != (b.curve, b.closed):
        return False
    one, other = points_of(a), points_of(b)
    if not one:
        return bounds(a) == bounds(b)
    return len(one) == len(other) and all(
        abs(p[0] - q[0]) <= _SAME and abs(p[1] - q[1]) <= _SAME for p, q in zip(one, other, strict=True)
    )


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
            {
                "image": change.image,
                "what": change.what,
                "kind": change.kind,
                "was": change.was,
                "now": change.now,
                "iou": None if change.iou is None else round(change.iou, 4),
            }
            for change in found.changes
        ],
    }
