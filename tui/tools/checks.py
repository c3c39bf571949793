"""What is wrong with shapes while one draws: as sentences without subject and end, shown on the shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tui.model.geometry import Bounds, crossing, length
from tui.model.measure import area, bounds, iou, points_of
from tui.model.project import Label
from tui.model.shapes import Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.tools.parts import has_parts

SAME = 0.95
"""Shapes of one kind and label that overlap more than this are one twice."""
Problems = tuple[str, ...]


def problems_of(shape: Shape, labels: Mapping[str, Label], size: tuple[float, float]) -> Problems:
    """Of one shape by itself. `size`: width and height of the image."""
    if isinstance(shape, Unknown):
        return (shape.problem,)
    found = []
    label = labels.get(shape.label)
    if label is None:
        found.append(f"has the label {shape.label!r}, which the project does not have")
    found.extend(_geometry(shape, size))
    found.extend(f"needs {name}" for name in missing(shape, label))
    return tuple(found)


def missing(shape: Shape, label: Label | None) -> tuple[str, ...]:
    """Required attributes without a value."""
    rules = label.attributes if label is not None else ()
    return tuple(
        rule.name for rule in rules if rule.required and shape.attributes.get(rule.name) in (None, "")
    )


def _geometry(shape: Shape, size: tuple[float, float]) -> Iterator[str]:
    if isinstance(shape, Mask):
        yield from _other_size(shape, size)
        return
    # The corners of a block may well lie outside: that is what `estimated` and `truncated` are for.
    if not isinstance(shape, Cuboid) and _reaches_out(bounds(shape), size):
        yield "reaches out of the picture"
    yield from _nothing(shape)
    if isinstance(shape, Polygon) and any(map(crossing, (shape.points, *shape.holes))):
        yield "crosses itself"


def _nothing(shape: Shape) -> Iterator[str]:
    """Lines without length, areas without area."""
    if is_nothing(shape):
        yield "has no length" if _is_open_line(shape) else "has no area"


def is_nothing(shape: Shape) -> bool:
    """Whether it covers nothing at all; what is not known is taken for something."""
    if isinstance(shape, Unknown):
        return False
    return length(points_of(shape)) == 0 if _is_open_line(shape) else area(shape) == 0


def _other_size(mask: Mask, size: tuple[float, float]) -> Iterator[str]:
    if mask.size != (round(size[1]), round(size[0])):
        theirs = f"{mask.size[1]} x {mask.size[0]}"
        yield f"is made for {theirs} pixels, the picture has {size[0]:g} x {size[1]:g}"


def _reaches_out(box: Bounds, size: tuple[float, float]) -> bool:
    x, y, width, height = box
    return min(x, y) < -1e-6 or x + width > size[0] + 1e-6 or y + height > size[1] + 1e-6


def _is_open_line(shape: Shape) -> bool:
    return isinstance(shape, Polyline) or (isinstance(shape, Spline) and not shape.closed)


def duplicates(shapes: Sequence[Shape]) -> dict[int, int]:
    """Index of a shape to that of an earlier one which it nearly equals (same kind and label, overlap > 0.95)."""
    found: dict[int, int] = {}
    for i, j in _near_pairs([bounds(shape) if has_parts(shape) else None for shape in shapes]):
        if _are_one(shapes[i], shapes[j]):
            earlier, later = sorted((i, j))
            found[later] = min(earlier, found.get(later, earlier))
    return found


def _are_one(a: Shape, b: Shape) -> bool:
    return a.label == b.label and type(a) is type(b) and iou(a, b) > SAME


def _near_pairs(boxes: Sequence[Bounds | None]) -> Iterator[tuple[int, int]]:
    """Indices of boxes that may overlap so much: those begin nearer to one another than 0.05 / 0.95 of their width."""
    known = sorted((box[0], i, box) for i, box in enumerate(boxes) if box is not None)
    for place, (left, i, box) in enumerate(known):
        for other_left, j, other in islice(known, place + 1, None):
            if other_left - left > box[2] * 0.06:
                break
            if abs(other[1] - box[1]) <= box[3] * 0.06 and abs(other[2] - box[2]) <= box[2] * 0.06:
                yield i, j


def with_marks(
    problems: Sequence[Problems], shapes: Sequence[Shape], wrong: Mapping[str, str]
) -> tuple[Problems, ...]:
    """Problems with what a reviewer said of shapes before them. `wrong`: by the shapes' ids as text, and why."""
    return tuple(
        (f"wrong: {why}" if (why := wrong[str(shape.id)]) else "wrong", *found)
        if str(shape.id) in wrong
        else found
        for shape, found in zip(shapes, problems, strict=True)
    )


class Checked:
    """Problems of many shapes, of which only those that are new are looked at again (by identity)."""

    __slots__ = ("_known", "labels", "size")

    def __init__(self, labels: Sequence[Label], size: tuple[float, float]) -> None:
        self.labels = {label.name: label for label in labels}
        self.size = size
        self._known: dict[int, tuple[Shape, Problems]] = {}

    def __call__(self, shapes: Sequence[Shape]) -> tuple[Problems, ...]:
        """One entry for each shape."""
        known: dict[int, tuple[Shape, Problems]] = {}
        for shape in shapes:
            entry = self._known.get(id(shape))
            known[id(shape)] = entry or (shape, problems_of(shape, self.labels, self.size))
        self._known = known
        same = duplicates(shapes)
        return tuple(
            (*known[id(shape)][1], f"is nearly the same as {same[i] + 1}")
            if i in same
            else known[id(shape)][1]
            for i, shape in enumerate(shapes)
        )
